// Every formula that Python writes is LaTeX that KaTeX reads.
import { readdirSync, readFileSync } from "node:fs";
import katex from "katex";
import { expect, test } from "vitest";
import { fillLatex } from "../src/latex.ts";
import { decodeScene, type Scene } from "../src/scene.ts";

const folder = new URL("./fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".scene"));

function formulas(scene: Scene): string[] {
  const { objective, function: whole, terms, conditions } = scene.lagrangian;
  return [
    ...scene.nodes.flatMap(({ latex, equation }) => [latex, equation]),
    ...scene.entries.flatMap(({ latex, symbolic }) => [latex, symbolic]),
    ...scene.steps.flatMap(({ latex }) => (latex === null ? [] : [fillLatex(latex, scene)])),
    objective,
    whole,
    ...terms.map(({ latex }) => latex),
    ...conditions.flatMap(({ forward, backward, row }) => [...forward, ...backward, fillLatex(row, scene)]),
  ];
}

test.each(names)("%s", (name) => {
  const scene = decodeScene(readFileSync(new URL(name, folder)));
  const unread = [...new Set(formulas(scene))].flatMap((formula) => {
    try {
      katex.renderToString(formula, { throwOnError: true, strict: "ignore", trust: true });
      return [];
    } catch (error) {
      return [`${formula}: ${error}`];
    }
  });
  expect(unread).toEqual([]);
});
