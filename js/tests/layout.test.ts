import { describe, expect, it, test } from "vitest";
import { crossings, type Order } from "../src/layout/crossings.ts";
import { type Dag, dag } from "../src/layout/dag.ts";
import { spaced } from "../src/layout/isotonic.ts";
import { type Layered, layered } from "../src/layout/layers.ts";
import { arrange } from "../src/layout/order.ts";
import { ranks } from "../src/layout/rank.ts";
import { type LayoutEdge, type LayoutNode, layout, type Placed, type Point } from "../src/layout.ts";
import {
  arrayNetwork,
  chain,
  denseBlock,
  fiveInputs,
  type Graph,
  logisticRegression,
  oneOneOne,
  outputsAndGuard,
  random,
  recurrent,
  regularised,
  residualChain,
  scalarNetwork,
  seeded,
  textbook,
  tiedWeights,
  twentyInputs,
} from "./support/graphs.ts";

const GAP = 28;
const TINY = 1e-6;

const planar: Record<string, Graph> = {
  "1-1-1 network": oneOneOne,
  "tied weights": tiedWeights,
  textbook,
  "logistic regression": logisticRegression,
  "3 residual blocks": residualChain(3),
  "8 residual blocks": residualChain(8),
  "recurrent, 5 passes": recurrent(5),
  "3 array layers": arrayNetwork(3),
  "8 array layers": arrayNetwork(8),
  "20 inputs": twentyInputs,
  "5 inputs": fiveInputs,
  regularised,
  "two results and a guard": outputsAndGuard,
};

const examples: Record<string, Graph> = {
  ...planar,
  "dense block": denseBlock(6),
  "2-3-1 network": scalarNetwork(2, 3, 1),
  "3-4-4-2 network": scalarNetwork(3, 4, 4, 2),
};

const randoms = Array.from({ length: 60 }, (_, seed) => random(5 + 2 * seed, seed, 3 + (seed % 20)));

function draw(graph: Graph): Placed {
  return layout(graph.nodes, graph.edges);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list.at(index);
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxes(graph: Graph, placed: Placed): Box[] {
  return graph.nodes.map(({ width, height }, v) => {
    const { x, y } = at(placed.nodes, v);
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  });
}

/** Do their insides meet? */
function meet(a: Box, b: Box): boolean {
  return a.left < b.right - TINY && b.left < a.right - TINY && a.top < b.bottom - TINY && b.top < a.bottom - TINY;
}

interface Stroke {
  readonly from: Point;
  readonly to: Point;
}

function strokes(points: readonly Point[]): Stroke[] {
  return points.slice(1).map((to, i) => ({ from: at(points, i), to }));
}

/** Pairs of strokes that cross on the drawing; what several edges share counts once. */
function drawnCrossings(placed: Placed): number {
  const all = new Map<string, Stroke>();
  for (const points of placed.edges) for (const s of strokes(points)) all.set(JSON.stringify(s), s);
  const list = [...all.values()];
  const across = (s: Stroke, y: number): number =>
    s.from.x + ((s.to.x - s.from.x) * (y - s.from.y)) / (s.to.y - s.from.y);
  let count = 0;
  for (const [i, a] of list.entries()) {
    for (const b of list.slice(i + 1)) {
      const top = Math.max(a.from.y, b.from.y);
      const bottom = Math.min(a.to.y, b.to.y);
      if (bottom - top < TINY) continue;
      const before = across(a, top) - across(b, top);
      const after = across(a, bottom) - across(b, bottom);
      if (Math.abs(before) > TINY && Math.abs(after) > TINY && before * after < 0) count++;
    }
  }
  return count;
}

function checkSound(graph: Graph): void {
  const placed = draw(graph);
  const cards = boxes(graph, placed);
  expect(placed.nodes).toHaveLength(graph.nodes.length);
  expect(placed.edges).toHaveLength(graph.edges.length);
  for (const [v, card] of cards.entries()) {
    expect(card.left).toBeGreaterThanOrEqual(-TINY);
    expect(card.top).toBeGreaterThanOrEqual(-TINY);
    expect(card.right).toBeLessThanOrEqual(placed.width + TINY);
    expect(card.bottom).toBeLessThanOrEqual(placed.height + TINY);
    // Side by side they keep their distance: two cards as wide as half a gap more on each side do not meet.
    const wide = { ...card, left: card.left - GAP / 2, right: card.right + GAP / 2 };
    for (const other of cards.slice(v + 1)) {
      const overlap = meet(wide, { ...other, left: other.left - GAP / 2, right: other.right + GAP / 2 });
      expect(overlap, `card ${v}`).toBe(false);
    }
  }
  for (const [e, points] of placed.edges.entries()) {
    const { from, to } = at(graph.edges, e);
    const first = at(points, 0);
    const last = at(points, -1);
    expect(first.x).toBe(at(placed.nodes, from).x);
    expect(first.y).toBeCloseTo(at(cards, from).bottom, 6);
    expect(last.x).toBe(at(placed.nodes, to).x);
    expect(last.y).toBeCloseTo(at(cards, to).top, 6);
    for (const s of strokes(points)) {
      expect(s.to.y).toBeGreaterThan(s.from.y);
      const room = {
        left: Math.min(s.from.x, s.to.x),
        right: Math.max(s.from.x, s.to.x),
        top: s.from.y,
        bottom: s.to.y,
      };
      // A vertical line has no inside; give it some.
      const touched = cards.findIndex((card) => meet(card, { ...room, left: room.left - 1, right: room.right + 1 }));
      expect(touched, `edge ${from} → ${to} runs through a card`).toBe(-1);
    }
  }
}

describe("every drawing", () => {
  test.each(Object.keys(examples))("%s is sound", (name) => checkSound(examples[name] as Graph));

  it("is sound for random graphs", () => {
    for (const graph of randoms) checkSound(graph);
  });

  it("is sound for cards of many sizes", () => {
    const next = seeded(5);
    for (const { nodes, edges, names } of randoms.slice(0, 30)) {
      const sized = nodes.map(({ input }) => ({ input, width: 20 + 200 * next(), height: 20 + 100 * next() }));
      checkSound({ nodes: sized, edges, names });
    }
  });

  it("is the same each time, and leaves what it is given alone", () => {
    for (const { nodes, edges } of [...Object.values(examples), ...randoms.slice(0, 10)]) {
      const frozen = [
        Object.freeze(nodes.map((n) => Object.freeze({ ...n }))),
        Object.freeze(edges.map((e) => Object.freeze({ ...e }))),
      ] as const;
      expect(layout(...frozen)).toEqual(layout(nodes, edges));
    }
  });

  it("respects the gaps it is given", () => {
    const { nodes, edges } = oneOneOne;
    const wide = layout(nodes, edges, { gapX: 100, gapY: 200 });
    expect(at(wide.nodes, 2).x - at(wide.nodes, 0).x).toBeCloseTo(222, 6);
    expect(wide.height).toBeGreaterThan(5 * 200);
  });
});

describe("the 1-1-1 network", () => {
  const placed = draw(oneOneOne);
  const cards = boxes(oneOneOne, placed);
  const x = (name: string): number => at(placed.nodes, oneOneOne.names.indexOf(name)).x;

  it("comes in the rows x w₁ / a / h w₂ / p y / r / loss", () => {
    const rows = new Map<number, string[]>();
    for (const [v, { bottom }] of cards.entries()) {
      const row = Math.round(bottom);
      rows.set(row, [...(rows.get(row) ?? []), at(oneOneOne.names, v)]);
    }
    const sorted = [...rows].sort(([a], [b]) => a - b).map(([, names]) => names.sort((a, b) => x(a) - x(b)).join(" "));
    expect(sorted).toEqual(["x w1", "a", "h w2", "p y", "r", "loss"]);
  });

  it("is staggered, each operation centred below what it reads", () => {
    expect(x("a")).toBeCloseTo((x("x") + x("w1")) / 2, 1);
    expect(x("h")).toBe(x("a"));
    expect(x("p")).toBeCloseTo((x("h") + x("w2")) / 2, 1);
    expect(x("r")).toBeCloseTo((x("p") + x("y")) / 2, 1);
    expect(x("loss")).toBe(x("r"));
  });

  it("fits its panel", () => {
    expect(placed.width).toBeLessThanOrEqual(430);
    expect(placed.height).toBeLessThanOrEqual(650);
  });
});

describe("layers", () => {
  it("put inputs right above their earliest reader", () => {
    for (const { nodes, edges } of randoms) {
      const graph = numbered(nodes, edges);
      const rank = ranks(graph);
      for (const [v, { input }] of nodes.entries()) {
        const readers = edges.filter((e) => e.from === v).map((e) => at([...rank], e.to));
        if (input && readers.length > 0) expect(rank[v]).toBe(Math.min(...readers) - 1);
      }
    }
  });

  it("draw what is computed early and used late where it is used", () => {
    const { y } = at(draw(regularised).nodes, regularised.names.indexOf("cw²"));
    expect(y).toBe(at(draw(regularised).nodes, regularised.names.indexOf("r²")).y);
  });

  it("deal many inputs to two rows", () => {
    const { width } = draw(twentyInputs);
    expect(width).toBeLessThan((20 * (122 + GAP)) / 1.8);
  });
});

describe("columns", () => {
  it("keep chains perfectly straight", () => {
    expect(new Set(draw(chain(50)).nodes.map((p) => p.x)).size).toBe(1);
    const { nodes, edges } = draw(arrayNetwork(8));
    const computed = arrayNetwork(8).nodes.flatMap(({ input }, v) => (input ? [] : [at(nodes, v).x]));
    expect(new Set(computed).size).toBe(1);
    expect(edges.some((points) => points.length === 2)).toBe(true);
  });

  it("keep trunks straight: one line per parameter passes all passes of a loop", () => {
    const graph = recurrent(5);
    const placed = draw(graph);
    const bends = placed.edges.filter((_, e) => at(graph.edges, e).from === 0).flatMap((p) => p.slice(1, -1));
    expect(new Set(bends.map((p) => p.x)).size).toBe(1);
  });

  it("have their inputs right beside them", () => {
    const graph = arrayNetwork(8);
    const { nodes } = draw(graph);
    const column = at(nodes, -1).x;
    for (const [v, { input }] of graph.nodes.entries()) {
      if (input && at(nodes, v).y > 100) expect(at(nodes, v).x - column).toBeCloseTo(122 + GAP, 6);
    }
  });

  it("do not make long networks wide", () => {
    expect(draw(residualChain(40)).width).toBeLessThan(500);
    expect(draw(arrayNetwork(40)).width).toBeLessThan(500);
    expect(draw(recurrent(40)).width).toBeLessThan(800);
  });
});

describe("isotonic placement", () => {
  it("is the nearest that keeps the distances", () => {
    const x = new Float64Array(4);
    const all = (value: number): Float64Array => new Float64Array(4).fill(value);
    spaced(Int32Array.of(0, 1, 2, 3), 0, 4, Float64Array.of(0, 0, 0, 100), all(1), all(10), x);
    expect([...x]).toEqual([-10, 0, 10, 100]);
    spaced(Int32Array.of(0, 1, 2, 3), 0, 2, Float64Array.of(5, 5, 0, 0), Float64Array.of(3, 1, 1, 1), all(8), x);
    expect([...x.subarray(0, 2)]).toEqual([3, 11]);
  });
});

describe("crossings", () => {
  test.each(Object.keys(planar))("%s has none", (name) => {
    expect(drawnCrossings(draw(planar[name] as Graph))).toBe(0);
  });

  it("are counted as by hand", () => {
    for (const graph of randoms.slice(0, 30)) {
      const layers = layersOf(graph);
      const order = byIndex(layers);
      expect(crossings(layers, order)).toBe(countedByPairs(layers, order));
    }
  });

  it("are no more than those of plain barycentre sweeps", () => {
    const compare = (graph: Graph): { ours: number; plain: number } => {
      const layers = layersOf(graph);
      const ours = crossings(layers, arrange(numbered(graph.nodes, graph.edges), layers));
      return { ours, plain: barycentresOnly(layers) };
    };
    const report: string[] = [];
    for (const [name, graph] of [
      ...Object.entries(examples),
      ["6-10-8-6-1 network", scalarNetwork(6, 10, 8, 6, 1)] as const,
    ]) {
      const { ours, plain } = compare(graph);
      expect(ours, name).toBeLessThanOrEqual(plain);
      if (plain > 0) report.push(`${name} ${ours} (${plain})`);
    }
    const all = randoms.map(compare);
    const ours = all.reduce((sum, c) => sum + c.ours, 0);
    const plain = all.reduce((sum, c) => sum + c.plain, 0);
    expect(ours).toBeLessThan(0.8 * plain);
    report.push(`${randoms.length} random graphs ${ours} (${plain})`);
    console.log(`crossings, in brackets those of plain barycentre sweeps: ${report.join(", ")}`);
  });
});

describe("unusual graphs", () => {
  const card: LayoutNode = { width: 100, height: 50, input: false };

  it("nothing", () => {
    expect(layout([], [])).toEqual({ width: 0, height: 0, nodes: [], edges: [] });
  });

  it("one node", () => {
    expect(layout([card], [])).toEqual({ width: 100, height: 50, nodes: [{ x: 50, y: 25 }], edges: [] });
  });

  it("isolated nodes are packed", () => {
    const graph = { nodes: Array.from({ length: 30 }, () => card), edges: [], names: [] };
    checkSound(graph);
    expect(draw(graph).width).toBeLessThan(1000);
  });

  it("parts without connection stand apart", () => {
    const shifted = textbook.edges.map((e) => ({ from: e.from + 9, to: e.to + 9 }));
    checkSound({
      nodes: [...oneOneOne.nodes, ...textbook.nodes],
      edges: [...oneOneOne.edges, ...shifted],
      names: [],
    });
  });

  it("an edge given twice is drawn twice, on one line", () => {
    const placed = layout([card, card], [at([{ from: 0, to: 1 }], 0), { from: 0, to: 1 }]);
    expect(placed.edges).toHaveLength(2);
    expect(placed.edges[0]).toEqual(placed.edges[1]);
  });

  it("a node of no size", () => {
    checkSound({ ...oneOneOne, nodes: oneOneOne.nodes.map((n) => ({ ...n, width: 0, height: 0 })) });
  });

  it("more long edges than can be drawn with care are straight lines", () => {
    const next = seeded(1);
    const nodes = Array.from({ length: 4000 }, () => card);
    const edges: LayoutEdge[] = [];
    for (let v = 1; v < nodes.length; v++) {
      edges.push({ from: v - 1, to: v });
      if (v > 1) edges.push({ from: Math.floor(next() * (v - 1)), to: v });
    }
    const placed = layout(nodes, edges);
    for (const points of placed.edges) {
      for (const s of strokes(points)) expect(s.to.y > s.from.y).toBe(true);
    }
  });
});

describe("speed", () => {
  it("is printed", { timeout: 60_000 }, () => {
    const graphs: Record<string, Graph> = {
      "network of scalars": scalarNetwork(6, 10, 8, 6, 1),
      "random graph": random(1000, 3),
      "larger network": scalarNetwork(30, 50, 40, 4),
      "larger random graph": random(10_000, 3),
      chain: chain(100_000),
    };
    for (const [name, { nodes, edges }] of Object.entries(graphs)) {
      const times = [0, 1, 2].map(() => {
        const start = performance.now();
        layout(nodes, edges);
        return performance.now() - start;
      });
      console.log(
        `${name}, ${nodes.length} nodes: ${Math.round(Math.min(...times))} ms, at first ${Math.round(times[0] ?? 0)} ms`,
      );
    }
  });
});

function numbered(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Dag {
  return dag(
    nodes.length,
    edges.map((e) => e.from),
    edges.map((e) => e.to),
  );
}

function layersOf({ nodes, edges }: Graph): Layered {
  const graph = numbered(nodes, edges);
  return layered(graph, ranks(graph));
}

function byIndex(layers: Layered): Order {
  return orderOf(
    layers,
    Array.from(layers.layer.keys()).sort((a, b) => (layers.layer[a] ?? 0) - (layers.layer[b] ?? 0) || a - b),
  );
}

function orderOf(layers: Layered, vertices: number[]): Order {
  const start = new Int32Array(layers.depth + 1);
  const place = new Int32Array(layers.size);
  for (const [i, v] of vertices.entries()) {
    const r = layers.layer[v] ?? 0;
    if (i === 0 || layers.layer[vertices[i - 1] ?? 0] !== r) start[r] = i;
    place[v] = i - (start[r] ?? 0);
    start[r + 1] = i + 1;
  }
  return { start, vertex: Int32Array.from(vertices), place };
}

function neighbours(lists: Layered["up"], v: number): number[] {
  return [...lists.item.subarray(lists.start[v], lists.start[v + 1])];
}

function countedByPairs(layers: Layered, order: Order): number {
  const segments = Array.from(layers.layer.keys()).flatMap((v) =>
    neighbours(layers.up, v).map((u) => ({
      layer: layers.layer[v],
      from: order.place[u] ?? 0,
      to: order.place[v] ?? 0,
    })),
  );
  let count = 0;
  for (const [i, a] of segments.entries()) {
    for (const b of segments.slice(i + 1)) {
      if (a.layer === b.layer && (a.from - b.from) * (a.to - b.to) < 0) count++;
    }
  }
  return count;
}

/** The textbook method: in the order of the indices, then 12 sweeps of averages, the best of them. */
function barycentresOnly(layers: Layered): number {
  let order = byIndex(layers);
  let best = crossings(layers, order);
  for (let sweep = 0; sweep < 12; sweep++) {
    const toward = sweep % 2 === 0 ? layers.up : layers.down;
    const place = Float64Array.from(order.place);
    const rows = Array.from({ length: layers.depth }, (_, r) => [
      ...order.vertex.subarray(order.start[r], order.start[r + 1]),
    ]);
    for (const row of sweep % 2 === 0 ? rows : rows.slice().reverse()) {
      const key = new Map(
        row.map((v) => {
          const near = neighbours(toward, v).map((u) => place[u] ?? 0);
          return [v, near.length > 0 ? near.reduce((a, b) => a + b, 0) / near.length : (place[v] ?? 0)];
        }),
      );
      row.sort((a, b) => (key.get(a) ?? 0) - (key.get(b) ?? 0));
      for (const [i, v] of row.entries()) place[v] = i;
    }
    order = orderOf(layers, rows.flat());
    best = Math.min(best, crossings(layers, order));
  }
  return best;
}
