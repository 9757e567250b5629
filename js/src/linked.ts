// Names and numbers in running text, as the panels write them: a name lights its node everywhere, a number carries all its digits.
import { h } from "./dom.ts";
import { formatNumber, fullNumber } from "./format.ts";
import { lambdaElement, nameElement } from "./names.ts";
import type { Scene } from "./scene.ts";

const linked = (node: number, inner: HTMLElement): HTMLElement =>
  h("span", { class: "lv-link", "data-about": node }, inner);

const labelOf = (scene: Scene, node: number): string => scene.nodes[node]?.label ?? "";

export const linkedName = (scene: Scene, node: number): HTMLElement => linked(node, nameElement(labelOf(scene, node)));

export const linkedLambda = (scene: Scene, node: number): HTMLElement =>
  linked(node, lambdaElement(labelOf(scene, node)));

/** `text` is how it is written here, `className` its tint. */
export const numberElement = (x: number, text = formatNumber(x), className?: string): HTMLElement =>
  h(
    "span",
    { class: className === undefined ? "lv-number" : `lv-number ${className}`, "data-value": x, title: fullNumber(x) },
    text,
  );
