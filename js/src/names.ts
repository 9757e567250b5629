// Names as they are set in print: letters italic, indices below the line and counters above it. `w₁` is w with an index 1,
// `h⁽³⁾` is the third h; λ carries the whole name as its index.
import { h, s } from "./dom.ts";

export interface Run {
  readonly text: string;
  /** 0 on the line, 1 below it, 2 below that. */
  readonly level: number;
  /** Above whatever it follows. */
  readonly raised?: boolean;
  readonly upright?: boolean;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾";
const PLAIN = "0123456789()";

function runOf(character: string, base: number): Required<Run> {
  const below = SUBSCRIPTS.indexOf(character);
  const above = SUPERSCRIPTS.indexOf(character);
  if (below >= 0) return { text: PLAIN.charAt(below), level: base + 1, raised: false, upright: true };
  if (above >= 0) return { text: PLAIN.charAt(above), level: base, raised: true, upright: true };
  return { text: character, level: base, raised: false, upright: !/[\p{L}_]/u.test(character) };
}

export function labelRuns(label: string, base = 0): Run[] {
  const runs: Required<Run>[] = [];
  for (const character of label) {
    const run = runOf(character, base);
    const last = runs.at(-1);
    if (last?.level === run.level && last.raised === run.raised && last.upright === run.upright) {
      runs[runs.length - 1] = { ...last, text: last.text + run.text };
    } else runs.push(run);
  }
  return runs;
}

export const lambdaRuns = (label: string): Run[] => [{ text: "λ", level: 0 }, ...labelRuns(label, 1)];

const SIZES = [1, 0.72, 0.56, 0.5];
const DROPS = [0, 0.22, 0.36];
const RISE = 0.36;

const sizeOf = ({ level, raised }: Run): number => SIZES[level + Number(raised ?? false)] ?? 0.5;
const dropOf = ({ level, raised }: Run): number => (DROPS[level] ?? 0.36) - (raised ? RISE * (SIZES[level] ?? 0.5) : 0);

/** The runs as tspans of an SVG text at a font size (dy is in pixels, and adds up). */
export function tspans(runs: readonly Run[], size: number): SVGTSpanElement[] {
  let drop = 0;
  return runs.map((run) => {
    const wanted = dropOf(run) * size;
    const className = run.upright ? "lv-upright" : null;
    const span = s("tspan", { class: className, dy: wanted - drop, "font-size": sizeOf(run) * size }, run.text);
    drop = wanted;
    return span;
  });
}

/** The width of the runs at a font size, by the given measure of a text at size 1. */
export const runsWidth = (runs: readonly Run[], size: number, measure: (text: string) => number): number =>
  runs.reduce((sum, run) => sum + measure(run.text) * size * sizeOf(run), 0);

/** The runs as HTML. */
export function htmlRuns(runs: readonly Run[]): HTMLElement {
  const name = h("span", { class: "lv-name" });
  let place: HTMLElement = name;
  let depth = 0;
  for (const { text, level, raised, upright } of runs) {
    for (; depth < level; depth++) {
      const sub = h("sub");
      place.append(sub);
      place = sub;
    }
    for (; depth > level; depth--) place = place.parentElement ?? name;
    const piece = upright ? h("span", { class: "lv-upright" }, text) : text;
    place.append(raised ? h("sup", {}, piece) : piece);
  }
  return name;
}

export const nameElement = (label: string): HTMLElement => htmlRuns(labelRuns(label));
export const lambdaElement = (label: string): HTMLElement => htmlRuns(lambdaRuns(label));
