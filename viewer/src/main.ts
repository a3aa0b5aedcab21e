import "./page.css";

import { Clock, SPEEDS } from "./clock.ts";
import { Touchdowns } from "./events.ts";
import type { Packed } from "./packed.ts";
import { Recording } from "./recording.ts";
import { CAMERAS, Stage } from "./scene/stage.ts";

const at = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const packed = JSON.parse(at("recording").textContent ?? "") as Packed;
const recording = new Recording(packed);
const clock = new Clock(recording.first_s, recording.last_s, recording.step_s);
const touchdowns = new Touchdowns(packed.contacts_s);
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.title = at("name").textContent = packed.name;
const thinned = packed.rate_hz < packed.recorded_hz ? ` · thinned for this page from ${packed.recorded_hz} to ${packed.rate_hz.toFixed(1)} samples a second` : "";
at("facts").textContent = `${packed.activity} · ${packed.duration_s.toFixed(1)} s · method: ${packed.method}${thinned}`;
at("notes").textContent = `Bones are drawn for ${packed.height_m.toFixed(2)} m${packed.height_known ? "" : ", since no height was given"}.${packed.upright_pelvis ? " Nothing is known of the pelvis; it is drawn upright." : ""}`;

function stage(): Stage | null {
  try {
    return new Stage(at("stage"), recording);
  } catch {
    at("stage").textContent = "This browser shows no WebGL, which the moving body needs. The same angles are in angles.csv and report.html.";
    return null;
  }
}

const shown = stage();
for (const name of Object.keys(CAMERAS)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.onclick = () => shown?.lookFrom(name);
  at("cameras").append(button);
}
for (const speed of SPEEDS) at<HTMLSelectElement>("speed").add(new Option(`${speed} ×`, String(speed), false, speed === 1));
at<HTMLSelectElement>("speed").onchange = (event) => (clock.speed = Number((event.target as HTMLSelectElement).value));
const scrub = at<HTMLInputElement>("scrub");
Object.assign(scrub, { min: String(clock.first_s), max: String(clock.last_s), step: String(clock.step_s), value: String(clock.first_s) });
scrub.oninput = () => clock.seek(Number(scrub.value));
at("play").onclick = () => clock.toggle();
at("back").onclick = () => clock.step(-1);
at("forward").onclick = () => clock.step(1);
at("previous").onclick = () => clock.seek(touchdowns.beside(clock.time_s, -1)?.time_s ?? clock.first_s);
at("next").onclick = () => clock.seek(touchdowns.beside(clock.time_s, 1)?.time_s ?? clock.last_s);
at<HTMLInputElement>("walk-on").onchange = (event) => shown && (shown.walkOn = (event.target as HTMLInputElement).checked);
at<HTMLInputElement>("ghost").onchange = (event) => shown?.ghost && (shown.ghost.group.visible = (event.target as HTMLInputElement).checked);
at("ghost-switch").hidden = !recording.truth;
at<HTMLInputElement>("boxes").onchange = (event) => shown?.body.boxes.forEach((box) => (box.visible = (event.target as HTMLInputElement).checked));

declare global {
  interface Window {
    /** Points of the body at a time, for tests. */
    pointsAt: (time_s: number) => unknown;
  }
}
window.pointsAt = (time_s) => recording.estimate.at(recording.sampleAt(time_s)).points;

let before = performance.now();
function frame(now: number): void {
  clock.advance(Math.min((now - before) / 1000, 0.25));
  before = now;
  scrub.value = String(clock.time_s);
  at("play").textContent = clock.playing ? "❚❚" : "▶";
  at("time").textContent = `${clock.time_s.toFixed(2)} s`;
  shown?.show(clock.time_s);
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);
