import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { edgeLooks } from "../src/edgelooks.ts";
import { cellKey } from "../src/elimination.ts";
import { bypass, sideOf } from "../src/panels/filledges.ts";
import { decodeScene } from "../src/scene.ts";
import { timeline } from "../src/timeline.ts";

const read = (name: string) => decodeScene(readFileSync(new URL(`./fixtures/${name}.scene`, import.meta.url)));

describe.each(["recurrent-vertex_elimination", "branch-vertex_elimination"])("%s", (name) => {
  const scene = read(name);
  const line = timeline(scene);
  const first = line.startOf("solve");

  test("edges are what the cells of A are, at every step", () => {
    for (let step = first; step <= line.steps; step++) {
      const moment = line.at(step);
      for (const { from, to, state, number } of edgeLooks(scene, moment)) {
        const cell = moment.evolved.cells.get(cellKey(from, to));
        const touched = cell?.written || cell?.read;
        if (touched) expect(state).toBe("active");
        if (moment.evolved.dropped.has(from) && !touched) expect(state).toBe("gone");
        if (cell !== undefined) expect(number).toBeCloseTo(-cell.value, 12);
      }
    }
  });

  test("of a node that is gone no edge is left, but those its own price is recovered from", () => {
    for (let step = first; step <= line.steps; step++) {
      const moment = line.at(step);
      const left = edgeLooks(scene, moment).filter(({ state }) => state === "recorded");
      for (const { from, to } of left) {
        expect(moment.evolved.dropped.has(from)).toBe(false);
        expect(moment.evolved.dropped.has(to)).toBe(false);
      }
    }
  });

  test("what is filled in remembers around which node it goes", () => {
    const stored = new Set(edgeLooks(scene, line.at(line.steps)).map(({ from, to }) => cellKey(from, to)));
    let filled = 0;
    for (let step = first; step <= line.steps; step++) {
      const { active, evolved } = line.at(step);
      for (const [key, { through, written }] of evolved.cells) {
        expect(through >= 0).toBe(!stored.has(key));
        if (!written || through < 0) continue;
        filled += Number(through === active[0]);
        expect([active[0], ...evolved.dropped]).toContain(through);
      }
    }
    expect(filled).toBeGreaterThan(0);
  });
});

test("back substitution uses edges, and changes none", () => {
  const scene = read("network");
  const line = timeline(scene);
  const looks = edgeLooks(scene, line.at(line.startOf("solve") + 2));
  expect(looks.filter(({ state }) => state === "active")).toHaveLength(1);
  expect(looks.some(({ changed, state }) => changed || state === "gone")).toBe(false);
  expect(edgeLooks(scene, line.at(1)).every(({ state }) => state === "hidden")).toBe(true);
});

describe("around a card", () => {
  const card = { x: 100, y: 200, width: 80, height: 60 };
  const into = [
    { x: 60, y: 100 },
    { x: 140, y: 200 },
  ];
  const out = [
    { x: 140, y: 260 },
    { x: 240, y: 300 },
    { x: 200, y: 400 },
  ];

  test("an edge passes on the side it comes from", () => {
    expect(sideOf(into, card, out)).toBe(-1);
    expect(sideOf([{ x: 150, y: 100 }], card, out)).toBe(1);
    expect(sideOf([{ x: 140, y: 100 }], card, out)).toBe(1);
    expect(sideOf([{ x: 140, y: 100 }], card, [{ x: 90, y: 400 }])).toBe(-1);
  });

  test("it goes from end to end, beside the card, and further out each time", () => {
    const path = bypass(into, card, out, 0);
    expect(path).toEqual([into[0], { x: 87, y: 200 }, { x: 87, y: 260 }, ...out.slice(1)]);
    expect(bypass(into, card, out, 1)[1]?.x).toBeLessThan(87);
  });
});
