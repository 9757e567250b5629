// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** How many pairs of segments cross, by an accumulator tree: O(E log V) (Barth, Mutzel & Jünger 2004). */
import type { Lists } from "./dag.ts";
import type { Layered } from "./layers.ts";

/** The vertices of all layers from left to right; those of layer r are at `start[r] … start[r + 1] - 1`. */
export interface Order {
  readonly start: Int32Array;
  readonly vertex: Int32Array;
  /** The place of a vertex within its layer. */
  readonly place: Int32Array;
}

/** For the vertices of one side the places of their neighbours in `of`, ascending: filled by walking `of` in order. */
export function sortedPlaces(order: Order, r: number, toward: Lists, back: Lists, into: Int32Array, fill: Int32Array) {
  for (let i = order.start[r]!; i < order.start[r + 1]!; i++) {
    const v = order.vertex[i]!;
    for (let k = back.start[v]!; k < back.start[v + 1]!; k++) {
      const u = back.item[k]!;
      into[toward.start[u]! + fill[u]!++] = i - order.start[r]!;
    }
  }
}

export function crossings(graph: Layered, order: Order): number {
  const { up, down, depth, size } = graph;
  const places = new Int32Array(down.item.length);
  const fill = new Int32Array(size);
  let widest = 1;
  for (let r = 0; r < depth; r++) widest = Math.max(widest, order.start[r + 1]! - order.start[r]!);
  const tree = new Int32Array(4 * widest);
  let total = 0;
  for (let r = 0; r + 1 < depth; r++) {
    sortedPlaces(order, r + 1, down, up, places, fill);
    const width = order.start[r + 2]! - order.start[r + 1]!;
    let leaves = 1;
    while (leaves < width) leaves *= 2;
    tree.fill(0, 0, 2 * leaves);
    for (let i = order.start[r]!; i < order.start[r + 1]!; i++) {
      const u = order.vertex[i]!;
      const end = down.start[u + 1]!;
      // Segments of one vertex do not cross each other: count them all before any is entered.
      for (let k = down.start[u]!; k < end; k++) {
        for (let at = leaves + places[k]!; at > 1; at >>= 1) if ((at & 1) === 0) total += tree[at + 1]!;
      }
      for (let k = down.start[u]!; k < end; k++) for (let at = leaves + places[k]!; at > 0; at >>= 1) tree[at]!++;
    }
  }
  return total;
}
