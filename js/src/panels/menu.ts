// What can be tried, opened with the three dots: another question, another order, saying λ before it is shown, a backward pass
// that is broken on purpose, tied inputs, a step of descent; and how things are shown.
import { breakable, overwritten, sums, wrongPrices } from "../broken.ts";
import { focusedIn, h, on, setAttribute } from "../dom.ts";
import { whenever } from "../effects.ts";
import { METHODS } from "../engine.ts";
import { ownersOf, reorder, shuffled } from "../order.ts";
import { NO_ATTEMPTS } from "../predict/asking.ts";
import { isNumber, numberOf, type Scene } from "../scene.ts";
import { bringIntoSight } from "../scrollable.ts";
import type { State, Wish } from "../state.ts";
import { popover } from "./popover.ts";
import { askingSwitch, switchButton } from "./switch.ts";

export function menu(el: HTMLElement, state: State, signal: AbortSignal): void {
  const content = [
    question(state, signal),
    order(state, signal),
    tie(state, signal),
    predicting(state, signal),
    breaking(state, signal),
    item(
      switchButton("Use: a step of descent", state.descent, signal),
      "w ← w − η λ, apart from solving: λ is a price, it does not choose w.",
    ),
    h("h3", { class: "lv-heading" }, "Show"),
    item(
      switchButton("Size of λ on the nodes", state.sizes, signal),
      "As powers of ten: where prices vanish or explode.",
    ),
    state.kernel?.units
      ? item(
          askingSwitch("Indices for names", state.indices, (indices) => state.kernel?.ask({ indices }), signal),
          "z₁ … zₙ in the order of the program.",
        )
      : null,
    item(switchButton("Projector", state.projector, signal), "Larger, two panels; Page Up and Page Down step."),
    buttons(state, signal),
  ];
  const names = { of: "What can be tried", className: "lv-menu", heading: "Try", close: "Close the menu" };
  popover(el, names, state.menuOpen, content, signal);
  // On a projector it is another size: what is being pressed in it stays in sight.
  whenever(el, signal, () => {
    state.projector.value;
    if (!state.menuOpen.peek()) return;
    queueMicrotask(() => {
      const pressed = focusedIn(el);
      if (pressed instanceof HTMLElement && el.contains(pressed)) bringIntoSight(pressed);
    });
  });
}

/** A control with a line that says what it is for. */
const item = (control: HTMLElement, words: string | HTMLElement): HTMLElement =>
  h("div", { class: "lv-menu-item" }, control, h("p", { class: "lv-quiet" }, words));

const labelled = (name: string, ...controls: HTMLElement[]): HTMLElement =>
  h("div", { class: "lv-menu-row" }, h("span", {}, name), ...controls);

function question(state: State, signal: AbortSignal): HTMLElement {
  const select = h("select", { class: "lv-button", "aria-label": "Which result is asked about" });
  const words = h("p", { class: "lv-quiet" });
  on(select, "change", signal, () => {
    state.kernel?.ask({ question: Number(select.value) });
    select.value = String(state.scene.peek().output);
  });
  whenever(select, signal, () => {
    const scene = state.scene.value;
    select.replaceChildren(
      ...ownersOf(scene, []).map((node) =>
        h("option", { value: node, selected: node === scene.output }, scene.nodes[node]?.label ?? ""),
      ),
    );
    const able = state.kernel?.questions ?? false;
    select.disabled = !able;
    words.textContent = able
      ? "Moves the 1 on the right: λ are then the prices of this result."
      : "To move the 1 on the right, open this in a running notebook.";
  });
  return h("div", { class: "lv-menu-item" }, labelled("Ask about", select), words);
}

function order(state: State, signal: AbortSignal): HTMLElement {
  const button = (name: string, wish: () => readonly number[]) => {
    const element = h("button", { type: "button", class: "lv-button" }, name);
    on(element, "click", signal, () => reorder(state, wish()));
    return element;
  };
  return h(
    "div",
    { class: "lv-menu-item" },
    labelled(
      "Order of rows",
      button("Shuffle", () => shuffled(state.scene.value, Math.random)),
      button("As written", () => []),
    ),
    h(
      "p",
      { class: "lv-quiet" },
      "Any order that runs is triangular, and λ stays. Drag a row’s name, or move it with Alt and an arrow, for one that does not.",
    ),
  );
}

function tie(state: State, signal: AbortSignal): HTMLElement {
  const selects = ["One input", "The other input"].map((name) =>
    h("select", { class: "lv-button", "aria-label": `${name} of the tied` }),
  );
  const row = h("div", { class: "lv-menu-item" });
  row.append(
    labelled("Tie", ...selects),
    h("p", { class: "lv-quiet" }, "One knob for two inputs: its price is the sum of theirs."),
  );
  const [first, second] = selects as [HTMLSelectElement, HTMLSelectElement];
  const take = () => {
    const chosen = [first.value, second.value].filter((name) => name !== "");
    state.tied.value = chosen.length === 2 && chosen[0] !== chosen[1] ? chosen : [];
    const scene = state.scene.value;
    const input = scene.inputs.find(({ name }) => name === state.tied.value[0]);
    if (input !== undefined) {
      const value = numberOf(scene, input.node);
      state.kernel?.ask({ inputs: Object.fromEntries(state.tied.value.map((name) => [name, value])) });
    }
  };
  for (const select of selects) on(select, "change", signal, take);
  whenever(row, signal, () => {
    const scene = state.scene.value;
    const free = scene.inputs.filter(({ node, minimum }) => isNumber(scene, node) && minimum !== null);
    row.hidden = !state.kernel?.inputs || free.length < 2;
    selects.forEach((select, at) => {
      // While one is being chosen, what is chosen in the other stays.
      const chosen = state.tied.value[at] ?? (state.tied.value.length === 0 ? select.value : "");
      select.replaceChildren(
        h("option", { value: "" }, "none"),
        ...free.map(({ name, label }) => h("option", { value: name, selected: name === chosen }, label)),
      );
    });
  });
  return row;
}

function predicting(state: State, signal: AbortSignal): HTMLElement {
  const words = h("p", { class: "lv-quiet" });
  whenever(words, signal, () => {
    words.textContent = state.broken.value
      ? "Not while it is broken on purpose."
      : METHODS.has(state.scene.value.method)
        ? "Each λ is hidden until you answer or step on; a wrong answer is told why."
        : "By this method no λ comes from those of its readers, so none is asked for.";
  });
  const toggle = switchButton("Predict: you say λ first", state.predict, signal);
  return h("div", { class: "lv-menu-item" }, toggle, words);
}

function breaking(state: State, signal: AbortSignal): HTMLElement {
  const toggle = switchButton("Break it: overwrite, do not add", state.broken, signal);
  const words = h("p", { class: "lv-quiet" });
  whenever(toggle, signal, () => {
    const scene = state.right.value;
    const able = breakable(scene);
    setAttribute(toggle, "aria-disabled", able ? null : "true");
    words.textContent = able ? breakingWords(scene) : "For programs of numbers only.";
  });
  return h("div", { class: "lv-menu-item" }, toggle, words);
}

/** Which λ would be wrong: some where readers meet, others only by what they are made of. */
function breakingWords(scene: Scene): string {
  const met = sums(scene);
  if (met.length === 0) return "Nothing is read twice here, so nothing can be overwritten.";
  const wrong = wrongPrices(scene, overwritten(scene));
  if (wrong.size === 0) return "As “=” for “+=”. Here nothing comes out wrong: what is overwritten is 0.";
  const names = met.filter((i) => wrong.has(i)).map((i) => scene.nodes[i]?.label);
  const further = wrong.size - names.length;
  const made = further === 0 ? "" : `, and in ${further} λ made of those`;
  return `As “=” for “+=”. Wrong where two readers meet: ${names.slice(0, 4).join(", ")}${names.length > 4 ? " …" : ""}${made}.`;
}

function buttons(state: State, signal: AbortSignal): HTMLElement {
  const reset = h("button", { type: "button", class: "lv-button" }, "Reset");
  reset.title = "Inputs, question, order and switches as at the beginning";
  const keys = h("button", { type: "button", class: "lv-button" }, "Keys");
  on(reset, "click", signal, () => {
    state.tied.value = [];
    state.order.value = [];
    for (const one of [state.predict, state.broken, state.sizes, state.descent, state.asA, state.projector])
      one.value = false;
    state.attempts.value = NO_ATTEMPTS;
    const scene = state.scene.value;
    const inputs = scene.inputs.flatMap(({ name, start }) => (start === null ? [] : [[name, start] as const]));
    const { kernel } = state;
    const wish: Wish = {
      ...(kernel?.inputs && inputs.length > 0 ? { inputs: Object.fromEntries(inputs) } : {}),
      ...(kernel?.inputs && state.indices.value ? { indices: false } : {}),
      ...(kernel?.questions && scene.output !== scene.asked_first ? { question: scene.asked_first } : {}),
    };
    if (Object.keys(wish).length > 0) kernel?.ask(wish);
    state.announcement.value = "Reset";
  });
  on(keys, "click", signal, () => {
    state.menuOpen.value = false;
    state.keysOpen.value = true;
  });
  return h("div", { class: "lv-menu-row" }, reset, keys);
}
