// Where one is in a timeline is kept when the way of solving becomes another.
import { expect, test } from "vitest";
import { samePlace } from "../src/places.ts";
import type { Phase, Step } from "../src/scene.ts";

const steps = (...places: [Phase, ...number[]][]): Step[] =>
  places.map(([phase, ...nodes]) => ({ phase, title: "", nodes, lines: [], latex: null }));
const rows = steps(["record", 0], ["record", 1], ["lagrangian"], ["solve", 1], ["solve", 0]);
const sweeps = steps(["record", 0], ["record", 1], ["lagrangian"], ["solve", 0], ["solve", 2], ["solve", 1]);
const one = steps(["record", 0], ["record", 1], ["lagrangian"], ["solve"]);

test.each([
  ["the beginning stays the beginning", rows, 0, sweeps, 0],
  ["what is recorded stays", rows, 2, sweeps, 2],
  ["a phase without nodes stays", rows, 3, sweeps, 3],
  ["the same row", rows, 4, sweeps, 6],
  ["the end stays the end", rows, 5, sweeps, 6],
  ["no such row: as far into the phase, if it is that long", rows, 4, one, 4],
  ["no such row in a longer phase", sweeps, 5, rows, 5],
] as const)("%s", (_, before, step, now, expected) => {
  expect(samePlace(before, step, now)).toBe(expected);
});
