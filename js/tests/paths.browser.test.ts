// Any step is the same picture however it is reached: by stepping, or by jumping about, on and back.
import { afterEach, beforeEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";

beforeEach(() => page.viewport(1400, 900));
afterEach(leave);

/** A handful of the gallery, and of the ways of solving. */
const SCENES = [
  "gallery/tiny_network",
  "gallery/branch",
  "gallery/fixed_point",
  "gallery/loop",
  "tied-column_sweep",
  "tied-forward_substitution",
  "tied-vertex_elimination",
  "tied-level_schedule",
  "tied-neumann",
];

/** All that is seen, but for where the reader was led: what part of a large graph is in sight, and what Tab comes to. */
function picture(): string {
  const copy = document.querySelector(".lagviz")?.cloneNode(true) as HTMLElement;
  copy.querySelector(".lv-graph-picture > g")?.removeAttribute("transform");
  copy.querySelector<HTMLElement>(".lv-overlay")?.style.removeProperty("transform");
  copy.querySelector<SVGElement>(".lv-graph-picture")?.style.removeProperty("touch-action");
  for (const stop of copy.querySelectorAll("[tabindex]")) stop.removeAttribute("tabindex");
  for (const element of copy.querySelectorAll("[hidden]")) element.remove();
  for (const element of copy.querySelectorAll("*")) orderAttributes(element);
  return copy.outerHTML.replaceAll("><", ">\n<");
}

/** Attributes and classes are sets: the order in which they came means nothing, nor does one that is empty. */
function orderAttributes(element: Element): void {
  const classes = [...element.classList].sort().join(" ");
  const attributes = [...element.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name } of attributes) element.removeAttribute(name);
  for (const { name, value } of attributes) {
    const text = name === "class" ? classes : value;
    if (text !== "" || !["class", "style"].includes(name)) element.setAttribute(name, text);
  }
}

/** Steps in an order that visits each, near ones seldom one after another: multiples of a number without a common divisor. */
function scattered(count: number): number[] {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let stride = Math.floor(count * 0.6);
  while (common(stride, count) > 1) stride++;
  return Array.from({ length: count }, (_, k) => (k * stride) % count);
}

test.each(SCENES)("%s", async (name) => {
  const scene = await load(name);
  const shared = await show(scene);
  const count = scene.steps.length + 1;
  const at = async (step: number): Promise<string> => {
    shared.step.value = step;
    await settled();
    return picture();
  };
  const stepped: string[] = [];
  for (let step = 0; step < count; step++) stepped.push(await at(step));
  expect(new Set(stepped).size).toBe(count);
  for (const step of scattered(count)) expect(await at(step)).toBe(stepped[step]);
});
