// The line above the panels: what is shown, in which phase, solved by which method.
import { h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import type { Method, Phase } from "../scene.ts";
import { clampStep, type State } from "../state.ts";
import { PHASE_NAMES } from "../timeline.ts";

export function header(el: HTMLElement, state: State, signal: AbortSignal): void {
  const title = h("h2", { class: "lv-title" });
  const tabs = h("div", { class: "lv-tabs", role: "group", "aria-label": "Phase" });
  const method = h("div", { class: "lv-method" }, ...methodElements(state, signal), unitElement(state, signal));
  const more = h(
    "button",
    { type: "button", class: "lv-button lv-more", "aria-label": "More", title: "What can be tried, and keys" },
    "⋯",
  );
  on(more, "click", signal, () => {
    state.keysOpen.value = false;
    state.menuOpen.value = !state.menuOpen.value;
  });
  el.append(title, tabs, h("div", { class: "lv-tools" }, method, more));

  on(tabs, "click", signal, (event) => {
    const phase = event.target instanceof Element && event.target.closest("button")?.value;
    if (!phase) return;
    state.playing.value = false;
    state.step.value = clampStep(state, state.timeline.value.startOf(phase as Phase));
  });
  const phases = built(() => state.timeline.value.phases.map(({ phase }) => phase).join(" "));
  const tabsByPhase = built(() =>
    (phases.value.split(" ") as Phase[]).map((phase, i) => {
      const number = h("span", { class: "lv-tab-number", "aria-hidden": "true" }, String(i + 1));
      const tab = h("button", { type: "button", class: "lv-tab", value: phase }, number, PHASE_NAMES[phase]);
      return { phase, tab };
    }),
  );
  whenever(el, signal, () => {
    title.textContent = state.scene.value.title.signature;
  });
  whenever(el, signal, () => tabs.replaceChildren(...tabsByPhase.value.map(({ tab }) => tab)));
  whenever(el, signal, () => {
    const now = state.moment.value.phase;
    for (const { phase, tab } of tabsByPhase.value) tab.setAttribute("aria-current", phase === now ? "step" : "false");
  });
  whenever(el, signal, () => more.setAttribute("aria-expanded", String(state.menuOpen.value)));
}

/** A menu where there is a choice, and someone to make it; else the method's name. What does not apply says why before it is chosen, and instead. */
function methodElements(state: State, signal: AbortSignal): [HTMLElement, HTMLSelectElement] {
  const kernel = state.kernel;
  const name = h("span", { class: "lv-method-name" });
  // One for as long as the widget lives: it keeps the focus of the one who chooses.
  const select = h("select", { class: "lv-button lv-methods", "aria-label": "Method" });
  whenever(select, signal, () => {
    const { methods, method } = state.scene.value;
    const { title = method, idea = "" } = methods.find(({ name }) => name === method) ?? {};
    const known = kernel === null ? [method] : (kernel.methods ?? methods.map(({ name }) => name));
    select.hidden = methods.length < 2 || known.length < 2;
    name.hidden = !select.hidden;
    name.textContent = title;
    select.title = idea;
    name.title = `${idea} To see another way of solving it: lv.save_html(…, methods=[…]), or a running notebook.`;
    const optionElement = ({ name, idea, refusal }: Method, text: string) =>
      h("option", { value: name, selected: name === method, title: refusal ?? idea }, text);
    const applying = methods.filter(({ refusal }) => !refusal);
    const absent = applying.filter(({ name }) => !known.includes(name)).map((one) => optionElement(one, one.title));
    const refusing = methods
      .filter(({ refusal }) => refusal)
      .map((one) => optionElement(one, `${one.title}: ${firstClause(one.refusal ?? "")}`));
    select.replaceChildren(
      ...applying.filter(({ name }) => known.includes(name)).map((one) => optionElement(one, one.title)),
      ...(absent.length > 0 ? [h("optgroup", { label: "Not in this page" }, ...absent)] : []),
      ...(refusing.length > 0 ? [h("optgroup", { label: "Do not apply here" }, ...refusing)] : []),
    );
  });
  on(select, "change", signal, () => {
    const { methods } = state.scene.peek();
    const chosen = methods.find(({ name }) => name === select.value);
    if (!chosen?.refusal) kernel?.ask({ method: select.value });
    else state.problem.value = { text: `${chosen.title} does not apply here: ${chosen.refusal}`, line: null };
    // What is shown says what is chosen; a refusal leaves it.
    select.value = state.scene.peek().method;
  });
  return [name, select];
}

/** "the program is no chain", of a sentence that goes on to say where and what to do. */
const firstClause = (sentence: string): string => sentence.split(/[:.,]/)[0] ?? sentence;

/** Arrays or their numbers as the unit of graph and matrix, where there are arrays. */
function unitElement(state: State, signal: AbortSignal): HTMLElement {
  const kernel = state.kernel;
  const select = h(
    "select",
    { class: "lv-button", "aria-label": "Unit", title: "What a node and a row of A is: an array, or a number" },
    h("option", { value: "arrays" }, "Arrays"),
    h("option", { value: "scalars" }, "Scalars"),
  );
  whenever(select, signal, () => {
    const { unit } = state.scene.value;
    select.hidden = unit === null || !kernel?.units;
    select.value = unit ?? "arrays";
  });
  on(select, "change", signal, () => {
    kernel?.ask({ unit: select.value === "scalars" ? "scalars" : "arrays" });
    select.value = state.scene.peek().unit ?? "arrays";
  });
  return select;
}
