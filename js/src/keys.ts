// The keyboard, while the focus is inside. Keys a focused part needs for itself are left to it.
import { on } from "./dom.ts";
import { pin } from "./linking.ts";
import { changeSpeed, speedText, togglePlaying } from "./play.ts";
import { clampStep, type State } from "./state.ts";

export interface Key {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  readonly run: (state: State) => void;
}

const go = (state: State, step: number): void => {
  state.playing.value = false;
  state.step.value = clampStep(state, step);
};

/** Presenters' clickers send these keys, and mean a step. */
const byPhase = (direction: 1 | -1) => (state: State) =>
  go(
    state,
    state.projector.value ? state.step.value + direction : state.timeline.value.neighbour(state.step.value, direction),
  );

export const KEYS: readonly Key[] = [
  { keys: ["ArrowRight"], shown: "→", does: "Next step", run: (state) => go(state, state.step.value + 1) },
  { keys: ["ArrowLeft"], shown: "←", does: "Previous step", run: (state) => go(state, state.step.value - 1) },
  { keys: [" "], shown: "Space", does: "Play or pause", run: togglePlaying },
  { keys: ["Home"], shown: "Home", does: "First step", run: (state) => go(state, 0) },
  { keys: ["End"], shown: "End", does: "Last step", run: (state) => go(state, state.timeline.value.steps) },
  { keys: ["PageDown", "]"], shown: "Page Down or ]", does: "Next phase (on a projector: step)", run: byPhase(1) },
  { keys: ["PageUp", "["], shown: "Page Up or [", does: "Previous phase (on a projector: step)", run: byPhase(-1) },
  { keys: ["+", "="], shown: "+", does: "Faster", run: (state) => faster(state, 1) },
  { keys: ["-", "−"], shown: "−", does: "Slower", run: (state) => faster(state, -1) },
  { keys: ["Escape"], shown: "Esc", does: "Free what is pinned, close what is open", run: leave },
  { keys: ["?"], shown: "?", does: "This list", run: (state) => toggleList(state) },
];

function faster(state: State, direction: 1 | -1): void {
  changeSpeed(state, direction);
  state.announcement.value = `Speed ${speedText(state.speed.value)}`;
}

function toggleList(state: State): void {
  state.menuOpen.value = false;
  state.keysOpen.value = !state.keysOpen.value;
}

function leave(state: State): void {
  if (state.menuOpen.value) state.menuOpen.value = false;
  else if (state.keysOpen.value) state.keysOpen.value = false;
  else if (state.nudged.value !== null) state.nudged.value = null;
  else if (state.opened.value !== null) state.opened.value = null;
  else {
    if (state.pinned.value !== null) pin(state, state.pinned.value);
    state.pointed.value = null;
  }
}

const TEXT_KEYS = /^(Arrow|Home|End|Page|.$)/;
const SLIDER_KEYS = /^(Arrow|Home|End|Page)/;
const ARROWS = /^(Arrow|Home|End)/;

/** Whether the focused part uses the key itself. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.closest("input[type=range]") !== null) return SLIDER_KEYS.test(event.key);
  // A field in which nothing stands has no use for arrows: who was asked something steps on with them.
  if (target instanceof HTMLInputElement && target.type === "text" && target.value === "") return /^.$/.test(event.key);
  if (target.closest("input, select, textarea") !== null) return TEXT_KEYS.test(event.key);
  if (event.key === " ") return target.closest("button, a, summary, [role=gridcell], [role=rowheader]") !== null;
  // The scrubber's arrows and Home and End do what the widget's do, only its own way of handling them counts.
  return ARROWS.test(event.key) && target.closest("[data-own-arrows]") !== null;
}

export function listenToKeys(root: HTMLElement, state: State, end: AbortSignal): void {
  on(root, "keydown", end, (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = isTaken(event);
    const key = taken ? undefined : KEYS.find(({ keys }) => keys.includes(event.key));
    if (!taken && key === undefined) return;
    // The notebook around must not act on a key that was meant for the widget, or for one of its sliders: JupyterLab
    // takes the arrows away from those.
    event.stopPropagation();
    if (key === undefined) return;
    event.preventDefault();
    key.run(state);
  });
}
