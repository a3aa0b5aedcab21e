/** What a key does; the page's help line lists the same. */
export type Keys = Record<string, () => void>;

/** Elements that need the key themselves when they have the focus. */
const OWN: Record<string, string> = { " ": "button, select, summary, input[type=checkbox]", ArrowLeft: "select", ArrowRight: "select" };

/** Listens on the whole page; keys with Ctrl, Alt or Meta are the browser's. */
export function listen(keys: Keys): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const asked = keys[event.key];
    const own = OWN[event.key];
    if (!asked || (own && (event.target as Element).matches?.(own))) return;
    event.preventDefault();
    asked();
  });
}
