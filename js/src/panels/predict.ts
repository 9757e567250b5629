// Predict: the λ of this step is asked for before it is shown. A wrong answer is told why it is off, a second one gets the way
// there (Hint shows it at once), after a third the number is shown. Nobody has to answer: Show and Next go on.
import { focusedIn, h, hasFocus, on, setAttribute } from "../dom.ts";
import { whenever } from "../effects.ts";
import { lineElement, segmentElements } from "../math.ts";
import { lambdaElement } from "../names.ts";
import { type Asking, type Attempt, answered, asks, attemptAt, withAttempt } from "../predict/asking.ts";
import { ladder } from "../predict/question.ts";
import type { Scene } from "../scene.ts";
import type { State } from "../state.ts";
import { fill, fillText } from "../template.ts";
import { sentence } from "./status.ts";

const HOW = "Type a number, or the calculation. Next goes on without.";
const UNREADABLE = "That is no number. Write it as −1.1, 1e−3, or 0.5 × 2.";

export function predict(el: HTMLElement, state: State, signal: AbortSignal): void {
  const question = h("div", { class: "lv-words" });
  const name = h("span", { class: "lv-predict-name", "aria-hidden": "true" });
  const field = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    class: "lv-field",
  });
  const check = h("button", { type: "button", class: "lv-button" }, "Check");
  const hint = h("button", { type: "button", class: "lv-button" }, "Hint");
  const show = h("button", { type: "button", class: "lv-button" }, "Show");
  const form = h(
    "div",
    { class: "lv-predict-form" },
    h("div", { class: "lv-predict-entry" }, name, field),
    h("div", { class: "lv-predict-buttons" }, check, hint, show),
  );
  const said = h("div", { class: "lv-predict-said" });
  const part = h("div", { class: "lv-predict" }, question, form, said);
  el.append(part);
  const nextButton = () => el.closest(".lagviz")?.querySelector<HTMLElement>(".lv-next") ?? null;
  /** Whoever has answered is brought to Next, and by Next back to the field. */
  let brought = false;
  let before = "";

  whenever(part, signal, () => {
    const { scene, asking } = { scene: state.scene.value, asking: state.asking.value };
    const { question: asked, attempt } = asking;
    form.hidden = asked === null;
    question.hidden = asked === null;
    said.replaceChildren(...saidElements(scene, asking, state));
    part.hidden = asked === null && said.childElementCount === 0;
    if (asked === null) return;
    const label = scene.nodes[asked.node]?.label ?? "";
    question.replaceChildren(h("p", {}, ...segmentElements(fill(asks(scene, asked), scene), scene)));
    name.replaceChildren(lambdaElement(label), " =");
    field.setAttribute("aria-label", `λ of ${label}`);
    hint.hidden = attempt.ladder;
    setAttribute(field, "aria-invalid", attempt.answers.length > 0 ? "true" : null);
  });
  whenever(part, signal, () => {
    const { question: asked } = state.asking.value;
    const now = asked === null ? "" : `${state.step.value} ${asked.node}`;
    if (now === before) return;
    before = now;
    field.value = "";
    if (asked === null) return;
    // Whoever watches is asked, too: it plays on when they are done.
    state.playing.value = false;
    if (brought && focusedIn(el) === nextButton()) field.focus();
    brought = false;
  });

  const settle = (attempt: Attempt) => {
    const { question: asked } = state.asking.peek();
    if (asked === null) return;
    const inside = hasFocus(part);
    state.attempts.value = withAttempt(state.attempts.peek(), state.scene.peek(), asked.node, attempt);
    state.announcement.value = announcement(attempt, state);
    if (!inside) return;
    if (state.asking.peek().question !== null) {
      field.focus();
      field.select();
      return;
    }
    nextButton()?.focus();
    brought = true;
  };
  const take = () => {
    const { question: asked, attempt } = state.asking.peek();
    if (asked === null) return;
    const next = answered(asked, attempt, field.value);
    if (next !== null) {
      settle(next);
      return;
    }
    said.replaceChildren(h("p", {}, UNREADABLE));
    state.announcement.value = UNREADABLE;
    field.focus();
  };
  on(check, "click", signal, take);
  on(hint, "click", signal, () => settle({ ...state.asking.peek().attempt, ladder: true }));
  on(show, "click", signal, () => settle({ ...state.asking.peek().attempt, outcome: "shown" }));
  on(field, "keydown", signal, (event) => {
    if (event.key !== "Enter") return;
    // The notebook around would take it for a key of its own.
    event.preventDefault();
    event.stopPropagation();
    take();
  });
}

/** What is said below the field; after it is gone, what came of it. */
function saidElements(scene: Scene, { question, attempt, settled, why }: Asking, state: State): HTMLElement[] {
  const words = (template: string, className: string | null = null) =>
    h("p", { class: className }, ...segmentElements(fill(template, scene), scene));
  if (why !== null) return [words(why, "lv-quiet")];
  const outcomes = settled.flatMap((node) => outcomeText(node, attemptAt(state.attempts.value, scene, node), settled));
  const done = outcomes.map((outcome) => words(outcome));
  if (question === null) return done;
  const [last] = attempt.answers.slice(-1);
  const steps = attempt.ladder ? ladder(scene, question.node).map((line) => lineElement(line, scene)) : [];
  return [...done, last === undefined ? words(HOW, "lv-quiet") : words(`✗ ${last}: ${attempt.said}`), ...steps];
}

/** What was answered, beside what comes out. */
function outcomeText(node: number, { answers, said, outcome }: Attempt, all: readonly number[]): string[] {
  const [right, you] = all.length > 1 ? [`{lambda ${node}}: right`, `{lambda ${node}}: you`] : ["Right", "You"];
  const [last] = answers.slice(-1);
  if (last === undefined) return [];
  return outcome === "right" ? [`✓ ${right}, you said ${last}.`] : [`✗ ${you} said ${last}. ${said}`];
}

function announcement({ answers, said, ladder: climbs, outcome }: Attempt, state: State): string {
  const [scene, { asked }] = [state.scene.peek(), state.moment.peek()];
  const words = said === "" ? [] : [fillText(said, scene)];
  const then = sentence(scene, state.moment.peek());
  if (outcome === "right") return `Right. ${then}`;
  if (outcome === "shown") return [...words, answers.length === 0 ? "Shown." : "Shown now.", then].join(" ");
  const steps = climbs && asked !== null ? ladder(scene, asked) : [];
  return [...words, ...steps.map(({ label, text }) => fillText(`${label ?? ""} ${text}`, scene))].join(" ");
}
