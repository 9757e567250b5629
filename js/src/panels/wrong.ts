// A λ that is wrong on purpose, marked so wherever it stands: "0.2835 ≠ 0.8265", the right one after the sign.
import { h, s } from "../dom.ts";
import { formatNumber, fullNumber } from "../format.ts";
import { textWidth } from "../measure.ts";
import { multiplierOf, type Scene } from "../scene.ts";

const FONT = 11.5;
const HEIGHT = 17;
const MOST_DIGITS = 17;

/** The right number in as many digits as it takes to be another than what is shown. */
export function rightText(shown: number, right: number): string {
  for (let digits = 4; digits < MOST_DIGITS; digits++) {
    const text = formatNumber(right, digits);
    if (text !== formatNumber(shown)) return `≠ ${text}`;
  }
  return `≠ ${fullNumber(right)}`;
}

export const wrongTitle = (label: string, right: number): string =>
  `wrong: with all readers added, λ of ${label} is ${fullNumber(right)}`;

/** Over the lower right corner of a card; hidden until λ is solved (styles/tries.css). */
export function wrongTag(scene: Scene, i: number, price: number, right: number, bottom: number): SVGGElement {
  const text = rightText(multiplierOf(scene, i), price);
  const width = textWidth(text) * FONT * 1.08 + 14;
  return s(
    "g",
    { class: "lv-wrong-tag", transform: `translate(${right + 10 - width} ${bottom - 5.5})` },
    s("title", {}, wrongTitle(scene.nodes[i]?.label ?? "", price)),
    s("rect", { width, height: HEIGHT, rx: HEIGHT / 2 }),
    s("text", { x: width / 2, y: 12.5, "text-anchor": "middle", "font-size": FONT }, text),
  );
}

/** In a sentence, after the number. */
export function wrongElement(scene: Scene, i: number, price: number): HTMLElement {
  const title = wrongTitle(scene.nodes[i]?.label ?? "", price);
  return h("span", { class: "lv-number lv-wrong", title }, rightText(multiplierOf(scene, i), price));
}
