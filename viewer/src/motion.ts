import type { BodyLengths, Side } from "./packed.ts";
import { hipsAboveFloor, posture, SEGMENTS, type Attitudes, type Posture } from "./skeleton.ts";
import type { AttitudeTrack } from "./tracks.ts";

/** A body at one moment. */
export interface Pose {
  attitudes: Attitudes;
  points: Posture;
  hipsAboveFloor_m: number;
}

/** A body over time. */
export class Motion {
  constructor(
    private readonly tracks: Record<string, AttitudeTrack>,
    readonly measured: readonly string[],
    private readonly body: BodyLengths,
    private readonly sides: readonly Side[],
  ) {}

  /** The body at a sample with fraction. */
  at(sample: number): Pose {
    const attitudes: Attitudes = {};
    for (const segment of SEGMENTS) attitudes[segment] = this.tracks[segment].at(sample);
    const points = posture(attitudes, this.body);
    return { attitudes, points, hipsAboveFloor_m: hipsAboveFloor(points, this.sides) };
  }
}
