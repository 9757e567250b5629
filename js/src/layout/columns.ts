// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Runs of vertices that stand exactly one below the other: trunks, and chains in which each is the only neighbour. */
import type { Order } from "./crossings.ts";
import { group, type Lists } from "./dag.ts";
import type { Layered } from "./layers.ts";
import type { Ties } from "./ties.ts";

/**
 * Per vertex the top of its column. Of two candidates that cross only one can be vertical; trunks come first (as the inner
 * segments of Brandes & Köpf 2001), so columns never cross and "left of" is an order among them.
 */
export function columns(layers: Layered, order: Order, tie: Ties): Int32Array {
  const { cards, size, up, down } = layers;
  const above = only(up, tie.up);
  const below = only(down, tie.down);
  const top = Int32Array.from({ length: size }, (_, v) => v);
  for (let r = 1; r < layers.depth; r++) {
    const begin = order.start[r]!;
    const end = order.start[r + 1]!;
    const link = new Int32Array(end - begin).fill(-1);
    let last = -1;
    for (let i = begin; i < end; i++) {
      const v = order.vertex[i]!;
      const u = v >= cards ? up.item[up.start[v]!]! : -1;
      if (u < cards || order.place[u]! <= last) continue;
      last = order.place[u]!;
      link[i - begin] = u;
    }
    // What the next trunk to the right leaves free.
    const free = new Float64Array(end - begin).fill(Number.POSITIVE_INFINITY);
    for (let i = free.length - 2; i >= 0; i--) {
      const u = link[i + 1]!;
      free[i] = u >= 0 ? order.place[u]! : free[i + 1]!;
    }
    last = -1;
    for (let i = begin; i < end; i++) {
      const v = order.vertex[i]!;
      let u = link[i - begin]!;
      if (u < 0) {
        u = above[v]!;
        if (u < 0 || below[u] !== v || order.place[u]! <= last || order.place[u]! >= free[i - begin]!) continue;
      }
      last = order.place[u]!;
      top[v] = top[u]!;
    }
  }
  return top;
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

/**
 * One x for each column, near the mean of its vertices. Where columns are in each other's way: once all are pushed to the
 * right, once all to the left, and the mean of the two, which keeps the distances since both do.
 */
export function straighten(
  layers: Layered,
  order: Order,
  top: Int32Array,
  distance: Float64Array,
  x: Float64Array,
): void {
  const { size, depth } = layers;
  const sum = new Float64Array(size);
  const count = new Int32Array(size);
  for (let v = 0; v < size; v++) {
    sum[top[v]!]! += x[v]!;
    count[top[v]!]!++;
  }
  const left: number[] = [];
  const right: number[] = [];
  const apart: number[] = [];
  for (let r = 0; r < depth; r++) {
    for (let i = order.start[r]! + 1; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      left.push(top[order.vertex[i - 1]!]!);
      right.push(top[v]!);
      apart.push(distance[v]!);
    }
  }
  const after = group(size, left, Int32Array.from(left.keys()));
  const waiting = new Int32Array(size);
  for (const c of right) waiting[c]!++;
  const sequence: number[] = [];
  for (let c = 0; c < size; c++) if (top[c] === c && waiting[c] === 0) sequence.push(c);
  const pushedRight = sum.map((s, c) => s / count[c]!);
  const pushedLeft = pushedRight.slice();
  for (let at = 0; at < sequence.length; at++) {
    const c = sequence[at]!;
    for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
      const e = after.item[k]!;
      const d = right[e]!;
      pushedRight[d] = Math.max(pushedRight[d]!, pushedRight[c]! + apart[e]!);
      if (--waiting[d]! === 0) sequence.push(d);
    }
  }
  for (let at = sequence.length - 1; at >= 0; at--) {
    const c = sequence[at]!;
    for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
      const e = after.item[k]!;
      pushedLeft[c] = Math.min(pushedLeft[c]!, pushedLeft[right[e]!]! - apart[e]!);
    }
  }
  for (let v = 0; v < size; v++) x[v] = (pushedRight[top[v]!]! + pushedLeft[top[v]!]!) / 2;
}
