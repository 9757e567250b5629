// Where the parts of the matrix lie: sizes of cells and columns, which rows exist. Pure: numbers in, numbers out.
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
  /** Every how many rows carry a label. */
  readonly labelEvery: number;
}

/** Room for everything, so that it fits its panel at its natural size. */
const WIDTH = 492;
const LAMBDA_WIDTH = 70;
const LONGEST_LABEL = 96;
/** Height of a slanted label for each unit of its length, and a little for its thickness. */
const SLANT = 0.68;
const LARGEST_CELL = 36;
const LARGEST_NAMED_CELL = 64;
const SMALLEST_CELL = 2;
/** Height that many rows may take together. */
const TALLEST = 560;

export function planMatrix(scene: Scene, labelWidth: (node: number) => number): Plan {
  const owners = scene.nodes.flatMap(({ row }, i) => (row ? [i] : []));
  const place = new Array<number>(scene.nodes.length).fill(-1);
  owners.forEach((node, p) => {
    place[node] = p;
  });
  const n = Math.max(owners.length, 1);
  const longest = owners.reduce((most, node) => Math.max(most, labelWidth(node)), 0);
  const labels = Math.min(Math.max(longest, 16), LONGEST_LABEL);
  const labelEnd = 36 + labels;
  const cells = labelEnd + 8;
  // Where there is room for it, a column is as wide as its name.
  const largest = Math.max(LARGEST_CELL, Math.min(longest + 8, LARGEST_NAMED_CELL));
  const cell = Math.min(Math.max((WIDTH - cells - 12 - LAMBDA_WIDTH - 54) / n, SMALLEST_CELL), largest);
  const rowHeight =
    n <= 12
      ? Math.max(Math.min(cell, LARGEST_CELL), 34)
      : n <= 24
        ? Math.max(cell, 26)
        : n <= 60
          ? Math.max(cell, 17)
          : Math.max(cell, Math.min(TALLEST / n, 6));
  const slanted = longest > cell;
  const lambda = cells + n * cell + 12;
  const rhs = lambda + LAMBDA_WIDTH + 36;
  return {
    owners,
    place,
    cell,
    rowHeight,
    gap: cell > 20 ? 1.5 : cell > 8 ? 0.75 : 0,
    labelEnd,
    cells,
    lambda,
    lambdaWidth: LAMBDA_WIDTH,
    rhs,
    width: rhs + 18,
    top: slanted ? 42 + labels * SLANT : 46,
    slanted,
    cellNumbers: cell >= 24,
    lambdaNumbers: rowHeight >= 16,
    largestPartial: largestOf(scene.partial),
    largestMultiplier: largestMultiplier(scene),
    labelEvery: Math.ceil(12 / rowHeight),
  };
}
