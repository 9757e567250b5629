import { expect, test } from "vitest";
import schema from "../../lagviz/view/scene.json" with { type: "json" };
import {
  type Alternative,
  type AlternativeEvents,
  type Checks,
  COLUMNS,
  type Condition,
  decodeScene,
  type Entry,
  type Header,
  type Input,
  type Lagrangian,
  type Method,
  type NodeLatex,
  type Note,
  type Question,
  type Questions,
  SceneError,
  type SceneNode,
  type SourceFile,
  type Step,
  type StepLine,
  sameStructure,
} from "../src/scene.ts";
import { oneOneOne } from "./support/oneoneone.ts";

const scene = decodeScene(oneOneOne());

/** The compiler holds these lists to the types, the tests hold them to the schema: so the types are held to the schema. */
type Keys<T> = Record<keyof T, true>;
const header: Keys<Header> = {
  version: true,
  title: true,
  output: true,
  asked_first: true,
  results: true,
  nodes: true,
  entries: true,
  files: true,
  inputs: true,
  steps: true,
  lagrangian: true,
  checks: true,
  method: true,
  methods: true,
  notes: true,
  questions: true,
  alternatives: true,
  unit: true,
  columns: true,
};
const node: Keys<SceneNode> = {
  name: true,
  label: true,
  latex: true,
  kind: true,
  role: true,
  operation: true,
  pill: true,
  equation: true,
  plain_equation: true,
  shape: true,
  shown: true,
  dtype: true,
  row: true,
  diagonal: true,
  reads: true,
  operands: true,
  scope: true,
  source: true,
};
const entry: Keys<Entry> = { latex: true, symbolic: true, structure: true, shape: true, shown: true, sources: true };
const file: Keys<SourceFile> = { name: true, lines: true, first_line: true, missing: true };
const input: Keys<Input> = {
  node: true,
  name: true,
  label: true,
  start: true,
  minimum: true,
  maximum: true,
  step: true,
};
const step: Keys<Step> = { phase: true, title: true, counted: true, nodes: true, lines: true, latex: true };
const line: Keys<StepLine> = { label: true, text: true };
const lagrangian: Keys<Lagrangian> = { objective: true, function: true, terms: true, conditions: true, words: true };
const condition: Keys<Condition> = { node: true, forward: true, backward: true, row: true };
const nodeLatex: Keys<NodeLatex> = { node: true, latex: true };
const checks: Keys<Checks> = {
  residual: true,
  epsilon: true,
  first_nonfinite: true,
  multiplications: true,
  additions: true,
};
const method: Keys<Method> = { name: true, title: true, idea: true, refusal: true };
const note: Keys<Note> = { level: true, text: true };
const questions: Keys<Questions> = { steps: true, conditions: true, asked: true };
const question: Keys<Question> = {
  objective: true,
  function: true,
  steps: true,
  conditions: true,
  multiplications: true,
  additions: true,
};

const alternative: Keys<Alternative> = {
  method: true,
  steps: true,
  multiplications: true,
  additions: true,
  events: true,
};
const events: Keys<AlternativeEvents> = {
  start: true,
  kind: true,
  what: true,
  index: true,
  row: true,
  column: true,
  value: true,
  final: true,
};

const { $defs: defs, properties } = schema;

test.each([
  ["header", header, schema.required],
  ["node", node, defs.Node.required],
  ["entry", entry, defs.Entry.required],
  ["file", file, defs.File.required],
  ["input", input, defs.Input.required],
  ["step", step, Object.keys(defs.Step.properties)],
  ["step line", line, defs.Step.properties.lines.items.required],
  ["lagrangian", lagrangian, defs.Lagrangian.required],
  ["condition", condition, defs.Condition.required],
  ["term", nodeLatex, defs.NodeLatex.required],
  ["checks", checks, properties.checks.required],
  ["method", method, properties.methods.items.required],
  ["note", note, properties.notes.items.required],
  ["questions", questions, defs.Questions.required],
  ["question", question, defs.Question.required],
  ["alternative", alternative, defs.Alternative.required],
  ["alternative's events", events, defs.Alternative.properties.events.required],
])("the type of a %s has the fields of the schema", (_, keys, required) => {
  expect(Object.keys(keys).sort()).toEqual([...required].sort());
});

test("the columns are those of the schema", () => {
  const written = Object.entries(schema["x-columns"]).map(([name, { dtype }]) => [name, dtype]);
  expect(Object.entries(COLUMNS)).toEqual(written);
});

test("a scene is read", () => {
  expect(scene.title.signature).toBe("loss(x, y, w₁, w₂)");
  expect(scene.nodes).toHaveLength(9);
  expect([...scene.multiplier].map((x) => x.toFixed(4))).toEqual([
    "0.6346",
    "2.1200",
    "1.3599",
    "-1.6574",
    "0.9066",
    "2.3320",
    "-2.1200",
    "-2.1200",
    "1.0000",
  ]);
  expect(scene.readers[4]).toEqual([2]);
  expect(scene.reads[4]).toEqual([0, 1]);
});

test("bytes at an odd place in a larger buffer are read too", () => {
  const bytes = oneOneOne();
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  expect(decodeScene(new DataView(larger.buffer, 3)).value).toEqual(scene.value);
});

test("anything else is refused, in words", () => {
  expect(() => decodeScene(new Uint8Array(0))).toThrow(SceneError);
  expect(() => decodeScene(new Uint8Array(100))).toThrow("does not begin the way a lagviz scene does");
  expect(() => decodeScene(oneOneOne().slice(0, 400))).toThrow("cut short");
  expect(() => decodeScene(oneOneOne().slice(0, -64))).toThrow("does not fit");
});

// What is no JSON, and what is but names no version.
test.each([16, 20])("a description damaged from byte %i on is refused, in words", (from) => {
  const bytes = oneOneOne();
  bytes.fill("?".charCodeAt(0), from, from + 5);
  expect(() => decodeScene(bytes)).toThrow(new SceneError("This picture cannot be read: its description is damaged."));
});

test("another version is refused by its number", () => {
  const bytes = oneOneOne();
  // Latin-1 has a character for each byte, so that places in the text are places in the bytes.
  const at = new TextDecoder("latin1").decode(bytes).indexOf('"version":1') + '"version":'.length;
  bytes[at] = "7".charCodeAt(0);
  expect(() => decodeScene(bytes)).toThrow("its format is 7, this page reads 1");
});

test("other inputs leave the structure as it is", () => {
  expect(sameStructure(scene, decodeScene(oneOneOne({ x: -1, y: 0, w1: 2, w2: 3 })))).toBe(true);
});
