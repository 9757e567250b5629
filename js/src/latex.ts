// Segments as LaTeX, with marks KaTeX turns into data attributes and classes, so that a formula is linked like the rest.
import type { Scene } from "./scene.ts";
import { fill, type Segment } from "./template.ts";

/** Fill a LaTeX template. */
export const fillLatex = (template: string, scene: Scene): string =>
  fill(template, scene)
    .map((segment) => (segment.kind === "text" ? operatorsOf(segment.text) : linked(segment, bodyOf(segment, scene))))
    .join("");

/** Operators that a filled field brings along (`×`, `≈`) in LaTeX; the template's own text is LaTeX already. */
const operatorsOf = (text: string): string =>
  text.replaceAll("×", "\\times ").replaceAll("÷", "\\div ").replaceAll("≈", "\\approx ").replaceAll("−", "-");

export const numberLatex = (text: string): string =>
  text
    .replaceAll("−", "-")
    .replace("∞", "\\infty ")
    .replace("NaN", "\\text{NaN}")
    .replace(/e(-?\d+)/, "\\text{e}{$1}");

function bodyOf(segment: Segment, scene: Scene): string {
  const node = scene.nodes[segment.node ?? -1];
  if (segment.kind === "name") return node?.latex ?? "";
  if (segment.kind === "equation") return node?.equation ?? "";
  if (segment.kind === "lambda") return `\\lambda_{${node?.latex ?? ""}}`;
  const number = numberLatex(segment.text);
  return segment.result ? `\\mathbf{${number}}` : number;
}

function linked(segment: Segment, latex: string): string {
  const tint = segment.tinted ? (tintOf(segment.number) ?? "") : "";
  const classes = segment.kind === "number" ? `lv-number ${tint}`.trim() : "";
  const inner = classes === "" ? `{${latex}}` : `\\htmlClass{${classes}}{${latex}}`;
  const data = [
    segment.node === undefined ? "" : `about=${segment.node}`,
    segment.entry === undefined ? "" : `entry=${segment.entry}`,
    segment.number === undefined ? "" : `value=${segment.number}`,
  ].filter(Boolean);
  return data.length === 0 ? inner : `\\htmlData{${data.join(", ")}}{${inner}}`;
}

export const tintOf = (x: number | undefined): "lv-plus" | "lv-minus" | undefined =>
  x === undefined || Number.isNaN(x) || x === 0 ? undefined : x > 0 ? "lv-plus" : "lv-minus";
