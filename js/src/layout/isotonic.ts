// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Least squares in order and at distances: pool adjacent violators (Ayer et al. 1955; Best & Chakravarti 1990). */

/**
 * Moves `line[begin … end - 1]` as near to `want` as `weight` bids, each at least `distance` right of the one before it.
 * Minus the distances summed so far, that is plain isotonic regression: neighbours that would collide form a pool, which
 * stands at its mean.
 */
export function spaced(
  line: Int32Array,
  begin: number,
  end: number,
  want: Float64Array,
  weight: Float64Array,
  distance: Float64Array,
  x: Float64Array,
): void {
  const mean: number[] = [];
  const mass: number[] = [];
  const first: number[] = [];
  let offset = 0;
  for (let i = begin; i < end; i++) {
    const v = line[i]!;
    if (i > begin) offset += distance[v]!;
    let m = want[v]! - offset;
    let w = weight[v]!;
    let at = i;
    while (mean.length > 0 && mean[mean.length - 1]! >= m) {
      const other = mass.pop()!;
      m = (m * w + mean.pop()! * other) / (w + other);
      w += other;
      at = first.pop()!;
    }
    mean.push(m);
    mass.push(w);
    first.push(at);
  }
  offset = 0;
  for (let pool = 0; pool < mean.length; pool++) {
    const stop = pool + 1 < first.length ? first[pool + 1]! : end;
    for (let i = first[pool]!; i < stop; i++) {
      const v = line[i]!;
      if (i > begin) offset += distance[v]!;
      x[v] = mean[pool]! + offset;
    }
  }
}
