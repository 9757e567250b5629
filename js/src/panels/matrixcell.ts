// Cells of the matrix: a stored entry, what elimination has made of it or filled in, the diagonal; numbers and pictures.
import { s, setAttribute } from "../dom.ts";
import { type Changed, cellKey, filledWords, isGone } from "../elimination.ts";
import { formatNumbers, fullNumber } from "../format.ts";
import { coarser, gridOf, heat } from "../heat.ts";
import { textWidth } from "../measure.ts";
import { blockOf, diagonalOf, type Scene } from "../scene.ts";
import { fillSigned, largestOf } from "../signed.ts";
import type { Moment } from "../timeline.ts";
import { cellText, LINE } from "./cellnumber.ts";
import type { Plan } from "./matrixplan.ts";

export interface Cell {
  readonly element: SVGGElement;
  update(moment: Moment): void;
}

type Box = ReturnType<typeof boxOf>;

/** The place of a cell in its row. */
export function boxOf(plan: Plan, column: number) {
  return {
    x: plan.cells + column * plan.cell + plan.gap,
    y: plan.gap,
    width: plan.cell - 2 * plan.gap,
    height: plan.rowHeight - 2 * plan.gap,
    rx: plan.cell > 20 ? 4 : plan.cell > 8 ? 2 : 0,
  };
}

export function drawDiagonal(scene: Scene, plan: Plan, node: number, r: number): SVGGElement {
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

export function drawEntry(scene: Scene, plan: Plan, node: number, entry: number, column: number, asA: boolean): Cell {
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
            : isGone(moment.evolved, node, reader)
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
export function drawFilled(
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
    const title = `row ${scene.nodes[node]?.label}, column ${scene.nodes[cell.column]?.label}`;
    const value = Number.isNaN(shown) ? "a block" : `= ${fullNumber(shown)}`;
    return s(
      "g",
      {
        class: "lv-cell lv-entry lv-filled",
        "data-row": node,
        "data-col": cell.column,
        "data-fill": cellKey(node, cell.column),
        "data-state": cell.written ? "written" : cell.read ? "read" : "recorded",
        "data-value": Number.isNaN(shown) ? null : shown,
      },
      s("title", {}, `${title} ${value}. ${filledWords(scene, cell)}`),
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
