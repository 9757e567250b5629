// A node of the graph as a card: value above, price below. Draws one card, and brings it up to a step.
import { s, setAttribute } from "../dom.ts";
import { counted, formatNumber, formatNumbers, formatShape, fullNumber } from "../format.ts";
import { coarser, gridOf, heat } from "../heat.ts";
import { nameWidth, textWidth } from "../measure.ts";
import { labelRuns, lambdaRuns, runsWidth, tspans } from "../names.ts";
import { isNumber, multiplierOf, multipliersOf, numberOf, numbersOf, type Scene, type SceneNode } from "../scene.ts";
import { fillSigned, largestOf } from "../signed.ts";
import { valueText } from "../template.ts";
import type { Moment, Multiplier } from "../timeline.ts";
import { drawLoop, drawPill } from "./corners.ts";
import { sizeTag } from "./sizetag.ts";
import { wrongTag } from "./wrong.ts";

export const ROW = 30;
const NAME = 15.5;
const NUMBER = 13.5;
const WORD = 11.5;
const STRIP = { width: 76, height: 12 };
const LEAST_WIDTH = 114;
/** Names longer than this are cut; the tooltip has them whole. */
const LONGEST_NAME = 150;

export interface Size {
  readonly width: number;
  readonly height: number;
  /** Room above the card, for the word that says what an input is. */
  readonly head: number;
}

export const shortLabel = (label: string): string => (label.length > 18 ? `${label.slice(0, 16)}…` : label);

export function cardSize(scene: Scene, i: number): Size {
  const node = scene.nodes[i];
  const label = shortLabel(node?.label ?? "");
  const head = node?.role ? 19 : 0;
  const name = Math.min(runsWidth(lambdaRuns(label), NAME, nameWidth), LONGEST_NAME);
  if (node?.kind === "guard") {
    // A diamond is half as wide where its text stands.
    return {
      width: Math.ceil(runsWidth(labelRuns(guardText(node)), NAME, nameWidth) * 1.3 + 64),
      height: 2 * ROW,
      head,
    };
  }
  if (!isNumber(scene, i)) {
    const shape = textWidth(formatShape(node?.shape ?? [])) * WORD;
    return {
      width: Math.ceil(Math.max(name, runsWidth(labelRuns(label), NAME, nameWidth) + shape + 10) + STRIP.width + 38),
      height: 2 * ROW,
      head,
    };
  }
  const own = Math.min(runsWidth(labelRuns(label), NAME, nameWidth), LONGEST_NAME);
  const number = textWidth(formatNumber(numberOf(scene, i))) * NUMBER;
  // Room for the price from the start, in the bold of an active card, so that nothing moves when it comes.
  const price = node?.row ? textWidth(formatNumber(multiplierOf(scene, i))) * NUMBER * 1.12 : 0;
  return { width: Math.ceil(Math.max(LEAST_WIDTH, own + number + 44, name + price + 46)), height: 2 * ROW, head };
}

/** A guard's condition says more than its name. */
const guardText = ({ plain_equation, label }: SceneNode): string =>
  shortLabel(plain_equation.startsWith(`${label} = `) ? plain_equation.slice(label.length + 3) : plain_equation);

export interface Card {
  readonly element: SVGGElement;
  update(moment: Moment): void;
}

/** The card around its own centre (of card and head together); `right` is the right price where it shows a wrong one. */
export function drawCard(scene: Scene, i: number, size: Size, largest: number, right?: number): Card {
  const node = scene.nodes[i];
  const { width: w, height, head } = size;
  const left = -w / 2;
  const top = -(height + head) / 2 + head;
  const middle = top + ROW;
  const guard = node?.kind === "guard";
  const radius = node?.role === "data" || node?.role === "input" ? ROW : node?.role === "parameter" ? 13 : 10;
  const inset = radius === ROW ? 17 : 14;

  const outline = guard
    ? s("path", { class: "lv-outline", d: `M${left} ${middle}L0 ${top}L${-left} ${middle}L0 ${top + height}Z` })
    : s("rect", { class: "lv-outline", x: left, y: top, width: w, height, rx: radius });
  const paper = outline.cloneNode() as SVGElement;
  paper.setAttribute("class", "lv-paper");
  const lower = s("path", { class: "lv-price-fill", d: guard ? "" : lowerHalf(left, middle, w, ROW, radius) });
  const price = s("g", { class: "lv-price" });
  const label = shortLabel(node?.label ?? "");
  const numberAt = { x: -left - inset, "text-anchor": "end", "font-size": NUMBER };

  const value = s("g", { class: "lv-value" });
  if (guard) {
    value.append(
      s(
        "text",
        { class: "lv-name-text", y: middle - 5, "text-anchor": "middle" },
        ...tspans(labelRuns(guardText(node)), NAME),
      ),
    );
  } else {
    value.append(s("text", { class: "lv-name-text", x: left + inset, y: top + 20 }, ...tspans(labelRuns(label), NAME)));
    value.append(...valueElements(scene, i, numberAt, top, left, inset, -left));
  }
  const tag = guard ? null : sizeTag(scene, i, left, top);
  const marker = s("path", { class: "lv-marker", d: `M${left - 22} ${middle - 7}v14l11.5 -7z` });
  const element = s(
    "g",
    {
      class: `lv-card lv-${node?.kind ?? "operation"} ${node?.role ? `lv-${node.role}` : ""} ${right === undefined ? "" : "lv-is-wrong"}`,
      "data-node": i,
      "data-about": i,
    },
    s("title", {}, titleOf(scene, i)),
    s("rect", {
      class: "lv-halo",
      x: left - 6,
      y: top - 6,
      width: w + 12,
      height: height + 12,
      rx: Math.min(radius + 6, ROW + 6),
    }),
    node?.kind === "implicit" ? drawLoop(left, top + height) : null,
    paper,
    lower,
    guard ? null : s("line", { class: "lv-divider", x1: left + 1, x2: -left - 1, y1: middle, y2: middle }),
    s("rect", {
      class: "lv-used",
      x: left + 5,
      y: top + 4.5,
      width: w - 10,
      height: ROW - 8,
      rx: Math.max(radius - 5, 5),
    }),
    s("rect", {
      class: "lv-read",
      x: left + 5,
      y: middle + 3.5,
      width: w - 10,
      height: ROW - 8,
      rx: Math.max(radius - 5, 5),
    }),
    value,
    guard
      ? null
      : s(
          "text",
          { class: "lv-name-text lv-lambda-text", x: left + inset, y: middle + 20 },
          ...tspans(lambdaRuns(label), NAME),
        ),
    price,
    outline,
    head > 0
      ? s("text", { class: "lv-role", y: top - 7, "text-anchor": "middle", "font-size": WORD }, node?.role ?? "")
      : null,
    guard || !node?.pill ? null : drawPill(node.pill, -left, top),
    scene.checks.first_nonfinite === i ? firstNonfinite(scene, i, left, top) : null,
    right === undefined ? null : wrongTag(scene, i, right, -left, top + height),
    marker,
  );
  let shown: Multiplier | undefined;
  return {
    element,
    update(moment) {
      const state = moment.states[i] ?? "recorded";
      element.dataset.state = state;
      element.classList.toggle("lv-dropped", moment.evolved.dropped.has(i));
      element.classList.toggle("lv-is-used", moment.values.has(i));
      element.classList.toggle("lv-is-read", moment.read.has(i) && state !== "active");
      const multiplier: Multiplier = moment.multipliers[i] ?? { look: "none" };
      // Most cards look as they did a step ago.
      if (sameLook(shown, multiplier)) return;
      shown = multiplier;
      element.dataset.look = multiplier.look;
      // Nothing says how large λ is before it is there.
      if (multiplier.look !== "number") tag?.remove();
      else if (tag !== null) element.insertBefore(tag, marker);
      const number = multiplier.look === "number" && isNumber(scene, i) ? multiplier.value : 0;
      fillSigned(lower, number, largest);
      price.replaceChildren(
        ...(multiplier.look === "number" && !isNumber(scene, i)
          ? [stripOf(scene, i, multipliersOf(scene, i), -left - inset, middle)]
          : [
              priceText(
                multiplier,
                guard ? { x: 0, "text-anchor": "middle", "font-size": NUMBER } : numberAt,
                middle + 20,
              ),
            ]),
      );
    },
  };
}

function valueElements(
  scene: Scene,
  i: number,
  at: object,
  top: number,
  left: number,
  inset: number,
  right: number,
): SVGElement[] {
  const node = scene.nodes[i];
  if (isNumber(scene, i)) {
    const value = numberOf(scene, i);
    const nonfinite = Number.isFinite(value) ? "" : " lv-nonfinite";
    return [
      s(
        "text",
        { ...at, y: top + 20, class: `lv-number-text${nonfinite}`, "data-value": value },
        s("title", {}, fullNumber(value)),
        valueText(scene, i),
      ),
    ];
  }
  const name = runsWidth(labelRuns(shortLabel(node?.label ?? "")), NAME, nameWidth);
  return [
    s(
      "text",
      { x: left + inset + name + 7, y: top + 20, class: "lv-shape", "font-size": WORD },
      formatShape(node?.shape ?? []),
    ),
    stripOf(scene, i, numbersOf(scene, i), right - inset, top),
  ];
}

/** A few rows of the array, the whole of it squeezed into a strip. */
function stripOf(scene: Scene, i: number, numbers: Float64Array, right: number, top: number): SVGGElement {
  const grid = coarser(gridOf(numbers, scene.nodes[i]?.shown ?? []), 4, 19);
  const strip = heat(grid, { x: right - STRIP.width, y: top + (ROW - STRIP.height) / 2, ...STRIP }, largestOf(numbers));
  strip.prepend(s("title", {}, formatNumbers(numbers, scene.nodes[i]?.shape ?? [])));
  return strip;
}

export const sameLook = (a: Multiplier | undefined, b: Multiplier): boolean =>
  a !== undefined && multiplierWords(a) === multiplierWords(b) && multiplierTitle(a) === multiplierTitle(b);

export function multiplierWords(multiplier: Multiplier): string {
  if (multiplier.look === "unknown") return "?";
  if (multiplier.look === "none") return "—";
  if (multiplier.look === "partial") return `${multiplier.readersIn} of ${multiplier.readers} in`;
  return formatNumber(multiplier.value);
}

const TITLES = { unknown: "not solved yet", none: "has no multiplier" } as const;

export function multiplierTitle(multiplier: Multiplier): string {
  if (multiplier.look === "partial") return `${multiplier.readersIn} of ${counted(multiplier.readers, "reader")} in`;
  return multiplier.look === "number" ? fullNumber(multiplier.value) : TITLES[multiplier.look];
}

function priceText(multiplier: Multiplier, at: object, y: number): SVGTextElement {
  const nonfinite = multiplier.look === "number" && !Number.isFinite(multiplier.value) ? " lv-nonfinite" : "";
  const text = s(
    "text",
    { ...at, y, class: `lv-number-text${nonfinite}` },
    s("title", {}, multiplierTitle(multiplier)),
    multiplierWords(multiplier),
  );
  if (multiplier.look === "number") setAttribute(text, "data-value", multiplier.value);
  return text;
}

/** Where it began to go wrong; what follows from it is not marked so. */
function firstNonfinite(scene: Scene, i: number, left: number, top: number): SVGGElement {
  const text = isNumber(scene, i) ? `first ${formatNumber(numberOf(scene, i))}` : "first not finite";
  const width = textWidth(text) * WORD * 1.08 + 14;
  return s(
    "g",
    { class: "lv-first-nonfinite", transform: `translate(${left - 20} ${top - 14})` },
    s("rect", { width, height: 19, rx: 9.5 }),
    s("text", { class: "lv-nonfinite", x: width / 2, y: 13.5, "text-anchor": "middle", "font-size": WORD }, text),
  );
}

/** The lower half of a card with its corners. */
function lowerHalf(x: number, y: number, w: number, height: number, r: number): string {
  const corner = Math.min(r, height);
  return `M${x} ${y}h${w}v${height - corner}a${corner} ${corner} 0 0 1 ${-corner} ${corner}h${2 * corner - w}a${corner} ${corner} 0 0 1 ${-corner} ${-corner}z`;
}

function titleOf(scene: Scene, i: number): string {
  const node = scene.nodes[i];
  const value = isNumber(scene, i) ? ` = ${fullNumber(numberOf(scene, i))}` : `, ${formatShape(node?.shape ?? [])}`;
  return `${node?.plain_equation ?? ""}${node?.kind === "input" ? "" : value}`;
}
