// The size of a multiplier as a power of ten, on the card's corner: darker is larger. So vanishing and exploding ones are
// seen. Grey, since orange and blue mean sign.
import { s } from "../dom.ts";
import { formatNumber, MINUS } from "../format.ts";
import { textWidth } from "../measure.ts";
import { multipliersOf, type Scene } from "../scene.ts";
import { largestOf } from "../signed.ts";

const FONT = 11;
const HEIGHT = 17;
/** So many powers of ten away from the result's own 1 a price counts as vanished, or exploded. */
const FAR = 3;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export interface SizeOf {
  readonly text: string;
  /** From 0, as small as any, to 1, as large as any. */
  readonly share: number;
  readonly words: string;
}

/** What is said of the largest λ of a node; null where there is none to speak of. */
export function sizeOf(scene: Scene, i: number): SizeOf | null {
  if (!scene.nodes[i]?.row) return null;
  const numbers = multipliersOf(scene, i);
  if (numbers.some(Number.isNaN)) return { text: "NaN", share: 1, words: "λ has NaN in it" };
  if (numbers.some((number) => !Number.isFinite(number))) return { text: "∞", share: 1, words: "λ is infinite" };
  const size = largestOf(numbers);
  if (size === 0) return { text: "0", share: 0, words: "|λ| = 0: nothing of it reaches the result" };
  const order = Math.round(Math.log10(size));
  const words = order <= -FAR ? "vanishing" : order >= FAR ? "exploding" : "of ordinary size";
  const [low, high] = range(scene);
  const share = high > low ? (Math.log10(size) - low) / (high - low) : 0.5;
  return { text: `10${superscript(order)}`, share, words: `|λ| = ${formatNumber(size)}: ${words}` };
}

/** Powers of ten of the smallest and the largest, at least three apart: what is alike is to look alike. */
function range(scene: Scene): [number, number] {
  const orders = scene.nodes
    .map((_, i) => largestOf(multipliersOf(scene, i)))
    .filter((size) => size > 0)
    .map(Math.log10);
  const [low, high] = [Math.min(...orders), Math.max(...orders)];
  const spread = Math.max(FAR - (high - low), 0) / 2;
  return [low - spread, high + spread];
}

const superscript = (order: number): string =>
  String(order)
    .split("")
    .map((digit) => (digit === "-" ? "⁻" : SUPERSCRIPTS.charAt(Number(digit))))
    .join("")
    .replace(MINUS, "⁻");

/** Per cent of ink; the middle is left out, on which no text can be read (tests/contrast.test.ts). */
export const darkness = (share: number): number => Math.round(share > 0.5 ? 60 + 40 * share : 70 * share);

/** Hidden until the switch is on (styles/tries.css); in the page only once λ is solved. */
export function sizeTag(scene: Scene, i: number, left: number, top: number): SVGGElement | null {
  const size = sizeOf(scene, i);
  if (size === null) return null;
  const width = textWidth(size.text) * FONT + 14;
  const tag = s(
    "g",
    {
      class: size.share > 0.5 ? "lv-size lv-size-large" : "lv-size",
      // Clear of the name, which may have a counter above it.
      transform: `translate(${left - 10} ${top - HEIGHT + 4})`,
    },
    s("title", {}, size.words),
    s("rect", { width, height: HEIGHT, rx: HEIGHT / 2 }),
    s("text", { x: width / 2, y: 12.5, "text-anchor": "middle", "font-size": FONT }, size.text),
  );
  tag.style.setProperty("--lv-size", `${darkness(size.share)}%`);
  return tag;
}
