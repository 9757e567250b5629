// The graph for those who do not see it, and for the keyboard: a list of nodes, one tab stop, walked with arrows.
import { h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { formatNumber, formatShape } from "../format.ts";
import { isNumber, numberOf, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { lambdaText } from "../template.ts";
import type { Moment } from "../timeline.ts";
import { multiplierTitle } from "./card.ts";
import { roving } from "./roving.ts";

export function nodeList(el: HTMLElement, state: State, onFocus: (node: number) => void, signal: AbortSignal): void {
  const list = h("ul", { class: "lv-unseen", "aria-label": "Nodes" });
  el.append(list);
  const drawn = built(() =>
    state.scene.value.nodes.map((_, i) =>
      h("button", { type: "button", "data-about": i, tabindex: i === 0 ? 0 : -1, "data-own-arrows": true }),
    ),
  );
  whenever(el, signal, () => list.replaceChildren(...drawn.value.map((button) => h("li", {}, button))));
  whenever(el, signal, () => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    drawn.value.forEach((button, i) => {
      button.textContent = nodeText(scene, moment, i);
    });
  });
  whenever(el, signal, () => {
    for (const [i, button] of drawn.value.entries())
      button.setAttribute("aria-pressed", String(state.pinned.value === i));
  });
  on(list, "focusin", signal, (event) => onFocus(drawn.value.indexOf(event.target as HTMLButtonElement)));
  on(list, "keydown", signal, (event) => {
    const buttons = drawn.value;
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const by: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const next = event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1 : at + (by[event.key] ?? 0);
    if (at >= 0 && (next !== at || event.key in by)) roving(event, buttons, next);
  });
}

function nodeText(scene: Scene, moment: Moment, i: number): string {
  const node = scene.nodes[i];
  if (node === undefined || moment.states[i] === "hidden") return `${node?.label ?? ""}: not recorded yet`;
  const what = node.kind === "input" ? `${node.role} ${node.label}` : node.plain_equation;
  const value = isNumber(scene, i) ? formatNumber(numberOf(scene, i)) : `array ${formatShape(node.shape)}`;
  const multiplier = moment.multipliers[i];
  const price =
    multiplier === undefined
      ? ""
      : multiplier.look === "number" && isNumber(scene, i)
        ? formatNumber(multiplier.value)
        : multiplier.look === "number"
          ? "solved"
          : multiplierTitle(multiplier);
  const active = moment.states[i] === "active" ? ", active" : "";
  return `${what} = ${value}; ${lambdaText(scene, i)}: ${price}${active}`;
}
