// The +ε handle beside a card: what really happened when ε was added to its equation, beside what λ says. The measurements
// come with the scene, so it works without a kernel too.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber } from "../format.ts";
import { nodeInQuestion, type State } from "../state.ts";
import { nudgeNumbers } from "./checks.ts";
import type { Box } from "./edges.ts";

export function nudgeHandle(
  overlay: HTMLElement,
  state: State,
  placeOf: (node: number) => { handle: Box; answer: Box } | undefined,
  signal: AbortSignal,
): void {
  const button = h("button", { type: "button", class: "lv-nudge", "data-no-pin": true }, "+ε");
  const answer = h("div", { class: "lv-nudged" });
  overlay.append(button, answer);
  let node: number | null = null;
  // The answer belongs to the step it was asked at.
  whenever(overlay, signal, () => {
    state.step.value;
    state.nudged.value = null;
  });

  on(button, "click", signal, () => {
    state.nudged.value = state.nudged.value === node ? null : node;
    if (state.nudged.value !== null) state.announcement.value = answer.textContent ?? "";
  });
  whenever(overlay, signal, () => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    const wanted = state.nudged.value ?? nodeInQuestion(state);
    const place = wanted === null ? undefined : placeOf(wanted);
    const numbers = wanted === null ? null : nudgeNumbers(scene, wanted);
    // What a nudge measures is the price, to a few digits.
    const free = wanted !== null && moment.states[wanted] !== "hidden" && !moment.hidden.has(wanted);
    const shown = wanted !== null && place !== undefined && numbers !== null && free;
    button.hidden = !shown;
    answer.hidden = !shown || state.nudged.value === null;
    node = shown ? wanted : null;
    if (!shown || place === undefined) return;

    const label = scene.nodes[wanted]?.label ?? "";
    button.dataset.about = String(wanted);
    button.setAttribute("aria-label", `+ε: nudge ${label} by ${formatNumber(scene.checks.epsilon)}`);
    button.setAttribute("aria-expanded", String(state.nudged.value !== null));
    for (const [element, box] of [
      [button, place.handle],
      [answer, place.answer],
    ] as const) {
      element.style.left = `${box.x}px`;
      element.style.top = `${box.y}px`;
      element.style.width = `${box.width}px`;
      element.style.height = `${box.height}px`;
    }
    const solved = moment.multipliers[wanted]?.look === "number";
    answer.replaceChildren(
      h("span", {}, "measured ", h("b", {}, numbers.measured), ", "),
      h("span", {}, "ε·λ predicts ", h("b", {}, solved ? numbers.predicted : "?")),
    );
  });
}
