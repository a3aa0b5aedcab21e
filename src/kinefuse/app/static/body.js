// A person from the front and from the back, with a place for each sensor.

import { s } from "./dom.js";
import { SEGMENTS, side, words } from "./segments.js";

// Of a figure 200 wide and 430 high; the person's right is on the left of the front view.
const AT = { pelvis: [100, 194], thigh: [76, 256], shank: [69, 336], foot: [61, 399] };
const LETTER = { r: "R", l: "L", m: "P" };

function at(segment, view) {
  const [x, y] = AT[segment.split("_")[0]];
  const mirrored = side(segment) === "l" ? view === "front" : view === "back";
  return side(segment) === "m" ? [x, y] : [mirrored ? 200 - x : x, y];
}

function silhouette() {
  const halves = [1, -1].map((sign) =>
    s("g", { transform: sign === 1 ? null : "matrix(-1 0 0 1 200 0)" },
      s("polyline", { class: "limb arm", points: "64,102 47,158 40,214" }),
      s("line", { class: "limb thigh", x1: 83, y1: 208, x2: 72, y2: 296 }),
      s("line", { class: "limb shank", x1: 72, y1: 296, x2: 67, y2: 380 }),
      s("path", { class: "flesh", d: "M57 376 h20 l1 20 q0 10 -14 10 h-14 q-9 0 -7 -9 z" })));
  return [
    ...halves,
    s("path", { class: "flesh", d: "M66 88 q34 -12 68 0 q8 6 6 18 l-9 52 q7 24 9 48 q0 12 -10 14 q-16 -4 -31 8 q-15 -12 -31 -8 q-10 -2 -10 -14 q2 -24 9 -48 l-9 -52 q-2 -12 6 -18 z" }),
    s("rect", { class: "flesh", x: 91, y: 60, width: 18, height: 30 }),
    s("ellipse", { class: "flesh", cx: 100, cy: 44, rx: 21, ry: 26 }),
  ];
}

function markings(view) {
  return view === "back"
    ? [s("path", { class: "mark", d: "M100 96 v84 M84 118 q6 12 2 22 M116 118 q-6 12 -2 22 M80 296 h-16 M120 296 h16" })]
    : [s("path", { class: "mark", d: "M80 112 q20 10 40 0 M92 46 h1 M107 46 h1 M93 57 q7 4 14 0 M65 297 q7 6 14 0 M121 297 q7 6 14 0" })];
}

// One figure. `state(segment)` is 'empty', 'sure' or 'unsure'; `act` are the places' handlers.
function figure(view, state, act) {
  const title = view === "front" ? "From the front" : "From the back";
  const first = view === "front"; // the back view repeats the places for the mouse alone
  return s("svg", { class: "figure", viewBox: "0 0 200 452", role: "group", "aria-label": title, "aria-hidden": first ? null : "true" },
    ...silhouette(), ...markings(view),
    ...SEGMENTS.map((segment) => place(segment, view, first, state(segment), act)),
    s("text", { class: "view", x: 100, y: 446 }, title),
  );
}

function place(segment, view, reachable, state, act) {
  const [x, y] = at(segment, view);
  const element = s("g", {
    class: `place ${side(segment)} ${state.kind}`, "data-segment": segment, transform: `translate(${x} ${y})`,
    id: reachable ? `place-${segment}` : null, tabindex: reachable ? 0 : -1,
    role: "button", "aria-label": `${words(segment)}: ${state.words}`, draggable: "false",
    onclick: () => act.chosen(segment),
    onkeydown: (event) => {
      if (event.key === "Enter" || event.key === " ") (event.preventDefault(), act.chosen(segment));
      if (event.key === "Delete" || event.key === "Backspace") (event.preventDefault(), act.emptied(segment));
    },
    ondragover: (event) => (event.preventDefault(), element.classList.add("over")),
    ondragleave: () => element.classList.remove("over"),
    ondrop: (event) => (event.preventDefault(), event.stopPropagation(), act.dropped(segment, event.dataTransfer.getData("text/plain"))),
  },
    s("title", {}, `${words(segment)}: ${state.words}`),
    s("circle", { class: "reach", r: 22 }),
    s("circle", { class: "ring", r: 14 }),
    s("text", { y: 5 }, state.kind === "unsure" ? "?" : LETTER[side(segment)]),
  );
  return element;
}

export function figures(state, act) {
  return [figure("front", state, act), figure("back", state, act)];
}
