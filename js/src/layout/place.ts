// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/**
 * Where in its layer a vertex stands. Sweeps over the layers, up and down, each layer an isotonic regression: everyone as
 * near as can be to where its neighbours want it. Then the columns are made exactly straight.
 */
import { columns, links, loosen } from "./columns.ts";
import type { Order } from "./crossings.ts";
import type { Dag } from "./dag.ts";
import { spaced } from "./isotonic.ts";
import type { Layered } from "./layers.ts";
import { relax } from "./relax.ts";
import { ties } from "./ties.ts";

const SWEEPS = 10;
/** In the first sweeps everything pulls, so that parts that hang together by weak ties alone do not end far apart. */
const GATHER = 4;
/** Who carries on a straight line holds its place; who has nobody to stand by gives way. */
const FIRM = 1000;
const LOOSE = 0.01;

/** `distance` is that of a vertex from its left neighbour in the layer. */
export function place(graph: Dag, layers: Layered, order: Order, distance: Float64Array): Float64Array {
  const { size, depth, up, down } = layers;
  const tie = ties(graph, layers);
  const link = links(layers, order, tie);
  loosen(layers, order, link, distance);
  const column = columns(layers, order, link, distance);
  const x = new Float64Array(size);
  for (let r = 0; r < depth; r++) {
    for (let i = order.start[r]! + 1; i < order.start[r + 1]!; i++) {
      const v = order.vertex[i]!;
      x[v] = x[order.vertex[i - 1]!]! + distance[v]!;
    }
  }
  const want = new Float64Array(size);
  const weight = new Float64Array(size);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downward = sweep % 2 === 1;
    const toward = downward ? up : down;
    const strong = downward ? tie.up : tie.down;
    for (let step = 0; step < depth; step++) {
      const r = downward ? step : depth - 1 - step;
      for (let i = order.start[r]!; i < order.start[r + 1]!; i++) {
        const v = order.vertex[i]!;
        // Positions summed over neighbours by the strength of the tie: weak, strong, the same column.
        let level = -1;
        let sum = 0;
        let count = 0;
        for (let k = toward.start[v]!; k < toward.start[v + 1]!; k++) {
          const u = toward.item[k]!;
          const strength = column.of[u] === column.of[v] ? 2 : sweep < GATHER ? 1 : strong[k]!;
          if (strength < level) continue;
          if (strength > level) {
            level = strength;
            sum = 0;
            count = 0;
          }
          sum += x[u]!;
          count++;
        }
        want[v] = count > 0 ? sum / count : x[v]!;
        weight[v] = level === 2 ? FIRM : level === 1 ? 1 : LOOSE;
      }
      spaced(order.vertex, order.start[r]!, order.start[r + 1]!, want, weight, distance, x);
    }
  }
  relax(layers, tie, column, x);
  return x;
}
