import type { Side } from "./packed.ts";

export interface Touchdown {
  time_s: number;
  side: Side;
}

/** Number of sorted times that are not after this one (binary search). */
export function countUntil(times: ArrayLike<number>, time_s: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time_s) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Touchdowns of both feet, found by time. */
export class Touchdowns {
  readonly all: readonly Touchdown[];
  private readonly times: Float64Array;

  constructor(contacts_s: Record<string, number[]>) {
    const both = Object.entries(contacts_s).flatMap(([side, times]) =>
      times.map((time_s) => ({ time_s, side: side as Side })),
    );
    this.all = both.sort((a, b) => a.time_s - b.time_s);
    this.times = Float64Array.from(this.all, (touchdown) => touchdown.time_s);
  }

  /** The latest one until this time. */
  last(time_s: number): Touchdown | null {
    return this.all[countUntil(this.times, time_s) - 1] ?? null;
  }

  /** The nearest one after (+1) or before (-1) this time, further away than a rounding error. */
  beside(time_s: number, direction: 1 | -1): Touchdown | null {
    if (direction > 0) return this.all[countUntil(this.times, time_s + CLOSE_S)] ?? null;
    return this.all[countUntil(this.times, time_s - CLOSE_S) - 1] ?? null;
  }

  /** Those from one time to another. */
  within(from_s: number, to_s: number): readonly Touchdown[] {
    return this.all.slice(countUntil(this.times, from_s - CLOSE_S), countUntil(this.times, to_s));
  }
}

const CLOSE_S = 0.002; // times of contacts are rounded to a millisecond
