import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeScene, type Scene } from "../src/scene.ts";
import { type Moment, timeline } from "../src/timeline.ts";
import { oneOneOne } from "./support/oneoneone.ts";

const GALLERY = new URL("./fixtures/gallery/", import.meta.url);
const scene = decodeScene(oneOneOne());
const line = timeline(scene);

test("18 steps in three phases", () => {
  expect(line.steps).toBe(18);
  expect(line.phases).toEqual([
    { phase: "record", start: 0, count: 6 },
    { phase: "lagrangian", start: 6, count: 3 },
    { phase: "solve", start: 9, count: 9 },
  ]);
});

test("nothing is recorded at 0", () => {
  const moment = line.at(0);
  expect(moment.counter).toBe("Nothing recorded yet");
  expect(new Set(moment.states)).toEqual(new Set(["hidden"]));
});

test("the inputs come together, then one equation a step", () => {
  expect(line.at(1).states.slice(0, 5)).toEqual(["active", "active", "active", "active", "hidden"]);
  expect(line.at(2).states.slice(3, 6)).toEqual(["recorded", "active", "hidden"]);
  expect(line.at(2).counter).toBe("Record 2 of 6: a");
});

test("the Lagrangian grows", () => {
  expect([6, 7, 8, 9, 10].map((step) => line.at(step).lagrangian)).toEqual([0, 1, 2, 3, 3]);
});

test("solving row a reads one entry and one price, uses a, and writes λ_a", () => {
  const moment = line.at(14);
  expect(moment.counter).toBe("Solve 5 of 9: row a");
  expect([...moment.entries]).toEqual([2]);
  expect([...moment.read]).toEqual([5]);
  expect([...moment.written]).toEqual([4]);
  expect([...moment.values]).toEqual([4]);
  expect(moment.states[4]).toBe("active");
  expect(moment.multipliers[4]).toEqual({ look: "number", value: scene.multiplier[4] });
  expect(moment.multipliers[3]).toEqual({ look: "unknown" });
});

test("where steps are no rows, what they are is counted, and only those that are", () => {
  const counters = (name: string) => {
    const one = timeline(decodeScene(readFileSync(new URL(`../${name}.scene`, GALLERY))));
    const { start = 0, count = 0 } = one.phases.at(-1) ?? {};
    return Array.from({ length: count }, (_, step) => one.at(start + step + 1).counter);
  };
  expect(counters("unread-recursive_doubling")).toEqual([
    "Solve 1 of 4: the right-hand side",
    "Solve, pass 1 of 2: I + N",
    "Solve, pass 2 of 2: I + N²",
    "Solve 4 of 4: no path to the result",
  ]);
  expect(counters("network-neumann").slice(0, 2)).toEqual(["Solve 1 of 6: term 0", "Solve, pass 1 of 5: term 1"]);
  expect(counters("network-parallel_scan").at(-1)).toMatch(/^Solve, round (\d+) of \1: beside the chain$/);
});

test("outside there is no step", () => {
  expect(line.at(99).step).toBe(18);
  expect(line.at(-1).step).toBe(0);
});

// Of the gallery, by every way of solving, and of arrays as well as of their numbers.
test.each(readdirSync(GALLERY))("any step of %s is the same however it is reached", (name) => {
  const bytes = readFileSync(new URL(name, GALLERY));
  const one = timeline(decodeScene(bytes));
  const looked = (at: (step: number) => Moment, steps: number[]) => new Map(steps.map((step) => [step, at(step)]));
  // Some twenty of them.
  const stride = Math.ceil(one.steps / 16);
  const steps = Array.from({ length: one.steps + 1 }, (_, step) => step).filter(
    (step) => step % stride === 0 || step === one.steps,
  );
  const stepped = looked(one.at, steps);
  const back = looked(one.at, [...steps].reverse());
  for (const step of steps) {
    expect(back.get(step)).toEqual(stepped.get(step));
    expect(timeline(decodeScene(bytes)).at(step)).toEqual(stepped.get(step));
  }
});

test("phases are entered at their first step", () => {
  expect(line.startOf("solve")).toBe(10);
  expect([line.neighbour(3, 1), line.neighbour(8, 1), line.neighbour(12, 1)]).toEqual([7, 10, 18]);
  expect([line.neighbour(12, -1), line.neighbour(8, -1), line.neighbour(3, -1)]).toEqual([7, 1, 0]);
});

test("a method that scatters shows sums before they are whole, without a change here", () => {
  // λ of node 2 gets its two readers' terms in two steps.
  const scattering: Scene = {
    ...scene,
    readers: scene.readers.map((entries, i) => (i === 2 ? [0, 1] : entries)),
    event_start: Int32Array.from([0, 1, 2, ...new Array(7).fill(2)]),
    event_kind: Int32Array.of(1, 1),
    event_what: Int32Array.of(2, 2),
    event_index: Int32Array.of(2, 2),
    event_row: Int32Array.of(2, 2),
    event_column: Int32Array.of(-1, -1),
    event_value: Float64Array.of(0.5, 0.8),
    event_final: Int32Array.of(0, 1),
  };
  const moments = timeline(scattering);
  expect(moments.at(10).multipliers[2]).toEqual({ look: "partial", readersIn: 1, readers: 2, value: 0.5 });
  expect(moments.at(11).multipliers[2]).toMatchObject({ look: "number" });
});

test("a guard has no multiplier", () => {
  const guarded: Scene = { ...scene, nodes: scene.nodes.map((node, i) => (i === 4 ? { ...node, row: false } : node)) };
  expect(timeline(guarded).at(18).multipliers[4]).toEqual({ look: "none" });
});
