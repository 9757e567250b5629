// Sign and size as colour: orange for plus, blue for minus, the panel's own colour for zero. Nothing else has these colours.

import { isNumber, multiplierOf, type Scene } from "./scene.ts";

/** The strongest fill; text on it stays readable (tests/contrast.test.ts). */
export const STRONGEST = 0.72;

/** How strong a number's fill is, from 0 to STRONGEST. The root keeps small numbers visible beside large ones. */
export function strength(x: number, largest: number): number {
  if (!Number.isFinite(x) || x === 0 || !(largest > 0)) return 0;
  return STRONGEST * Math.max(Math.sqrt(Math.min(Math.abs(x) / largest, 1)), 0.12);
}

/** Fill an element by a number's sign and size; the theme's style sheet mixes the colour. */
export function fillSigned(element: HTMLElement | SVGElement, x: number, largest: number): void {
  const share = strength(x, largest);
  element.classList.toggle("lv-fill-plus", share > 0 && x > 0);
  element.classList.toggle("lv-fill-minus", share > 0 && x < 0);
  element.style.setProperty("--lv-strength", `${(100 * share).toFixed(1)}%`);
}

/** The scale of all λ that are numbers. Of the finished ones, so that no card changes its colour because of another. */
export const largestMultiplier = (scene: Scene): number =>
  largestOf(scene.nodes.map((_, i) => (isNumber(scene, i) ? multiplierOf(scene, i) : 0)));

export const largestOf = (numbers: Iterable<number>): number => {
  let largest = 0;
  for (const x of numbers) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  return largest;
};
