import { SphereGeometry, type BufferGeometry } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import type { BodyLengths } from "../packed.ts";
import { loft, type Along, type Station } from "./loft.ts";

// Shapes to recognise a bone by, not anatomy: middle (forward, up, outwards) and half widths across
// of each cross section, in metres on somebody whose thigh is 0.42 m long.
type Row = [forward: number, up: number, outwards: number, wide: number, deep?: number];
const MODEL_THIGH_M = 0.4214;

interface Bone {
  along: Along;
  rows: (length: number) => Row[];
}

const BLADE: Bone = { along: "y", rows: () => [
  [0.002, -0.022, 0.08, 0.012, 0.014], [0, 0, 0.082, 0.024, 0.027], [-0.004, 0.035, 0.078, 0.017, 0.026],
  [-0.012, 0.07, 0.09, 0.013, 0.052], [-0.02, 0.105, 0.108, 0.011, 0.074], [-0.024, 0.128, 0.116, 0.009, 0.062], [-0.026, 0.138, 0.117, 0.002, 0.03],
] };
const SEAT: Bone = { along: "y", rows: () => [
  [-0.01, 0.01, 0.078, 0.01, 0.012], [-0.02, -0.015, 0.07, 0.017, 0.019], [-0.034, -0.055, 0.056, 0.015, 0.018],
  [-0.028, -0.082, 0.05, 0.011, 0.014], [-0.026, -0.092, 0.048, 0.002],
] };
const PUBIS: Bone = { along: "z", rows: () => [
  [0.005, 0, 0.085, 0.012], [0.03, 0.006, 0.06, 0.012], [0.052, -0.006, 0.03, 0.01, 0.014], [0.056, -0.016, 0.004, 0.011, 0.022], [0.056, -0.016, 0, 0.01, 0.02],
] };
const JUNCTION: Bone = { along: "z", rows: () => [
  [-0.075, 0.095, 0.11, 0.01], [-0.084, 0.092, 0.085, 0.018, 0.03], [-0.084, 0.09, 0.045, 0.018, 0.034], [-0.084, 0.085, 0, 0.016, 0.03],
] };
const SACRUM: Bone = { along: "y", rows: () => [
  [-0.066, 0.136, 0, 0.012], [-0.068, 0.128, 0, 0.045, 0.022], [-0.08, 0.09, 0, 0.044, 0.019], [-0.098, 0.045, 0, 0.028, 0.014],
  [-0.095, 0, 0, 0.014, 0.009], [-0.08, -0.024, 0, 0.004],
] };
const LOINS: Bone = { along: "y", rows: () => [
  [-0.06, 0.138, 0, 0.012], [-0.06, 0.142, 0, 0.027, 0.02], [-0.058, 0.153, 0, 0.023, 0.017], [-0.056, 0.166, 0, 0.027, 0.02],
  [-0.056, 0.171, 0, 0.014], [-0.055, 0.176, 0, 0.027, 0.02], [-0.054, 0.188, 0, 0.023, 0.017], [-0.053, 0.201, 0, 0.027, 0.02], [-0.053, 0.206, 0, 0.01],
] };
const NECK: Bone = { along: "z", rows: () => [
  [0, 0, 0, 0.012], [0, -0.006, 0.012, 0.015, 0.016], [0, -0.025, 0.034, 0.015, 0.018], [0, -0.036, 0.052, 0.012, 0.014],
] };
const THIGH_SHAFT: Bone = { along: "y", rows: (length) => [
  [-0.004, -0.006, 0.056, 0.004], [-0.003, -0.018, 0.056, 0.016, 0.018], [0, -0.05, 0.05, 0.018, 0.018], [0.004, -0.12, 0.039, 0.0145],
  [0.01, -0.5 * length, 0.023, 0.0125], [0.006, -0.8 * length, 0.01, 0.0165, 0.015], [0, -0.92 * length, 0.001, 0.033, 0.024],
  [-0.004, -0.975 * length, 0, 0.04, 0.031], [-0.004, -length - 0.006, 0, 0.034, 0.024], [-0.003, -length - 0.013, 0, 0.012],
] };
const TIBIA: Bone = { along: "y", rows: (length) => [
  [-0.004, -0.016, 0, 0.014], [-0.003, -0.022, 0, 0.038, 0.027], [-0.002, -0.04, 0, 0.036, 0.026], [0.004, -0.08, -0.003, 0.021, 0.02],
  [0.004, -0.45 * length, -0.006, 0.0125], [0.001, -0.82 * length, -0.004, 0.0125], [0, -0.94 * length, -0.002, 0.022, 0.019],
  [0, -length + 0.008, -0.004, 0.021, 0.018], [0, -length, -0.012, 0.01],
] };
const FIBULA: Bone = { along: "y", rows: (length) => [
  [-0.014, -0.034, 0.035, 0.003], [-0.014, -0.044, 0.035, 0.01], [-0.012, -0.08, 0.034, 0.0055], [-0.008, -0.5 * length, 0.032, 0.0055],
  [-0.006, -0.88 * length, 0.027, 0.007], [-0.004, -0.985 * length, 0.028, 0.01, 0.011], [-0.004, -length - 0.016, 0.027, 0.003],
] };
const HEEL: Bone = { along: "x", rows: () => [
  [-0.065, -0.044, 0, 0.004], [-0.059, -0.044, 0, 0.018, 0.02], [-0.035, -0.04, 0, 0.024, 0.026], [-0.005, -0.033, 0.002, 0.023, 0.026],
  [0.03, -0.03, 0.002, 0.026, 0.022], [0.052, -0.033, 0.002, 0.028, 0.018], [0.06, -0.035, 0.002, 0.012],
] };
/** Five rays, from the inner to the outer edge: start and end outwards, length of toe, thickness. */
const RAYS = [[-0.019, -0.027, 0.192, 0.0115], [-0.009, -0.011, 0.19, 0.0085], [0.001, 0.004, 0.183, 0.008], [0.011, 0.018, 0.174, 0.0078], [0.021, 0.033, 0.16, 0.008]];

function ray([start, end, tip, thick]: number[]): Bone {
  const z = (share: number) => start + share * (end - start);
  const ball = tip - 0.068 - 0.3 * (0.192 - tip);
  return { along: "x", rows: () => [
    [0.042, -0.037, start, 0.003], [0.05, -0.037, start, thick, 0.014], [(0.05 + ball) / 2, -0.047, z(0.5), 0.72 * thick, 0.7 * thick],
    [ball, -0.057, end, thick, 0.0095], [ball + 0.01, -0.059, end, 0.7 * thick, 0.007], [(ball + tip) / 2 + 0.006, -0.059, end, 0.66 * thick, 0.0065],
    [tip - 0.01, -0.0605, end, 0.8 * thick, 0.006], [tip, -0.062, end, 0.002],
  ] };
}

const OUTER: Record<string, Bone[]> = {
  pelvis: [BLADE, SEAT, PUBIS, JUNCTION],
  thigh: [NECK, THIGH_SHAFT],
  shank: [TIBIA, FIBULA],
  foot: [HEEL, ...RAYS.map(ray)],
};
const MIDDLE: Record<string, Bone[]> = { pelvis: [SACRUM, LOINS] };

/** Bones of a segment in its axes, whose lengths are those of the body. */
export function bonesOf(segment: string, body: BodyLengths): BufferGeometry {
  const [stem, side] = segment.split("_");
  const size = body.thigh_m / MODEL_THIGH_M;
  const length = (stem === "thigh" ? body.thigh_m : body.shank_m) / size;
  const sides = side ? [side === "r" ? 1 : -1] : [1, -1];
  const parts = sides.flatMap((outwards) => OUTER[stem].map((bone) => shaped(bone, length, outwards)));
  parts.push(...(MIDDLE[stem] ?? []).map((bone) => shaped(bone, length, 1)));
  return mergeGeometries(parts).scale(size, size, size);
}

/** The ball in the proximal joint of a segment. */
export function jointBall(segment: string, body: BodyLengths): BufferGeometry {
  const radius = { thigh: 0.026, shank: 0.024, foot: 0.02 }[segment.split("_")[0]] ?? 0.02;
  return new SphereGeometry((radius * body.thigh_m) / MODEL_THIGH_M, 24, 16);
}

function shaped(bone: Bone, length: number, outwards: number): BufferGeometry {
  const stations: Station[] = bone.rows(length).map(([x, y, z, wide, deep = wide]) => ({ at: [x, y, outwards * z], wide, deep }));
  return loft(stations, bone.along);
}
