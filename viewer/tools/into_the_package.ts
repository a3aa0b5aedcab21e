import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

import { sourcesHash } from "./sources_hash.ts";

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGE_DATA = join(PROJECT, "..", "src", "kinefuse", "viewer", "data");

/** Copies the built page into the Python package, with the hash of what it was built from. */
export function intoThePackage(): Plugin {
  return {
    name: "into-the-package",
    apply: "build",
    closeBundle() {
      const page = readFileSync(join(PROJECT, "dist", "index.html"), "utf8");
      const marked = page.replace("<head>", `<head>\n<meta name="built-from" content="${sourcesHash(PROJECT)}">`);
      mkdirSync(PACKAGE_DATA, { recursive: true });
      writeFileSync(join(PACKAGE_DATA, "view.html"), marked);
    },
  };
}
