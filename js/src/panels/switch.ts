// A switch: a button that is on or off, and follows its signal.
import type { ReadonlySignal, Signal } from "@preact/signals-core";
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";

/** Turns its signal itself. */
export const switchButton = (name: string, value: Signal<boolean>, signal: AbortSignal, title = "") =>
  askingSwitch(
    name,
    value,
    (wish) => {
      value.value = wish;
    },
    signal,
    title,
  );

/** Asks for what it shows to be turned. */
export function askingSwitch(
  name: string,
  value: ReadonlySignal<boolean>,
  ask: (wish: boolean) => void,
  signal: AbortSignal,
  title = "",
): HTMLButtonElement {
  const button = h(
    "button",
    { type: "button", class: "lv-switch", role: "switch", title: title || null },
    h("span", { class: "lv-switch-mark", "aria-hidden": "true" }),
    name,
  );
  on(button, "click", signal, () => {
    if (button.getAttribute("aria-disabled") !== "true") ask(!value.value);
  });
  whenever(button, signal, () => button.setAttribute("aria-checked", String(value.value)));
  return button;
}
