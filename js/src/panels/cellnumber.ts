// A number in a cell of the matrix: two digits, in a size it shares with the others; broken or shorter where it must be.
import { formatNumber } from "../format.ts";

const LARGEST = 11.5;
/** The others are not made smaller than this for the sake of one. */
const LEAST_SHARED = 9.5;
/** Smaller than this nobody reads it. */
const LEAST = 7;

/** Width of a text at font size 1. */
type Measure = (text: string) => number;

const fitting = (text: string, width: number, measure: Measure): number => width / Math.max(measure(text), 0.1);

/** The font size at which most numbers fit a cell. */
export function sharedSize(numbers: Iterable<number>, width: number, measure: Measure): number {
  let size = LARGEST;
  for (const x of numbers) size = Math.min(size, fitting(formatNumber(x, 2), width, measure));
  return Math.max(size, LEAST_SHARED);
}

/** Of the font size: from one line to the next. */
export const LINE = 1.05;

/** What is written, and how large: a power of ten goes below its number; null where not even one digit can be read. */
export function cellText(
  x: number,
  room: { readonly width: number; readonly height: number },
  shared: number,
  measure: Measure,
): { readonly lines: readonly string[]; readonly size: number } | null {
  for (const digits of [2, 1]) {
    const text = formatNumber(x, digits);
    const power = text.indexOf("e");
    // Of a power of ten one digit says how large it is; −1.1 is not −1.
    if (digits === 1 && power < 0) break;
    for (const lines of [[text], ...(power < 0 ? [] : [[text.slice(0, power), text.slice(power)]])]) {
      const across = Math.min(...lines.map((line) => fitting(line, room.width, measure)));
      const size = Math.min(shared, across, room.height / (lines.length * LINE));
      if (size >= LEAST) return { lines, size };
    }
  }
  return null;
}
