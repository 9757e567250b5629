// The act Use, apart from solving: a step of gradient descent, w ← w − η λ_w, with the result before and after. λ is the price of
// an equation; this is one thing a price is good for.
import { signal as cell } from "@preact/signals-core";
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber, fullNumber } from "../format.ts";
import { lambdaElement, nameElement } from "../names.ts";
import { type Input, isNumber, multiplierOf, numberOf, type Scene } from "../scene.ts";
import type { State } from "../state.ts";

/** Step sizes to choose from, by powers of about three. */
const SIZES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const MOST_NAMED = 3;

interface Taken {
  readonly before: number;
  readonly predicted: number;
  /** The scene that the step was taken from: whatever comes after it shows the result. */
  readonly from: Scene;
}

export function descent(el: HTMLElement, state: State, signal: AbortSignal): void {
  const rate = h(
    "select",
    { class: "lv-button", "aria-label": "Step size η" },
    ...SIZES.map((size) => h("option", { value: size, selected: size === 0.1 }, String(size))),
  );
  const take = h("button", { type: "button", class: "lv-button" }, "Take a step");
  const rule = h("p", {});
  const outcome = h("p", {});
  const part = h(
    "section",
    { class: "lv-use", "aria-label": "Use" },
    h("h4", { class: "lv-heading" }, "Use: a step of descent"),
    rule,
    h("div", { class: "lv-menu-row" }, h("label", {}, "η = ", rate), take),
    outcome,
  );
  el.append(part);
  const last = cell<Taken | null>(null);
  const eta = cell(Number(rate.value));

  on(rate, "change", signal, () => {
    eta.value = Number(rate.value);
  });
  on(take, "click", signal, () => {
    const scene = state.scene.value;
    const movable = movableInputs(scene);
    if (movable.length === 0) return;
    const price = priceOf(scene, state.tied.value);
    const squares = movable.reduce((sum, { node, name }) => sum + multiplierOf(scene, node) * price(name, node), 0);
    last.value = { before: numberOf(scene, scene.output), predicted: -eta.value * squares, from: scene };
    const moved = movable.map(({ name, node }) => [name, numberOf(scene, node) - eta.value * price(name, node)]);
    state.kernel?.ask({ inputs: Object.fromEntries(moved) });
  });
  whenever(part, signal, () => {
    part.hidden = !state.descent.value;
    const scene = state.scene.value;
    const movable = movableInputs(scene);
    const able = (state.kernel?.inputs ?? false) && movable.length > 0 && isNumber(scene, scene.output);
    take.disabled = !able;
    rule.replaceChildren(
      ...(able ? ruleElements(scene, movable, state.tied.value) : ["There is no input here that a step could move."]),
    );
  });
  whenever(part, signal, () => outcome.replaceChildren(...outcomeElements(state.scene.value, last.value)));
}

type Movable = Pick<Input, "node" | "name">;

/** Parameters where they are told apart, else every input that is a number with a multiplier. */
function movableInputs(scene: Scene): readonly Movable[] {
  const free = scene.inputs.filter(({ node }) => scene.nodes[node]?.row && isNumber(scene, node));
  const parameters = free.filter(({ node }) => scene.nodes[node]?.role === "parameter");
  return parameters.length > 0 || scene.nodes.some(({ role }) => role === "parameter") ? parameters : free;
}

/** Two inputs that are one knob move by the sum of their prices. */
const priceOf = (scene: Scene, tied: readonly string[]) => {
  const sum = scene.inputs
    .filter(({ name }) => tied.includes(name))
    .reduce((all, { node }) => all + multiplierOf(scene, node), 0);
  return (name: string, node: number): number => (tied.includes(name) ? sum : multiplierOf(scene, node));
};

function ruleElements(scene: Scene, movable: readonly Movable[], tied: readonly string[]): (Node | string)[] {
  const label = (node: number) => scene.nodes[node]?.label ?? "";
  const knobs = scene.inputs.filter(({ name }) => tied.includes(name)).map(({ node }) => lambdaElement(label(node)));
  const rules = movable
    .slice(0, MOST_NAMED)
    .flatMap(({ node, name }, at) => [
      at === 0 ? "" : ", ",
      nameElement(label(node)),
      " ← ",
      nameElement(label(node)),
      " − η ",
      ...(tied.includes(name)
        ? ["(", ...knobs.flatMap((lambda, k) => [k === 0 ? "" : " + ", lambda.cloneNode(true)]), ")"]
        : [lambdaElement(label(node))]),
    ]);
  return movable.length > MOST_NAMED ? [...rules, ", …"] : rules;
}

const number = (x: number): HTMLElement =>
  h("span", { class: "lv-number", "data-value": x, title: fullNumber(x) }, formatNumber(x));

function outcomeElements(scene: Scene, taken: Taken | null): (Node | string)[] {
  if (taken === null || taken.from === scene) return [];
  const now = numberOf(scene, scene.output);
  const name = nameElement(scene.nodes[scene.output]?.label ?? "");
  const better = now < taken.before ? "" : " The step was too long: λ is the slope here, not further away.";
  return [
    name,
    " ",
    number(taken.before),
    " → ",
    number(now),
    "; −η Σ λ² said ",
    number(taken.before + taken.predicted),
    `.${better}`,
  ];
}
