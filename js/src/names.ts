// Names as they are set in print: italic, with indices below the line. `w₁` is w with an index 1; λ carries the whole
// name as its index.
import { h, s } from "./dom.ts";

interface Run {
  readonly text: string;
  /** 0 on the line, 1 below it, 2 below that. */
  readonly level: number;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

export function labelRuns(label: string, base = 0): Run[] {
  const runs: Run[] = [];
  for (const character of label) {
    const digit = SUBSCRIPTS.indexOf(character);
    const [text, level] = digit < 0 ? [character, base] : [String(digit), base + 1];
    const last = runs.at(-1);
    if (last?.level === level) runs[runs.length - 1] = { text: last.text + text, level };
    else runs.push({ text, level });
  }
  return runs;
}

export const lambdaRuns = (label: string): Run[] => [{ text: "λ", level: 0 }, ...labelRuns(label, 1)];

const SIZES = [1, 0.72, 0.56];
const DROPS = [0, 0.22, 0.36];

/** The runs as tspans of an SVG text at a font size (dy is in pixels, and adds up). */
export function tspans(runs: readonly Run[], size: number): SVGTSpanElement[] {
  let drop = 0;
  const spans = runs.map(({ text, level }) => {
    const wanted = (DROPS[level] ?? 0) * size;
    const span = s("tspan", { dy: wanted - drop, "font-size": (SIZES[level] ?? 0.56) * size }, text);
    if (/^\d+$/.test(text)) span.classList.add("lv-upright");
    drop = wanted;
    return span;
  });
  // Whatever follows stands on the line again.
  if (drop !== 0) spans.push(s("tspan", { dy: -drop }, "\u200b"));
  return spans;
}

/** The width of the runs at a font size, by the given measure of a text at size 1. */
export const runsWidth = (runs: readonly Run[], size: number, measure: (text: string) => number): number =>
  runs.reduce((sum, { text, level }) => sum + measure(text) * size * (SIZES[level] ?? 0.56), 0);

/** The runs as HTML. */
export function htmlRuns(runs: readonly Run[]): HTMLElement {
  const name = h("span", { class: "lv-name" });
  let place: HTMLElement = name;
  let depth = 0;
  for (const { text, level } of runs) {
    for (; depth < level; depth++) {
      const sub = h("sub");
      place.append(sub);
      place = sub;
    }
    for (; depth > level; depth--) place = place.parentElement ?? name;
    place.append(/^\d+$/.test(text) ? h("span", { class: "lv-upright" }, text) : text);
  }
  return name;
}

export const nameElement = (label: string): HTMLElement => htmlRuns(labelRuns(label));
export const lambdaElement = (label: string): HTMLElement => htmlRuns(lambdaRuns(label));
