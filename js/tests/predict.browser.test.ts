// Predict on the page: a number that is asked for stands nowhere, answers are told why they are off, and nobody is kept.
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { formatNumber, fullNumber } from "../src/format.ts";
import { isNumber, multiplierOf, numberOf, type Scene } from "../src/scene.ts";
import type { Shared } from "../src/state.ts";
import { leave, load, show } from "./support/saved.ts";

afterEach(leave);

const nodeOf = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);
const solveSteps = (scene: Scene) =>
  scene.steps.flatMap(({ phase, nodes }, s) => (phase === "solve" ? [{ step: s + 1, nodes }] : []));
/** The step that solves a node's row. */
const rowOf = (scene: Scene, label: string): number =>
  solveSteps(scene).find(({ nodes }) => nodes.includes(nodeOf(scene, label)))?.step ?? 0;
const field = () => page.getByRole("textbox", { name: "λ of" });
const said = () => document.querySelector("[role=status]")?.textContent ?? "";
const step = () => page.getByRole("region", { name: "This step" });

async function asked(name: string, label: string): Promise<Shared> {
  const scene = await load(name);
  const shared = await show(scene);
  shared.predict.value = true;
  shared.step.value = rowOf(scene, label);
  return shared;
}

async function answer(text: string): Promise<void> {
  await field().fill(text);
  await userEvent.keyboard("{Enter}");
}

/** Attributes that say where and how something is drawn, and numbers that are no numbers of the program. */
const DRAWING =
  /^(x|y|x1|x2|y1|y2|d|dx|dy|r|rx|ry|cx|cy|width|height|transform|viewBox|points|style|class|font-size|tabindex|min|max|step|aria-(row|col|set|pos|value).*|data-(about|entry|node|row|col|multiplier|ask|rhs|step|steps|stands-for))$/;
const NUMBER = /[−-]?\d+(?:\.\d+)?(?:e[−+-]?\d+)?/g;

/** Every number in texts and attributes of the page, as it is written. */
function numbersOnPage(): Set<string> {
  const root = document.querySelector(".lagviz") as HTMLElement;
  const texts: string[] = [];
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of element.attributes) if (!DRAWING.test(name)) texts.push(value);
    for (const child of element.childNodes) if (child instanceof Text) texts.push(child.data);
    if (element instanceof HTMLInputElement) texts.push(element.value);
  }
  return new Set(texts.flatMap((text) => text.match(NUMBER) ?? []).map((text) => text.replaceAll("−", "-")));
}

const writtenAs = (x: number): string[] =>
  [String(x), fullNumber(x), formatNumber(x), formatNumber(x, 3)].map((text) => text.replaceAll("−", "-"));

/** Numbers that are there for another reason: values, partials, other λ that are solved. */
function elsewhere(scene: Scene, node: number): Set<string> {
  const others = scene.nodes.flatMap((_, i) =>
    i === node || !isNumber(scene, i) ? [numberOf(scene, i)] : [numberOf(scene, i), multiplierOf(scene, i)],
  );
  const all = [...others, ...scene.partial, ...[...scene.partial].map((x) => -x), scene.checks.epsilon, 0, 1, 2];
  return new Set(all.flatMap((x) => [...writtenAs(x), ...writtenAs(Number(formatNumber(x, 2).replaceAll("−", "-")))]));
}

test.each([
  "network",
  "tied",
  "tied-column_sweep",
  "tied-level_schedule",
  "gallery/loop",
  "gallery/branch",
  "gallery/recurrent_network-scalars",
])("the number that is asked for stands nowhere: %s", async (name) => {
  const scene = await load(name);
  const shared = await show(scene);
  // All that can tell it is on.
  for (const one of [shared.predict, shared.sizes, shared.descent, shared.asA]) one.value = true;
  let [looked, skipped] = [0, 0];
  const steps = solveSteps(scene);
  // Of long programs some of the steps.
  const every = Math.ceil(steps.length / 12);
  for (const { step } of steps.filter((_, s) => s % every === 0)) {
    shared.step.value = step;
    for (let form = document.querySelector(".lv-predict-form:not([hidden])"); form !== null; ) {
      const label = form.querySelector("input")?.getAttribute("aria-label")?.slice("λ of ".length) ?? "";
      const node = nodeOf(scene, label);
      const [exact = "", full = "", short = ""] = writtenAs(multiplierOf(scene, node));
      const other = elsewhere(scene, node);
      const telling = [exact, full, short].filter((text) => !other.has(text));
      shared.pinned.value = node;
      const there = numbersOnPage();
      if (telling.length === 0) skipped++;
      else looked++;
      expect(
        telling.filter((text) => there.has(text)),
        `λ of ${label}, step ${step}`,
      ).toEqual([]);
      expect(document.querySelector(`[data-multiplier="${node}"]`)?.hasAttribute("data-value")).toBe(false);
      shared.pinned.value = null;
      [...form.querySelectorAll("button")].at(-1)?.click();
      // It is found where it is shown: the search is not blind.
      const found = numbersOnPage();
      if (shared.step.value === step) expect(telling.filter((text) => !found.has(text))).toEqual([]);
      form = document.querySelector(".lv-predict-form:not([hidden])");
    }
  }
  expect(looked).toBeGreaterThan(1);
  expect(looked).toBeGreaterThan(skipped / 4);
});

test("a wrong answer is told why it is off, the second gets the way there, the third the number", async () => {
  const shared = await asked("network", "a");
  const a = nodeOf(shared.scene.value, "a");
  const solved = () => document.querySelector(`[data-multiplier="${a}"]`)?.getAttribute("data-value");
  await expect.element(step()).toHaveTextContent("how far does loss move for each unit added to a?");
  expect(said()).toContain("Your turn: how far does loss move");
  await answer("0.3888");
  await expect.element(step()).toHaveTextContent("✗ 0.3888: That is only how strongly h reads a.");
  expect(said()).toMatch(/^That is only how strongly h reads a\. A push on h has a price of its own: λ_h\.$/);
  expect(document.querySelectorAll(".lv-partial")).toHaveLength(0);
  expect(document.querySelector(".lv-row-equation")).toBeNull();
  await answer("2.332");
  await expect.element(step()).toHaveTextContent("At what price? λh = 2.332.");
  expect(said()).toContain("Who reads a? Only h. How strongly? h at 0.3888. At what price? λ_h = 2.332. So:");
  expect(document.querySelectorAll(".lv-partial")).toHaveLength(1);
  expect(solved()).toBeNull();
  await answer("1.335");
  await expect.element(step()).toHaveTextContent("You said 1.335. That is the slope at h = 0.7818.");
  expect(said()).toMatch(/Shown now\. Who reads a\?/);
  expect(Number(solved())).toBeCloseTo(0.9066, 4);
  expect(document.querySelector(".lv-row-equation")).not.toBeNull();
});

test("the right answer is taken as a calculation, too, and goes on by keyboard alone", async () => {
  const shared = await asked("network", "h");
  (field().element() as HTMLInputElement).focus();
  await userEvent.keyboard("-1.1 * -2.12{Enter}");
  await expect.element(step()).toHaveTextContent("✓ Right, you said -1.1 * -2.12.");
  expect(said()).toMatch(/^Right\. Who reads h\?/);
  // On to the next one, and back into its field.
  expect(document.activeElement).toBe(page.getByRole("button", { name: "Next step" }).element());
  const before = shared.step.value;
  await userEvent.keyboard("{Enter}");
  expect(shared.step.value).toBe(before + 1);
  expect(document.activeElement).toBe(field().element());
  // Whoever does not want to answer steps on.
  await userEvent.keyboard("{ArrowRight}");
  expect(shared.step.value).toBe(before + 2);
});

test("what is typed is no key of the widget, and what is no number is no try", async () => {
  const shared = await asked("network", "a");
  const before = shared.step.value;
  (field().element() as HTMLInputElement).focus();
  await userEvent.keyboard("1 +?[[]={ArrowLeft}{Home}{End} ");
  expect([shared.step.value, shared.speed.value, shared.playing.value]).toEqual([before, 1, false]);
  expect(document.querySelector("dialog[open]")).toBeNull();
  const outside = vi.fn();
  document.body.addEventListener("keydown", outside);
  await userEvent.keyboard("{Enter}");
  document.body.removeEventListener("keydown", outside);
  expect(outside).not.toHaveBeenCalled();
  await expect.element(step()).toHaveTextContent("That is no number.");
  expect(said()).toContain("That is no number.");
  expect(shared.attempts.value.byNode.size).toBe(0);
});

test("Hint shows the way, Show the number; neither is held against anybody", async () => {
  await asked("tied", "w");
  await page.getByRole("button", { name: "Hint" }).click();
  await expect.element(step()).toHaveTextContent("How strongly? a at 1.5 and p at 0.7818.");
  await expect.element(page.getByRole("button", { name: "Hint" })).not.toBeInTheDocument();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect.element(step()).not.toHaveTextContent("✗");
  await expect.element(step()).toHaveTextContent("0.8265");
});

test("what was answered stays so on the way back; other numbers are asked for anew", async () => {
  const shared = await asked("network", "a");
  await answer("0.907");
  await page.getByRole("button", { name: "Next step" }).click();
  await page.getByRole("button", { name: "Previous step" }).click();
  await expect.element(step()).toHaveTextContent("✓ Right, you said 0.907.");
  await page.getByRole("spinbutton", { name: "w₁" }).fill("0.5");
  await userEvent.keyboard("{Enter}");
  await expect.element(field()).toBeVisible();
  shared.predict.value = false;
  await expect.element(field()).not.toBeInTheDocument();
});

test("playing waits at each question, and plays on past it", async () => {
  const shared = await asked("network", "h");
  // Pressed at a question, it goes on; what the timer does then is a step.
  await page.getByRole("button", { name: "Play" }).click();
  expect(shared.playing.value).toBe(true);
  shared.step.value += 1;
  expect(shared.playing.value).toBe(false);
  expect(said()).toMatch(/^Solve 5 of 9: row a\. Your turn/);
});

test("no nudge measures what is asked for", async () => {
  const shared = await asked("network", "a");
  const scene = shared.scene.value;
  const nudge = page.getByRole("button", { name: /^\+ε/ });
  await expect.element(nudge).not.toBeInTheDocument();
  shared.pinned.value = nodeOf(scene, "h");
  await expect.element(nudge).toBeInTheDocument();
  shared.pinned.value = nodeOf(scene, "a");
  await expect.element(nudge).not.toBeInTheDocument();
  await answer("0.907");
  await expect.element(nudge).toBeInTheDocument();
});

test("the summary waits for the last answer", async () => {
  const scene = await load("network");
  const shared = await show(scene);
  shared.predict.value = true;
  expect(document.querySelector(".lv-summary")).toBeNull();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  expect(document.querySelector(".lv-summary")?.textContent).toContain("Solved.");
});

test("of a level each row is asked for in turn", async () => {
  const scene = await load("tied-level_schedule");
  const shared = await show(scene);
  shared.predict.value = true;
  shared.step.value = solveSteps(scene).find(({ nodes }) => nodes.length > 1)?.step ?? 0;
  const labels: (string | null | undefined)[] = [];
  for (let box = document.querySelector(".lv-predict input"); box?.closest("[hidden]") === null; ) {
    labels.push(box.getAttribute("aria-label"));
    await page.getByRole("button", { name: "Show", exact: true }).click();
    box = document.querySelector(".lv-predict input");
  }
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.length).toBeGreaterThan(1);
  await expect.element(step()).toHaveTextContent("Why at once?");
});

test.each([
  ["network-neumann", "Nothing is asked: this method does not find a λ from those of its readers."],
  ["logistic", "is an array, and is not asked for."],
])("where nothing is asked it is said why: %s", async (name, why) => {
  const scene = await load(name);
  const shared = await show(scene);
  shared.predict.value = true;
  await expect.element(step()).toHaveTextContent(why);
  await expect.element(field()).not.toBeInTheDocument();
});

test("broken on purpose, nothing is asked", async () => {
  const shared = await asked("tied", "w");
  shared.broken.value = true;
  await expect.element(step()).toHaveTextContent("Nothing is asked while it is broken on purpose.");
  await expect.element(field()).not.toBeInTheDocument();
});

test("it is turned in the menu, and taken back with everything else", async () => {
  const shared = await show(await load("network"));
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("switch", { name: "Predict" }).click();
  expect(shared.predict.value).toBe(true);
  await page.getByRole("button", { name: "Reset" }).click();
  expect(shared.predict.value).toBe(false);
});
