import "uplot/dist/uPlot.min.css";
import "./page.css";

import { Clock, SPEEDS } from "./clock.ts";
import { Touchdowns } from "./events.ts";
import { listen } from "./keys.ts";
import type { Packed } from "./packed.ts";
import { Charts, SPANS_S } from "./panels/charts.ts";
import { Timeline } from "./panels/timeline.ts";
import { Recording } from "./recording.ts";
import { CAMERAS, Stage } from "./scene/stage.ts";
import { changeTheme, wearUsualTheme } from "./theme.ts";

const JUMP_S = 1; // of an arrow key

const at = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const packed = JSON.parse(at("recording").textContent ?? "") as Packed;
const recording = new Recording(packed);
const clock = new Clock(recording.first_s, recording.last_s, recording.step_s);
const touchdowns = new Touchdowns(packed.contacts_s);
wearUsualTheme();
document.title = at("name").textContent = packed.name;
const thinned = packed.rate_hz < packed.recorded_hz ? ` · thinned for this page from ${packed.recorded_hz} to ${packed.rate_hz.toFixed(1)} samples a second` : "";
at("facts").textContent = `${packed.activity} · ${packed.duration_s.toFixed(1)} s · method: ${packed.method}${thinned}`;
at("notes").textContent = `Bones are drawn for ${packed.height_m.toFixed(2)} m${packed.height_known ? "" : ", since no height was given"}.${packed.upright_pelvis ? " Nothing is known of the pelvis; it is drawn upright." : ""}`;
at("band-note").hidden = Object.keys(packed.deviations).length === 0;
at("boxes-switch").hidden = Object.keys(packed.sensors).length === 0;
at("truth-note").hidden = at("ghost-switch").hidden = !recording.truth;

function stage(): Stage | null {
  try {
    return new Stage(at("stage"), recording);
  } catch {
    at("stage").textContent = "This browser shows no WebGL, which the moving body needs. The same angles are in the curves, in angles.csv and in report.html.";
    return null;
  }
}

function button(place: HTMLElement, name: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.onclick = press;
  place.append(made);
  return made;
}

function whenTicked(id: string, use: (ticked: boolean) => void): void {
  at<HTMLInputElement>(id).onchange = (event) => {
    use((event.target as HTMLInputElement).checked);
    shown?.refresh();
  };
}

function choose(kind: string): void {
  charts.choose(kind);
  for (const [name, made] of joints) made.setAttribute("aria-pressed", String(name === kind));
}

const shown = stage();
const charts = new Charts(at("charts"), recording, touchdowns, (time_s) => clock.seek(time_s));
const timeline = new Timeline(at("ticks"), touchdowns, clock.first_s, clock.last_s);
const joints = new Map(recording.curves.kinds.map((kind) => [kind, button(at("joints"), kind, () => choose(kind))]));
choose(charts.joint);
for (const span_s of SPANS_S) at<HTMLSelectElement>("span").add(new Option(`${span_s} s`, String(span_s)));
at<HTMLSelectElement>("span").onchange = (event) => charts.span(Number((event.target as HTMLSelectElement).value));
for (const name of Object.keys(CAMERAS)) button(at("cameras"), name, () => shown?.lookFrom(name));
for (const speed of SPEEDS) at<HTMLSelectElement>("speed").add(new Option(`${speed} ×`, String(speed), false, speed === 1));
at<HTMLSelectElement>("speed").onchange = (event) => (clock.speed = Number((event.target as HTMLSelectElement).value));
const scrub = at<HTMLInputElement>("scrub");
Object.assign(scrub, { min: String(clock.first_s), max: String(clock.last_s), step: "any", value: String(clock.first_s) });
scrub.oninput = () => clock.seek(Number(scrub.value));
at("play").onclick = () => clock.toggle();
at("back").onclick = () => clock.step(-1);
at("forward").onclick = () => clock.step(1);
at("previous").onclick = () => clock.seek(touchdowns.beside(clock.time_s, -1)?.time_s ?? clock.first_s);
at("next").onclick = () => clock.seek(touchdowns.beside(clock.time_s, 1)?.time_s ?? clock.last_s);
whenTicked("walk-on", (ticked) => shown && (shown.walkOn = ticked));
whenTicked("ghost", (ticked) => shown?.ghost && (shown.ghost.group.visible = ticked));
whenTicked("boxes", (ticked) => shown?.body.boxes.forEach((box) => (box.visible = ticked)));
at("theme").onclick = () => {
  changeTheme();
  shown?.paint();
  charts.repaint();
  timeline.draw();
};
listen({
  " ": () => clock.toggle(),
  ArrowLeft: () => clock.seek(clock.time_s - JUMP_S),
  ArrowRight: () => clock.seek(clock.time_s + JUMP_S),
  ",": () => clock.step(-1),
  ".": () => clock.step(1),
  ...Object.fromEntries(Object.keys(CAMERAS).map((name, i) => [String(i + 1), () => shown?.lookFrom(name)])),
});

declare global {
  interface Window {
    /** Points of the body at a time, and how often the scene was drawn, for tests. */
    pointsAt: (time_s: number) => unknown;
    timesDrawn: () => number;
  }
}
window.pointsAt = (time_s) => recording.estimate.at(recording.sampleAt(time_s)).points;
window.timesDrawn = () => shown?.drawn ?? 0;

let before = performance.now();
let said_s = NaN;
function frame(now: number): void {
  clock.advance(Math.min((now - before) / 1000, 0.25));
  before = now;
  at("play").textContent = clock.playing ? "❚❚" : "▶";
  if (said_s !== clock.time_s) {
    said_s = clock.time_s;
    scrub.value = String(said_s);
    at("time").textContent = `${said_s.toFixed(2)} s`;
  }
  shown?.show(clock.time_s);
  charts.show(clock.time_s);
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);
