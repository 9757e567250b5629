// The act Use, apart from solving: a step of gradient descent, w ← w − η λ_w, with result and parameters before and after. λ is
// the price of an equation; this is one thing a price is good for.
import { signal as cell } from "@preact/signals-core";
import { type Child, h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber } from "../format.ts";
import { tintOf } from "../latex.ts";
import { numberElement } from "../linked.ts";
import { lambdaElement, nameElement } from "../names.ts";
import { type Input, isNumber, multiplierOf, numberOf, type Scene } from "../scene.ts";
import { bringIntoSight } from "../scrollable.ts";
import type { State } from "../state.ts";

/** Step sizes to choose from, by powers of about three. */
const SIZES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

interface Moved {
  readonly node: number;
  readonly before: number;
  readonly price: number;
  readonly after: number;
}

/** A step: what it moves, and what it makes of the result. */
interface Step {
  readonly moved: readonly Moved[];
  readonly before: number;
  /** What λ says the result will be: −η Σ λ² more. */
  readonly predicted: number;
  /** null until it is taken. */
  readonly after: number | null;
}

/** A step that was taken, the scene it was taken from, and the one that came of it; null until that is there. */
interface Taken {
  readonly step: Step;
  readonly from: Scene;
  readonly to: Scene | null;
}

export function descent(el: HTMLElement, state: State, signal: AbortSignal): void {
  const rate = h(
    "select",
    { class: "lv-button", "aria-label": "Step size η" },
    ...SIZES.map((size) => h("option", { value: size, selected: size === 0.1 }, String(size))),
  );
  const take = h("button", { type: "button", class: "lv-button" }, "Take a step");
  const outcome = h("div", { class: "lv-use-outcome" });
  const part = h(
    "section",
    { class: "lv-use", "aria-label": "Use" },
    h("h4", { class: "lv-heading" }, "Use: a step of descent"),
    h("div", { class: "lv-menu-row" }, h("label", {}, "η = ", rate), take),
    outcome,
  );
  el.append(part);
  const last = cell<Taken | null>(null);
  const eta = cell(Number(rate.value));

  on(rate, "change", signal, () => {
    eta.value = Number(rate.value);
    // Another step is in question now.
    last.value = null;
  });
  on(take, "click", signal, () => {
    const scene = state.scene.value;
    const step = nextStep(scene, eta.value, state.tied.value);
    if (step.moved.length === 0) return;
    last.value = { step, from: scene, to: null };
    const names = new Map(scene.inputs.map(({ node, name }) => [node, name]));
    state.kernel?.ask({ inputs: Object.fromEntries(step.moved.map(({ node, after }) => [names.get(node), after])) });
  });
  // What comes next is what the step made; whatever comes after that is something else.
  whenever(part, signal, () => {
    const scene = state.scene.value;
    const taken = last.peek();
    if (taken === null || scene === taken.from || scene === taken.to) return;
    last.value = taken.to === null ? { ...taken, to: scene } : null;
  });
  whenever(part, signal, () => {
    part.hidden = !state.descent.value;
    const scene = state.scene.value;
    const able = (state.kernel?.inputs ?? false) && movableInputs(scene).length > 0 && isNumber(scene, scene.output);
    take.disabled = !able;
    const taken = last.value;
    // λ that are not solved yet are not told here.
    const solved = movableInputs(scene).every(({ node }) => state.moment.value.multipliers[node]?.look === "number");
    outcome.replaceChildren(
      ...(!able
        ? [h("p", {}, "There is no input here that a step could move.")]
        : taken !== null && taken.to !== null
          ? stepElements(scene, { ...taken.step, after: numberOf(taken.to, scene.output) }, state.tied.value, true)
          : stepElements(scene, nextStep(scene, eta.value, state.tied.value), state.tied.value, solved)),
    );
  });
  let open = state.descent.peek();
  whenever(part, signal, () => {
    const opens = state.descent.value && !open;
    open = state.descent.value;
    if (!opens) return;
    const fromMenu = state.menuOpen.peek();
    // The menu would cover it. When all that follows the switch is drawn, but before anything else: the focus is always seen.
    state.menuOpen.value = false;
    queueMicrotask(() => {
      if (fromMenu) take.focus({ preventScroll: true });
      bringIntoSight(part);
    });
  });
}

type Movable = Pick<Input, "node" | "name">;

/** Parameters where they are told apart, else every input that is a number with a multiplier. */
function movableInputs(scene: Scene): readonly Movable[] {
  const free = scene.inputs.filter(({ node }) => scene.nodes[node]?.row && isNumber(scene, node));
  const parameters = free.filter(({ node }) => scene.nodes[node]?.role === "parameter");
  return parameters.length > 0 || scene.nodes.some(({ role }) => role === "parameter") ? parameters : free;
}

function nextStep(scene: Scene, eta: number, tied: readonly string[]): Step {
  const price = priceOf(scene, tied);
  const moved = movableInputs(scene).map(({ node, name }) => {
    const before = numberOf(scene, node);
    return { node, before, price: price(name, node), after: before - eta * price(name, node) };
  });
  const before = numberOf(scene, scene.output);
  const squares = moved.reduce((sum, { node, price }) => sum + multiplierOf(scene, node) * price, 0);
  return { moved, before, predicted: before - eta * squares, after: null };
}

/** Two inputs that are one knob move by the sum of their prices. */
const priceOf = (scene: Scene, tied: readonly string[]) => {
  const sum = scene.inputs
    .filter(({ name }) => tied.includes(name))
    .reduce((all, { node }) => all + multiplierOf(scene, node), 0);
  return (name: string, node: number): number => (tied.includes(name) ? sum : multiplierOf(scene, node));
};

function rowElement(scene: Scene, node: number, ...cells: Child[]): HTMLElement {
  const name = h("div", { role: "rowheader" }, nameElement(scene.nodes[node]?.label ?? ""));
  return h("div", { role: "row", "data-about": node }, name, ...cells.map((one) => h("div", { role: "cell" }, one)));
}

/** The rule, and under each other what it moves, and the result of that. */
function stepElements(scene: Scene, step: Step, tied: readonly string[], known: boolean): HTMLElement[] {
  const { moved, before, predicted, after } = step;
  const heads = [h("span", { class: "lv-unseen" }, "of"), "before", "λ", "after"].map((words) =>
    h("div", { role: "columnheader" }, words),
  );
  // What has not happened yet is quiet.
  const then = (x: number) => numberElement(x, formatNumber(x), after === null ? "lv-use-then" : undefined);
  const told = (one: HTMLElement) => (known ? one : "?");
  const result = rowElement(
    scene,
    scene.output,
    numberElement(before),
    "",
    after === null ? "?" : numberElement(after),
  );
  const parameters = moved.map((one) =>
    rowElement(
      scene,
      one.node,
      numberElement(one.before),
      told(numberElement(one.price, formatNumber(one.price), tintOf(one.price))),
      told(then(one.after)),
    ),
  );
  const longer = after !== null && !(after < before);
  return [
    h("p", {}, ...ruleElements(scene, moved, tied)),
    h(
      "div",
      { class: "lv-use-table", role: "table", "aria-label": "The step" },
      h("div", { role: "row" }, ...heads),
      result,
      ...parameters,
    ),
    h(
      "p",
      {},
      `−η Σ λ² ${after === null ? "says" : "said"} `,
      told(numberElement(predicted)),
      `.${longer ? " The step was too long: λ is the slope here, not further away." : ""}`,
    ),
  ];
}

/** How the first of them moves; the others do as it does. */
function ruleElements(scene: Scene, moved: readonly Moved[], tied: readonly string[]): (Node | string)[] {
  const label = (node: number) => scene.nodes[node]?.label ?? "";
  const [first] = moved;
  if (first === undefined) return [];
  const knobs = scene.inputs.filter(({ name }) => tied.includes(name)).map(({ node }) => node);
  const name = nameElement(label(first.node));
  const lambda = knobs.includes(first.node)
    ? ["(", ...knobs.flatMap((knob, k) => [k === 0 ? "" : " + ", lambdaElement(label(knob))]), ")"]
    : [lambdaElement(label(first.node))];
  const others = moved.length > 1 ? ", and so on" : "";
  return [name, " ← ", name.cloneNode(true), " − η ", ...lambda, others];
}
