import type { Packed } from "../src/packed.ts";
import { Recording } from "../src/recording.ts";
import { SEGMENTS } from "../src/skeleton.ts";

export const MISSING = -32768;
const STEP_DEG = 0.01;

/** Sixteen-bit integers as the Python side packs them. */
function packed(whole: number[]): string {
  return Buffer.from(Int16Array.from(whole).buffer).toString("base64");
}

/** Degrees as the Python side packs them; NaN is a gap. */
export function angles(degrees: number[]): string {
  return packed(degrees.map((angle) => (Number.isNaN(angle) ? MISSING : Math.round(angle / STEP_DEG))));
}

/** Twelve seconds at 10 Hz of somebody who stands, without any angle; the test brings its own. */
export function smallRecording(own: Partial<Packed> = {}): Recording {
  const samples = own.samples ?? 121;
  const upright = packed(Array.from({ length: samples }, () => [32767, 0, 0, 0]).flat());
  return new Recording({
    name: "walk",
    activity: "walking",
    method: "map",
    kinefuse: "0",
    samples,
    rate_hz: 10,
    first_s: 0,
    recorded_hz: 10,
    duration_s: samples / 10,
    upright_pelvis: false,
    height_m: 1.72,
    height_known: true,
    body: { hip_width_m: 0.18, thigh_m: 0.44, shank_m: 0.44, heel_m: [-0.07, -0.07, 0], ball_m: [0.13, -0.07, 0] },
    measured: [...SEGMENTS],
    sides: ["r", "l"],
    quaternions: Object.fromEntries(SEGMENTS.map((segment) => [segment, upright])),
    travel_m: Buffer.from(new Float32Array(2 * samples).buffer).toString("base64"),
    truth: null,
    sensors: {},
    curves: {},
    deviations: {},
    truth_curves: {},
    deviations_every: 1,
    step_deg: STEP_DEG,
    missing: MISSING,
    contacts_s: {},
    ...own,
  });
}
