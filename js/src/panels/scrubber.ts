// The bar that shows all steps by phase, and takes one to any of them.
import { h, on } from "../dom.ts";
import { built, whenever } from "../effects.ts";
import { clampStep, type State } from "../state.ts";
import { PHASE_NAMES, type PhaseSpan } from "../timeline.ts";

/** Above this many steps a phase is one bar that fills. */
const SEGMENTS = 60;

export function scrubber(el: HTMLElement, state: State, signal: AbortSignal): void {
  const slider = h("div", {
    class: "lv-bars",
    role: "slider",
    tabindex: 0,
    "aria-label": "Step",
    "aria-valuemin": 0,
    "data-own-arrows": true,
  });
  el.append(slider);

  const groups = built(() => {
    const { phases, steps } = state.timeline.value;
    return phases.map((span) => phaseElement(span, steps <= SEGMENTS));
  });
  whenever(el, signal, () => {
    slider.setAttribute("aria-valuemax", String(state.timeline.value.steps));
    slider.replaceChildren(...groups.value.map(({ element }) => element));
  });
  whenever(el, signal, () => {
    const { step, counter, phase: now } = state.moment.value;
    slider.setAttribute("aria-valuenow", String(step));
    slider.setAttribute("aria-valuetext", counter);
    for (const { span, element, bars } of groups.value) {
      const done = Math.min(Math.max(step - span.start, 0), span.count);
      element.classList.toggle("lv-now", span.phase === now);
      bars.forEach((bar, i) => {
        const single = bars.length === span.count;
        bar.style.setProperty("--lv-filled", `${100 * (single ? Number(i < done) : done / span.count)}%`);
        bar.classList.toggle("lv-here", single && i === done - 1 && span.phase === now);
      });
    }
  });

  const goTo = (event: PointerEvent) => {
    state.playing.value = false;
    state.step.value = clampStep(state, stepAt(slider, state, event.clientX));
  };
  on(slider, "pointerdown", signal, (event) => {
    slider.setPointerCapture(event.pointerId);
    // A finger may have come to scroll what is around: it moves, or is lifted here.
    if (event.pointerType !== "touch") goTo(event);
  });
  on(slider, "pointerup", signal, goTo);
  on(slider, "pointermove", signal, (event) => {
    if (slider.hasPointerCapture(event.pointerId)) goTo(event);
  });
  on(slider, "keydown", signal, (event) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    const to =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? state.timeline.value.steps
          : state.step.value + (steps[event.key] ?? 0);
    if (to === state.step.value && !(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    state.playing.value = false;
    state.step.value = clampStep(state, to);
  });
}

function phaseElement(span: PhaseSpan, segmented: boolean) {
  const bars = segmented
    ? Array.from({ length: span.count }, () => h("span", { class: "lv-bar" }))
    : [h("span", { class: "lv-bar" })];
  const name = h("span", { class: "lv-phase-name" }, PHASE_NAMES[span.phase]);
  const element = h("span", { class: "lv-phase" }, h("span", { class: "lv-track" }, ...bars), name);
  // Three steps of the Lagrangian are not to be the thinnest part of a long bar, nor as wide as nine.
  element.style.setProperty("flex-grow", String(Math.sqrt(span.count)));
  return { span, element, bars };
}

/** The step under a place on the bar; before everything is step 0. */
function stepAt(slider: HTMLElement, state: State, x: number): number {
  const tracks = slider.querySelectorAll<HTMLElement>(".lv-track");
  let step = 0;
  state.timeline.value.phases.forEach(({ start, count }, g) => {
    const box = tracks[g]?.getBoundingClientRect();
    if (box === undefined || x < box.left) return;
    const part = Math.min((x - box.left) / box.width, 1);
    step = start + Math.max(Math.ceil(part * count), g === 0 ? 0 : 1);
  });
  return step;
}
