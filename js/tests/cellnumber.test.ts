import { expect, test } from "vitest";
import { cellText, sharedSize } from "../src/panels/cellnumber.ts";

/** All letters alike, which is near enough for digits. */
const measure = (text: string) => text.length * 0.6;
const inCell = (x: number, width: number, height: number, shared: number) =>
  cellText(x, { width, height }, shared, measure);

test("numbers of a matrix have one size, the one that fits the longest of them", () => {
  expect(sharedSize([1, 0.7, 0.5], 27, measure)).toBe(11.5);
  expect(sharedSize([1, -0.78, 0.5], 30, measure)).toBe(10);
  expect(inCell(-0.78, 30, 30, 10)).toEqual({ lines: ["−0.78"], size: 10 });
  expect(inCell(1, 30, 30, 10)).toEqual({ lines: ["1"], size: 10 });
});

test("one long number does not make the others small", () => {
  const shared = sharedSize([1, 0.7, -2.1e200], 27, measure);
  expect(shared).toBe(9.5);
  expect(inCell(0.7, 27, 27, shared)).toEqual({ lines: ["0.7"], size: 9.5 });
});

test("a power of ten that is too long for its cell stands below its number", () => {
  expect(inCell(-2e200, 24, 27, 9.5)).toEqual({ lines: ["−2", "e200"], size: 9.5 });
  expect(inCell(-2e200, 40, 27, 9.5)).toEqual({ lines: ["−2e200"], size: 9.5 });
  expect(inCell(1.25e-5, 20, 27, 9.5)?.lines).toEqual(["1.3", "e−5"]);
});

test("where there is no height for that, one digit has to do", () => {
  expect(inCell(-2.1e5, 20, 14, 9.5)).toEqual({ lines: ["−2e5"], size: 20 / 2.4 });
});

test("where not even that can be read, nothing is written", () => {
  expect(inCell(-1.12, 16, 30, 9.5)).toBeNull();
  expect(inCell(-2.1e200, 20, 14, 9.5)).toBeNull();
  expect(inCell(Number.NEGATIVE_INFINITY, 20, 14, 9.5)).toEqual({ lines: ["−∞"], size: 9.5 });
});
