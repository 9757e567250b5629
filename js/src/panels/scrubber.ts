// The bar that shows all steps by phase, and takes one to any of them.
import { h, on } from "../dom.ts";
import { whenever } from "../effects.ts";
import { clampStep, type State } from "../state.ts";
import { PHASE_NAMES } from "../timeline.ts";

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

  whenever(el, signal, () => {
    const { phases, steps } = state.timeline.value;
    slider.setAttribute("aria-valuemax", String(steps));
    slider.replaceChildren(
      ...phases.map(({ phase, count }) => {
        const bars = steps <= SEGMENTS ? Array.from({ length: count }, () => h("span", { class: "lv-bar" })) : [];
        const track = h(
          "span",
          { class: "lv-track" },
          ...(bars.length > 0 ? bars : [h("span", { class: "lv-bar lv-bar-long" })]),
        );
        const group = h(
          "span",
          { class: "lv-phase" },
          track,
          h("span", { class: "lv-phase-name" }, PHASE_NAMES[phase]),
        );
        // Three steps of the Lagrangian are not to be the thinnest part of a long bar, nor as wide as nine.
        group.style.setProperty("flex-grow", String(Math.sqrt(count)));
        return group;
      }),
    );
  });
  whenever(el, signal, () => {
    const { step, counter, phase: now } = state.moment.value;
    slider.setAttribute("aria-valuenow", String(step));
    slider.setAttribute("aria-valuetext", counter);
    const groups = slider.querySelectorAll<HTMLElement>(".lv-phase");
    state.timeline.value.phases.forEach(({ phase, start, count }, g) => {
      const done = Math.min(Math.max(step - start, 0), count);
      groups[g]?.classList.toggle("lv-now", phase === now);
      const bars = groups[g]?.querySelectorAll<HTMLElement>(".lv-bar") ?? [];
      bars.forEach((bar, i) => {
        const filled = bars.length === count ? Number(i < done) : done / count;
        bar.style.setProperty("--lv-filled", `${100 * filled}%`);
        bar.classList.toggle("lv-here", bars.length === count && i === done - 1 && phase === now);
      });
    });
  });

  const goTo = (event: PointerEvent) => {
    state.playing.value = false;
    state.step.value = clampStep(state, stepAt(slider, state, event.clientX));
  };
  on(slider, "pointerdown", signal, (event) => {
    slider.setPointerCapture(event.pointerId);
    goTo(event);
  });
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
