// The program's inputs: sliders where there is a kernel to record anew, and how well the multipliers did.
import { focusedIn, h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { formatNumber, formatNumbers, formatShape, fullNumber } from "../format.ts";
import { nameWidth } from "../measure.ts";
import { labelRuns, nameElement, runsWidth } from "../names.ts";
import { whyStill } from "../pagekernel.ts";
import { type Input, isNumber, numberOf, numbersOf, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { checksElement, residualCheck } from "./checks.ts";
import { descent } from "./descent.ts";

interface Control {
  readonly input: Input;
  readonly slider: HTMLInputElement;
  readonly field: HTMLInputElement;
}

export function inputs(el: HTMLElement, state: State, signal: AbortSignal): void {
  const list = h("div", { class: "lv-input-list" });
  const notes = h("div", { class: "lv-notes" });
  const checks = h("div", { class: "lv-checks" });
  const residual = h("div", { class: "lv-aside" });
  el.append(
    h("div", { class: "lv-head" }, h("h3", { class: "lv-heading" }, "Inputs"), residual),
    list,
    state.kernel?.inputs ? "" : h("p", { class: "lv-quiet" }, whyStill(state.scene.peek())),
    notes,
    checks,
  );
  descent(el, state, signal);

  // A slider that is being moved must stay the same element, so rows are built anew only when the inputs are others.
  const structure = built(() =>
    JSON.stringify(state.scene.value.inputs.map(({ node, name, minimum }) => [node, name, minimum === null])),
  );
  const drawn = built(() => {
    structure.value;
    const scene = state.scene.peek();
    const rows = scene.inputs.map((input) => rowElement(scene, input, state, signal));
    return { rows, names: Math.max(0, ...scene.inputs.map(({ label }) => runsWidth(labelRuns(label), 1, nameWidth))) };
  });
  whenever(el, signal, () => {
    const { rows, names } = drawn.value;
    // Beside names of any length sliders begin below each other.
    list.style.setProperty("--lv-names", `${names.toFixed(2)}em`);
    list.replaceChildren(...rows.map(({ element }) => element));
  });
  whenever(el, signal, () => {
    const scene = state.scene.value;
    state.problem.value; // what was refused is not what is shown
    for (const { show } of drawn.value.rows) show(scene);
  });
  whenever(el, signal, () => {
    notes.replaceChildren(
      ...state.scene.value.notes.map(({ level, text }) => h("p", { class: `lv-note lv-note-${level}` }, text)),
    );
  });
  whenever(el, signal, () => checks.replaceChildren(...checksElement(state)));
  whenever(el, signal, () => residual.replaceChildren(residualCheck(state) ?? ""));
}

interface Row {
  readonly element: HTMLElement;
  show(scene: Scene): void;
}

function rowElement(scene: Scene, input: Input, state: State, signal: AbortSignal): Row {
  const name = h("span", { class: "lv-input-name lv-link", "data-about": input.node }, nameElement(input.label));
  if (!isNumber(scene, input.node)) {
    const text = h("span", { class: "lv-quiet" });
    const show = (now: Scene) => {
      text.textContent = rangeText(now, input.node);
      text.title = formatNumbers(numbersOf(now, input.node), now.nodes[input.node]?.shape ?? []);
    };
    return { element: h("div", { class: "lv-input lv-input-still" }, name, text), show };
  }
  if (!state.kernel?.inputs || input.minimum === null || input.maximum === null) {
    const text = h("span", { class: "lv-number" });
    const show = (now: Scene) => {
      const value = numberOf(now, input.node);
      text.textContent = formatNumber(value);
      text.title = fullNumber(value);
      text.dataset.value = String(value);
    };
    return { element: h("div", { class: "lv-input lv-input-still" }, name, text), show };
  }
  const slider = h("input", {
    type: "range",
    min: input.minimum,
    max: input.maximum,
    step: input.step ?? "any",
    "aria-label": input.label,
    "data-about": input.node,
  });
  const field = h("input", {
    type: "number",
    step: "any",
    class: "lv-field",
    "aria-label": `${input.label}, as a number`,
    "data-about": input.node,
  });
  const control = { input, slider, field };
  const send = (from: HTMLInputElement) => {
    if (from.value === "" || !Number.isFinite(from.valueAsNumber)) return;
    // This one alone, or the two that are tied: the fields of the others show fewer digits than their inputs have.
    const names = state.tied.value.includes(input.name) ? state.tied.value : [input.name];
    state.kernel?.ask({ inputs: Object.fromEntries(names.map((name) => [name, from.valueAsNumber])) });
  };
  on(slider, "input", signal, () => {
    field.value = String(slider.valueAsNumber);
    fillTrack(slider);
    send(slider);
  });
  // Not every host lets a browser turn Enter into a change; where it does not, one comes when the field is left.
  let entered = "";
  const take = () => {
    entered = field.value;
    slider.value = field.value;
    fillTrack(slider);
    send(field);
  };
  on(field, "focus", signal, () => {
    entered = "";
  });
  on(field, "keydown", signal, (event) => {
    if (event.key === "Enter") take();
  });
  on(field, "change", signal, () => {
    if (field.value !== entered) take();
  });
  const element = h("div", { class: "lv-input" }, name, slider, field);
  // What was refused stays where the hand left it only as long as the hand is there.
  on(element, "focusout", signal, () => {
    if (state.problem.peek() !== null) queueMicrotask(() => showValue(state.scene.peek(), control));
  });
  whenever(element, signal, () => element.classList.toggle("lv-tied", state.tied.value.includes(input.name)));
  return { element, show: (now) => showValue(now, control) };
}

/** What is being moved stays with the hand that moves it. */
function showValue(scene: Scene, { input, slider, field }: Control): void {
  const active = focusedIn(slider);
  if (active === slider || active === field) return;
  const value = numberOf(scene, input.node);
  slider.min = String(Math.min(input.minimum ?? value, value));
  slider.max = String(Math.max(input.maximum ?? value, value));
  slider.value = String(value);
  field.value = String(Number(value.toPrecision(4)));
  field.title = fullNumber(value);
  fillTrack(slider);
}

function fillTrack(slider: HTMLInputElement): void {
  const [low, high] = [Number(slider.min), Number(slider.max)];
  slider.style.setProperty("--lv-filled", `${(100 * (slider.valueAsNumber - low)) / (high - low || 1)}%`);
}

function rangeText(scene: Scene, node: number): string {
  const values = numbersOf(scene, node).filter((x) => !Number.isNaN(x));
  const shape = formatShape(scene.nodes[node]?.shape ?? []);
  if (values.length === 0) return shape;
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return low === high
    ? `${shape}, all ${formatNumber(low, 3)}`
    : `${shape}, from ${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
}
