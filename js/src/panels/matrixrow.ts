// One row of the matrix: its label, the cells of its stored entries, its λ and its right-hand side. It opens below.
import { s, setAttribute } from "../dom.ts";
import { type Changed, cellKey } from "../elimination.ts";
import { formatNumber, formatNumbers, fullNumber } from "../format.ts";
import { coarser, gridOf, heat } from "../heat.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, runsWidth, tspans } from "../names.ts";
import { blockOf, diagonalOf, isNumber, multipliersOf, type Scene } from "../scene.ts";
import { fillSigned, largestOf } from "../signed.ts";
import type { Moment, Multiplier } from "../timeline.ts";
import { multiplierTitle, multiplierWords, sameLook, shortLabel } from "./card.ts";
import { cellText, LINE } from "./cellnumber.ts";
import { LABEL, type Plan } from "./matrixplan.ts";
import type { RowEquation } from "./rowequation.ts";

export interface Row {
  readonly element: SVGGElement;
  update(moment: Moment, equation: RowEquation | null, recorded: number): void;
}

export function drawRow(scene: Scene, plan: Plan, node: number, asA: boolean, askable: boolean): Row {
  const r = plan.place[node] ?? 0;
  const middle = plan.rowHeight / 2;
  const band = s("rect", {
    class: "lv-row-band",
    "data-about": node,
    x: 20,
    y: 0,
    width: plan.width - 22,
    height: plan.rowHeight,
    rx: 7,
  });
  const empties = s("path", { class: "lv-empty" });
  const quiet = s("path", { class: "lv-below" });
  const cells = (scene.readers[node] ?? []).map((entry) => ({
    entry,
    column: plan.place[scene.entry_column[entry] ?? -1] ?? -1,
  }));
  const entryCells = cells.map(({ entry, column }) => drawEntry(scene, plan, node, entry, column, asA));
  const diagonal = drawDiagonal(scene, plan, node, r);
  const lambda = drawLambda(scene, plan, node);
  const opened = s("g", { class: "lv-opened" });
  const filled = s("g", {});
  const stored = new Set((scene.readers[node] ?? []).map((entry) => scene.entry_column[entry]));
  const labelled = r % plan.labelEvery === 0;
  const runs = labelRuns(shortLabel(scene.nodes[node]?.label ?? ""));
  const labelLength = runsWidth(runs, labelSize(plan), nameWidth);
  const rhs = drawRhs(scene, plan, node, askable);
  const label = s(
    "text",
    { class: "lv-name-text lv-row-label", "data-about": node, x: plan.labelEnd, y: middle + 5, "text-anchor": "end" },
    s("title", {}, `row ${scene.nodes[node]?.label}: who reads it`),
    ...(labelled ? tspans(runs, labelSize(plan)) : []),
  );
  const element = s(
    "g",
    { class: "lv-row" },
    band,
    s("path", { class: "lv-row-marker", d: `M${plan.labelEnd - labelLength - 14} ${middle - 6}v12l9.5 -6z` }),
    label,
    empties,
    quiet,
    diagonal,
    ...entryCells.map((cell) => cell.element),
    filled,
    lambda.element,
    rhs,
    opened,
  );

  let columns = -1;
  return {
    element,
    update(moment, equation, recorded) {
      const state = moment.states[node] ?? "recorded";
      element.dataset.state = state;
      element.classList.toggle("lv-active-row", state === "active" && moment.phase === "solve" && !moment.column);
      band.setAttribute("height", String(plan.rowHeight + (equation?.height ?? 0)));
      opened.replaceChildren(...(equation === null ? [] : [equation.draw(plan.cells, plan.rowHeight)]));
      const visible = state === "hidden" ? 0 : recorded;
      if (visible !== columns) {
        columns = visible;
        empties.setAttribute("d", emptyCells(plan, r + 1, visible, new Set(cells.map(({ column }) => column))));
        quiet.setAttribute("d", emptyCells(plan, 0, Math.min(r, visible), new Set()));
      }
      for (const cell of entryCells) cell.update(moment);
      element.classList.toggle("lv-dropped", moment.evolved.dropped.has(node));
      filled.replaceChildren(...drawFilled(scene, plan, node, stored, moment, asA));
      lambda.update(moment);
    },
  };
}

/** What is asked: a 1 in the row of one result. Where somebody can answer, the others can be asked about. */
function drawRhs(scene: Scene, plan: Plan, node: number, askable: boolean): SVGGElement {
  const one = scene.rhs[node] === 1;
  const label = scene.nodes[node]?.label;
  const text = s(
    "text",
    {
      class: one ? "lv-rhs lv-rhs-one" : "lv-rhs",
      x: plan.rhs,
      y: plan.rowHeight / 2 + 4.5,
      "text-anchor": "middle",
      "font-size": numberSize(plan),
    },
    plan.lambdaNumbers ? formatNumber(scene.rhs[node] ?? 0) : "",
  );
  if (!askable || one) return s("g", {}, s("title", {}, `the question: ${label}`), text);
  const target = s("rect", {
    class: "lv-ask-target",
    x: plan.rhs - 15,
    y: plan.gap + 1,
    width: 30,
    height: plan.rowHeight - 2 * plan.gap - 2,
    rx: 5,
  });
  return s(
    "g",
    { class: "lv-ask", "data-ask": node, "data-no-pin": true },
    s("title", {}, `ask about ${label} instead`),
    target,
    text,
  );
}

const numberSize = (plan: Plan): number => Math.min(13, plan.rowHeight * 0.66);

export const labelSize = (plan: Plan): number => Math.min(LABEL, Math.max(plan.rowHeight * 0.62, 9));

function boxOf(plan: Plan, column: number) {
  return {
    x: plan.cells + column * plan.cell + plan.gap,
    y: plan.gap,
    width: plan.cell - 2 * plan.gap,
    height: plan.rowHeight - 2 * plan.gap,
    rx: plan.cell > 20 ? 4 : plan.cell > 8 ? 2 : 0,
  };
}

/** The empty cells from a column up to another as one path. */
function emptyCells(plan: Plan, from: number, to: number, taken: ReadonlySet<number>): string {
  // Where cells are specks, their outlines would be all there is to see.
  if (plan.cell < 8) {
    const { x, y, height } = boxOf(plan, from);
    return from > 0 || to <= from ? "" : `M${x} ${y}h${plan.cell * (to - from)}v${height}H${x}z`;
  }
  let d = "";
  for (let column = from; column < to; column++) {
    if (taken.has(column)) continue;
    const { x, y, width, height, rx } = boxOf(plan, column);
    d +=
      rx === 0 ? `M${x} ${y}h${width}v${height}h${-width}z` : roundedBox(x + 0.5, y + 0.5, width - 1, height - 1, rx);
  }
  return d;
}

const roundedBox = (x: number, y: number, w: number, h: number, r: number): string =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;

function drawDiagonal(scene: Scene, plan: Plan, node: number, r: number): SVGGElement {
  const box = boxOf(plan, r);
  const number = diagonalOf(scene, node);
  const cell = s(
    "g",
    { class: "lv-cell lv-diagonal", "data-row": node, "data-col": node, "data-about": node },
    s("rect", box),
  );
  if (Number.isNaN(number)) {
    const { shown, numbers } = scene.nodes[node]?.diagonal ?? { shown: [], numbers: [] };
    const block = Float64Array.from(numbers, (x) => x ?? Number.NaN);
    const inset = plan.cell > 20 ? 3 : 0;
    const inner = { x: box.x + inset, y: box.y + inset, width: box.width - 2 * inset, height: box.height - 2 * inset };
    cell.append(
      s("title", {}, `${scene.nodes[node]?.label} reads its own result: its block on the diagonal is no identity`),
      heat(coarser(gridOf(block, shown), 12, 12), inner, largestOf(block)),
    );
    return cell;
  }
  setAttribute(cell, "data-value", number);
  cell.append(...cellNumber(plan, number, box));
  return cell;
}

interface Cell {
  readonly element: SVGGElement;
  update(moment: Moment): void;
}

function drawEntry(scene: Scene, plan: Plan, node: number, entry: number, column: number, asA: boolean): Cell {
  const reader = scene.entry_column[entry] ?? 0;
  const partial = scene.partial[entry] ?? Number.NaN;
  const sign = asA ? -1 : 1;
  const shown = sign * partial;
  const box = boxOf(plan, column);
  const rect = s("rect", { ...box, class: "lv-cell-fill" });
  const early = column < (plan.place[node] ?? 0);
  const element = s("g", {
    class: early ? "lv-cell lv-entry lv-early" : "lv-cell lv-entry",
    "data-row": node,
    "data-col": reader,
    "data-entry": entry,
  });
  const { latex: _, structure, shape } = scene.entries[entry] ?? { latex: "", structure: "scalar", shape: [1, 1] };
  const names = [scene.nodes[reader]?.label, scene.nodes[node]?.label];
  const what = asA ? `A, row ${names[1]}, column ${names[0]}` : `∂${names[0]}/∂${names[1]}`;
  if (structure === "scalar" || !Number.isNaN(partial)) {
    element.append(s("title", {}, `${what} = ${fullNumber(shown)}`), rect);
    setAttribute(element, "data-value", shown);
    fillSigned(rect, shown, plan.largestPartial);
    element.append(...cellNumber(plan, shown, box));
  } else {
    element.append(
      s(
        "title",
        {},
        `${what}, ${structure}, ${formatNumbers(
          blockOf(scene, entry).map((x) => sign * x),
          shape,
        )}`,
      ),
      rect,
    );
    const numbers = blockOf(scene, entry).map((x) => sign * x);
    const picture = coarser(gridOf(numbers, scene.entries[entry]?.shown ?? [1, 1]), 12, 12);
    const inset = plan.cell > 20 ? 3 : 0;
    element.append(
      heat(
        picture,
        { x: box.x + inset, y: box.y + inset, width: box.width - 2 * inset, height: box.height - 2 * inset },
        largestOf(numbers),
      ),
    );
  }
  element.append(s("rect", { ...box, class: "lv-cell-outline" }));
  const later = s("g", {});
  element.append(later);
  let changed: Changed | undefined;
  return {
    element,
    update(moment) {
      const there = moment.states[reader] !== "hidden";
      const writing = moment.phase === "record" && moment.active.includes(reader);
      const now = moment.evolved.cells.get(cellKey(node, reader));
      element.dataset.state = !there
        ? "hidden"
        : writing || now?.written
          ? "written"
          : moment.entries.has(entry)
            ? "read"
            : now?.gone
              ? "gone"
              : "recorded";
      const another = now?.changed ? now : undefined;
      if (another?.value === changed?.value) return;
      changed = another;
      // What elimination has added is drawn over what was stored.
      later.replaceChildren(...(another === undefined ? [] : changedCell(plan, another, box, asA)));
    },
  };
}

type Box = ReturnType<typeof boxOf>;

/** A number, or a block, that elimination wrote. */
function changedCell(plan: Plan, cell: Changed, box: Box, asA: boolean): SVGElement[] {
  const shown = asA ? cell.value : -cell.value;
  const fill = s("rect", { ...box, class: "lv-cell-fill lv-changed" });
  const outline = s("rect", { ...box, class: "lv-cell-outline" });
  if (Number.isNaN(shown)) return [fill, outline];
  fillSigned(fill, shown, plan.largestPartial);
  return [fill, ...cellNumber(plan, shown, box), outline];
}

/** Entries that elimination filled in where none was stored. */
function drawFilled(
  scene: Scene,
  plan: Plan,
  node: number,
  stored: ReadonlySet<number | undefined>,
  moment: Moment,
  asA: boolean,
): SVGElement[] {
  const cells = [...moment.evolved.cells.values()].filter(({ row, column }) => row === node && !stored.has(column));
  return cells.flatMap((cell) => {
    const column = plan.place[cell.column] ?? -1;
    if (column < 0 || (cell.gone && !cell.read)) return [];
    const shown = asA ? cell.value : -cell.value;
    const title = `filled in: row ${scene.nodes[node]?.label}, column ${scene.nodes[cell.column]?.label}`;
    return s(
      "g",
      {
        class: "lv-cell lv-entry lv-filled",
        "data-row": node,
        "data-col": cell.column,
        "data-state": cell.written ? "written" : cell.read ? "read" : "recorded",
        "data-value": Number.isNaN(shown) ? null : shown,
      },
      s("title", {}, Number.isNaN(shown) ? `${title}, a block` : `${title} = ${fullNumber(shown)}`),
      ...changedCell(plan, cell, boxOf(plan, column), asA),
    );
  });
}

/** A number where it can be read; else the colour has to do, and pointing. */
function cellNumber(plan: Plan, x: number, box: Box): SVGTextElement[] {
  const room = { width: plan.numberWidth, height: box.height };
  const shown = plan.numberSize === null ? null : cellText(x, room, plan.numberSize, textWidth);
  if (shown === null) return [];
  const { lines, size } = shown;
  const first = plan.rowHeight / 2 + size * (0.36 - ((lines.length - 1) * LINE) / 2);
  return lines.map((line, l) =>
    s(
      "text",
      { x: box.x + box.width / 2, y: first + l * LINE * size, "text-anchor": "middle", "font-size": size },
      line,
    ),
  );
}

function drawLambda(scene: Scene, plan: Plan, node: number): Cell {
  const inset = plan.gap + (plan.rowHeight > 26 ? 1 : 0);
  const box = {
    x: plan.lambda,
    y: inset,
    width: plan.lambdaWidth,
    height: plan.rowHeight - 2 * inset,
    rx: Math.min(6, plan.rowHeight / 4),
  };
  const fill = s("rect", { ...box, class: "lv-lambda-fill" });
  const content = s("g", {});
  const outline = s("rect", { ...box, class: "lv-lambda-outline" });
  const element = s("g", { class: "lv-lambda", "data-multiplier": node, "data-about": node }, fill, content, outline);
  let look: Multiplier | undefined;
  return {
    element,
    update(moment) {
      const multiplier: Multiplier = moment.multipliers[node] ?? { look: "none" };
      const number = multiplier.look === "number" && isNumber(scene, node) ? multiplier.value : undefined;
      element.dataset.look = multiplier.look;
      element.dataset.state =
        moment.states[node] === "hidden"
          ? "hidden"
          : moment.written.has(node)
            ? "written"
            : moment.read.has(node)
              ? "read"
              : "still";
      if (sameLook(look, multiplier)) return;
      look = multiplier;
      setAttribute(element, "data-value", number);
      fillSigned(fill, number ?? 0, plan.largestMultiplier);
      const solvedArray = multiplier.look === "number" && number === undefined;
      content.replaceChildren(
        s("title", {}, multiplierTitle(multiplier)),
        ...(solvedArray ? [lambdaPicture(scene, node, box)] : plan.lambdaNumbers ? [lambdaText(plan, multiplier)] : []),
      );
    },
  };
}

function lambdaText(plan: Plan, multiplier: Multiplier): SVGTextElement {
  const size = numberSize(plan);
  const at = {
    x: plan.lambda + plan.lambdaWidth / 2,
    y: plan.rowHeight / 2 + size * 0.36,
    "text-anchor": "middle",
    "font-size": size,
  };
  const nonfinite = multiplier.look === "number" && !Number.isFinite(multiplier.value);
  return s("text", { ...at, class: nonfinite ? "lv-nonfinite" : null }, multiplierWords(multiplier));
}

function lambdaPicture(
  scene: Scene,
  node: number,
  box: { x: number; y: number; width: number; height: number },
): SVGGElement {
  const numbers = multipliersOf(scene, node);
  const grid = coarser(gridOf(numbers, scene.nodes[node]?.shown ?? []), 6, 20);
  const inset = Math.min(6, box.height / 5);
  const picture = heat(
    grid,
    { x: box.x + inset, y: box.y + inset, width: box.width - 2 * inset, height: box.height - 2 * inset },
    largestOf(numbers),
  );
  picture.prepend(s("title", {}, formatNumbers(numbers, scene.nodes[node]?.shape ?? [])));
  return picture;
}
