import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The style of the real page, for what asks it for colours. */
export function wearPageStyle(): void {
  const style = document.createElement("style");
  style.textContent = readFileSync(join(import.meta.dirname, "..", "src", "page.css"), "utf8");
  document.head.append(style);
}
