import type { Touchdowns } from "../events.ts";
import type { Recording } from "../recording.ts";
import { PlaneChart } from "./plane_chart.ts";

/** Seconds that the charts show at once. */
export const SPANS_S = [5, 20, 120] as const;

/** Three planes of one joint, in the window of time that the body is in. */
export class Charts {
  private readonly planes: PlaneChart[];
  private kind: string;
  private span_s: number = SPANS_S[0];
  private drawn = "";
  private pointed = NaN;

  constructor(
    place: HTMLElement,
    private readonly recording: Recording,
    touchdowns: Touchdowns,
    seek: (time_s: number) => void,
  ) {
    this.kind = recording.curves.kinds.includes("knee") ? "knee" : recording.curves.kinds[0];
    this.planes = [0, 1, 2].map((plane) => new PlaneChart(place, recording, touchdowns, plane, seek));
  }

  get joint(): string {
    return this.kind;
  }

  choose(kind: string): void {
    this.kind = kind;
  }

  span(span_s: number): void {
    this.span_s = span_s;
  }

  repaint(): void {
    for (const chart of this.planes) chart.repaint();
  }

  /** Turns over to the next window when the body has left this one; else only the cursor moves. */
  show(time_s: number): void {
    const { first_s, last_s, step_s } = this.recording;
    const page = Math.floor((time_s - first_s + step_s / 1000) / this.span_s);
    const from_s = first_s + Math.max(0, page) * this.span_s;
    const wanted = `${this.kind} ${from_s} ${this.span_s}`;
    if (wanted !== this.drawn) {
      const until_s = Math.min(from_s + this.span_s, Math.max(last_s, first_s + step_s));
      // A recording that ends just after a window begins is shown with what came before.
      const window: [number, number] = [Math.max(first_s, Math.min(from_s, until_s - this.span_s)), until_s];
      for (const chart of this.planes) chart.draw(this.kind, window);
      this.drawn = wanted;
      this.pointed = NaN;
    }
    if (time_s === this.pointed) return;
    this.pointed = time_s;
    for (const chart of this.planes) chart.point(time_s);
  }
}
