// This step: its sentence, then its formula. At the end a summary; in the phase Lagrangian the problem itself.
import { h } from "../dom.ts";
import { whenever } from "../effects.ts";
import { formatNumber } from "../format.ts";
import { fillLatex } from "../latex.ts";
import { linkedLambda } from "../linked.ts";
import { drawMath, lineElement } from "../math.ts";
import { multiplierOf, type Scene } from "../scene.ts";
import { fading, scrollable } from "../scrollable.ts";
import type { State } from "../state.ts";
import type { Moment } from "../timeline.ts";
import { arrays } from "./arrays.ts";
import { lagrangian } from "./lagrangian.ts";
import { predict } from "./predict.ts";
import { sumBars } from "./sumbars.ts";
import { summary } from "./summary.ts";
import { wrongElement } from "./wrong.ts";

export function equation(el: HTMLElement, state: State, signal: AbortSignal): void {
  const aside = h("span", { class: "lv-aside" });
  const body = h("div", { class: "lv-step-body" });
  el.append(h("div", { class: "lv-head" }, h("h3", { class: "lv-heading" }, "This step"), aside));
  predict(el, state, signal);
  el.append(body);
  arrays(el, state, signal);

  scrollable(body, "What this step says", signal);
  fading(body, signal);
  // Where the panel has a height of its own, what is below the sentence may be cut.
  fading(el, signal);
  const problem = lagrangian(state, signal);
  let before = -1;
  let moved = false;
  const moveColumn = (part: Element | null) => {
    const column = el.parentElement;
    if (column === null || column.scrollHeight <= column.clientHeight + 1) return;
    const words = part?.querySelector(".lv-words");
    const outer = column.getBoundingClientRect();
    const top = column.scrollTop - outer.top;
    const below = words && words.getBoundingClientRect().bottom + top > outer.height;
    // From its heading, if its words would be out of sight otherwise; and back to the sentence afterwards.
    moved = Boolean(part && below);
    column.scrollTop = part && below ? part.getBoundingClientRect().top + top : 0;
  };
  whenever(el, signal, () => {
    const { scene, moment } = { scene: state.scene.value, moment: state.moment.value };
    aside.textContent = moment.phase === "lagrangian" ? (moment.happened?.title ?? "") : "";
    const whole = moment.phase === "lagrangian";
    if (whole) body.replaceChildren(problem);
    else body.replaceChildren(...stepElements(scene, moment, state));
    body.hidden = body.childElementCount === 0;
    // Other numbers are no other step: then the reader stays where they have scrolled to.
    if (moment.step === before) return;
    before = moment.step;
    // The newest part is what the step is about.
    const newest = whole ? problem.lastElementChild : null;
    body.scrollTop = newest instanceof HTMLElement ? newest.offsetTop : 0;
    // Where it is a column that scrolls, a frame later, when sizes are known.
    if (whole || moved) requestAnimationFrame(() => !signal.aborted && moveColumn(newest));
  });
}

function stepElements(scene: Scene, moment: Moment, state: State): HTMLElement[] {
  const { happened } = moment;
  // Asked for first (predict.ts), then said.
  if (moment.asked !== null) return [];
  if (happened === null) {
    return [
      h(
        "p",
        { class: "lv-words" },
        "Nothing is recorded yet. Press Next to record the inputs, then one equation after the other.",
      ),
    ];
  }
  const parts = [
    state.broken.value && moment.phase === "solve" ? brokenNote(scene, moment, state.wrong.value) : null,
    h("div", { class: "lv-words" }, ...happened.lines.map((line) => lineElement(line, scene))),
    happened.latex === null
      ? null
      : drawMath(h("div", { class: "lv-formula" }), `\\displaystyle ${fillLatex(happened.latex, scene)}`),
    moment.phase === "solve" ? sumBars(scene, moment, state.broken.value) : null,
    moment.last ? summary(state) : null,
    moment.phase === "record" && moment.index === moment.count ? afterRecord() : null,
  ];
  return parts.filter((part) => part !== null);
}

const MOST_NAMED = 3;

/** What was done, and which of the prices there are so far it has made wrong, with the right ones. */
function brokenNote(scene: Scene, moment: Moment, wrong: ReadonlyMap<number, number>): HTMLElement {
  const solved = [...wrong].reverse().filter(([i]) => moment.multipliers[i]?.look === "number");
  const named = solved
    .slice(0, MOST_NAMED)
    .flatMap(([i, right], at) => [
      at === 0 ? "Wrong: " : ", ",
      linkedLambda(scene, i),
      ` = ${formatNumber(multiplierOf(scene, i))} `,
      wrongElement(scene, i, right),
    ]);
  const more = solved.length > MOST_NAMED ? ` and ${solved.length - MOST_NAMED} more.` : ".";
  return h(
    "p",
    { class: "lv-note lv-note-warning" },
    "Broken on purpose: readers overwrite each other, they do not add. ",
    ...(named.length > 0 ? [...named, more] : [wrong.size > 0 ? "No λ is wrong yet." : "No λ comes out wrong here."]),
  );
}

/** What the picture is for, where it opens. */
const afterRecord = (): HTMLElement =>
  h(
    "p",
    {},
    "All is recorded. Each equation has a price λ, still “?”: how far one unit added to it moves the result. Press ",
    h("strong", {}, "Next"),
    ".",
  );
