import { int16Of } from "./bytes.ts";
import { between, unit, type Quaternion } from "./rotations.ts";

/** Attitude of one segment over time. */
export class AttitudeTrack {
  private readonly whole: Int16Array;
  readonly samples: number;

  constructor(
    base64: string,
    private readonly missing: number,
  ) {
    this.whole = int16Of(base64);
    this.samples = this.whole.length / 4;
  }

  /** Attitude at a sample with fraction; null beside a gap. Ends are held. */
  at(sample: number): Quaternion | null {
    const place = Math.min(Math.max(sample, 0), this.samples - 1);
    const before = Math.floor(place);
    const share = place - before;
    const from = this.read(before);
    if (!from || share === 0) return from;
    const to = this.read(before + 1);
    return to && between(from, to, share);
  }

  private read(sample: number): Quaternion | null {
    const at = 4 * sample;
    if (this.whole[at] === this.missing) return null;
    return unit([this.whole[at], this.whole[at + 1], this.whole[at + 2], this.whole[at + 3]]);
  }
}

/** Angles in degrees; NaN where unknown. */
export function degreesOf(base64: string, step_deg: number, missing: number): Float32Array {
  const whole = int16Of(base64);
  const degrees = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i++) degrees[i] = whole[i] === missing ? NaN : whole[i] * step_deg;
  return degrees;
}

/** Value between samples, on the straight line; ends are held. */
export function valueAt(values: Float32Array, sample: number, stride = 1, offset = 0): number {
  const last = values.length / stride - 1;
  const place = Math.min(Math.max(sample, 0), last);
  const before = Math.min(Math.floor(place), Math.max(last - 1, 0));
  const share = place - before;
  const from = values[before * stride + offset];
  if (share === 0) return from;
  return from + share * (values[(before + 1) * stride + offset] - from);
}
