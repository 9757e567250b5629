// Rows of the matrix, read as the equations that they open to: what is displayed adds up, at the prices displayed.
import { afterEach, expect, test } from "vitest";
import { drawEquation } from "../src/panels/rowequation.ts";
import type { Scene } from "../src/scene.ts";
import { missed, type Term } from "./support/arithmetic.ts";
import { galleryNames, leave, load, show } from "./support/saved.ts";
import { settled } from "./support/settled.ts";

afterEach(leave);

const WIDE = 10_000;

/** Its texts in order, without words on pointing: 1· λ − (0.3888) · λ = 0. */
function pieces(scene: Scene, node: number, asA: boolean): { text: string; about: string | undefined }[] {
  const drawn = drawEquation(scene, node, WIDE, asA).draw(0, 0);
  for (const title of drawn.querySelectorAll("title")) title.remove();
  return [...drawn.querySelectorAll("text")].map((text) => ({
    text: text.textContent ?? "",
    about: text.dataset.about,
  }));
}

/** The row in numbers, where it has no others than those that are displayed. */
function calculation(scene: Scene, node: number, asA: boolean): { terms: Term[]; total: string } | null {
  const [row, name, says, ...equation] = pieces(scene, node, asA);
  expect([row?.text, name?.about, says?.text]).toEqual(["row", String(node), "says:"]);
  const total = /^= (.+)$/.exec(equation.pop()?.text ?? "")?.[1];
  if (total === undefined) return null;
  const terms: Term[] = [];
  let sign: 1 | -1 = 1;
  let coefficient: string | undefined;
  for (const { text, about } of equation) {
    const number = /^\(?(−?[\d.]+(?:e−?\d+)?)\)?·?$/.exec(text)?.[1];
    if (text === (asA ? "+" : "−")) sign = asA ? 1 : -1;
    else if (number !== undefined) coefficient = number;
    else if (about !== undefined && coefficient !== undefined) {
      terms.push({ sign, coefficient, node: Number(about) });
      coefficient = undefined;
    } else if (text !== "·") return null;
  }
  return { terms, total };
}

test.each(await galleryNames())("%s", async (name) => {
  const scene = await load(`gallery/${name}`);
  const isNumber = (node: number) => scene.nodes[node]?.row && scene.nodes[node]?.shape.length === 0;
  const numbers = scene.nodes.flatMap((_, node) => (isNumber(node) ? [node] : []));
  for (const asA of [false, true]) {
    const wrong = numbers.flatMap((node) => {
      const row = calculation(scene, node, asA);
      return row === null || row.terms.every((term) => isNumber(term.node)) === false
        ? []
        : [{ node, off: missed(scene, row.terms, row.total) }];
    });
    expect(wrong.filter(({ off }) => off > 0)).toEqual([]);
    if (name.endsWith("-scalars")) expect(wrong.length).toBeGreaterThan(0.9 * numbers.length);
  }
});

test("the row that is open reads its equation, with the numbers that stand in its cells", async () => {
  const shared = await show(await load("tied"));
  const row = shared.scene.value.nodes.findIndex(({ label }) => label === "w");
  const header = () => document.querySelector(`[role=rowheader][data-about="${row}"]`)?.textContent;
  const cells = () =>
    [...document.querySelectorAll(`.lv-entry[data-row="${row}"]`)].map((cell) => cell.getAttribute("data-value"));
  const drawn = () =>
    [...document.querySelectorAll(".lv-row-equation [data-value]")].map((one) => one.getAttribute("data-value"));
  shared.step.value = shared.scene.value.steps.findIndex(
    ({ phase, nodes }) => phase === "solve" && nodes.includes(row),
  );
  await settled();
  expect(header()).toBe("row w");
  shared.step.value += 1;
  await settled();
  expect(header()).toBe("row w says: 1·λ_w − 1.5·λ_a − 0.7818·λ_p = 0");
  expect(drawn()).toEqual(cells());
  shared.asA.value = true;
  await settled();
  expect(header()).toBe("row w says: 1·λ_w + (−1.5)·λ_a + (−0.7818)·λ_p = 0");
  expect(drawn()).toEqual(cells());
});
