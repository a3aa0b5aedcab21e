// Which sensor is where: on the drawing by mouse, touch or keyboard, and in a list beside it.

import { figures } from "./body.js";
import { capital, duration, h, replace } from "./dom.js";
import { SEGMENTS, readable, words } from "./segments.js";

const SURE = 0.9; // below, the page asks to look again

export function placesSection(change) {
  const drawing = h("div", { class: "figures" });
  const chips = h("ul", { class: "chips", "aria-label": "Sensors" });
  const hint = h("p", { class: "soft small", role: "status" });
  const rows = h("div", { class: "rows" });
  const doubts = h("ul", { class: "care doubts" });
  const element = h("section", { class: "card", "aria-labelledby": "places-title" },
    h("h2", { id: "places-title" }, "Where each sensor is"),
    doubts,
    hint,
    h("div", { class: "places" }, drawing, h("div", {}, chips, rows)),
  );
  let job = null;
  let held = null; // the label of the sensor that is picked up

  const certainty = (segment) => {
    const label = job.said.sensors[segment];
    const proposed = job.recognised.proposal[segment];
    return proposed && proposed.label === label ? proposed : { certainty: null, why: label ? "as you said" : "" };
  };
  const state = (segment) => {
    const label = job.said.sensors[segment];
    if (!label) return { kind: held ? "empty wanted" : "empty", words: "no sensor" };
    const { certainty: sure, why } = certainty(segment);
    const unsure = (sure !== null && sure < SURE) || why.startsWith("but ");
    return { kind: unsure ? "unsure" : "sure", words: unsure ? `${label}, not sure` : label };
  };
  const put = (segment, label) => {
    const sensors = { ...job.said.sensors };
    const from = SEGMENTS.find((other) => sensors[other] === label);
    const there = sensors[segment];
    delete sensors[segment];
    if (from) delete sensors[from];
    if (from && there && from !== segment) sensors[from] = there; // the two change places
    if (label) sensors[segment] = label;
    held = null;
    change({ sensors });
  };
  const hold = (label) => {
    held = held === label ? null : label;
    draw();
  };
  const act = {
    chosen: (segment) => (held ? put(segment, held) : job.said.sensors[segment] && hold(job.said.sensors[segment])),
    emptied: (segment) => put(segment, ""),
    dropped: (segment, label) => job.recognised.sensors.some((sensor) => sensor.label === label) && put(segment, label),
  };
  element.addEventListener("keydown", (event) => event.key === "Escape" && held && hold(held));

  function draw() {
    doubts.hidden = !job.recognised.doubts.length;
    replace(doubts, job.recognised.doubts.map((doubt) => h("li", {}, readable(doubt))));
    replace(drawing, ...figures(state, act));
    replace(chips, ...job.recognised.sensors.map((sensor, index) => chip(sensor, index)));
    replace(rows, ...SEGMENTS.map(row));
    hint.textContent = held
      ? `Now choose the place of ${held} on the body, or press Escape.`
      : "Pick up a sensor and click its place, drag it there, or choose it in the list. Right and left are the person's own.";
  }
  function chip(sensor, index) {
    const where = SEGMENTS.find((segment) => job.said.sensors[segment] === sensor.label);
    return h("li", {},
      h("button", {
        type: "button", id: `chip-${index}`, class: `chip${where ? " placed" : ""}`, draggable: "true",
        "aria-pressed": held === sensor.label ? "true" : "false",
        title: `${sensor.rate_hz.toFixed(0)} samples a second, ${duration(sensor.duration_s)}${sensor.missing ? `, ${sensor.missing} samples missing` : ""}`,
        onclick: () => hold(sensor.label),
        ondragstart: (event) => event.dataTransfer.setData("text/plain", sensor.label),
      }, h("span", { class: "label" }, sensor.label), h("span", { class: "soft" }, where ? words(where) : "not placed")));
  }
  function row(segment) {
    const label = job.said.sensors[segment] ?? "";
    const { certainty: sure, why } = certainty(segment);
    const options = ["", ...job.recognised.sensors.map((sensor) => sensor.label)];
    const percent = sure === null ? "" : `${Math.min(99, Math.floor(100 * sure))} % sure`; // nothing learned from people is certain
    const doubtful = label && ((sure !== null && sure < SURE) || why.startsWith("but "));
    const told = !label ? "" : doubtful ? [percent, why].filter(Boolean).join(", ") : percent || why;
    return h("div", { class: "row" },
      h("label", { for: `select-${segment}` }, capital(words(segment))),
      h("select", { id: `select-${segment}`, onchange: (event) => put(segment, event.target.value) },
        options.map((option) => h("option", { value: option, selected: option === label }, option || "no sensor"))),
      h("span", { class: doubtful ? "small care told" : "small soft told", title: label ? why : null }, told));
  }
  return {
    element,
    update(newJob) {
      job = newJob;
      if (held && !job.recognised.sensors.some((sensor) => sensor.label === held)) held = null;
      draw();
    },
  };
}
