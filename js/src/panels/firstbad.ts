// The first NaN or ∞ of a recording, in a line of its own above everything, at every step: what follows from it is only its echo.
import { batch } from "@preact/signals-core";
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { linkedName } from "../linked.ts";
import { pin } from "../linking.ts";
import { firstNonfinite } from "../nonfinite.ts";
import { clampStep, type State } from "../state.ts";

export function firstBad(el: HTMLElement, state: State, signal: AbortSignal): void {
  const words = h("p", {});
  const go = h("button", { type: "button", class: "lv-button" }, "Go there");
  const line = h("div", { class: "lv-first-bad" }, words, go);
  el.append(line);
  on(go, "click", signal, () => {
    const found = firstNonfinite(state.scene.value);
    if (found === null) return;
    goTo(state, found.node);
    // Where the panels stand below each other its card may be out of sight. A frame later the step is drawn.
    requestAnimationFrame(() => el.querySelector(`[data-node="${found.node}"]`)?.scrollIntoView({ block: "nearest" }));
  });
  whenever(line, signal, () => {
    const found = firstNonfinite(state.scene.value);
    line.hidden = found === null;
    if (found === null) return;
    const { node, what, where, code } = found;
    words.replaceChildren(
      `${what} `,
      linkedName(state.scene.value, node),
      `${where} `,
      h("code", { "data-about": node }, code),
    );
  });
}

/** To the step that recorded it, and pin it: card, row and source line are marked, and brought into sight. */
function goTo(state: State, node: number): void {
  const recorded = state.scene.value.steps.findIndex(({ phase, nodes }) => phase === "record" && nodes.includes(node));
  const step = clampStep(state, recorded + 1);
  // The step says itself where we are; where it stays, that the node is pinned does.
  if (step === state.step.value) {
    if (state.pinned.value !== node) pin(state, node);
    return;
  }
  batch(() => {
    state.playing.value = false;
    state.step.value = step;
    state.pinned.value = node;
    state.opened.value = null;
  });
}
