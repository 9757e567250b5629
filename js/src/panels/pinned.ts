// What is pinned, beside where we are: it stays lit in every panel at every step, so it is said, and freed by a press.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { pin } from "../linking.ts";
import { nameElement } from "../names.ts";
import type { State } from "../state.ts";
import { shortLabel } from "./card.ts";

export function pinnedChip(state: State, signal: AbortSignal): HTMLElement {
  const chip = h("button", { type: "button", class: "lv-button lv-pinned-chip", title: "Free it (Esc)" });
  on(chip, "click", signal, () => {
    if (state.pinned.value !== null) pin(state, state.pinned.value);
  });
  whenever(chip, signal, () => {
    const label = state.scene.value.nodes[state.pinned.value ?? -1]?.label;
    chip.hidden = label === undefined;
    if (label === undefined) return;
    const words = h("span", {}, nameElement(shortLabel(label)), " pinned");
    chip.replaceChildren(words, h("span", { "aria-hidden": "true" }, "✕"));
  });
  return chip;
}
