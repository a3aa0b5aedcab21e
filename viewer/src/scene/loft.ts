import { BufferGeometry, Float32BufferAttribute } from "three";

/** An elliptic cross section: its middle, and its half widths in the two directions across. */
export interface Station {
  at: readonly [number, number, number];
  wide: number;
  deep: number;
}
export type Along = "x" | "y" | "z";

const RINGS_BETWEEN = 5;
const CORNERS = 18;
/** By the axis a body runs along: indices of the axes its width and its depth lie in. */
const ACROSS: Record<Along, [number, number]> = { x: [2, 1], y: [2, 0], z: [0, 1] };

/** A smooth body through elliptic cross sections, in the given order; its ends are closed. */
export function loft(stations: readonly Station[], along: Along): BufferGeometry {
  const rings = smoothed(stations);
  const [wide, deep] = ACROSS[along];
  const points: number[] = [];
  for (const ring of rings) {
    for (let corner = 0; corner < CORNERS; corner++) {
      const angle = (2 * Math.PI * corner) / CORNERS;
      const point = [...ring.at];
      point[wide] += ring.wide * Math.cos(angle);
      point[deep] += ring.deep * Math.sin(angle);
      points.push(...point);
    }
  }
  points.push(...rings[0].at, ...rings[rings.length - 1].at);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(points, 3));
  geometry.setIndex(outwards(faces(rings.length), points));
  geometry.computeVertexNormals();
  return geometry;
}

/** Corners of all triangles, the rings' sides and two fans for the ends. */
function faces(rings: number): number[] {
  const corners: number[] = [];
  for (let ring = 0; ring < rings - 1; ring++) {
    for (let corner = 0; corner < CORNERS; corner++) {
      const next = (corner + 1) % CORNERS;
      const [a, b] = [ring * CORNERS + corner, ring * CORNERS + next];
      corners.push(a, b, a + CORNERS, b, b + CORNERS, a + CORNERS);
    }
  }
  const [first, last] = [rings * CORNERS, rings * CORNERS + 1];
  for (let corner = 0; corner < CORNERS; corner++) {
    const next = (corner + 1) % CORNERS;
    const top = (rings - 1) * CORNERS;
    corners.push(next, corner, first, top + corner, top + next, last);
  }
  return corners;
}

/** The same triangles, all turned about if the body's signed volume says that they face inwards. */
function outwards(corners: number[], points: readonly number[]): number[] {
  let volume = 0;
  for (let i = 0; i < corners.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => points.slice(3 * corners[i + k], 3 * corners[i + k] + 3));
    volume += a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  }
  return volume > 0 ? corners : corners.reverse();
}

/** Cross sections between the given ones, on Catmull-Rom curves. */
function smoothed(stations: readonly Station[]): Station[] {
  const rings: Station[] = [];
  for (let i = 0; i < stations.length - 1; i++) {
    const four = [stations[Math.max(i - 1, 0)], stations[i], stations[i + 1], stations[Math.min(i + 2, stations.length - 1)]];
    for (let k = 0; k < RINGS_BETWEEN; k++) rings.push(blended(four, k / RINGS_BETWEEN));
  }
  return [...rings, stations[stations.length - 1]];
}

function blended(four: readonly Station[], share: number): Station {
  const mix = (of: (station: Station) => number) => catmullRom(four.map(of), share);
  return {
    at: [mix((s) => s.at[0]), mix((s) => s.at[1]), mix((s) => s.at[2])],
    wide: Math.max(mix((s) => s.wide), 0.001),
    deep: Math.max(mix((s) => s.deep), 0.001),
  };
}

function catmullRom([a, b, c, d]: number[], t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
