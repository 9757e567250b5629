// What stands on the corners of a card, and the room it takes: the pill of its operation, and the loop of an equation that
// reads its own result.
import { s } from "../dom.ts";
import { textWidth } from "../measure.ts";
import { ARROW } from "./curve.ts";
import type { Box } from "./edges.ts";

const PILL = { height: 19, font: 12 };
/** A pill reaches no further out of its card: there is the next one. */
const REACH = 26;
const LOOP = 14;

/** Over the upper right corner, on the outside rather than over the number. */
export function pillBox(pill: string, right: number, top: number): Box {
  const width = Math.max(textWidth(pill) * PILL.font + 14, 22);
  return { x: right - Math.max(Math.min(width / 2, 17), width - REACH), y: top - 9, width, height: PILL.height };
}

export function drawPill(pill: string, right: number, top: number): SVGGElement {
  const { x, y, width, height } = pillBox(pill, right, top);
  return s(
    "g",
    { class: "lv-pill", transform: `translate(${x} ${y})` },
    s("rect", { width, height, rx: height / 2 }),
    s("text", { x: width / 2, y: 13.5, "text-anchor": "middle", "font-size": PILL.font }, pill),
  );
}

/** Around the lower left corner. */
export const loopBox = (left: number, bottom: number): Box => ({
  x: left - LOOP,
  y: bottom - LOOP - 6,
  width: 2 * LOOP + 2,
  height: 2 * LOOP + 6,
});

/** As every edge, out of the card's lower side; it comes back into the same card. */
export function drawLoop(left: number, bottom: number): SVGGElement {
  return s(
    "g",
    { class: "lv-loop" },
    s("path", {
      class: "lv-edge-line",
      d: `M${left + LOOP + 2} ${bottom}A${LOOP} ${LOOP} 0 1 1 ${left - ARROW} ${bottom - LOOP - 2}`,
    }),
    s("path", { class: "lv-arrow", d: `M${left - ARROW - 0.5} ${bottom - LOOP - 6}v8l${ARROW + 0.5} -4z` }),
  );
}
