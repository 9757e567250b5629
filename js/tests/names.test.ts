// Which of many names are written.
import { describe, expect, test } from "vitest";
import { apart } from "../src/panels/matrixnames.ts";

const evenly = (n: number, by: number) => Array.from({ length: n }, (_, i) => i * by);

describe("names", () => {
  test("all of them, where there is room", () => {
    expect([...apart(evenly(5, 12), 12, [3])].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...apart(evenly(3, 5), 0, [])]).toEqual([0, 1, 2]);
    expect([...apart([], 12, [])]).toEqual([]);
  });

  test("every so many, else", () => {
    expect([...apart(evenly(9, 5), 12, [])]).toEqual([0, 3, 6]);
  });

  test("the wanted in any case, the earlier before the later, and none beside them", () => {
    expect([...apart(evenly(9, 5), 12, [4, 5])].sort()).toEqual([0, 4]);
    expect([...apart(evenly(9, 5), 12, [5, 4, 8])].sort()).toEqual([0, 5, 8]);
  });

  test.for([1, 3.3, 7, 12.5, 20])("no two too near, and no large gap, with %i between", (by) => {
    for (const wanted of [[], [7], [50, 51, 120], evenly(40, 3)]) {
      const places = evenly(180, by).map((y, i) => y + (i > 50 ? 28 : 0));
      const shown = [...apart(places, 12, wanted)].sort((a, b) => a - b);
      const steps = shown.slice(1).map((i, k) => (places[i] ?? 0) - (places[shown[k] ?? 0] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(12);
      expect(Math.max(...steps)).toBeLessThan(4 * Math.max(12, by) + 28);
      if (wanted.length > 0) expect(shown).toContain(wanted[0]);
    }
  });
});
