// What stands around the rows: column labels, the column bands that light up, captions, and the = before e_n.
import { s } from "../dom.ts";
import { formatShape } from "../format.ts";
import { textWidth } from "../measure.ts";
import { labelRuns, tspans } from "../names.ts";
import { below } from "../order.ts";
import { askedInstead, type Scene, unitVector } from "../scene.ts";
import type { Moment } from "../timeline.ts";
import { shortLabel } from "./card.ts";
import { LABEL, type Plan } from "./matrixplan.ts";

const CAPTION = 11.5;

/** How far the band of a column reaches up, beside its name. */
const BAND = 24;

export interface Frame {
  /** Above the cells, where they stay while the rows are moved. */
  readonly names: SVGGElement;
  readonly behind: SVGGElement;
  readonly before: SVGGElement;
  update(moment: Moment, height: number, recorded: number): void;
  /** Write the names of these columns. */
  name(shown: ReadonlySet<number>): void;
}

export function drawFrame(scene: Scene, plan: Plan, askable: boolean): Frame {
  const n = plan.owners.length;
  const other = askedInstead(scene);
  const asked = shortLabel(scene.nodes[other ?? -1]?.label ?? "");
  // In two pictures, each with its part of the band.
  const band = (node: number, c: number, height: number) =>
    s("rect", {
      class: "lv-column-band",
      "data-about": node,
      x: plan.cells + c * plan.cell,
      y: plan.top - BAND,
      width: plan.cell,
      height,
      rx: 6,
    });
  const tops = plan.owners.map((node, c) => band(node, c, 2 * BAND));
  const bands = plan.owners.map((node, c) => band(node, c, BAND));
  const extent = s("rect", { class: "lv-extent", x: plan.cells, y: plan.top, width: n * plan.cell, rx: 6 });
  const labels = plan.owners.map((node, c) => columnLabel(scene, plan, node, c));
  const across = s(
    "text",
    { class: "lv-caption", x: plan.cells + (n * plan.cell) / 2, y: 14, "text-anchor": "middle", "font-size": CAPTION },
    "column: what it reads",
  );
  const down = s("text", { class: "lv-caption", "text-anchor": "middle", "font-size": CAPTION }, "row: who reads it");
  const lambda = s(
    "text",
    {
      class: "lv-name-text lv-column-label",
      x: plan.lambda + plan.lambdaWidth / 2,
      y: plan.top - 9,
      "text-anchor": "middle",
    },
    s(
      "title",
      {},
      `λ: the prices of the equations, one for each row${other === null ? "" : `: what ${asked} moves per unit`}`,
    ),
    ...tspans([{ text: "λ", level: 0 }], LABEL),
  );
  const pricesOf =
    other === null
      ? null
      : s(
          "text",
          {
            class: "lv-caption",
            x: plan.lambda + plan.lambdaWidth / 2,
            y: 14,
            "text-anchor": "middle",
            "font-size": CAPTION,
          },
          "prices of ",
          ...tspans(labelRuns(asked), CAPTION),
        );
  const unit = s(
    "text",
    { class: "lv-name-text lv-column-label", x: plan.rhs, y: plan.top - 9, "text-anchor": "middle" },
    s("title", {}, `${unitVector(scene)}: 1 in the row of the result that is asked about, 0 in the others`),
    ...tspans([{ text: "e", level: 0 }, ...labelRuns(other === null ? "n" : asked, 1)], LABEL),
  );
  const equals = s(
    "text",
    {
      class: "lv-equals",
      x: (plan.lambda + plan.lambdaWidth + plan.rhs) / 2 - 3,
      "text-anchor": "middle",
      "font-size": 20,
    },
    "=",
  );
  const question = askable ? "the question: click a 0 to move it" : "the question: which result?";
  const feet = s(
    "g",
    {},
    ...captionLines(belowWords(scene, plan), plan.cells, "start", plan.rhs - (askable ? 100 : 72) - plan.cells),
    ...captionLines(question, plan.width - 4, "end", 90),
  );
  return {
    names: s(
      "g",
      {},
      ...tops,
      plan.captions && across,
      ...labels.map(({ element }) => element),
      lambda,
      plan.captions && pricesOf,
      !plan.whole && equals,
      unit,
    ),
    behind: s("g", {}, extent, ...bands),
    before: s("g", {}, plan.whole && down, plan.whole && equals, plan.captions && feet),
    update(moment, height, recorded) {
      const middle = (plan.top + height) / 2;
      // While recording a column is as long as there are rows.
      const rows = recorded < n ? recorded * plan.rowHeight : height - plan.top;
      for (const band of bands) band.setAttribute("height", String(rows + BAND + 2));
      extent.setAttribute("height", String(height - plan.top));
      extent.classList.toggle("lv-shown", recorded < n);
      down.setAttribute("transform", `translate(11 ${middle}) rotate(-90)`);
      // Where the middle of all rows may be out of sight, it stands with the names.
      equals.setAttribute("y", String(plan.whole ? middle + 7 : plan.top - 7));
      feet.setAttribute("transform", `translate(0 ${height})`);
      // Elimination is about a row and a column.
      const byColumn = moment.phase === "record" || moment.column || moment.evolved.cells.size > 0;
      labels.forEach((label, c) => {
        const node = plan.owners[c] ?? -1;
        const active = byColumn && moment.active.includes(node);
        label.element.dataset.state = moment.states[node] ?? "recorded";
        label.element.classList.toggle("lv-active-column", active);
        label.element.classList.toggle("lv-dropped", moment.evolved.dropped.has(node));
        for (const one of [tops, bands]) one[c]?.classList.toggle("lv-active-band", active);
      });
    },
    name(shown) {
      for (const [c, label] of labels.entries()) label.name(shown.has(c));
    },
  };
}

/** What the part below the diagonal says about the order of the rows. */
function belowWords(scene: Scene, plan: Plan): string {
  const [first, ...others] = below(scene, plan.owners);
  if (first === undefined) return "empty below the diagonal: a line reads only lines above it";
  const [read, reader] = [scene.entry_row[first], scene.entry_column[first]].map((i) => scene.nodes[i ?? -1]?.label);
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `below the diagonal: ${reader} reads ${read} before it is computed${more}. Python: NameError`;
}

function broken(words: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer) * CAPTION <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Words broken into lines that fit. */
function captionLines(words: string, x: number, anchor: "start" | "end", room: number): SVGTextElement[] {
  let lines = broken(words, room);
  // As even as can be: no line of one word.
  for (let tighter = room * 0.95; broken(words, tighter).length === lines.length; tighter *= 0.95) {
    lines = broken(words, tighter);
    if (lines.length === 1) break;
  }
  return lines.map((line, l) =>
    s("text", { class: "lv-caption", x, y: 16 + l * 13, "text-anchor": anchor, "font-size": CAPTION }, line),
  );
}

interface ColumnLabel {
  readonly element: SVGGElement;
  name(shown: boolean): void;
}

function columnLabel(scene: Scene, plan: Plan, node: number, c: number): ColumnLabel {
  const x = plan.cells + (c + 0.5) * plan.cell;
  const { label = "", shape = [] } = scene.nodes[node] ?? {};
  const text = s("text", {
    class: "lv-name-text",
    "text-anchor": plan.slanted ? "start" : "middle",
    transform: `translate(${x} ${plan.top - 9})${plan.slanted ? " rotate(-48)" : ""}`,
  });
  const title = `column ${label}: what it reads${shape.length > 0 ? ` (${formatShape(shape)})` : ""}`;
  let named = false;
  return {
    element: s("g", { class: "lv-column-label", "data-about": node }, s("title", {}, title), text),
    name(shown) {
      if (shown === named) return;
      named = shown;
      text.replaceChildren(...(shown ? tspans(labelRuns(shortLabel(label)), plan.columnLabel) : []));
    },
  };
}
