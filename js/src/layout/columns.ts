// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/**
 * Runs of vertices that stand exactly one below the other: trunks, and chains in which each is the only neighbour. A run is
 * kept as links: per vertex the one above it in its column, -1 at the top.
 */
import type { Order } from "./crossings.ts";
import { group, type Lists } from "./dag.ts";
import type { Layered } from "./layers.ts";
import type { Ties } from "./ties.ts";

/**
 * Of two candidates that cross only one can be vertical; trunks come first (as the inner segments of Brandes & Köpf 2001),
 * so columns never cross and "left of" is an order among them.
 */
export function links(layers: Layered, order: Order, tie: Ties): Int32Array {
  const { cards, size, up, down } = layers;
  const above = only(up, tie.up);
  const below = only(down, tie.down);
  const link = new Int32Array(size).fill(-1);
  // The place above that the next trunk to the right leaves free.
  const free = new Int32Array(size);
  for (let r = 1; r < layers.depth; r++) {
    const begin = order.start[r]!;
    const end = order.start[r + 1]!;
    let last = -1;
    for (let i = begin; i < end; i++) {
      const v = order.vertex[i]!;
      const u = v >= cards ? up.item[up.start[v]!]! : -1;
      if (u < cards || order.place[u]! <= last) continue;
      last = order.place[u]!;
      link[v] = u;
    }
    let bound = size;
    for (let i = end - 1; i >= begin; i--) {
      free[i] = bound;
      const u = link[order.vertex[i]!]!;
      if (u >= 0) bound = order.place[u]!;
    }
    last = -1;
    for (let i = begin; i < end; i++) {
      const v = order.vertex[i]!;
      if (link[v]! < 0) {
        const u = above[v]!;
        if (u < 0 || below[u] !== v || order.place[u]! <= last || order.place[u]! >= free[i]!) continue;
        link[v] = u;
      }
      last = order.place[link[v]!]!;
    }
  }
  return link;
}

/** The one neighbour whose tie is strong; -1 with none or several. */
function only(lists: Lists, strong: Uint8Array): Int32Array {
  const one = new Int32Array(lists.start.length - 1).fill(-1);
  for (let v = 0; v < one.length; v++) {
    let count = 0;
    for (let k = lists.start[v]!; k < lists.start[v + 1]!; k++) {
      if (strong[k] === 0) continue;
      one[v] = lists.item[k]!;
      count++;
    }
    if (count !== 1) one[v] = -1;
  }
  return one;
}

/** Columns, numbered from top to bottom, and what keeps them apart. */
export interface Columns {
  readonly count: number;
  /** Per vertex. */
  readonly of: Int32Array;
  /** Per distance the columns on its sides, and the vertex on its right. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly apart: Float64Array;
  readonly vertex: Int32Array;
  /** The distances to the right of each column. */
  readonly after: Lists;
  /** The columns, each after all that stand to its left. */
  readonly sequence: Int32Array;
}

export function columns(layers: Layered, order: Order, link: Int32Array, distance: Float64Array): Columns {
  const of = new Int32Array(layers.size);
  let count = 0;
  for (const v of order.vertex) of[v] = link[v]! < 0 ? count++ : of[link[v]!]!;
  const left = new Int32Array(layers.size);
  const right = new Int32Array(layers.size);
  const apart = new Float64Array(layers.size);
  const vertex = new Int32Array(layers.size);
  let distances = 0;
  // Columns that run side by side would repeat their distance in every layer.
  const latest = new Int32Array(count).fill(-1);
  for (let r = 0; r < layers.depth; r++) {
    for (let i = order.start[r]! + 1; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      const a = of[order.vertex[i - 1]!]!;
      const e = latest[a]!;
      if (e >= 0 && right[e] === of[v] && apart[e]! >= distance[v]!) continue;
      latest[a] = distances;
      left[distances] = a;
      right[distances] = of[v]!;
      apart[distances] = distance[v]!;
      vertex[distances++] = v;
    }
  }
  const after = group(
    count,
    left.subarray(0, distances),
    right.map((_, e) => e),
  );
  const waiting = new Int32Array(count);
  for (let e = 0; e < distances; e++) waiting[right[e]!]!++;
  const sequence = new Int32Array(count);
  let length = 0;
  for (let c = 0; c < count; c++) if (waiting[c] === 0) sequence[length++] = c;
  for (let i = 0; i < length; i++) {
    const c = sequence[i]!;
    for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
      const d = right[after.item[k]!]!;
      if (--waiting[d]! === 0) sequence[length++] = d;
    }
  }
  return {
    count,
    of,
    left: left.subarray(0, distances),
    right: right.subarray(0, distances),
    apart: apart.subarray(0, distances),
    vertex: vertex.subarray(0, distances),
    after,
    sequence,
  };
}

/** A picture may be so much wider than its widest layer for the sake of straight lines. */
const WIDER = 1.2;
/** Work allowed, in vertices, and rounds. */
const WORK = 300_000;
const ROUNDS = 60;

/**
 * Straight columns prop each other apart, each in another layer, and together make a picture far wider than any of its
 * layers. While they do, the longest columns among those that prop are broken.
 */
export function loosen(layers: Layered, order: Order, link: Int32Array, distance: Float64Array): void {
  const { depth, size, layer } = layers;
  let limit = 0;
  for (let r = 0; r < depth; r++) {
    let width = 0;
    for (let i = order.start[r]! + 1; i < order.start[r + 1]!; i++) width += distance[order.vertex[i]!]!;
    limit = Math.max(limit, WIDER * width);
  }
  const rounds = Math.min(ROUNDS, WORK / size);
  for (let round = 0; round < rounds; round++) {
    const { count, of, left, right, apart, vertex, after, sequence } = columns(layers, order, link, distance);
    const least = new Float64Array(count);
    const via = new Int32Array(count).fill(-1);
    let end = 0;
    for (const c of sequence) {
      if (least[c]! > least[end]!) end = c;
      for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
        const e = after.item[k]!;
        const d = right[e]!;
        if (least[c]! + apart[e]! <= least[d]!) continue;
        least[d] = least[c]! + apart[e]!;
        via[d] = e;
      }
    }
    const width = least[end]!;
    if (width <= limit) return;
    // Where the widest row of columns goes from one layer to another: the vertices between are a place to break.
    const props: { from: number; to: number; of: number }[] = [];
    let exit = via[end]!;
    for (let entry = via[left[exit]!]!; entry >= 0; exit = entry, entry = via[left[exit]!]!) {
      const a = layer[vertex[entry]!]!;
      const b = layer[vertex[exit]!]!;
      if (a !== b) props.push({ from: Math.min(a, b), to: Math.max(a, b), of: left[exit]! });
    }
    if (props.length === 0) return;
    props.sort((a, b) => b.to - b.from - (a.to - a.from));
    const share = Math.ceil((props.length * (width - limit)) / width / 2);
    const cut = new Map(props.slice(0, share).map((prop) => [prop.of, prop]));
    for (const v of order.vertex) {
      const prop = cut.get(of[v]!);
      if (prop && layer[v] === (prop.from + prop.to + 1) >> 1) link[v] = -1;
    }
  }
}
