import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cellKey } from "../src/elimination.ts";
import { decodeScene } from "../src/scene.ts";
import { timeline } from "../src/timeline.ts";
import { oneOneOne } from "./support/oneoneone.ts";

const read = (name: string) => decodeScene(readFileSync(new URL(`./fixtures/${name}.scene`, import.meta.url)));

test("back substitution changes nothing in A", () => {
  const line = timeline(decodeScene(oneOneOne()));
  expect(line.at(18).evolved.cells.size).toBe(0);
  expect(line.at(18).evolved).toBe(line.at(10).evolved);
});

const scene = read("recurrent-vertex_elimination");
const line = timeline(scene);
const first = line.startOf("solve");
/** A_ij of what stands there after a step; 0 where nothing does. */
const entry = (step: number, row: number, column: number) => {
  const now = line.at(step).evolved.cells.get(cellKey(row, column));
  if (now !== undefined) return now.gone ? 0 : now.value;
  const stored = [...scene.entry_row.keys()].find(
    (k) => scene.entry_row[k] === row && scene.entry_column[k] === column,
  );
  return stored === undefined ? 0 : -(scene.partial[stored] ?? Number.NaN);
};

test("each step takes one node out by A_ij ← A_ij − A_ik A_kj, and then its row and column are gone", () => {
  const owners = scene.nodes.flatMap((node, i) => (node.row ? [i] : []));
  let eliminated = 0;
  for (let step = first; step < line.steps; step++) {
    const [k = -1] = line.at(step).active;
    const { dropped } = line.at(step).evolved;
    const left = owners.filter((i) => i !== k && !dropped.has(i));
    if (line.at(step + 1).evolved.dropped.size === line.at(step).evolved.dropped.size) break;
    eliminated += 1;
    for (const i of left) {
      for (const j of left.filter((j) => j !== i)) {
        const expected = entry(step - 1, i, j) - entry(step - 1, i, k) * entry(step - 1, k, j);
        expect(entry(step, i, j)).toBeCloseTo(expected, 12);
      }
    }
    for (const i of owners) {
      expect(entry(step + 1, i, k)).toBe(0);
      expect(entry(step + 1, k, i)).toBe(0);
    }
    expect(line.at(step + 1).evolved.dropped.has(k)).toBe(true);
  }
  expect(eliminated).toBe(owners.length - scene.inputs.length - 1);
});

test("what is left faces the result with the multipliers of the inputs", () => {
  for (const { node } of scene.inputs)
    expect(-entry(line.steps, node, scene.output)).toBeCloseTo(scene.multiplier[node] ?? 0, 12);
});

test("any step is the same however it is reached", () => {
  const again = timeline(scene);
  expect(again.at(first + 3).evolved).toEqual(line.at(first + 3).evolved);
});
