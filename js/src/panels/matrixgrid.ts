// The matrix for those who do not see it, and for the keyboard: a grid over the stored entries, one tab stop, walked with
// arrows along rows and columns. What is drawn for a cell is framed while it has the focus (focusframe.ts).
import { signal as cell } from "@preact/signals-core";
import { h, hasFocus, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { fillOf, press } from "../linking.ts";
import { moved, ownersOf, reorder } from "../order.ts";
import type { State } from "../state.ts";
import { type Cell, cellsOf, lambdaWords } from "./gridcells.ts";
import { bringUp, near, setChildren } from "./roving.ts";
import { equationWords, openRow } from "./rowequation.ts";

export function matrixGrid(state: State, signal: AbortSignal): HTMLElement {
  const grid = h("div", {
    class: "lv-unseen",
    role: "grid",
    "aria-label": "Stored entries of A, by row: who reads it",
  });
  const askable = state.kernel?.questions ?? false;
  const order = built(() => {
    const owners = ownersOf(state.scene.value, state.order.value);
    return { owners, place: new Map(owners.map((node, p) => [node, p])) };
  });
  /** The tab stop: a row's node, and which of its cells. */
  const stop = cell({ node: -1, at: 0 });
  /** Rows that are in the page, by node, and cells by what they are about: the same elements as long as they are wanted. */
  let rows = new Map<number, HTMLElement>();
  let cells = new Map<string, HTMLElement>();

  const cellsAt = (node: number): Cell[] =>
    cellsOf(state.scene.value, state.moment.value, node, order.value.place, askable);
  /** The row that is open reads its equation. */
  const textOf = ({ kind, text }: Cell, node: number): string => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    if (kind === "lambda") return lambdaWords(scene, moment, node, state.wrong.value.get(node));
    return kind === "row" && node === openRow(moment) ? equationWords(scene, node, state.asA.value) : text;
  };
  const row = () => Math.max(order.value.owners.indexOf(stop.value.node), 0);

  whenever(grid, signal, () => {
    const { owners } = order.value;
    const { from, to } = near(owners.length, row());
    const shown = owners.slice(from, to);
    const wanted = shown.map((node) => cellsAt(node));
    rows = new Map(shown.map((node) => [node, rows.get(node) ?? h("div", { role: "row" })]));
    cells = new Map(wanted.flat().map((one) => [one.key, cells.get(one.key) ?? cellElement(one)]));
    // Row headers, n columns, λ and e_n.
    bringUp(grid, null, { "aria-rowcount": owners.length, "aria-colcount": owners.length + 3 });
    setChildren(grid, [...rows.values()]);
    shown.forEach((node, r) => {
      const element = rows.get(node);
      if (element === undefined) return;
      bringUp(element, null, { "aria-rowindex": from + r + 1 });
      setChildren(
        element,
        (wanted[r] ?? []).flatMap(({ key }) => cells.get(key) ?? []),
      );
      wanted[r]?.forEach((one, at) => {
        const tabindex = from + r === row() && at === Math.min(stop.value.at, (wanted[r]?.length ?? 1) - 1) ? 0 : -1;
        const text = textOf(one, node);
        const about = [one.entry, one.fill, one.ask].every((it) => it === undefined) ? node : null;
        const entry = { "data-entry": one.entry ?? null, "data-fill": one.fill ?? null };
        const data = { "data-about": about, ...entry, "data-ask": one.ask ?? null };
        const element = cells.get(one.key);
        if (element === undefined) return;
        bringUp(element, text, { "aria-colindex": one.column, tabindex, "data-stands-for": one.drawn, ...data });
      });
    });
  });
  // Who comes by Tab comes to what the step is about.
  whenever(grid, signal, () => {
    const active = state.moment.value.active.at(-1);
    if (active !== undefined && order.value.place.has(active) && !hasFocus(grid)) stop.value = { node: active, at: 0 };
  });

  const go = (r: number, at: number) => {
    const node = order.value.owners[Math.min(Math.max(r, 0), order.value.owners.length - 1)] ?? 0;
    const all = cellsAt(node);
    stop.value = { node, at: Math.min(Math.max(at, 0), all.length - 1) };
    cells.get(all[stop.value.at]?.key ?? "")?.focus({ preventScroll: true });
  };
  on(grid, "focusin", signal, (event) => {
    const element = event.target as HTMLElement;
    const node = [...rows].find(([, one]) => one.contains(element))?.[0];
    const at = [...(element.parentElement?.children ?? [])].indexOf(element);
    if (node !== undefined && (node !== stop.value.node || at !== stop.value.at)) stop.value = { node, at };
  });
  const act = (element: HTMLElement) => {
    const { ask, entry, fill } = element.dataset;
    if (ask !== undefined) state.kernel?.ask({ question: Number(ask) });
    else if (fill !== undefined) press(state, fillOf(fill));
    else press(state, entry === undefined ? { node: stop.value.node } : { entry: Number(entry) });
  };
  // Screen readers click what has the focus.
  on(grid, "click", signal, (event) => act(event.target as HTMLElement));
  on(grid, "keydown", signal, (event) => {
    const [r, { node, at }] = [row(), stop.value];
    const steps: Record<string, () => void> = {
      Enter: () => act(event.target as HTMLElement),
      ArrowRight: () => go(r, at + 1),
      ArrowLeft: () => go(r, at - 1),
      ArrowDown: () => (event.altKey ? move(1) : go(r + 1, at)),
      ArrowUp: () => (event.altKey ? move(-1) : go(r - 1, at)),
      Home: () => go(r, 0),
      End: () => go(r, Number.MAX_SAFE_INTEGER),
    };
    // Alt moves the row itself.
    const move = (by: 1 | -1) => {
      reorder(state, moved(order.value.owners, node, by), `row ${state.scene.value.nodes[node]?.label} moved; `);
      go(row(), 0);
    };
    const does = steps[event.key === " " ? "Enter" : event.key];
    if (does === undefined || (event.altKey && !/^Arrow(Up|Down)$/.test(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  });
  return grid;
}

const cellElement = ({ kind }: Cell): HTMLElement =>
  h("div", { role: kind === "row" ? "rowheader" : "gridcell", "data-own-arrows": true, "data-no-pin": true });
