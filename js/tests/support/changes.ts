// What is other in a text than in the one before it, where lines are indented under what they belong to.
import { DIFF_EQUAL, DIFF_INSERT, diffLinesRaw } from "@vitest/utils/diff";

/** Lines that went (-) and came (+), each under the lines it belongs to. */
export function changes(before: readonly string[], after: readonly string[]): string[] {
  const [lines] = diffLinesRaw([...before], [...after]);
  const shown: string[] = [];
  let above: { line: string; shown: boolean }[] = [];
  for (const { 0: operation, 1: line } of lines) {
    above = above.filter((one) => depth(one.line) < depth(line));
    if (operation !== DIFF_EQUAL) {
      for (const one of above.filter((one) => !one.shown)) {
        one.shown = true;
        shown.push(`  ${one.line}`);
      }
      shown.push(`${operation === DIFF_INSERT ? "+" : "-"} ${line}`);
    }
    above.push({ line, shown: operation !== DIFF_EQUAL });
  }
  return shown;
}

const depth = (line: string): number => line.length - line.trimStart().length;
