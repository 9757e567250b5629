// Puts the panels together in one root. It says where things are, not what is in them.
import "katex/dist/katex.min.css";
import "./theme.css";
import "./styles/frame.css";
import "./styles/text.css";
import "./styles/graph.css";
import "./styles/matrix.css";
import "./styles/side.css";
import "./styles/controls.css";
import "./styles/menu.css";
import "./styles/tries.css";
import "./styles/predict.css";
import "./styles/arrays.css";
import "./styles/short.css";
import "./styles/projector.css";
import { shareWidth } from "./columns.ts";
import { h } from "./dom.ts";
import { whenever } from "./effects.ts";
import { frameFocus } from "./focusframe.ts";
import { keepFocus } from "./keepfocus.ts";
import { listenToKeys } from "./keys.ts";
import { linkViews } from "./linking.ts";
import { loadFonts } from "./math.ts";
import { forgetWidths } from "./measure.ts";
import { controls } from "./panels/controls.ts";
import { equation } from "./panels/equation.ts";
import { firstBad } from "./panels/firstbad.ts";
import { graph } from "./panels/graph.ts";
import { header } from "./panels/header.ts";
import { inputs } from "./panels/inputs.ts";
import { keyList } from "./panels/keylist.ts";
import { matrix } from "./panels/matrix.ts";
import { menu } from "./panels/menu.ts";
import { problem } from "./panels/problem.ts";
import { source } from "./panels/source.ts";
import { status } from "./panels/status.ts";
import { fading } from "./scrollable.ts";
import { followHeight } from "./seen.ts";
import { createState, type Shared, type State } from "./state.ts";
import { followTheme } from "./theme.ts";

/** Source that has more characters in a line, or more lines, gets a place with more room. */
const LONG_LINE = 30;
const MOST_LINES = 11;

type Panel = (el: HTMLElement, state: State, signal: AbortSignal) => void;

/** A region with its heading; what cannot be built says so in its place. */
function region(name: string, className: string, panel: Panel, state: State, signal: AbortSignal): HTMLElement {
  const el = h("section", { class: `lv-panel ${className}`, "aria-label": name });
  try {
    panel(el, state, signal);
  } catch (error) {
    el.append(alertElement(`This part could not be drawn: ${messageOf(error)}`));
  }
  return el;
}

export function mount(el: HTMLElement, shared: Shared, signal: AbortSignal): void {
  const root = h("div", { class: "lagviz", tabindex: -1 });
  el.append(root);
  signal.addEventListener("abort", () => root.remove());
  const state = createState(shared);
  const theme = followTheme(el, signal);

  whenever(root, signal, () => {
    const { phase, step } = state.moment.value;
    root.dataset.phase = phase;
    root.dataset.step = String(step);
    root.dataset.steps = String(state.timeline.value.steps);
    root.dataset.theme = theme.value;
    root.classList.toggle("lv-projector", state.projector.value);
  });

  const part = (name: string, className: string, panel: Panel) => region(name, className, panel, state, signal);
  const draw = () => {
    const head = h("header", { class: "lv-header" });
    const foot = h("footer", { class: "lv-footer" });
    const side = h(
      "div",
      { class: "lv-side" },
      part("This step", "lv-step", equation),
      part("Source", "lv-source", source),
      part("Inputs", "lv-inputs", inputs),
    );
    fading(side, signal);
    const body = h(
      "div",
      { class: "lv-body" },
      part("Computational graph", "lv-graph", graph),
      part("Adjoint system", "lv-matrix", matrix),
      side,
    );
    whenever(root, signal, () => {
      const lines = state.scene.value.files.flatMap(({ lines }) => lines);
      body.classList.toggle(
        "lv-long-lines",
        lines.some((line) => line.replace(/\s*#.*/, "").length > LONG_LINE) || lines.length > MOST_LINES,
      );
    });
    header(head, state, signal);
    controls(foot, state, signal);
    const frame = h("div", { class: "lv-frame" }, head);
    // After what opens them, in the order in which the focus goes.
    menu(frame, state, signal);
    keyList(frame, state, signal);
    problem(frame, state, signal);
    firstBad(frame, state, signal);
    frame.append(body, foot);
    root.append(frame);
    followHeight(root, signal);
    shareWidth(body, state, signal);
    status(root, state, signal);
    linkViews(root, state, signal);
    frameFocus(root, signal);
    keepFocus(root, signal);
    listenToKeys(root, state, signal);
  };

  // Widths of names are measured with their fonts, so the first picture waits for them (they are in the bundle).
  loadFonts().then(() => {
    if (signal.aborted) return;
    forgetWidths();
    try {
      draw();
    } catch (error) {
      showError(el, error);
    }
  });
}

const alertElement = (text: string): HTMLElement => h("p", { class: "lv-alert", role: "alert" }, text);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Instead of a blank cell. */
export function showError(el: HTMLElement, error: unknown): void {
  el.append(h("div", { class: "lagviz", "data-theme": "light" }, alertElement(messageOf(error))));
}
