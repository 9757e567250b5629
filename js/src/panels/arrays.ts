// The arrays of the step, opened: z and λ of the node in question as pictures with numbers on pointing, to be copied as NumPy
// text; or the block of an entry, element by element.
import { focusedIn, h, hasFocus, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber, formatShape } from "../format.ts";
import { gridOf } from "../heat.ts";
import { lambdaElement, nameElement } from "../names.ts";
import { indexText, numpyText } from "../numpy.ts";
import { blockOf, isNumber, multipliersOf, numbersOf, type Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { type Picture, picture } from "./picture.ts";

/** Widths: of z and λ beside each other, and of a block. */
const SIDE_BY_SIDE = 158;
const ALONE = 300;

export function arrays(el: HTMLElement, state: State, signal: AbortSignal): void {
  const part = h("div", { class: "lv-arrays" });
  el.append(part);
  let drawn = new AbortController();
  signal.addEventListener("abort", () => drawn.abort());

  const shown = (): Shown => {
    const { scene, moment, opened } = {
      scene: state.scene.value,
      moment: state.moment.value,
      opened: state.opened.value,
    };
    if (opened !== null && opened < scene.entries.length) return { scene, entry: opened, asA: state.asA.value };
    const node = state.pinned.value ?? moment.active.at(-1);
    if (node === undefined || isNumber(scene, node) || moment.states[node] === "hidden") return { scene };
    return { scene, node, solved: moment.multipliers[node]?.look === "number" };
  };
  let before: Shown | null = null;
  let opener: Element | null = null;
  whenever(part, signal, () => {
    const now = shown();
    // Whoever walks through an array stays in it from step to step.
    if (before !== null && sameShown(before, now)) return;
    // Whoever closes a block goes on where it was opened.
    const back = before?.entry !== undefined && now.entry === undefined && hasFocus(part) ? opener : null;
    if (before?.entry === undefined) opener = focusedIn(part);
    before = now;
    drawn.abort();
    drawn = new AbortController();
    if (now.entry !== undefined) part.replaceChildren(...blockElements(now.scene, now.entry, state, drawn.signal));
    else if (now.node === undefined) part.replaceChildren();
    else part.replaceChildren(...nodeElements(now.scene, now.node, now.solved ?? false, state, drawn.signal));
    part.hidden = part.childElementCount === 0;
    if (back instanceof HTMLElement) back.focus();
  });
}

/** What stands there: the block of an entry, the arrays of a node, or nothing. */
interface Shown {
  readonly scene: Scene;
  readonly entry?: number;
  readonly asA?: boolean;
  readonly node?: number;
  readonly solved?: boolean;
}

const sameShown = (a: Shown, b: Shown): boolean =>
  a.scene === b.scene && a.entry === b.entry && a.asA === b.asA && a.node === b.node && a.solved === b.solved;

/** z and λ with the same number marked in both. */
function nodeElements(scene: Scene, i: number, solved: boolean, state: State, end: AbortSignal): HTMLElement[] {
  const { label = "", shape = [], shown = [], row = false } = scene.nodes[i] ?? {};
  const whole = String(shape) === String(shown);
  const [z, lambda] = [numbersOf(scene, i), solved ? multipliersOf(scene, i) : null];
  const said = h("p", { class: "lv-array-said lv-quiet" });
  const pictures: Picture[] = [];
  const hint = `${formatShape(shape)}${whole ? "" : `; each number is the largest of its patch, ${formatShape(shown)} of them`}. Point at a number.`;
  said.textContent = hint;
  const point = (k: number | null) => {
    for (const one of pictures) one.mark(k);
    if (k === null || k >= z.length) {
      said.textContent = hint;
      return;
    }
    const place = whole ? indexText(k, shape) : `, patch ${indexText(k, shown)}`;
    const price = !row ? "" : lambda === null ? ", λ not solved yet" : `, λ = ${formatNumber(lambda[k] ?? Number.NaN)}`;
    said.textContent = `${label}${place} = ${formatNumber(z[k] ?? Number.NaN)}${price}`;
    state.announcement.value = said.textContent;
  };
  const column = (name: HTMLElement, title: string, numbers: Float64Array | null) => {
    const one = picture(title, gridOf(numbers ?? z, shown), numbers, SIDE_BY_SIDE, point, end);
    pictures.push(one);
    const copy =
      whole && numbers !== null ? copyButton(`Copy ${title}`, () => numpyText(numbers, shape), state, end) : null;
    return h("div", { class: "lv-array" }, h("div", { class: "lv-array-head" }, name, copy), one.element);
  };
  return [
    h(
      "div",
      { class: "lv-array-pair" },
      column(nameElement(label), `the value of ${label}`, z),
      row ? column(lambdaElement(label), `λ of ${label}`, lambda) : null,
    ),
    said,
  ];
}

/** The block of an entry as it stands in A: a row for each number of z_i, a column for each of z_j. */
function blockElements(scene: Scene, entry: number, state: State, end: AbortSignal): HTMLElement[] {
  const { shape = [1, 1], shown = [1, 1], structure = "dense" } = scene.entries[entry] ?? {};
  const [i, j] = [scene.entry_row[entry] ?? 0, scene.entry_column[entry] ?? 0];
  const [read, reader] = [i, j].map((node) => scene.nodes[node]?.label ?? "");
  const numbers = state.asA.value ? blockOf(scene, entry).map((x) => -x) : blockOf(scene, entry);
  const whole = String(shape) === String(shown);
  const title = state.asA.value ? `A, row ${read}, column ${reader}` : `(∂${reader}/∂${read})ᵀ`;
  const hint = `${title}: ${formatShape(shape)}, ${structure}${whole ? "" : `; each number is the largest of its patch, ${formatShape(shown)} of them`}. Point at a number.`;
  const said = h("p", { class: "lv-array-said lv-quiet" }, hint);
  const at = (node: number, k: number) =>
    `${scene.nodes[node]?.label}${isNumber(scene, node) ? "" : indexText(k, scene.nodes[node]?.shape ?? [])}`;
  const one = picture(`the block ${title}`, gridOf(numbers, shown), numbers, ALONE, point, end);
  function point(k: number | null): void {
    one.mark(k);
    const [row, column] = k === null ? [0, 0] : [Math.floor(k / shown[1]), k % shown[1]];
    const where = whole
      ? `${state.asA.value ? "−" : ""}∂${at(j, column)}/∂${at(i, row)}`
      : `${title}, patch ${indexText(k ?? 0, shown)}`;
    said.textContent = k === null ? hint : `${where} = ${formatNumber(numbers[k] ?? Number.NaN)}`;
    if (k !== null) state.announcement.value = said.textContent;
  }
  const close = h("button", { type: "button", class: "lv-button lv-small", "aria-label": "Close the block" }, "×");
  on(close, "click", end, () => {
    state.opened.value = null;
  });
  const copy = whole ? copyButton(`Copy the block`, () => numpyText(numbers, shape), state, end) : null;
  return [
    h(
      "div",
      { class: "lv-array" },
      h("div", { class: "lv-array-head" }, h("span", {}, title), copy, close),
      one.element,
    ),
    said,
  ];
}

/** Where the clipboard is refused, as in a sandboxed page, the text stands there to be copied by hand. */
function copyButton(name: string, text: () => string, state: State, end: AbortSignal): HTMLElement {
  const button = h(
    "button",
    {
      type: "button",
      class: "lv-button lv-small",
      "aria-label": `${name}, as NumPy text`,
      title: `${name}, as NumPy text`,
    },
    "copy",
  );
  on(button, "click", end, async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "copied";
      state.announcement.value = "copied";
    } catch {
      const field = h("textarea", { class: "lv-copied", readonly: true, rows: 3, "aria-label": `${name}: the text` });
      field.value = text();
      button.closest(".lv-array")?.append(field);
      field.select();
    }
  });
  return button;
}
