// What a step shows, for any step at once and without replaying: phases, active nodes, what is read and written. It plays
// the scene's events as they are, so a new way of solving needs no change here. Pure: no page, no signals.
import { type Evolved, evolution } from "./elimination.ts";
import { MATRIX, MULTIPLIER, READ, VALUE, WRITE } from "./events.ts";
import { multiplierOf, type Phase, type Scene, type Step } from "./scene.ts";

export const PHASES: readonly Phase[] = ["record", "lagrangian", "solve"];
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  record: "Record",
  lagrangian: "Lagrangian",
  solve: "Solve",
};

export interface PhaseSpan {
  readonly phase: Phase;
  /** Number of steps before it. */
  readonly start: number;
  readonly count: number;
}

export type NodeState = "hidden" | "recorded" | "active" | "solved";

/** The four looks of a multiplier: ? · 1 of 2 readers in · a number · — */
export type Multiplier =
  | { readonly look: "unknown" }
  | { readonly look: "partial"; readonly readersIn: number; readonly readers: number; readonly value: number }
  | { readonly look: "number"; readonly value: number }
  | { readonly look: "none" };

export interface Moment {
  readonly step: number;
  readonly phase: Phase;
  /** Steps of this phase that have happened, and how many it has. */
  readonly index: number;
  readonly count: number;
  /** "Solve 5 of 9: row a", "Solve, pass 2 of 4: I + N²" */
  readonly counter: string;
  /** The step that has just happened; null at 0. */
  readonly happened: Step | null;
  readonly active: readonly number[];
  readonly states: readonly NodeState[];
  readonly multipliers: readonly Multiplier[];
  /** Stored entries of A that the step reads. */
  readonly entries: ReadonlySet<number>;
  /** Multipliers and values that the step reads or writes, by node. */
  readonly read: ReadonlySet<number>;
  readonly written: ReadonlySet<number>;
  readonly values: ReadonlySet<number>;
  /** Whether the step is about a column of A, which it hands on, and not about a row. */
  readonly column: boolean;
  /** What elimination has made of A. */
  readonly evolved: Evolved;
  /** How much of the Lagrangian stands: 0 to 3. */
  readonly lagrangian: 0 | 1 | 2 | 3;
  /** Whether this is the end of everything. */
  readonly last: boolean;
  /** The node whose λ is asked for before it is shown (predict/asking.ts); null when none is. */
  readonly asked: number | null;
  /** Nodes whose λ is kept back until then. */
  readonly hidden: ReadonlySet<number>;
  /** Whether the step shows what it reads; not while that would be half the answer. */
  readonly tells: boolean;
}

export interface Timeline {
  readonly steps: number;
  readonly phases: readonly PhaseSpan[];
  at(step: number): Moment;
  /** The step at which a phase begins to show something. */
  startOf(phase: Phase): number;
  /** The phase after or before the one that the step is in, as a step. */
  neighbour(step: number, direction: 1 | -1): number;
}

interface Written {
  /** Solve step (from 0) in which it happened. */
  readonly step: number;
  readonly value: number;
  readonly final: boolean;
}

export function timeline(scene: Scene): Timeline {
  const steps = scene.steps.length;
  const phases = spans(scene.steps);
  const recordedAt = recordSteps(scene);
  const writes = writesByNode(scene);
  const byColumn = goesByColumns(scene);
  const evolvedAt = evolution(scene);
  const start = (phase: Phase) => phases.find((span) => span.phase === phase)?.start ?? 0;
  const spanAt = (step: number) => [...phases].reverse().find((span) => span.start < step) ?? phases[0] ?? EMPTY;

  function at(wanted: number): Moment {
    const step = Math.min(Math.max(Math.trunc(wanted), 0), steps);
    const span = spanAt(step);
    const index = step - span.start;
    const happened = step === 0 ? null : (scene.steps[step - 1] ?? null);
    const solved = span.phase === "solve" ? index : 0;
    const active = happened?.nodes ?? [];
    const events = eventsOf(scene, solved - 1);
    // A stationarity condition is the row of its node, before it has numbers to read.
    if (span.phase === "lagrangian")
      for (const node of active) for (const k of scene.readers[node] ?? []) events.entries.add(k);
    const multipliers = scene.nodes.map((_, i) => multiplierAt(scene, i, writes[i] ?? [], solved));
    const state = (i: number): NodeState => {
      if (step < (recordedAt[i] ?? 0)) return "hidden";
      if (active.includes(i)) return "active";
      return multipliers[i]?.look === "number" ? "solved" : "recorded";
    };
    return {
      step,
      phase: span.phase,
      index,
      count: span.count,
      counter: counter(span, index, scene.steps.slice(span.start, span.start + span.count)),
      happened,
      active,
      states: scene.nodes.map((_, i) => state(i)),
      multipliers,
      ...events,
      column: byColumn && span.phase === "solve" && active.length === 1,
      evolved: evolvedAt(solved),
      lagrangian: lagrangianLevel(span.phase, index),
      last: step === steps,
      asked: null,
      hidden: NOTHING,
      tells: true,
    };
  }

  return {
    steps,
    phases,
    at,
    startOf: (phase) => Math.min(start(phase) + 1, steps),
    neighbour(step, direction) {
      const current = phases.indexOf(spanAt(step));
      const next = phases[current + direction];
      if (next !== undefined) return Math.min(next.start + 1, steps);
      return direction === 1 ? steps : 0;
    },
  };
}

const NOTHING: ReadonlySet<number> = new Set();

const EMPTY: PhaseSpan = { phase: "record", start: 0, count: 0 };

function spans(steps: readonly Step[]): PhaseSpan[] {
  let start = 0;
  return PHASES.map((phase) => {
    const count = steps.filter((step) => step.phase === phase).length;
    const span = { phase, start, count };
    start += count;
    return span;
  }).filter((span) => span.count > 0);
}

function counter({ phase, count }: PhaseSpan, index: number, steps: readonly Step[]): string {
  const happened = steps[index - 1];
  if (happened === undefined) return "Nothing recorded yet";
  const { counted, title } = happened;
  const alike = (these: readonly Step[]) => these.filter((step) => step.counted === counted).length;
  const words =
    counted === undefined
      ? `${PHASE_NAMES[phase]} ${index} of ${count}`
      : `${PHASE_NAMES[phase]}, ${counted} ${alike(steps.slice(0, index))} of ${alike(steps)}`;
  return title === "" ? words : `${words}: ${title}`;
}

function lagrangianLevel(phase: Phase, index: number): 0 | 1 | 2 | 3 {
  if (phase === "record") return 0;
  return phase === "solve" ? 3 : (Math.min(index, 3) as 0 | 1 | 2 | 3);
}

/** The step (as a value of data-step) from which each node is there; nodes no record step names are there from 0. */
function recordSteps(scene: Scene): number[] {
  const at = new Array<number>(scene.nodes.length).fill(0);
  scene.steps.forEach((step, t) => {
    if (step.phase === "record") for (const node of step.nodes) at[node] = t + 1;
  });
  return at;
}

function writesByNode(scene: Scene): Written[][] {
  const writes: Written[][] = scene.nodes.map(() => []);
  const solves = scene.event_start.length - 1;
  for (let step = 0; step < solves; step++) {
    for (let e = scene.event_start[step] ?? 0; e < (scene.event_start[step + 1] ?? 0); e++) {
      if (scene.event_kind[e] !== WRITE || scene.event_what[e] !== MULTIPLIER) continue;
      const value = scene.event_value[e] ?? Number.NaN;
      writes[scene.event_index[e] ?? -1]?.push({ step, value, final: scene.event_final[e] === 1 });
    }
  }
  return writes;
}

function multiplierAt(scene: Scene, node: number, writes: readonly Written[], solved: number): Multiplier {
  if (!scene.nodes[node]?.row) return { look: "none" };
  const done = writes.filter((write) => write.step < solved);
  const latest = done.at(-1);
  if (latest === undefined) return { look: "unknown" };
  if (latest.final) return { look: "number", value: multiplierOf(scene, node) };
  const readers = scene.readers[node]?.length ?? 0;
  return { look: "partial", readersIn: Math.min(done.length, readers), readers, value: latest.value };
}

/** Whether the method goes column by column: what a step reads of A stands in the column of its node, and in no row of it. */
function goesByColumns(scene: Scene): boolean {
  const steps = scene.steps
    .filter(({ phase }) => phase === "solve")
    .map(({ nodes: [node = -1] }, s) => ({ node, entries: [...eventsOf(scene, s).entries] }))
    .filter(({ entries }) => entries.length > 0);
  const inColumn = (node: number, k: number) => scene.entry_column[k] === node && scene.entry_row[k] !== node;
  return steps.length > 0 && steps.every(({ node, entries }) => entries.every((k) => inColumn(node, k)));
}

/** What the s-th solve step reads and writes; nothing for other steps. */
function eventsOf(scene: Scene, s: number): Record<"entries" | "read" | "written" | "values", Set<number>> {
  const entries = new Set<number>();
  const read = new Set<number>();
  const written = new Set<number>();
  const values = new Set<number>();
  if (s >= 0) {
    for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
      const [kind, what, index] = [scene.event_kind[e], scene.event_what[e], scene.event_index[e] ?? -1];
      if (what === MATRIX && kind === READ && index >= 0) entries.add(index);
      else if (what === VALUE && kind === READ) values.add(index);
      else if (what === MULTIPLIER && kind === READ) read.add(index);
      else if (what === MULTIPLIER && kind === WRITE) written.add(index);
    }
  }
  return { entries, read, written, values };
}
