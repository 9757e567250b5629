// The adjoint system (I − Jᵀ) λ = e_n as a picture: a cell for each stored entry, λ and the right-hand side beside it.
// Cells carry the partials, as the edges do; a switch shows A itself. Rows open to be read as equations.
import { signal as cell, type ReadonlySignal } from "@preact/signals-core";
import { h, on, s, textScale } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { cellKey, filledWords } from "../elimination.ts";
import { followedBy, math } from "../math.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, runsWidth } from "../names.ts";
import { askedInstead, type Scene } from "../scene.ts";
import { scrollable } from "../scrollable.ts";
import type { State } from "../state.ts";
import type { Moment } from "../timeline.ts";
import { shortLabel } from "./card.ts";
import { drawFrame, type Frame } from "./matrixframe.ts";
import { matrixGrid } from "./matrixgrid.ts";
import { namesShown } from "./matrixnames.ts";
import { EQUATION_INSET, LABEL, type Plan, planMatrix, type Room } from "./matrixplan.ts";
import { drawRow, type Row } from "./matrixrow.ts";
import { dragRows } from "./rowdrag.ts";
import { drawEquation, highestEquation, openRow, type RowEquation } from "./rowequation.ts";
import { switchButton } from "./switch.ts";

interface Drawn {
  readonly scene: Scene;
  readonly plan: Plan;
  readonly rows: readonly Row[];
  readonly asA: boolean;
  readonly frame: Frame;
}

const JACOBIAN =
  "J is the Jacobian: its row j holds what line j makes of each line it reads, ∂f_j/∂z_i. Jᵀ has its rows as columns, and A = I − Jᵀ.";

/** How much of a long system is seen at least. */
const LEAST_SEEN = 396;
/** Heading and margins around the picture, and the words below it. */
const AROUND = 44;
const READING = 26;

export function matrix(el: HTMLElement, state: State, signal: AbortSignal): void {
  const names = s("svg", { class: "lv-matrix-picture lv-matrix-names", "aria-hidden": "true" });
  const svg = s("svg", { class: "lv-matrix-picture lv-matrix-rows", "aria-hidden": "true" });
  const frame = h("div", { class: "lv-matrix-view" }, names, svg);
  const heading = h("h3", { class: "lv-heading" });
  const formula = h("span", { class: "lv-system", title: JACOBIAN });
  const asA = switchButton(
    "as A",
    state.asA,
    signal,
    "Show A = I − Jᵀ itself, whose entries are the partials with their signs turned",
  );
  const reading = h("p", { class: "lv-reading" });
  el.append(
    h("div", { class: "lv-head" }, heading, h("span", { class: "lv-aside lv-system-head" }, formula, asA)),
    matrixGrid(state, signal),
    frame,
    reading,
  );
  scrollable(frame, "The system, larger than its place", signal);
  const room = roomOf(el, frame, signal);
  // While recording rows come in the order of the program.
  const order = built(() => (state.moment.value.phase === "record" ? OWN : state.order.value));
  const askable = state.kernel?.questions ?? false;
  const drawn = built(() => draw(state, room.value, order.value, askable));
  const open = built(() => opening(drawn.value, state.moment.value));
  whenever(el, signal, () => {
    const scene = state.scene.value;
    const other = askedInstead(scene);
    heading.replaceChildren("Adjoint system", ...(other === null ? [] : [": prices of ", nameOf(scene, other)]));
    const right = other === null ? "e_n" : `e_{${scene.nodes[other]?.latex}}`;
    const left = state.asA.value ? "A\\,\\lambda" : "(I - J^{\\mathsf T})\\,\\lambda";
    formula.replaceChildren(math(`${left} = ${right}`));
  });
  whenever(el, signal, () => {
    const { rows, frame, plan } = drawn.value;
    state.needs.system.value = plan.widths;
    names.replaceChildren(frame.names);
    names.setAttribute("viewBox", `0 0 ${plan.width} ${plan.top}`);
    svg.replaceChildren(frame.behind, ...rows.map(({ element }) => element), frame.before);
  });
  whenever(el, signal, () => {
    const row = update(drawn.value, state.moment.value, open.value, svg);
    const { plan } = drawn.value;
    const shrunk = Math.min(room.value.width / plan.width, 1);
    const height = (units: number) => `${((units * shrunk) / 14).toFixed(2)}em`;
    frame.style.setProperty("--lv-matrix-width", String(plan.width));
    frame.style.setProperty("--lv-matrix-names", height(plan.top));
    el.style.setProperty("--lv-matrix-least", height(Math.min(plan.leastHeight, LEAST_SEEN)));
    el.style.setProperty("--lv-matrix-wish", height(plan.wishedHeight));
    // After the frame that draws the step: measuring now would make it wait for the page's layout.
    requestAnimationFrame(() => follow(frame, row));
  });
  whenever(el, signal, () => {
    const { scene, plan, rows, frame } = drawn.value;
    const { row, equation } = open.value;
    const height = equation?.height ?? 0;
    const shown = namesShown(scene, plan, state.moment.value, state.lit.value, { row, height });
    for (const [r, one] of rows.entries()) one.name(shown.rows.has(r));
    frame.name(shown.columns);
  });
  whenever(el, signal, () => {
    reading.replaceChildren(...readingElements(state));
  });
  on(svg as unknown as HTMLElement, "click", signal, (event) => {
    const asked = event.target instanceof Element ? event.target.closest<SVGElement>("[data-ask]") : null;
    if (asked !== null) state.kernel?.ask({ question: Number(asked.dataset.ask) });
  });
  dragRows(svg, state, () => drawn.peek().plan.owners, signal);
}

/** The room there is for the picture; a new one only when it really is another. */
function roomOf(panel: HTMLElement, frame: HTMLElement, end: AbortSignal): ReadonlySignal<Room> {
  const room = cell<Room>({ width: 492, height: Number.POSITIVE_INFINITY, tall: false });
  const measure = () => {
    const width = Math.floor(frame.clientWidth / textScale(frame));
    const tall = getComputedStyle(frame).getPropertyValue("--lv-bounded").trim() === "1";
    const last = room.peek();
    const words = panel.lastElementChild instanceof HTMLElement && panel.lastElementChild.offsetHeight > 0;
    const height = Math.floor(panel.clientHeight / textScale(frame)) - AROUND - (words ? READING : 0);
    if (width > 0 && (width !== last.width || Math.abs(height - last.height) > 2 || tall !== last.tall)) {
      room.value = { width, height, tall };
    }
  };
  const observer = new ResizeObserver(() => requestAnimationFrame(() => end.aborted || measure()));
  observer.observe(frame);
  observer.observe(panel);
  end.addEventListener("abort", () => observer.disconnect());
  return room;
}

const OWN: readonly number[] = [];

function draw(state: State, room: Room, order: readonly number[], askable: boolean): Drawn {
  const scene = state.scene.value;
  const asA = state.asA.value;
  const wrong = state.wrong.value;
  const plan = planMatrix(scene, room, order, {
    label: (node) => runsWidth(labelRuns(shortLabel(scene.nodes[node]?.label ?? "")), LABEL, nameWidth),
    equation: (width) => highestEquation(scene, width, asA),
    text: textWidth,
  });
  const rows = plan.owners.map((node) => drawRow(scene, plan, node, asA, askable, wrong.get(node)));
  return { scene, plan, rows, asA, frame: drawFrame(scene, plan, askable) };
}

interface Place {
  /** Height of the names, top and bottom of the row that is looked at, and of the whole picture, in the picture's units. */
  readonly names: number;
  readonly from: number;
  readonly to: number;
  readonly full: number;
}

/** Scroll the system itself, where there is more of it than is seen. */
function follow(frame: HTMLElement, { names, from, to, full }: Place): void {
  const hidden = frame.scrollHeight - frame.clientHeight;
  if (hidden < 2) return;
  const unit = frame.scrollHeight / full;
  const covered = names * unit;
  const [top, bottom] = [from * unit, to * unit];
  if (top >= frame.scrollTop + covered && bottom <= frame.scrollTop + frame.clientHeight) return;
  frame.scrollTop = Math.min(Math.max((top + bottom - covered - frame.clientHeight) / 2, 0), hidden);
}

interface OpenRow {
  /** Its place; −1 where none is open. */
  readonly row: number;
  readonly equation: RowEquation | null;
}

function opening({ scene, plan, asA }: Drawn, moment: Moment): OpenRow {
  const node = openRow(moment);
  const row = plan.place[node] ?? -1;
  return { row, equation: row < 0 ? null : drawEquation(scene, node, plan.rhs - plan.cells - EQUATION_INSET, asA) };
}

function update({ plan, rows, frame }: Drawn, moment: Moment, open: OpenRow, svg: SVGSVGElement): Place {
  const opened = open.equation?.height ?? 0;
  const recorded = plan.owners.filter((node) => moment.states[node] !== "hidden").length;
  rows.forEach((row, r) => {
    const y = plan.top + r * plan.rowHeight + (open.row >= 0 && r > open.row ? opened : 0);
    row.element.style.transform = `translateY(${y}px)`;
    row.update(moment, r === open.row ? open.equation : null, recorded);
  });
  const height = plan.top + rows.length * plan.rowHeight + opened;
  frame.update(moment, height, recorded);
  const full = height + plan.foot;
  svg.setAttribute("viewBox", `0 ${plan.top} ${plan.width} ${full - plan.top}`);
  const looked = plan.place[moment.active.at(-1) ?? -1] ?? -1;
  const from = looked < 0 ? 0 : plan.top + looked * plan.rowHeight;
  return { names: plan.top, from, to: looked < 0 ? 0 : from + plan.rowHeight + opened, full };
}

const nameOf = (scene: Scene, node: number): HTMLElement =>
  h("span", { class: "lv-link", "data-about": node }, math(scene.nodes[node]?.latex ?? ""));

/** What the node or entry pointed at reads, and who reads it, in words. */
function readingElements(state: State): (HTMLElement | string)[] {
  const scene = state.scene.value;
  const lit = state.lit.value;
  if (lit === null) return ["Point at a name: its row is who reads it, its column what it reads."];
  if ("row" in lit) {
    const { row, column } = lit;
    const cell = state.moment.value.evolved.cells.get(cellKey(row, column));
    return [filledWords(scene, { row, column, through: cell?.through ?? -1 })];
  }
  const node = "node" in lit ? lit.node : (scene.entry_row[lit.entry] ?? 0);
  const list = (nodes: readonly number[], none: string) =>
    nodes.length === 0
      ? [none]
      : [...new Set(nodes)]
          .slice(0, 8)
          .flatMap((i, at, all) => [at === 0 ? "" : at === all.length - 1 ? " and " : ", ", nameOf(scene, i)]);
  const reads = [...(scene.nodes[node]?.reads ?? [])];
  // Decisions read as well, though they have no entry in A.
  const readers = scene.nodes.flatMap((other, i) => (other.reads.includes(node) ? [i] : []));
  return [
    h("span", {}, nameOf(scene, node), " reads ", ...followedBy(list(reads, "nothing"), ".")),
    h(
      "span",
      {},
      "Read by ",
      ...followedBy(list(readers, node === scene.output ? "no one: it is the result" : "no one"), "."),
    ),
  ];
}
