// What the cells of the matrix say to those who do not see it: a row's name, the entries that are stored in it, its λ and its
// right-hand side. Pure: a scene in, words out.
import { filledWords } from "../elimination.ts";
import { formatNumber, formatShape } from "../format.ts";
import { diagonalOf, isNumber, type Scene, unitVector } from "../scene.ts";
import type { Moment } from "../timeline.ts";
import { multiplierTitle } from "./card.ts";

export interface Cell {
  readonly kind: "row" | "own" | "entry" | "fill" | "lambda" | "rhs";
  /** What it is about: the same cell after each change has the same. */
  readonly key: string;
  /** From 1: row headers, n columns, λ and e_n. */
  readonly column: number;
  readonly text: string;
  /** Selects what is drawn for it. */
  readonly drawn: string;
  readonly entry?: number;
  /** The `cellKey` of one that elimination filled in. */
  readonly fill?: string;
  /** The node that Enter asks about. */
  readonly ask?: number;
}

export function cellsOf(
  scene: Scene,
  moment: Moment,
  node: number,
  place: ReadonlyMap<number, number>,
  askable: boolean,
): Cell[] {
  const label = scene.nodes[node]?.label;
  const n = place.size;
  const column = (reader: number) => (place.get(reader) ?? 0) + 2;
  const entries = (scene.readers[node] ?? []).map((entry): Cell => {
    const reader = scene.entry_column[entry] ?? 0;
    const partial = scene.partial[entry] ?? Number.NaN;
    const { shape = [1, 1], structure = "scalar" } = scene.entries[entry] ?? {};
    const what = Number.isNaN(partial) ? `${formatShape(shape)}, ${structure}` : formatNumber(partial);
    const name = scene.nodes[reader]?.label;
    const text = `column ${name}: ∂${name}/∂${label} = ${what}`;
    const drawn = `.lv-cell[data-entry="${entry}"]`;
    return { kind: "entry", key: `entry ${entry}`, column: column(reader), text, drawn, entry };
  });
  const own = diagonalOf(scene, node);
  const block = "a block, of what the equation reads of its own result";
  const ask = askable && scene.rhs[node] !== 1 ? { ask: node } : {};
  return [
    { kind: "row", key: `row ${node}`, column: 1, text: `row ${label}`, drawn: `.lv-row-band[data-about="${node}"]` },
    {
      kind: "own",
      key: `own ${node}`,
      column: column(node),
      text: `column ${label}: ${Number.isNaN(own) ? block : formatNumber(own)}`,
      drawn: `.lv-diagonal[data-row="${node}"]`,
    },
    ...entries,
    ...filledCells(scene, moment, node, column),
    { kind: "lambda", key: `lambda ${node}`, column: n + 2, text: "", drawn: `.lv-lambda[data-multiplier="${node}"]` },
    {
      kind: "rhs",
      key: `rhs ${node}`,
      column: n + 3,
      text: rhsWords(scene, node, askable),
      drawn: `[data-rhs="${node}"]`,
      ...ask,
    },
  ];
}

function rhsWords(scene: Scene, node: number, askable: boolean): string {
  const label = scene.nodes[node]?.label;
  const row = `${unitVector(scene)}, row ${label}`;
  if (scene.rhs[node] === 1) return `${row}: 1, the result that is asked about`;
  return askable ? `${row}: 0; Enter asks about ${label} instead` : `${row}: 0`;
}

/** What elimination has filled in, in a row. */
function filledCells(scene: Scene, moment: Moment, node: number, column: (reader: number) => number): Cell[] {
  const stored = new Set((scene.readers[node] ?? []).map((entry) => scene.entry_column[entry]));
  return [...moment.evolved.cells].flatMap(([fill, cell]): Cell[] => {
    if (cell.row !== node || stored.has(cell.column) || (cell.gone && !cell.read)) return [];
    const value = Number.isNaN(cell.value) ? "a block" : formatNumber(-cell.value);
    const text = `column ${scene.nodes[cell.column]?.label}: ${value}. ${filledWords(scene, cell)}`;
    const drawn = `.lv-cell[data-fill="${fill}"]`;
    return [{ kind: "fill", key: `fill ${fill}`, column: column(cell.column), text, drawn, fill }];
  });
}

/** `right` is the right price where a wrong one is shown. */
export function lambdaWords(scene: Scene, moment: Moment, node: number, right?: number): string {
  const multiplier = moment.multipliers[node] ?? { look: "none" };
  const text =
    multiplier.look !== "number"
      ? multiplierTitle(multiplier)
      : isNumber(scene, node)
        ? formatNumber(multiplier.value) + wrongWords(right)
        : "solved, an array";
  return `λ of ${scene.nodes[node]?.label}: ${text}`;
}

export const wrongWords = (right: number | undefined): string =>
  right === undefined ? "" : `, wrong: ${formatNumber(right)} is right`;
