// Orders of the rows: any in which the program could run is triangular, and only those are.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { below, moved, ownersOf, shuffled } from "../src/order.ts";
import { decodeScene } from "../src/scene.ts";

const folder = new URL("./fixtures/", import.meta.url);
const names = readdirSync(folder).filter(
  (name) => name.endsWith(".scene") && !name.includes("-column") && !name.includes("-level"),
);
const load = (name: string) => decodeScene(readFileSync(new URL(name, folder)));

/** The same random numbers each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe.each(names)("%s", (name) => {
  const scene = load(name);
  const own = ownersOf(scene, []);

  test("the program's own order is triangular", () => expect(below(scene, own)).toEqual([]));

  test("so is every shuffled one, and it has the same rows", () => {
    for (let seed = 0; seed < 20; seed++) {
      const order = shuffled(scene, randomFrom(seed));
      expect([...order].sort((a, b) => a - b)).toEqual(own);
      expect(below(scene, order)).toEqual([]);
      expect(ownersOf(scene, order)).toEqual(order);
    }
  });

  test("upside down every entry is below the diagonal", () => {
    expect(below(scene, [...own].reverse())).toHaveLength(scene.entries.length);
  });
});

test("shuffling does shuffle", () => {
  const scene = load("network.scene");
  const orders = new Set(Array.from({ length: 20 }, (_, seed) => String(shuffled(scene, randomFrom(seed)))));
  expect(orders.size).toBeGreaterThan(5);
});

test("a wish that is no order of the rows counts as none", () => {
  const scene = load("tied.scene");
  const own = ownersOf(scene, []);
  for (const wish of [[0], [...own.slice(1), own[1] ?? 0], [...own, 99]]) expect(ownersOf(scene, wish)).toEqual(own);
});

test("a row is moved, and stops at the ends", () => {
  expect(moved([3, 1, 2], 1, 1)).toEqual([3, 2, 1]);
  expect(moved([3, 1, 2], 1, -5)).toEqual([1, 3, 2]);
  expect(moved([3, 1, 2], 2, 1)).toEqual([3, 1, 2]);
  expect(moved([3, 1, 2], 7, 1)).toEqual([3, 1, 2]);
});
