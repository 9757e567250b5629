// The widget as a person uses it, with a kernel that is not there.
import type { InitializeProps, RenderProps } from "@anywidget/types";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Traits } from "../src/model.ts";
import widget from "../src/widget.ts";
import { EXAMPLE_INPUTS, FakeModel } from "./support/model.ts";
import { oneOneOne } from "./support/oneoneone.ts";

interface Definition {
  initialize(props: InitializeProps<Traits>): () => void;
  render(props: RenderProps<Traits>): () => void;
}

const ends: (() => void)[] = [];

async function show(model = new FakeModel(), displays = 1): Promise<{ model: FakeModel; roots: HTMLElement[] }> {
  const { initialize, render } = (widget as () => Definition)();
  const end = initialize({ model: model.asModel() } as unknown as InitializeProps<Traits>);
  ends.push(end);
  const roots = Array.from({ length: displays }, () => {
    const el = document.createElement("div");
    document.body.append(el);
    const leave = render({ model: model.asModel(), el } as unknown as RenderProps<Traits>);
    ends.push(() => {
      leave();
      el.remove();
    });
    return el;
  });
  await vi.waitFor(() => expect(document.querySelectorAll(".lv-footer, .lv-alert").length).toBe(displays));
  return { model, roots };
}

const root = () => document.querySelector<HTMLElement>(".lagviz") as HTMLElement;
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const next = () => page.getByRole("button", { name: "Next step" }).first();

const move = (value: string) => {
  const slider = page.getByRole("slider", { name: "w₁" }).element() as HTMLInputElement;
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
};

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) end();
  await userEvent.unhover(document.body);
});

test("it opens where Python says, and steps to the end", async () => {
  const { model } = await show();
  expect({ ...root().dataset }).toMatchObject({ step: "6", steps: "18", phase: "record", theme: "light" });
  for (let step = 7; step <= 18; step++) await next().click();
  expect(root().dataset.step).toBe("18");
  expect(model.get("step")).toBe(18);
  expect(root().dataset.phase).toBe("solve");
  const multipliers = all("[data-multiplier]").map((cell) => Number(cell.dataset.value).toFixed(4));
  expect(multipliers).toEqual([
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
});

test("not solved yet is not 0", async () => {
  await show(new FakeModel({ step: 12 }));
  const cell = document.querySelector<SVGElement>('[data-multiplier="4"]');
  expect(cell?.textContent).toContain("?");
  expect(cell?.dataset.value).toBeUndefined();
});

test("every view is lit by pointing at any of them", async () => {
  await show(new FakeModel({ step: 14 }));
  const lit = () => all(".lv-lit").map((element) => element.closest("section")?.getAttribute("aria-label"));
  await userEvent.hover(document.querySelector('[data-node="5"] .lv-number-text') as Element);
  await vi.waitFor(() =>
    expect(new Set(lit())).toEqual(new Set(["Computational graph", "Adjoint system", "This step", "Source", "Inputs"])),
  );
  await userEvent.hover(document.querySelector('.lv-cell[data-row="4"][data-col="5"]') as Element);
  await vi.waitFor(() => expect(document.querySelector('.lv-edge[data-entry="2"]')?.classList).toContain("lv-lit"));
});

test("a click pins, Escape frees", async () => {
  const { model } = await show();
  await userEvent.click(document.querySelector('[data-node="4"] .lv-number-text') as Element);
  expect(model.get("selection")).toBe(4);
  await userEvent.keyboard("{Escape}");
  expect(model.get("selection")).toBeNull();
});

test("keys step, and the notebook around does not hear of it", async () => {
  const { model } = await show();
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  await userEvent.click(document.querySelector(".lv-title") as Element);
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowLeft}");
  expect(model.get("step")).toBe(7);
  await userEvent.keyboard("{PageDown}");
  expect(model.get("step")).toBe(10);
  await userEvent.keyboard("{Home}");
  expect(model.get("step")).toBe(0);
  await userEvent.keyboard("{End}");
  expect(model.get("step")).toBe(18);
  expect(heard).not.toHaveBeenCalled();
  await userEvent.keyboard("j");
  expect(heard).toHaveBeenCalledOnce();
  document.body.removeEventListener("keydown", heard);
});

test("arrows inside the list of nodes walk through it", async () => {
  const { model } = await show();
  document.querySelector<HTMLElement>(".lv-graph li button")?.focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement?.getAttribute("data-about")).toBe("2");
  expect(model.get("step")).toBe(6);
});

test("two displays are in step, and both go", async () => {
  const { model, roots } = await show(new FakeModel(), 2);
  await next().click();
  expect(roots.map((el) => el.querySelector<HTMLElement>(".lagviz")?.dataset.step)).toEqual(["7", "7"]);
  for (const end of ends.splice(0).reverse()) end();
  expect(all(".lagviz")).toEqual([]);
  expect(model.listeners).toBe(0);
});

test("sliders ask once at a time, for the newest", async () => {
  const { model } = await show();
  for (const value of ["0.8", "0.9", "1"]) move(value);
  expect(model.sent.map(({ inputs }) => inputs.w1)).toEqual([0.8]);
  model.answer();
  expect(model.sent.map(({ inputs }) => inputs.w1)).toEqual([0.8, 1]);
  model.answer();
  expect(document.querySelector('[data-node="4"] [data-value]')?.getAttribute("data-value")).toBe("1.5");
  expect(root().dataset.step).toBe("6");
});

test("a program that fails leaves the picture, and says why", async () => {
  const { model } = await show();
  move("2");
  model.answer({ text: "ZeroDivisionError: division by zero", line: 3 });
  await expect.element(page.getByRole("alert")).toHaveTextContent("ZeroDivisionError: division by zero (line 3)");
  expect(all("[data-node]")).toHaveLength(9);
});

test("a kernel that does not answer is said, and the page computes what it can", async () => {
  const { model } = await show();
  vi.useFakeTimers();
  ends.push(() => vi.useRealTimers());
  move("1");
  expect(model.sent).toHaveLength(1);
  vi.advanceTimersByTime(5000);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("the page computed this itself");
  expect(document.querySelector('[data-node="4"] [data-value]')?.getAttribute("data-value")).toBe("1.5");
  // One that is only slow is not sent one request after the other; when it is done it is asked for the newest.
  for (const value of ["1.1", "1.2"]) move(value);
  expect(document.querySelector('[data-node="4"] [data-value]')?.getAttribute("data-value")).toBe(String(1.2 * 1.5));
  expect(model.sent).toHaveLength(1);
  model.answer();
  expect(model.sent.map(({ inputs }) => inputs.w1)).toEqual([1, 1.2]);
  model.answer();
  expect(document.querySelector("[role=alert]")?.textContent).toBe("");
});

test("a request that was lost is made again by the next move, a minute later", async () => {
  const { model } = await show();
  vi.useFakeTimers();
  ends.push(() => vi.useRealTimers());
  move("1");
  vi.advanceTimersByTime(59_000);
  move("1.1");
  expect(model.sent).toHaveLength(1);
  vi.advanceTimersByTime(2000);
  move("1.2");
  expect(model.sent.map(({ inputs }) => inputs.w1)).toEqual([1, 1.2]);
});

test("an interruption is said, and does not begin what was to come next", async () => {
  const { model } = await show();
  for (const value of ["0.8", "0.9"]) move(value);
  model.answer({ kind: "interrupted", text: "The recording was interrupted.", line: null });
  await expect.element(page.getByRole("alert")).toHaveTextContent("The recording was interrupted.");
  expect(model.sent).toHaveLength(1);
  move("1");
  expect(model.sent.map(({ inputs }) => inputs.w1)).toEqual([0.8, 1]);
});

test("a slider whose value was refused goes back once the hand has left it", async () => {
  const { model } = await show();
  const field = page.getByRole("spinbutton", { name: "w₁" });
  await field.fill("2");
  await userEvent.keyboard("{Enter}");
  model.answer({ text: "ValueError: too far", line: 3 });
  await expect.element(field).toHaveValue(2);
  await userEvent.tab();
  await expect.element(field).toHaveValue(0.7);
  await expect.element(page.getByRole("alert")).toHaveTextContent("too far");
});

test("a kernel that was shut down is told of nothing more", async () => {
  const { model } = await show();
  await next().click();
  expect(model.saved).toHaveLength(1);
  model.widget_manager.kernel = null;
  await next().click();
  expect(root().dataset.step).toBe("8");
  expect(model.saved).toHaveLength(1);
});

test("a comm that is closed is said, and the rest works on", async () => {
  const model = new FakeModel();
  model.send = () => {
    throw new Error("comm is closed");
  };
  await show(model);
  move("1");
  expect(document.querySelector('[data-node="4"] [data-value]')?.getAttribute("data-value")).toBe("1.5");
  await expect
    .element(page.getByRole("alert"))
    .toHaveTextContent("The kernel that made this is gone; the page computed this itself.");
  await next().click();
  expect(root().dataset.step).toBe("7");
});

test("a scene of another version says so, and leaves the picture", async () => {
  const { model } = await show();
  const bytes = oneOneOne();
  const mark = '"version":1';
  const start = String.fromCharCode(...bytes.subarray(0, 200)).indexOf(mark);
  bytes[start + mark.length - 1] = "9".charCodeAt(0);
  model.set("_scene", new DataView(bytes.buffer));
  await expect.element(page.getByRole("alert")).toHaveTextContent("made by another version of lagviz");
  expect(all("[data-node]")).toHaveLength(9);
});

test("a step that comes with its scene is looked up in that one", async () => {
  const { model } = await show(new FakeModel({ _scene: new DataView(oneOneOne(EXAMPLE_INPUTS, 3).buffer), step: 2 }));
  expect(root().dataset.steps).toBe("3");
  // The step first, as it may come.
  model.setTogether({ step: 12, _scene: new DataView(oneOneOne().buffer) });
  expect(root().dataset.step).toBe("12");
  expect(model.get("step")).toBe(12);
  // The page answers nothing to what it was told.
  expect(model.saved).toEqual([]);
});

test("a nudge is shown beside what λ says", async () => {
  await show(new FakeModel({ step: 14 }));
  // Away from whatever node the test before has left the pointer over.
  await userEvent.hover(document.querySelector(".lv-title") as Element);
  await page.getByRole("button", { name: "nudge a by" }).click();
  expect(document.querySelector(".lv-nudged")?.textContent).toBe("measured +0.0090, ε·λ predicts +0.0091");
  await expect.element(page.getByRole("status")).toHaveTextContent("measured +0.0090, ε·λ predicts +0.0091");
});

test("what cannot be read is said in its place", async () => {
  await show(new FakeModel({ _scene: new DataView(new ArrayBuffer(40)) }));
  await expect.element(page.getByRole("alert")).toHaveTextContent("This picture cannot be read");
});

test.each([0, 3, 9, 14, 18])("axe finds nothing at step %i", async (step) => {
  await show(new FakeModel({ step }));
  const { violations } = await axe.run(root());
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
});
