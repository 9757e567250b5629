// The widget at sizes that people have: a projector, a laptop, a panel of a notebook. What a step is about is in sight there.
import { signal } from "@preact/signals-core";
import { afterEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Shared } from "../src/state.ts";
import { leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const the = (selector: string) => document.querySelector(selector) as HTMLElement;

afterEach(() => {
  leave();
  document.querySelector(".around")?.remove();
});

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far something reaches out of what is around it, in pixels. */
const cut = (inner: Element, b: Edges): number => {
  const a = inner.getBoundingClientRect();
  return Math.max(b.left - a.left, a.right - b.right, b.top - a.top, a.bottom - b.bottom, 0);
};

/** What is seen of the rows: below the names, which cover them. */
function rowsSeen(): Edges {
  const { left, right, bottom } = the(".lv-matrix-view").getBoundingClientRect();
  return { left, right, bottom, top: the(".lv-matrix-names").getBoundingClientRect().bottom };
}

/** The active row with its equation, its card, the names of the columns, the sentence and Next: how far each is cut. */
function cuts(frame: Edges): Record<string, number> {
  const rows = rowsSeen();
  const bottom = Math.min(rows.bottom, frame.bottom);
  const parts: [string, string, Edges][] = [
    ["row", ".lv-active-row .lv-row-band", { ...rows, bottom }],
    ["card", '.lv-card[data-state="active"] .lv-outline', the(".lv-graph-view").getBoundingClientRect()],
    ["names", ".lv-matrix-names", the(".lv-matrix-view").getBoundingClientRect()],
    ["sentence", ".lv-step-body .lv-words", the(".lv-step").getBoundingClientRect()],
    ["Next", ".lv-next", frame],
  ];
  const found = parts.map(([name, selector, around]) => {
    const measured = all(selector).map((part) => Math.max(cut(part, around), cut(part, frame)));
    return [name, measured.length === 0 ? Number.NaN : Math.round(Math.max(...measured))];
  });
  return Object.fromEntries(found.filter(([, pixels]) => !(Number(pixels) < 2)));
}

async function throughSolve(shared: Shared, each: (step: number) => void): Promise<void> {
  const { steps } = shared.scene.value;
  const first = steps.findIndex(({ phase }) => phase === "solve") + 1;
  const stride = Math.ceil((steps.length - first) / 9);
  for (let step = first; step <= steps.length; step += stride) {
    shared.step.value = step;
    await settled();
    await settled();
    each(step);
  }
}

test.for(["tiny_network", "mlp", "recurrent_network"])(
  "on a projector what a step of %s is about is in sight",
  async (name) => {
    await page.viewport(1280, 720);
    const shared = await show(await load(`gallery/${name}`), { projector: signal(true) });
    await settled();
    const screen = { left: 0, top: 0, right: 1280, bottom: 720 };
    await throughSolve(shared, (step) => expect(cuts(screen), `step ${step}`).toEqual({}));
  },
);

test("on a projector the whole system of the example is seen, in letters of 15 pixels", async () => {
  await page.viewport(1280, 720);
  const shared = await show(await load("gallery/tiny_network"), { projector: signal(true) });
  await throughSolve(shared, (step) => {
    const view = the(".lv-matrix-view");
    // The summary at the end takes of its place.
    if (step < shared.scene.value.steps.length) expect(view.scrollHeight).toBeLessThanOrEqual(view.clientHeight + 1);
  });
  for (const name of all(".lv-row-label")) expect(name.getBoundingClientRect().height).toBeGreaterThan(15);
});

/** A part of the page that scrolls, as a notebook's is, with an output in it that would scroll if it were less high. */
function notebook(width: number, height: number): HTMLElement {
  const output = document.createElement("div");
  output.style.overflow = "auto";
  const around = document.createElement("div");
  around.className = "around";
  Object.assign(around.style, { width: `${width}px`, height: `${height}px`, overflow: "auto" });
  around.append(output);
  document.body.append(around);
  return output;
}

test.for([
  ["tiny_network", 934, 647],
  ["tiny_network", 934, 536],
  ["mlp", 934, 647],
  ["mlp", 1100, 647],
  ["attention", 934, 647],
] as const)("in a notebook on a laptop so it is for %s, at %i × %i", async ([name, width, height]) => {
  await page.viewport(1366, 768);
  const output = notebook(width, height);
  const shared = await show(await load(`gallery/${name}`), {}, output);
  await settled();
  await throughSolve(shared, (step) => {
    expect(cuts(the(".around").getBoundingClientRect()), `step ${step}`).toEqual({});
  });
  // It has found out which of the parts around it has a height of its own.
  expect(the(".lv-frame").offsetHeight).toBe(height - 12);
  expect(output.scrollHeight).toBe(output.clientHeight);
  // What there is not room for is known to be there.
  for (const region of ["Source", "Inputs"].slice(width < 960 ? 0 : 1)) {
    const heading = the(`[aria-label="${region}"] .lv-heading`);
    expect(cut(heading, the(".lv-body").getBoundingClientRect()), region).toBeLessThan(1);
  }
});

test("a widget is as high as the notebook shows, also when that changes", async () => {
  await page.viewport(1366, 1000);
  await show(await load("network"), { projector: signal(true) }, notebook(968, 879));
  const height = () => Math.round(the(".lv-frame").getBoundingClientRect().height);
  await expect.poll(height).toBe(879 - 12);
  expect(cut(the(".lv-next"), the(".around").getBoundingClientRect())).toBe(0);
  the(".around").style.height = "640px";
  await expect.poll(height).toBe(640 - 12);
});

test("of many rows and columns those have names that are active, and no two of the names touch", async () => {
  await page.viewport(1400, 900);
  const shared = await show(await load("gallery/recurrent_network-scalars"));
  await throughSolve(shared, (step) => {
    const names = (selector: string) => all(selector).filter((label) => label.querySelector("tspan") !== null);
    const rows = names(".lv-row-label");
    const active = the(".lv-active-row .lv-row-label");
    expect(rows, `step ${step}`).toContain(active);
    expect(names(".lv-column-label").map(({ dataset }) => dataset.about)).toContain(active.dataset.about);
    expect(rows.length).toBeGreaterThan(20);
    const middles = rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2);
    const size = Number.parseFloat(rows[0]?.querySelector("tspan")?.getAttribute("font-size") ?? "0");
    for (const [r, y] of middles.slice(1).entries()) expect(y - (middles[r] ?? 0)).toBeGreaterThan(0.75 * size);
  });
});

test("a name that is pointed at is written", async () => {
  await page.viewport(1400, 900);
  const shared = await show(await load("gallery/recurrent_network-scalars"));
  const unnamed = all(".lv-row-label").filter((label) => label.querySelector("tspan") === null);
  expect(unnamed.length).toBeGreaterThan(40);
  const one = unnamed.at(-1) as HTMLElement;
  shared.pinned.value = Number(one.dataset.about);
  expect(one.querySelector("tspan")).not.toBeNull();
  expect(the(`.lv-column-label[data-about="${one.dataset.about}"] tspan`)).not.toBeNull();
});
