// What is said to those who do not see: each step's sentence, what was pinned or tried, and what that changed. Silent while playing.
import { wrongPrices } from "../broken.ts";
import { focusedIn, h } from "../dom.ts";
import { whenever } from "../effects.ts";
import { counted, formatNumber } from "../format.ts";
import { firstNonfinite, firstNonfiniteText } from "../nonfinite.ts";
import { isNumber, multiplierOf, numberOf, type Scene } from "../scene.ts";
import { nodeInQuestion, type State } from "../state.ts";
import { fillText } from "../template.ts";
import type { Moment } from "../timeline.ts";

export function status(el: HTMLElement, state: State, signal: AbortSignal): void {
  const region = h("div", { class: "lv-unseen", role: "status" });
  el.append(region);
  const say = (words: string) => {
    // The same words once more are a change only when something about them is.
    region.textContent = words === region.textContent ? `${words}\u00a0` : words;
  };
  let last: { readonly scene: Scene; readonly step: number; readonly tied: string; readonly broken: boolean } | null =
    null;
  let told = "";
  whenever(el, signal, () => {
    const { scene, moment, playing } = {
      scene: state.scene.value,
      moment: state.moment.value,
      playing: state.playing.value,
    };
    const [before, tied] = [last, state.tied.value.join(" ")];
    if (playing) return;
    const broken = state.broken.value;
    last = { scene, step: moment.step, tied, broken };
    // That something is not finite is said once, also of what it begins with.
    const news = badWords(scene) === told ? "" : badWords(scene);
    told = badWords(scene);
    // What else stands there at the start is read by walking to it, not announced.
    if (before === null) {
      if (news !== "") requestAnimationFrame(() => !signal.aborted && say(news));
      return;
    }
    // The scrubber says the counter itself.
    const counter = focusedIn(el)?.getAttribute("role") === "slider" ? "" : `${moment.counter}. `;
    const changed = () => {
      if (before.step !== moment.step || before.scene.method !== scene.method)
        return `${counter}${sentence(scene, moment)}`.trim();
      if (before.tied !== tied) return tiedWords(state);
      if (before.broken !== broken)
        return `${broken ? "Broken on purpose" : "Mended"}: ${otherPrices(before.scene, scene)}.`;
      return before.scene === scene ? null : changedWords(before.scene, state);
    };
    const words = changed();
    if (words !== null || news !== "") say([news, words ?? ""].filter((part) => part !== "").join(". "));
  });
  whenever(el, signal, () => {
    if (state.announcement.value === "") return;
    say(state.announcement.value);
    state.announcement.value = "";
  });
}

function badWords(scene: Scene): string {
  const found = firstNonfinite(scene);
  return found === null ? "" : firstNonfiniteText(found);
}

/** What another scene at the same step is about: another unit, another question, or other numbers. */
function changedWords(before: Scene, state: State): string {
  const scene = state.scene.value;
  const label = (node: number) => scene.nodes[node]?.label ?? "";
  if (before.unit !== scene.unit)
    return `${scene.unit === "scalars" ? "Scalars" : "Arrays"}: ${counted(scene.nodes.length, "node")}.`;
  if (before.output !== scene.output)
    return `Asked about ${label(scene.output)}: each λ is now a price of ${label(scene.output)}.`;
  const result = isNumber(scene, scene.output)
    ? [`${label(scene.output)} = ${formatNumber(numberOf(scene, scene.output))}`]
    : [];
  const node = nodeInQuestion(state);
  const solved = node !== null && state.moment.value.multipliers[node]?.look === "number" && isNumber(scene, node);
  const price = solved ? [`λ of ${label(node)} = ${formatNumber(multiplierOf(scene, node))}`] : [];
  return [...result, ...price].join("; ");
}

const MOST_NAMED = 3;

/** The prices that are others than before. */
function otherPrices(before: Scene, scene: Scene): string {
  const others = [...wrongPrices(before, scene).keys()].map(
    (i) => `λ of ${scene.nodes[i]?.label} = ${formatNumber(multiplierOf(scene, i))}`,
  );
  if (others.length === 0) return "no λ changes";
  return `${others.slice(0, MOST_NAMED).join(", ")}${others.length > MOST_NAMED ? `, and ${others.length - MOST_NAMED} more` : ""}`;
}

function tiedWords(state: State): string {
  const scene = state.scene.value;
  const knobs = scene.inputs.filter(({ name }) => state.tied.value.includes(name)).map(({ label }) => label);
  return knobs.length < 2
    ? "No inputs are tied."
    : `${knobs.join(" and ")} are one knob: its price is the sum of theirs.`;
}

/** The step's sentence as text. */
export function sentence(scene: Scene, moment: Moment): string {
  const { happened } = moment;
  if (happened === null) return "";
  if (happened.phase === "lagrangian" && happened.lines.length === 0) {
    return scene.lagrangian.words[Math.min(Math.max(moment.index - 1, 0), 2)] ?? "";
  }
  return happened.lines
    .map(({ label, text }) =>
      [label, text]
        .filter((part) => part !== null)
        .map((part) => fillText(part, scene))
        .join(" "),
    )
    .join(" ");
}
