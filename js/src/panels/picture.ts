// An array as a picture that can be read: numbers where they fit, and the one that is pointed at in words. Walked with arrows.
import { h, on, s } from "../dom.ts";
import { formatNumber } from "../format.ts";
import { type Grid, heat } from "../heat.ts";
import { textWidth } from "../measure.ts";
import { largestOf } from "../signed.ts";

const TALLEST = 128;
const LARGEST_CELL = { width: 62, height: 24 };
const NUMBER = 11.5;
const SMALLEST = 9;

export interface Picture {
  readonly element: HTMLElement;
  /** Mark one number, by its place in C order; null for none. */
  mark(k: number | null): void;
}

/** `numbers` as rows and columns, at most so wide; null is an array whose numbers are not known yet. */
export function picture(
  name: string,
  grid: Grid,
  numbers: Float64Array | null,
  most: number,
  onPoint: (k: number | null) => void,
  end: AbortSignal,
): Picture {
  const { rows, columns } = grid;
  const cell = {
    width: Math.min(most / Math.max(columns, 1), LARGEST_CELL.width),
    height: Math.min(TALLEST / Math.max(rows, 1), LARGEST_CELL.height),
  };
  const [width, height] = [cell.width * columns, cell.height * rows];
  const svg = s("svg", {
    viewBox: `-1 -1 ${width + 2} ${height + 2}`,
    "aria-hidden": "true",
    class: "lv-array-picture",
  });
  svg.style.setProperty("--lv-picture-width", String(width + 2));
  const box = { x: 0, y: 0, width, height };
  if (numbers === null) svg.append(s("rect", { ...box, class: "lv-heat-frame" }), unknown(width, height));
  else svg.append(heat(grid, box, largestOf(numbers)), written(grid, cell));
  const marker = s("rect", { class: "lv-array-marker", width: cell.width, height: cell.height, visibility: "hidden" });
  svg.append(marker);
  const element = h(
    "div",
    { class: "lv-array-frame", tabindex: 0, role: "group", "aria-label": name, "data-own-arrows": true },
    svg,
  );

  let marked: number | null = null;
  const mark = (k: number | null) => {
    marked = k;
    marker.setAttribute("visibility", k === null ? "hidden" : "visible");
    if (k === null) return;
    marker.setAttribute("x", String((k % columns) * cell.width));
    marker.setAttribute("y", String(Math.floor(k / columns) * cell.height));
  };
  const pointAt = (event: PointerEvent) => {
    const { left, top, width: w, height: h } = svg.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / w) * columns);
    const row = Math.floor(((event.clientY - top) / h) * rows);
    const inside = column >= 0 && column < columns && row >= 0 && row < rows;
    onPoint(inside ? row * columns + column : null);
  };
  // A finger does not hover: what it has touched stays said.
  on(element, "pointerdown", end, pointAt);
  on(element, "pointermove", end, pointAt);
  on(element, "pointerleave", end, (event) => {
    if (event.pointerType !== "touch") onPoint(null);
  });
  on(element, "focusin", end, () => onPoint(marked ?? 0));
  on(element, "focusout", end, () => onPoint(null));
  on(element, "keydown", end, (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (by === undefined || rows * columns === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onPoint(Math.min(Math.max((marked ?? 0) + by, 0), rows * columns - 1));
  });
  return { element, mark };
}

const unknown = (width: number, height: number): SVGTextElement =>
  s(
    "text",
    { x: width / 2, y: height / 2 + 4, "text-anchor": "middle", "font-size": 13, class: "lv-array-unknown" },
    "?",
  );

/** Two digits in each cell, where they fit in all; a little smaller where one of them is long. */
function written({ rows, columns, at }: Grid, cell: { width: number; height: number }): SVGGElement {
  const group = s("g", { class: "lv-array-numbers" });
  if (cell.height < NUMBER + 3 || cell.width < 20) return group;
  const texts = Array.from({ length: rows * columns }, (_, k) =>
    formatNumber(at(Math.floor(k / columns), k % columns), 2),
  );
  const longest = texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
  const size = Math.min(NUMBER, (cell.width - 3) / longest);
  if (size < SMALLEST) return group;
  group.append(
    ...texts.map((text, k) => {
      const [x, y] = [((k % columns) + 0.5) * cell.width, (Math.floor(k / columns) + 0.5) * cell.height + 4];
      return s("text", { x, y, "text-anchor": "middle", "font-size": size }, text);
    }),
  );
  return group;
}
