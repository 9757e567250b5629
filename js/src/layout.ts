// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/**
 * A computational graph drawn downwards in layers (Sugiyama, Tagawa & Toda 1981; Gansner et al. 1993): layers, segments,
 * order, place, route, one file each. Pure and deterministic, and nothing recurses.
 */

import { dag } from "./layout/dag.ts";
import { layered } from "./layout/layers.ts";
import { arrange } from "./layout/order.ts";
import { place } from "./layout/place.ts";
import { ranks, spread } from "./layout/rank.ts";
import { descend, route } from "./layout/route.ts";

export interface LayoutNode {
  readonly width: number;
  readonly height: number;
  readonly input: boolean;
}

export interface LayoutEdge {
  readonly from: number;
  readonly to: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  /** Centres. */
  readonly nodes: readonly Point[];
  /** From foot to head, both included, downwards; meant for a curve with vertical tangents, such as d3's `curveBumpY`. */
  readonly edges: readonly (readonly Point[])[];
}

export interface LayoutOptions {
  readonly gapX?: number;
  readonly gapY?: number;
}

/** Width over height of the panel that parts without connection are packed for. */
const PANEL = 430 / 650;

/** Nodes are numbered in topological order: every edge goes from a smaller to a larger index. */
export function layout(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  { gapX = 28, gapY = 48 }: LayoutOptions = {},
): Placed {
  const parts = components(nodes.length, edges).map(({ members, inside }) => {
    const within = new Map(members.map((v, i) => [v, i]));
    const drawn = part(
      members.map((v) => nodes[v]!),
      inside.map((e) => ({ from: within.get(edges[e]!.from)!, to: within.get(edges[e]!.to)! })),
      gapX,
      gapY,
    );
    return { members, inside, drawn };
  });

  // Shelves, left to right and top to bottom.
  const area = parts.reduce((sum, { drawn }) => sum + (drawn.width + gapX) * (drawn.height + gapY), 0);
  const room = parts.reduce((most, { drawn }) => Math.max(most, drawn.width), Math.sqrt(area * PANEL));
  const centres = new Array<Point>(nodes.length);
  const lines = new Array<readonly Point[]>(edges.length);
  let x = 0;
  let y = 0;
  let shelf = 0;
  let width = 0;
  for (const { members, inside, drawn } of parts) {
    if (x > 0 && x + drawn.width > room) {
      x = 0;
      y += shelf + gapY;
      shelf = 0;
    }
    const moved = (p: Point): Point => ({ x: p.x + x, y: p.y + y });
    for (const [i, v] of members.entries()) centres[v] = moved(drawn.nodes[i]!);
    for (const [i, e] of inside.entries()) lines[e] = drawn.edges[i]!.map(moved);
    shelf = Math.max(shelf, drawn.height);
    width = Math.max(width, x + drawn.width);
    x += drawn.width + gapX;
  }
  return { width, height: y + shelf, nodes: centres, edges: lines };
}

/** The connected parts, each with its nodes and the indices of its edges, in the order of their first nodes. */
function components(size: number, edges: readonly LayoutEdge[]): { members: number[]; inside: number[] }[] {
  const parent = Int32Array.from({ length: size }, (_, v) => v);
  const root = (v: number): number => {
    let at = v;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (const { from, to } of edges) {
    const a = root(from);
    const b = root(to);
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const parts = new Map<number, { members: number[]; inside: number[] }>();
  for (let v = 0; v < size; v++) {
    const r = root(v);
    if (r === v) parts.set(r, { members: [], inside: [] });
    parts.get(r)!.members.push(v);
  }
  for (const [e, { from }] of edges.entries()) parts.get(root(from))!.inside.push(e);
  return [...parts.values()];
}

function part(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], gapX: number, gapY: number): Placed {
  const graph = dag(
    nodes.length,
    edges.map((e) => e.from),
    edges.map((e) => e.to),
  );
  const rank = ranks(graph);
  spread(
    graph,
    rank,
    nodes.map((n) => n.width),
    gapX,
  );
  const layers = layered(graph, rank);
  const order = arrange(graph, layers);
  const half = (v: number): number => (v < nodes.length ? nodes[v]!.width / 2 : 0);
  const distance = new Float64Array(layers.size);
  for (let r = 0; r < layers.depth; r++) {
    for (let i = order.start[r]! + 1; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      const w = order.vertex[i - 1]!;
      // Lines may come nearer than cards.
      const gap = v < nodes.length && w < nodes.length ? gapX : gapX / 2;
      distance[v] = half(w) + gap + half(v);
    }
  }
  const x = place(graph, layers, order, distance);
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < layers.size; v++) {
    left = Math.min(left, x[v]! - half(v));
    right = Math.max(right, x[v]! + half(v));
  }
  for (let v = 0; v < layers.size; v++) x[v]! -= left;
  const down = descend(nodes, layers, order, x, gapY);
  return {
    width: right - left,
    height: down.bottom[layers.depth - 1]!,
    nodes: nodes.map((_, v) => ({ x: x[v]!, y: down.y[v]! })),
    edges: edges.map(({ from, to }) => route(nodes, layers, x, down, from, to)),
  };
}
