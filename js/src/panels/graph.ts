// The computational graph: cards for nodes, edges for stored entries. Built once for a scene, brought up to each step.
import { h, s } from "../dom.ts";
import { type EdgeLook, edgeLooks } from "../edgelooks.ts";
import { built, whenever } from "../effects.ts";
import type { Changed, Evolved } from "../elimination.ts";
import { layout } from "../layout.ts";
import { nameElement } from "../names.ts";
import { askedInstead, type Scene, sameStructure } from "../scene.ts";
import { largestMultiplier } from "../signed.ts";
import type { State } from "../state.ts";
import type { Moment } from "../timeline.ts";
import { type Card, cardSize, drawCard, type Size } from "./card.ts";
import { loopBox, pillBox } from "./corners.ts";
import {
  type Box,
  chevronBox,
  drawChevron,
  drawEdge,
  drawPartial,
  drawQuietEdge,
  type Edge,
  surrounding,
} from "./edges.ts";
import { type FilledEdge, filledEdges } from "./filledges.ts";
import { nodeList } from "./nodelist.ts";
import { nudgeHandle } from "./nudge.ts";
import { nudgePlace } from "./nudgeplace.ts";
import { createView } from "./zoom.ts";

/** Room at the sides for the marker and the +ε handle, above and below for pills and outlines. */
const MARGIN = { left: 26, right: 30, top: 10, bottom: 12 };
const PRICE = "The price λ of an equation: how much the result changes for each unit that is added to it.";
const GAP = { gapX: 28, gapY: 38 };

interface Drawn {
  readonly scene: Scene;
  readonly cards: readonly Card[];
  readonly boxes: readonly Box[];
  /** What stands on the corners of each card. */
  readonly corners: readonly (readonly Box[])[];
  readonly edges: readonly Edge[];
  readonly filled: (evolved: Evolved) => readonly FilledEdge[];
  readonly quiet: readonly { readonly from: number; readonly to: number; readonly element: SVGElement }[];
  readonly bounds: Box;
}

export function graph(el: HTMLElement, state: State, signal: AbortSignal): void {
  const edgeLayer = s("g", { class: "lv-edges" });
  const cardLayer = s("g", { class: "lv-cards" });
  const labelLayer = s("g", { class: "lv-labels" });
  const filledLayer = s("g", { class: "lv-edges" });
  const moving = s("g", {}, edgeLayer, filledLayer, cardLayer, labelLayer);
  const svg = s("svg", { class: "lv-graph-picture", "aria-hidden": "true" }, moving);
  const overlay = h("div", { class: "lv-overlay" });
  const nothing = h("p", { class: "lv-nothing lv-quiet" }, "Nothing recorded yet");
  const frame = h("div", { class: "lv-graph-view" }, svg, overlay, nothing);
  const view = createView(frame, svg, [moving, overlay], signal);
  frame.append(view.buttons);
  const key = h("span", { class: "lv-aside", title: PRICE });
  el.append(
    h("div", { class: "lv-head" }, h("h3", { class: "lv-heading" }, "Computational graph"), key),
    nodeList(state, show, signal),
    frame,
  );
  whenever(el, signal, () => frame.classList.toggle("lv-sizes", state.sizes.value));
  whenever(el, signal, () => {
    const scene = state.scene.value;
    const other = askedInstead(scene);
    const of = other === null ? [] : ["of ", nameElement(scene.nodes[other]?.label ?? ""), " "];
    key.replaceChildren("value above, price λ ", ...of, "below");
  });
  const drawn = built(() => draw(state.scene.value, state.wrong.value));
  let before: Scene | undefined;
  whenever(el, signal, () => {
    const { scene, edges, quiet, cards, bounds } = drawn.value;
    edgeLayer.replaceChildren(...[...quiet, ...edges].map(({ element }) => element));
    cardLayer.replaceChildren(...cards.map(({ element }) => element));
    const same = before !== undefined && sameStructure(before, scene);
    // Other numbers in the same cards are no reason for columns to move.
    if (!same) state.needs.graph.value = bounds;
    view.show(bounds, same);
    before = scene;
  });
  // What is chosen elsewhere, or by keyboard, is brought into sight; what is pointed at in the picture is there already.
  function show(i: number | null): void {
    const box = i === null ? undefined : drawn.peek().boxes[i];
    if (box !== undefined) view.reveal(box);
  }
  whenever(el, signal, () => {
    nothing.hidden = state.moment.value.step > 0;
  });
  const labels = built(() => update(drawn.value, state.moment.value, view.room.value));
  whenever(el, signal, () => {
    labelLayer.replaceChildren(...labels.value.elements);
    filledLayer.replaceChildren(...labels.value.filled);
  });
  whenever(el, signal, () => {
    // Of several, as all the inputs are, the first.
    const [active] = state.moment.value.active;
    const box = active === undefined ? undefined : drawn.value.boxes[active];
    if (box !== undefined) view.reveal(box, together(drawn.value, state.moment.value, box));
  });
  whenever(el, signal, () => show(state.pinned.value));
  const nudgeAt = (i: number) => {
    const { boxes, corners, edges } = drawn.value;
    const others = [...corners.flat(), ...labels.value.boxes, ...edges.flatMap(({ boxes }) => boxes)];
    return nudgePlace(boxes, others, view.room.value, i);
  };
  nudgeHandle(overlay, state, nudgeAt, signal);
}

/** The active card with those its step reads from, on which the step's arrows end. */
function together({ scene, boxes }: Drawn, { entries, phase }: Moment, box: Box): Box {
  const ends = phase === "solve" ? [...entries].flatMap((k) => boxes[scene.entry_column[k] ?? -1] ?? []) : [];
  return surrounding([box, ...ends]);
}

function draw(scene: Scene, wrong: ReadonlyMap<number, number>): Drawn {
  const sizes = scene.nodes.map((_, i) => cardSize(scene, i));
  const nodes = sizes.map(({ width, height, head }, i) => ({
    width,
    height: height + head,
    input: scene.nodes[i]?.kind === "input",
  }));
  const stored = [...scene.entry_row].map((from, k) => ({ from, to: scene.entry_column[k] ?? 0 }));
  const unstored = readsWithoutEntry(scene);
  const placed = layout(nodes, [...stored, ...unstored], GAP);
  const shift = ({ x, y }: { x: number; y: number }) => ({ x: x + MARGIN.left, y: y + MARGIN.top });
  const boxes = placed.nodes.map((centre, i) => {
    const { x, y } = shift(centre);
    const { width, height, head } = sizes[i] as Size;
    return { x: x - width / 2, y: y - (height + head) / 2, width, height: height + head };
  });
  const corners = boxes.map(({ x, y, width, height }, i) => {
    const { pill = null, kind } = scene.nodes[i] ?? {};
    return [
      ...(pill === null || kind === "guard" ? [] : [pillBox(pill, x + width, y + (sizes[i]?.head ?? 0))]),
      ...(kind === "implicit" ? [loopBox(x, y + height)] : []),
    ];
  });
  const largest = largestMultiplier(scene);
  const cards = placed.nodes.map((centre, i) => {
    const card = drawCard(scene, i, sizes[i] as Size, largest, wrong.get(i));
    const { x, y } = shift(centre);
    card.element.setAttribute("transform", `translate(${x} ${y})`);
    return card;
  });
  const lines = stored.map((_, entry) => (placed.edges[entry] ?? []).map(shift));
  const edges = lines.map((line, entry) => drawEdge(entry, line));
  const quiet = unstored.map((ends, n) => {
    const points = (placed.edges[stored.length + n] ?? []).map(shift);
    return { ...ends, element: drawQuietEdge(points) };
  });
  const bounds = {
    x: 0,
    y: 0,
    width: placed.width + MARGIN.left + MARGIN.right,
    height: placed.height + MARGIN.top + MARGIN.bottom,
  };
  return { scene, cards, boxes, corners, edges, filled: filledEdges(scene, boxes, lines), quiet, bounds };
}

/** A decision reads x > 0, but no derivative passes: it has an edge, and no entry. */
const readsWithoutEntry = (scene: Scene): { from: number; to: number }[] =>
  scene.nodes.flatMap(({ reads }, to) => {
    const withEntry = new Set((scene.reads[to] ?? []).map((k) => scene.entry_row[k]));
    return reads.filter((from) => !withEntry.has(from)).map((from) => ({ from, to }));
  });

/** Bring cards and edges up to a step; what stands on the active edges, and where. */
function update(
  { scene, cards, boxes, corners, edges, filled: filledAt, quiet }: Drawn,
  moment: Moment,
  room: Box,
): Labels {
  for (const card of cards) card.update(moment);
  const hidden = (node: number) => moment.states[node] === "hidden";
  for (const { from, to, element } of quiet) element.dataset.state = hidden(from) || hidden(to) ? "hidden" : "recorded";

  const looks = edgeLooks(scene, moment);
  const stored = edges.map((edge, entry) => ({ edge, entry, ...(looks[entry] as EdgeLook) }));
  const filled = filledAt(moment.evolved).map((edge) => ({ edge, entry: null, ...lookOf(edge.cell) }));
  const all = [...stored, ...filled];
  for (const { edge, state } of all) edge.element.dataset.state = state;
  const active = all.filter(({ state }) => state === "active");
  const inTheWay = active.length === 0 ? [] : all.filter(({ state }) => state === "recorded" || state === "active");
  const cardsAndCorners = boxes.flatMap((box, i) => (hidden(i) ? [] : [box, ...(corners[i] ?? [])]));
  const taken = [...cardsAndCorners, ...inTheWay.flatMap(({ edge }) => edge.boxes)];
  const others = taken.length;
  // Where products are handed on, no price climbs.
  const climbs = moment.phase === "solve" && ![...moment.evolved.cells.values()].some(({ written }) => written);
  const elements: SVGElement[] = [];
  for (const { edge, ...what } of active) {
    if (climbs) {
      elements.push(drawChevron(edge));
      taken.push(chevronBox(edge));
    }
    elements.push(drawPartial(scene, what, edge, taken, room));
  }
  return { elements, filled: filled.map(({ edge }) => edge.element), boxes: taken.slice(others) };
}

const lookOf = ({ row, column, value, written, read }: Changed): EdgeLook => ({
  from: row,
  to: column,
  state: written || read ? "active" : "recorded",
  number: -value,
  changed: true,
});

interface Labels {
  readonly elements: readonly SVGElement[];
  /** Edges that elimination filled in. */
  readonly filled: readonly SVGElement[];
  readonly boxes: readonly Box[];
}
