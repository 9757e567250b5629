/** Graphs to lay out: small ones everybody knows, and large ones to time. */
import type { LayoutEdge, LayoutNode } from "../../src/layout.ts";

export interface Graph {
  readonly nodes: LayoutNode[];
  readonly edges: LayoutEdge[];
  readonly names: string[];
}

/** Cards as the widget draws them; the label above an input counts as part of its height. */
const CARD = { width: 122, height: 60 };
const LABEL = 18;

export class Sketch implements Graph {
  readonly nodes: LayoutNode[] = [];
  readonly edges: LayoutEdge[] = [];
  readonly names: string[] = [];

  input(name: string): number {
    this.nodes.push({ width: CARD.width, height: CARD.height + LABEL, input: true });
    return this.names.push(name) - 1;
  }

  inputs(...names: string[]): number[] {
    return names.map((name) => this.input(name));
  }

  op(name: string, ...parents: number[]): number {
    this.nodes.push({ ...CARD, input: false });
    const v = this.names.push(name) - 1;
    for (const from of parents) this.edges.push({ from, to: v });
    return v;
  }
}

function sketch(draw: (g: Sketch) => void): Graph {
  const g = new Sketch();
  draw(g);
  return g;
}

/** mulberry32: a generator of numbers in [0, 1) that is the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const oneOneOne = sketch((g) => {
  const x = g.input("x");
  const y = g.input("y");
  const w1 = g.input("w1");
  const w2 = g.input("w2");
  const a = g.op("a", w1, x);
  const h = g.op("h", a);
  const p = g.op("p", w2, h);
  const r = g.op("r", p, y);
  g.op("loss", r);
});

export const tiedWeights = sketch((g) => {
  const x = g.input("x");
  const w = g.input("w");
  const a = g.op("a", w, x);
  const h = g.op("h", a);
  const p = g.op("p", w, h);
  g.op("loss", p);
});

/** The classic of automatic differentiation: y = ln x1 + x1 x2 − sin x2. */
export const textbook = sketch((g) => {
  const x1 = g.input("x1");
  const x2 = g.input("x2");
  const v1 = g.op("ln", x1);
  const v2 = g.op("x1x2", x1, x2);
  const v3 = g.op("sin", x2);
  const v4 = g.op("sum", v1, v2);
  g.op("y", v4, v3);
});

export const logisticRegression = sketch((g) => {
  const X = g.input("X");
  const y = g.input("y");
  const w = g.input("w");
  const b = g.input("b");
  const s = g.op("X@w", X, w);
  const z = g.op("z", s, b);
  const p = g.op("sigmoid", z);
  const lp = g.op("log p", p);
  const q = g.op("1-p", p);
  const lq = g.op("log q", q);
  const a = g.op("y lp", y, lp);
  const ny = g.op("1-y", y);
  const c = g.op("(1-y)lq", ny, lq);
  const t = g.op("sum", a, c);
  const m = g.op("mean", t);
  g.op("-", m);
});

export function residualChain(blocks: number): Graph {
  return sketch((g) => {
    let h = g.input("x");
    for (let k = 1; k <= blocks; k++) {
      const w = g.input(`w${k}`);
      const a = g.op(`a${k}`, w, h);
      const f = g.op(`f${k}`, a);
      h = g.op(`h${k}`, h, f);
    }
    g.op("loss", h);
  });
}

/** Every node reads all before it. */
export function denseBlock(size: number): Graph {
  return sketch((g) => {
    const all = [g.input("x")];
    for (let k = 1; k < size; k++) all.push(g.op(`h${k}`, ...all));
  });
}

export function recurrent(passes: number): Graph {
  return sketch((g) => {
    const w = g.input("w");
    const u = g.input("u");
    const xs = Array.from({ length: passes }, (_, t) => g.input(`x${t + 1}`));
    let h = g.input("h0");
    for (const [t, x] of xs.entries()) {
      const p = g.op(`wh${t + 1}`, w, h);
      const q = g.op(`ux${t + 1}`, u, x);
      const s = g.op(`s${t + 1}`, p, q);
      h = g.op(`h${t + 1}`, s);
    }
    g.op("loss", h);
  });
}

/** Scalars throughout: `sizes[0]` inputs, then layers of so many neurons each, with products and sums. */
export function scalarNetwork(...sizes: number[]): Graph {
  return sketch((g) => {
    let layer = Array.from({ length: sizes[0] ?? 0 }, (_, i) => g.input(`x${i + 1}`));
    for (const [l, size] of sizes.slice(1).entries()) {
      layer = Array.from({ length: size }, (_, j) => {
        const weights = layer.map((_, i) => g.input(`w${l}${j}${i}`));
        let sum = g.input(`b${l}${j}`);
        for (const [i, h] of layer.entries()) sum = g.op("+", sum, g.op("×", weights[i] ?? 0, h));
        return g.op("tanh", sum);
      });
    }
    let loss = layer[0] ?? 0;
    for (const h of layer.slice(1)) loss = g.op("+", loss, h);
    g.op("loss", loss);
  });
}

/** Arrays: one matrix product, one addition, one nonlinearity a layer. */
export function arrayNetwork(depth: number): Graph {
  return sketch((g) => {
    let h = g.input("X");
    const y = g.input("y");
    for (let k = 1; k <= depth; k++) {
      const W = g.input(`W${k}`);
      const b = g.input(`b${k}`);
      h = g.op(`h${k}`, g.op(`z${k}`, g.op(`hW${k}`, h, W), b));
    }
    g.op("loss", g.op("r²", g.op("r", h, y)));
  });
}

export const twentyInputs = sketch((g) => {
  const xs = Array.from({ length: 20 }, (_, i) => g.input(`x${i + 1}`));
  g.op("loss", g.op("sum", ...xs));
});

export const fiveInputs = sketch((g) => {
  const xs = g.inputs("x1", "x2", "x3", "x4", "x5");
  g.op("loss", g.op("sum", ...xs));
});

/** A regularised fit: a term that is ready long before it is read. */
export const regularised = sketch((g) => {
  const x = g.input("x");
  const w = g.input("w");
  const y = g.input("y");
  const c = g.input("c");
  const w2 = g.op("w²", w);
  const pen = g.op("cw²", c, w2);
  const a = g.op("wx", w, x);
  const h = g.op("tanh", a);
  const r = g.op("r", h, y);
  const s = g.op("r²", r);
  g.op("loss", s, pen);
});

/** Two results, a guard on the way, and an input nobody reads. */
export const outputsAndGuard = sketch((g) => {
  const x = g.input("x");
  g.input("unread");
  const a = g.op("a", x);
  g.op("a > 0", a);
  const b = g.op("b", a);
  g.op("y1", b);
  g.op("y2", b, x);
});

export function chain(length: number): Graph {
  return sketch((g) => {
    let v = g.input("x");
    for (let k = 1; k < length; k++) v = g.op(`${k}`, v);
  });
}

/** A tape-like graph: mostly recent operands, some old ones, a share of inputs. */
export function random(size: number, seed: number, reach = 12): Graph {
  const next = seeded(seed);
  return sketch((g) => {
    for (let v = 0; v < size; v++) {
      if (v < 2 || next() < 0.25) {
        g.input(`${v}`);
        continue;
      }
      const near = () => Math.max(0, v - 1 - Math.floor(next() * reach));
      const parents = [near()];
      if (next() < 0.7) parents.push(next() < 0.9 ? near() : Math.floor(next() * v));
      g.op(`${v}`, ...parents);
    }
  });
}
