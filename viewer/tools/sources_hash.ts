import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the built page depends on, relative to the folder of this project. */
const SOURCES = ["index.html", "package-lock.json", "package.json", "src", "tools", "tsconfig.json", "vite.config.ts"];

/** Every file below the sources, by its path, in the order of the paths' characters. */
function sourceFiles(root: string): string[] {
  const found = SOURCES.flatMap((name) => below(root, name));
  return found.sort((a, b) => (a < b ? -1 : 1));
}

function below(root: string, name: string): string[] {
  if (/\.[a-z]+$/.test(name)) return [name];
  return readdirSync(join(root, name), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? below(root, `${name}/${entry.name}`) : [`${name}/${entry.name}`],
  );
}

/** SHA-256 of all sources, names and contents; the Python tests compute the same. */
export function sourcesHash(root: string): string {
  const hash = createHash("sha256");
  for (const name of sourceFiles(root)) {
    hash.update(name).update("\0").update(readFileSync(join(root, name))).update("\0");
  }
  return hash.digest("hex");
}
