// A row read as its equation: 1·λ_a − 0.3888·λ_h = 0, broken into lines where it is long; and as words, for those who do not
// see it. Its numbers are those that stand in the cells: of A itself it is 1·λ_a + (−0.3888)·λ_h = 0.
import { s } from "../dom.ts";
import { afterOperator, formatNumber, fullNumber } from "../format.ts";
import { tintOf } from "../latex.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, lambdaRuns, type Run, runsWidth, tspans } from "../names.ts";
import { diagonalOf, multiplierOf, type Scene } from "../scene.ts";
import { termOf } from "../template.ts";
import type { Moment } from "../timeline.ts";
import { shortLabel } from "./card.ts";

export interface RowEquation {
  readonly height: number;
  draw(x: number, y: number): SVGGElement;
}

interface Piece {
  readonly text: string;
  readonly width: number;
  draw(x: number, y: number): SVGElement;
}

const SIZE = 13.5;
const NAMES = 15;
const LINE = 22;
const SPACE = 4;
/** Longer sums are cut: the matrix row above has them all. */
const MOST_TERMS = 12;

/** The rows that are looked at for the longest equation: those with most readers. */
const LOOKED_AT = 60;

/** The row that is open: one is read as its equation; several at once, a column, or a row that was changed are only marked. */
export function openRow({ phase, tells, column, evolved, active }: Moment): number {
  const [single = -1, ...others] = phase === "solve" && tells && !column && evolved.cells.size === 0 ? active : [];
  return others.length === 0 ? single : -1;
}

/** How much the longest of the equations takes, so that there is room for any of them. */
export function highestEquation(scene: Scene, room: number, asA: boolean): number {
  const rows = scene.nodes.flatMap(({ row }, node) => (row ? [node] : []));
  const readers = (node: number) => scene.readers[node]?.length ?? 0;
  const long = rows.sort((a, b) => readers(b) - readers(a)).slice(0, LOOKED_AT);
  return Math.max(0, ...long.map((node) => drawEquation(scene, node, room, asA).height));
}

/** "row a says: 1·λ_a − 0.3888·λ_h = 0" */
export const equationWords = (scene: Scene, node: number, asA: boolean): string =>
  piecesOf(scene, node, asA)
    .flatMap((group) => group.map(({ text }) => text))
    .join("");

function piecesOf(scene: Scene, node: number, asA: boolean): Piece[][] {
  const entries = scene.readers[node] ?? [];
  const label = (i: number) => shortLabel(scene.nodes[i]?.label ?? "");
  const groups: Piece[][] = [
    [...wordPieces("row ", "lv-quiet-text"), namePiece(label(node), node), ...wordPieces(" says: ", "lv-quiet-text")],
    [...diagonalPieces(scene, node, label), lambdaPiece(label(node), node)],
    ...entries.slice(0, MOST_TERMS).map((entry) => termPieces(scene, entry, label, asA)),
    ...(entries.length > MOST_TERMS ? [wordPieces(` … (${entries.length - MOST_TERMS} more)`)] : []),
  ];
  // With the last term, so that the right-hand side never has a line of its own.
  groups.at(-1)?.push(...wordPieces(` ${holds(scene, node) ? "=" : "≠"} ${formatNumber(scene.rhs[node] ?? 0)}`));
  return groups;
}

export function drawEquation(scene: Scene, node: number, room: number, asA: boolean): RowEquation {
  const lines: { x: number; piece: Piece }[][] = [[]];
  let x = 0;
  for (const group of piecesOf(scene, node, asA)) {
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
  const runs = labelRuns(`${label(node)}${label(node)}`).map((run) => ({ ...run, level: 1 }));
  return [namesPiece(`A_${label(node)}${label(node)} `, [{ text: "A", level: 0 }, ...runs], { "data-about": node }, 3)];
}

function wordPieces(text: string, className = ""): Piece[] {
  const spaces = text.length - text.trim().length;
  return [
    {
      text,
      width: textWidth(text.trim()) * SIZE + spaces * SPACE,
      draw: (x, y) =>
        s("text", { x: x + (text.startsWith(" ") ? SPACE : 0), y, "font-size": SIZE, class: className }, text.trim()),
    },
  ];
}

const namesPiece = (text: string, runs: readonly Run[], data: Readonly<Record<string, number>>, after = 1): Piece => ({
  text,
  width: runsWidth(runs, NAMES, nameWidth) + after,
  draw: (x, y) => s("text", { x, y, class: "lv-name-text", ...data }, ...tspans(runs, NAMES)),
});

const namePiece = (label: string, node: number): Piece => namesPiece(label, labelRuns(label), { "data-about": node });

const lambdaPiece = (label: string, node: number): Piece =>
  namesPiece(`λ_${label}`, lambdaRuns(label), { "data-about": node });

/** − 0.3888·λ_h, with the number that stands in the cell: − (−1.1)·λ_p; − (∂f/∂z)ᵀ λ for a block. */
function termPieces(scene: Scene, entry: number, label: (i: number) => string, asA: boolean): Piece[] {
  const reader = scene.entry_column[entry] ?? 0;
  const partial = scene.partial[entry] ?? Number.NaN;
  const lambda = lambdaPiece(label(reader), reader);
  if (Number.isNaN(partial) && scene.entries[entry]?.structure !== "scalar") {
    const read = label(scene.entry_row[entry] ?? 0);
    const runs = [
      { text: "(∂", level: 0 },
      ...labelRuns(label(reader)),
      { text: "/∂", level: 0 },
      ...labelRuns(read),
      { text: ")ᵀ ", level: 0 },
    ];
    return [...wordPieces(" − "), namesPiece(`(∂${label(reader)}/∂${read})ᵀ `, runs, { "data-entry": entry }), lambda];
  }
  const shown = asA ? -partial : partial;
  const text = afterOperator(formatNumber(shown));
  const number: Piece = {
    text,
    width: textWidth(text) * SIZE * 1.08,
    draw: (x, y) =>
      s(
        "text",
        {
          x,
          y,
          "font-size": SIZE,
          class: `lv-strong ${tintOf(shown) ?? ""}`,
          "data-entry": entry,
          "data-value": shown,
        },
        s("title", {}, fullNumber(shown)),
        text,
      ),
  };
  return [...wordPieces(asA ? " + " : " − "), number, ...wordPieces("·"), lambda];
}
