// Rows of the matrix, read as the equations that they open to: what is displayed adds up, at the prices displayed.
import { expect, test } from "vitest";
import { drawEquation } from "../src/panels/rowequation.ts";
import type { Scene } from "../src/scene.ts";
import { missed, type Term } from "./support/arithmetic.ts";
import { galleryNames, load } from "./support/saved.ts";

const WIDE = 10_000;

/** Its texts in order, without words on pointing: 1· λ − (0.3888) · λ = 0. */
function pieces(scene: Scene, node: number): { text: string; about: string | undefined }[] {
  const drawn = drawEquation(scene, node, WIDE).draw(0, 0);
  for (const title of drawn.querySelectorAll("title")) title.remove();
  return [...drawn.querySelectorAll("text")].map((text) => ({
    text: text.textContent ?? "",
    about: text.dataset.about,
  }));
}

/** The row in numbers, where it has no others than those that are displayed. */
function calculation(scene: Scene, node: number): { terms: Term[]; total: string } | null {
  const [row, name, says, ...equation] = pieces(scene, node);
  expect([row?.text, name?.about, says?.text]).toEqual(["row", String(node), "says:"]);
  const total = /^= (.+)$/.exec(equation.pop()?.text ?? "")?.[1];
  if (total === undefined) return null;
  const terms: Term[] = [];
  let sign: 1 | -1 = 1;
  let coefficient: string | undefined;
  for (const { text, about } of equation) {
    const number = /^\(?(−?[\d.]+(?:e−?\d+)?)\)?·?$/.exec(text)?.[1];
    if (text === "−") sign = -1;
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
  const wrong = numbers.flatMap((node) => {
    const row = calculation(scene, node);
    return row === null || row.terms.every((term) => isNumber(term.node)) === false
      ? []
      : [{ node, off: missed(scene, row.terms, row.total) }];
  });
  expect(wrong.filter(({ off }) => off > 0)).toEqual([]);
  if (name.endsWith("-scalars")) expect(wrong.length).toBeGreaterThan(0.9 * numbers.length);
});
