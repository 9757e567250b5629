// Where the parts of the matrix lie: sizes of cells and columns, which rows exist. Pure: numbers in, numbers out.
import { ownersOf } from "../order.ts";
import type { Scene } from "../scene.ts";
import { largestMultiplier, largestOf } from "../signed.ts";

export interface Plan {
  /** Nodes that own a row (and a column), in order; `place` is the way back, −1 for nodes without. */
  readonly owners: readonly number[];
  readonly place: readonly number[];
  readonly cell: number;
  readonly rowHeight: number;
  readonly gap: number;
  /** Left edges: of row labels' end, of the first cell, of the λ column, of e_n's middle. */
  readonly labelEnd: number;
  readonly cells: number;
  readonly lambda: number;
  readonly lambdaWidth: number;
  readonly rhs: number;
  readonly width: number;
  /** Top of the first row; the column labels end above it. */
  readonly top: number;
  readonly slanted: boolean;
  /** Whether cells, and the λ column, are large enough for numbers. */
  readonly cellNumbers: boolean;
  readonly lambdaNumbers: boolean;
  /** Scales of the colours. */
  readonly largestPartial: number;
  readonly largestMultiplier: number;
  /** How high the picture is where there is least room for it. */
  readonly leastHeight: number;
  /** … and where there is all it asks for. */
  readonly wishedHeight: number;
  /** Every how many rows carry a label. */
  readonly labelEvery: number;
}

/** Room in the panel; what does not fit in the least is scaled down. */
export interface Room {
  readonly width: number;
  readonly height: number;
  /** Whether rows may be as tall as there is width for, or share the height with other panels. */
  readonly tall: boolean;
}

const LEAST_ROOM = 350;
const MOST_ROOM = 640;
const LAMBDA_WIDTH = 70;
const LONGEST_LABEL = 96;
/** Height of a slanted label for each unit of its length, and a little for its thickness. */
const SLANT = 0.68;
const LARGEST_CELL = 44;
const LARGEST_SHARED_ROW = 34;
const LARGEST_NAMED_CELL = 64;
/** Narrower cells would be slivers beside rows that can be read: rather the whole picture is smaller. */
const smallestCell = (n: number): number => (n <= 24 ? 14 : n <= 40 ? 10 : 2);
/** Below the rows, for captions; and for the equation of the row that is open. */
export const FOOT = 50;
const OPENED = 28;
/** Height that many rows may take together. */
const TALLEST = 560;

export function planMatrix(
  scene: Scene,
  labelWidth: (node: number) => number,
  room: Room,
  order: readonly number[] = [],
): Plan {
  const owners = ownersOf(scene, order);
  const place = new Array<number>(scene.nodes.length).fill(-1);
  owners.forEach((node, p) => {
    place[node] = p;
  });
  const n = Math.max(owners.length, 1);
  const width = Math.min(Math.max(room.width, LEAST_ROOM), MOST_ROOM);
  const longest = owners.reduce((most, node) => Math.max(most, labelWidth(node)), 0);
  const labels = Math.min(Math.max(longest, 16), LONGEST_LABEL);
  const lambdaWidth = width < 440 ? 58 : LAMBDA_WIDTH;
  const aside = width < 440 ? 29 : 36;
  const labelEnd = (width < 440 ? 33 : 36) + labels;
  const cells = labelEnd + 8;
  // Where there is room for it, a column is as wide as its name.
  const largest = Math.max(LARGEST_CELL, Math.min(longest + 8, LARGEST_NAMED_CELL));
  const cell = Math.min(Math.max((width - cells - 12 - lambdaWidth - aside - 18) / n, smallestCell(n)), largest);
  const slanted = longest > cell;
  const top = slanted ? 42 + labels * SLANT : 46;
  // Rows of a small system give way before it has to be moved; one of them is open.
  const fixed = top + FOOT + OPENED;
  const least = n <= 12 ? 23 : n <= 24 ? 18 : Math.max(cell, n <= 60 ? 17 : Math.min(TALLEST / n, 6));
  const most =
    n <= 12
      ? Math.min(cell, room.tall ? LARGEST_CELL : LARGEST_SHARED_ROW)
      : n <= 24
        ? Math.min(cell * 1.1, 34)
        : least;
  const wished = Math.max(most, n <= 12 ? 28 : n <= 24 ? 20 : least);
  const rowHeight = Math.max(Math.min(wished, (room.height - fixed) / n), least);
  const lambda = cells + n * cell + 12;
  const rhs = lambda + lambdaWidth + aside;
  return {
    owners,
    place,
    cell,
    rowHeight,
    gap: cell > 20 ? 1.5 : cell > 8 ? 0.75 : 0,
    labelEnd,
    cells,
    lambda,
    lambdaWidth,
    rhs,
    width: rhs + 18,
    top,
    leastHeight: fixed + n * least,
    wishedHeight: fixed + n * wished,
    slanted,
    cellNumbers: cell >= 20,
    lambdaNumbers: rowHeight >= 16,
    largestPartial: largestOf(scene.partial),
    largestMultiplier: largestMultiplier(scene),
    labelEvery: Math.ceil(12 / rowHeight),
  };
}
