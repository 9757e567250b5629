// A sum over readers as signed bars that join into one: what comes through each reader, then λ.
import { h, s } from "../dom.ts";
import { numberElement } from "../linked.ts";
import { lambdaElement, nameElement } from "../names.ts";
import { multiplierOf, type Scene } from "../scene.ts";
import { termOf } from "../template.ts";
import type { Moment } from "../timeline.ts";

/** More bars than this say nothing that the sentence does not. */
const MOST_BARS = 12;

export function sumBars(scene: Scene, moment: Moment, broken = false): HTMLElement | null {
  const node = moment.active.at(-1);
  const terms = (node === undefined ? [] : (scene.readers[node] ?? [])).map((entry) => ({
    entry,
    value: termOf(scene, entry),
  }));
  const drawable = terms.every(({ value }) => Number.isFinite(value));
  if (node === undefined || terms.length < 2 || terms.length > MOST_BARS || !drawable) return null;

  let sum = 0;
  const spans = terms.map(({ value }) => {
    // Where they overwrite each other, none builds on another.
    const from = broken ? 0 : sum;
    sum = from + value;
    return { from, to: sum };
  });
  const ends = [0, ...spans.map(({ to }) => to)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const x = (value: number) => (100 * (value - low)) / (high - low || 1);
  const bar = (from: number, to: number, className = "") =>
    s(
      "svg",
      { class: "lv-sum-bar", viewBox: "0 0 100 16", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("line", { x1: x(0), x2: x(0), y1: 0, y2: 16, class: "lv-sum-zero" }),
      s("rect", {
        x: Math.min(x(from), x(to)),
        width: Math.max(Math.abs(x(to) - x(from)), 0.5),
        y: 2,
        height: 12,
        class: `${to >= from ? "lv-fill-plus" : "lv-fill-minus"} ${className}`,
      }),
    );
  const rows = terms.map(({ entry, value }, t) =>
    h(
      "div",
      { class: broken && t > 0 ? "lv-sum-row lv-sum-lost" : "lv-sum-row", "data-entry": entry },
      h(
        broken && t > 0 ? "s" : "span",
        {},
        "through ",
        nameElement(scene.nodes[scene.entry_column[entry] ?? -1]?.label ?? ""),
      ),
      bar(spans[t]?.from ?? 0, spans[t]?.to ?? 0),
      numberElement(value),
    ),
  );
  const total = h(
    "div",
    { class: "lv-sum-row lv-sum-total", "data-about": node },
    h("span", {}, lambdaElement(scene.nodes[node]?.label ?? "")),
    bar(0, broken ? (spans[0]?.to ?? 0) : sum, "lv-sum-joined"),
    numberElement(multiplierOf(scene, node)),
  );
  return h("div", { class: "lv-sum" }, ...rows, total);
}
