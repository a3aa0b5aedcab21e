import { BoxGeometry, Group, Mesh, MeshStandardMaterial } from "three";

import type { Pose } from "../motion.ts";
import type { BodyLengths, PackedSensor } from "../packed.ts";
import { ofMatrix } from "../rotations.ts";
import { bonesOf, jointBall } from "./bones.ts";

const BOX_M = [0.046, 0.034, 0.014] as const; // about the size of the usual wearable sensors

/** How a body is painted: bones, the balls of the right and left joints, sensors. */
export interface Paint {
  bone: MeshStandardMaterial;
  r: MeshStandardMaterial;
  l: MeshStandardMaterial;
  box: MeshStandardMaterial;
}

/** Bones, joints and sensors in the scene, moved from pose to pose. */
export class BodyView {
  readonly group = new Group();
  readonly boxes: Mesh[] = [];
  private readonly segments = new Map<string, Group>();

  constructor(measured: readonly string[], body: BodyLengths, paint: Paint) {
    for (const segment of measured) {
      const moved = new Group();
      moved.add(new Mesh(bonesOf(segment, body), paint.bone));
      if (segment !== "pelvis") moved.add(new Mesh(jointBall(segment, body), paint[segment.endsWith("_r") ? "r" : "l"]));
      this.segments.set(segment, moved);
      this.group.add(moved);
    }
  }

  /** Puts a box on every segment that wore a sensor, turned as that sensor was. */
  wear(sensors: Record<string, PackedSensor>, material: MeshStandardMaterial): void {
    for (const [segment, sensor] of Object.entries(sensors)) {
      const box = new Mesh(new BoxGeometry(...BOX_M), material);
      const [w, x, y, z] = ofMatrix(sensor.R_segment_sensor);
      box.quaternion.set(x, y, z, w);
      box.position.set(...sensor.at_m);
      this.segments.get(segment)?.add(box);
      this.boxes.push(box);
    }
  }

  /** Moves every segment; one of unknown attitude is hidden. */
  show(pose: Pose, height_m: number): void {
    this.group.position.y = height_m;
    for (const [segment, moved] of this.segments) {
      const attitude = pose.attitudes[segment];
      const origin = pose.points.origins[segment];
      moved.visible = Boolean(attitude && origin);
      if (!attitude || !origin) continue;
      moved.position.set(...origin);
      moved.quaternion.set(attitude[1], attitude[2], attitude[3], attitude[0]);
    }
  }
}
