// One selection, four views. Whatever is about a node carries data-about, whatever is about a stored entry data-entry, and whatever
// is about one that elimination filled in data-fill, its row and column; pointing at one lights all of them. Panels only set the attributes.
import { effect } from "@preact/signals-core";
import { on } from "./dom.ts";
import { cellKey } from "./elimination.ts";
import type { State, Target } from "./state.ts";

/** The node, or the entry, that an element is about. An entry is the more particular of the two. */
function targetOf(element: EventTarget | null): Target | null {
  if (!(element instanceof Element)) return null;
  const found = element.closest<HTMLElement | SVGElement>("[data-about], [data-entry], [data-fill]");
  if (found === null) return null;
  const { about, entry, fill } = found.dataset;
  if (fill !== undefined) return fillOf(fill);
  if (entry !== undefined) return { entry: Number(entry) };
  return about === undefined ? null : { node: Number(about) };
}

/** A `cellKey` read back. */
export function fillOf(key: string): Target {
  const [row = -1, column = -1] = key.split(" ").map(Number);
  return { row, column };
}

const PICTURES = ".lv-graph-view, .lv-matrix-view";

const same = (a: Target | null, b: Target | null): boolean =>
  a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));

export function linkViews(root: HTMLElement, state: State, end: AbortSignal): void {
  const point = (target: Target | null) => {
    if (!same(state.pointed.peek(), target)) state.pointed.value = target;
  };
  on(root, "pointerover", end, (event) => point(targetOf(event.target)));
  on(root, "pointerleave", end, (event) => {
    // A finger that is lifted leaves; what a tap says of a filled-in entry stays until the next.
    const { pointed } = state;
    if (event.pointerType !== "touch" || pointed.value === null || !("row" in pointed.value)) point(null);
  });
  // Focus counts as pointing when it is seen; the focus a click leaves behind says nothing.
  on(root, "focusin", end, (event) => {
    if (event.target instanceof Element && event.target.matches(":focus-visible")) point(targetOf(event.target));
  });
  on(root, "focusout", end, (event) => {
    if (!(event.relatedTarget instanceof Node && root.contains(event.relatedTarget))) point(null);
  });
  on(root, "click", end, (event) => {
    const element = event.target;
    if (!(element instanceof Element) || element.closest("[data-no-pin], input, select") !== null) return;
    const target = targetOf(element);
    if (target !== null) press(state, target);
    // Beside everything in a picture: what is pinned is freed, as by Escape.
    else if (state.pinned.value !== null && element.closest(PICTURES) !== null && element.closest("button") === null)
      pin(state, state.pinned.value);
  });

  const relight = () => light(root, state, state.lit.peek(), state.pinned.peek());
  const stop = effect(() => {
    state.lit.value;
    state.pinned.value;
    // After the panels have drawn the step this is about.
    queueMicrotask(relight);
  });
  // What is drawn anew, at another step or in another size, is lit as what stood there before.
  const redrawn = new MutationObserver(relight);
  redrawn.observe(root, { childList: true, subtree: true, attributeFilter: ["data-about", "data-entry", "data-fill"] });
  end.addEventListener("abort", () => {
    stop();
    redrawn.disconnect();
  });
}

/** What a click does, and Enter on the same thing: a block opens or closes, anything else is pinned or freed. */
export function press(state: State, target: Target): void {
  if ("entry" in target && isBlock(state, target.entry)) {
    state.opened.value = state.opened.value === target.entry ? null : target.entry;
    state.announcement.value = state.opened.value === null ? "block closed" : "block open in This step";
  } else pin(state, pinnedBy(state, target));
}

/** A block opens to its elements; a number has none. */
const isBlock = (state: State, entry: number): boolean => {
  const { shape } = state.scene.value.entries[entry] ?? { shape: [1, 1] };
  return shape[0] * shape[1] > 1;
};

/** Pin a node, or free it when it is the pinned one, and say so. */
export function pin(state: State, node: number): void {
  togglePin(state, node);
  const label = state.scene.value.nodes[node]?.label ?? "";
  state.announcement.value = state.pinned.value === null ? `${label} freed` : `${label} pinned`;
}

/** The same without a word, for what is a button that is pressed or not. */
export function togglePin(state: State, node: number): void {
  state.pinned.value = state.pinned.value === node ? null : node;
  state.opened.value = null;
}

/** A click on an entry pins its row: the node that is read. */
const pinnedBy = (state: State, target: Target): number =>
  "node" in target ? target.node : "row" in target ? target.row : (state.scene.value.entry_row[target.entry] ?? 0);

function light(root: HTMLElement, state: State, lit: Target | null, pinned: number | null): void {
  for (const element of root.querySelectorAll(".lv-lit, .lv-near, .lv-pinned")) {
    element.classList.remove("lv-lit", "lv-near", "lv-pinned");
  }
  const mark = (selector: string, name: string) => {
    for (const element of root.querySelectorAll(selector)) element.classList.add(name);
  };
  if (pinned !== null) mark(`[data-about="${pinned}"]`, "lv-pinned");
  if (lit === null) return;
  const { readers, reads, entry_row, entry_column } = state.scene.peek();
  if ("row" in lit) {
    mark(`[data-fill="${cellKey(lit.row, lit.column)}"], .lv-row-band[data-about="${lit.row}"]`, "lv-lit");
    for (const node of [lit.row, lit.column]) mark(`[data-about="${node}"]`, "lv-near");
  } else if ("entry" in lit) {
    mark(`[data-entry="${lit.entry}"]`, "lv-lit");
    for (const node of [entry_row[lit.entry], entry_column[lit.entry]]) mark(`[data-about="${node}"]`, "lv-near");
  } else {
    mark(`[data-about="${lit.node}"]`, "lv-lit");
    for (const entry of [...(readers[lit.node] ?? []), ...(reads[lit.node] ?? [])]) {
      mark(`[data-entry="${entry}"]`, "lv-near");
    }
  }
}
