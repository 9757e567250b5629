// Overwriting instead of adding: wrong in just the rows that are sums, and said so.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { breakable, overwritten, sums } from "../src/broken.ts";
import { decodeScene, multiplierOf, type Scene } from "../src/scene.ts";
import { fillText } from "../src/template.ts";
import { timeline } from "../src/timeline.ts";

const load = (name: string) => decodeScene(readFileSync(new URL(`./fixtures/${name}.scene`, import.meta.url)));
const index = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);

test("the tied weight keeps only what came last, through a", () => {
  const scene = load("tied");
  const broken = overwritten(scene);
  const w = index(scene, "w");
  expect(sums(scene)).toEqual([w]);
  expect(multiplierOf(scene, w)).toBeCloseTo(0.8265, 4);
  expect(multiplierOf(broken, w)).toBeCloseTo(0.2835, 4);
  expect(scene.nodes.map((_, i) => i).filter((i) => multiplierOf(broken, i) !== multiplierOf(scene, i))).toEqual([w]);
  expect(broken.checks.residual).toBeCloseTo(0.543, 4);
});

test("the row says so, and what a nudge really does", () => {
  const broken = overwritten(load("tied"));
  const step = broken.steps.find(({ phase, nodes }) => phase === "solve" && nodes[0] === index(broken, "w"));
  expect(fillText(step?.lines.at(-1)?.text ?? "", broken)).toBe(
    "each reader has overwritten what the one before it wrote, so only 1.5 × 0.1890 = 0.2835 is left. " +
      "λ_w is wrong: 0.01 more of w really moves the result by 0.0084.",
  );
});

test("a price that is made of a wrong one is wrong too", () => {
  const scene = load("recurrent");
  const broken = overwritten(scene);
  const first = index(scene, "w");
  const terms = (scene.readers[first] ?? []).map((k) => scene.entry_column[k]);
  expect(terms.length).toBe(5);
  expect(multiplierOf(broken, first)).not.toBeCloseTo(multiplierOf(scene, first), 3);
});

test("a method that hands on shows what each part leaves behind", () => {
  const broken = overwritten(load("tied-column_sweep"));
  const { at, steps } = timeline(broken);
  const w = index(broken, "w");
  const seen = Array.from({ length: steps + 1 }, (_, step) => at(step).multipliers[w]);
  const partial = seen.find((multiplier) => multiplier?.look === "partial");
  expect(partial).toMatchObject({ readersIn: 1, readers: 2 });
  expect(partial?.look === "partial" ? partial.value : 0).toBeCloseTo(0.543, 3);
  expect(seen.at(-1)).toMatchObject({ look: "number" });
});

describe.each(["network", "inputs-alike", "no-source"])(
  "%s, where nothing is read twice by different equations,",
  (name) => {
    test("stays as it is", () => {
      const scene = load(name);
      expect(overwritten(scene).multiplier).toEqual(scene.multiplier);
    });
  },
);

test("arrays are left alone", () => {
  const scene = load("logistic");
  expect(breakable(scene)).toBe(false);
  expect(overwritten(scene)).toBe(scene);
});
