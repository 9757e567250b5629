// Break it: what comes out when each reader overwrites what the one before it has written, instead of adding to it. This is the
// commonest mistake in a backward pass of one's own. Pure: a scene in, the same scene with wrong multipliers out.
import { reaching, residualOf } from "./engine.ts";
import { MULTIPLIER } from "./events.ts";
import { formatNumber } from "./format.ts";
import { diagonalOf, isNumber, multiplierOf, type Scene, type Step } from "./scene.ts";

/** Rows that a second reader overwrites; none where adding and overwriting are the same. */
export const sums = (scene: Scene): number[] => {
  const reached = reaching(scene, scene.output);
  return scene.nodes.flatMap((_, i) => (termsOf(scene, i, reached).length > 1 ? [i] : []));
};

/** Whether the page can do it: it multiplies numbers, not blocks. */
export const breakable = (scene: Scene): boolean => scene.nodes.every((node, i) => !node.row || isNumber(scene, i));

const NONE: ReadonlyMap<number, number> = new Map();

/** How far prices that are the same may be apart: they were summed in another order. */
const ROUNDING = 1e-9;

/** Rows whose price is not what it is in a right scene, those wrong only by what they are made of among them; with the right price. */
export function wrongPrices(right: Scene, shown: Scene): ReadonlyMap<number, number> {
  if (right === shown) return NONE;
  const same = (a: number, b: number) =>
    Object.is(a, b) || Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  const wrong = right.nodes.flatMap(({ row }, i) => {
    const price = multiplierOf(right, i);
    return row && isNumber(right, i) && !same(price, multiplierOf(shown, i)) ? [[i, price] as const] : [];
  });
  return new Map(wrong);
}

export function overwritten(scene: Scene): Scene {
  if (!breakable(scene)) return scene;
  const reached = reaching(scene, scene.output);
  const multiplier = scene.multiplier.slice();
  const at = (i: number) => scene.value_start[i] ?? -1;
  const through = (entry: number) =>
    (scene.partial[entry] ?? 0) * (multiplier[at(scene.entry_column[entry] ?? -1)] ?? 0);
  for (let i = scene.nodes.length - 1; i >= 0; i--) {
    // A sweep meets the readers from the last to the first, so the first is what stays.
    const [last] = termsOf(scene, i, reached);
    if (last !== undefined) multiplier[at(i)] = through(last) / diagonalOf(scene, i);
  }
  const wrong = wrongPrices(scene, { ...scene, multiplier });
  const byNode = Float64Array.from(scene.nodes, (_, i) => multiplier[at(i)] ?? Number.NaN);
  return {
    ...scene,
    multiplier,
    checks: { ...scene.checks, residual: residualOf(scene, scene.partial, byNode, scene.output) },
    steps: scene.steps.map((step) => retold(scene, step, wrong, reached)),
    event_value: writtenValues(scene, byNode, through),
  };
}

function termsOf(scene: Scene, i: number, reached: ReadonlySet<number>): number[] {
  return (scene.readers[i] ?? []).filter((k) => reached.has(scene.entry_column[k] ?? -1));
}

/** The sentence of a row that should be a sum says what happened to it, and that of one made of wrong prices what follows. */
function retold(scene: Scene, step: Step, wrong: ReadonlyMap<number, number>, reached: ReadonlySet<number>): Step {
  const node = step.nodes.at(-1) ?? -1;
  const [last, ...lost] = termsOf(scene, node, reached);
  // Methods that hand on say for each part what becomes of it.
  if (step.phase !== "solve" || scene.method !== "back_substitution" || last === undefined) return step;
  const measured = scene.nudged[node] ?? Number.NaN;
  const really = Number.isNaN(measured)
    ? ""
    : `: {epsilon} more of {name ${node}} really moves the result by ${formatNumber(measured, 2)}`;
  if (lost.length === 0) {
    const reader = scene.entry_column[last];
    const but = `{lambda ${reader}} is wrong, and so is {lambda ${node}}${really}.`;
    return wrong.has(node) ? { ...step, lines: [...step.lines, { label: "But", text: but }] } : step;
  }
  const so =
    `each reader has overwritten what the one before it wrote, so only {term ${last}} is left. ` +
    `{lambda ${node}} is ${wrong.has(node) ? `wrong${really}` : "right all the same"}.`;
  return {
    ...step,
    lines: [...step.lines.slice(0, -1), { label: "So", text: so }],
    latex: `{lambda ${node}} \\leftarrow {term ${last}}`,
  };
}

/** What each step writes: its row's number, or, where a step hands on to what it reads, the one term that is left there. */
function writtenValues(scene: Scene, multiplier: Float64Array, through: (entry: number) => number): Float64Array {
  const values = scene.event_value.slice();
  scene.steps
    .filter(({ phase }) => phase === "solve")
    .forEach(({ nodes }, s) => {
      for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
        if (scene.event_what[e] !== MULTIPLIER) continue;
        const i = scene.event_index[e] ?? -1;
        const handed = scene.readers[i]?.find((k) => nodes.includes(scene.entry_column[k] ?? -1));
        values[e] =
          scene.event_final[e] === 1 || handed === undefined ? (multiplier[i] ?? Number.NaN) : through(handed);
      }
    });
  return values;
}
