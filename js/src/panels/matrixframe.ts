// What stands around the rows: column labels, the column bands that light up, captions, and the = before e_n.
import { s } from "../dom.ts";
import { formatShape } from "../format.ts";
import { textWidth } from "../measure.ts";
import { labelRuns, tspans } from "../names.ts";
import { below } from "../order.ts";
import type { Scene } from "../scene.ts";
import type { Moment } from "../timeline.ts";
import { shortLabel } from "./card.ts";
import { LABEL, type Plan } from "./matrixplan.ts";

const CAPTION = 11.5;

export interface Frame {
  readonly behind: SVGGElement;
  readonly before: SVGGElement;
  update(moment: Moment, height: number, recorded: number): void;
}

export function drawFrame(scene: Scene, plan: Plan, askable: boolean): Frame {
  const n = plan.owners.length;
  const bands = plan.owners.map((node, c) =>
    s("rect", {
      class: "lv-column-band",
      "data-about": node,
      x: plan.cells + c * plan.cell,
      y: plan.top - 24,
      width: plan.cell,
      rx: 6,
    }),
  );
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
    s("title", {}, "λ: the prices of the equations, one for each row"),
    ...tspans([{ text: "λ", level: 0 }], LABEL),
  );
  const question = s(
    "text",
    { class: "lv-name-text lv-column-label", x: plan.rhs, y: plan.top - 9, "text-anchor": "middle" },
    s("title", {}, "e_n: 1 in the row of the result that is asked about, 0 in the others"),
    ...tspans(
      [
        { text: "e", level: 0 },
        { text: "n", level: 1 },
      ],
      LABEL,
    ),
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
  const feet = s(
    "g",
    {},
    ...captionLines(belowWords(scene, plan), plan.cells, "start", plan.rhs - (askable ? 100 : 72) - plan.cells),
    ...captionLines(
      askable ? "the question: click a 0 to move it" : "the question: which result?",
      plan.width - 4,
      "end",
      90,
    ),
  );
  return {
    behind: s("g", {}, extent, ...bands),
    before: s("g", {}, across, down, ...labels, lambda, question, equals, feet),
    update(moment, height, recorded) {
      const middle = (plan.top + height) / 2;
      // While recording a column is as long as there are rows.
      const rows = recorded < n ? recorded * plan.rowHeight : height - plan.top;
      for (const band of bands) band.setAttribute("height", String(rows + 26));
      extent.setAttribute("height", String(height - plan.top));
      extent.classList.toggle("lv-shown", recorded < n);
      down.setAttribute("transform", `translate(11 ${middle}) rotate(-90)`);
      equals.setAttribute("y", String(middle + 7));
      feet.setAttribute("transform", `translate(0 ${height})`);
      // Elimination is about a row and a column.
      const byColumn = moment.phase === "record" || moment.column || moment.evolved.cells.size > 0;
      labels.forEach((label, c) => {
        const node = plan.owners[c] ?? -1;
        const active = byColumn && moment.active.includes(node);
        label.dataset.state = moment.states[node] ?? "recorded";
        label.classList.toggle("lv-active-column", active);
        label.classList.toggle("lv-dropped", moment.evolved.dropped.has(node));
        bands[c]?.classList.toggle("lv-active-band", active);
      });
    },
  };
}

/** What the part below the diagonal says about the order of the rows. */
function belowWords(scene: Scene, plan: Plan): string {
  const [first, ...others] = below(scene, plan.owners);
  if (first === undefined) return "empty below the diagonal: no line reads a result of its future";
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

function columnLabel(scene: Scene, plan: Plan, node: number, c: number): SVGGElement {
  const x = plan.cells + (c + 0.5) * plan.cell;
  const { label = "", shape = [] } = scene.nodes[node] ?? {};
  // Side by side at their slant (sin 48° = 0.743), names take this much of the way from column to column.
  const every = plan.slanted ? Math.ceil(plan.columnLabel / (0.743 * plan.cell)) : 1;
  const shown = c % every === 0;
  const text = s(
    "text",
    {
      class: "lv-name-text",
      "text-anchor": plan.slanted ? "start" : "middle",
      transform: `translate(${x} ${plan.top - 9})${plan.slanted ? " rotate(-48)" : ""}`,
    },
    ...(shown ? tspans(labelRuns(shortLabel(label)), plan.columnLabel) : []),
  );
  const title = `column ${label}: what it reads${shape.length > 0 ? ` (${formatShape(shape)})` : ""}`;
  return s("g", { class: "lv-column-label", "data-about": node }, s("title", {}, title), text);
}
