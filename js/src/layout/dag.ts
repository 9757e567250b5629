// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** A graph as flat arrays: what a chain of 100 000 nodes needs to be laid out without recursion or garbage. */

/** Lists by key: those of `k` are `item[start[k]] … item[start[k + 1] - 1]`. */
export interface Lists {
  readonly start: Int32Array;
  readonly item: Int32Array;
}

export interface Dag {
  readonly size: number;
  /** Per node the nodes it reads, in the order in which the caller gave the edges: `a - b` keeps a on the left. */
  readonly parents: Lists;
  readonly readers: Lists;
}

/** A stable counting sort of `values` by `keys`. */
export function group(size: number, keys: ArrayLike<number>, values: ArrayLike<number>): Lists {
  const start = new Int32Array(size + 1);
  for (let i = 0; i < keys.length; i++) start[keys[i]! + 1]!++;
  for (let k = 0; k < size; k++) start[k + 1]! += start[k]!;
  const next = start.slice(0, size);
  const item = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) item[next[keys[i]!]!++] = values[i]!;
  return { start, item };
}

/** `x * x` reads x twice and is one stored entry, hence one edge: repetitions are dropped. */
export function dag(size: number, from: ArrayLike<number>, to: ArrayLike<number>): Dag {
  const all = group(
    size,
    from,
    Int32Array.from(to, (_, e) => e),
  );
  const seen = new Int32Array(size).fill(-1);
  const keep = new Uint8Array(from.length);
  for (let u = 0; u < size; u++) {
    for (let k = all.start[u]!; k < all.start[u + 1]!; k++) {
      const e = all.item[k]!;
      if (seen[to[e]!] === u) continue;
      seen[to[e]!] = u;
      keep[e] = 1;
    }
  }
  const once = Int32Array.from(Array.from(keep.keys()).filter((e) => keep[e] === 1));
  const sources = once.map((e) => from[e]!);
  const targets = once.map((e) => to[e]!);
  return { size, parents: group(size, targets, sources), readers: group(size, sources, targets) };
}

export function degree(lists: Lists, k: number): number {
  return lists.start[k + 1]! - lists.start[k]!;
}
