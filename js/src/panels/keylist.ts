// The list of keys, opened with ?.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { KEYS } from "../keys.ts";
import type { State } from "../state.ts";

export function keyList(el: HTMLElement, state: State, signal: AbortSignal): void {
  const close = h("button", { type: "button", class: "lv-button", "aria-label": "Close the list of keys" }, "Close");
  const list = h(
    "dl",
    { class: "lv-key-list" },
    ...KEYS.flatMap(({ shown, does }) => [h("dt", {}, h("kbd", {}, shown)), h("dd", {}, does)]),
  );
  const dialog = h(
    "dialog",
    { class: "lv-popover lv-keys", "aria-label": "Keys" },
    h("div", { class: "lv-popover-head" }, h("h3", { class: "lv-heading" }, "Keys"), close),
    list,
    h(
      "p",
      { class: "lv-quiet" },
      "They work while the focus is inside. Arrows walk through graph, matrix and arrays when one of these has the focus; " +
        "Alt with an arrow moves the row of the matrix, Enter on a 0 of e_n asks about it.",
    ),
  );
  el.append(dialog);
  on(close, "click", signal, () => {
    state.keysOpen.value = false;
  });
  let before: Element | null = null;
  whenever(el, signal, () => {
    if (state.keysOpen.value === dialog.open) return;
    if (state.keysOpen.value) {
      const root = el.getRootNode() as Document | ShadowRoot;
      before = root.activeElement;
      dialog.show();
      close.focus();
    } else {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    }
  });
}
