// A row read as its equation: 1·λ_a − 0.3888·λ_h = 0, broken into lines where it is long.
import { s } from "../dom.ts";
import { afterOperator, formatNumber, fullNumber } from "../format.ts";
import { tintOf } from "../latex.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, lambdaRuns, runsWidth, tspans } from "../names.ts";
import { diagonalOf, multiplierOf, type Scene } from "../scene.ts";
import { termOf } from "../template.ts";
import { shortLabel } from "./card.ts";

export interface RowEquation {
  readonly height: number;
  draw(x: number, y: number): SVGGElement;
}

interface Piece {
  readonly width: number;
  draw(x: number, y: number): SVGElement;
}

const SIZE = 13.5;
const LINE = 22;
const SPACE = 4;
/** Longer sums are cut: the matrix row above has them all. */
const MOST_TERMS = 12;

/** The rows that are looked at for the longest equation: those with most readers. */
const LOOKED_AT = 60;

/** How much the longest of the equations takes, so that there is room for any of them. */
export function highestEquation(scene: Scene, room: number): number {
  const rows = scene.nodes.flatMap(({ row }, node) => (row ? [node] : []));
  const readers = (node: number) => scene.readers[node]?.length ?? 0;
  const long = rows.sort((a, b) => readers(b) - readers(a)).slice(0, LOOKED_AT);
  return Math.max(0, ...long.map((node) => drawEquation(scene, node, room).height));
}

export function drawEquation(scene: Scene, node: number, room: number): RowEquation {
  const entries = scene.readers[node] ?? [];
  const label = (i: number) => shortLabel(scene.nodes[i]?.label ?? "");
  const groups: Piece[][] = [
    [...wordPieces("row ", "lv-quiet-text"), namePiece(label(node), node), ...wordPieces(" says: ", "lv-quiet-text")],
    [...diagonalPieces(scene, node, label), lambdaPiece(label(node), node)],
    ...entries.slice(0, MOST_TERMS).map((entry) => termPieces(scene, entry, label)),
    ...(entries.length > MOST_TERMS ? [wordPieces(` … (${entries.length - MOST_TERMS} more)`)] : []),
  ];
  // With the last term, so that the right-hand side never has a line of its own.
  groups.at(-1)?.push(...wordPieces(` ${holds(scene, node) ? "=" : "≠"} ${formatNumber(scene.rhs[node] ?? 0)}`));
  const lines: { x: number; piece: Piece }[][] = [[]];
  let x = 0;
  for (const group of groups) {
    const width = group.reduce((sum, piece) => sum + piece.width, 0);
    if (x > 0 && x + width > room) {
      lines.push([]);
      x = 16;
    }
    for (const piece of group) {
      lines.at(-1)?.push({ x, piece });
      x += piece.width;
    }
  }
  return {
    height: lines.length * LINE + 6,
    draw: (left, top) =>
      s(
        "g",
        { class: "lv-row-equation" },
        ...lines.flatMap((line, l) => line.map(({ x, piece }) => piece.draw(left + x, top + l * LINE + 16))),
      ),
  };
}

/** Whether the multipliers meet the row; broken on purpose they do not. */
function holds(scene: Scene, node: number): boolean {
  const terms = (scene.readers[node] ?? []).map((entry) => termOf(scene, entry));
  const sides = [
    diagonalOf(scene, node) * multiplierOf(scene, node),
    -(scene.rhs[node] ?? 0),
    ...terms.map((term) => -term),
  ];
  const off = Math.abs(sides.reduce((sum, side) => sum + side, 0));
  return !(off > 1e-9 * sides.reduce((sum, side) => sum + Math.abs(side), 0));
}

/** 1·, or the number or block that an implicit equation has on the diagonal. */
function diagonalPieces(scene: Scene, node: number, label: (i: number) => string): Piece[] {
  const number = diagonalOf(scene, node);
  if (!Number.isNaN(number)) return wordPieces(`${formatNumber(number)}·`);
  const runs = [
    { text: "A", level: 0 },
    ...labelRuns(`${label(node)}${label(node)}`).map((run) => ({ ...run, level: 1 })),
  ];
  return [
    {
      width: runsWidth(runs, 15, nameWidth) + 3,
      draw: (x, y) => s("text", { x, y, class: "lv-name-text", "data-about": node }, ...tspans(runs, 15)),
    },
  ];
}

function wordPieces(text: string, className = ""): Piece[] {
  const spaces = text.length - text.trim().length;
  return [
    {
      width: textWidth(text.trim()) * SIZE + spaces * SPACE,
      draw: (x, y) =>
        s("text", { x: x + (text.startsWith(" ") ? SPACE : 0), y, "font-size": SIZE, class: className }, text.trim()),
    },
  ];
}

function namePiece(label: string, node: number): Piece {
  const runs = labelRuns(label);
  return {
    width: runsWidth(runs, 15, nameWidth) + 1,
    draw: (x, y) => s("text", { x, y, class: "lv-name-text", "data-about": node }, ...tspans(runs, 15)),
  };
}

function lambdaPiece(label: string, node: number): Piece {
  const runs = lambdaRuns(label);
  return {
    width: runsWidth(runs, 15, nameWidth) + 1,
    draw: (x, y) => s("text", { x, y, class: "lv-name-text", "data-about": node }, ...tspans(runs, 15)),
  };
}

/** − 0.3888·λ_h, with the number that stands in the cell: − (−1.1)·λ_p; − (∂f/∂z)ᵀ λ for a block. */
function termPieces(scene: Scene, entry: number, label: (i: number) => string): Piece[] {
  const reader = scene.entry_column[entry] ?? 0;
  const partial = scene.partial[entry] ?? Number.NaN;
  const lambda = lambdaPiece(label(reader), reader);
  if (Number.isNaN(partial) && scene.entries[entry]?.structure !== "scalar") {
    const runs = [
      { text: "(∂", level: 0 },
      ...labelRuns(label(reader)),
      { text: "/∂", level: 0 },
      ...labelRuns(label(scene.entry_row[entry] ?? 0)),
      { text: ")ᵀ ", level: 0 },
    ];
    const block: Piece = {
      width: runsWidth(runs, 15, nameWidth) + 1,
      draw: (x, y) => s("text", { x, y, class: "lv-name-text", "data-entry": entry }, ...tspans(runs, 15)),
    };
    return [...wordPieces(" − "), block, lambda];
  }
  const text = afterOperator(formatNumber(partial));
  const number: Piece = {
    width: textWidth(text) * SIZE * 1.08,
    draw: (x, y) =>
      s(
        "text",
        {
          x,
          y,
          "font-size": SIZE,
          class: `lv-strong ${tintOf(partial) ?? ""}`,
          "data-entry": entry,
          "data-value": partial,
        },
        s("title", {}, fullNumber(partial)),
        text,
      ),
  };
  return [...wordPieces(" − "), number, ...wordPieces("·"), lambda];
}
