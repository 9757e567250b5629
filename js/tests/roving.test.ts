// What of a long list is in the page.
import { expect, test } from "vitest";
import { near } from "../src/panels/roving.ts";

test("a list that is read in one go is there as a whole", () => {
  expect(near(60, 37)).toEqual({ from: 0, to: 60 });
  expect(near(0, 0)).toEqual({ from: 0, to: 0 });
});

test("of a long one what is near is there, at its ends as much as in its middle", () => {
  for (const at of [0, 5, 150, 298, 299]) {
    const { from, to } = near(300, at);
    expect(to - from).toBe(49);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThanOrEqual(300);
    expect(from <= at && at < to).toBe(true);
  }
});
