// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** Left to right within the layers, with few crossings. */
import { crossings, type Order, sortedPlaces } from "./crossings.ts";
import { type Dag, degree, type Lists } from "./dag.ts";
import { isInput, type Layered } from "./layers.ts";

/** Work allowed for the sweeps, in vertices and segments visited: large graphs get fewer of them. */
const WORK = 1_500_000;
/** Sweeps without a better drawing before giving up. */
const PATIENCE = 4;

export function arrange(graph: Dag, layers: Layered): Order {
  const walked = firstOrder(graph, layers);
  const best = { order: walked, count: crossings(layers, walked) };
  let sweeps = WORK / (layers.size + layers.up.item.length);
  // What the sweeps end in depends on where they begin.
  for (const [begin, down] of [
    [walked, true],
    [walked, false],
    [asRecorded(layers, walked.start), true],
    [asRecorded(layers, walked.start), false],
  ] as const) {
    const order = { start: begin.start, vertex: begin.vertex.slice(), place: begin.place.slice() };
    let least = Number.POSITIVE_INFINITY;
    let stale = 0;
    for (let sweep = 0; best.count > 0 && stale < PATIENCE && sweeps >= 1; sweep++) {
      barycentres(layers, order, (sweep % 2 === 0) === down);
      transpose(layers, order);
      const count = crossings(layers, order);
      sweeps--;
      stale++;
      if (count < least) {
        least = count;
        stale = 0;
      }
      if (count < best.count) {
        best.count = count;
        best.order = { start: order.start, vertex: order.vertex.slice(), place: order.place.slice() };
      }
    }
  }
  return best.order;
}

/** By index: each vertex in its layer as recorded, bends after cards. */
function asRecorded(layers: Layered, start: Int32Array): Order {
  const filled = start.slice(0, layers.depth);
  const order = { start, vertex: new Int32Array(layers.size), place: new Int32Array(layers.size) };
  for (let v = 0; v < layers.size; v++) order.vertex[filled[layers.layer[v]!]!++] = v;
  for (let r = 0; r < layers.depth; r++) number(order, r);
  return order;
}

/**
 * A walk from the results up to the inputs, each vertex put at the right end of its layer when first met. An expression in
 * which every value is read once comes out without a crossing, its operands in the order of the source. Inputs stand to the
 * right of what was computed, and trunks to the left, so that neither cuts through the other; an even number of inputs
 * flanks the computed operand.
 */
function firstOrder(graph: Dag, layers: Layered): Order {
  const { size, depth, layer, up, down } = layers;
  const start = new Int32Array(depth + 1);
  for (const r of layer) start[r + 1]!++;
  for (let r = 0; r < depth; r++) start[r + 1]! += start[r]!;
  const order = { start, vertex: new Int32Array(size), place: new Int32Array(size) };
  const filled = start.slice(0, depth);
  const met = new Uint8Array(size);
  const second = new Uint8Array(size);
  const stack: number[] = [];
  const owner = Int32Array.from({ length: size }, (_, v) => v);
  for (let u = 0; u < layers.cards; u++) {
    if (layers.reach[u]! > 0) owner.fill(u, layers.trunk[u]!, layers.trunk[u]! + layers.reach[u]!);
  }
  for (let sink = 0; sink < size; sink++) {
    if (degree(down, sink) > 0) continue;
    stack.push(sink);
    while (stack.length > 0) {
      const v = stack.pop()!;
      if (met[v]) continue;
      met[v] = 1;
      order.vertex[filled[layer[v]!]!++] = v;
      const trunks: number[] = [];
      const computed: number[] = [];
      const inputs: number[] = [];
      for (let k = up.start[v]!; k < up.start[v + 1]!; k++) {
        const u = up.item[k]!;
        if (u >= layers.cards ? layers.single[u - layers.cards] === 1 : isInput(graph, u)) inputs.push(u);
        else if (u >= layers.cards) trunks.push(u);
        else computed.push(u);
      }
      inputs.sort((a, b) => owner[a]! - owner[b]!);
      const flank = computed.length === 1 && inputs.length % 2 === 0 ? inputs.splice(0, inputs.length / 2) : [];
      // A second operand that is made of a trunk and inputs alone has the trunk on its outer side.
      const outside = computed.length === 0 && second[v] === 1 ? trunks.splice(0) : [];
      for (const u of computed.slice(1)) second[u] = 1;
      for (const list of [outside, inputs, computed, flank, trunks]) while (list.length > 0) stack.push(list.pop()!);
    }
  }
  for (let r = 0; r < depth; r++) number(order, r);
  return order;
}

function number(order: Order, r: number): void {
  const begin = order.start[r]!;
  for (let i = begin; i < order.start[r + 1]!; i++) order.place[order.vertex[i]!] = i - begin;
}

/** One sweep over the layers: every vertex goes where its neighbours in the layer before stand on average. */
function barycentres(layers: Layered, order: Order, down: boolean): void {
  const { depth, up } = layers;
  const toward = down ? up : layers.down;
  const key = new Float64Array(layers.size);
  for (let step = 1; step < depth; step++) {
    const r = down ? step : depth - 1 - step;
    const line = order.vertex.subarray(order.start[r]!, order.start[r + 1]!);
    const movable: number[] = [];
    for (const v of line) {
      const count = degree(toward, v);
      if (count === 0) continue;
      let sum = 0;
      for (let k = toward.start[v]!; k < toward.start[v + 1]!; k++) sum += order.place[toward.item[k]!]!;
      key[v] = sum / count;
      movable.push(v);
    }
    movable.sort((a, b) => key[a]! - key[b]!);
    // Who has no neighbour on that side keeps its place.
    let next = 0;
    for (let i = 0; i < line.length; i++) if (degree(toward, line[i]!) > 0) line[i] = movable[next++]!;
    number(order, r);
  }
}

/** Neighbours change places as long as that removes crossings. */
function transpose(layers: Layered, order: Order): void {
  const { depth, up, down } = layers;
  const above = new Int32Array(up.item.length);
  const below = new Int32Array(down.item.length);
  const fill = new Int32Array(layers.size);
  for (let r = 0; r < depth; r++) {
    const begin = order.start[r]!;
    const end = order.start[r + 1]!;
    if (end - begin < 2) continue;
    if (r > 0) {
      for (let i = begin; i < end; i++) fill[order.vertex[i]!] = 0;
      sortedPlaces(order, r - 1, up, down, above, fill);
    }
    if (r + 1 < depth) {
      for (let i = begin; i < end; i++) fill[order.vertex[i]!] = 0;
      sortedPlaces(order, r + 1, down, up, below, fill);
    }
    let improved = true;
    for (let round = 0; improved && round < 8; round++) {
      improved = false;
      for (let i = begin; i + 1 < end; i++) {
        const v = order.vertex[i]!;
        const w = order.vertex[i + 1]!;
        if (gain(up, above, v, w) + gain(down, below, v, w) <= 0) continue;
        order.vertex[i] = w;
        order.vertex[i + 1] = v;
        improved = true;
      }
    }
    number(order, r);
  }
}

/** The crossings that go when v and w, now side by side in this order, change places. */
function gain(lists: Lists, places: Int32Array, v: number, w: number): number {
  const vBegin = lists.start[v]!;
  const vEnd = lists.start[v + 1]!;
  let now = 0;
  let then = 0;
  let smaller = vBegin;
  let notLarger = vBegin;
  for (let k = lists.start[w]!; k < lists.start[w + 1]!; k++) {
    const place = places[k]!;
    while (smaller < vEnd && places[smaller]! < place) smaller++;
    while (notLarger < vEnd && places[notLarger]! <= place) notLarger++;
    now += vEnd - notLarger;
    then += smaller - vBegin;
  }
  return now - then;
}
