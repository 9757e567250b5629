// The 1-1-1 network, written out by hand: x = 1.5, y = 0.2, w₁ = 0.7, w₂ = −1.1.
import type { Entry, Header, Range, SceneNode, Step } from "../../src/scene.ts";
import { encodeScene } from "./encode.ts";

const LINES = [
  "def loss(x, y, w1, w2):",
  "    a = w1 * x",
  "    h = np.tanh(a)",
  "    p = w2 * h",
  "    r = p - y",
  "    return r ** 2",
];

/** Columns of the source are found by what stands there. */
function range(line: number, text: string, within = text): Range {
  const start = (LINES[line] ?? "").indexOf(within) + within.indexOf(text);
  return [0, line, start, line, start + text.length];
}

export const EXAMPLE_INPUTS = { x: 1.5, y: 0.2, w1: 0.7, w2: -1.1 };
type Inputs = typeof EXAMPLE_INPUTS;

const X = 0;
const Y = 1;
const W1 = 2;
const W2 = 3;
const A = 4;
const H = 5;
const P = 6;
const R = 7;
const LOSS = 8;

function solve({ x, y, w1, w2 }: Inputs) {
  const a = w1 * x;
  const h = Math.tanh(a);
  const p = w2 * h;
  const r = p - y;
  const loss = r ** 2;
  const partials = [
    [W1, A, x],
    [X, A, w1],
    [A, H, 1 - h * h],
    [W2, P, h],
    [H, P, w2],
    [P, R, 1],
    [Y, R, -1],
    [R, LOSS, 2 * r],
  ] as const;
  const multipliers = new Array<number>(9).fill(0);
  multipliers[LOSS] = 1;
  for (let i = 7; i >= 0; i--) {
    for (const [row, column, partial] of partials) {
      if (row === i) multipliers[i] = (multipliers[i] ?? 0) + partial * (multipliers[column] ?? 0);
    }
  }
  return { values: [x, y, w1, w2, a, h, p, r, loss], partials, multipliers };
}

const LABELS = ["x", "y", "w₁", "w₂", "a", "h", "p", "r", "loss"];
const LATEX = ["x", "y", "w_{1}", "w_{2}", "a", "h", "p", "r", "\\mathit{loss}"];
const TEXTS = ["", "", "", "", "w₁ · x", "tanh(a)", "w₂ · h", "p − y", "r²"];
const FORMULAS = ["1.5", "0.2", "0.7", "(-1.1)", "w_{1} \\cdot x", "\\tanh(a)", "w_{2} \\cdot h", "p - y", "r^{2}"];
const PILLS = [null, null, null, null, "×", "tanh", "×", "−", "( )²"];
const OPERATIONS = [null, null, null, null, "multiply", "tanh", "multiply", "subtract", "power"];
const OPERANDS = [[], [], [], [], ["2", "0"], ["4"], ["3", "5"], ["6", "1"], ["7", "#2.0"]];
const ROLES = ["data", "data", "parameter", "parameter"] as const;
const EXPRESSIONS = [
  null,
  null,
  null,
  null,
  [1, "w1 * x"],
  [2, "np.tanh(a)"],
  [3, "w2 * h"],
  [4, "p - y"],
  [5, "r ** 2"],
] as const;

function nodes(): SceneNode[] {
  return LABELS.map((label, i) => ({
    name: label,
    label,
    latex: LATEX[i] ?? "",
    kind: i < 4 ? "input" : "operation",
    role: ROLES[i] ?? null,
    operation: OPERATIONS[i] ?? null,
    pill: PILLS[i] ?? null,
    equation: `${LATEX[i]} = ${FORMULAS[i]}`,
    plain_equation: i < 4 ? label : `${label} = ${TEXTS[i]}`,
    shape: [],
    shown: [],
    dtype: "float64",
    row: true,
    diagonal: null,
    reads: entryPairs().flatMap(([from, to]) => (to === i ? [from] : [])),
    operands: OPERANDS[i] ?? null,
    scope: [],
    source: EXPRESSIONS[i] ? range(EXPRESSIONS[i][0], EXPRESSIONS[i][1]) : null,
  }));
}

function entries(): Entry[] {
  const places: [number, number, string, Range][] = [
    [W1, A, "x", range(1, "w1")],
    [X, A, "w_{1}", range(1, "x", "* x")],
    [A, H, "1 - h^{2}", range(2, "a", "a)")],
    [W2, P, "h", range(3, "w2")],
    [H, P, "w_{2}", range(3, "h")],
    [P, R, "1", range(4, "p")],
    [Y, R, "-1", range(4, "y")],
    [R, LOSS, "2 r", range(5, "r", "r **")],
  ];
  return places.map(([i, j, symbolic, source]) => ({
    latex: `\\frac{\\partial ${LATEX[j]}}{\\partial ${LATEX[i]}}`,
    symbolic,
    structure: "scalar",
    shape: [1, 1],
    shown: [1, 1],
    sources: [source],
  }));
}

const record = (nodes: number[], title: string, text: string, latex: string | null): Step => ({
  phase: "record",
  title,
  nodes,
  lines: [{ label: null, text }],
  latex,
});

const RECORDED: Step[] = [
  record(
    [X, Y, W1, W2],
    "the inputs",
    "Given: {name 0} = {value 0}, {name 1} = {value 1}, {name 2} = {value 2}, {name 3} = {value 3}. They read nothing, so each column holds only its own 1.",
    null,
  ),
  record(
    [A],
    "a",
    "{equation 4} = {arithmetic × 2 0}. It reads {name 2} and {name 0}: column {name 4} gets an entry in row {name 2} and one in row {name 0}.",
    "{name 4} = w_{1} \\cdot x = {arithmetic × 2 0}",
  ),
  record(
    [H],
    "h",
    "{equation 5} = {value 5}. It reads only {name 4}. Here tanh passes on {partial 2} of any small push.",
    "{equation 5} = {value 5}",
  ),
  record(
    [P],
    "p",
    "{equation 6} = {arithmetic × 3 5}. It reads {name 3} and {name 5}.",
    "{equation 6} = {arithmetic × 3 5}",
  ),
  record(
    [R],
    "r",
    "{equation 7} = {arithmetic − 6 1}. It reads {name 6} and {name 1}.",
    "{equation 7} = {arithmetic − 6 1}",
  ),
  record(
    [LOSS],
    "loss",
    "{equation 8} = {value 8}. It reads only {name 7}. Nothing reads the loss: it is what we ask about.",
    "{equation 8} = {value 8}",
  ),
];

const LAGRANGIAN: Step[] = ["the problem", "its Lagrangian", "both derivatives vanish"].map((title) => ({
  phase: "lagrangian",
  title,
  nodes: [],
  lines: [],
  latex: null,
}));

const ORDER = [LOSS, R, P, H, A, W2, W1, Y, X];

function solveSteps(): Step[] {
  const first: Step = {
    phase: "solve",
    title: "row loss",
    nodes: [LOSS],
    lines: [
      { label: "Who reads {name 8}?", text: "No one: it is the result we ask about." },
      {
        label: "So",
        text: "add {epsilon} to it and the result is {price 8} higher. Its price is 1: the 1 on the right, and the only price we get for free.",
      },
    ],
    latex: "{lambda 8} = 1",
  };
  const entryOf = new Map(entryPairs().map(([i], k) => [i, k]));
  const rest = ORDER.slice(1).map((i): Step => {
    const k = entryOf.get(i) ?? 0;
    const j = entryPairs()[k]?.[1] ?? 0;
    return {
      phase: "solve",
      title: `row ${LABELS[i]}`,
      nodes: [i],
      lines: [
        { label: `Who reads {name ${i}}?`, text: `Only {equation ${j}}.` },
        { label: "How strongly?", text: `It passes on {partial ${k}} of any small push.` },
        { label: "At what price?", text: `{lambda ${j}} = {multiplier ${j}}, solved before.` },
        {
          label: "So",
          text: `+{epsilon} in equation {name ${i}} {sign ${i}|costs|saves|changes nothing:} about {price ${i}}.`,
        },
      ],
      latex: `{lambda ${i}} = \\htmlData{entry=${k}}{\\frac{\\partial ${LATEX[j]}}{\\partial ${LATEX[i]}}}\\,{lambda ${j}} = {term ${k}}`,
    };
  });
  return [first, ...rest];
}

const entryPairs = (): [number, number][] => solve(EXAMPLE_INPUTS).partials.map(([i, j]) => [i, j]);

function events(
  multipliers: readonly number[],
  partials: readonly (readonly [number, number, number])[],
  values: readonly number[],
) {
  const rows: number[][] = [];
  const start = [0];
  for (const i of ORDER) {
    if (i === LOSS) rows.push([0, 1, LOSS, 1, 0, LOSS, -1]);
    partials.forEach(([row, column, partial], k) => {
      if (row !== i) return;
      if (i === A) rows.push([0, 3, A, values[A] ?? 0, 0, A, -1]);
      rows.push([0, 0, k, partial, 0, row, column], [0, 2, column, multipliers[column] ?? 0, 0, column, -1]);
    });
    rows.push([1, 2, i, multipliers[i] ?? 0, 1, i, -1]);
    start.push(rows.length);
  }
  const column = (c: number) => rows.map((row) => row[c] ?? 0);
  return {
    event_start: start,
    event_kind: column(0),
    event_what: column(1),
    event_index: column(2),
    event_row: column(5),
    event_column: column(6),
    event_value: column(3),
    event_final: column(4),
  };
}

function lagrangian(): Header["lagrangian"] {
  const backward = [
    ["-\\lambda_{x} + w_{1} \\lambda_{a} = 0", "\\lambda_{x} - ({partial 1}) \\lambda_{a} = 0"],
    ["-\\lambda_{y} - \\lambda_{r} = 0", "\\lambda_{y} - ({partial 6}) \\lambda_{r} = 0"],
    ["-\\lambda_{w_{1}} + x \\lambda_{a} = 0", "\\lambda_{w_{1}} - ({partial 0}) \\lambda_{a} = 0"],
    ["-\\lambda_{w_{2}} + h \\lambda_{p} = 0", "\\lambda_{w_{2}} - ({partial 3}) \\lambda_{p} = 0"],
    ["-\\lambda_{a} + (1 - h^{2}) \\lambda_{h} = 0", "\\lambda_{a} - ({partial 2}) \\lambda_{h} = 0"],
    ["-\\lambda_{h} + w_{2} \\lambda_{p} = 0", "\\lambda_{h} - ({partial 4}) \\lambda_{p} = 0"],
    ["-\\lambda_{p} + \\lambda_{r} = 0", "\\lambda_{p} - ({partial 5}) \\lambda_{r} = 0"],
    ["-\\lambda_{r} + 2 r \\lambda_{\\mathit{loss}} = 0", "\\lambda_{r} - ({partial 7}) \\lambda_{\\mathit{loss}} = 0"],
    ["1 - \\lambda_{\\mathit{loss}} = 0", "\\lambda_{\\mathit{loss}} = 1"],
  ];
  return {
    objective: "\\text{minimise } \\mathit{loss} \\text{ subject to}",
    function: "L = \\mathit{loss} - \\sum_i \\lambda_i (z_i - f_i)",
    terms: LATEX.map((name, node) => ({ node, latex: `- \\lambda_{${name}} (${name} - ${FORMULAS[node]})` })),
    conditions: LATEX.map((name, node) => ({
      node,
      forward: [`\\partial L/\\partial \\lambda_{${name}} = 0`, `${name} = ${FORMULAS[node]}`],
      backward: [`\\partial L/\\partial ${name} = 0`, backward[node]?.[0] ?? ""],
      row: backward[node]?.[1] ?? "",
    })),
    words: [
      "With the inputs given only one point is feasible. There is nothing to choose: we want the prices λ of the equations.",
      "Every equation gets a price λ for breaking it: what the result would change by if somebody cheated by one unit.",
      "A price is made downstream: what each reader makes of one unit, times the price of what it makes, summed over readers.",
    ],
  };
}

/** The scene's bytes for any inputs; `recorded` is the number of steps it has if it is only recorded. */
export function oneOneOne(inputs: Inputs = EXAMPLE_INPUTS, recorded?: number): Uint8Array<ArrayBuffer> {
  const { values, partials, multipliers } = solve(inputs);
  const steps = recorded === undefined ? [...RECORDED, ...LAGRANGIAN, ...solveSteps()] : RECORDED.slice(0, recorded);
  const epsilon = 0.01;
  return encodeScene(
    {
      version: 1,
      title: { name: "loss", signature: "loss(x, y, w₁, w₂)" },
      output: LOSS,
      asked_first: LOSS,
      results: [LOSS],
      nodes: nodes(),
      entries: entries(),
      files: [{ name: "loss", lines: LINES, first_line: 1, missing: null }],
      inputs: Object.keys(EXAMPLE_INPUTS).map((name, node) => ({
        node,
        name,
        label: LABELS[node] ?? name,
        start: EXAMPLE_INPUTS[name as keyof Inputs],
        minimum: -3,
        maximum: 3,
        step: 0.01,
      })),
      steps,
      lagrangian: lagrangian(),
      checks: { residual: 0, epsilon, first_nonfinite: null, multiplications: 8, additions: 0 },
      method: "back_substitution",
      methods: [{ name: "back_substitution", title: "Back substitution", idea: "Row by row.", refusal: null }],
      notes: [],
      questions: null,
      alternatives: [],
      unit: null,
    },
    {
      value_start: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      value: values,
      multiplier: multipliers,
      rhs: [0, 0, 0, 0, 0, 0, 0, 0, 1],
      nudged: nudges(values, epsilon),
      entry_row: partials.map(([i]) => i),
      entry_column: partials.map(([, j]) => j),
      partial: partials.map(([, , partial]) => partial),
      block_start: partials.map((_, k) => k).concat(partials.length),
      block: partials.map(([, , partial]) => partial),
      ...(recorded === undefined ? events(multipliers, partials, values) : NO_EVENTS),
    },
  );
}

const NO_EVENTS = {
  event_start: [0],
  event_kind: [],
  event_what: [],
  event_index: [],
  event_row: [],
  event_column: [],
  event_value: [],
  event_final: [],
};

/** ε really added to each equation in turn. */
function nudges(values: readonly number[], epsilon: number): number[] {
  return values.map((_, nudged) => {
    const z: number[] = [];
    const set = (i: number, value: number) => {
      z[i] = value + (i === nudged ? epsilon : 0);
      return z[i] ?? 0;
    };
    const [x, y, w1, w2] = [0, 1, 2, 3].map((i) => set(i, values[i] ?? 0)) as [number, number, number, number];
    const loss = set(LOSS, set(R, set(P, w2 * set(H, Math.tanh(set(A, w1 * x)))) - y) ** 2);
    return loss - (values[LOSS] ?? 0);
  });
}
