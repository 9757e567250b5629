// The page's own engine says what Python's says: of every operation, and of whole programs on other inputs and about each
// of their results.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { beyondPage, PageLimit, recomputed, solvedBy } from "../src/engine.ts";
import { RULES } from "../src/rules.ts";
import { type Checks, decodeScene, type Lagrangian, type Step } from "../src/scene.ts";

type Maybe = number | null;
type Vector = [rule: string, operands: [number, number?, number?], value: Maybe, partials: Maybe[]];

interface Case {
  inputs: Record<string, number>;
  question: number;
  value: Maybe[];
  multiplier: Maybe[];
  partial: Maybe[];
  nudged: Maybe[];
  events: number[][];
  event_value: Maybe[];
  checks: Checks;
  steps: Step[];
  lagrangian: Lagrangian;
}

const folder = new URL("./fixtures/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));
const vectors: Vector[] = JSON.parse(String(read("rules.json")));
const cases: Record<string, Case[]> = JSON.parse(String(read("lived.json")));

/** Two libraries may differ in the last digit of a tanh, and what follows from it by a little more. */
function close(actual: number | undefined, expected: Maybe): boolean {
  if (expected === null) return !Number.isFinite(actual);
  return Math.abs((actual ?? Number.NaN) - expected) <= 1e-11 * Math.max(1, Math.abs(expected));
}

const expectClose = (actual: Iterable<number>, expected: readonly Maybe[]) => {
  const numbers = [...actual];
  expect(numbers).toHaveLength(expected.length);
  expect(numbers.filter((x, i) => !close(x, expected[i] ?? null))).toEqual([]);
};

test("every operation of the page is held to the engine's", () => {
  expect(Object.keys(RULES).filter((name) => !vectors.some(([rule]) => rule === name))).toEqual([]);
});

test.each(vectors.filter(([name]) => RULES[name] !== undefined))("%s%j", (name, [x, y = 0, w = 0], value, partials) => {
  const rule = RULES[name];
  const z = rule?.value(x, y, w) ?? Number.NaN;
  expectClose([z], [value]);
  expectClose(rule?.partials.map((partial) => partial(z, x, y)) ?? [], partials);
});

describe.each(Object.keys(cases))("%s", (name) => {
  const scene = decodeScene(read(`${name}.scene`));

  test.each(cases[name] ?? [])("asked about $question with $inputs", (expected) => {
    const made = recomputed(scene, expected.inputs, expected.question);
    for (const column of ["value", "multiplier", "partial", "nudged", "event_value"] as const) {
      expectClose(made[column], expected[column]);
    }
    const names = [
      "event_start",
      "event_kind",
      "event_what",
      "event_index",
      "event_row",
      "event_column",
      "event_final",
    ] as const;
    expect(names.map((column) => [...made[column]])).toEqual(expected.events);
    expect({ ...made.checks, residual: 0 }).toEqual({ ...expected.checks, residual: 0 });
    expect(close(made.checks.residual ?? Number.NaN, expected.checks.residual)).toBe(true);
    expect(made.steps).toEqual(expected.steps);
    // The equation of an input has its number in it, as it was recorded.
    const texts = ({ objective, function: f, conditions }: Lagrangian) => [
      objective,
      f,
      conditions.map(({ backward, row }) => [backward, row]),
    ];
    expect(texts(made.lagrangian)).toEqual(texts(expected.lagrangian));
  });
});

test("a decision that comes out otherwise is said, and names it", () => {
  const scene = decodeScene(read("branch.scene"));
  expect(() => recomputed(scene, { x: -1 })).toThrow(PageLimit);
  expect(() => recomputed(scene, { x: -1 })).toThrow("the decision z₃ = x > 0 comes out otherwise");
});

test("arrays are the kernel's", () => {
  const scene = decodeScene(read("logistic.scene"));
  expect(beyondPage(scene)).not.toBeNull();
  expect(() => recomputed(scene, {})).toThrow("computed in a running notebook only");
});

describe.each(["network", "branch", "logistic", "recurrent", "fixed-point"])("%s by other methods", (name) => {
  const scene = decodeScene(read(`${name}.scene`));

  test.each(scene.alternatives.map(({ method }) => method))("%s is what Python makes of it", (method) => {
    const made = solvedBy(scene, method);
    const expected = decodeScene(read(`${name}-${method}.scene`));
    expect(made.steps).toEqual(expected.steps);
    expect(made.method).toBe(expected.method);
    expect(made.checks.multiplications).toBe(expected.checks.multiplications);
    for (const column of ["start", "kind", "what", "index", "row", "column", "value", "final"] as const) {
      expect(made[`event_${column}`]).toEqual(expected[`event_${column}`]);
    }
  });
});

test("a method that a page was saved without is said, with how to get it", () => {
  const scene = { ...decodeScene(read("network.scene")), alternatives: [] };
  expect(() => solvedBy(scene, "neumann")).toThrow(
    'Neumann series is not in this page. Save it with lv.save_html(…, methods=["neumann"])',
  );
});
