import uPlot from "uplot";

import { planeWords, type Curve, type Curves } from "../curves.ts";
import type { Touchdowns } from "../events.ts";
import type { Side } from "../packed.ts";
import type { Recording } from "../recording.ts";
import { SIDES } from "../skeleton.ts";
import { colour } from "../theme.ts";

const SIDE_COLOUR: Record<Side, string> = { r: "--right", l: "--left" };
const LETTER: Record<Side, string> = { r: "R", l: "L" };
const TRANSLUCENT = "38"; // alpha appended to a colour of six digits
const SMALLEST_DEG = 10;

/** The chosen joint's angle in one plane: both sides, intervals, truth, touchdowns. */
export class PlaneChart {
  private readonly plot: uPlot;
  private readonly title = document.createElement("span");
  private readonly values = document.createElement("span");
  private readonly cursor = document.createElement("div");
  private readonly curves: Curves;
  private pair: Record<Side, Curve | null> = { r: null, l: null };
  private window: [number, number] = [0, 1];
  private limits: [number, number] = [-1, 1];

  constructor(
    place: HTMLElement,
    private readonly recording: Recording,
    private readonly touchdowns: Touchdowns,
    private readonly plane: number,
    seek: (time_s: number) => void,
  ) {
    this.curves = recording.curves;
    const chart = document.createElement("div");
    const head = document.createElement("p");
    const canvas = document.createElement("div");
    chart.className = "chart";
    canvas.className = "canvas";
    this.values.className = "values";
    head.append(this.title, this.values);
    chart.append(head, canvas);
    place.append(chart);
    this.plot = new uPlot(this.options(), [[]], canvas);
    this.cursor.className = "now";
    this.plot.over.append(this.cursor);
    this.follow(seek);
    new ResizeObserver(() => this.fit(canvas)).observe(canvas);
  }

  /** Shows a joint from a time to another. */
  draw(kind: string, window: [number, number]): void {
    this.window = window;
    this.title.textContent = planeWords(kind, this.plane);
    this.pair = { r: this.curves.of(`${kind}_r`, this.plane), l: this.curves.of(`${kind}_l`, this.plane) };
    this.limits = limitsOf(SIDES.map((side) => this.pair[side]));
    this.plot.setData(this.rows());
  }

  /** Moves the cursor, and says the angles there. */
  point(time_s: number): void {
    // Not by the plot's own scale: after a new window that is set only once this task has ended.
    const [from_s, to_s] = this.window;
    this.cursor.style.left = `calc(${(100 * (time_s - from_s)) / (to_s - from_s)}% - 1px)`;
    const sample = this.recording.sampleAt(time_s);
    this.values.replaceChildren(...SIDES.flatMap((side) => this.told(side, sample)));
  }

  /** The same again in other colours. */
  repaint(): void {
    this.plot.redraw(false);
  }

  private told(side: Side, sample: number): HTMLElement[] {
    const curve = this.pair[side];
    if (!curve) return [];
    const { angle, reach, truth } = this.curves.valuesAt(curve, sample);
    const said = document.createElement("span");
    said.className = side;
    said.textContent = `${LETTER[side]} ${degrees(angle)}${Number.isFinite(reach) ? ` ± ${reach.toFixed(1)}` : ""}`;
    if (Number.isFinite(truth)) said.textContent += ` (true ${degrees(truth)})`;
    return [said];
  }

  /** Times, and for each side: angle, upper and lower end of the interval, truth. */
  private rows(): uPlot.AlignedData {
    const { packed } = this.recording;
    const first = Math.max(0, Math.floor(this.recording.sampleAt(this.window[0])));
    const last = Math.min(packed.samples - 1, Math.ceil(this.recording.sampleAt(this.window[1])));
    const samples = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
    const known = (value: number) => (Number.isFinite(value) ? value : null);
    const row = (of: ((sample: number) => number) | null) => samples.map((sample) => (of ? known(of(sample)) : null));
    const sides = SIDES.flatMap((side) => {
      const curve = this.pair[side];
      if (!curve) return [row(null), row(null), row(null), row(null)];
      const { angle, truth } = curve;
      const end = (sign: 1 | -1) => row(curve.reach && ((i) => angle[i] + sign * this.curves.reachAt(curve, i)));
      return [row((i) => angle[i]), end(1), end(-1), row(truth && ((i) => truth[i]))];
    });
    return [samples.map((sample) => packed.first_s + sample / packed.rate_hz), ...sides];
  }

  private options(): uPlot.Options {
    const line = (name: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({ stroke: () => colour(name), width: 1.75, points: { show: false }, ...more });
    const edge: uPlot.Series = { stroke: "transparent", points: { show: false } };
    const side = (name: string) => [line(name), edge, edge, line(name, { dash: [3, 4], width: 1.5 })];
    const axis: uPlot.Axis = { stroke: () => colour("--soft"), grid: { stroke: () => colour("--rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    return {
      width: 300,
      height: 150,
      padding: [5, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: () => this.window }, y: { range: () => this.limits } },
      axes: [{ ...axis, size: 26, values: (_, at) => at.map((time_s) => `${time_s} s`) }, { ...axis, size: 44, values: (_, at) => at.map((angle) => `${angle}°`.replace("-", "−")) }],
      series: [{}, ...side("--right"), ...side("--left")],
      bands: [
        { series: [2, 3], fill: () => colour("--right") + TRANSLUCENT },
        { series: [6, 7], fill: () => colour("--left") + TRANSLUCENT },
      ],
      hooks: { draw: [(plot) => this.tick(plot)] },
    };
  }

  /** A short line at the bottom for every touchdown. */
  private tick(plot: uPlot): void {
    const { top, height } = plot.bbox;
    for (const { time_s, side } of this.touchdowns.within(...this.window)) {
      plot.ctx.fillStyle = colour(SIDE_COLOUR[side]);
      plot.ctx.fillRect(plot.valToPos(time_s, "x", true) - devicePixelRatio, top + height - 9 * devicePixelRatio, 2 * devicePixelRatio, 9 * devicePixelRatio);
    }
  }

  /** A press or a drag on the chart moves the body. */
  private follow(seek: (time_s: number) => void): void {
    const { over } = this.plot;
    const go = (event: PointerEvent) => seek(this.plot.posToVal(event.clientX - over.getBoundingClientRect().left, "x"));
    over.addEventListener("pointerdown", (event) => {
      over.setPointerCapture(event.pointerId);
      go(event);
    });
    over.addEventListener("pointermove", (event) => event.buttons && go(event));
  }

  private fit(canvas: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width && height) this.plot.setSize({ width, height });
  }
}

function degrees(angle: number): string {
  return Number.isFinite(angle) ? `${angle.toFixed(1).replace("-", "−")}°` : "unknown";
}

/** Limits that hold both sides of the whole recording with their intervals, so that windows can be compared. */
function limitsOf(pair: (Curve | null)[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of pair.flatMap((curve) => [curve?.angle, curve?.truth])) {
    for (const angle of values ?? []) {
      if (angle < low) low = angle;
      if (angle > high) high = angle;
    }
  }
  if (!Number.isFinite(low)) return [-1, 1];
  let reach = 0;
  for (const half of pair.flatMap((curve) => [...(curve?.reach ?? [])])) if (half > reach) reach = half;
  const room = reach + 0.08 * (high - low) + Math.max(0, (SMALLEST_DEG - (high - low)) / 2);
  return [low - room, high + room];
}
