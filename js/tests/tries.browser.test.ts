// What can be tried, in a page without a kernel: the page computes it all itself.
import { type Signal, signal } from "@preact/signals-core";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { recomputed } from "../src/engine.ts";
import { decodeScene, type Scene } from "../src/scene.ts";
import type { Kernel, Shared } from "../src/state.ts";
import { oneOneOne } from "./support/oneoneone.ts";
import { leave, load, show } from "./support/saved.ts";

afterEach(leave);

const multiplier = (node: number): number =>
  Number(document.querySelector<HTMLElement>(`[data-multiplier="${node}"]`)?.dataset.value);
const openMenu = () => page.getByRole("button", { name: "More" }).click();
const nodeOf = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);

test("a slider moves the program", async () => {
  const shared = await show(decodeScene(oneOneOne()));
  const field = page.getByRole("spinbutton", { name: "w₁" });
  await field.fill("1");
  await userEvent.keyboard("{Enter}");
  expect(shared.scene.value.value[4]).toBe(1.5);
  expect(multiplier(8)).toBe(1);
  expect(multiplier(4)).toBeCloseTo(2 * (-1.1 * Math.tanh(1.5) - 0.2) * -1.1 * (1 - Math.tanh(1.5) ** 2), 12);
});

test("the 1 is moved by a click on a 0, and back from the menu", async () => {
  const scene = await load("network");
  await show(scene);
  const p = nodeOf(scene, "p");
  await userEvent.click(document.querySelector(`svg [data-ask="${p}"]`) as Element);
  expect(multiplier(p)).toBe(1);
  expect(multiplier(scene.output)).toBe(0);
  expect(
    document.querySelector(".lv-rhs-one")?.closest(".lv-row")?.querySelector(".lv-row-label")?.textContent,
  ).toContain("p");
  await openMenu();
  await page.getByRole("combobox", { name: "Which result is asked about" }).selectOptions("loss");
  expect(multiplier(p)).toBeCloseTo(-2.12, 3);
  await page.getByRole("combobox", { name: "Which result is asked about" }).selectOptions("h");
  expect(multiplier(scene.output)).toBe(0);
  await page.getByRole("button", { name: "Reset" }).click();
  expect(multiplier(p)).toBeCloseTo(-2.12, 3);
});

test("a page that was saved after the 1 had been moved is reset to what was asked first", async () => {
  const scene = await load("network");
  const p = nodeOf(scene, "p");
  await show(recomputed(scene, {}, p));
  expect(multiplier(p)).toBe(1);
  await openMenu();
  await page.getByRole("button", { name: "Reset" }).click();
  expect(multiplier(scene.output)).toBe(1);
  expect(multiplier(p)).toBeCloseTo(-2.12, 3);
});

test("while another result is asked about, heading, λ, right-hand side, key and summary say whose prices they are", async () => {
  const scene = await load("network");
  const shared = await show(scene);
  const heading = page.getByRole("region", { name: "Adjoint system" }).getByRole("heading");
  const captions = () => [...document.querySelectorAll(".lv-matrix-picture .lv-caption")].map((one) => one.textContent);
  expect(heading.element().textContent).toBe("Adjoint system");
  expect(document.querySelector(".lv-system")?.getAttribute("title")).toContain("J is the Jacobian");
  await userEvent.click(document.querySelector(`svg [data-ask="${nodeOf(scene, "p")}"]`) as Element);
  shared.step.value = shared.scene.value.steps.length;
  await expect.element(heading).toHaveTextContent(/^Adjoint system: prices of p/);
  const named = heading.element().querySelector("[data-about]") as Element;
  expect(getComputedStyle(named).textTransform).toBe("none");
  expect(captions()).toContain("prices of p");
  expect(document.querySelector(".lv-system")?.textContent).toContain("e_{p}");
  await expect
    .element(page.getByRole("region", { name: "Computational graph" }))
    .toHaveTextContent("price λ of p below");
  await expect.element(page.getByRole("region", { name: "This step" })).toHaveTextContent("prices of p: ");
});

test("the summary puts what a nudge gave beside what the price says", async () => {
  const shared = await show(await load("network"));
  shared.step.value = shared.scene.value.steps.length;
  const summary = page.getByRole("region", { name: "This step" });
  await expect.element(summary).toHaveTextContent("+0.01 on w1 gave +0.0135; its price says +0.0136.");
});

test("the 1 is moved from the keyboard", async () => {
  const scene = await load("network");
  await show(scene);
  const grid = page.getByRole("grid").element();
  const cell = [...grid.querySelectorAll<HTMLElement>("[data-ask]")].find((one) => one.textContent?.includes("row p"));
  cell?.focus();
  await userEvent.keyboard("{Enter}");
  expect(multiplier(nodeOf(scene, "p"))).toBe(1);
});

test("broken on purpose, the wrong price stands beside what a nudge does", async () => {
  const scene = await load("tied");
  const shared = await show(scene);
  shared.pinned.value = nodeOf(scene, "w");
  await openMenu();
  await page.getByRole("switch", { name: "Break it" }).click();
  expect(multiplier(nodeOf(scene, "w"))).toBeCloseTo(0.2835, 4);
  await expect.element(page.getByText("large residual")).toBeVisible();
  expect(document.querySelector(".lv-checks")?.textContent).toContain("+0.01 gave +0.0084, λ says +0.0028");
  await page.getByRole("button", { name: "Reset" }).click();
  expect(multiplier(nodeOf(scene, "w"))).toBeCloseTo(0.8265, 4);
});

test("rows in another order keep their prices; one that cannot run has a dot below the diagonal", async () => {
  const scene = await load("network");
  const shared = await show(scene);
  const prices = () => scene.nodes.map((_, i) => multiplier(i));
  const before = prices();
  await openMenu();
  await page.getByRole("button", { name: "Shuffle" }).click();
  expect([...shared.order.value].sort((a, b) => a - b)).toEqual(scene.nodes.map((_, i) => i));
  expect(prices()).toEqual(before);
  expect(document.querySelectorAll(".lv-early")).toHaveLength(0);
  await page.getByRole("button", { name: "As written" }).click();
  const header = page.getByRole("rowheader", { name: "row a" }).element() as HTMLElement;
  header.focus();
  for (let times = 0; times < 4; times++) await userEvent.keyboard("{Alt>}{ArrowUp}{/Alt}");
  expect(shared.order.value.indexOf(nodeOf(scene, "a"))).toBe(0);
  expect(document.querySelectorAll(".lv-early")).toHaveLength(2);
  expect(prices()).toEqual(before);
});

test("tied inputs move together, and have one price", async () => {
  const scene = await load("network");
  const shared = await show(scene);
  await openMenu();
  await page.getByRole("combobox", { name: "One input of the tied" }).selectOptions("w₁");
  await page.getByRole("combobox", { name: "The other input of the tied" }).selectOptions("w₂");
  expect(shared.tied.value).toEqual(["w1", "w2"]);
  const [w1, w2] = [nodeOf(scene, "w₁"), nodeOf(scene, "w₂")];
  expect([w1, w2].map((node) => shared.scene.value.value[node])).toEqual([0.7, 0.7]);
  const sum = document.querySelector<HTMLElement>(".lv-checks .lv-number");
  expect(Number(sum?.dataset.value)).toBeCloseTo(0.8265, 4);
  await page.getByRole("button", { name: "Close the menu" }).click();
  await page.getByRole("spinbutton", { name: "w₂" }).fill("0.5");
  await userEvent.keyboard("{Enter}");
  expect([w1, w2].map((node) => shared.scene.value.value[node])).toEqual([0.5, 0.5]);
});

test("a step of descent says what it did and what λ promised", async () => {
  const scene = await load("network");
  const shared = await show(scene);
  const use = page.getByRole("region", { name: "Use" });
  await expect.element(use).not.toBeInTheDocument();
  shared.descent.value = true;
  await page.getByRole("button", { name: "Take a step" }).click();
  await expect.element(use).toHaveTextContent("−η Σ λ² said 0.6639.");
  const rows = [...document.querySelectorAll(".lv-use-table [role=row]")].slice(1);
  expect(rows.map((row) => [...row.children].map(({ textContent }) => textContent))).toEqual([
    ["loss", "1.124", "", "0.7118"],
    ["w1", "0.7", "1.360", "0.5640"],
    ["w2", "−1.1", "−1.657", "−0.9343"],
  ]);
  const [w1 = -1, w2 = -1] = ["w₁", "w₂"].map((label) => nodeOf(scene, label));
  expect(shared.scene.value.value[w1]).toBeCloseTo(0.7 - 0.1 * (scene.multiplier[w1] ?? 0), 12);
  expect(shared.scene.value.value[w2]).toBeCloseTo(-1.1 - 0.1 * (scene.multiplier[w2] ?? 0), 12);
  // Data stay.
  expect(shared.scene.value.value[0]).toBe(1.5);
  // Other inputs are no part of the step: what the next one would do stands there.
  await page.getByRole("spinbutton", { name: "x" }).fill("1");
  await userEvent.keyboard("{Enter}");
  await expect.element(use).toHaveTextContent("−η Σ λ² says");
  shared.step.value = 1;
  await expect.element(use).toHaveTextContent("−η Σ λ² says ?.");
});

test("a branch that would flip is said, and everything stays", async () => {
  const scene = await load("branch");
  const shared = await show(scene);
  await page.getByRole("spinbutton", { name: "x" }).fill("-1");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("alert")).toHaveTextContent("comes out otherwise");
  expect(shared.scene.value).toBe(scene);
  await page.getByRole("button", { name: "Close this message" }).click();
  await expect.element(page.getByRole("alert")).toHaveTextContent(/^$/);
});

test("where the page cannot compute, it says so instead of showing sliders", async () => {
  await show(await load("logistic"));
  expect(document.querySelectorAll("input[type=range]")).toHaveLength(0);
  expect(document.querySelector(".lv-inputs")?.textContent).toContain("open this in a running notebook");
});

test("a size is written on each solved node", async () => {
  const scene = await load("recurrent");
  const shared = await show(scene);
  shared.sizes.value = true;
  const tags = [...document.querySelectorAll<SVGElement>(".lv-size")];
  expect(tags).toHaveLength(scene.nodes.filter(({ row }) => row).length);
  expect(tags.every((tag) => getComputedStyle(tag).visibility === "visible")).toBe(true);
  expect(new Set(tags.map((tag) => tag.querySelector("text")?.textContent))).toContain("10⁰");
});

test("on a projector the clicker's keys step", async () => {
  const shared = await show(await load("network"));
  shared.projector.value = true;
  shared.step.value = 3;
  await userEvent.click(document.querySelector(".lv-title") as Element);
  await userEvent.keyboard("{PageDown}{PageDown}{PageUp}");
  expect(shared.step.value).toBe(4);
});

test("what is said follows the step, is silent while playing, and says what has changed", async () => {
  const scene = await load("tied");
  const shared = await show(scene, { step: signal(scene.steps.length - 2) });
  const said = () => document.querySelector("[role=status]")?.textContent ?? "";
  expect(said()).toBe("");
  shared.step.value += 1;
  const sentence = said();
  expect(sentence).toMatch(/^Solve \d of \d: row .*\. Who reads/);
  shared.playing.value = true;
  shared.step.value -= 1;
  expect(said()).toBe(sentence);
  shared.playing.value = false;
  expect(said()).toMatch(/^Solve/);
  shared.broken.value = true;
  expect(said()).toMatch(/^Broken on purpose: λ of w = 0.2835/);
  // The scrubber says where it is itself.
  (page.getByRole("slider", { name: "Step" }).element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(said()).toMatch(/^Who reads/);
});

const STATES: Record<string, (shared: Shared) => unknown> = {
  "the menu": openMenu,
  "the list of keys": () => userEvent.keyboard("?"),
  "a broken pass": (shared) => {
    shared.broken.value = true;
  },
  "use and sizes": (shared) => {
    shared.descent.value = true;
    shared.sizes.value = true;
  },
  "a λ that is asked for, and the way to it": async (shared) => {
    shared.predict.value = true;
    shared.step.value -= 1;
    await page.getByRole("textbox", { name: "λ of" }).fill("17");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("How strongly?", { exact: true })).toBeVisible();
  },
  "a λ that was answered": async (shared) => {
    shared.predict.value = true;
    await page.getByRole("textbox", { name: "λ of" }).fill("17");
    await userEvent.keyboard("{Enter}");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect.element(page.getByText("You said 17")).toBeVisible();
  },
  "a projector": (shared) => {
    shared.projector.value = true;
  },
  "an order that cannot run": (shared) => {
    shared.order.value = shared.scene.value.nodes.map((_, i) => i).reverse();
  },
  "a method that is refused": async (shared) => {
    const refused = shared.scene.value.methods.find(({ refusal }) => refusal !== null);
    await page.getByRole("combobox", { name: "Method" }).selectOptions(refused?.name ?? "none is refused");
    await expect.element(page.getByRole("alert")).toHaveTextContent("does not apply here");
  },
  "a part that cannot be drawn": (shared) => {
    (shared.scene as Signal<Scene>).value = { ...shared.scene.value, files: null as unknown as Scene["files"] };
    return expect.element(page.getByRole("region", { name: "Source" })).toHaveTextContent("could not be drawn");
  },
  "a problem": (shared) => {
    shared.problem.value = { text: "ZeroDivisionError: division by zero", line: 3 };
  },
};

test.each(["light", "dark"].flatMap((theme) => Object.keys(STATES).map((name) => [name, theme] as const)))(
  "axe finds nothing with %s, %s",
  async (name, theme) => {
    document.body.style.background = theme === "dark" ? "#111" : "";
    document.body.style.color = theme === "dark" ? "#eee" : "";
    const kernel: Kernel = { ask: vi.fn(), inputs: true, questions: true, methods: null, units: true };
    const shared = await show(await load("tied"), { kernel });
    await userEvent.click(document.querySelector(".lv-title") as Element);
    await STATES[name]?.(shared);
    const root = document.querySelector<HTMLElement>(".lagviz") as HTMLElement;
    await vi.waitFor(() => expect(root.dataset.theme).toBe(theme));
    await vi.waitFor(
      async () => {
        const { violations } = await axe.run(root);
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
      },
      { timeout: 8000 },
    );
  },
);
