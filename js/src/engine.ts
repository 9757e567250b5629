// What the page works out without a kernel, for programs of numbers whose operations are in its table: the same program on
// other inputs, with ε added to an equation, or asked about another result. Pure: a scene in, a scene out.
import { MATRIX, MULTIPLIER, READ, RHS, VALUE } from "./events.ts";
import { RULES, type Rule } from "./rules.ts";
import { diagonalOf, type Scene, type Step } from "./scene.ts";

/** Why the page cannot do what was asked, in words. */
export class PageLimit extends Error {}

/** Ways of solving that only add products of entries and multipliers: what each step writes follows from λ. */
export const METHODS: ReadonlySet<string> = new Set(["back_substitution", "column_sweep", "level_schedule"]);

/** Programs up to this many equations have each of them nudged; it takes a run for each. */
const NUDGED = 150;

/** An equation the page can compute: its rule, and where each operand comes from. */
interface Equation {
  readonly rule: Rule | null;
  readonly sources: readonly (number | null)[];
  readonly constants: readonly number[];
  /** A decision that must come out as it was recorded, or the program is another one. */
  readonly decides: boolean;
}

/** The first equation that only the kernel computes, or null if the page computes them all. */
export function beyondPage(scene: Scene): number | null {
  const found = scene.nodes.findIndex(
    ({ operands, operation, kind }) =>
      operands === null || kind === "implicit" || (operation !== null && RULES[operation] === undefined),
  );
  return found < 0 ? null : found;
}

function equations(scene: Scene): Equation[] {
  const limit = beyondPage(scene);
  if (limit !== null) {
    throw new PageLimit(
      `${scene.nodes[limit]?.plain_equation ?? "An equation"} is computed in a running notebook only.`,
    );
  }
  const choosers = new Set(
    scene.nodes.flatMap(({ operation, operands }) => (operation === "where" ? [Number(operands?.[0])] : [])),
  );
  return scene.nodes.map(({ operation, operands, kind }, i) => {
    const written = operands ?? [];
    return {
      rule: operation === null ? null : (RULES[operation] ?? null),
      sources: written.map((one) => (one.startsWith("#") ? null : Number(one))),
      constants: written.map((one) => (one.startsWith("#") ? constant(one.slice(1)) : 0)),
      decides: kind === "guard" || choosers.has(i),
    };
  });
}

/** As Python writes numbers. */
const constant = (text: string): number =>
  text === "inf" ? Number.POSITIVE_INFINITY : text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text);

const operandsOf = ({ sources, constants }: Equation, z: Float64Array): number[] =>
  sources.map((source, k) => (source === null ? (constants[k] ?? 0) : (z[source] ?? Number.NaN)));

/** All values; throws a `PageLimit` where a decision comes out otherwise. */
function run(
  scene: Scene,
  program: readonly Equation[],
  given: ReadonlyMap<number, number>,
  nudged = -1,
): Float64Array {
  const z = new Float64Array(program.length);
  program.forEach((equation, i) => {
    const recorded = scene.value[i] ?? Number.NaN;
    const [x = 0, y = 0, w = 0] = operandsOf(equation, z);
    z[i] = equation.rule === null ? (given.get(i) ?? recorded) : equation.rule.value(x, y, w);
    if (i === nudged) z[i] = (z[i] ?? 0) + scene.checks.epsilon;
    if (equation.decides && z[i] !== recorded) {
      throw new PageLimit(
        `On these values the decision ${scene.nodes[i]?.plain_equation ?? ""} comes out otherwise, so the program would go ` +
          "another way. That is recorded in a running notebook only.",
      );
    }
  });
  return z;
}

/** ∂f_j/∂z_i of every entry; a node that is read twice has both in its one entry. */
function partials(scene: Scene, program: readonly Equation[], z: Float64Array): Float64Array {
  return Float64Array.from(scene.entry_row, (row, entry) => {
    const column = scene.entry_column[entry] ?? -1;
    const equation = program[column];
    if (equation === undefined) return Number.NaN;
    const [x = 0, y = 0] = operandsOf(equation, z);
    return equation.sources.reduce<number>(
      (sum, source, k) => (source === row ? sum + (equation.rule?.partials[k]?.(z[column] ?? 0, x, y) ?? 0) : sum),
      0,
    );
  });
}

/** Nodes from which a path leads to the result asked about. */
export function reaching(scene: Scene, question: number): Set<number> {
  const reached = new Set([question]);
  for (let i = question; i >= 0; i--) {
    if (scene.readers[i]?.some((k) => reached.has(scene.entry_column[k] ?? -1))) reached.add(i);
  }
  return reached;
}

/** λ by back substitution: each row gathers from its readers, the last one first, as the engine does. */
function backSubstitution(scene: Scene, partial: Float64Array, question: number): Float64Array {
  const reached = reaching(scene, question);
  const multiplier = new Float64Array(scene.nodes.length);
  for (let i = scene.nodes.length - 1; i >= 0; i--) {
    if (!scene.nodes[i]?.row) multiplier[i] = Number.NaN;
    if (!reached.has(i)) continue;
    const terms = (scene.readers[i] ?? []).filter((k) => reached.has(scene.entry_column[k] ?? -1));
    multiplier[i] = terms.reduceRight(
      (sum, k) => sum + (partial[k] ?? 0) * (multiplier[scene.entry_column[k] ?? -1] ?? 0),
      i === question ? 1 : 0,
    );
  }
  return multiplier;
}

/** Largest entry of |A λ − e_n|; null when it is not finite. */
export function residualOf(
  scene: Pick<Scene, "nodes" | "readers" | "entry_column">,
  partial: Float64Array,
  multiplier: Float64Array,
  question: number,
): number | null {
  let largest = 0;
  for (const [i, node] of scene.nodes.entries()) {
    if (!node.row) continue;
    const gathered = (scene.readers[i] ?? []).reduce(
      (sum, k) => sum + (partial[k] ?? 0) * (multiplier[scene.entry_column[k] ?? -1] ?? 0),
      0,
    );
    const left = Math.abs(diagonalOf(scene, i) * (multiplier[i] ?? 0) - gathered - (i === question ? 1 : 0));
    if (!Number.isFinite(left)) return null;
    largest = Math.max(largest, left);
  }
  return largest;
}

function nudges(
  scene: Scene,
  program: readonly Equation[],
  given: ReadonlyMap<number, number>,
  z: Float64Array,
  question: number,
): Float64Array {
  return Float64Array.from(scene.nodes, ({ row }, i) => {
    if (!row || scene.nodes.length > NUDGED) return Number.NaN;
    try {
      return (run(scene, program, given, i)[question] ?? 0) - (z[question] ?? 0);
    } catch (error) {
      if (error instanceof PageLimit) return Number.NaN;
      throw error;
    }
  });
}

/** The same system solved by a method that the scene carries the steps of; throws a `PageLimit` for others. */
export function solvedBy(scene: Scene, method: string): Scene {
  if (method === scene.method) return scene;
  const other = scene.alternatives.find((one) => one.method === method);
  if (other === undefined) throw new PageLimit(notCarried(scene, method));
  const { steps, multiplications, additions, events } = other;
  return {
    ...scene,
    method,
    steps: [...scene.steps.filter(({ phase }) => phase !== "solve"), ...steps],
    checks: { ...scene.checks, multiplications, additions },
    event_start: Int32Array.from(events.start),
    event_kind: Int32Array.from(events.kind),
    event_what: Int32Array.from(events.what),
    event_index: Int32Array.from(events.index),
    event_row: Int32Array.from(events.row),
    event_column: Int32Array.from(events.column),
    event_value: Float64Array.from(events.value, (value) => value ?? Number.NaN),
    event_final: Int32Array.from(events.final),
  };
}

/** What to do for a method that a page was saved without. */
export const notCarried = (scene: Scene, method: string): string =>
  `${scene.methods.find(({ name }) => name === method)?.title ?? method} is not in this page. Save it with ` +
  `lv.save_html(…, methods=["${method}"]), or open it in a running notebook.`;

/** The scene on other inputs (by their names), and asked about a result; throws a `PageLimit` where that takes a kernel. */
export function recomputed(scene: Scene, inputs: Readonly<Record<string, number>>, question = scene.output): Scene {
  const program = equations(scene);
  if (!METHODS.has(scene.method)) {
    throw new PageLimit(
      "Steps of this method are computed anew in a running notebook only. Back substitution’s are here.",
    );
  }
  if (question !== scene.output && scene.method !== "back_substitution") {
    throw new PageLimit("Another result is asked about by back substitution here, or in a running notebook.");
  }
  const given = new Map(
    scene.inputs.flatMap(({ name, node }) => (inputs[name] === undefined ? [] : [[node, inputs[name]] as const])),
  );
  const value = run(scene, program, given);
  const partial = partials(scene, program, value);
  const multiplier = backSubstitution(scene, partial, question);
  const rhs = new Float64Array(scene.nodes.length);
  rhs[question] = 1;
  const nonfinite = value.findIndex((x) => !Number.isFinite(x));
  const checks = {
    ...scene.checks,
    residual: residualOf(scene, partial, multiplier, question),
    first_nonfinite: nonfinite < 0 ? null : nonfinite,
  };
  const numbers = { value, multiplier, rhs, partial, block: partial };
  const asked = question === scene.output ? scene : askedAbout(scene, question);
  return {
    ...asked,
    ...numbers,
    checks: { ...checks, multiplications: asked.checks.multiplications, additions: asked.checks.additions },
    nudged: nudges(scene, program, given, value, question),
    event_value: eventValues(asked, numbers),
  };
}

/** The texts and the events of another question. */
function askedAbout(scene: Scene, question: number): Scene {
  const { questions } = scene;
  const texts = questions?.asked[question];
  if (!questions || !texts) {
    throw new PageLimit("To ask about another result, open this in a running notebook.");
  }
  const steps = texts.steps.map((at) => questions.steps[at]).filter((step): step is Step => step !== undefined);
  const conditions = texts.conditions.flatMap((at) => questions.conditions[at] ?? []);
  const { multiplications, additions } = texts;
  return {
    ...scene,
    output: question,
    steps,
    lagrangian: { ...scene.lagrangian, objective: texts.objective, function: texts.function, conditions },
    checks: { ...scene.checks, multiplications, additions },
    ...questionEvents(scene, steps, question),
  };
}

const EVENTS = [
  "event_kind",
  "event_what",
  "event_index",
  "event_row",
  "event_column",
  "event_value",
  "event_final",
] as const;

/** The events with the read of the right-hand side moved to the row that is asked about. */
function questionEvents(
  scene: Scene,
  steps: readonly Step[],
  question: number,
): Pick<Scene, (typeof EVENTS)[number] | "event_start"> {
  const rows: number[][] = [];
  const start = [0];
  steps
    .filter(({ phase }) => phase === "solve")
    .forEach((step, s) => {
      if (step.nodes.includes(question)) rows.push([READ, RHS, question, question, -1, 1, 1]);
      for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
        if (scene.event_what[e] !== RHS) rows.push(EVENTS.map((name) => scene[name][e] ?? 0));
      }
      start.push(rows.length);
    });
  const ints = (name: (typeof EVENTS)[number]) => Int32Array.from(rows, (row) => row[EVENTS.indexOf(name)] ?? 0);
  return {
    event_start: Int32Array.from(start),
    event_kind: ints("event_kind"),
    event_what: ints("event_what"),
    event_index: ints("event_index"),
    event_row: ints("event_row"),
    event_column: ints("event_column"),
    event_value: Float64Array.from(rows, (row) => row[EVENTS.indexOf("event_value")] ?? 0),
    event_final: ints("event_final"),
  };
}

function eventValues(
  scene: Scene,
  { value, multiplier, partial }: Record<"value" | "multiplier" | "partial", Float64Array>,
): Float64Array {
  const sums = new Map([[scene.output, 1]]);
  const values = scene.event_value.slice();
  scene.steps
    .filter(({ phase }) => phase === "solve")
    .forEach(({ nodes }, s) => {
      for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
        const index = scene.event_index[e] ?? -1;
        const what = scene.event_what[e];
        if (what === MATRIX) values[e] = -(partial[index] ?? Number.NaN);
        else if (what === VALUE) values[e] = value[index] ?? Number.NaN;
        else if (what === MULTIPLIER && scene.event_final[e] === 1) values[e] = multiplier[index] ?? Number.NaN;
        else if (what === MULTIPLIER) {
          // Handed on by the node that the step is about; further parts are to come.
          const entry = scene.readers[index]?.find((k) => nodes.includes(scene.entry_column[k] ?? -1));
          const part =
            entry === undefined ? 0 : (partial[entry] ?? 0) * (multiplier[scene.entry_column[entry] ?? -1] ?? 0);
          sums.set(index, (sums.get(index) ?? 0) + part);
          values[e] = sums.get(index) ?? 0;
        }
      }
    });
  return values;
}
