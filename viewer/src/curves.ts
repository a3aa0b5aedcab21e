import type { Packed } from "./packed.ts";
import { JOINT_KINDS } from "./skeleton.ts";
import { degreesOf, valueAt } from "./tracks.ts";

export const PLANES = ["flexion", "adduction", "rotation"] as const;

/** Standard deviations to either side that hold 90 % of a normal error. */
const NINETY = 1.6449;

const WORDS: Record<string, [string, string, string]> = {
  hip: ["Flexion", "Adduction", "Internal rotation"],
  knee: ["Flexion", "Adduction", "Internal rotation"],
  ankle: ["Dorsiflexion", "Inversion", "Internal rotation"],
};

/** What an angle of a joint is called. */
export function planeWords(kind: string, plane: number): string {
  return WORDS[kind][plane];
}

/** One angle over time, estimated, with how sure it is, and true. */
export interface Curve {
  angle: Float32Array;
  /** Half the width of the 90 % interval, a value every `every` samples. */
  reach: Float32Array | null;
  truth: Float32Array | null;
}

/** All joint angles of the recording, unpacked when first asked for. */
export class Curves {
  private readonly unpacked = new Map<string, Curve>();
  readonly kinds: readonly string[];
  readonly every: number;

  constructor(private readonly packed: Packed) {
    this.kinds = JOINT_KINDS.filter((kind) => ["r", "l"].some((side) => packed.curves[`${kind}_${side}`]));
    this.every = packed.deviations_every;
  }

  /** Angle of a joint (`knee_r`) in a plane (0 to 2); null if there is none. */
  of(joint: string, plane: number): Curve | null {
    const key = `${joint} ${plane}`;
    const known = this.unpacked.get(key);
    if (known) return known;
    const angle = this.degrees(this.packed.curves, joint, plane);
    if (!angle) return null;
    const curve = {
      angle,
      reach: this.degrees(this.packed.deviations, joint, plane)?.map((sd) => NINETY * sd) ?? null,
      truth: this.degrees(this.packed.truth_curves, joint, plane),
    };
    this.unpacked.set(key, curve);
    return curve;
  }

  /** Half the width of the interval at a sample; NaN where nothing is known. */
  reachAt(curve: Curve, sample: number): number {
    if (!curve.reach) return NaN;
    return curve.reach[Math.min(Math.max(Math.floor(sample / this.every), 0), curve.reach.length - 1)];
  }

  /** Estimated and true angle at a sample, in degrees. */
  valuesAt(curve: Curve, sample: number): { angle: number; reach: number; truth: number } {
    return {
      angle: valueAt(curve.angle, sample),
      reach: this.reachAt(curve, sample),
      truth: curve.truth ? valueAt(curve.truth, sample) : NaN,
    };
  }

  private degrees(table: Record<string, string[]>, joint: string, plane: number): Float32Array | null {
    const planes = table[joint];
    return planes ? degreesOf(planes[plane], this.packed.step_deg, this.packed.missing) : null;
  }
}
