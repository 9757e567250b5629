// What opens over the panels, and gives way: it has the focus while it is open, hands it back, and closes for what the focus goes
// to beneath it.
import type { Signal } from "@preact/signals-core";
import { focusedIn, h, hasFocus, on } from "../dom.ts";
import { whenever } from "../effects.ts";

export function popover(
  el: HTMLElement,
  names: { readonly of: string; readonly className: string; readonly heading: string; readonly close: string },
  open: Signal<boolean>,
  content: readonly (HTMLElement | null)[],
  signal: AbortSignal,
): void {
  const close = h("button", { type: "button", class: "lv-button", "aria-label": names.close }, "Close");
  const dialog = h(
    "dialog",
    { class: `lv-popover ${names.className}`, "aria-label": names.of },
    h("div", { class: "lv-popover-head" }, h("h3", { class: "lv-heading" }, names.heading), close),
    ...content,
  );
  el.append(dialog);
  on(close, "click", signal, () => {
    open.value = false;
  });
  let before: Element | null = null;
  whenever(el, signal, () => {
    if (open.value === dialog.open) return;
    if (open.value) {
      before = focusedIn(el);
      dialog.show();
      close.focus();
    } else {
      const inside = hasFocus(dialog);
      dialog.close();
      if (inside && before instanceof HTMLElement) before.focus();
    }
  });
  // In the frame and not in the dialog: the focus has gone elsewhere.
  on(el, "focusin", signal, (event) => {
    if (open.value && event.target instanceof Element && !dialog.contains(event.target) && covers(dialog, event.target))
      open.value = false;
  });
}

/** Whether they overlap on the screen. */
function covers(over: Element, under: Element): boolean {
  const [a, b] = [over.getBoundingClientRect(), under.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
