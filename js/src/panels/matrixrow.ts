// One row of the matrix: its label, its cells, its λ and its right-hand side. It opens below.
import { s, setAttribute } from "../dom.ts";
import { formatNumber, formatNumbers } from "../format.ts";
import { coarser, gridOf, heat } from "../heat.ts";
import { nameWidth } from "../measure.ts";
import { labelRuns, runsWidth, tspans } from "../names.ts";
import { isNumber, multipliersOf, type Scene } from "../scene.ts";
import { fillSigned, largestOf } from "../signed.ts";
import type { Moment, Multiplier } from "../timeline.ts";
import { multiplierTitle, multiplierWords, sameLook, shortLabel } from "./card.ts";
import { boxOf, type Cell, drawDiagonal, drawEntry, drawFilled } from "./matrixcell.ts";
import { rowNameSize } from "./matrixnames.ts";
import type { Plan } from "./matrixplan.ts";
import type { RowEquation } from "./rowequation.ts";
import { rightText, wrongTitle } from "./wrong.ts";

/** A row that has room for two numbers below each other. */
const TWO_LINES = 20;
const LARGEST_OF_TWO = 12;

export interface Row {
  readonly element: SVGGElement;
  /** Write its name, or leave its place to others. */
  name(shown: boolean): void;
  update(moment: Moment, equation: RowEquation | null, recorded: number): void;
}

/** Where the band of a row begins, between the words at the side and the marker. */
const BAND = 17;
/** How much wider the name of an active row is. */
const BOLD = 1.08;

/** `right` is the right price where a wrong one is shown. */
export function drawRow(scene: Scene, plan: Plan, node: number, asA: boolean, askable: boolean, right?: number): Row {
  const r = plan.place[node] ?? 0;
  const middle = plan.rowHeight / 2;
  const band = s("rect", {
    class: "lv-row-band",
    "data-about": node,
    x: BAND,
    y: 0,
    width: plan.width - BAND - 2,
    height: plan.rowHeight,
    rx: 7,
  });
  const empties = s("path", { class: "lv-empty" });
  const quiet = s("path", { class: "lv-below" });
  const cells = (scene.readers[node] ?? []).map((entry) => ({
    entry,
    column: plan.place[scene.entry_column[entry] ?? -1] ?? -1,
  }));
  const entryCells = cells.map(({ entry, column }) => drawEntry(scene, plan, node, entry, column, asA));
  const diagonal = drawDiagonal(scene, plan, node, r);
  const lambda = drawLambda(scene, plan, node, right);
  const opened = s("g", { class: "lv-opened" });
  const filled = s("g", {});
  const stored = new Set((scene.readers[node] ?? []).map((entry) => scene.entry_column[entry]));
  const runs = labelRuns(shortLabel(scene.nodes[node]?.label ?? ""));
  const labelSize = rowNameSize(plan);
  const marker = Math.max(plan.labelEnd - BOLD * runsWidth(runs, labelSize, nameWidth) - 15, BAND + 3);
  const rhs = drawRhs(scene, plan, node, askable);
  const label = s(
    "text",
    {
      class: "lv-name-text lv-row-label",
      "data-about": node,
      x: plan.labelEnd,
      y: middle + labelSize / 3,
      "text-anchor": "end",
    },
    s("title", {}, `row ${scene.nodes[node]?.label}: who reads it`),
  );
  const element = s(
    "g",
    { class: "lv-row" },
    band,
    s("path", { class: "lv-row-marker", d: `M${marker} ${middle - 6}v12l9.5 -6z` }),
    label,
    empties,
    quiet,
    diagonal,
    ...entryCells.map((cell) => cell.element),
    filled,
    lambda.element,
    rhs,
    opened,
  );

  let columns = -1;
  let named = false;
  return {
    element,
    name(shown) {
      if (shown === named) return;
      named = shown;
      label.replaceChildren(...[...label.children].slice(0, 1), ...(shown ? tspans(runs, labelSize) : []));
    },
    update(moment, equation, recorded) {
      const state = moment.states[node] ?? "recorded";
      element.dataset.state = state;
      element.classList.toggle("lv-active-row", state === "active" && moment.phase === "solve" && !moment.column);
      band.setAttribute("height", String(plan.rowHeight + (equation?.height ?? 0)));
      opened.replaceChildren(...(equation === null ? [] : [equation.draw(plan.cells, plan.rowHeight)]));
      const visible = state === "hidden" ? 0 : recorded;
      if (visible !== columns) {
        columns = visible;
        empties.setAttribute("d", emptyCells(plan, r + 1, visible, new Set(cells.map(({ column }) => column))));
        quiet.setAttribute("d", emptyCells(plan, 0, Math.min(r, visible), new Set()));
      }
      for (const cell of entryCells) cell.update(moment);
      element.classList.toggle("lv-dropped", moment.evolved.dropped.has(node));
      filled.replaceChildren(...drawFilled(scene, plan, node, stored, moment, asA));
      lambda.update(moment);
    },
  };
}

/** What is asked: a 1 in the row of one result. Where somebody can answer, the others can be asked about. */
function drawRhs(scene: Scene, plan: Plan, node: number, askable: boolean): SVGGElement {
  const one = scene.rhs[node] === 1;
  const label = scene.nodes[node]?.label;
  const text = s(
    "text",
    {
      class: one ? "lv-rhs lv-rhs-one" : "lv-rhs",
      x: plan.rhs,
      y: plan.rowHeight / 2 + 4.5,
      "text-anchor": "middle",
      "font-size": numberSize(plan),
    },
    plan.lambdaNumbers ? formatNumber(scene.rhs[node] ?? 0) : "",
  );
  const target = s("rect", {
    class: "lv-ask-target",
    x: plan.rhs - 15,
    y: plan.gap + 1,
    width: 30,
    height: plan.rowHeight - 2 * plan.gap - 2,
    rx: 5,
  });
  if (!askable || one) return s("g", { "data-rhs": node }, s("title", {}, `the question: ${label}`), target, text);
  return s(
    "g",
    { class: "lv-ask", "data-rhs": node, "data-ask": node, "data-no-pin": true },
    s("title", {}, `ask about ${label} instead`),
    target,
    text,
  );
}

const numberSize = (plan: Plan): number => Math.min(13, plan.rowHeight * 0.66);

/** The empty cells from a column up to another as one path. */
function emptyCells(plan: Plan, from: number, to: number, taken: ReadonlySet<number>): string {
  // Where cells are specks, their outlines would be all there is to see.
  if (plan.cell < 8) {
    const { x, y, height } = boxOf(plan, from);
    return from > 0 || to <= from ? "" : `M${x} ${y}h${plan.cell * (to - from)}v${height}H${x}z`;
  }
  let d = "";
  for (let column = from; column < to; column++) {
    if (taken.has(column)) continue;
    const { x, y, width, height, rx } = boxOf(plan, column);
    d +=
      rx === 0 ? `M${x} ${y}h${width}v${height}h${-width}z` : roundedBox(x + 0.5, y + 0.5, width - 1, height - 1, rx);
  }
  return d;
}

const roundedBox = (x: number, y: number, w: number, h: number, r: number): string =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;

function drawLambda(scene: Scene, plan: Plan, node: number, right?: number): Cell {
  const inset = plan.gap + (plan.rowHeight > 26 ? 1 : 0);
  const box = {
    x: plan.lambda,
    y: inset,
    width: plan.lambdaWidth,
    height: plan.rowHeight - 2 * inset,
    rx: Math.min(6, plan.rowHeight / 4),
  };
  const fill = s("rect", { ...box, class: "lv-lambda-fill" });
  const content = s("g", {});
  const outline = s("rect", { ...box, class: "lv-lambda-outline" });
  const element = s("g", { class: "lv-lambda", "data-multiplier": node, "data-about": node }, fill, content, outline);
  let look: Multiplier | undefined;
  return {
    element,
    update(moment) {
      const multiplier: Multiplier = moment.multipliers[node] ?? { look: "none" };
      const number = multiplier.look === "number" && isNumber(scene, node) ? multiplier.value : undefined;
      element.dataset.look = multiplier.look;
      element.dataset.state =
        moment.states[node] === "hidden"
          ? "hidden"
          : moment.written.has(node)
            ? "written"
            : moment.read.has(node)
              ? "read"
              : "still";
      if (sameLook(look, multiplier)) return;
      look = multiplier;
      const wrong = multiplier.look === "number" && right !== undefined;
      element.classList.toggle("lv-is-wrong", wrong);
      setAttribute(element, "data-value", number);
      fillSigned(fill, number ?? 0, plan.largestMultiplier);
      const solvedArray = multiplier.look === "number" && number === undefined;
      content.replaceChildren(
        s("title", {}, wrong ? wrongTitle(scene.nodes[node]?.label ?? "", right) : multiplierTitle(multiplier)),
        ...(solvedArray
          ? [lambdaPicture(scene, node, box)]
          : plan.lambdaNumbers
            ? lambdaTexts(plan, multiplier, wrong ? rightText(number ?? Number.NaN, right) : null)
            : []),
      );
    },
  };
}

/** The number, and below it what it should be, where there is room for both. */
function lambdaTexts(plan: Plan, multiplier: Multiplier, right: string | null): SVGTextElement[] {
  const nonfinite = multiplier.look === "number" && !Number.isFinite(multiplier.value);
  const words = multiplierWords(multiplier);
  const one = { text: words, className: nonfinite ? "lv-nonfinite" : null };
  const lines = right === null || plan.rowHeight < TWO_LINES ? [one] : [one, { text: right, className: "lv-wrong" }];
  const size = lines.length === 1 ? numberSize(plan) : Math.min(LARGEST_OF_TWO, (plan.rowHeight - 5) / 2);
  return lines.map(({ text, className }, l) =>
    s(
      "text",
      {
        class: className,
        x: plan.lambda + plan.lambdaWidth / 2,
        y: plan.rowHeight / 2 + size * (0.36 + l - (lines.length - 1) / 2),
        "text-anchor": "middle",
        "font-size": size,
      },
      text,
    ),
  );
}

function lambdaPicture(
  scene: Scene,
  node: number,
  box: { x: number; y: number; width: number; height: number },
): SVGGElement {
  const numbers = multipliersOf(scene, node);
  const grid = coarser(gridOf(numbers, scene.nodes[node]?.shown ?? []), 6, 20);
  const inset = Math.min(6, box.height / 5);
  const picture = heat(
    grid,
    { x: box.x + inset, y: box.y + inset, width: box.width - 2 * inset, height: box.height - 2 * inset },
    largestOf(numbers),
  );
  picture.prepend(s("title", {}, formatNumbers(numbers, scene.nodes[node]?.shape ?? [])));
  return picture;
}
