// Formulas: KaTeX, its fonts, and segments of text as elements. Names and entries keep their links.

import katex, { type KatexOptions } from "katex";
import mainBold from "katex/dist/fonts/KaTeX_Main-Bold.woff2";
import mainItalic from "katex/dist/fonts/KaTeX_Main-Italic.woff2";
import mainRegular from "katex/dist/fonts/KaTeX_Main-Regular.woff2";
import mathItalic from "katex/dist/fonts/KaTeX_Math-Italic.woff2";
import size1 from "katex/dist/fonts/KaTeX_Size1-Regular.woff2";
import size2 from "katex/dist/fonts/KaTeX_Size2-Regular.woff2";
import size3 from "katex/dist/fonts/KaTeX_Size3-Regular.woff2";
import size4 from "katex/dist/fonts/KaTeX_Size4-Regular.woff2";
import { h } from "./dom.ts";
import { fullNumber } from "./format.ts";
import { tintOf } from "./latex.ts";
import { lambdaElement, nameElement } from "./names.ts";
import type { Scene, StepLine } from "./scene.ts";
import { fill, type Segment } from "./template.ts";

// Bold italics, as of the name of an active row, the browser makes of the italics: in one way for short and long names.
const FONTS: readonly (readonly [string, Uint8Array<ArrayBuffer>, FontFaceDescriptors])[] = [
  ["KaTeX_Main", mainRegular, {}],
  ["KaTeX_Main", mainItalic, { style: "italic" }],
  ["KaTeX_Main", mainBold, { weight: "bold" }],
  ["KaTeX_Math", mathItalic, { style: "italic" }],
  ["KaTeX_Size1", size1, {}],
  ["KaTeX_Size2", size2, {}],
  ["KaTeX_Size3", size3, {}],
  ["KaTeX_Size4", size4, {}],
];

let loading: Promise<unknown> | undefined;

/** Load the fonts, once for the whole page: a shadow root ignores @font-face, but sees the document's fonts. */
export function loadFonts(): Promise<unknown> {
  loading ??= Promise.allSettled(
    FONTS.map(async ([family, bytes, descriptors]) => {
      document.fonts.add(await new FontFace(family, bytes.buffer, descriptors).load());
    }),
  );
  return loading;
}

const OPTIONS: KatexOptions = {
  // KaTeX would draw an error with an inline style, which a saved page's policy refuses.
  throwOnError: true,
  strict: "ignore",
  trust: ({ command }) => command === "\\htmlData" || command === "\\htmlClass",
};

/** A name of several letters as one word: it looks the same, and is read as a word and not spelt. */
const asWords = (latex: string): string => latex.replace(/\\mathit\{((?:[^{}\\]|\\_)*)\}/g, "\\textit{$1}");

/** Draw LaTeX into an element; what KaTeX cannot read stands there as text. */
export function drawMath(element: HTMLElement, latex: string): HTMLElement {
  try {
    katex.render(asWords(latex), element, OPTIONS);
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    element.replaceChildren(h("code", {}, latex));
  }
  for (const part of element.querySelectorAll<HTMLElement>("[data-value]")) {
    part.title = fullNumber(Number(part.dataset.value));
  }
  return element;
}

export const math = (latex: string, className = "lv-math"): HTMLElement =>
  drawMath(h("span", { class: className }), latex);

/** What a sentence is made of, on the page. */
type Piece = HTMLElement | string;

const STOPS = /^[.,;:?!]+/;

/** Pieces and what follows them; a full stop or comma never begins a line, as it could after a formula. */
export function followedBy(pieces: readonly Piece[], text: string): Piece[] {
  const last = pieces.at(-1);
  const stop = STOPS.exec(text)?.[0] ?? "";
  if (stop === "" || last === undefined || typeof last === "string") return [...pieces, text];
  return [...pieces.slice(0, -1), h("span", { class: "lv-together" }, last, stop), text.slice(stop.length)];
}

/** A filled template as elements. */
export function segmentElements(segments: readonly Segment[], scene: Scene): Piece[] {
  let pieces: Piece[] = [];
  for (const segment of segments) {
    pieces = segment.kind === "text" ? followedBy(pieces, segment.text) : [...pieces, segmentElement(segment, scene)];
  }
  return pieces;
}

/** A line of a step: what it is about, then what it says. */
export function lineElement({ label, text }: StepLine, scene: Scene): HTMLElement {
  const words = segmentElements(fill(text, scene), scene);
  if (label === null) return h("p", {}, ...words);
  return h("p", {}, h("strong", {}, ...segmentElements(fill(label, scene), scene)), " ", ...words);
}

function segmentElement(segment: Segment, scene: Scene): HTMLElement {
  const label = scene.nodes[segment.node ?? -1]?.label ?? "";
  const data = { "data-about": segment.node, "data-entry": segment.entry };
  if (segment.kind === "name") return h("span", { class: "lv-link", ...data }, nameElement(label));
  if (segment.kind === "lambda") return h("span", { class: "lv-link", ...data }, lambdaElement(label));
  if (segment.kind === "equation") {
    return h("span", { class: "lv-link", ...data }, math(scene.nodes[segment.node ?? -1]?.equation ?? ""));
  }
  const tint = segment.tinted ? (tintOf(segment.number) ?? "") : "";
  return h(
    "span",
    {
      class: `lv-number ${segment.result ? "lv-result" : ""} ${tint}`.trim(),
      title: segment.number === undefined ? null : fullNumber(segment.number),
      "data-value": segment.number,
      ...data,
    },
    segment.text,
  );
}
