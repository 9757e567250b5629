// How programs of the gallery look in their places: nothing is cut, nothing jumps, and room goes where it is of use.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { fullNumber } from "../src/format.ts";
import type { Shared } from "../src/state.ts";
import { leave, load, show } from "./support/saved.ts";

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const the = (selector: string) => document.querySelector(selector) as HTMLElement;
const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

beforeEach(() => page.viewport(1400, 1000));
afterEach(leave);

async function open(name: string): Promise<Shared> {
  document.body.style.margin = "0";
  const shared = await show(await load(`gallery/${name}`));
  await vi.waitFor(() => expect(the(".lv-body").style.getPropertyValue("--lv-graph-column")).not.toBe(""));
  await frames();
  return shared;
}

/** Whether two elements lie on each other. */
function overlap(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** How far an element reaches out of what is around it, in pixels. */
function cut(inner: Element, outer: Element): number {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
  return Math.max(b.left - a.left, a.right - b.right, b.top - a.top, a.bottom - b.bottom, 0);
}

const part = (selector: string) => the(selector).offsetWidth / the(".lv-body").offsetWidth;

describe("at 1400 pixels", () => {
  test("a graph that needs width gets it, as far as the system can spare it", async () => {
    await open("fixed_point");
    const wide = part(".lv-graph");
    leave();
    await open("loop");
    expect(wide).toBeGreaterThan(0.35);
    expect(part(".lv-graph")).toBeLessThan(0.31);
  });

  test.for(["fixed_point", "tiny_network", "branch", "loop"])(
    "all of %s is in sight, and stays in place",
    async (name) => {
      const shared = await open(name);
      const places = new Set<string | null>();
      for (let step = 1; step <= shared.scene.value.steps.length; step++) {
        shared.step.value = step;
        await frames();
        places.add(the(".lv-graph-picture > g").getAttribute("transform"));
      }
      expect([...places]).toHaveLength(1);
      for (const card of all(".lv-card")) expect(cut(card, the(".lv-graph-view"))).toBeLessThan(1);
      expect(the(".lv-zoom").hidden).toBe(true);
    },
  );

  test("an equation that reads its own result carries a loop, and its pill leaves the next card free", async () => {
    await open("fixed_point");
    expect(all(".lv-loop").map((loop) => loop.closest(".lv-card")?.getAttribute("data-node"))).toEqual(["5"]);
    for (const mark of all(".lv-pill, .lv-loop")) {
      const others = all(".lv-card").filter((card) => !card.contains(mark));
      for (const card of others) expect(overlap(mark, card.querySelector(".lv-paper") as Element)).toBe(false);
    }
  });

  test.for(["fixed_point", "tiny_network"])(
    "what stands on the edges of %s covers no operation, and does not touch the border",
    async (name) => {
      const shared = await open(name);
      for (let step = 1; step <= shared.scene.value.steps.length; step++) {
        shared.step.value = step;
        await frames();
        const pills = all('.lv-card:not([data-state="hidden"]) .lv-pill');
        for (const label of all(".lv-partial > rect")) {
          const [inner, outer] = [label, the(".lv-graph-view")].map((one) => one.getBoundingClientRect());
          expect(inner?.left, `step ${step}`).toBeGreaterThan((outer?.left ?? 0) + 1);
          for (const pill of pills) expect(overlap(label, pill), `step ${step}`).toBe(false);
        }
      }
    },
  );

  test.for(["attention", "recurrent_network", "mlp"])(
    "captions of %s are whole, whatever row is open",
    async (name) => {
      const shared = await open(name);
      const { steps, readers } = shared.scene.value;
      // The longest equation of a row, and those of the first and the last one.
      const solving = steps.flatMap(({ phase, nodes: [node = 0] }, at) =>
        phase === "solve" ? [{ at: at + 1, node }] : [],
      );
      const longest = [...solving].sort((a, b) => (readers[b.node]?.length ?? 0) - (readers[a.node]?.length ?? 0))[0];
      for (const { at } of [solving[0], longest, solving.at(-1)].flatMap((one) => one ?? [])) {
        shared.step.value = at;
        await frames();
        for (const caption of all(".lv-matrix-picture .lv-caption")) {
          expect(cut(caption, the(".lv-matrix-view")), `step ${at}: ${caption.textContent}`).toBeLessThan(1);
        }
      }
    },
  );

  test("the card that is active is in sight, with what it reads from", async () => {
    const shared = await open("inception_block");
    for (let step = 1; step <= shared.scene.value.steps.length; step++) {
      shared.step.value = step;
      await frames();
      for (const card of all('.lv-card[data-state="active"] .lv-outline')) {
        // The first step records all inputs, of which the first is in sight.
        if (step > 1) expect(cut(card, the(".lv-graph-view")), `step ${step}`).toBeLessThan(1);
      }
    }
  });
});

test.for([1400, 700, 360])(
  "no line of the source is cut at %i pixels, and it is marked as far as it goes",
  async (width) => {
    await page.viewport(width, 1000);
    const shared = await open("attention");
    for (const pre of all(".lv-code")) expect(pre.scrollWidth).toBeLessThanOrEqual(pre.clientWidth);
    const long = shared.scene.value.nodes.findIndex(({ label }) => label === "scores");
    shared.pinned.value = long;
    const marked = all(".lv-own, .lv-reads");
    expect(marked.length).toBeGreaterThan(0);
    for (const piece of marked) expect(cut(piece, the(".lv-code"))).toBeLessThan(1);
  },
);

test.for([1400, 900, 700, 360])("no full stop begins a line at %i pixels", async (width) => {
  await page.viewport(width, 1000);
  const shared = await open("attention");
  for (let step = 1; step <= shared.scene.value.steps.length; step++) {
    shared.step.value = step;
    for (const pair of all(".lv-words .lv-together")) {
      const stop = document.createRange();
      stop.selectNodeContents(pair.lastChild as Node);
      const [before, after] = [pair.firstElementChild as Element, stop].map((part) => part.getBoundingClientRect());
      expect(after?.left, pair.textContent ?? "").toBeGreaterThan((before?.left ?? 0) + 1);
    }
  }
});

test.for([320, 360])("all buttons are in sight at %i pixels, and phases are called by their names", async (width) => {
  await page.viewport(width, 1000);
  await open("mlp");
  for (const button of all(".lv-footer button, .lv-footer select, .lv-header button")) {
    expect(cut(button, the(".lv-frame")), button.textContent ?? "").toBeLessThan(1);
  }
  for (const name of all(".lv-phase-name")) expect(name.scrollWidth).toBeLessThanOrEqual(name.clientWidth);
});

test("what is said of the Lagrangian is in sight at 700 pixels, however long its formulas are", async () => {
  await page.viewport(700, 1000);
  const shared = await open("attention");
  const first = shared.scene.value.steps.findIndex(({ phase }) => phase === "lagrangian");
  for (const step of [1, 2, 3]) {
    shared.step.value = first + step;
    await frames();
    expect(cut(the(".lv-part:last-child .lv-words"), the(".lv-step-body")), `step ${step}`).toBeLessThan(1);
    expect(the(".lv-step-body").classList.contains("lv-goes-on")).toBe(true);
  }
});

test.for(["tiny_network", "branch", "loop"])(
  "every cell of %s has its number, and most have one size",
  async (name) => {
    await open(name);
    const cells = all(".lv-cell[data-entry]");
    const sizes = cells.map((cell) => Number(cell.querySelector("text")?.getAttribute("font-size")));
    for (const size of sizes) expect(size).toBeGreaterThan(7.5);
    const usual = Math.max(...sizes);
    expect(sizes.filter((size) => size === usual).length).toBeGreaterThan(sizes.length / 2);
  },
);

test("a node that is eliminated steps back, and edges go around it", async () => {
  await page.viewport(1400, 1000);
  const scene = await load("recurrent-vertex_elimination");
  const shared = await show(scene);
  const edges = () => all('.lv-edge:not([data-state="gone"])').length;
  const stored = scene.entry_row.length;
  shared.step.value = scene.steps.findIndex(({ phase }) => phase === "solve");
  expect([edges(), all(".lv-filled-edge").length, all(".lv-card.lv-dropped").length]).toEqual([stored, 0, 0]);
  shared.step.value += 2;
  expect(all(".lv-card.lv-dropped").length).toBe(1);
  expect(all(".lv-filled-edge").length).toBeGreaterThan(0);
  // An edge for each cell that is left, and none twice.
  const cells = all('.lv-matrix .lv-entry:not([data-state="gone"])').length;
  expect(edges()).toBe(cells);
  shared.step.value -= 2;
  expect([edges(), all(".lv-filled-edge").length, all(".lv-card.lv-dropped").length]).toEqual([stored, 0, 0]);
});

test.for([320, 700, 1400])("recording begins with the first input in sight at %i pixels", async (width) => {
  await page.viewport(width, 1000);
  const shared = await open("mlp");
  shared.step.value = 1;
  await frames();
  expect(cut(the('[data-node="0"] .lv-outline'), the(".lv-graph-view"))).toBeLessThan(1);
});

test.for(["loop", "mlp"])("the inputs of %s begin below each other, however long their names are", async (name) => {
  await open(name);
  const rows = all(".lv-input-list .lv-input > :nth-child(2)").map((one) => one.getBoundingClientRect().left);
  expect(rows.length).toBeGreaterThan(2);
  expect(Math.max(...rows) - Math.min(...rows)).toBeLessThan(1);
});

test("what a nudge changed is said at full length when it is pointed at", async () => {
  const shared = await open("tiny_network");
  for (let step = 10; step <= shared.scene.value.steps.length; step++) {
    shared.step.value = step;
    const node = shared.scene.value.steps[step - 1]?.nodes[0] ?? -1;
    for (const place of [".lv-checks", ".lv-nudged"]) {
      const numbers = all(`${place} .lv-number`).map((one) => [Number(one.dataset.value), one.title]);
      const measured = shared.scene.value.nudged[node] ?? Number.NaN;
      expect(numbers[0], `step ${step}, ${place}`).toEqual([measured, fullNumber(measured)]);
      expect(numbers).toHaveLength(2);
    }
  }
});

test("the marker of an open row stands in its band and clear of its name", async () => {
  const shared = await open("tiny_network");
  for (let step = 10; step <= shared.scene.value.steps.length; step++) {
    shared.step.value = step;
    const [marker, band, name] = [".lv-row-marker", ".lv-row-band", ".lv-row-label"].map((part) =>
      the(`.lv-active-row ${part}`).getBoundingClientRect(),
    );
    expect(marker?.left, `step ${step}`).toBeGreaterThan((band?.left ?? 0) + 1);
    expect(marker?.right, `step ${step}`).toBeLessThan((name?.left ?? 0) - 2);
  }
});

test("sizes of λ stand clear of names, whatever stands above the line in them", async () => {
  const shared = await open("mlp");
  shared.sizes.value = true;
  for (const tag of all(".lv-size")) {
    const name = tag.closest(".lv-card")?.querySelector(".lv-value .lv-name-text") as Element;
    const [above, below] = [tag, name].map((one) => one.getBoundingClientRect());
    expect((above?.bottom ?? 0) - (below?.top ?? 0), name.textContent ?? "").toBeLessThan(0);
  }
});

test("the newest part of a long Lagrangian is in sight in a column, and the sentence again afterwards", async () => {
  const shared = await open("recurrent_network");
  const first = shared.scene.value.steps.findIndex(({ phase }) => phase === "lagrangian");
  for (const step of [1, 2, 3]) {
    shared.step.value = first + step;
    await frames();
    const words = the(".lv-part:last-child .lv-words");
    expect(cut(words, the(".lv-side")), `step ${step}`).toBeLessThan(1);
  }
  shared.step.value = first + 4;
  await frames();
  expect(cut(the(".lv-step-body .lv-words"), the(".lv-side"))).toBeLessThan(1);
});

test("no term of a Lagrangian is cut on a phone", async () => {
  await page.viewport(320, 1000);
  const shared = await open("branch");
  shared.step.value = shared.scene.value.steps.findIndex(({ phase }) => phase === "solve");
  for (const term of all(".lv-term, .lv-constraint")) {
    expect(term.scrollWidth, term.textContent ?? "").toBeLessThanOrEqual(the(".lv-step-body").clientWidth);
  }
});
