// Predict without a page: what wrong answers mean, when one is not asked, and what a step shows meanwhile.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  answered,
  askingAt,
  concealed,
  finishedBySteps,
  NO_ATTEMPT,
  NO_ATTEMPTS,
  withAttempt,
} from "../src/predict/asking.ts";
import { diagnosis, judge, ladder, type Question, questionOf } from "../src/predict/question.ts";
import { typedNumber } from "../src/predict/typed.ts";
import { decodeScene, multiplierOf, type Scene } from "../src/scene.ts";
import { fillText } from "../src/template.ts";
import { timeline } from "../src/timeline.ts";

const load = (name: string) => decodeScene(readFileSync(new URL(`./fixtures/${name}.scene`, import.meta.url)));
const index = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);

function question(scene: Scene, label: string): Question {
  const found = questionOf(scene, index(scene, label));
  if (typeof found === "string") throw new Error(found);
  return found;
}

/** The kinds of mistake that an answer can come from, and what is said of it. */
function said(scene: Scene, label: string, answer: number): [string, string] {
  const verdict = judge(question(scene, label), answer);
  if (verdict === "right") return ["right", ""];
  return [verdict.map(({ kind }) => kind).join(" "), fillText(diagnosis(verdict), scene)];
}

const NETWORK = load("network");
const TIED = load("tied");

describe("the numbers of lesson 1, on the network", () => {
  test.each([
    ["loss", 1, "right", ""],
    ["loss", 0, "certain", "That is a price of 0. It would say that adding to loss leaves loss as it is."],
    ["loss", 1.124, "value", "That is the value of loss. Its price says how far loss moves for each unit"],
    ["r", -2.12, "right", ""],
    ["r", -1.06, "twice value", "Is that r counted once, or the value of r? Both come out as this number."],
    ["r", 1, "copied", "That is the price of loss, copied. One unit more of r is not one unit more of loss."],
    ["r", 2.12, "sign", "That is the right size with the wrong sign. Entries of A carry a minus;"],
    ["r", -2.382, "value", "That is the strength times the value of loss. What counts is its price λ_loss."],
    ["h", 2.332, "right", ""],
    ["h", -1.1, "local", "That is only how strongly p reads h. A push on p has a price of its own: λ_p."],
    ["h", -2.12, "copied", "That is the price of p, copied."],
    ["h", -2.332, "sign", "That is the right size with the wrong sign."],
    ["h", -1.657, "partner", "That is h itself for how strongly p reads it. In a product that is the partner"],
    ["a", 0.907, "right", ""],
    ["a", 0.3888, "local", "That is only how strongly h reads a."],
    ["a", 2.332, "copied", "That is the price of h, copied."],
    ["a", 1.335, "place", "That is the slope at h = 0.7818. The push comes in at a = 1.050: the slope belongs there."],
    ["a", -0.907, "sign", "That is the right size with the wrong sign."],
    ["a", 17, "", "That is not it."],
    ["w₁", 1.36, "right", ""],
    ["w₁", 0.6346, "partner", "That is w₁ itself for how strongly a reads it."],
    ["w₁", 0.907, "copied", "That is the price of a, copied."],
    ["y", 2.12, "right", ""],
    ["y", 1.06, "shared value", "Is that half of what comes through r, or the strength times the value of r?"],
  ])("λ of %s answered with %d: %s", (label, answer, kinds, words) => {
    const [found, text] = said(NETWORK, label, answer);
    expect(found).toBe(kinds);
    expect(text).toContain(words);
  });

  test("what equals the right answer is no mistake: at r local only, at p copied", () => {
    const kinds = (label: string) => question(NETWORK, label).wrongs.map(({ wrong }) => wrong.kind);
    expect(kinds("r")).not.toContain("local");
    expect(kinds("r")).toContain("copied");
    expect(kinds("p")).not.toContain("copied");
    expect(kinds("p")).toContain("local");
  });
});

test.each([
  [0.8265, "right", ""],
  [0.2835, "missing", "That is only what comes through a. p reads w, too."],
  [0.543, "missing", "That is only what comes through p. a reads w, too."],
  [0.154, "product", "That is the product of what comes through a and p. All of them act at once, so they add."],
  [0.4133, "average", "That is the mean of what comes through a and p. Nothing is shared out"],
  [2.2818, "local", "That is how strongly a and p read w, added."],
])("λ of the tied weight answered with %d: %s", (answer, kinds, words) => {
  const [found, text] = said(TIED, "w", answer);
  expect(found).toBe(kinds);
  expect(text).toContain(words);
});

test("any answer that the displayed digits lead to counts", () => {
  // The cell of A says 0.39.
  expect(said(NETWORK, "a", 0.39 * 2.332)[0]).toBe("right");
  expect(said(NETWORK, "a", 0.39)[0]).toBe("local");
  expect(said(NETWORK, "a", 0.907 * 1.009)[0]).toBe("right");
  expect(said(NETWORK, "a", 0.907 * 1.03)[0]).toBe("");
});

test("every right answer of every program is right, whoever asks, and no mistake is", () => {
  let asked = 0;
  for (const name of ["network", "tied", "branch", "unread", "recurrent", "names", "root", "no-source", "elements"]) {
    const scene = load(name);
    for (const i of scene.nodes.keys()) {
      const found = scene.nodes[i]?.row ? questionOf(scene, i) : "";
      if (typeof found === "string") continue;
      asked++;
      expect(judge(found, multiplierOf(scene, i)), `${name}, ${scene.nodes[i]?.label}`).toBe("right");
      for (const { wrong } of found.wrongs) expect(judge(found, wrong.number), wrong.kind).not.toBe("right");
      // Neither the words nor the ladder have the answer in them.
      for (const text of [
        ...found.wrongs.flatMap(({ wrong }) => [wrong.what, wrong.why]),
        ...ladder(scene, i).map((line) => line.text),
      ])
        expect(text).not.toMatch(new RegExp(`\\{(multiplier|price|term) ${i}\\}`));
    }
  }
  expect(asked).toBeGreaterThan(40);
});

describe("a question is not asked", () => {
  const why = (scene: Scene, label: string) => {
    const found = questionOf(scene, index(scene, label));
    return typeof found === "string" ? fillText(found, scene) : "asked";
  };

  test("where the commonest mistakes give the right number", () => {
    // r read by r + 1, whose price is 1.
    const scene = load("no-source");
    const [, square] = scene.nodes;
    expect(why(scene, square?.label ?? "")).toBe(
      `λ_${square?.label} is not asked for: here the commonest mistakes give the right number, too.`,
    );
  });

  test("for an array, or where one reads it", () => {
    const scene = load("logistic");
    expect(why(scene, "w")).toContain("is an array, and is not asked for.");
    expect(why(scene, "b")).toMatch(/^λ_b is not asked for: .*, which reads b, is an array\.$/);
  });

  test("where a number is not finite", () => {
    const scene = load("nonfinite");
    expect(why(scene, "x")).toContain("not every number in it is finite");
  });
});

test("the ladder says who reads it, how strongly, and at what price, and leaves the rest", () => {
  const words = (label: string) =>
    ladder(TIED, index(TIED, label)).map(({ label, text }) => fillText(`${label} ${text}`, TIED));
  expect(words("w")).toEqual([
    "Who reads w? a and p.",
    "How strongly? a at 1.5 and p at 0.7818.",
    "At what price? λ_a = 0.1890 and λ_p = 0.6945.",
    "So: Multiply, reader by reader, and add.",
  ]);
  expect(words("a")[0]).toBe("Who reads a? Only h.");
});

test.each([
  ["-1.1", -1.1],
  ["−2,5", -2.5],
  [" 1e−3 ", 0.001],
  [".5", 0.5],
  ["0.3888 × 2.332", 0.3888 * 2.332],
  ["-1.1*-2.12", 2.332],
  ["1.5·0.189 + 0.7818·0.6945", 1.5 * 0.189 + 0.7818 * 0.6945],
  ["(1 + 2) / 4", 0.75],
  ["", null],
  ["abc", null],
  ["1 2", null],
  ["(1", null],
  ["1/0", null],
  ["2 *", null],
])("%s is read as %s", (text, number) => {
  if (number === null) expect(typedNumber(text)).toBeNull();
  else expect(typedNumber(text)).toBeCloseTo(number, 12);
});

describe("three tries", () => {
  const at = question(NETWORK, "a");
  test("the diagnosis, the ladder, the number", () => {
    const first = answered(at, NO_ATTEMPT, "0.3888");
    expect(first).toMatchObject({ answers: ["0.3888"], ladder: false, outcome: null });
    const second = answered(at, first ?? NO_ATTEMPT, "2.332");
    expect(second).toMatchObject({ ladder: true, outcome: null });
    expect(answered(at, second ?? NO_ATTEMPT, "1")).toMatchObject({ outcome: "shown" });
    expect(answered(at, second ?? NO_ATTEMPT, "0.907")).toMatchObject({ outcome: "right" });
  });
  test("what no mistake is known for gets the ladder at once", () => {
    expect(answered(at, NO_ATTEMPT, "17")).toMatchObject({ ladder: true, outcome: null });
  });
  test("what is no number is no try", () => {
    expect(answered(at, NO_ATTEMPT, "about one")).toBeNull();
  });
});

describe("a step", () => {
  const moments = (scene: Scene, attempts = NO_ATTEMPTS) => {
    const line = timeline(scene);
    const finished = finishedBySteps(scene);
    return Array.from({ length: line.steps }, (_, s) => {
      const moment = line.at(s + 1);
      const asking = askingAt(scene, moment, finished, attempts);
      return { moment, asking, shown: concealed(scene, moment, line.at(s), asking) };
    });
  };

  test("asks for its λ, and shows neither it nor what it reads", () => {
    const a = index(NETWORK, "a");
    const row = moments(NETWORK).find(({ moment }) => moment.phase === "solve" && moment.active.includes(a));
    expect(row?.moment.multipliers[a]?.look).toBe("number");
    expect(row?.shown).toMatchObject({ asked: a, tells: false, active: [a] });
    expect(row?.shown.multipliers[a]).toEqual({ look: "unknown" });
    expect([row?.shown.entries.size, row?.shown.read.size]).toEqual([0, 0]);
    expect(row?.shown.happened?.lines.map(({ text }) => fillText(text, NETWORK))).toEqual([
      "Your turn: how far does loss move for each unit added to a?",
    ]);
    expect(row?.shown.happened?.latex).toBeNull();
  });

  test("shows it once it is settled, and what it reads with the ladder", () => {
    const a = index(NETWORK, "a");
    const at = (attempt: Partial<typeof NO_ATTEMPT>) =>
      moments(NETWORK, withAttempt(NO_ATTEMPTS, NETWORK, a, { ...NO_ATTEMPT, ...attempt })).find(
        ({ moment }) => moment.phase === "solve" && moment.active.includes(a),
      );
    expect(at({ ladder: true })?.shown).toMatchObject({ asked: a, tells: true });
    expect(at({ ladder: true })?.shown.entries.size).toBe(1);
    const settled = at({ outcome: "right" });
    expect(settled?.shown).toBe(settled?.moment);
    expect(settled?.asking.settled).toEqual([a]);
    // Other numbers are another question.
    const moved = { ...NETWORK };
    expect(
      askingAt(moved, settled?.moment ?? timeline(moved).at(0), finishedBySteps(moved), {
        scene: NETWORK,
        byNode: new Map([[a, { ...NO_ATTEMPT, outcome: "right" }]]),
      }).question?.node,
    ).toBe(a);
  });

  test.each(["tied", "tied-column_sweep", "tied-level_schedule"])("%s asks for each λ once", (name) => {
    const scene = load(name);
    const asked = moments(scene).flatMap(({ asking }) => [...asking.hidden]);
    const refused = scene.nodes.flatMap((_, i) => (typeof questionOf(scene, i) === "string" ? [i] : []));
    expect(asked.sort((a, b) => a - b)).toEqual(
      scene.nodes.flatMap(({ row }, i) => (row && !refused.includes(i) ? [i] : [])),
    );
  });

  test("of a column sweep asks for what is finished, and lets parts come in", () => {
    const scene = load("tied-column_sweep");
    const w = index(scene, "w");
    const looks = moments(scene).map(({ shown }) => shown.multipliers[w]);
    expect(looks.filter((look) => look?.look === "partial").length).toBeGreaterThan(1);
    expect(moments(scene).find(({ asking }) => asking.hidden.has(w))?.shown.multipliers[w]).toMatchObject({
      look: "partial",
      readersIn: 1,
    });
  });

  test.each(["neumann", "vertex_elimination", "recursive_doubling", "forward_substitution"])(
    "by %s asks nothing, and says why",
    (method) => {
      const scene = load(`network-${method}`);
      const solve = moments(scene).filter(({ moment }) => moment.phase === "solve");
      expect(solve.every(({ asking }) => asking.question === null)).toBe(true);
      expect(solve[0]?.asking.why).toContain("this method does not find a λ from those of its readers");
    },
  );

  test("of arrays goes on, and says so", () => {
    const scene = load("logistic");
    const solve = moments(scene).filter(({ moment }) => moment.phase === "solve");
    expect(solve.filter(({ asking }) => asking.question !== null).length).toBeGreaterThan(0);
    expect(solve.filter(({ asking }) => asking.why?.includes("is an array")).length).toBeGreaterThan(0);
  });
});
