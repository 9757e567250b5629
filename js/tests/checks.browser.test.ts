// What tells a reader that something is not as it should be, and where: the first NaN of a recording, λ that are wrong on purpose, what is pinned, what a nudge did.
import { type Signal, signal } from "@preact/signals-core";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { formatNumber } from "../src/format.ts";
import { firstNonfinite, firstNonfiniteText } from "../src/nonfinite.ts";
import { multiplierOf, type Scene } from "../src/scene.ts";
import type { Shared } from "../src/state.ts";
import { leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";

beforeEach(() => page.viewport(1400, 900));
afterEach(leave);

const the = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`nothing is ${selector}`);
  return found;
};
const said = () => the("[role=status]").textContent?.trim();
const nodeOf = (scene: Scene, label: string) => scene.nodes.findIndex((node) => node.label === label);

/** Whether all of it is within the part of the window that its panels leave it. */
function inSight(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const around: Element[] = [];
  for (let one = element.parentElement; one !== null; one = one.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(one);
    if (overflowX !== "visible" || overflowY !== "visible") around.push(one);
  }
  const rooms = [new DOMRect(0, 0, innerWidth, innerHeight), ...around.map((one) => one.getBoundingClientRect())];
  return rooms.every((r) => left >= r.left - 1 && right <= r.right + 1 && top >= r.top - 1 && bottom <= r.bottom + 1);
}

describe("a recording that is not finite", () => {
  const LINE = "First NaN: equation v, line 3: v = np.log(u)";

  test("says where it begins to be so, at every step, and once to those who do not see", async () => {
    const shared = await show(await load("nonfinite"), { step: signal(0) });
    await vi.waitFor(() => expect(said()).toMatch(/^First NaN: equation v, line \d+: v = np\.log\(u\)$/));
    for (let step = 0; step <= shared.scene.value.steps.length; step++) {
      shared.step.value = step;
      expect(inSight(the(".lv-first-bad p"))).toBe(true);
      if (step > 0) expect(said()).not.toContain("First NaN");
    }
  });

  test.each([1400, 700, 390])("its button leads there, by keyboard, in %i pixels", async (width) => {
    await page.viewport(width, 900);
    const shared = await show(await load("nonfinite"));
    const v = nodeOf(shared.scene.value, "v");
    the(".lv-more").focus();
    await userEvent.tab();
    expect(document.activeElement?.textContent).toBe("Go there");
    await userEvent.keyboard("{Enter}");
    await settled();
    expect(shared.scene.value.steps[shared.step.value - 1]).toMatchObject({ phase: "record", nodes: [v] });
    expect(the(`[data-node="${v}"]`).dataset.state).toBe("active");
    expect(inSight(the(`[data-node="${v}"] .lv-outline`))).toBe(true);
    expect(the(`.lv-row-band[data-about="${v}"]`).classList).toContain("lv-lit");
    expect(the(".lv-marked").textContent).toContain("v = np.log(u)");
    expect(said()).toMatch(/^Record 3 of 4: v\. /);
    await userEvent.keyboard("{Enter}");
    expect(shared.pinned.value).toBe(v);
  });

  test("what a slider makes of it is said, and nothing is said of finite numbers", async () => {
    const shared = await show(await load("nonfinite"));
    const [x, v] = ["x", "v"].map((label) => nodeOf(shared.scene.value, label));
    const scene = shared.scene as Signal<Scene>;
    const recorded = scene.value;
    const finite = { ...recorded, checks: { ...recorded.checks, first_nonfinite: null } };
    scene.value = finite;
    expect(the(".lv-first-bad").hidden).toBe(true);
    await settled();
    scene.value = { ...recorded };
    expect(said()).toMatch(/^First NaN: .*; λ of x = NaN$/);
    scene.value = { ...recorded };
    expect(said()).not.toContain("First");
    expect([x, v]).not.toContain(-1);
  });

  test("what is infinite, was given, or has no source is named as well", async () => {
    const scene = await load("nonfinite");
    const [x = -1, v = -1] = ["x", "v"].map((label) => nodeOf(scene, label));
    const at = scene.value_start[v] ?? -1;
    const infinite = { ...scene, value: scene.value.map((x, i) => (i === at ? Number.NEGATIVE_INFINITY : x)) };
    const text = (one: Scene) => firstNonfiniteText(firstNonfinite(one) ?? expect.fail("all is finite"));
    expect(text(infinite).replace(/line \d+/, "line 3")).toBe(LINE.replace("NaN", "−∞"));
    const nodes = scene.nodes.map((node) => ({ ...node, source: null }));
    expect(text({ ...scene, nodes })).toBe("First NaN: equation v: v = ln(u)");
    const given = { ...scene, checks: { ...scene.checks, first_nonfinite: x }, value: scene.value.fill(Number.NaN) };
    expect(text(given)).toBe("First NaN: input x");
  });
});

describe("a backward pass that is broken on purpose", () => {
  const wrongNodes = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((one) =>
      one.checkVisibility({ visibilityProperty: true }),
    );
  const labels = (shared: Shared) =>
    wrongNodes(".lv-wrong-tag")
      .map(cardOf)
      .map((i) => shared.scene.value.nodes[i]?.label);
  const cardOf = (tag: Element) => Number(tag.closest<HTMLElement>("[data-node]")?.dataset.node);

  test("marks the λ that are wrong, on cards, in the column and in words, with the right ones", async () => {
    const shared = await show(await load("reused"));
    const right = shared.scene.value;
    expect(wrongNodes(".lv-wrong, .lv-wrong-tag, .lv-is-wrong")).toEqual([]);
    shared.broken.value = true;
    await settled();
    expect(labels(shared)).toEqual(["x", "w", "s"]);
    for (const tag of wrongNodes(".lv-wrong-tag")) {
      const i = cardOf(tag);
      const text = `≠ ${formatNumber(multiplierOf(right, i))}`;
      expect(tag.querySelector("text")?.textContent).toBe(text);
      const row = the(`svg [data-multiplier="${i}"]`);
      expect(row.classList).toContain("lv-is-wrong");
      expect(row.textContent).toContain(text);
    }
    expect(wrongNodes(".lv-lambda.lv-is-wrong")).toHaveLength(3);
    expect(the(".lv-step .lv-note").textContent).toMatch(/ Wrong: λs = \S+ ≠ \S+, λw = \S+ ≠ \S+, λx = \S+ ≠ \S+\.$/);
    const cell = page.getByRole("gridcell", { name: /^λ of w: .*, wrong: .* is right$/ });
    await expect.element(cell).toBeInTheDocument();
    shared.broken.value = false;
    expect(wrongNodes(".lv-wrong, .lv-wrong-tag, .lv-is-wrong")).toEqual([]);
  });

  test("marks none before it is solved", async () => {
    const shared = await show(await load("reused"));
    shared.broken.value = true;
    const [s = -1] = ["s"].map((label) => nodeOf(shared.scene.value, label));
    const solved = shared.scene.value.steps.findIndex(({ phase, nodes }) => phase === "solve" && nodes.includes(s));
    shared.step.value = solved;
    expect(labels(shared)).toEqual([]);
    expect(the(".lv-step .lv-note").textContent).toContain("No λ is wrong yet.");
    shared.step.value = solved + 1;
    expect(labels(shared)).toEqual(["s"]);
  });

  test("the menu says which they would be", async () => {
    await show(await load("reused"));
    await page.getByRole("button", { name: "More" }).click();
    const words = "Wrong where two readers meet: x, s, and in 1 λ made of those.";
    await expect.element(page.getByText(words)).toBeVisible();
  });
});

describe("a step of descent", () => {
  test.each([1400, 700, 390])(
    "is in sight with all that it moves as soon as it is wanted, in %i pixels",
    async (width) => {
      await page.viewport(width, 900);
      await show(await load("gallery/tiny_network"));
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("switch", { name: "Use" }).click();
      await settled();
      expect(the("dialog.lv-menu").hasAttribute("open")).toBe(false);
      expect(inSight(the(".lv-use"))).toBe(true);
      expect(document.activeElement?.textContent).toBe("Take a step");
      await userEvent.keyboard("{Enter}");
      await settled();
      expect(document.querySelectorAll(".lv-use-table [role=rowheader]")).toHaveLength(5);
      expect(inSight(the(".lv-use"))).toBe(true);
      expect(said()).toMatch(/^loss = /);
    },
  );

  test("is brought into sight where Python wants it, and takes no focus", async () => {
    await page.viewport(700, 900);
    const shared = await show(await load("gallery/tiny_network"));
    the(".lv-next").focus();
    shared.descent.value = true;
    // What is drawn in another size a frame later has moved it by then.
    await settled();
    await settled();
    expect(inSight(the(".lv-use"))).toBe(true);
    expect(document.activeElement).toBe(the(".lv-next"));
  });
});

describe("what is pinned", () => {
  test.each([1400, 1100, 1008, 900, 800, 700, 560, 390])(
    "is said where it is seen, and freed there, in %i pixels",
    async (width) => {
      await page.viewport(width, 900);
      const shared = await show(await load("gallery/inception_block"));
      expect(the(".lv-pinned-chip").hidden).toBe(true);
      const before = the(".lv-footer").offsetHeight;
      const { nodes } = shared.scene.value;
      const longest = nodes.reduce(
        (most, { label }, i) => (label.length > (nodes[most]?.label.length ?? 0) ? i : most),
        0,
      );
      shared.pinned.value = longest;
      await settled();
      const chip = page.getByRole("button", { name: " pinned" });
      expect(inSight(chip.element())).toBe(true);
      expect(inSight(the(".lv-counter"))).toBe(true);
      expect(the(".lv-footer").offsetHeight).toBeLessThanOrEqual(before);
      expect(the(".lv-footer").scrollWidth).toBeLessThanOrEqual(the(".lv-footer").clientWidth);
      await chip.click();
      expect(shared.pinned.value).toBe(null);
      expect(said()).toBe(`${nodes[longest]?.label} freed`);
      expect(the(".lv-pinned-chip").hidden).toBe(true);
    },
  );

  test("leaves the step its own marks in the source, in another style", async () => {
    const scene = await load("network");
    const shared = await show(scene);
    const marked = (mark: string) =>
      [...document.querySelectorAll(`.lv-code .${mark}`)].map(({ textContent }) => textContent).join("");
    const [h = -1, a = -1] = ["h", "a"].map((label) => nodeOf(scene, label));
    shared.step.value = scene.steps.findIndex(({ phase, nodes }) => phase === "solve" && nodes.includes(a)) + 1;
    expect([marked("lv-reads"), marked("lv-own"), marked("lv-of-step")]).toEqual(["a", "", ""]);
    shared.pinned.value = nodeOf(scene, "r");
    expect([marked("lv-reads"), marked("lv-own"), marked("lv-of-step")]).toEqual(["r", "p - y", "a"]);
    expect(the(".lv-source .lv-aside").textContent).toBe("of r; this step");
    shared.step.value = scene.steps.findIndex(({ phase, nodes }) => phase === "record" && nodes.includes(h)) + 1;
    expect([marked("lv-reads"), marked("lv-own"), marked("lv-of-step")]).toEqual(["r", "p - y", "np.tanh(a)"]);
    (page.getByRole("button", { name: "Next step" }).element() as HTMLElement).focus();
    await userEvent.keyboard("{Escape}");
    expect([marked("lv-own"), marked("lv-of-step")]).toEqual(["np.tanh(a)", ""]);
    expect(the(".lv-source .lv-aside").textContent).toBe("");
  });
});

describe("the answer of a nudge", () => {
  const FITTING = ["tiny_network", "loop", "branch", "fixed_point"];
  const box = (node: number) => the(`[data-node="${node}"] .lv-outline`).getBoundingClientRect();
  /** By more than what pixels are rounded to; for a place it might have, by anything. */
  const covers = (a: DOMRect, b: DOMRect, by = 1) =>
    a.left < b.right - by && b.left < a.right - by && a.top < b.bottom - by && b.top < a.bottom - by;

  test.each(FITTING.flatMap((name) => [1400, 700].map((width) => [name, width] as const)))(
    "covers nothing of its card, and no other card without need: %s, %i pixels",
    async (name, width) => {
      await page.viewport(width, 1000);
      const shared = await show(await load(`gallery/${name}`));
      await settled();
      const { nodes } = shared.scene.value;
      // What does not fit is moved, and its cards are cut.
      const fits = the(".lv-zoom").hidden;
      const view = the(".lv-graph-view").getBoundingClientRect();
      let asked = 0;
      for (const i of nodes.keys()) {
        shared.pinned.value = i;
        await settled();
        const handle = the(".lv-nudge");
        if (handle.hidden) continue;
        handle.click();
        await settled();
        const answer = the(".lv-nudged").getBoundingClientRect();
        const own = box(i);
        expect([nodes[i]?.label, covers(answer, own)]).toEqual([nodes[i]?.label, false]);
        expect(covers(answer, handle.getBoundingClientRect())).toBe(false);
        const under = (place: DOMRect, by: number) => [...nodes.keys()].filter((j) => covers(place, box(j), by)).length;
        // No place right beside it, above it or below it covers fewer.
        const beside = [own.left - answer.width - 30, own.right + 30].flatMap((x) =>
          [own.top - 40, own.top, own.bottom - answer.height, own.bottom].map((y) => [x, y] as const),
        );
        const above = [own.top - answer.height - 8, own.bottom + 8].flatMap((y) =>
          [own.left - answer.width, own.left, own.right - answer.width, own.right].map((x) => [x, y] as const),
        );
        const places = [...beside, ...above]
          .map(([x, y]) => new DOMRect(x, y, answer.width, answer.height))
          .filter(
            (p) => fits && p.left >= view.left && p.right <= view.right && p.top >= view.top && p.bottom <= view.bottom,
          );
        expect(under(answer, 1)).toBeLessThanOrEqual(Math.min(...places.map((place) => under(place, 0)), nodes.length));
        handle.click();
        asked++;
      }
      expect(asked).toBeGreaterThan(2);
    },
  );
});

describe("an entry that elimination filled in", () => {
  const WORDS = /^(\S+) → (\S+) was filled in when (\S+) was taken out: it was \1 → \3 → \2\.$/;
  const lit = (selector: string) => the(selector).classList.contains("lv-lit");

  async function filled() {
    const scene = await load("tied-vertex_elimination");
    const shared = await show(scene, { step: signal(scene.steps.findIndex(({ phase }) => phase === "solve") + 1) });
    while (document.querySelector(".lv-filled-edge") === null) shared.step.value++;
    const key = the(".lv-filled-edge").dataset.fill ?? "";
    return { shared, key, row: Number(key.split(" ")[0]) };
  }
  const over = (selector: string) => the(selector).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));

  test.each(["edge", "cell"])(
    "lights edge, cell and row, and says which elimination made it: at its %s",
    async (what) => {
      const { key, row } = await filled();
      over(`svg .lv-${what}[data-fill="${key}"]`);
      await settled();
      expect(lit(`.lv-filled-edge[data-fill="${key}"]`)).toBe(true);
      expect(lit(`.lv-cell[data-fill="${key}"]`)).toBe(true);
      expect(lit(`.lv-row-band[data-about="${row}"]`)).toBe(true);
      expect(the(".lv-reading").textContent).toMatch(WORDS);
    },
  );

  test("is walked to by keyboard, and Enter pins its row", async () => {
    const { shared, key, row } = await filled();
    const cell = the(`[role=gridcell][data-fill="${key}"]`);
    await userEvent.keyboard("{Shift}");
    cell.focus();
    await settled();
    expect(cell.textContent?.replace(/^.*?\. /, "")).toMatch(WORDS);
    expect(lit(`.lv-filled-edge[data-fill="${key}"]`)).toBe(true);
    await userEvent.keyboard("{Enter}");
    expect(shared.pinned.value).toBe(row);
  });

  test("stays said after a tap", async () => {
    const { key } = await filled();
    over(`svg .lv-cell[data-fill="${key}"]`);
    const leaving = (pointerType: string) =>
      the(".lagviz").dispatchEvent(new PointerEvent("pointerleave", { pointerType }));
    leaving("touch");
    expect(the(".lv-reading").textContent).toMatch(WORDS);
    leaving("mouse");
    expect(the(".lv-reading").textContent).not.toMatch(WORDS);
  });
});

const STATES: Record<string, { name: string; reach: (shared: Shared) => unknown }> = {
  "the first NaN": { name: "nonfinite", reach: () => page.getByRole("button", { name: "Go there" }).click() },
  "wrong λ": {
    name: "reused",
    reach: (shared) => {
      shared.broken.value = true;
    },
  },
  "a step of descent": {
    name: "network",
    reach: (shared) => {
      shared.descent.value = true;
      return page.getByRole("button", { name: "Take a step" }).click();
    },
  },
  "an entry filled in": {
    name: "tied-vertex_elimination",
    reach: async (shared) => {
      while (document.querySelector(".lv-filled-edge") === null) shared.step.value--;
      await settled();
    },
  },
  "something pinned": {
    name: "network",
    reach: (shared) => {
      shared.pinned.value = 5;
    },
  },
};

test.each(["light", "dark"].flatMap((theme) => Object.keys(STATES).map((name) => [name, theme] as const)))(
  "axe finds nothing with %s, %s",
  async (name, theme) => {
    document.body.style.background = theme === "dark" ? "#111" : "";
    document.body.style.color = theme === "dark" ? "#eee" : "";
    const { name: program, reach } = STATES[name] ?? expect.fail(name);
    await reach(await show(await load(program)));
    const root = the(".lagviz");
    await vi.waitFor(() => expect(root.dataset.theme).toBe(theme));
    await settled();
    const { violations } = await axe.run(root);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
  },
);
