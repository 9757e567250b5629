// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Which segments pull their ends together. */
import { type Dag, degree, type Lists } from "./dag.ts";
import { isInput, type Layered } from "./layers.ts";

/** So many times a chain may move aside by half a card, to stand centred below its operand and an input. */
const DRIFT = 4;

export interface Ties {
  /** 1 where the segment pulls, 0 where it does so only if no other does; parallel to `layers.up.item`. */
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

/**
 * Cards pull each other, and trunks keep straight. A trunk goes round the cards, so its ends pull only where there is nothing
 * else. In long chains inputs come to the operation and not it to them: else the chain would drift out of the picture.
 */
export function ties(graph: Dag, layers: Layered): Ties {
  const { cards, size } = layers;
  const aside = drifts(graph, layers);
  const cardAbove = new Uint8Array(size);
  const cardBelow = new Uint8Array(size);
  const computedAbove = new Uint8Array(size);
  const each = (lists: Lists, visit: (v: number, u: number, k: number) => void): void => {
    for (let v = 0; v < size; v++)
      for (let k = lists.start[v]!; k < lists.start[v + 1]!; k++) visit(v, lists.item[k]!, k);
  };
  each(layers.up, (v, u) => {
    if (u < cards) cardAbove[v] = 1;
    if (v < cards) cardBelow[u] = 1;
    if (u < cards && !isInput(graph, u)) computedAbove[v] = 1;
  });
  const strong = (u: number, v: number): boolean => {
    if (u < cards && v < cards) return !(aside && isInput(graph, u) && computedAbove[v] === 1);
    if (u >= cards && v >= cards) return true;
    return u < cards ? cardBelow[u] === 0 : cardAbove[v] === 0;
  };
  const up = new Uint8Array(layers.up.item.length);
  const down = new Uint8Array(up.length);
  each(layers.up, (v, u, k) => {
    up[k] = strong(u, v) ? 1 : 0;
  });
  each(layers.down, (u, v, k) => {
    down[k] = strong(u, v) ? 1 : 0;
  });
  return { up, down };
}

function drifts(graph: Dag, layers: Layered): boolean {
  const drift = new Int32Array(graph.size);
  for (let v = 0; v < graph.size; v++) {
    let inputs = 0;
    let computed = 0;
    for (let k = graph.parents.start[v]!; k < graph.parents.start[v + 1]!; k++) {
      const u = graph.parents.item[k]!;
      if (layers.layer[u] !== layers.layer[v]! - 1) continue;
      drift[v] = Math.max(drift[v]!, drift[u]!);
      if (degree(graph.parents, u) === 0) inputs++;
      else computed++;
    }
    if (computed === 1 && inputs % 2 === 1) drift[v]!++;
    if (drift[v]! > DRIFT) return true;
  }
  return false;
}
