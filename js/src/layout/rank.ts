// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Which layer a node stands in. */
import { type Dag, degree } from "./dag.ts";

/** At most so many cards side by side before the inputs among them are dealt to the layers above. */
const CARDS_ABREAST = 4;
const ROWS = 3;

/**
 * Operations stand as high as their operands allow (longest path), then come down to their readers where that lengthens no
 * other edge; inputs stand one layer above their earliest reader.
 */
export function ranks(graph: Dag): Int32Array {
  const { size, parents, readers } = graph;
  const rank = new Int32Array(size);
  // What lowering a node by one layer would cost elsewhere, in edges that get longer and cannot come along.
  const cost = new Int32Array(size);
  for (let v = 0; v < size; v++) {
    if (degree(parents, v) === 0) continue;
    let highest = 0;
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++)
      highest = Math.max(highest, rank[parents.item[k]!]!);
    rank[v] = highest + 1;
  }
  const last = new Int32Array(size);
  for (let u = 0; u < size; u++) {
    for (let k = readers.start[u]!; k < readers.start[u + 1]!; k++)
      last[u] = Math.max(last[u]!, rank[readers.item[k]!]!);
  }
  for (let v = 0; v < size; v++) {
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      const u = parents.item[k]!;
      // An input comes along. An operand with other readers further down has its line drawn past here anyway.
      if (degree(parents, u) === 0) continue;
      if (degree(readers, u) === 1) cost[v]! += Math.min(1, cost[u]!);
      else if (last[u] === rank[v]) cost[v]! += 1;
    }
  }
  for (let v = size - 1; v >= 0; v--) {
    if (degree(readers, v) === 0 || (degree(parents, v) > 0 && cost[v]! > 0)) continue;
    let earliest = Number.POSITIVE_INFINITY;
    for (let k = readers.start[v]!; k < readers.start[v + 1]!; k++) {
      earliest = Math.min(earliest, rank[readers.item[k]!]!);
    }
    rank[v] = earliest - 1;
  }
  return rank;
}

/**
 * Twenty inputs of one sum would be a row of twenty cards. Where a layer is wider than everything else, its inputs are
 * dealt in turn to this layer and the ones above that have room, like bricks.
 */
export function spread(graph: Dag, rank: Int32Array, widths: ArrayLike<number>, gap: number): void {
  const { size, parents } = graph;
  let depth = 0;
  for (const r of rank) depth = Math.max(depth, r + 1);
  // Two more layers, above the first.
  const used = new Float64Array(depth + ROWS - 1);
  const inputs: number[][] = Array.from({ length: depth }, () => []);
  let limit = 0;
  let widest = 0;
  for (let v = 0; v < size; v++) {
    if (degree(parents, v) === 0) continue;
    const row = rank[v]! + ROWS - 1;
    used[row]! += widths[v]! + gap;
    limit = Math.max(limit, used[row]!);
  }
  for (let v = 0; v < size; v++) {
    if (degree(parents, v) > 0) continue;
    used[rank[v]! + ROWS - 1]! += widths[v]! + gap;
    widest = Math.max(widest, widths[v]! + gap);
    inputs[rank[v]!]!.push(v);
  }
  limit = Math.max(limit, CARDS_ABREAST * widest);
  for (let r = 0; r < depth; r++) {
    const total = used[r + ROWS - 1]!;
    if (total <= limit) continue;
    const rows = [r];
    for (let up = 1; up < Math.min(ROWS, Math.ceil(total / limit)); up++) {
      if (used[r + ROWS - 1 - up]! + widest <= limit) rows.push(r - up);
    }
    for (const [k, v] of inputs[r]!.entries()) {
      const row = rows[k % rows.length]!;
      used[r + ROWS - 1]! -= widths[v]! + gap;
      used[row + ROWS - 1]! += widths[v]! + gap;
      rank[v] = row;
    }
  }
  let top = 0;
  for (const r of rank) top = Math.min(top, r);
  for (let v = 0; v < size; v++) rank[v]! -= top;
}
