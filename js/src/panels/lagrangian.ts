// The problem behind backprop: minimise a result subject to the program, its Lagrangian, and both sets of conditions.
// It grows over its three steps, and every term, constraint and condition is linked to its node.
import { h } from "../dom.ts";
import { whenever } from "../effects.ts";
import { fillLatex } from "../latex.ts";
import { drawMath, math } from "../math.ts";
import { askedInstead, type Condition, type Scene } from "../scene.ts";
import { nodeInQuestion, type State } from "../state.ts";

/** Beyond this a list shows the neighbourhood of the node in question only. */
const MOST = 40;

export function lagrangian(state: State, signal: AbortSignal): HTMLElement {
  const problem = h("div", { class: "lv-lagrangian" });
  const chosen = h("div", { class: "lv-chosen" });

  whenever(problem, signal, () => {
    const { phase, lagrangian: level } = state.moment.value;
    if (phase !== "lagrangian") return;
    const scene = state.scene.value;
    const parts = [problemPart, functionPart, conditionsPart(chosen)].slice(0, level).map((part) => part(scene));
    // The words of the newest part only: the formulas stay, their explanation has been read.
    parts
      .at(-1)
      ?.insertBefore(words(scene.lagrangian.words[level - 1]), parts.at(-1)?.querySelector(".lv-both") ?? null);
    problem.replaceChildren(...parts);
  });
  whenever(problem, signal, () => {
    if (state.moment.value.phase !== "lagrangian") return;
    const scene = state.scene.value;
    const node = nodeInQuestion(state);
    const condition = scene.lagrangian.conditions.find((c) => c.node === node) ?? firstOperation(scene);
    chosen.replaceChildren(...(condition === undefined ? [] : chosenElements(condition, scene)));
  });
  return problem;
}

const words = (text: string | undefined): HTMLElement => h("p", { class: "lv-words" }, text ?? "");

function problemPart(scene: Scene): HTMLElement {
  const constraints = scene.nodes
    .map((node, i) => ({ node, i }))
    .filter(({ node }) => node.row)
    .slice(0, MOST)
    .map(({ node, i }) => h("span", { class: "lv-constraint lv-link", "data-about": i }, math(node.equation)));
  return h(
    "section",
    { class: "lv-part" },
    drawMath(h("div", { class: "lv-objective" }), scene.lagrangian.objective),
    h("div", { class: "lv-constraints" }, ...constraints, more(scene.nodes.filter(({ row }) => row).length)),
  );
}

function functionPart(scene: Scene): HTMLElement {
  const terms = scene.lagrangian.terms
    .slice(0, MOST)
    .map(({ node, latex }) => h("span", { class: "lv-term lv-link", "data-about": node }, math(`{} ${latex}`)));
  return h(
    "section",
    { class: "lv-part" },
    h("h4", { class: "lv-heading" }, "Its Lagrangian"),
    drawMath(h("div", { class: "lv-objective" }), scene.lagrangian.function),
    h("div", { class: "lv-constraints lv-terms" }, ...terms, more(scene.lagrangian.terms.length)),
  );
}

const conditionsPart =
  (chosen: HTMLElement) =>
  (scene: Scene): HTMLElement => {
    const { conditions } = scene.lagrangian;
    const column = (title: string, which: "forward" | "backward") =>
      h(
        "div",
        { class: "lv-conditions" },
        h("h5", { class: "lv-quiet" }, title),
        ...conditions
          .slice(0, MOST)
          .map((condition) =>
            h("div", { class: "lv-condition lv-link", "data-about": condition.node }, math(condition[which][1])),
          ),
        more(conditions.length),
      );
    return h(
      "section",
      { class: "lv-part" },
      h("h4", { class: "lv-heading" }, "Both derivatives vanish"),
      chosen,
      h(
        "div",
        { class: "lv-both" },
        column("forward: the program", "forward"),
        column("backward: the prices", "backward"),
      ),
    );
  };

const more = (n: number): HTMLElement | null =>
  n > MOST ? h("span", { class: "lv-quiet" }, `and ${n - MOST} more`) : null;

/** Where nothing is pointed at: the first equation that computes something. */
const firstOperation = (scene: Scene): Condition | undefined =>
  scene.lagrangian.conditions.find(({ node }) => scene.nodes[node]?.kind !== "input") ?? scene.lagrangian.conditions[0];

function chosenElements({ node, forward, backward, row }: Condition, scene: Scene): HTMLElement[] {
  const latex = scene.nodes[node]?.latex ?? "";
  const line = (className: string, name: HTMLElement | string, ...formulas: string[]) =>
    h(
      "div",
      { class: `lv-chosen-line ${className}`, "data-about": node },
      h("span", {}, ...formulas.flatMap((formula) => [math(formula), " "])),
      h("span", { class: "lv-quiet" }, name),
    );
  const implies = ([left, right]: readonly [string, string]) => [`${left} \\;\\Rightarrow\\;`, right];
  const asked = askedInstead(scene);
  const right = asked === null ? "n" : scene.nodes[asked]?.latex;
  const rowOf = math(`\\text{row } ${latex} \\text{ of } A\\lambda = e_{${right}}`);
  return [
    line("", "forward", ...implies(forward)),
    line("", "backward", ...implies(backward)),
    line("lv-times", rowOf, "\\times(-1)\\colon\\;", fillLatex(row, scene)),
  ];
}
