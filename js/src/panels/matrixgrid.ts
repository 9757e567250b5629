// The matrix for those who do not see it, and for the keyboard: a grid over the stored entries, one tab stop, walked with
// arrows along rows and columns.
import { h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { formatNumber, formatShape } from "../format.ts";
import { press } from "../linking.ts";
import { below, moved, ownersOf } from "../order.ts";
import { diagonalOf, isNumber, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { multiplierTitle } from "./card.ts";
import { roving } from "./roving.ts";

export function matrixGrid(el: HTMLElement, state: State, signal: AbortSignal): void {
  const grid = h("div", {
    class: "lv-unseen",
    role: "grid",
    "aria-label": "Stored entries of A, by row: who reads it",
  });
  el.append(grid);
  const drawn = built(() => {
    const scene = state.scene.value;
    const owners = ownersOf(scene, state.order.value);
    const place = new Map(owners.map((node, p) => [node, p]));
    const rows = owners.map((node) => rowCells(scene, node, place, owners.length, state.kernel?.questions ?? false));
    if (rows[0]?.[0] !== undefined) rows[0][0].tabIndex = 0;
    return { owners, rows };
  });
  whenever(el, signal, () => {
    const { owners, rows } = drawn.value;
    grid.setAttribute("aria-rowcount", String(owners.length));
    // Row headers, n columns, λ and e_n.
    grid.setAttribute("aria-colcount", String(owners.length + 3));
    grid.replaceChildren(...rows.map((cells, r) => h("div", { role: "row", "aria-rowindex": r + 1 }, ...cells)));
  });
  whenever(el, signal, () => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    const { owners, rows } = drawn.value;
    owners.forEach((node, r) => {
      const last = rows[r]?.at(-2);
      const multiplier = moment.multipliers[node];
      if (last === undefined || multiplier === undefined) return;
      const text =
        multiplier.look !== "number"
          ? multiplierTitle(multiplier)
          : isNumber(scene, node)
            ? formatNumber(multiplier.value)
            : "solved, an array";
      last.textContent = `λ of ${scene.nodes[node]?.label}: ${text}`;
    });
  });
  on(grid, "keydown", signal, (event) => {
    const { owners, rows } = drawn.value;
    const r = rows.findIndex((cells) => cells.includes(event.target as HTMLElement));
    const c = rows[r]?.indexOf(event.target as HTMLElement) ?? -1;
    if (r < 0 || c < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      const { ask, entry } = (event.target as HTMLElement).dataset;
      if (ask !== undefined) state.kernel?.ask({ question: Number(ask) });
      else press(state, entry === undefined ? { node: owners[r] ?? 0 } : { entry: Number(entry) });
      return;
    }
    // Alt moves the row itself.
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      event.stopPropagation();
      const node = owners[r] ?? 0;
      state.order.value = moved(owners, node, event.key === "ArrowUp" ? -1 : 1);
      const dots = below(state.scene.value, state.order.value).length;
      state.announcement.value = `row ${state.scene.value.nodes[node]?.label} moved; ${dots === 0 ? "still triangular" : `${dots} below the diagonal`}`;
      drawn.value.rows[state.order.value.indexOf(node)]?.[0]?.focus();
      return;
    }
    const to = walk(event.key, rows, r, c);
    if (to !== undefined) roving(event, rows.flat(), rows.flat().indexOf(to));
  });
}

function walk(key: string, rows: readonly HTMLElement[][], r: number, c: number): HTMLElement | undefined {
  const inRow = (row: number, column: number) => {
    const cells = rows[Math.min(Math.max(row, 0), rows.length - 1)] ?? [];
    return cells[Math.min(Math.max(column, 0), cells.length - 1)];
  };
  if (key === "ArrowRight") return inRow(r, c + 1);
  if (key === "ArrowLeft") return inRow(r, c - 1);
  if (key === "ArrowDown") return inRow(r + 1, c);
  if (key === "ArrowUp") return inRow(r - 1, c);
  if (key === "Home") return inRow(r, 0);
  if (key === "End") return inRow(r, Number.MAX_SAFE_INTEGER);
  return undefined;
}

function rowCells(
  scene: Scene,
  node: number,
  place: ReadonlyMap<number, number>,
  n: number,
  askable: boolean,
): HTMLElement[] {
  const cell = (column: number, text: string, data: Record<string, number | null>, role = "gridcell") =>
    h("div", { role, tabindex: -1, "aria-colindex": column, "data-own-arrows": true, ...data }, text);
  const entries = (scene.readers[node] ?? []).map((entry) => {
    const reader = scene.entry_column[entry] ?? 0;
    const partial = scene.partial[entry] ?? Number.NaN;
    const { shape = [1, 1], structure = "scalar" } = scene.entries[entry] ?? {};
    const what = Number.isNaN(partial) ? `${formatShape(shape)}, ${structure}` : formatNumber(partial);
    const text = `column ${scene.nodes[reader]?.label}: ∂${scene.nodes[reader]?.label}/∂${scene.nodes[node]?.label} = ${what}`;
    return cell((place.get(reader) ?? 0) + 2, text, { "data-entry": entry });
  });
  const own = diagonalOf(scene, node);
  return [
    cell(1, `row ${scene.nodes[node]?.label}`, { "data-about": node }, "rowheader"),
    cell(
      (place.get(node) ?? 0) + 2,
      `column ${scene.nodes[node]?.label}: ${Number.isNaN(own) ? "a block, of what the equation reads of its own result" : formatNumber(own)}`,
      { "data-about": node },
    ),
    ...entries,
    cell(n + 2, "", { "data-about": node }),
    cell(n + 3, rhsText(scene, node, askable), { "data-ask": askable && scene.rhs[node] !== 1 ? node : null }),
  ];
}

function rhsText(scene: Scene, node: number, askable: boolean): string {
  const label = scene.nodes[node]?.label;
  if (scene.rhs[node] === 1) return `e_n, row ${label}: 1, the result that is asked about`;
  return askable ? `e_n, row ${label}: 0; Enter asks about ${label} instead` : `e_n, row ${label}: 0`;
}
