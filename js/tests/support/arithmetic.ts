// Calculating with the numbers that are displayed, as a reader would with pencil and paper.
import { formatNumber, parseDecimal } from "../../src/format.ts";
import { multiplierOf, type Scene } from "../../src/scene.ts";

export const NUMBER = "[(]?(−?\\d+(?:\\.\\d+)?(?:e−?\\d+)?)[)]?";

/** Digits of a number in cards, prices and equations; one with fewer is shown as it is. */
const DIGITS = 4;

export const value = (text: string): number => {
  const { mantissa, exponent } = parseDecimal(text);
  return Number(`${mantissa}e${exponent}`);
};

/** Half a unit of the last digit shown. */
export const slack = (text: string): number => 0.5 * 10 ** parseDecimal(text).exponent * 1.000001;

/** By how much a displayed number may differ from the one that is meant. */
export const rounding = (text: string): number =>
  text.replace(/e.*/, "").replace(/\D/g, "").replace(/^0+/, "").length < DIGITS ? 0 : slack(text);

/** A displayed coefficient, with its sign, and the node whose λ it stands before. */
export interface Term {
  readonly sign: 1 | -1;
  readonly coefficient: string;
  readonly node: number;
}

/** By how much terms, at the prices displayed, miss what they are said to add up to, beyond all rounding; 0 if they do not. */
export function missed(scene: Scene, terms: readonly Term[], total: string): number {
  let off = -value(total);
  let allowed = rounding(total) + 1e-12;
  for (const { sign, coefficient, node } of terms) {
    const price = formatNumber(multiplierOf(scene, node));
    off += sign * value(coefficient) * value(price);
    allowed += rounding(coefficient) * (Math.abs(value(price)) + rounding(price));
    allowed += Math.abs(value(coefficient)) * rounding(price);
  }
  return Math.max(Math.abs(off) - allowed, 0);
}
