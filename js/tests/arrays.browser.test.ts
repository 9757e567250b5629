// Arrays open: their numbers can be seen, pointed at, walked through and copied.
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { isNumber, numbersOf, type Scene } from "../src/scene.ts";
import { leave, load, show } from "./support/saved.ts";

afterEach(leave);

const nodeOf = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);
const said = () => document.querySelector(".lv-array-said")?.textContent;

test("an array that is pinned shows its numbers and its prices", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  shared.pinned.value = nodeOf(scene, "w");
  const texts = [...document.querySelectorAll(".lv-array-numbers text")].map((text) => text.textContent);
  expect(texts.slice(0, 3)).toEqual(["0.5", "−0.25", "0.1"]);
  expect(texts).toHaveLength(6);
});

test("a dash says what is negative, and a number that is written does", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  const card = document.querySelector(`[data-node="${nodeOf(scene, "w")}"] .lv-heat-signs`);
  const negative = numbersOf(scene, nodeOf(scene, "w")).filter((x) => x < 0).length;
  expect(card?.getAttribute("d")?.match(/M/g)).toHaveLength(negative);
  shared.pinned.value = nodeOf(scene, "w");
  for (const signs of document.querySelectorAll(".lv-array-picture .lv-heat-signs"))
    expect(getComputedStyle(signs).display).toBe("none");
});

test("before λ is solved it is a question mark", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  shared.step.value = 3;
  shared.pinned.value = nodeOf(scene, "w");
  expect(document.querySelector(".lv-array-unknown")?.textContent).toBe("?");
});

test("arrows walk through it, and say value and price", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  shared.pinned.value = nodeOf(scene, "w");
  (page.getByRole("group", { name: "the value of w" }).element() as HTMLElement).focus();
  expect(said()).toMatch(/^w\[0\] = 0.5, λ = /);
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
  expect(said()).toMatch(/^w\[2\] = 0.1, λ = /);
  // Both pictures mark the same number, and the step is still the same.
  const marks = [...document.querySelectorAll(".lv-array-marker")].map((mark) => mark.getAttribute("x"));
  expect(new Set(marks).size).toBe(1);
  expect(shared.step.value).toBe(scene.steps.length);
});

test("what is copied reads back as the array", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  const w = nodeOf(scene, "w");
  shared.pinned.value = w;
  const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await page.getByRole("button", { name: "Copy the value of w, as NumPy text" }).click();
  expect(written).toHaveBeenCalledWith(`np.array([${[...numbersOf(scene, w)].join(", ")}])`);
  written.mockRejectedValue(new Error("not allowed here"));
  await page.getByRole("button", { name: "Copy λ of w, as NumPy text" }).click();
  await expect
    .element(page.getByRole("textbox", { name: "Copy λ of w: the text" }))
    .toHaveValue(expect.stringMatching(/^np\.array\(\[/));
  written.mockRestore();
});

test("a block opens to its elements, and Escape closes it", async () => {
  const scene = await load("logistic");
  await show(scene);
  const entry = scene.entries.findIndex(
    ({ structure, shape, shown }) => structure === "dense" && String(shape) === String(shown),
  );
  await userEvent.click(document.querySelector(`.lv-entry[data-entry="${entry}"]`) as Element);
  const { shape = [0, 0] } = scene.entries[entry] ?? {};
  expect(said()).toContain(`${shape[0]} × ${shape[1]}, dense`);
  (document.querySelector(".lv-array-frame") as HTMLElement).focus();
  const reader = scene.nodes[scene.entry_column[entry] ?? -1]?.label;
  expect(said()).toContain(`∂${reader}[0]/∂`);
  await userEvent.click(document.querySelector(".lv-title") as Element);
  await userEvent.keyboard("{Escape}");
  expect(document.querySelector(".lv-array-frame[aria-label^='the block']")).toBeNull();
});

test("the keyboard opens a block and closes it, and pins where there is only a number", async () => {
  const scene = await load("logistic");
  const shared = await show(scene);
  const enter = async (entry: number) => {
    document.querySelector<HTMLElement>(`[role=gridcell][data-entry="${entry}"]`)?.focus();
    await userEvent.keyboard("{Enter}");
  };
  const block = scene.entries.findIndex(({ shape }) => shape[0] * shape[1] > 1);
  await enter(block);
  expect(document.querySelector(".lv-array-frame[aria-label^='the block']")).not.toBeNull();
  await enter(block);
  expect(document.querySelector(".lv-array-frame[aria-label^='the block']")).toBeNull();
  expect(shared.pinned.value).toBeNull();
  const number = scene.entries.findIndex(({ shape }) => shape[0] * shape[1] === 1);
  await enter(number);
  expect(shared.pinned.value).toBe(scene.entry_row[number]);
});

test.each(["logistic", "elements", "shapes"])("axe finds nothing in %s with an array open", async (name) => {
  const scene = await load(name);
  const shared = await show(scene);
  shared.pinned.value = scene.nodes.findIndex((_, i) => !isNumber(scene, i));
  const root = document.querySelector<HTMLElement>(".lagviz") as HTMLElement;
  await vi.waitFor(
    async () => {
      const { violations } = await axe.run(root);
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
    },
    { timeout: 8000 },
  );
});
