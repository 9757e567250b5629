// Which state there is, and where it lives.
//   Shared by all displays of one widget, and with Python: scene, step (and phase, which follows it), playing, speed,
//   pinned (the trait selection), and the switches. Shared by all displays: what has been answered.
//   In one display only: what is pointed at, which nudge and block are open, the menu and the list of keys, the graph's zoom,
//   what the panels need of the width.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { overwritten, wrongPrices } from "./broken.ts";
import type { Size, Widths } from "./fit.ts";
import {
  type Asking,
  type Attempts,
  askingAt,
  BROKEN,
  concealed,
  finishedBySteps,
  NOTHING_ASKED,
} from "./predict/asking.ts";
import type { Scene } from "./scene.ts";
import { type Moment, type Timeline, timeline } from "./timeline.ts";

/** A recording that failed: the reader's own message, and the line of their function where it happened. */
export interface Problem {
  readonly text: string;
  readonly line: number | null;
}

/** How the same thing is shown, and what is tried on it: each is a trait of the widget. */
export interface Switches {
  /** The matrix as A, whose entries have the opposite sign. */
  readonly asA: Signal<boolean>;
  /** Readers overwrite each other's part instead of adding to it. */
  readonly broken: Signal<boolean>;
  /** Nodes carry the size of their λ. */
  readonly sizes: Signal<boolean>;
  readonly projector: Signal<boolean>;
  /** Indices in place of names. Python writes the texts, so it is asked for them. */
  readonly indices: ReadonlySignal<boolean>;
  /** The act *Use*: a step of descent. */
  readonly descent: Signal<boolean>;
  /** Each λ is asked for before it is shown. */
  readonly predict: Signal<boolean>;
  /** Nodes in the order of the rows of A; empty for the program's own. */
  readonly order: Signal<readonly number[]>;
  /** Two inputs that are one knob, or none. */
  readonly tied: Signal<readonly string[]>;
}

export const switches = (): Switches => ({
  asA: signal(false),
  broken: signal(false),
  sizes: signal(false),
  projector: signal(false),
  indices: signal(false),
  descent: signal(false),
  predict: signal(false),
  order: signal([]),
  tied: signal([]),
});

export interface Shared extends Switches {
  /** What was recorded and solved. */
  readonly scene: ReadonlySignal<Scene>;
  readonly step: Signal<number>;
  readonly playing: Signal<boolean>;
  readonly speed: Signal<number>;
  readonly pinned: Signal<number | null>;
  readonly problem: Signal<Problem | null>;
  /** What has been answered where λ is asked for. */
  readonly attempts: Signal<Attempts>;
  /** Who runs the program on other inputs: Python, or the page itself where it can; null where nobody does. */
  readonly kernel: Kernel | null;
}

/** What can be asked of whoever runs the program; what is left out stays as it is. */
export interface Wish {
  readonly inputs?: Readonly<Record<string, number>>;
  /** The node whose 1 stands in e_n. */
  readonly question?: number;
  readonly method?: string;
  readonly unit?: "arrays" | "scalars";
  readonly indices?: boolean;
}

export interface Kernel {
  ask(wish: Wish): void;
  /** Whether it may be asked for these at all. */
  readonly inputs: boolean;
  readonly questions: boolean;
  readonly units: boolean;
  /** The methods it knows; null for all that apply. */
  readonly methods: readonly string[] | null;
}

/** What is pointed at: a node, a stored entry, or one that elimination filled in. */
export type Target =
  | { readonly node: number }
  | { readonly entry: number }
  | { readonly row: number; readonly column: number };

export interface State extends Shared {
  /** What is shown of it: with wrong multipliers where it is broken on purpose. */
  readonly scene: ReadonlySignal<Scene>;
  /** What was recorded and solved, right in any case, and the right multipliers of the rows that are wrong. */
  readonly right: ReadonlySignal<Scene>;
  readonly wrong: ReadonlySignal<ReadonlyMap<number, number>>;
  readonly timeline: ReadonlySignal<Timeline>;
  /** What is asked at this step. */
  readonly asking: ReadonlySignal<Asking>;
  /** The step as it is shown: without what is asked for. */
  readonly moment: ReadonlySignal<Moment>;
  readonly pointed: Signal<Target | null>;
  /** What is lit: what is pointed at, else what is pinned. */
  readonly lit: ReadonlySignal<Target | null>;
  readonly nudged: Signal<number | null>;
  /** The entry whose block is open, element by element. */
  readonly opened: Signal<number | null>;
  readonly menuOpen: Signal<boolean>;
  readonly keysOpen: Signal<boolean>;
  /** What graph and system need of the width they share, in pixels at the default size of text. */
  readonly needs: { readonly graph: Signal<Size>; readonly system: Signal<Widths> };
  /** Sentences for the live region that no step carries, as "pinned a". */
  readonly announcement: Signal<string>;
}

export function createState(shared: Shared): State {
  const pointed = signal<Target | null>(null);
  const scene = computed(() => (shared.broken.value ? overwritten(shared.scene.value) : shared.scene.value));
  const line = computed(() => timeline(scene.value));
  const step = computed(() => line.value.at(shared.step.value));
  const finished = computed(() => (shared.predict.value ? finishedBySteps(scene.value) : null));
  const asking = computed(() => {
    if (!shared.predict.value || step.value.phase !== "solve") return NOTHING_ASKED;
    return shared.broken.value ? BROKEN : askingAt(scene.value, step.value, finished.value, shared.attempts.value);
  });
  return {
    ...shared,
    scene,
    right: shared.scene,
    wrong: computed(() => wrongPrices(shared.scene.value, scene.value)),
    timeline: line,
    asking,
    moment: computed(() =>
      asking.value.question === null
        ? step.value
        : concealed(scene.value, step.value, line.value.at(step.value.step - 1), asking.value),
    ),
    pointed,
    lit: computed(() => pointed.value ?? (shared.pinned.value === null ? null : { node: shared.pinned.value })),
    nudged: signal(null),
    opened: signal(null),
    menuOpen: signal(false),
    keysOpen: signal(false),
    needs: { graph: signal({ width: 1, height: 1 }), system: signal({ least: 0, wish: 0 }) },
    announcement: signal(""),
  };
}

/** The node that "this one" means: pointed at, else pinned, else active. */
export function nodeInQuestion(state: State): number | null {
  const lit = state.lit.value;
  if (lit !== null && "node" in lit) return lit.node;
  return state.pinned.value ?? state.moment.value.active.at(-1) ?? null;
}

export const clampStep = (state: State, step: number): number =>
  Math.min(Math.max(step, 0), state.timeline.value.steps);
