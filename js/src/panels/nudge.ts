// The +ε handle beside a card: what really happened when ε was added to its equation, beside what λ says. The measurements
// come with the scene, so it works without a kernel too.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber } from "../format.ts";
import { nodeInQuestion, type State } from "../state.ts";
import { nudgeTexts } from "./checks.ts";
import type { Box } from "./edges.ts";

export function nudgeHandle(
  overlay: HTMLElement,
  state: State,
  boxOf: (node: number) => Box | undefined,
  signal: AbortSignal,
): void {
  const button = h("button", { type: "button", class: "lv-nudge", "data-no-pin": true }, "+ε");
  const answer = h("div", { class: "lv-nudged", role: "status" });
  overlay.append(button, answer);
  let node: number | null = null;

  on(button, "click", signal, () => {
    state.nudged.value = state.nudged.value === node ? null : node;
  });
  whenever(overlay, signal, () => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    const wanted = state.nudged.value ?? nodeInQuestion(state);
    const box = wanted === null ? undefined : boxOf(wanted);
    const texts = wanted === null ? null : nudgeTexts(scene, wanted);
    const shown = wanted !== null && box !== undefined && texts !== null && moment.states[wanted] !== "hidden";
    button.hidden = !shown;
    answer.hidden = !shown || state.nudged.value === null;
    node = shown ? wanted : null;
    if (!shown || box === undefined) return;

    const label = scene.nodes[wanted]?.label ?? "";
    button.dataset.about = String(wanted);
    button.setAttribute("aria-label", `Nudge ${label}: add ${formatNumber(scene.checks.epsilon)} to its equation`);
    button.setAttribute("aria-expanded", String(state.nudged.value !== null));
    button.style.left = `${box.x + box.width + 5}px`;
    button.style.top = `${box.y + box.height - 26}px`;
    answer.style.left = `${box.x + box.width / 2}px`;
    answer.style.top = `${box.y + box.height + 7}px`;
    const solved = moment.multipliers[wanted]?.look === "number";
    answer.replaceChildren(
      h("span", {}, "measured ", h("b", {}, texts.measured)),
      h("span", {}, "ε·λ predicts ", h("b", {}, solved ? texts.predicted : "?")),
    );
  });
}
