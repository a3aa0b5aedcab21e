import type { BodyLengths, Side } from "./packed.ts";
import { turned, type Quaternion, type Vector } from "./rotations.ts";

export const SIDES: readonly Side[] = ["r", "l"];
export const SEGMENTS = ["pelvis", "thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l"] as const;
export const JOINT_KINDS = ["hip", "knee", "ankle"] as const;

/** Attitude of all seven segments; null where it is not known. */
export type Attitudes = Record<string, Quaternion | null>;

/** Points of a body, seen from the midpoint between its hips, in the world's axes [m]. */
export interface Posture {
  /** Proximal end of every segment that is known. */
  origins: Record<string, Vector>;
  /** Heel and ball of each known foot. */
  soles: Partial<Record<Side, [Vector, Vector]>>;
}

/** Forward kinematics; the same as `kinefuse.simulation.body_points`. */
export function posture(attitudes: Attitudes, body: BodyLengths): Posture {
  const found: Posture = { origins: {}, soles: {} };
  const pelvis = attitudes.pelvis;
  if (!pelvis) return found;
  found.origins.pelvis = [0, 0, 0];
  for (const side of SIDES) addLeg(found, side, pelvis, attitudes, body);
  return found;
}

function addLeg(found: Posture, side: Side, pelvis: Quaternion, attitudes: Attitudes, body: BodyLengths): void {
  const outwards = (side === "r" ? 1 : -1) * (body.hip_width_m / 2);
  const hip = turned(pelvis, [0, 0, outwards]);
  found.origins[`thigh_${side}`] = hip;
  const thigh = attitudes[`thigh_${side}`];
  if (!thigh) return;
  const knee = below(hip, thigh, body.thigh_m);
  found.origins[`shank_${side}`] = knee;
  const shank = attitudes[`shank_${side}`];
  if (!shank) return;
  const ankle = below(knee, shank, body.shank_m);
  found.origins[`foot_${side}`] = ankle;
  const foot = attitudes[`foot_${side}`];
  if (foot) found.soles[side] = [plus(ankle, turned(foot, body.heel_m)), plus(ankle, turned(foot, body.ball_m))];
}

/** Height of the hips' midpoint when the lowest point of these feet touches the floor. */
export function hipsAboveFloor(found: Posture, sides: readonly Side[]): number {
  let lowest = Infinity;
  for (const side of sides) {
    for (const [, height] of found.soles[side] ?? []) lowest = Math.min(lowest, height);
  }
  return Number.isFinite(lowest) ? -lowest : 0;
}

function below(origin: Vector, segment: Quaternion, length_m: number): Vector {
  return plus(origin, turned(segment, [0, -length_m, 0]));
}

function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
