// The transport: stepping, playing, the scrubber, where we are, how fast.
import { h, on, s } from "../dom.ts";
import { whenever } from "../effects.ts";
import { SPEEDS, speedText, togglePlaying } from "../play.ts";
import { clampStep, type State } from "../state.ts";
import { pinnedChip } from "./pinned.ts";
import { scrubber } from "./scrubber.ts";

const ICONS = {
  first: "M3 2.5h2v11H3zM14 2.5v11L5.8 8z",
  previous: "M12 2.5v11L3.8 8z",
  next: "M4 2.5v11L12.2 8z",
  last: "M11 2.5h2v11h-2zM2 2.5v11L10.2 8z",
  play: "M4 2.5v11L12.2 8z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
} as const;

const icon = (name: keyof typeof ICONS): SVGElement =>
  s("svg", { class: "lv-icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));

function button(name: string, className: string, ...content: (Node | string)[]): HTMLButtonElement {
  return h("button", { type: "button", class: `lv-button ${className}`, "aria-label": name, title: name }, ...content);
}

export function controls(el: HTMLElement, state: State, signal: AbortSignal): void {
  const first = button("First step", "lv-transport", icon("first"));
  const previous = button("Previous step", "lv-transport", icon("previous"));
  const next = button("Next step", "lv-next", h("span", {}, "Next"), icon("next"));
  const last = button("Last step", "lv-transport", icon("last"));
  const play = button("Play", "lv-play");
  const counter = h("span", { class: "lv-counter" });
  const speed = h(
    "select",
    { class: "lv-button lv-speed", "aria-label": "Speed", title: "Speed" },
    ...SPEEDS.map((value) => h("option", { value }, speedText(value))),
  );
  const scrub = h("div", { class: "lv-scrubber" });
  el.append(
    h("div", { class: "lv-buttons", role: "group", "aria-label": "Steps" }, first, previous, next, last, play),
    scrub,
    h("div", { class: "lv-where" }, pinnedChip(state, signal), counter, speed),
  );
  scrubber(scrub, state, signal);

  const go = (button: HTMLElement, to: (step: number) => number) =>
    on(button, "click", signal, () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      state.playing.value = false;
      state.step.value = clampStep(state, to(state.step.value));
    });
  go(first, () => 0);
  go(previous, (step) => step - 1);
  go(next, (step) => step + 1);
  go(last, () => state.timeline.value.steps);
  on(play, "click", signal, () => togglePlaying(state));
  on(speed, "change", signal, () => {
    state.speed.value = Number(speed.value);
  });

  whenever(el, signal, () => {
    const { step, counter: words, last: atEnd } = state.moment.value;
    counter.textContent = words;
    // Not `disabled`: that would take the focus away from the one who is stepping.
    for (const button of [first, previous]) button.setAttribute("aria-disabled", String(step === 0));
    for (const button of [next, last]) button.setAttribute("aria-disabled", String(atEnd));
  });
  whenever(el, signal, () => {
    const name = state.playing.value ? "Pause" : "Play";
    play.replaceChildren(icon(state.playing.value ? "pause" : "play"), h("span", {}, name));
    play.setAttribute("aria-label", name);
    play.title = name;
  });
  whenever(el, signal, () => {
    const nearest = SPEEDS.reduce((a, b) =>
      Math.abs(b - state.speed.value) < Math.abs(a - state.speed.value) ? b : a,
    );
    speed.value = String(nearest);
  });
}
