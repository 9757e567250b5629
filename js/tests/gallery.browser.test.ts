// The pictures of the gallery as text, so that a change of what is drawn, or of what a screen reader is given, is seen in
// review. `make pictures` writes them anew; they are in tests/pictures.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commands, page } from "vitest/browser";
import type { Scene } from "../src/scene.ts";
import { type PhaseSpan, timeline } from "../src/timeline.ts";
import { changes } from "./support/changes.ts";
import { drawing } from "./support/drawing.ts";
import { galleryNames, leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";
import { sameWidths } from "./support/widths.ts";

beforeEach(async () => {
  sameWidths();
  // Nor is any text larger than its place.
  for (const size of ["scrollWidth", "scrollHeight"] as const) {
    vi.spyOn(Element.prototype, size, "get").mockReturnValue(0);
  }
  await page.viewport(1400, 900);
});

afterEach(() => {
  leave();
  vi.restoreAllMocks();
});

/** The end of Record, each step of the Lagrangian, and the first, the middle and the last row that is solved. */
function worthALook({ phase, start, count }: PhaseSpan): number[] {
  if (phase === "record") return [start + count];
  if (phase === "lagrangian") return Array.from({ length: count }, (_, k) => start + k + 1);
  return [...new Set([1, Math.ceil(count / 2), count])].map((k) => start + k);
}

const element = (selector: string): Element => {
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`no ${selector}`);
  return found;
};

/** What is 0 on one machine, and the rounding of one on another. */
const NOTHING = 1e-12;
const NOTHING_IN_WORDS = /[+−]?\d+(?:\.\d+)?e−(?:1[2-9]|[2-9]\d)|[+−]0(?![.\d])/g;

function onAnyMachine(scene: Scene): Scene {
  const columns = Object.entries(scene).filter(
    (entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array,
  );
  const cleared = columns.map(([name, column]) => [name, column.map((x) => (Math.abs(x) < NOTHING ? 0 : x))]);
  return { ...scene, ...Object.fromEntries(cleared) };
}

/** A row's name is its cells' over again. */
const withoutNames = (line: string): string => line.replace(/^( *- )'row ".*"':$/, "$1row:");

async function pictures(): Promise<Record<string, string[]>> {
  const aria = await commands.ariaSnapshot(".lagviz");
  return {
    "what is said": aria.replaceAll(NOTHING_IN_WORDS, "0").split("\n").map(withoutNames),
    "the graph": drawing(element(".lv-graph-picture > g")),
    "the system": [".lv-matrix-names", ".lv-matrix-rows"].flatMap((part) => drawing(element(part))),
  };
}

const names = (await galleryNames()).filter((name) => !name.endsWith("-scalars"));

test.each(names)("%s", async (name) => {
  const scene = onAnyMachine(await load(`gallery/${name}`));
  const shared = await show(scene);
  const text: string[] = [];
  let before: Record<string, string[]> = {};
  for (const step of timeline(scene).phases.flatMap(worthALook)) {
    shared.step.value = step;
    await settled();
    const now = await pictures();
    text.push("", `# ${timeline(scene).at(step).counter}`);
    for (const [of, lines] of Object.entries(now)) {
      const known = before[of];
      text.push("", `## ${of}${known === undefined ? "" : ", where it is other than before"}`);
      text.push(...(known === undefined ? lines : changes(known, lines)));
    }
    before = now;
  }
  await expect(`${text.slice(1).join("\n")}\n`).toMatchFileSnapshot(`pictures/${name}.txt`);
});
