// Which multipliers are asked for at a step, and what the step shows meanwhile. Every view draws the moment it is given, so a
// number that is asked for is hidden here, in one place. Pure.
import { METHODS, reaching } from "../engine.ts";
import { MULTIPLIER, WRITE } from "../events.ts";
import type { Scene } from "../scene.ts";
import type { Moment } from "../timeline.ts";
import { diagnosis, judge, type Question, questionOf } from "./question.ts";
import { typedNumber } from "./typed.ts";

/** After so many wrong answers the ladder is shown, and after so many the right one. */
const LADDER_AFTER = 2;
const SHOWN_AFTER = 3;

/** What somebody has answered for one multiplier. */
export interface Attempt {
  /** As they typed them. */
  readonly answers: readonly string[];
  /** What is said of the last of them: a template. */
  readonly said: string;
  /** Whether the way there is shown: after two wrong answers, or one that no mistake is known for. */
  readonly ladder: boolean;
  readonly outcome: "right" | "shown" | null;
}

export const NO_ATTEMPT: Attempt = { answers: [], said: "", ladder: false, outcome: null };

/** All attempts, by node; they are about the numbers of one scene. */
export interface Attempts {
  readonly scene: Scene | null;
  readonly byNode: ReadonlyMap<number, Attempt>;
}

export const NO_ATTEMPTS: Attempts = { scene: null, byNode: new Map() };

export const attemptAt = ({ scene: about, byNode }: Attempts, scene: Scene, node: number): Attempt =>
  (about === scene ? byNode.get(node) : undefined) ?? NO_ATTEMPT;

export const withAttempt = (attempts: Attempts, scene: Scene, node: number, attempt: Attempt): Attempts => ({
  scene,
  byNode: new Map([...(attempts.scene === scene ? attempts.byNode : []), [node, attempt]]),
});

/** What a step asks. */
export interface Asking {
  /** What is asked for now; null when nothing is. */
  readonly question: Question | null;
  readonly attempt: Attempt;
  /** Nodes whose λ is not shown. */
  readonly hidden: ReadonlySet<number>;
  /** Nodes of this step that have been asked for. */
  readonly settled: readonly number[];
  /** Why nothing is asked where one might wait for it: a template. */
  readonly why: string | null;
}

export const NOTHING_ASKED: Asking = {
  question: null,
  attempt: NO_ATTEMPT,
  hidden: new Set(),
  settled: [],
  why: null,
};

const because = (why: string): Asking => ({ ...NOTHING_ASKED, why });

/** The multipliers that each solve step finishes from those of their readers, readers first; null for methods that go another way. */
export function finishedBySteps(scene: Scene): readonly (readonly number[])[] | null {
  if (!METHODS.has(scene.method)) return null;
  const steps: number[][] = Array.from({ length: scene.event_start.length - 1 }, () => []);
  const finished = new Map<number, number>();
  steps.forEach((step, s) => {
    for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
      const written = scene.event_kind[e] === WRITE && scene.event_what[e] === MULTIPLIER && scene.event_final[e] === 1;
      const node = scene.event_index[e] ?? -1;
      if (!written) continue;
      step.push(node);
      finished.set(node, s);
    }
  });
  const reached = reaching(scene, scene.output);
  // What no path leads from is finished all at once, and not from its readers. Of the others readers are asked for first.
  const known = (node: number, s: number) =>
    scene.readers[node]?.every((entry) => {
      const at = finished.get(scene.entry_column[entry] ?? -1) ?? Number.POSITIVE_INFINITY;
      return at < s || (at === s && reached.has(node));
    });
  return steps.map((step, s) => step.filter((node) => known(node, s)).sort((a, b) => b - a));
}

/** What is asked at a moment; `finished` is of its scene. */
export function askingAt(
  scene: Scene,
  { phase, index }: Moment,
  finished: readonly (readonly number[])[] | null,
  attempts: Attempts,
): Asking {
  if (phase !== "solve") return NOTHING_ASKED;
  if (finished === null) {
    return because(
      "Nothing is asked: this method does not find a λ from those of its readers. Back substitution does.",
    );
  }
  const asked = (finished[index - 1] ?? []).map((node) => questionOf(scene, node));
  const questions = asked.filter((one) => typeof one !== "string");
  if (questions.length === 0) return { ...NOTHING_ASKED, why: asked.find((one) => typeof one === "string") ?? null };
  const done = ({ node }: Question) => attemptAt(attempts, scene, node).outcome !== null;
  const open = questions.filter((one) => !done(one));
  const [question = null] = open;
  return {
    question,
    attempt: question === null ? NO_ATTEMPT : attemptAt(attempts, scene, question.node),
    hidden: new Set(open.map(({ node }) => node)),
    settled: questions.filter(done).map(({ node }) => node),
    why: null,
  };
}

export const BROKEN: Asking = because("Nothing is asked while it is broken on purpose.");

/** The moment without what is asked for: as it was `before`, and without the way there until the ladder stands. */
export function concealed(scene: Scene, moment: Moment, before: Moment, { question, attempt, hidden }: Asking): Moment {
  if (question === null) return moment;
  const { happened } = moment;
  const reads = attempt.ladder ? {} : { entries: NONE, read: NONE, values: NONE };
  return {
    ...moment,
    ...reads,
    asked: question.node,
    tells: attempt.ladder,
    hidden,
    multipliers: moment.multipliers.map((multiplier, i) =>
      hidden.has(i) ? (before.multipliers[i] ?? multiplier) : multiplier,
    ),
    states: moment.states.map((state, i) => (hidden.has(i) && state === "solved" ? "recorded" : state)),
    happened: happened && { ...happened, lines: [{ label: null, text: asks(scene, question) }], latex: null },
  };
}

const NONE: ReadonlySet<number> = new Set();

export const asks = ({ output }: Scene, { node }: Question): string =>
  `Your turn: how far does {name ${output}} move for each unit added to {name ${node}}?`;

/** What becomes of an attempt by one more answer; null where what was typed is no number. */
export function answered(question: Question, attempt: Attempt, text: string): Attempt | null {
  const number = typedNumber(text);
  if (number === null) return null;
  const verdict = judge(question, number);
  const answers = [...attempt.answers, text.trim()];
  if (verdict === "right") return { ...attempt, answers, said: "", outcome: "right" };
  return {
    answers,
    said: diagnosis(verdict),
    ladder: attempt.ladder || verdict.length === 0 || answers.length >= LADDER_AFTER,
    outcome: answers.length >= SHOWN_AFTER ? "shown" : null,
  };
}
