/** Unit quaternions, scalar first: w, x, y, z. They take a segment's coordinates to the world's. */
export type Quaternion = [number, number, number, number];
export type Vector = [number, number, number];

/** The vector turned: `q v q*`. */
export function turned([w, x, y, z]: Quaternion, [a, b, c]: Vector): Vector {
  // Twice the cross product of the vector part with v, as in Rodrigues' formula.
  const s = 2 * (y * c - z * b);
  const t = 2 * (z * a - x * c);
  const u = 2 * (x * b - y * a);
  return [a + w * s + y * u - z * t, b + w * t + z * s - x * u, c + w * u + x * t - y * s];
}

/** Between two attitudes close to each other, at a share of the way, of unit length. */
export function between(from: Quaternion, to: Quaternion, share: number): Quaternion {
  const dot = from[0] * to[0] + from[1] * to[1] + from[2] * to[2] + from[3] * to[3];
  const near = dot < 0 ? -share : share;
  const far = 1 - share;
  return unit([
    far * from[0] + near * to[0],
    far * from[1] + near * to[1],
    far * from[2] + near * to[2],
    far * from[3] + near * to[3],
  ]);
}

/** The same direction, of length one. */
export function unit([w, x, y, z]: Quaternion): Quaternion {
  const length = Math.sqrt(w * w + x * x + y * y + z * z);
  return [w / length, x / length, y / length, z / length];
}

/** Quaternion of a rotation matrix given row by row; by the best conditioned of four forms. */
export function ofMatrix(R: readonly number[]): Quaternion {
  const [a, b, c, d, e, f, g, h, i] = R;
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const rows: Quaternion[] = [
    [squares[0], h - f, c - g, d - b],
    [h - f, squares[1], b + d, c + g],
    [c - g, b + d, squares[2], f + h],
    [d - b, c + g, f + h, squares[3]],
  ];
  return unit(rows[squares.indexOf(Math.max(...squares))]);
}

/** Angle about the vertical of the right (z) axis, zero if it faces x; positive to the left. */
export function heading(q: Quaternion): number {
  const [x, , z] = turned(q, [0, 0, 1]);
  return Math.atan2(x, z);
}
