// Overwriting instead of adding: wrong in just the rows that are sums, and said so.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { breakable, overwritten, sums, wrongPrices } from "../src/broken.ts";
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

const SOLVED = ["reused", "reused-column_sweep", "reused-vertex_elimination", "reused-sparse_lu"];

test.each(SOLVED)("%s: what is wrong is what differs, also where it is only made of what is wrong", (name) => {
  const scene = load(name);
  const broken = overwritten(scene);
  const wrong = wrongPrices(scene, broken);
  const labels = (nodes: Iterable<number>) => [...nodes].map((i) => scene.nodes[i]?.label);
  // λ_x and λ_w are made of λ_s; of λ_n only a 0 is lost.
  expect(labels(sums(scene))).toEqual(["x", "s", "n"]);
  expect(labels(wrong.keys())).toEqual(["x", "w", "s"]);
  for (const [i, right] of wrong) expect(right).toBe(multiplierOf(scene, i));
  for (const i of scene.nodes.keys()) {
    if (!wrong.has(i)) expect(multiplierOf(broken, i)).toBeCloseTo(multiplierOf(scene, i), 12);
  }
  expect(wrongPrices(scene, scene).size).toBe(0);
});

test("the rows made of a wrong price say so; one that loses only a 0 says that it is right", () => {
  const broken = overwritten(load("reused"));
  const said = (label: string) => {
    const row = index(broken, label);
    const step = broken.steps.find(({ phase, nodes }) => phase === "solve" && nodes[0] === row);
    return `${step?.lines.at(-1)?.label} ${fillText(step?.lines.at(-1)?.text ?? "", broken)}`;
  };
  expect(said("w")).toMatch(/^But λ_s is wrong, and so is λ_w: 0\.01 more of w really moves the result by 0\.018\.$/);
  expect(said("n")).toMatch(/ is left\. λ_n is right all the same\.$/);
  expect(said("s")).toMatch(/ is left\. λ_s is wrong: /);
});

test("an implicit equation has its own block on the diagonal, and nothing to overwrite", () => {
  const scene = load("root");
  expect(wrongPrices(scene, overwritten(scene)).size).toBe(0);
  expect(overwritten(scene).checks.residual).toBeLessThan(1e-9);
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
