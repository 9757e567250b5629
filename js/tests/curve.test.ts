import { expect, test } from "vitest";
import { ARROW, curveThrough } from "../src/panels/curve.ts";

test("a straight edge ends before its arrow head", () => {
  const { path, at } = curveThrough([
    { x: 10, y: 0 },
    { x: 10, y: 100 + ARROW },
  ]);
  expect(path).toBe("M10 0L10 100");
  expect(at(0.5).x).toBe(10);
  expect(at(0.5).y).toBeCloseTo(50);
  expect(at(0.5).angle).toBeCloseTo(90);
});

test("a bent edge is upright at its ends, and goes down all the way", () => {
  const { at } = curveThrough([
    { x: 0, y: 0 },
    { x: 60, y: 50 },
    { x: 60, y: 200 },
    { x: 20, y: 250 },
  ]);
  const places = Array.from({ length: 41 }, (_, n) => at(n / 40));
  expect(places[0]?.angle).toBeGreaterThan(75);
  expect(places.at(-1)?.angle).toBeLessThan(105);
  places.slice(1).forEach(({ y }, i) => {
    expect(y).toBeGreaterThan(places[i]?.y ?? 0);
  });
  expect(places.at(-1)).toMatchObject({ x: 20, y: 250 - ARROW });
});
