import { describe, expect, test } from "vitest";
import { graphWidth, LEAST_SCALE, scaleIn } from "../src/fit.ts";

describe("the size a graph is drawn at", () => {
  test("its own, where there is room", () => {
    expect(scaleIn({ width: 300, height: 500 }, { width: 400, height: 600 })).toBe(1);
  });

  test("the whole, as long as it can be read", () => {
    expect(scaleIn({ width: 500, height: 500 }, { width: 400, height: 600 })).toBe(0.8);
    expect(scaleIn({ width: 300, height: 800 }, { width: 400, height: 600 })).toBe(0.75);
  });

  test("else a part of it, larger than it had to be", () => {
    const tall = scaleIn({ width: 300, height: 3000 }, { width: 400, height: 600 });
    expect(tall).toBeGreaterThan(LEAST_SCALE);
    expect(300 * tall).toBeLessThanOrEqual(400);
    expect(scaleIn({ width: 3000, height: 300 }, { width: 400, height: 600 })).toBe(LEAST_SCALE);
  });
});

describe("graph and system side by side", () => {
  const system = { least: 450, wish: 560 };

  test("a wide graph gets what the system can spare", () => {
    expect(graphWidth(950, 650, { width: 2000, height: 900 }, system)).toBe(500);
  });

  test("a narrow one leaves the system what it can use, and keeps room for its heading", () => {
    expect(graphWidth(980, 650, { width: 200, height: 640 }, { least: 450, wish: 570 })).toBe(410);
    expect(graphWidth(980, 650, { width: 200, height: 640 }, { least: 450, wish: 2000 })).toBe(395);
  });

  test("one that is as wide as its place gets exactly its width", () => {
    expect(graphWidth(950, 650, { width: 460, height: 640 }, system)).toBe(460);
    // What is drawn smaller, since it is tall, needs less.
    expect(graphWidth(950, 650, { width: 600, height: 812.5 }, system)).toBe(480);
  });

  test("a system that needs more than there is takes nothing from the graph's usual part", () => {
    expect(graphWidth(720, 650, { width: 2000, height: 900 }, { least: 900, wish: 1200 })).toBe(310);
  });

  test("no width makes a graph that is cut at its usual part any smaller", () => {
    for (const width of [100, 300, 425, 500, 700, 1500]) {
      for (const height of [200, 640, 900, 3000]) {
        for (const least of [300, 450, 600, 800]) {
          const graph = { width, height };
          const given = graphWidth(950, 650, graph, { least, wish: least + 150 });
          const usual = { width: (950 * 31) / 72, height: 650 };
          expect(scaleIn(graph, { width: given, height: 650 })).toBeGreaterThanOrEqual(scaleIn(graph, usual) - 1e-9);
        }
      }
    }
  });
});
