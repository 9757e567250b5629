// The line above the panels: what is shown, in which phase, solved by which method.
import { h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import type { Phase } from "../scene.ts";
import { clampStep, type State } from "../state.ts";
import { PHASE_NAMES } from "../timeline.ts";

/** Returns the button that opens the menu. */
export function header(el: HTMLElement, state: State, signal: AbortSignal): HTMLElement {
  const title = h("h2", { class: "lv-title" });
  const tabs = h("div", { class: "lv-tabs", role: "group", "aria-label": "Phase" });
  const method = h("div", { class: "lv-method" });
  const more = h(
    "button",
    { type: "button", class: "lv-button lv-more", "aria-label": "More", title: "What can be tried, and keys" },
    "⋯",
  );
  on(more, "click", signal, () => {
    state.menuOpen.value = !state.menuOpen.value;
  });
  el.append(title, tabs, h("div", { class: "lv-tools" }, method, more));

  on(tabs, "click", signal, (event) => {
    const phase = event.target instanceof Element && event.target.closest("button")?.value;
    if (!phase) return;
    state.playing.value = false;
    state.step.value = clampStep(state, state.timeline.value.startOf(phase as Phase));
  });
  const tabsByPhase = built(() =>
    state.timeline.value.phases.map(({ phase }, i) => {
      const number = h("span", { class: "lv-tab-number", "aria-hidden": "true" }, String(i + 1));
      const tab = h("button", { type: "button", class: "lv-tab", value: phase }, number, PHASE_NAMES[phase]);
      return { phase, tab };
    }),
  );
  whenever(el, signal, () => {
    title.textContent = state.scene.value.title.signature;
    method.replaceChildren(methodElement(state, signal), unitElement(state, signal) ?? "");
  });
  whenever(el, signal, () => tabs.replaceChildren(...tabsByPhase.value.map(({ tab }) => tab)));
  whenever(el, signal, () => {
    const now = state.moment.value.phase;
    for (const { phase, tab } of tabsByPhase.value) tab.setAttribute("aria-current", phase === now ? "step" : "false");
  });
  whenever(el, signal, () => more.setAttribute("aria-expanded", String(state.menuOpen.value)));
  return more;
}

/** A menu where there is a choice, and someone to make it. What does not apply says why instead of being chosen. */
function methodElement(state: State, signal: AbortSignal): HTMLElement {
  const { methods, method } = state.scene.value;
  const kernel = state.kernel;
  const { title = method, idea = "" } = methods.find(({ name }) => name === method) ?? {};
  if (methods.length < 2 || !kernel?.methods) return h("span", { class: "lv-method-name", title: idea }, title);
  const select = h(
    "select",
    { class: "lv-button", "aria-label": "Method", title: idea },
    ...methods.map(({ name, title, idea, refusal }) =>
      h("option", { value: name, selected: name === method, title: refusal ?? idea }, title),
    ),
  );
  on(select, "change", signal, () => {
    const chosen = methods.find(({ name }) => name === select.value);
    if (!chosen?.refusal) kernel.ask({ method: select.value });
    else state.problem.value = { text: `${chosen.title} does not apply here: ${chosen.refusal}`, line: null };
    // What is shown says what is chosen; a refusal leaves it.
    select.value = method;
  });
  return select;
}

/** Arrays or their numbers as the unit of graph and matrix, where there are arrays. */
function unitElement(state: State, signal: AbortSignal): HTMLElement | null {
  const { unit } = state.scene.value;
  const kernel = state.kernel;
  if (unit === null || !kernel?.units) return null;
  const select = h(
    "select",
    { class: "lv-button", "aria-label": "Unit", title: "What a node and a row of A is: an array, or a number" },
    ...(["arrays", "scalars"] as const).map((one) =>
      h("option", { value: one, selected: one === unit }, one === "arrays" ? "Arrays" : "Scalars"),
    ),
  );
  on(select, "change", signal, () => {
    kernel.ask({ unit: select.value === "scalars" ? "scalars" : "arrays" });
    select.value = unit;
  });
  return select;
}
