// Edges of the graph: one for each stored entry, from i to its reader j. The active ones carry their partial, and a chevron
// that climbs from the reader to i, the way the price goes.
import { s } from "../dom.ts";
import type { EdgeLook } from "../edgelooks.ts";
import { cellKey } from "../elimination.ts";
import type { Size } from "../fit.ts";
import { formatNumber, fullNumber } from "../format.ts";
import { tintOf } from "../latex.ts";
import type { Point } from "../layout.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, runsWidth, tspans } from "../names.ts";
import type { Scene } from "../scene.ts";
import { shortLabel } from "./card.ts";
import { ARROW, type Curve, curveThrough } from "./curve.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Edge {
  readonly element: SVGGElement;
  readonly curve: Curve;
  /** Small boxes along it, for whatever should not lie on it. */
  readonly boxes: readonly Box[];
}

const WAYSIDE = 6;

/** `entry` is null of an edge that no stored entry is. */
export function drawEdge(entry: number | null, points: readonly Point[]): Edge {
  const curve = curveThrough(points);
  const element = s(
    "g",
    { class: "lv-edge", "data-entry": entry },
    s("path", { class: "lv-edge-hit", d: curve.path }),
    s("path", { class: "lv-edge-line", d: curve.path }),
    arrowHead(points),
  );
  const stops = Math.ceil(curve.length / (2 * WAYSIDE));
  const boxes = Array.from({ length: stops + 1 }, (_, stop) => {
    const { x, y } = curve.at(stop / Math.max(stops, 1));
    return { x: x - WAYSIDE / 2, y: y - WAYSIDE / 2, width: WAYSIDE, height: WAYSIDE };
  });
  return { element, curve, boxes };
}

/** A line along which nothing flows back. */
export function drawQuietEdge(points: readonly Point[]): SVGGElement {
  const { path } = curveThrough(points);
  return s("g", { class: "lv-edge lv-quiet-edge" }, s("path", { class: "lv-edge-line", d: path }), arrowHead(points));
}

function arrowHead(points: readonly Point[]): SVGPathElement {
  const { x, y } = points.at(-1) ?? { x: 0, y: 0 };
  return s("path", { class: "lv-arrow", d: `M${x - 4} ${y - ARROW - 1}h8l-4 ${ARROW + 0.5}z` });
}

/** A chevron that points from the reader up to i. */
export function drawChevron(edge: Edge): SVGElement {
  const { x, y, angle } = edge.curve.at(0.5);
  const climbing = s("path", { class: "lv-chevron", d: "M-7.5 5.5L0 -3.5L7.5 5.5" });
  return s("g", { transform: `translate(${x} ${y}) rotate(${angle - 90})` }, climbing);
}

export function chevronBox(edge: Edge): Box {
  const { x, y } = edge.curve.at(0.5);
  return { x: x - 10, y: y - 8, width: 20, height: 16 };
}

const LABEL = { height: 25, name: 14.5, number: 13 };

/** What stands on an edge; `entry` is null of one that elimination filled in. */
type EdgeNumber = Omit<EdgeLook, "state"> & { readonly entry: number | null };

/** The partial beside its edge, where it covers least of what is there; or what goes from i to j since others are gone. */
export function drawPartial(scene: Scene, what: EdgeNumber, edge: Edge, taken: Box[], bounds: Box): SVGGElement {
  const { from, to, entry, number: partial, changed } = what;
  const name = (node: number) => labelRuns(shortLabel(scene.nodes[node]?.label ?? ""));
  const runs = changed
    ? [...name(from), { text: " → ", level: 0, upright: true }, ...name(to)]
    : [{ text: "∂", level: 0 }, ...name(to), { text: "/∂", level: 0 }, ...name(from)];
  const scalar = entry !== null && scene.entries[entry]?.structure === "scalar";
  const number = Number.isNaN(partial) && !scalar ? "" : formatNumber(partial);
  const nameRoom = runsWidth(runs, LABEL.name, nameWidth);
  const numberRoom = number === "" ? 0 : textWidth(number) * LABEL.number * 1.08 + 8;
  const width = Math.ceil(nameRoom + numberRoom + 20);
  const box = bestPlace(edge, { width, height: LABEL.height }, changed ? EARLY : PLACES, taken, bounds);
  taken.push(box);
  return s(
    "g",
    {
      class: "lv-partial",
      "data-entry": entry,
      "data-fill": entry === null ? cellKey(from, to) : null,
      transform: `translate(${box.x} ${box.y})`,
    },
    s("title", {}, Number.isNaN(partial) ? "" : fullNumber(partial)),
    s("rect", { width, height: LABEL.height, rx: 7 }),
    s("text", { class: "lv-name-text", x: 10, y: 17 }, ...tspans(runs, LABEL.name)),
    number === ""
      ? null
      : s(
          "text",
          {
            class: `lv-number-text ${tintOf(partial) ?? ""}`,
            x: width - 10,
            y: 17,
            "text-anchor": "end",
            "font-size": LABEL.number,
            "data-value": partial,
          },
          number,
        ),
  );
}

/** Beside a slanted piece there is more room a little higher or lower. */
const SHIFTS = [0, -8, 8];
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
/** Where ways that began apart run together further on, the beginning tells them apart. */
const EARLY = [...PLACES].sort((a, b) => a - b);

function bestPlace(edge: Edge, size: Size, places: readonly number[], taken: readonly Box[], room: Box): Box {
  const { width, height } = size;
  const beside = places.flatMap((t) => {
    const { x, y } = edge.curve.at(t);
    return SHIFTS.flatMap((shift) => [
      { x: x + 14, y: y - height / 2 + shift, width, height },
      { x: x - 14 - width, y: y - height / 2 + shift, width, height },
    ]);
  });
  const across = places.map((t) => {
    const { x, y } = edge.curve.at(t);
    return { x: x - width / 2, y: y - height / 2, width, height };
  });
  const own = new Set(edge.boxes);
  const first = cheapest(beside, taken, room);
  const second = cheapest(
    across,
    taken.filter((box) => !own.has(box)),
    room,
  );
  return first.cost <= second.cost + ACROSS ? first.box : second.box;
}

/** On its edge a label is clear enough, but beside it is better. */
const ACROSS = 100;

/** Of several places the one that covers least; earlier ones are liked better. */
export const leastCovering = (places: readonly Box[], taken: readonly Box[], room: Box): Box =>
  cheapest(places, taken, room).box;

function cheapest(places: readonly Box[], taken: readonly Box[], room: Box): { box: Box; cost: number } {
  const around = surrounding(places);
  const near = taken.filter((other) => overlap(around, other) > 0);
  let best = { box: { x: 0, y: 0, width: 0, height: 0 }, cost: Number.POSITIVE_INFINITY };
  places.forEach((box, rank) => {
    const covered = near.reduce((sum, other) => sum + overlap(box, other), 0);
    const outside = box.width * box.height - overlap(box, room);
    const cost = 10 * (covered + outside) + rank;
    if (cost < best.cost) best = { box, cost };
  });
  return best;
}

export function surrounding(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
