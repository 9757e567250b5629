// A switch: a button that is on or off, and follows its signal.
import type { Signal } from "@preact/signals-core";
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";

export function switchButton(name: string, value: Signal<boolean>, signal: AbortSignal, title = ""): HTMLButtonElement {
  const button = h(
    "button",
    { type: "button", class: "lv-switch", role: "switch", title: title || null },
    h("span", { class: "lv-switch-mark", "aria-hidden": "true" }),
    name,
  );
  on(button, "click", signal, () => {
    if (button.getAttribute("aria-disabled") !== "true") value.value = !value.value;
  });
  whenever(button, signal, () => button.setAttribute("aria-checked", String(value.value)));
  return button;
}
