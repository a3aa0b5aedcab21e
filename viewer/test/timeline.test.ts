// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test } from "vitest";

import { Touchdowns } from "../src/events.ts";
import { Timeline } from "../src/panels/timeline.ts";
import { changeTheme, wearUsualTheme } from "../src/theme.ts";
import { inkOf, useInk } from "./ink.ts";
import { wearPageStyle } from "./page_style.ts";

const [RIGHT, LEFT] = ["#0060a0", "#c04a00"]; // of page.css, in the light

beforeAll(() => {
  wearPageStyle();
  useInk();
});

beforeEach(() => {
  document.body.innerHTML = "<div></div>";
  wearUsualTheme();
});

/** Of a recording from 2 to 12 s, 216 pixels wide and 46 high. */
function timelineOf(contacts_s: Record<string, number[]>, last_s = 12) {
  const place = document.querySelector("div")!;
  Object.defineProperty(place, "clientWidth", { value: 216 });
  Object.defineProperty(place, "clientHeight", { value: 46 });
  const timeline = new Timeline(place, new Touchdowns(contacts_s), 2, last_s);
  const ticks = () => inkOf(place.querySelector("canvas")!).marks.map(({ colour, alpha, points: [[x, y], [right, bottom]] }) => ({ colour, alpha, x: (x + right) / 2, y, bottom }));
  return { timeline, ticks };
}

test("the timeline has right touchdowns above, left ones below, where the handle's middle will be", () => {
  const { ticks } = timelineOf({ r: [2, 12], l: [7] });
  const [first, middle, last] = ticks();
  expect([first.colour, middle.colour, last.colour]).toEqual([RIGHT, LEFT, RIGHT]);
  expect([first.x, middle.x, last.x]).toEqual([8, 108, 208]); // of 216 px, and a handle of 16
  expect(first.bottom).toBeLessThan(23);
  expect(middle.y).toBeGreaterThan(23);
  expect(middle.bottom).toBeLessThan(46);
});

test("the more touchdowns the fainter each is, but none vanishes", () => {
  const every = (step_s: number) => Array.from({ length: Math.floor(10 / step_s) }, (_, i) => 2 + step_s * i);
  const alphas = [1, 0.05, 0.01].map((step_s) => {
    document.body.innerHTML = "<div></div>";
    return timelineOf({ r: every(step_s), l: [] }).ticks()[0].alpha;
  });
  expect(alphas[0]).toBe(1);
  expect(alphas[1]).toBeLessThan(1);
  expect(alphas[2]).toBeGreaterThan(0.1);
  expect(alphas[2]).toBeLessThan(alphas[1]);
});

test("drawn again in the other theme, the timeline has each tick once and in its colour", () => {
  const { timeline, ticks } = timelineOf({ r: [3], l: [4] });
  changeTheme();
  timeline.draw();
  expect(ticks().map((tick) => tick.colour)).toEqual(["#6bbcf0", "#f2a13c"]);
});

test("a recording of one moment has an empty timeline", () => {
  expect(timelineOf({ r: [2], l: [] }, 2).ticks()).toEqual([]);
});
