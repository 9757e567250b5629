// What is said to those who do not see: each step's sentence, and what was pinned. Silent while playing.
import { h } from "../dom.ts";
import { whenever } from "../effects.ts";
import type { Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { fillText } from "../template.ts";
import type { Moment } from "../timeline.ts";

export function status(el: HTMLElement, state: State, signal: AbortSignal): void {
  const region = h("div", { class: "lv-unseen", role: "status" });
  el.append(region);
  let first = true;
  whenever(el, signal, () => {
    const words = `${state.moment.value.counter}. ${sentence(state.scene.value, state.moment.value)}`.trim();
    // What stands there at the start is read by walking to it, not announced.
    if (!first && !state.playing.value) region.textContent = words;
    first = false;
  });
  whenever(el, signal, () => {
    if (state.announcement.value !== "") region.textContent = state.announcement.value;
  });
}

/** The step's sentence as text. */
export function sentence(scene: Scene, moment: Moment): string {
  const { happened } = moment;
  if (happened === null) return "";
  if (happened.phase === "lagrangian" && happened.lines.length === 0) {
    return scene.lagrangian.words[Math.min(Math.max(moment.index - 1, 0), 2)] ?? "";
  }
  return happened.lines
    .map(({ label, text }) =>
      [label, text]
        .filter((part) => part !== null)
        .map((part) => fillText(part, scene))
        .join(" "),
    )
    .join(" ");
}
