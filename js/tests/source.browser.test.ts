// What is marked in the reader's own source: the node's expression while recording, the places that read it while solving.
import { afterEach, expect, test } from "vitest";
import type { Shared } from "../src/state.ts";
import { leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";

afterEach(leave);

const texts = (selector: string) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);

/** The marked expressions of a step, and the lines that are said to be current. */
async function marked(shared: Shared, step: number) {
  shared.step.value = step;
  await settled();
  const lines = texts('.lv-code [aria-current="true"]').map((line) => line?.replace(/^\s*\d+\s*/, "").trim());
  return { own: texts(".lv-own").join(""), read: texts(".lv-reads"), lines };
}

test("recording marks arguments, then expressions; solving marks where each is read", async () => {
  const shared = await show(await load("gallery/tiny_network"));
  const at = (step: number) => marked(shared, step);
  expect(await at(0)).toEqual({ own: "", read: [], lines: [] });
  expect(await at(1)).toEqual({ own: "xyw1w2", read: [], lines: ["def loss(x, y, w1, w2):"] });
  expect(await at(2)).toEqual({ own: "w1 * x", read: [], lines: ["a = w1 * x"] });
  expect(await at(7)).toEqual({ own: "", read: [], lines: [] });
  expect(await at(14)).toEqual({ own: "", read: ["a"], lines: ["h = np.tanh(a)"] });
});

test("what is pointed at is marked where it is computed, or named, and where it is read", async () => {
  const shared = await show(await load("gallery/tiny_network"));
  const name = document.querySelector('.lv-code [data-about="2"]');
  expect(name?.textContent).toBe("w1");
  name?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  await settled();
  expect([texts(".lv-own"), texts(".lv-reads")]).toEqual([["w1"], ["w1"]]);
  expect(document.querySelector(".lv-card.lv-lit")?.getAttribute("data-node")).toBe("2");
  shared.pinned.value = 5;
  document.querySelector(".lagviz")?.dispatchEvent(new PointerEvent("pointerleave"));
  await settled();
  expect([texts(".lv-own").join(""), texts(".lv-reads")]).toEqual(["np.tanh(a)", ["h"]]);
});
