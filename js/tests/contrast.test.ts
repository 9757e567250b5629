// Contrast is tested from the theme's tokens: no tool judges text in SVG.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { darkness } from "../src/panels/sizetag.ts";
import { STRONGEST } from "../src/signed.ts";

const css = readFileSync(new URL("../src/theme.css", import.meta.url), "utf8");

type Color = readonly [number, number, number];

function tokens(theme: string): Map<string, Color> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const pairs = [...block.matchAll(/--lv-([\w-]+): #([0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => {
    const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return [name, [channel(0), channel(2), channel(4)] as const] as const;
  });
  return new Map(pairs);
}

function luminance(color: Color): number {
  const [r, g, b] = color.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const mix = (a: Color, b: Color, share: number): Color =>
  a.map((c, i) => c * share + (b[i] ?? 0) * (1 - share)) as unknown as Color;

describe.each(["light", "dark"])("%s", (theme) => {
  const colors = tokens(theme);
  const get = (name: string): Color => {
    const color = colors.get(name);
    if (color === undefined) throw new Error(`no token ${name} in ${theme}`);
    return color;
  };

  test.each(["ink", "mute", "plus-text", "minus-text", "input", "danger"])("%s can be read on every ground", (text) => {
    for (const ground of ["panel", "quiet"]) expect(contrast(get(text), get(ground))).toBeGreaterThanOrEqual(4.9);
    expect(contrast(get(text), get("band"))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["plus", "minus"])("numbers can be read on the strongest %s", (sign) => {
    expect(contrast(get("ink"), mix(get(sign), get("panel"), STRONGEST))).toBeGreaterThanOrEqual(4.9);
  });

  test.each([0, 0.25, 0.5, 0.501, 0.75, 1])("a size of λ can be read on its tag, share %s", (share) => {
    const ground = mix(get("ink"), get("panel"), darkness(share) / 100);
    expect(contrast(get(share > 0.5 ? "on-ink" : "ink"), ground)).toBeGreaterThanOrEqual(4.9);
  });

  test("text on ink can be read", () => expect(contrast(get("on-ink"), get("ink"))).toBeGreaterThanOrEqual(7));

  test.each(["border", "edge", "input", "ink", "step"])("%s is seen beside the panel", (line) => {
    expect(contrast(get(line), get("panel"))).toBeGreaterThanOrEqual(3);
  });

  test("what is done is told from what is to come", () => {
    expect(contrast(get("step"), get("track"))).toBeGreaterThanOrEqual(3);
  });
});
