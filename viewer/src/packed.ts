/** What the Python side writes into the page; field by field its `recording_data`. */
export interface Packed {
  name: string;
  activity: string;
  method: string;
  kinefuse: string;
  /** Samples in the page, their rate, and when the first of them was taken. */
  samples: number;
  rate_hz: number;
  first_s: number;
  /** As it was recorded; the page keeps fewer samples of a long recording. */
  recorded_hz: number;
  duration_s: number;
  /** Nothing is known of the pelvis: it stands upright. */
  upright_pelvis: boolean;
  height_m: number;
  height_known: boolean;
  body: BodyLengths;
  /** Segments to draw, and legs that may stand on the floor. */
  measured: string[];
  sides: Side[];
  /** By segment, all seven: quaternions, scalar first, as 16-bit integers in base64. */
  quaternions: Record<string, string>;
  /** Way of the hips over the floor: x and z as 32-bit floats in base64. */
  travel_m: string;
  truth: { measured: string[]; quaternions: Record<string, string> } | null;
  sensors: Record<string, PackedSensor>;
  /** By joint: flexion, adduction and rotation as 16-bit integers in base64. */
  curves: Record<string, string[]>;
  deviations: Record<string, string[]>;
  truth_curves: Record<string, string[]>;
  /** Of how many samples one has a standard deviation. */
  deviations_every: number;
  step_deg: number;
  missing: number;
  contacts_s: Record<string, number[]>;
}

export type Side = "r" | "l";

export interface PackedSensor {
  /** Row by row. */
  R_segment_sensor: number[];
  at_m: [number, number, number];
}

export interface BodyLengths {
  hip_width_m: number;
  thigh_m: number;
  shank_m: number;
  heel_m: [number, number, number];
  ball_m: [number, number, number];
}
