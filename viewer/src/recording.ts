import { float32Of } from "./bytes.ts";
import { Curves } from "./curves.ts";
import { Motion } from "./motion.ts";
import type { Packed } from "./packed.ts";
import { SEGMENTS } from "./skeleton.ts";
import { AttitudeTrack, valueAt } from "./tracks.ts";

/** Everything that can be asked of the recording in the page. */
export class Recording {
  readonly estimate: Motion;
  readonly truth: Motion | null;
  readonly curves: Curves;
  private readonly travel_m: Float32Array;

  constructor(readonly packed: Packed) {
    this.estimate = this.motion(packed.quaternions, packed.measured);
    this.truth = packed.truth && this.motion(packed.truth.quaternions, packed.truth.measured);
    this.curves = new Curves(packed);
    this.travel_m = float32Of(packed.travel_m);
  }

  /** Times of the first and the last sample in the page. */
  get first_s(): number {
    return this.packed.first_s;
  }
  get last_s(): number {
    return this.packed.first_s + (this.packed.samples - 1) / this.packed.rate_hz;
  }

  /** Time between samples. */
  get step_s(): number {
    return 1 / this.packed.rate_hz;
  }

  /** Sample, with fraction, at a time. */
  sampleAt(time_s: number): number {
    return (time_s - this.packed.first_s) * this.packed.rate_hz;
  }

  /** Way of the hips over the floor: x and z. */
  travelAt(time_s: number): [number, number] {
    const sample = this.sampleAt(time_s);
    return [valueAt(this.travel_m, sample, 2, 0), valueAt(this.travel_m, sample, 2, 1)];
  }

  private motion(quaternions: Record<string, string>, measured: readonly string[]): Motion {
    const { missing, body, sides } = this.packed;
    const tracks = Object.fromEntries(SEGMENTS.map((s) => [s, new AttitudeTrack(quaternions[s], missing)]));
    return new Motion(tracks, measured, body, sides);
  }
}
