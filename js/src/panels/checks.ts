// How far the numbers can be trusted, in one line: the residual, and a nudge really made beside what λ predicts for it.
import { h } from "../dom.ts";
import { formatNumber, formatPrice, fullNumber, MINUS } from "../format.ts";
import { linkedLambda, linkedName, numberElement } from "../linked.ts";
import { multiplierOf, multipliersOf, type Scene } from "../scene.ts";
import { nodeInQuestion, type State } from "../state.ts";

/** ε added to every number of an equation: what λ says the result does. */
export const predictedChange = (scene: Scene, node: number): number =>
  scene.checks.epsilon * multipliersOf(scene, node).reduce((sum, x) => sum + x, 0);

export const signed = (x: number): string => (x < 0 ? MINUS : "+") + formatDigits(Math.abs(x));

/** Two changes are compared digit by digit, so both are written to the same places: four of them, more for small ones. */
function formatDigits(x: number): string {
  if (!Number.isFinite(x) || x === 0 || x >= 1e5 || x < 1e-7) return formatNumber(x, 2);
  const order = Math.floor(Math.log10(x));
  return x.toFixed(order >= 0 ? Math.max(3 - order, 0) : Math.max(1 - order, 4));
}

/** "+0.0090" and "+0.0091". */
export function nudgeTexts(scene: Scene, node: number): { measured: string; predicted: string } | null {
  const measured = scene.nudged[node] ?? Number.NaN;
  if (!scene.nodes[node]?.row || Number.isNaN(measured)) return null;
  return { measured: signed(measured), predicted: signed(predictedChange(scene, node)) };
}

/** The same as elements, each with its number at full length. */
export function nudgeNumbers(scene: Scene, node: number): { measured: HTMLElement; predicted: HTMLElement } | null {
  const texts = nudgeTexts(scene, node);
  if (texts === null) return null;
  return {
    measured: numberElement(scene.nudged[node] ?? Number.NaN, texts.measured),
    predicted: numberElement(predictedChange(scene, node), texts.predicted),
  };
}

/** There is no residual before there is a solution. */
export const residualCheck = (state: State): HTMLElement | null =>
  state.moment.value.phase === "solve" ? residualElement(state.scene.value.checks.residual) : null;

export function checksElement(state: State): HTMLElement[] {
  const scene = state.scene.value;
  const { epsilon } = scene.checks;
  const parts = tiedCheck(state);
  const node = nodeInQuestion(state);
  const numbers =
    node === null || state.moment.value.multipliers[node]?.look !== "number" ? null : nudgeNumbers(scene, node);
  if (node !== null && numbers !== null) {
    parts.push(
      checkElement(
        agrees(scene.nudged[node] ?? 0, predictedChange(scene, node), epsilon),
        "nudge of ",
        linkedName(scene, node),
        `: +${formatPrice(epsilon)} gave `,
        numbers.measured,
        ", λ says ",
        numbers.predicted,
      ),
    );
  }
  return parts;
}

/** Two inputs that are one knob have one price: the sum. */
function tiedCheck(state: State): HTMLElement[] {
  const scene = state.scene.value;
  const nodes = state.tied.value.flatMap((name) => scene.inputs.find((input) => input.name === name)?.node ?? []);
  const [a, b] = nodes;
  if (a === undefined || b === undefined) return [];
  const solved = nodes.every((node) => state.moment.value.multipliers[node]?.look === "number");
  const sum = multiplierOf(scene, a) + multiplierOf(scene, b);
  const said = solved ? [" = ", numberElement(sum)] : [", not solved yet"];
  return [
    h(
      "p",
      { class: "lv-check" },
      h("span", { "aria-hidden": "true" }, "⚭ "),
      linkedName(scene, a),
      " and ",
      linkedName(scene, b),
      " are one knob: its price is ",
      linkedLambda(scene, a),
      " + ",
      linkedLambda(scene, b),
      ...said,
    ),
  ];
}

function residualElement(residual: number | null): HTMLElement {
  if (residual === null) return checkElement(false, "residual is not a finite number");
  const number = h(
    "span",
    { class: "lv-number", "data-value": residual, title: fullNumber(residual) },
    formatNumber(residual, 2),
  );
  return residual <= 1e-9 ? checkElement(true, "residual ", number) : checkElement(false, "large residual ", number);
}

/** A nudge is a finite step: it may differ from the prediction by the curvature, not by more. */
const agrees = (measured: number, predicted: number, epsilon: number): boolean =>
  Math.abs(measured - predicted) <= 0.1 * Math.abs(predicted) + 10 * epsilon * epsilon;

function checkElement(good: boolean, ...content: (Node | string)[]): HTMLElement {
  return h(
    "p",
    { class: good ? "lv-check" : "lv-check lv-check-bad" },
    h("span", { "aria-hidden": "true" }, good ? "✓ " : "! "),
    ...content,
  );
}
