// What is calculated on screen comes out as shown: every product, sum and row that a reader could check with the digits
// they see, in every step of every program.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { overwritten } from "../src/broken.ts";
import { beyondPage, METHODS, recomputed } from "../src/engine.ts";
import { formatNumber } from "../src/format.ts";
import { sentence } from "../src/panels/status.ts";
import { decodeScene, multiplierOf, type Scene } from "../src/scene.ts";
import { fillText } from "../src/template.ts";
import { type Moment, timeline } from "../src/timeline.ts";
import { missed, NUMBER, rounding, slack, type Term, value } from "./support/arithmetic.ts";

const folder = new URL("./fixtures/", import.meta.url);
const scenesIn = (place: string) =>
  readdirSync(new URL(place, folder))
    .filter((name) => name.endsWith(".scene"))
    .map((name) => place + name);
const names = [...scenesIn("./"), ...scenesIn("./gallery/")];
const load = (name: string) => decodeScene(readFileSync(new URL(name, folder)));

const CALCULATION = new RegExp(`${NUMBER} ([+−×÷]) ${NUMBER} ([=≈]) ${NUMBER}`, "g");
const PART = new RegExp(`Through \\S+: ${NUMBER} × ${NUMBER} ([=≈]) ${NUMBER}`, "g");
const TOTAL = new RegExp(`for one knob turns [^:]+: \\S+ = ${NUMBER}\\.`);
const PRICED = new RegExp(`So \\S+ = ${NUMBER}: [+]`);
const COST = new RegExp(`[+]${NUMBER} (costs|saves) about ${NUMBER}`);
const ROW_TERM = /(^|[+-]) ?(?:\(([^()\\]*)\)\\,)?\\lambda_\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}/g;

const OPERATIONS: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "−": (a, b) => a - b,
  "×": (a, b) => a * b,
  "÷": (a, b) => a / b,
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

function moments(scene: Scene): Moment[] {
  const { at, steps } = timeline(scene);
  return Array.from({ length: steps + 1 }, (_, step) => at(step));
}

const texts = (scene: Scene): string[] =>
  moments(scene).flatMap((moment) => [sentence(scene, moment), fillText(moment.happened?.latex ?? "", scene)]);

/** What comes through each reader, added: the sentence, if it is not the price. Of very many readers it names a few. */
function wrongSum(text: string): string[] {
  const total = TOTAL.exec(text)?.[1];
  if (total === undefined || / and \d+ more\b/.test(text)) return [];
  let off = -value(total);
  let allowed = rounding(total) + 1e-12;
  for (const [, a = "", b = "", relation, part = ""] of text.matchAll(PART)) {
    off += value(part);
    allowed +=
      Math.abs(value(a)) * rounding(b) + Math.abs(value(b)) * rounding(a) + (relation === "=" ? 0 : slack(part));
  }
  return Math.abs(off) > allowed ? [text] : [];
}

/** ε times the price on the card: the sentence, if what it says a nudge costs is not that. */
function wrongCost(scene: Scene, moment: Moment): string[] {
  const text = sentence(scene, moment);
  const [, epsilon, verb, cost] = COST.exec(text) ?? [];
  if (epsilon === undefined || cost === undefined) return [];
  const price = formatNumber(multiplierOf(scene, moment.active.at(-1) ?? -1));
  const off = value(epsilon) * value(price) - (verb === "saves" ? -1 : 1) * value(cost);
  return Math.abs(off) > slack(cost) + value(epsilon) * rounding(price) ? [text] : [];
}

/** The price that a sentence ends with, if it is not what the product in the formula beside it comes to. */
function wrongPrice(scene: Scene, moment: Moment): string[] {
  const [said, formula] = [sentence(scene, moment), fillText(moment.happened?.latex ?? "", scene)];
  const price = PRICED.exec(said)?.[1];
  const [, a = "", , b = "", relation, product] = [...formula.matchAll(CALCULATION)].at(-1) ?? [];
  if (price === undefined || product === undefined) return [];
  const factors = Math.abs(value(a)) * rounding(b) + Math.abs(value(b)) * rounding(a);
  const allowed = relation === "=" ? 0 : factors + slack(product) + rounding(price);
  return Math.abs(value(price) - value(product)) > allowed ? [`${said} ${formula}`] : [];
}

/** Rows of the Lagrangian in which numbers stand, and how far each is from holding at the prices displayed. */
function rows(scene: Scene): { row: string; off: number }[] {
  const byName = new Map(scene.nodes.map(({ latex }, node) => [latex, node]));
  return scene.lagrangian.conditions.flatMap((condition) => {
    const row = fillText(condition.row, scene);
    const [left = "", total = ""] = row.split(" = ");
    const terms = [...left.matchAll(ROW_TERM)].map(
      ([, sign, coefficient, name = ""]): Term => ({
        sign: sign === "-" ? -1 : 1,
        coefficient: coefficient ?? "1",
        node: byName.get(name) ?? -1,
      }),
    );
    // Of arrays a row has blocks, and tangents leave most prices open: nothing to calculate with.
    const priced = terms.every(
      ({ node }) => scene.nodes[node]?.shape.length === 0 && Number.isFinite(multiplierOf(scene, node)),
    );
    if (!priced || left.replaceAll(ROW_TERM, "").trim() !== "") return [];
    return [{ row, off: missed(scene, terms, total) }];
  });
}

test("the check itself finds what is wrong", () => {
  expect(wrong("0.3888 × 2.332 ≈ 0.907")).toEqual([]);
  expect(wrong("0.3888 × 2.332 = 0.907")).toEqual(["0.3888 × 2.332 = 0.907"]);
  expect(wrong("0.3888 × 2.332 ≈ 0.906")).toEqual(["0.3888 × 2.332 ≈ 0.906"]);
  expect(wrong("−1.1 × (−2.120) = 2.332, 0.7 × 1.5 = 1.05")).toEqual([]);
});

test("so does each of the others", () => {
  expect(
    wrongSum(
      "Through a: 1.5 × 0.1890 ≈ 0.284. Through p: 0.7818 × 0.6945 ≈ 0.543. So add, for one knob turns both: λ_w = 0.8265.",
    ),
  ).toEqual([]);
  expect(wrongSum("Through a: 1.5 × 0.1890 ≈ 0.284. So add, for one knob turns it: λ_w = 0.8265.")).toHaveLength(1);
  const scene = load("tied.scene");
  const [w, a] = ["w", "a"].map((name) => scene.nodes.findIndex(({ label }) => label === name));
  const terms: Term[] = [
    { sign: 1, coefficient: "1", node: w ?? -1 },
    { sign: -1, coefficient: "1.5", node: a ?? -1 },
  ];
  expect(missed(scene, terms, "0")).toBeCloseTo(0.543, 3);
  expect(missed(scene, terms, "0.5430")).toBe(0);
});

describe.each(names)("%s", (name) => {
  const scene = load(name);

  test("as it was recorded", () => {
    const said = texts(scene);
    expect(said.flatMap(wrong)).toEqual([]);
    expect(said.flatMap(wrongSum)).toEqual([]);
    expect(moments(scene).flatMap((moment) => wrongCost(scene, moment))).toEqual([]);
    expect(moments(scene).flatMap((moment) => wrongPrice(scene, moment))).toEqual([]);
    expect(rows(scene).filter(({ off }) => off > 0)).toEqual([]);
  });

  test("broken on purpose", () => expect(texts(overwritten(scene)).flatMap(wrong)).toEqual([]));

  if (METHODS.has(scene.method) && beyondPage(scene) === null && scene.nodes.every(({ kind }) => kind !== "guard")) {
    test("on other inputs", () => {
      const others = scene.inputs.map(({ name, node }) => [name, (scene.value[node] ?? 0) * 1.0371 + 0.0123]);
      expect(texts(recomputed(scene, Object.fromEntries(others))).flatMap(wrong)).toEqual([]);
    });
  }
});

test("there is something to check", () => {
  const scenes = names.map(load);
  const said = scenes.flatMap(texts);
  const count = (pattern: RegExp) => said.flatMap((text) => [...text.matchAll(new RegExp(pattern, "g"))]).length;
  expect(count(CALCULATION)).toBeGreaterThan(10_000);
  expect(count(TOTAL)).toBeGreaterThan(100);
  expect(count(COST)).toBeGreaterThan(1000);
  expect(count(PRICED)).toBeGreaterThan(1000);
  expect(scenes.flatMap(rows).length).toBeGreaterThan(5000);
});
