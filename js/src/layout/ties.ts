// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Which segments pull their ends together. */
import type { Dag, Lists } from "./dag.ts";
import type { Layered } from "./layers.ts";

/** So many times a chain may move aside by half a card, to stand centred below its operand and a lesser one. */
const DRIFT = 3;

export interface Ties {
  /** 1 where the segment pulls, 0 where it does so only if no other does; parallel to `layers.up.item`. */
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

/**
 * Cards pull each other, and trunks keep straight. A trunk goes round the cards, so its ends pull only where there is nothing
 * else. In long chains the lesser operands (inputs, short side branches) come to the operation and not it to them: else the
 * chain would drift out of the picture.
 */
export function ties(graph: Dag, layers: Layered): Ties {
  const { cards, size } = layers;
  const height = heights(graph);
  const aside = drifts(graph, layers, height);
  // An input that was dealt to a higher row pulls through its trunk as if it stood below it.
  const card = (u: number): boolean => u < cards || layers.single[u - cards] === 1;
  const cardAbove = new Uint8Array(size);
  const cardBelow = new Uint8Array(size);
  const highest = new Int32Array(size);
  const each = (lists: Lists, visit: (v: number, u: number, k: number) => void): void => {
    for (let v = 0; v < size; v++)
      for (let k = lists.start[v]!; k < lists.start[v + 1]!; k++) visit(v, lists.item[k]!, k);
  };
  each(layers.up, (v, u) => {
    if (card(u)) cardAbove[v] = 1;
    if (card(v)) cardBelow[u] = 1;
    if (u < cards) highest[v] = Math.max(highest[v]!, height[u]!);
  });
  const strong = (u: number, v: number): boolean => {
    if (u < cards && v < cards) return !aside || height[u] === highest[v];
    if ((u >= cards && v >= cards) || (card(u) && card(v))) return true;
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

/** The number of operations on the longest way from an input. */
function heights(graph: Dag): Int32Array {
  const { size, parents } = graph;
  const height = new Int32Array(size);
  for (let v = 0; v < size; v++) {
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      height[v] = Math.max(height[v]!, height[parents.item[k]!]! + 1);
    }
  }
  return height;
}

function drifts(graph: Dag, layers: Layered, height: Int32Array): boolean {
  const { size, parents } = graph;
  const drift = new Int32Array(size);
  for (let v = 0; v < size; v++) {
    let highest = 0;
    let main = 0;
    let lesser = 0;
    for (let k = parents.start[v]!; k < parents.start[v + 1]!; k++) {
      const u = parents.item[k]!;
      if (layers.layer[u] !== layers.layer[v]! - 1) continue;
      drift[v] = Math.max(drift[v]!, drift[u]!);
      if (height[u]! > highest) {
        highest = height[u]!;
        lesser += main;
        main = 0;
      }
      if (height[u] === highest) main++;
      else lesser++;
    }
    if (highest > 0 && lesser % 2 === 1) drift[v]!++;
    if (drift[v]! > DRIFT) return true;
  }
  return false;
}
