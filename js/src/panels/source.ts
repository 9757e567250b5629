// The reader's own functions. While recording the node's own expression is marked, while solving the places that read it; what is
// pointed at or pinned is marked so at any step, and then the step's own marks are dotted.
import { h, setAttribute } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { nameElement } from "../names.ts";
import { inkOf } from "../python.ts";
import type { Range, Scene, SourceFile } from "../scene.ts";
import { nodeInQuestion, type State } from "../state.ts";
import { shortLabel } from "./card.ts";

/** A stretch of a line over which nothing changes, and what it belongs to. */
interface Piece {
  readonly element: HTMLElement;
  readonly line: HTMLElement;
  readonly nodes: readonly number[];
  readonly entries: readonly number[];
}

interface Marked {
  readonly range: Range;
  readonly node?: number;
  readonly entry?: number;
}

export function source(el: HTMLElement, state: State, signal: AbortSignal): void {
  const body = h("div", { class: "lv-source-body" });
  const aside = h("span", { class: "lv-aside" });
  el.append(h("div", { class: "lv-head" }, h("h3", { class: "lv-heading" }, "Source"), aside), body);
  const drawn = built(() => {
    const scene = state.scene.value;
    const pieces: Piece[] = [];
    const ranges = rangesOf(scene);
    const several = scene.files.length > 1;
    const files = scene.files.map((file, index) =>
      fileElement(
        file,
        ranges.filter(({ range }) => range[0] === index),
        several,
        pieces,
      ),
    );
    return { files, pieces };
  });
  whenever(el, signal, () => {
    const { files } = drawn.value;
    body.replaceChildren(
      ...(files.length === 0 ? [h("p", { class: "lv-quiet" }, "This program came without source.")] : files),
    );
  });

  whenever(el, signal, () => aside.replaceChildren(...keyElements(state)));
  whenever(el, signal, () => {
    const moment = state.moment.value;
    const scene = state.scene.value;
    const chosen = state.lit.value === null ? null : nodeInQuestion(state);
    // Who reads it is half of what is asked for.
    const telling = moment.phase === "solve" && moment.tells;
    const itself = moment.phase === "record" || moment.asked !== null;
    const recorded = itself && !telling ? moment.active : [];
    const reading = telling ? moment.active.filter((i) => scene.nodes[i]?.row) : [];
    const readersOf = (nodes: readonly number[]) => new Set(nodes.flatMap((i) => scene.readers[i] ?? []));
    const own = new Set(chosen === null ? recorded : [chosen]);
    const read = readersOf(chosen === null ? reading : [chosen]);
    const step = { own: new Set(recorded), read: readersOf(reading) };
    const lit = state.lit.value;
    if (lit !== null && "entry" in lit) read.add(lit.entry);
    const lines = new Set<HTMLElement>();
    for (const { element, line, nodes, entries } of drawn.value.pieces) {
      const isRead = entries.some((k) => read.has(k));
      const isOwn = !isRead && nodes.some((i) => own.has(i));
      element.classList.toggle("lv-reads", isRead);
      element.classList.toggle("lv-own", isOwn);
      const ofStep = entries.some((k) => step.read.has(k)) || nodes.some((i) => step.own.has(i));
      element.classList.toggle("lv-of-step", chosen !== null && ofStep);
      if (isRead || isOwn) lines.add(line);
    }
    for (const line of body.querySelectorAll<HTMLElement>(".lv-line")) {
      const marked = lines.has(line);
      line.classList.toggle("lv-marked", marked);
      if (line.parentElement !== null) setAttribute(line.parentElement, "aria-current", marked ? "true" : null);
    }
    const [marked] = lines;
    // After the frame that draws the step: measuring now would make it wait for the page's layout.
    if (marked !== undefined) requestAnimationFrame(() => keepInSight(body, marked));
  });
}

/** What the two kinds of marks are. */
function keyElements(state: State): (Node | string)[] {
  const label = state.scene.value.nodes[state.pinned.value ?? -1]?.label;
  if (label === undefined || state.moment.value.phase === "lagrangian") return [];
  return ["of ", nameElement(shortLabel(label)), "; ", h("span", { class: "lv-of-step" }, "this step")];
}

/** Scroll the source itself, never what is around it. */
function keepInSight(body: HTMLElement, line: HTMLElement): void {
  const [outer, inner] = [body.getBoundingClientRect(), line.getBoundingClientRect()];
  if (inner.top < outer.top) body.scrollTop -= outer.top - inner.top + inner.height;
  else if (inner.bottom > outer.bottom) body.scrollTop += inner.bottom - outer.bottom + inner.height;
}

function rangesOf(scene: Scene): Marked[] {
  return [
    ...scene.nodes.flatMap(({ source }, node) => (source === null ? [] : [{ range: source, node }])),
    ...scene.entries.flatMap(({ sources }, entry) => sources.map((range) => ({ range, entry }))),
  ];
}

function fileElement(file: SourceFile, ranges: readonly Marked[], several: boolean, pieces: Piece[]): HTMLElement {
  const name = several && h("p", { class: "lv-file-name" }, file.name);
  if (file.missing !== null) return h("div", { class: "lv-file" }, name, h("p", { class: "lv-quiet" }, file.missing));
  const ink = inkOf(file.lines);
  const digits = String(file.first_line + file.lines.length).length;
  const lines = file.lines.map((text, index) => {
    const line = h(
      "span",
      { class: "lv-line" },
      h("span", { class: "lv-line-number", "aria-hidden": "true" }, String(file.first_line + index).padStart(digits)),
    );
    line.style.setProperty("--lv-indent", `${text.length - text.trimStart().length}ch`);
    const here = ranges.filter(({ range: [, from, , to] }) => from <= index && index <= to);
    const cuts = new Set([0, text.length, ...(ink[index] ?? []).flatMap(({ start, end }) => [start, end])]);
    for (const { range } of here) for (const cut of extent(range, index, text.length)) cuts.add(cut);
    const places = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
    places.slice(0, -1).forEach((start, p) => {
      const end = places[p + 1] ?? text.length;
      const covering = here.filter(({ range }) => {
        const [from, to] = extent(range, index, text.length);
        return from <= start && end <= to;
      });
      line.append(pieceElement(text.slice(start, end), start, covering, ink[index] ?? [], line, pieces));
    });
    return h("code", {}, line, "\n");
  });
  const code = h("pre", { class: "lv-code", tabindex: 0, "aria-label": `Source of ${file.name}` }, ...lines);
  code.style.setProperty("--lv-gutter", `${digits}ch`);
  return h("div", { class: "lv-file" }, name, code);
}

/** The part of a range that lies on a line. */
const extent = (
  [, firstLine, firstColumn, lastLine, lastColumn]: Range,
  line: number,
  length: number,
): [number, number] => [firstLine === line ? firstColumn : 0, lastLine === line ? lastColumn : length];

function pieceElement(
  text: string,
  start: number,
  covering: readonly Marked[],
  ink: readonly { start: number; end: number; kind: string }[],
  line: HTMLElement,
  pieces: Piece[],
): HTMLElement | string {
  const kind = ink.find((token) => token.start <= start && start < token.end)?.kind;
  if (covering.length === 0 && kind === undefined) return text;
  const nodes = covering.flatMap(({ node }) => (node === undefined ? [] : [node]));
  const entries = covering.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  // The innermost is the one that is meant by pointing here: an expression, or a place that reads one.
  const innermost = [...covering].sort((a, b) => size(a.range) - size(b.range))[0];
  const data = { "data-about": innermost?.node, "data-entry": innermost?.entry };
  const element = h("span", { class: kind === undefined ? null : `lv-${kind}`, ...data }, text);
  if (covering.length > 0) pieces.push({ element, line, nodes, entries });
  return element;
}

const size = ([, firstLine, firstColumn, lastLine, lastColumn]: Range): number =>
  (lastLine - firstLine) * 10_000 + lastColumn - firstColumn;
