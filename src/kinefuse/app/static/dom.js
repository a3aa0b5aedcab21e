// Elements from names and words. Words become text, never markup: a file may be called anything.

const SVG = "http://www.w3.org/2000/svg";

export function h(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

export function s(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

function filled(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "disabled") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// New content, with the keyboard where it was: elements that matter have ids.
export function replace(parent, ...children) {
  const active = document.activeElement;
  const id = active && parent.contains(active) ? active.id : "";
  const range = id && active.selectionStart !== undefined ? readRange(active) : null;
  parent.replaceChildren(...children.flat(3).filter(Boolean));
  const again = id && document.getElementById(id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (range) again.setSelectionRange?.(...range);
}

function readRange(input) {
  return input.selectionStart === null ? null : [input.selectionStart, input.selectionEnd];
}

const unfolded = new Set(); // by id: what a person has opened stays so when it is drawn anew

export function fold(id, summary, ...content) {
  const remember = (event) => unfolded[event.target.open ? "add" : "delete"](id);
  return h("details", { id, open: unfolded.has(id), ontoggle: remember }, h("summary", { id: `${id}-title` }, summary), ...content);
}

export function size(bytes) {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < 3; unit++) bytes /= 1024;
  return `${unit ? bytes.toPrecision(3) : bytes} ${units[unit]}`;
}

export function duration(seconds) {
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
