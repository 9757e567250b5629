// What is calculated on screen comes out as shown: every product, sum and row that a reader could check with the digits
// they see, in every step of every program.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { overwritten } from "../src/broken.ts";
import { beyondPage, METHODS, recomputed } from "../src/engine.ts";
import { parseDecimal } from "../src/format.ts";
import { sentence } from "../src/panels/status.ts";
import { decodeScene, type Scene } from "../src/scene.ts";
import { fillText } from "../src/template.ts";
import { timeline } from "../src/timeline.ts";

const folder = new URL("./fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".scene"));
const load = (name: string) => decodeScene(readFileSync(new URL(name, folder)));

const NUMBER = "[(]?(−?\\d+(?:\\.\\d+)?(?:e−?\\d+)?)[)]?";
const CALCULATION = new RegExp(`${NUMBER} ([+−×÷]) ${NUMBER} ([=≈]) ${NUMBER}`, "g");

const value = (text: string): number => {
  const { mantissa, exponent } = parseDecimal(text);
  return Number(`${mantissa}e${exponent}`);
};

const OPERATIONS: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "−": (a, b) => a - b,
  "×": (a, b) => a * b,
  "÷": (a, b) => a / b,
};

/** Half a unit of the last digit shown. */
const slack = (text: string): number => {
  const { exponent } = parseDecimal(text);
  return 0.5 * 10 ** exponent * 1.000001;
};

/** Calculations in a text that do not come out as displayed. */
function wrong(text: string): string[] {
  return [...text.matchAll(CALCULATION)]
    .filter(([, a = "", operation = "", b = "", relation, result = ""]) => {
      const truth = OPERATIONS[operation]?.(value(a), value(b)) ?? Number.NaN;
      const off = Math.abs(truth - value(result));
      return relation === "=" ? off > 1e-9 * Math.max(Math.abs(truth), 1e-9) : off > slack(result);
    })
    .map(([all]) => all);
}

function texts(scene: Scene): string[] {
  const { at, steps } = timeline(scene);
  return Array.from({ length: steps + 1 }, (_, step) => at(step)).flatMap((moment) => [
    sentence(scene, moment),
    fillText(moment.happened?.latex ?? "", scene),
  ]);
}

test("the check itself finds what is wrong", () => {
  expect(wrong("0.3888 × 2.332 ≈ 0.907")).toEqual([]);
  expect(wrong("0.3888 × 2.332 = 0.907")).toEqual(["0.3888 × 2.332 = 0.907"]);
  expect(wrong("0.3888 × 2.332 ≈ 0.906")).toEqual(["0.3888 × 2.332 ≈ 0.906"]);
  expect(wrong("−1.1 × (−2.120) = 2.332, 0.7 × 1.5 = 1.05")).toEqual([]);
});

describe.each(names)("%s", (name) => {
  const scene = load(name);

  test("as it was recorded", () => expect(texts(scene).flatMap(wrong)).toEqual([]));

  test("broken on purpose", () => expect(texts(overwritten(scene)).flatMap(wrong)).toEqual([]));

  if (METHODS.has(scene.method) && beyondPage(scene) === null && scene.nodes.every(({ kind }) => kind !== "guard")) {
    test("on other inputs", () => {
      const others = scene.inputs.map(({ name, node }) => [name, (scene.value[node] ?? 0) * 1.0371 + 0.0123]);
      expect(texts(recomputed(scene, Object.fromEntries(others))).flatMap(wrong)).toEqual([]);
    });
  }
});

test("there is something to check", () => {
  const count = names.flatMap((name) => texts(load(name))).flatMap((text) => [...text.matchAll(CALCULATION)]).length;
  expect(count).toBeGreaterThan(300);
});
