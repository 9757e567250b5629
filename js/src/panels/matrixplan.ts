// Where the parts of the matrix lie: sizes of cells and columns, which rows exist. Pure: numbers in, numbers out.
import type { Widths } from "../fit.ts";
import { ownersOf } from "../order.ts";
import type { Scene } from "../scene.ts";
import { largestMultiplier, largestOf } from "../signed.ts";
import { sharedSize } from "./cellnumber.ts";

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
  /** Whether there is height for captions above and below, and whether all rows are seen at once. */
  readonly captions: boolean;
  readonly whole: boolean;
  /** Height below the rows. */
  readonly foot: number;
  readonly slanted: boolean;
  /** Font size of column labels. */
  readonly columnLabel: number;
  /** Room for a number in a cell, and the font size that most of them have; null where cells are too small for any. */
  readonly numberWidth: number;
  readonly numberSize: number | null;
  /** Whether the λ column is large enough for numbers. */
  readonly lambdaNumbers: boolean;
  /** Scales of the colours. */
  readonly largestPartial: number;
  readonly largestMultiplier: number;
  /** How high the picture is where there is least room for it. */
  readonly leastHeight: number;
  /** … and where there is all it asks for. */
  readonly wishedHeight: number;
  /** What there is to gain from another width. */
  readonly widths: Widths;
}

/** Room in the panel; what does not fit in the least is scaled down. */
export interface Room {
  readonly width: number;
  readonly height: number;
  /** Whether rows may be as tall as there is width for, or share the height with other panels. */
  readonly tall: boolean;
}

/** Font size of names beside and above the cells, where there is room for it, and where there is none. */
export const LABEL = 15;
const LEAST_LABEL = 10;
const LEAST_ROOM = 350;
const MOST_ROOM = 640;
const LAMBDA_WIDTH = 70;
/** Left of the labels, for the caption and the marker; around the = before e_n. */
const LABELS_FROM = 36;
const ASIDE = 36;
/** From the middle of e_n to the end. */
const ENDS = 18;
const LONGEST_LABEL = 96;
/** Height of a slanted label for each unit of its length, and a little for its thickness. */
const SLANT = 0.68;
const LARGEST_CELL = 44;
const LARGEST_SHARED_ROW = 34;
const LARGEST_NAMED_CELL = 64;
/** Smaller than this its letters cannot be read, so the picture is not drawn. */
const LEAST_SHRINK = 0.8;
/** Narrower cells would be slivers beside rows that can be read: rather the whole picture is smaller. */
const smallestCell = (n: number): number => (n <= 24 ? 14 : n <= 40 ? 10 : LEAST_CELL);
const LEAST_CELL = 2;
/** Above the names and below the rows, for captions; below them where there are none. */
const HEAD = 16;
const FOOT = 50;
const BARE_FOOT = 4;
/** A row whose number can still be read, and one of a small system that is easily read. */
const LEAST_ROW = 12.5;
const LEAST_BARE_ROW = 17;
/** Cells that hold numbers at all; numbers that are easily read, where they are few, and where they are many. */
const SMALLEST_NUMBERED_CELL = 20;
const NUMBERED_CELL = 32;
const MANY_NUMBERED_CELL = 25;
/** Cells that show blocks as pictures; cells that show where entries are. */
const PICTURED_CELL = 27;
const HEAT_CELL = 4;
/** From the first cell to the equation of a row and from its end to e_n. */
export const EQUATION_INSET = 6;
/** Height that many rows may take together. */
const TALLEST = 560;

/** How large what is written will be. */
export interface Measures {
  /** Width of a node's name, at the font size LABEL. */
  label(node: number): number;
  /** Height of the longest equation of a row, in lines of a width. */
  equation(width: number): number;
  /** Width of a text, at font size 1. */
  text(text: string): number;
}

export function planMatrix(scene: Scene, room: Room, order: readonly number[], measures: Measures): Plan {
  const owners = ownersOf(scene, order);
  const place = new Array<number>(scene.nodes.length).fill(-1);
  owners.forEach((node, p) => {
    place[node] = p;
  });
  const n = Math.max(owners.length, 1);
  const width = Math.min(Math.max(room.width, LEAST_ROOM), MOST_ROOM);
  const longest = owners.reduce((most, node) => Math.max(most, measures.label(node)), 0);
  const labels = Math.min(Math.max(longest, 16), LONGEST_LABEL);
  const lambdaWidth = width < 440 ? 58 : LAMBDA_WIDTH;
  const aside = width < 440 ? 29 : ASIDE;
  const labelEnd = (width < 440 ? 33 : LABELS_FROM) + labels;
  const cells = labelEnd + 8;
  const beside = 12 + lambdaWidth + aside + ENDS;
  // Where there is room for it, a column is as wide as its name.
  const largest = Math.max(LARGEST_CELL, Math.min(longest + 8, LARGEST_NAMED_CELL));
  const cellIn = (across: number) => (across - cells - beside) / n;
  const cell = Math.min(
    Math.max(cellIn(width), Math.min(smallestCell(n), cellIn(room.width / LEAST_SHRINK)), LEAST_CELL),
    largest,
  );
  const slanted = longest > cell;
  // Slanted names stand side by side, so that they do not touch.
  const columnLabel = Math.min(LABEL, Math.max(slanted ? cell * 0.74 : LABEL, LEAST_LABEL));
  const namesHeight = slanted ? 30 + (labels * SLANT * columnLabel) / LABEL : 30;
  const lambda = cells + n * cell + 12;
  const rhs = lambda + lambdaWidth + aside;
  const gap = cell > 20 ? 1.5 : cell > 8 ? 0.75 : 0;
  const numberWidth = cell - 2 * gap - (cell < 24 ? 1 : 3);
  // Rows of a small system give way before it has to be moved; one of them is open. Captions go before it is, too.
  const bare = namesHeight + BARE_FOOT + measures.equation(rhs - cells - EQUATION_INSET);
  const captioned = bare + HEAD + FOOT - BARE_FOOT;
  const least = n <= 12 ? 23 : n <= 24 ? 18 : Math.max(cell, n <= 60 ? LEAST_ROW : Math.min(TALLEST / n, 6));
  const most =
    n <= 12
      ? Math.min(cell, room.tall ? LARGEST_CELL : LARGEST_SHARED_ROW)
      : n <= 24
        ? Math.min(cell * 1.1, 34)
        : least;
  const wished = Math.max(most, n <= 12 ? 28 : n <= 24 ? 20 : n <= 60 ? 17 : least);
  const height = room.height / Math.min(room.width / (rhs + ENDS), 1);
  // Of many rows nobody reads the numbers.
  const flattest = n <= 60 ? least : LEAST_CELL;
  const captions = captioned + n * flattest <= height;
  const beyond = captions ? captioned : bare;
  const flat = captions ? flattest : Math.min(flattest, LEAST_BARE_ROW);
  const rowHeight = Math.max(Math.min(wished, (height - beyond) / n), flat);
  return {
    owners,
    place,
    cell,
    rowHeight,
    gap,
    labelEnd,
    cells,
    lambda,
    lambdaWidth,
    rhs,
    width: rhs + ENDS,
    top: namesHeight + (captions ? HEAD : 0),
    captions,
    whole: beyond + n * rowHeight <= height + 1,
    foot: captions ? FOOT : BARE_FOOT,
    leastHeight: captioned + n * least,
    wishedHeight: captioned + n * wished,
    slanted,
    columnLabel,
    numberWidth,
    numberSize: cell < SMALLEST_NUMBERED_CELL ? null : sharedSize(scene.partial, numberWidth, measures.text),
    lambdaNumbers: rowHeight >= LEAST_ROW,
    largestPartial: largestOf(scene.partial),
    largestMultiplier: largestMultiplier(scene),
    widths: widthsFor(
      n,
      labels,
      largest,
      scene.partial.some((x) => !Number.isNaN(x)),
    ),
  };
}

/** The same in any room, so that what is asked for does not depend on what was given. */
function widthsFor(n: number, labels: number, largest: number, numbers: boolean): Widths {
  const beside = LABELS_FROM + labels + 8 + 12 + LAMBDA_WIDTH + ASIDE + ENDS;
  const numbered = n <= 12 ? NUMBERED_CELL : n <= 16 ? MANY_NUMBERED_CELL : 0;
  const pictured = n <= 12 ? PICTURED_CELL : Math.max(smallestCell(n), HEAT_CELL);
  const least = Math.max(numbers ? numbered : 0, pictured);
  return { least: beside + n * least, wish: beside + n * largest };
}
