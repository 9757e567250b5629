// A handful of pictures as pixels, of graph and system: what is there at all, what stands in front of what, in which colours.
// Letters are left out, as each machine draws its own, and so is all whose place depends on them; tests/gallery.browser.test.ts
// reads what is written. `make pictures` takes these anew, too.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";
import { sameWidths } from "./support/widths.ts";

const ONLY_SHAPES = `
  .lagviz * { -webkit-text-fill-color: transparent !important; }
  .lagviz text { fill: transparent !important; stroke: none !important; }
  .lagviz :is(.lv-header, .lv-footer, .lv-side, .lv-head, .lv-reading) { display: none !important; }
  .lagviz .lv-body { display: block !important; position: relative; height: 560px !important; }
  .lagviz .lv-panel { position: absolute !important; top: 0; width: 500px !important; height: 560px !important; max-height: none !important; }
  .lagviz .lv-graph { left: 0; }
  .lagviz .lv-matrix { left: 520px; }
`;

/** An edge between two cards is 30 to 200 pixels, and a card some 400. */
const FEW = 25;

const style = document.createElement("style");
style.textContent = ONLY_SHAPES;

beforeEach(async () => {
  sameWidths();
  document.head.append(style);
  await page.viewport(1060, 600);
});

afterEach(() => {
  leave();
  style.remove();
  vi.restoreAllMocks();
});

test.each([
  { name: "tiny_network", theme: "light", phase: "solve", index: 5 },
  { name: "branch", theme: "dark", phase: "record", index: 11 },
  { name: "mlp", theme: "dark", phase: "solve", index: 12 },
  { name: "heat_equation", theme: "light", phase: "solve", index: 40 },
])("$name, $theme", async ({ name, theme, phase, index }) => {
  if (theme === "dark") Object.assign(document.body.style, { background: "#111111", color: "#dddddd" });
  const scene = await load(`gallery/${name}`);
  const shared = await show(scene);
  shared.step.value = scene.steps.findIndex((step) => step.phase === phase) + index;
  await settled();
  const root = document.querySelector<HTMLElement>(".lagviz");
  await expect.poll(() => root?.dataset.theme).toBe(theme);
  await expect(page.elementLocator(root as HTMLElement)).toMatchScreenshot(`${name}-${theme}`, {
    comparatorName: "pixelmatch",
    // Thin lines are half transparent all along, and count.
    comparatorOptions: { allowedMismatchedPixels: FEW, includeAA: true },
  });
});
