// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test, vi } from "vitest";

import { Touchdowns } from "../src/events.ts";
import { changeTheme, wearUsualTheme } from "../src/theme.ts";
import { inkOf, useInk, type Mark, type Point } from "./ink.ts";
import { wearPageStyle } from "./page_style.ts";
import { angles, smallRecording } from "./small_recording.ts";

const [RIGHT, LEFT] = ["#0060a0", "#c04a00"]; // of page.css, in the light

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
const whenResized: (() => void)[] = [];
vi.stubGlobal("ResizeObserver", class {
  constructor(told: () => void) {
    whenResized.push(told);
  }
  observe() {}
});
// Imported when the browser's parts that the plots look for at once are there.
const { Charts, SPANS_S } = await import("../src/panels/charts.ts");

beforeAll(() => {
  wearPageStyle();
  useInk();
});

beforeEach(() => {
  document.body.innerHTML = "<div></div>";
  wearUsualTheme();
});

const constant = (angle: number, samples = 121) => angles(Array<number>(samples).fill(angle));
const ramp = (from: number, step: number) => angles(Array.from({ length: 121 }, (_, i) => from + step * i));
const place = () => document.querySelector("div")!;

/** Right knee rises by a degree a sample from -20; the left one stays at 30; hips stay at 7. */
const KNEES = {
  curves: { knee_r: [ramp(-20, 1), constant(-2), constant(3)], knee_l: [constant(30), constant(0), constant(0)], hip_r: [constant(7), constant(8), constant(9)] },
  deviations: { knee_r: [constant(2), constant(3), constant(4)] },
  truth_curves: { knee_r: [ramp(-15, 1), constant(-4), constant(5)] },
};

async function chartsOf(own: Parameters<typeof smallRecording>[0], contacts_s: Record<string, number[]> = {}) {
  const sought: number[] = [];
  const charts = new Charts(place(), smallRecording(own), new Touchdowns(contacts_s), (time_s) => sought.push(time_s));
  charts.show(0);
  await drawn();
  return { charts, sought };
}

const drawn = () => new Promise((done) => setTimeout(done)); // uPlot draws when the task is over
const titles = () => [...document.querySelectorAll(".chart p > span:first-child")].map((title) => title.textContent);
const told = (plane: number) => [...document.querySelectorAll(".values")[plane].children].map((said) => [said.className, said.textContent]);
const cursorShare = (plane: number) => {
  const { left } = document.querySelectorAll<HTMLElement>(".now")[plane].style;
  return Number(/calc\((.*)% - 1px\)/.exec(left)![1]) / 100;
};

const canvasOf = (plane: number) => document.querySelectorAll<HTMLCanvasElement>(".chart canvas")[plane];
const marks = (plane: number, kind: Mark["kind"], colour: string) => inkOf(canvasOf(plane)).marks.filter((mark) => mark.kind === kind && mark.colour === colour);
const line = (plane: number, colour: string, dashed = false): Point[] => marks(plane, "stroke", colour).filter((mark) => mark.dashed === dashed).flatMap((mark) => mark.points);
const heights = (points: Point[]) => points.map(([, y]) => y);

test("a joint's three planes are named, and both sides told with how sure they are and the truth", async () => {
  const { charts } = await chartsOf(KNEES);
  expect(titles()).toEqual(["Flexion", "Adduction", "Internal rotation"]);
  charts.show(1);
  expect(told(0)).toEqual([["r", "R −10.0° ± 3.3 (true −5.0°)"], ["l", "L 30.0°"]]);
  expect(told(1)).toEqual([["r", "R −2.0° ± 4.9 (true −4.0°)"], ["l", "L 0.0°"]]);
  expect(told(2)[0]).toEqual(["r", "R 3.0° ± 6.6 (true 5.0°)"]);
});

test("an angle in a gap is called unknown, and a side without the joint is not spoken of", async () => {
  const { charts } = await chartsOf({ curves: { knee_l: [angles([1, 2, NaN, 4]), constant(0, 4), constant(0, 4)] }, samples: 4 });
  charts.show(0.1);
  expect(told(0)).toEqual([["l", "L 2.0°"]]);
  charts.show(0.2);
  expect(told(0)).toEqual([["l", "L unknown"]]);
});

test("the knee is shown first, another joint when asked, and what there is without a knee", async () => {
  const { charts } = await chartsOf(KNEES);
  expect(charts.joint).toBe("knee");
  charts.choose("hip");
  charts.show(0);
  expect(told(0)).toEqual([["r", "R 7.0°"]]);
  document.body.innerHTML = "<div></div>";
  const ankle = await chartsOf({ curves: { ankle_r: [constant(1), constant(2), constant(3)] } });
  expect(ankle.charts.joint).toBe("ankle");
  expect(titles()).toEqual(["Dorsiflexion", "Inversion", "Internal rotation"]);
});

test("the cursor goes through a window, and a page is turned when the body leaves it", async () => {
  const { charts } = await chartsOf(KNEES);
  const shareAt = (time_s: number) => {
    charts.show(time_s);
    return cursorShare(1);
  };
  expect([0, 1, 4.9].map(shareAt)).toEqual([0, 0.2, 0.98].map((share) => expect.closeTo(share)));
  expect([5, 7.3, 2].map(shareAt)).toEqual([0, 0.46, 0.4].map((share) => expect.closeTo(share)));
  expect(shareAt(5 - 1e-9), "but for a rounding error").toBeCloseTo(0);
  expect(shareAt(12), "a last window shows what came before, to the end").toBeCloseTo(1);
  expect(shareAt(11)).toBeCloseTo(0.8);
});

test("a longer window is one of those offered, and holds more", async () => {
  expect(SPANS_S).toContain(20);
  const { charts } = await chartsOf(KNEES);
  charts.span(20);
  charts.show(6);
  await drawn();
  expect(cursorShare(0)).toBeCloseTo(0.5); // of twelve seconds
  expect(inkOf(canvasOf(0)).words).toEqual(expect.arrayContaining(["10 s", "0°", "100°"]));
  expect(inkOf(canvasOf(1)).words.join()).toMatch(/^[^-]*−\d+°[^-]*$/); // no hyphen for a minus
});

test("right and left are lines of their colours: one rises, one stays", async () => {
  await chartsOf(KNEES);
  const right = line(0, RIGHT);
  expect(right[0][0]).toBeLessThan(right.at(-1)![0]);
  expect(right[0][1]).toBeGreaterThan(right.at(-1)![1] + 10);
  const left = heights(line(0, LEFT));
  expect(Math.max(...left) - Math.min(...left)).toBe(0);
  expect(Math.min(...left)).toBeLessThan(right[0][1] - 10);
});

test("the truth is dashed and where it is, above an estimate that is too low", async () => {
  await chartsOf(KNEES);
  const [estimate, truth] = [line(0, RIGHT), line(0, RIGHT, true)];
  expect(estimate.length).toBeGreaterThan(40);
  expect(truth.length).toBe(estimate.length);
  for (const [i, [x, y]] of truth.entries()) {
    expect(x).toBe(estimate[i][0]);
    expect(Math.abs(estimate[i][1] - y - 5 * pixelsADegree(estimate))).toBeLessThanOrEqual(1); // drawn on whole pixels
  }
  expect(line(0, LEFT, true)).toEqual([]);
});

test("a truth far above the estimate is still in the picture", async () => {
  await chartsOf({ ...KNEES, truth_curves: { knee_l: [constant(300), constant(0), constant(0)] } });
  const [truth] = heights(line(0, LEFT, true));
  expect(truth).toBeGreaterThan(0);
  expect(truth).toBeLessThan(heights(line(0, LEFT))[0]);
});

test("a thinned recording begins where its first sample is", async () => {
  const { charts } = await chartsOf({ ...KNEES, first_s: 2 });
  charts.show(2);
  await drawn();
  expect(cursorShare(0)).toBe(0);
  expect(Math.min(...line(0, RIGHT).map(([x]) => x))).toBe(44); // beside the axis
});

test("the band reaches as far above as below the line, inside the picture", async () => {
  const { charts } = await chartsOf({ ...KNEES, deviations: { knee_r: [constant(40), constant(3), constant(4)] } });
  const estimate = line(0, RIGHT);
  const [upper, lower] = edges().map(heights);
  const reach = 1.645 * 40 * pixelsADegree(estimate);
  expect(Math.abs(estimate[0][1] - upper[0] - reach)).toBeLessThanOrEqual(2); // of some thirty pixels, all whole
  expect(Math.abs(lower[0] - estimate[0][1] - reach)).toBeLessThanOrEqual(2); // of some thirty pixels, all whole
  expect(edges()).toHaveLength(2); // nothing is known of the left
  charts.show(12);
  await drawn();
  expect(Math.min(...heights(edges()[0])), "at its highest").toBeGreaterThan(0);
});

test("each side's band has its colour, from its upper end to its lower one", async () => {
  const [sure, unsure] = [constant(4), constant(20)];
  await chartsOf({ ...KNEES, deviations: { knee_r: [sure, sure, sure], knee_l: [unsure, unsure, unsure] } });
  for (const [side, colour] of [RIGHT, LEFT].entries()) {
    const filled = marks(0, "fill", `${colour}38`).flatMap((mark) => mark.points);
    const [upper, lower] = edges().slice(2 * side);
    expect(Math.min(...heights(filled))).toBe(Math.min(...heights(upper)));
    expect(filled).toEqual(expect.arrayContaining(upper));
    expect(lower[0][1]).toBeGreaterThan(upper[0][1]);
  }
});

/** Ends of the intervals: upper and lower of the right, then of the left. */
function edges(): Point[][] {
  return marks(0, "stroke", "transparent").map((mark) => mark.points).filter((points) => points.length);
}

/** Of a line that rises by a degree a sample. */
function pixelsADegree(rising: Point[]): number {
  return (rising[0][1] - rising.at(-1)![1]) / (rising.length - 1);
}

test("a later window has the same scale, so that the two can be compared", async () => {
  const { charts } = await chartsOf(KNEES);
  const before = heights(line(0, LEFT))[0];
  expect(before).toBeGreaterThan(0);
  charts.show(6);
  await drawn();
  expect(heights(line(0, LEFT))[0]).toBe(before);
  expect(Math.min(...heights(line(0, RIGHT)))).toBeGreaterThan(0);
});

test("touchdowns are ticks at the bottom of the window they are in, in the colour of their foot", async () => {
  const { charts } = await chartsOf(KNEES, { r: [2.5, 7], l: [4] });
  const middles = (colour: string) => marks(2, "rectangle", colour).map(({ points: [[from], [to]] }) => (from + to) / 2);
  const at = (time_s: number) => 44 + (time_s / 5) * (300 - 44 - 14); // beside the axis, in a plot of usual size
  expect(middles(RIGHT)).toEqual([expect.closeTo(at(2.5), 0)]);
  expect(middles(LEFT)).toEqual([expect.closeTo(at(4), 0)]);
  charts.show(6);
  await drawn();
  expect(middles(RIGHT)).toEqual([expect.closeTo(at(2), 0)]);
  expect(middles(LEFT)).toEqual([]);
});

test("a press on a curve, and a drag, ask for the time there; a mouse that only passes does not", async () => {
  const { sought } = await chartsOf(KNEES);
  const over = document.querySelectorAll<HTMLElement>(".u-over")[1];
  const wide = 300 - 44 - 14;
  over.getBoundingClientRect = () => ({ left: 100, width: wide }) as DOMRect;
  over.setPointerCapture = () => {};
  const point = (type: string, share: number, buttons = 0) => over.dispatchEvent(new PointerEvent(type, { clientX: 100 + share * wide, buttons }));
  point("pointermove", 0.9);
  point("pointerdown", 0.6, 1);
  point("pointermove", 0.5, 1);
  expect(sought).toEqual([expect.closeTo(3), expect.closeTo(2.5)]);
});

test("curves take the room that they are given", async () => {
  await chartsOf(KNEES);
  const room = document.querySelector<HTMLElement>(".chart .canvas")!;
  Object.defineProperty(room, "clientWidth", { value: 600 });
  Object.defineProperty(room, "clientHeight", { value: 200 });
  for (const told of whenResized) told();
  await drawn();
  expect([canvasOf(0).width, canvasOf(0).height]).toEqual([600, 200]);
  expect(canvasOf(1).width, "without room nothing changes").toBe(300);
});

test("the curves take the other theme's colours", async () => {
  const { charts } = await chartsOf(KNEES);
  changeTheme();
  charts.repaint();
  await drawn();
  expect(line(0, RIGHT)).toEqual([]);
  expect(line(0, "#6bbcf0").length).toBeGreaterThan(10);
});
