// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/**
 * The graph with every edge cut into segments that run from one layer to the next (Sugiyama, Tagawa & Toda 1981).
 *
 * All long edges of one node share a *trunk*: one line that goes down past the layers and gives off a branch above each
 * reader. A parameter read by fifty passes is then one line, not fifty, and there are far fewer dummy vertices.
 */
import { type Dag, degree, group, type Lists } from "./dag.ts";

export interface Layered {
  /** Vertices below `cards` are the nodes; the others are bends in trunks. */
  readonly cards: number;
  readonly size: number;
  readonly depth: number;
  readonly layer: Int32Array;
  readonly up: Lists;
  readonly down: Lists;
  /** Per node the first vertex of its trunk; the rest follow it, one a layer. -1 without a trunk. */
  readonly trunk: Int32Array;
  /** Per node the length of its trunk. */
  readonly reach: Int32Array;
  /** Per bend whether its trunk is that of an input with one reader. */
  readonly single: Uint8Array;
}

/** Bends that are drawn with care; in graphs that would need more, the longest edges are straight lines. */
function budget(graph: Dag): number {
  return 100_000 + 8 * graph.size;
}

export function layered(graph: Dag, rank: Int32Array): Layered {
  const { size: cards, readers } = graph;
  const reach = new Int32Array(cards);
  let depth = 0;
  let bends = 0;
  for (let u = 0; u < cards; u++) {
    depth = Math.max(depth, rank[u]! + 1);
    for (let k = readers.start[u]!; k < readers.start[u + 1]!; k++) {
      reach[u] = Math.max(reach[u]!, rank[readers.item[k]!]! - rank[u]! - 1);
    }
    bends += reach[u]!;
  }
  if (bends > budget(graph)) {
    bends = 0;
    let longest = 0;
    for (const length of reach.slice().sort()) {
      if (bends + length > budget(graph)) break;
      bends += length;
      longest = length;
    }
    bends = 0;
    for (let u = 0; u < cards; u++) {
      if (reach[u]! >= longest) reach[u] = 0;
      bends += reach[u]!;
    }
  }

  const size = cards + bends;
  const layer = new Int32Array(size);
  layer.set(rank);
  const trunk = new Int32Array(cards).fill(-1);
  const single = new Uint8Array(bends);
  const from: number[] = [];
  const to: number[] = [];
  let next = cards;
  for (let u = 0; u < cards; u++) {
    if (reach[u] === 0) continue;
    trunk[u] = next;
    for (let q = 0; q < reach[u]!; q++) {
      layer[next] = rank[u]! + 1 + q;
      single[next - cards] = isInput(graph, u) && degree(readers, u) === 1 ? 1 : 0;
      from.push(q === 0 ? u : next - 1);
      to.push(next++);
    }
  }
  // By reader, so that `up` keeps the order of the operands.
  for (let v = 0; v < cards; v++) {
    for (let k = graph.parents.start[v]!; k < graph.parents.start[v + 1]!; k++) {
      const u = graph.parents.item[k]!;
      const q = rank[v]! - rank[u]! - 1;
      if (q > reach[u]!) continue;
      from.push(q === 0 ? u : trunk[u]! + q - 1);
      to.push(v);
    }
  }
  return { cards, size, depth, layer, up: group(size, to, from), down: group(size, from, to), trunk, reach, single };
}

/** Nodes that read nothing. */
export function isInput(graph: Dag, v: number): boolean {
  return v < graph.size && degree(graph.parents, v) === 0;
}
