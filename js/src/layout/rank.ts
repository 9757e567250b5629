// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Which layer a node stands in. */
import { type Dag, degree } from "./dag.ts";

/** At most so many cards side by side before the inputs among them are dealt to the layers above. */
const CARDS_ABREAST = 4;
/** A third row would gain nothing: the lines of the upper ones need the room between the lower cards. */
const ROWS = 2;

/**
 * Operations stand as high as their operands allow (longest path), then come down to their readers if the drawing does not
 * get longer by it: what is computed early and used late is drawn where it is used. Inputs stand one layer above their
 * earliest reader.
 */
export function ranks(graph: Dag): Int32Array {
  const { size, parents, readers } = graph;
  const rank = new Int32Array(size);
  // All readers of a node hang on one line, so only the last of them counts.
  const last = new Int32Array(size);
  for (let v = 0; v < size; v++) {
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      rank[v] = Math.max(rank[v]!, rank[parents.item[k]!]! + 1);
    }
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      const u = parents.item[k]!;
      last[u] = Math.max(last[u]!, rank[v]!);
    }
  }
  // How many lines get longer when a node comes down by one layer, with those of its operands that nobody else reads.
  const cost = new Int32Array(size);
  const price = (v: number): number => {
    let sum = 0;
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      const u = parents.item[k]!;
      if (degree(parents, u) === 0) continue;
      if (degree(readers, u) === 1) sum += Math.min(1, cost[u]!);
      else if (last[u] === rank[v]) sum++;
    }
    return sum;
  };
  for (let v = 0; v < size; v++) cost[v] = price(v);
  for (let v = size - 1; v >= 0; v--) {
    // Its own line gets shorter by one. On a balance the start of a side branch, such as h w, comes down with its input.
    if (degree(readers, v) === 0 || price(v) > (branches(graph, v) ? 1 : 0)) continue;
    let earliest = Number.POSITIVE_INFINITY;
    for (let k = readers.start[v]!; k < readers.start[v + 1]!; k++) {
      earliest = Math.min(earliest, rank[readers.item[k]!]!);
    }
    rank[v] = earliest - 1;
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      const u = parents.item[k]!;
      last[u] = Math.max(last[u]!, rank[v]!);
    }
  }
  return rank;
}

/** Reads inputs, and else only what others read too. */
function branches({ parents, readers }: Dag, v: number): boolean {
  let inputs = 0;
  for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
    const u = parents.item[k]!;
    if (degree(parents, u) === 0) inputs++;
    else if (degree(readers, u) === 1) return false;
  }
  return inputs > 0;
}

/**
 * Twenty inputs of one sum would be a row of twenty cards. Where a layer is wider than everything else, its inputs are
 * dealt in turn to this layer and the ones above that have room, like bricks.
 */
export function spread(graph: Dag, rank: Int32Array, widths: ArrayLike<number>, gap: number): void {
  const { size, parents } = graph;
  let depth = 0;
  for (const r of rank) depth = Math.max(depth, r + 1);
  // With room above the first.
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
