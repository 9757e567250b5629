import { expect, test } from "vitest";
import { fillLatex } from "../src/latex.ts";
import { decodeScene } from "../src/scene.ts";
import { fill, fillText } from "../src/template.ts";
import { oneOneOne } from "./support/oneoneone.ts";

const scene = decodeScene(oneOneOne());

test.each([
  ["{name 2}", "w₁"],
  ["{equation 5}", "h = tanh(a)"],
  ["{lambda 2} = {multiplier 2}", "λ_w₁ = 1.360"],
  ["a = {arithmetic × 2 0}", "a = 0.7 × 1.5 = 1.050"],
  ["{arithmetic − #3 1}", "3 − 0.2 = 2.8"],
  ["{arithmetic × #−2 3}", "−2 × (−1.1) = 2.2"],
  ["{term 2}", "0.3888 × 2.332 ≈ 0.907"],
  ["{term 4}", "−1.1 × (−2.120) = 2.332"],
  ["+{epsilon} costs {price 4}", "+0.01 costs 0.0091"],
  ["{sign 7|Positive|Negative: raising it helps|Zero}", "Negative: raising it helps"],
  ["{shape 4}|", "|"],
  ["no field {at all}", "no field {at all}"],
])("%s", (template, text) => expect(fillText(template, scene)).toBe(text));

test("segments say what they are about", () => {
  const [strength, , price, , result] = fill("{term 2}", scene);
  expect(strength).toMatchObject({ entry: 2, tinted: true, number: scene.partial[2] });
  expect(price).toMatchObject({ node: 5, tinted: true, number: scene.multiplier[5] });
  expect(result).toMatchObject({ result: true, text: "0.907" });
});

test("LaTeX keeps its own braces, and is linked", () => {
  const latex = fillLatex("{lambda 4} = \\frac{\\partial h}{\\partial a} {multiplier 7}", scene);
  expect(latex).toBe(
    "\\htmlData{about=4}{{\\lambda_{a}}} = \\frac{\\partial h}{\\partial a} " +
      `\\htmlData{about=7, value=${scene.multiplier[7]}}{\\htmlClass{lv-number lv-minus}{-2.120}}`,
  );
});
