// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Layers get their heights, and edges their points. */
import type { LayoutNode, Point } from "../layout.ts";
import type { Order } from "./crossings.ts";
import type { Layered } from "./layers.ts";

/** The free strip between two layers grows with the way its edges go sideways, by at most as much again. */
const SLANT = 0.08;
/** The part of the strip that the labels of inputs may take up. */
const LABELS = 0.4;

/** Points this near are one, but for rounding. */
const NEAR = 1e-3;

export interface Down {
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  /** Centres of the cards. */
  readonly y: Float64Array;
}

/** A layer is as high as its tallest card. Inputs stand at its foot (their label is above them), the rest in line. */
export function descend(
  nodes: readonly LayoutNode[],
  layers: Layered,
  order: Order,
  x: Float64Array,
  gap: number,
): Down {
  const { depth, cards, down } = layers;
  const top = new Float64Array(depth);
  const bottom = new Float64Array(depth);
  const y = new Float64Array(cards);
  let at = 0;
  for (let r = 0; r < depth; r++) {
    let tallest = 0;
    let computed = 0;
    let aside = 0;
    for (let i = order.start[r]!; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      for (let k = down.start[v]!; k < down.start[v + 1]!; k++)
        aside = Math.max(aside, Math.abs(x[down.item[k]!]! - x[v]!));
      if (v >= cards) continue;
      const { height, input } = nodes[v]!;
      tallest = Math.max(tallest, height);
      if (!input) computed = Math.max(computed, height);
    }
    // The labels of the inputs may reach up into the strip.
    if (r > 0 && computed > 0) at -= Math.min(LABELS * gap, tallest - computed);
    top[r] = at;
    bottom[r] = at + tallest;
    for (let i = order.start[r]!; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      if (v >= cards) continue;
      const { height, input } = nodes[v]!;
      y[v] = bottom[r]! - (input ? height : computed) / 2;
    }
    at = bottom[r]! + gap + Math.round(Math.min(gap, SLANT * aside));
  }
  return { top, bottom, y };
}

/**
 * From the foot of one card to the head of another. Inside a layer an edge runs straight down, past the cards; sideways it
 * goes only between layers. So no edge runs through a card, also when drawn as a curve with vertical tangents at its points.
 */
export function route(
  nodes: readonly LayoutNode[],
  layers: Layered,
  x: Float64Array,
  { top, bottom, y }: Down,
  u: number,
  v: number,
): Point[] {
  const points: Point[] = [];
  const to = (px: number, py: number): void => {
    const last = points[points.length - 1];
    if (last?.x === px && py - last.y < NEAR) return;
    // Of a vertical run only the ends are kept.
    if (last?.x === px && points[points.length - 2]?.x === px) points.pop();
    points.push({ x: px, y: py });
  };
  const first = layers.layer[u]!;
  const last = layers.layer[v]!;
  to(x[u]!, y[u]! + nodes[u]!.height / 2);
  to(x[u]!, bottom[first]!);
  if (last - first - 1 <= layers.reach[u]!) {
    for (let r = first + 1; r < last; r++) {
      const bend = layers.trunk[u]! + r - first - 1;
      to(x[bend]!, top[r]!);
      to(x[bend]!, bottom[r]!);
    }
  }
  const head = y[v]! - nodes[v]!.height / 2;
  if (head - top[last]! >= NEAR) to(x[v]!, top[last]!);
  to(x[v]!, head);
  return points;
}
