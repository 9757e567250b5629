// What went wrong with what was asked for, in a line of its own: the rest stays as it was and works on.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import type { State } from "../state.ts";

export function problem(el: HTMLElement, state: State, signal: AbortSignal): void {
  // There from the start: what is announced is a change of a region that is known.
  const words = h("p", { class: "lv-problem-words", role: "alert" });
  const close = h("button", { type: "button", class: "lv-button", "aria-label": "Close this message" }, "×");
  const line = h("div", { class: "lv-problem" }, words, close);
  el.append(line);
  let before: EventTarget | null = null;
  on(close, "focusin", signal, (event) => {
    before = event.relatedTarget;
  });
  on(close, "click", signal, () => {
    state.problem.value = null;
    // The button goes with its message; whoever pressed it goes on where they came from.
    if (before instanceof HTMLElement) before.focus();
  });
  whenever(line, signal, () => {
    const shown = state.problem.value;
    words.textContent = shown === null ? "" : `${shown.text}${shown.line === null ? "" : ` (line ${shown.line})`}`;
    line.classList.toggle("lv-empty-problem", shown === null);
    close.hidden = shown === null;
  });
}
