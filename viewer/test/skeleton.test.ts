import { expect, test } from "vitest";

import { Clock } from "../src/clock.ts";
import { countUntil, Touchdowns } from "../src/events.ts";
import { ofMatrix, turned, type Quaternion } from "../src/rotations.ts";
import { hipsAboveFloor, posture, SEGMENTS } from "../src/skeleton.ts";
import { AttitudeTrack } from "../src/tracks.ts";

const BODY = { hip_width_m: 0.18, thigh_m: 0.44, shank_m: 0.44, heel_m: [-0.07, -0.07, 0], ball_m: [0.13, -0.07, 0] } as const;
const body = { ...BODY, heel_m: [...BODY.heel_m] as [number, number, number], ball_m: [...BODY.ball_m] as [number, number, number] };
const standing = () => Object.fromEntries(SEGMENTS.map((s) => [s, [1, 0, 0, 0] as Quaternion]));
const half = Math.SQRT1_2;

test("standing is upright, right is +z", () => {
  const found = posture(standing(), body);
  expect(found.origins.thigh_r[2]).toBeCloseTo(0.09);
  expect(found.origins.foot_l).toEqual([0, -0.88, -0.09]);
  expect(hipsAboveFloor(found, ["r", "l"])).toBeCloseTo(0.95);
});

test("a knee bent by a right angle has its ankle behind it", () => {
  const shank: Quaternion = [half, 0, 0, -half]; // a quarter turn backwards about z
  const found = posture({ ...standing(), shank_r: shank }, body);
  expect(found.origins.foot_r[0]).toBeCloseTo(-0.44);
  expect(found.origins.foot_r[1]).toBeCloseTo(-0.44);
});

test("a quarter turn about z takes x to y, from a matrix too", () => {
  const q = ofMatrix([0, -1, 0, 1, 0, 0, 0, 0, 1]);
  const [x, y, z] = turned(q, [1, 0, 0]);
  expect([x, y, z].map((v) => Math.round(v * 1e9) / 1e9 + 0)).toEqual([0, 1, 0]);
});

test("attitudes are decoded, and a gap is null", () => {
  const whole = new Int16Array([32767, 0, 0, 0, 23170, 0, 0, 23170, -32768, -32768, -32768, -32768]);
  const track = new AttitudeTrack(Buffer.from(whole.buffer).toString("base64"), -32768);
  expect(track.at(0)).toEqual([1, 0, 0, 0]);
  const middle = track.at(0.5)!;
  expect(2 * Math.atan2(middle[3], middle[0])).toBeCloseTo(Math.PI / 4);
  expect(track.at(1.5)).toBeNull();
});

test("touchdowns are found by time", () => {
  expect([0, 1, 1.5, 4].map((t) => countUntil([1, 2, 3], t))).toEqual([0, 1, 1, 3]);
  const found = new Touchdowns({ r: [1, 2], l: [1.5] });
  expect(found.last(1.6)).toEqual({ time_s: 1.5, side: "l" });
  expect(found.beside(1.5, 1)?.time_s).toBe(2);
  expect(found.beside(1.5, -1)?.time_s).toBe(1);
  expect(found.beside(1, -1)).toBeNull();
});

test("the clock stops at the end and starts again from there", () => {
  const clock = new Clock(0, 1, 0.01);
  clock.toggle();
  clock.speed = 2;
  clock.advance(0.25);
  expect(clock.time_s).toBeCloseTo(0.5);
  clock.advance(1);
  expect([clock.time_s, clock.playing]).toEqual([1, false]);
  clock.toggle();
  expect([clock.time_s, clock.playing]).toEqual([0, true]);
  clock.step(3);
  expect([clock.time_s, clock.playing]).toEqual([0.03, false]);
});
