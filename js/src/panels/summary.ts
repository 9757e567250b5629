// The end of everything: what it cost, the gradients, and what one of them means when tried.
import { h } from "../dom.ts";
import { counted, formatNumber } from "../format.ts";
import { tintOf } from "../latex.ts";
import { linkedLambda, linkedName, numberElement } from "../linked.ts";
import { askedInstead, isNumber, multiplierOf, multipliersOf, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { nudgeNumbers, nudgeTexts } from "./checks.ts";
import { wrongElement } from "./wrong.ts";

export function summary(state: State): HTMLElement {
  const scene = state.scene.value;
  const { multiplications, epsilon } = scene.checks;
  const found = state.moment.value.multipliers.filter(({ look }) => look === "number").length;
  const asked = gradientNodes(scene);
  const parameters = asked.some((i) => scene.nodes[i]?.role === "parameter");
  const other = askedInstead(scene);
  const tried = asked.find((i) => nudgeTexts(scene, i) !== null);
  return h(
    "div",
    { class: "lv-summary" },
    h(
      "p",
      {},
      h("strong", {}, "Solved."),
      ` ${counted(multiplications, "multiplication")} gave ${counted(found, "multiplier")}.`,
      parameters ? " The parameters’ " : " The inputs’ ",
      ...(other === null ? ["gradients: "] : ["prices of ", linkedName(scene, other), ": "]),
      ...asked.flatMap((i, at) => [at === 0 ? "" : ", ", ...gradientElements(scene, i, state.wrong.value.get(i))]),
      ".",
    ),
    tried === undefined ? null : trialElement(scene, tried, epsilon),
  );
}

/** Parameters where they are told apart, else all inputs that have a multiplier. */
function gradientNodes(scene: Scene): number[] {
  const inputs = scene.inputs.map(({ node }) => node).filter((i) => scene.nodes[i]?.row);
  const parameters = inputs.filter((i) => scene.nodes[i]?.role === "parameter");
  return parameters.length > 0 ? parameters : inputs;
}

function gradientElements(scene: Scene, i: number, right: number | undefined): (HTMLElement | string)[] {
  const name = linkedLambda(scene, i);
  if (isNumber(scene, i)) {
    const value = multiplierOf(scene, i);
    return [
      name,
      " = ",
      numberElement(value, formatNumber(value), tintOf(value)),
      ...(right === undefined ? [] : [" ", wrongElement(scene, i, right)]),
    ];
  }
  const numbers = multipliersOf(scene, i);
  // NaN is larger than nothing: without this a gradient of NaN would be said to be 0.
  const lost = numbers.filter((number) => !Number.isFinite(number)).length;
  if (lost > 0) return [name, ` has ${lost} of ${counted(numbers.length, "number")} NaN or infinite`];
  const largest = numbers.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return [name, " up to ", numberElement(largest, formatNumber(Math.abs(largest)), tintOf(largest)), " in size"];
}

function trialElement(scene: Scene, i: number, epsilon: number): HTMLElement | null {
  const numbers = nudgeNumbers(scene, i);
  if (numbers === null) return null;
  const whole = isNumber(scene, i) ? "" : "every number of ";
  return h(
    "p",
    { title: `The program was run again, with ${formatNumber(epsilon)} added there.` },
    `+${formatNumber(epsilon)} on ${whole}`,
    linkedName(scene, i),
    " gave ",
    numbers.measured,
    "; its price says ",
    numbers.predicted,
    ".",
  );
}
