// What is drawn, as text that can be compared and read: a line for each shape that is seen, with its class, its state, and
// where it is in whole units. `rect.paper 114×60 at -57,-20` is an SVG rectangle of the class lv-paper.

/** Outlines of more characters, of hundreds of cells, are told apart and not written out. */
const LONGEST = 90;

const NUMBER = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
/** Colours that are none. */
const CLEAR = /^none$|[,/] ?0\)$/;
/** Shapes that lie where others do: an arrow ends its line, a picture fills its frame. */
const FOLLOWING = ".lv-arrow, .lv-heat-frame";
/** Attributes that say what others do, or at more length than is seen. */
const LEFT_OUT = new Set(["data-about", "data-no-pin", "data-value"]);

/** A picture's elements as lines, one indented under another as they lie in each other. */
export const drawing = (picture: Element): string[] => [...picture.children].flatMap((child) => lines(child, ""));

function lines(element: Element, indent: string): string[] {
  if (!(element instanceof SVGGraphicsElement) || !isSeen(element)) return [];
  const line = [indent + nameOf(element), ...states(element), ...place(element)].join(" ");
  if (element instanceof SVGTextElement) return [`${line} “${wordsOf(element)}”`];
  if (!(element instanceof SVGGElement)) return [line];
  const inside = [...element.children].flatMap((child) => lines(child, `${indent} `));
  if (element.matches(".lv-heat")) return [`${line} ${inside.length} shades ${digest(inside.join("\n"))}`];
  if (inside.length === 1) return [`${line} > ${inside[0]?.trimStart()}`];
  return inside.length === 0 ? [] : [line, ...inside];
}

function isSeen(element: SVGGraphicsElement): boolean {
  const drawn = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (!drawn || element.matches(FOLLOWING)) return false;
  if (element instanceof SVGGElement) return true;
  if (element instanceof SVGTextElement) return wordsOf(element) !== "";
  const { fill, stroke } = getComputedStyle(element);
  const coloured = !CLEAR.test(fill) || !CLEAR.test(stroke);
  const none =
    element.getAttribute("d") === "" || Number.parseFloat(element.style.getPropertyValue("--lv-strength")) === 0;
  return coloured && !none;
}

const nameOf = ({ tagName, classList }: Element): string =>
  [tagName, ...new Set(classList)].map((name) => name.replace("lv-", "")).join(".");

function states({ attributes, style }: SVGGraphicsElement): string[] {
  const data = [...attributes].filter(({ name }) => name.startsWith("data-") && !LEFT_OUT.has(name));
  const properties = [...style].filter((name) => name.startsWith("--"));
  return [
    ...data.map(({ name, value }) => `${name.replace("data-", "")}=${value}`),
    ...properties.map((name) => `${name.replace("--lv-", "")}=${style.getPropertyValue(name).trim()}`),
  ].sort();
}

/** Where it is, and how large. */
function place(element: SVGGraphicsElement): string[] {
  const units = (name: string) => rounded(element.getAttribute(name) ?? "0");
  const moved = [element.getAttribute("transform") ?? "", element.style.transform].filter((text) => text !== "");
  const own = {
    rect: () => `${units("width")}×${units("height")} at ${units("x")},${units("y")}`,
    text: () => `at ${units("x")},${units("y")}`,
    line: () => `from ${units("x1")},${units("y1")} to ${units("x2")},${units("y2")}`,
    circle: () => `${units("r")} around ${units("cx")},${units("cy")}`,
    path: () => shorter(units("d")),
  }[element.tagName];
  return [...(own === undefined ? [] : [own()]), ...moved.map(rounded)];
}

const rounded = (text: string): string => text.replaceAll(NUMBER, (number) => String(Math.round(Number(number)) + 0));

const wordsOf = (text: SVGTextElement): string =>
  [...text.childNodes].map((node) => (node instanceof SVGTitleElement ? "" : node.textContent)).join("");

const shorter = (text: string): string => (text.length <= LONGEST ? text : digest(text));

function digest(text: string): string {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return `#${(hash >>> 0).toString(16)}`;
}
