// The line of an edge: a curve that is upright where it meets its points, and places along it. Pure.
import type { Point } from "../layout.ts";

export const ARROW = 7;
/** How long a curve keeps its upright direction, as a part of its height. */
const BEND = 0.62;
/** Straight pieces that stand for a curve when places along it are asked for. */
const PIECES = 14;

export interface Place extends Point {
  /** Direction in degrees, 90 is straight down. */
  readonly angle: number;
}

export interface Curve {
  /** As the d of an SVG path. */
  readonly path: string;
  readonly length: number;
  /** The place at a part of the way. */
  at(part: number): Place;
}

export function curveThrough(points: readonly Point[]): Curve {
  const [first = { x: 0, y: 0 }] = points;
  // The arrow head takes the last bit of the way.
  const ends = points.map(({ x, y }, i) => ({ x, y: i === points.length - 1 ? y - ARROW : y }));
  let path = `M${first.x} ${first.y}`;
  const trail: Point[] = [first];
  ends.slice(1).forEach((to, i) => {
    const from = ends[i] ?? first;
    const bend = (to.y - from.y) * BEND;
    if (from.x === to.x) path += `L${to.x} ${to.y}`;
    else path += `C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`;
    for (let piece = 1; piece <= PIECES; piece++) trail.push(onCubic(from, to, bend, piece / PIECES));
  });
  const lengths = [0];
  trail.slice(1).forEach((to, i) => {
    const from = trail[i] ?? to;
    lengths.push((lengths.at(-1) ?? 0) + Math.hypot(to.x - from.x, to.y - from.y));
  });
  return { path, length: lengths.at(-1) ?? 0, at: (part) => along(trail, lengths, part) };
}

/** The curve from one point to another whose control points lie straight below the one and above the other. */
function onCubic(from: Point, to: Point, bend: number, t: number): Point {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: (a + b) * from.x + (c + d) * to.x, y: a * from.y + b * (from.y + bend) + c * (to.y - bend) + d * to.y };
}

function along(trail: readonly Point[], lengths: readonly number[], part: number): Place {
  const wanted = part * (lengths.at(-1) ?? 0);
  const next = Math.max(
    lengths.findIndex((length, i) => i > 0 && length >= wanted),
    1,
  );
  const [from, to] = [trail[next - 1] ?? { x: 0, y: 0 }, trail[next] ?? { x: 0, y: 0 }];
  const [start, end] = [lengths[next - 1] ?? 0, lengths[next] ?? 0];
  const share = end > start ? (wanted - start) / (end - start) : 0;
  return {
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
    angle: (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI,
  };
}
