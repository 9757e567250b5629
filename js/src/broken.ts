// Break it: what comes out when each reader overwrites what the one before it has written, instead of adding to it. This is the
// commonest mistake in a backward pass of one's own. Pure: a scene in, the same scene with wrong multipliers out.
import { reaching, residualOf } from "./engine.ts";
import { formatNumber } from "./format.ts";
import { isNumber, type Scene, type Step } from "./scene.ts";

const MULTIPLIER = 2;

/** Rows that a second reader overwrites; none where adding and overwriting are the same. */
export const sums = (scene: Scene): number[] => {
  const reached = reaching(scene, scene.output);
  return scene.nodes.flatMap((_, i) => (termsOf(scene, i, reached).length > 1 ? [i] : []));
};

/** Whether the page can do it: it multiplies numbers, not blocks. */
export const breakable = (scene: Scene): boolean => scene.nodes.every((node, i) => !node.row || isNumber(scene, i));

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
    if (last !== undefined) multiplier[at(i)] = through(last);
  }
  const wrong = new Set(sums(scene));
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

/** The sentence of a row that should be a sum says what happened to it. */
function retold(scene: Scene, step: Step, wrong: ReadonlySet<number>, reached: ReadonlySet<number>): Step {
  const node = step.nodes.at(-1) ?? -1;
  const [last] = termsOf(scene, node, reached);
  // Methods that hand on say for each part what becomes of it.
  if (step.phase !== "solve" || scene.method !== "back_substitution" || !wrong.has(node) || last === undefined)
    return step;
  const measured = scene.nudged[node] ?? Number.NaN;
  const really = Number.isNaN(measured)
    ? ""
    : `: {epsilon} more of {name ${node}} really moves the result by ${formatNumber(measured, 2)}`;
  const so =
    `each reader has overwritten what the one before it wrote, so only {term ${last}} is left. ` +
    `{lambda ${node}} is wrong${really}.`;
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
