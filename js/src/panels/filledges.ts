// What elimination makes of the edges: a path around the node that is taken out is an edge of its own from then on.
import { s } from "../dom.ts";
import { type Changed, cellKey, type Evolved, filledWords } from "../elimination.ts";
import type { Point } from "../layout.ts";
import type { Scene } from "../scene.ts";
import { type Box, drawEdge, type Edge } from "./edges.ts";

/** How far from a card the first edge passes it, and each next one. */
const ASIDE = 13;
const APART = 7;

/** On which side of a card an edge passes it: the one it comes from, else the one it goes to. */
export function sideOf(into: readonly Point[], card: Box, out: readonly Point[]): -1 | 1 {
  const middle = card.x + card.width / 2;
  const [from, to] = [(into[0]?.x ?? middle) - middle, (out.at(-1)?.x ?? middle) - middle];
  return (Math.abs(from) > 1 ? from : to) < 0 ? -1 : 1;
}

/** From i to j past the card between them: along the edges that met there, and beside it, as the nth on its side. */
export function bypass(into: readonly Point[], card: Box, out: readonly Point[], nth: number): Point[] {
  const away = ASIDE + APART * nth;
  const x = sideOf(into, card, out) < 0 ? card.x - away : card.x + card.width + away;
  return [...into.slice(0, -1), { x, y: card.y }, { x, y: card.y + card.height }, ...out.slice(1)];
}

export interface FilledEdge extends Edge {
  readonly cell: Changed;
}

/** The edges that are there at a step and were not stored, each drawn once. */
export function filledEdges(
  scene: Scene,
  boxes: readonly Box[],
  lines: readonly (readonly Point[])[],
): (evolved: Evolved) => FilledEdge[] {
  const paths = new Map<string, readonly Point[]>(
    lines.map((line, k) => [cellKey(scene.entry_row[k] ?? -1, scene.entry_column[k] ?? -1), line]),
  );
  const passing = new Map<string, number>();
  const drawn = new Map<string, Edge>();

  /** In the order in which they came, so that the two edges that met at a node have their paths already. */
  function pathOf(key: string, { row, column, through }: Changed): readonly Point[] {
    const known = paths.get(key);
    if (known !== undefined) return known;
    const [into, out] = [paths.get(cellKey(row, through)), paths.get(cellKey(through, column))];
    const card = boxes[through];
    if (into === undefined || out === undefined || card === undefined) return [];
    const side = `${through} ${sideOf(into, card, out)}`;
    const nth = passing.get(side) ?? 0;
    passing.set(side, nth + 1);
    const path = bypass(into, card, out, nth);
    paths.set(key, path);
    return path;
  }

  function filledEdge(key: string, cell: Changed, path: readonly Point[]): Edge {
    const edge = drawEdge(null, path);
    edge.element.classList.add("lv-filled-edge");
    edge.element.dataset.fill = key;
    edge.element.prepend(s("title", {}, filledWords(scene, cell)));
    return edge;
  }

  return ({ cells }) =>
    [...cells].flatMap(([key, cell]) => {
      if (cell.through < 0) return [];
      const path = pathOf(key, cell);
      if (path.length === 0 || cell.gone) return [];
      const edge = drawn.get(key) ?? filledEdge(key, cell, path);
      drawn.set(key, edge);
      return [{ ...edge, cell }];
    });
}
