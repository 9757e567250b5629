// The graph for those who do not see it, and for the keyboard: a list of nodes, one tab stop, walked with arrows. What is drawn
// for a node is framed while its button has the focus (focusframe.ts).
import { signal as cell } from "@preact/signals-core";
import { h, hasFocus, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber, formatShape } from "../format.ts";
import { togglePin } from "../linking.ts";
import { isNumber, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { lambdaText, valueText } from "../template.ts";
import type { Moment } from "../timeline.ts";
import { multiplierTitle } from "./card.ts";
import { wrongWords } from "./gridcells.ts";
import { bringUp, near, setChildren } from "./roving.ts";

export function nodeList(state: State, onFocus: (node: number) => void, signal: AbortSignal): HTMLElement {
  const list = h("ul", { class: "lv-unseen", "aria-label": "Nodes" });
  const stop = cell(0);
  let items = new Map<number, HTMLElement>();

  const item = (i: number): HTMLElement => {
    const button = h("button", { type: "button", "data-about": i, "data-own-arrows": true, "data-no-pin": true });
    button.dataset.standsFor = `[data-node="${i}"]`;
    return h("li", {}, button);
  };
  const count = () => state.scene.value.nodes.length;
  const at = () => Math.min(stop.value, count() - 1);

  whenever(list, signal, () => {
    const { scene, moment, pinned } = {
      scene: state.scene.value,
      moment: state.moment.value,
      pinned: state.pinned.value,
    };
    const { from, to } = near(count(), at());
    const wished = Array.from({ length: to - from }, (_, k) => from + k);
    items = new Map(wished.map((i) => [i, items.get(i) ?? item(i)]));
    setChildren(list, [...items.values()]);
    for (const [i, element] of items) {
      const [pressed, tabindex] = [String(pinned === i), i === at() ? 0 : -1];
      bringUp(element, null, { "aria-setsize": count(), "aria-posinset": i + 1 });
      bringUp(buttonOf(element), nodeText(scene, moment, i, state.wrong.value.get(i)), {
        "aria-pressed": pressed,
        tabindex,
      });
    }
  });
  // Who comes by Tab comes to what the step is about.
  whenever(list, signal, () => {
    const active = state.moment.value.active.at(-1);
    if (active !== undefined && !hasFocus(list)) stop.value = active;
  });
  on(list, "focusin", signal, (event) => {
    const i = Number((event.target as HTMLElement).dataset.about);
    stop.value = i;
    onFocus(i);
  });
  on(list, "click", signal, (event) => {
    const { about } = (event.target as HTMLElement).dataset;
    if (about !== undefined) togglePin(state, Number(about));
  });
  on(list, "keydown", signal, (event) => {
    const by: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const last = count() - 1;
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : at() + (by[event.key] ?? Number.NaN);
    if (Number.isNaN(to)) return;
    event.preventDefault();
    event.stopPropagation();
    stop.value = Math.min(Math.max(to, 0), last);
    const element = items.get(stop.value);
    if (element !== undefined) buttonOf(element).focus({ preventScroll: true });
  });
  return list;
}

const buttonOf = (item: HTMLElement): HTMLButtonElement => item.firstElementChild as HTMLButtonElement;

function nodeText(scene: Scene, moment: Moment, i: number, right?: number): string {
  const node = scene.nodes[i];
  if (node === undefined || moment.states[i] === "hidden") return `${node?.label ?? ""}: not recorded yet`;
  const what = node.kind === "input" ? `${node.role} ${node.label}` : node.plain_equation;
  const value = isNumber(scene, i) ? valueText(scene, i) : `array ${formatShape(node.shape)}`;
  const multiplier = moment.multipliers[i];
  const price =
    multiplier === undefined
      ? ""
      : multiplier.look === "number" && isNumber(scene, i)
        ? formatNumber(multiplier.value) + wrongWords(right)
        : multiplier.look === "number"
          ? "solved"
          : multiplierTitle(multiplier);
  const active = moment.states[i] === "active" ? ", active" : "";
  return `${what} = ${value}; ${lambdaText(scene, i)}: ${price}${active}`;
}
