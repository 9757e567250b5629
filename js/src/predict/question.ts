// One multiplier as a question: the right answer, what wrong answers mean, and what is said to somebody who gave one. Pure.
import { formatNumber, MINUS } from "../format.ts";
import { diagonalOf, isNumber, multiplierOf, type Scene, type StepLine } from "../scene.ts";
import { exactly, listed, type Reading, rightOf, STRUCTURAL, type Wrong, wrongsOf } from "./diagnoses.ts";

/** Answers count when they are so near, as a part of what is right. */
const TOLERANCE = 0.01;
/** A sum over more readers is work, and no question. */
const MOST_READERS = 6;

/** All that one mistake, or none, comes out as with the digits that are shown. */
type Range = readonly [number, number];

export interface Question {
  readonly node: number;
  readonly right: Range;
  /** Wrong answers that can be told from the right one. */
  readonly wrongs: readonly { readonly wrong: Wrong; readonly range: Range }[];
}

/** What an answer is: the right one, or what it can have come from: one mistake, several, or none that is known. */
export type Verdict = "right" | readonly Wrong[];

/** As written with so many digits. */
const displayed = (x: number, digits: number): number =>
  Number.isFinite(x) ? Number(formatNumber(x, digits).replaceAll(MINUS, "-")) : x;

/** Exactly, as edges and cards write numbers, and as the cells of A do. */
function readings(scene: Scene): Reading[] {
  const exact = exactly(scene);
  const shown = (digits: number): Reading => ({
    partial: (entry) => displayed(exact.partial(entry), digits),
    price: (node) => displayed(exact.price(node), 4),
    value: (node) => displayed(exact.value(node), 4),
  });
  return [exact, shown(4), shown(2)];
}

const range = (numbers: readonly number[]): Range => [Math.min(...numbers), Math.max(...numbers)];

const near = ([low, high]: Range, answer: number): boolean =>
  answer >= low - TOLERANCE * Math.abs(low) && answer <= high + TOLERANCE * Math.abs(high);

/** The question for λ of a node; a text instead where it is none, and why. */
export function questionOf(scene: Scene, node: number): Question | string {
  const why = whyNot(scene, node);
  if (why !== null) return why;
  const all = readings(scene);
  const right = range([multiplierOf(scene, node), ...all.map((reading) => rightOf(scene, node, reading))]);
  const [exact = [], ...others] = all.map((reading) => wrongsOf(scene, node, reading));
  const wrongs = exact
    .map((wrong, w) => ({
      wrong,
      range: range([wrong.number, ...others.map((other) => other[w]?.number ?? wrong.number)]),
    }))
    .filter(
      ({ wrong, range }) => Number.isFinite(wrong.number) && !near(right, wrong.number) && !near(range, right[0]),
    );
  const readers = scene.readers[node]?.length ?? 0;
  if (node !== scene.output && readers > 0 && !wrongs.some(({ wrong }) => STRUCTURAL.has(wrong.kind))) {
    return `{lambda ${node}} is not asked for: here the commonest mistakes give the right number, too.`;
  }
  return { node, right, wrongs };
}

function whyNot(scene: Scene, node: number): string | null {
  const readers = (scene.readers[node] ?? []).map((entry) => scene.entry_column[entry] ?? -1);
  if (!isNumber(scene, node)) return `{lambda ${node}} is an array, and is not asked for.`;
  const array = readers.find((reader) => !isNumber(scene, reader));
  if (array !== undefined)
    return `{lambda ${node}} is not asked for: {name ${array}}, which reads {name ${node}}, is an array.`;
  if (readers.length > MOST_READERS)
    return `{lambda ${node}} is not asked for: ${readers.length} equations read {name ${node}}.`;
  const numbers = [multiplierOf(scene, node), ...readers.map((reader) => multiplierOf(scene, reader))];
  return numbers.every(Number.isFinite) ? null : `{lambda ${node}} is not asked for: not every number in it is finite.`;
}

export function judge({ right, wrongs }: Question, answer: number): Verdict {
  if (near(right, answer)) return "right";
  return wrongs.filter(({ range }) => near(range, answer)).map(({ wrong }) => wrong);
}

/** What is said to a wrong answer: asserted where one mistake fits, asked where several do. */
export function diagnosis(wrongs: readonly Wrong[]): string {
  const [first, ...others] = wrongs;
  if (first === undefined) return "That is not it.";
  if (others.length === 0) return `That is ${first.what}. ${first.why}`;
  const choices = wrongs.map(({ what }) => what);
  const all = choices.length > 2 ? "All of these" : "Both";
  return `Is that ${choices.slice(0, -1).join(", ")}, or ${choices.at(-1)}? ${all} come out as this number.`;
}

/** The way to the answer without the answer: who reads it, how strongly, at what price. */
export function ladder(scene: Scene, node: number): StepLine[] {
  const entries = scene.readers[node] ?? [];
  const reader = (entry: number) => scene.entry_column[entry] ?? -1;
  const names = entries.map((entry) => `{name ${reader(entry)}}`);
  const who = { label: `Who reads {name ${node}}?`, text: `${names.length === 1 ? "Only " : ""}${listed(names)}.` };
  if (node === scene.output) {
    const text = `Add 1 to {name ${node}}: how much higher is {name ${node}}?`;
    return [{ label: "It is what we ask about.", text }];
  }
  if (entries.length === 0) return [{ ...who, text: `Nobody, so nothing of it arrives at {name ${scene.output}}.` }];
  const strengths = entries.map((entry) => `{name ${reader(entry)}} at {partial ${entry}}`);
  const prices = entries.map((entry) => `{lambda ${reader(entry)}} = {multiplier ${reader(entry)}}`);
  const divided = diagonalOf(scene, node) === 1 ? "" : " Then divide by the number on the diagonal.";
  const so = `${entries.length === 1 ? "Multiply the two." : "Multiply, reader by reader, and add."}${divided}`;
  return [
    who,
    { label: "How strongly?", text: `${listed(strengths)}.` },
    { label: "At what price?", text: `${listed(prices)}.` },
    { label: "So:", text: so },
  ];
}
