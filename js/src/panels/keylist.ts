// The list of keys, opened with ?.
import { h } from "../dom.ts";
import { KEYS } from "../keys.ts";
import type { State } from "../state.ts";
import { popover } from "./popover.ts";

const WHERE =
  "They work while the focus is inside. Arrows walk through graph, matrix and arrays when one of these has the focus; " +
  "Enter pins, or opens a block; Alt with an arrow moves the row of the matrix, Enter on a 0 of e_n asks about it.";

export function keyList(el: HTMLElement, state: State, signal: AbortSignal): void {
  const keys = KEYS.flatMap(({ shown, does }) => [h("dt", {}, h("kbd", {}, shown)), h("dd", {}, does)]);
  const names = { of: "Keys", className: "lv-keys", heading: "Keys", close: "Close the list of keys" };
  const content = [h("dl", { class: "lv-key-list" }, ...keys), h("p", { class: "lv-quiet" }, WHERE)];
  popover(el, names, state.keysOpen, content, signal);
}
