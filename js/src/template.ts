// Fills the scene's templates (x-template in scene.json) with its numbers. The result is a list of segments that say what
// they are about; one list serves the page, the formulas and the live region. Nothing here touches the page.
import { afterOperator, arithmetic, formatNumber, formatPrice, formatShape, type Operation } from "./format.ts";
import { multiplierOf, numberOf, type Scene } from "./scene.ts";

export interface Segment {
  readonly text: string;
  readonly kind: "text" | "name" | "equation" | "lambda" | "number";
  /** The node or entry it is about. */
  readonly node?: number;
  readonly entry?: number;
  /** The full number behind a displayed one. */
  readonly number?: number;
  /** Tinted by sign: multipliers and partials are, values are not. */
  readonly tinted?: boolean;
  /** The outcome of a calculation. */
  readonly result?: boolean;
}

const FIELD =
  /\{(?:(name|equation|lambda|value|multiplier|partial|term|price|shape) (\d+)|arithmetic ([+−×÷]) (#?[^\s{}]+) (#?[^\s{}]+)|(epsilon)|sign (\d+)\|([^|{}]*)\|([^|{}]*)\|([^|{}]*))\}/g;

export function fill(template: string, scene: Scene): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of template.matchAll(FIELD)) {
    if (match.index > end) segments.push(plain(template.slice(end, match.index)));
    segments.push(...field(match, scene));
    end = match.index + match[0].length;
  }
  if (end < template.length) segments.push(plain(template.slice(end)));
  return segments;
}

/** A template as plain text, for the live region and for titles. */
export const fillText = (template: string, scene: Scene): string => textOf(fill(template, scene));

export const textOf = (segments: readonly Segment[]): string => segments.map((segment) => segment.text).join("");

const plain = (text: string): Segment => ({ text, kind: "text" });

/** λ with its subscript, as text. */
export const lambdaText = (scene: Scene, node: number): string => `λ_${scene.nodes[node]?.label ?? node}`;

function field(match: RegExpMatchArray, scene: Scene): Segment[] {
  const [, kind, index, operation, a, b, epsilon, signOf, positive = "", negative = "", zero = ""] = match;
  if (operation !== undefined) return arithmeticOf(operation as Operation, a ?? "", b ?? "", scene);
  if (epsilon !== undefined) {
    return [{ text: formatNumber(scene.checks.epsilon), kind: "number", number: scene.checks.epsilon }];
  }
  if (signOf !== undefined) {
    const multiplier = multiplierOf(scene, Number(signOf));
    return [plain(multiplier > 0 ? positive : multiplier < 0 ? negative : zero)];
  }
  const i = Number(index);
  const node = scene.nodes[i];
  switch (kind) {
    case "name":
      return [{ text: node?.label ?? "", kind: "name", node: i }];
    case "equation":
      return [{ text: node?.plain_equation ?? "", kind: "equation", node: i }];
    case "lambda":
      return [{ text: lambdaText(scene, i), kind: "lambda", node: i }];
    case "value":
      return [valueSegment(scene, i)];
    case "multiplier":
      return [multiplierSegment(scene, i)];
    case "partial":
      return [partialSegment(scene, i)];
    case "term":
      return term(scene, i);
    case "price": {
      const price = scene.checks.epsilon * multiplierOf(scene, i);
      return [{ text: formatPrice(price), kind: "number", node: i, number: price }];
    }
    default:
      return [plain(formatShape(node?.shape ?? []))];
  }
}

/** A truth value is written as Python does. */
export const valueText = (scene: Scene, i: number): string => {
  const value = numberOf(scene, i);
  if (scene.nodes[i]?.dtype === "bool") return value === 0 ? "False" : "True";
  return formatNumber(value);
};

function valueSegment(scene: Scene, node: number): Segment {
  const number = numberOf(scene, node);
  return { text: valueText(scene, node), kind: "number", node, number };
}

function multiplierSegment(scene: Scene, node: number): Segment {
  const number = multiplierOf(scene, node);
  return { text: formatNumber(number), kind: "number", node, number, tinted: true };
}

function partialSegment(scene: Scene, entry: number): Segment {
  const number = scene.partial[entry] ?? Number.NaN;
  return { text: formatNumber(number), kind: "number", entry, number, tinted: true };
}

/** `#3` is a number of the program that is not recorded; anything else is a node. */
function operand(text: string, scene: Scene): Segment {
  if (!text.startsWith("#")) return valueSegment(scene, Number(text));
  const number = Number(text.slice(1).replace("−", "-"));
  return { text: formatNumber(number), kind: "number", number };
}

function arithmeticOf(operation: Operation, a: string, b: string, scene: Scene): Segment[] {
  return calculation(operation, operand(a, scene), operand(b, scene));
}

function calculation(operation: Operation, left: Segment, right: Segment): Segment[] {
  const { relation, result } = arithmetic(operation, left.number ?? Number.NaN, right.number ?? Number.NaN);
  return [
    left,
    plain(` ${operation} `),
    { ...right, text: afterOperator(right.text) },
    plain(` ${relation} `),
    { text: result, kind: "number", result: true },
  ];
}

function term(scene: Scene, entry: number): Segment[] {
  const reader = scene.entry_column[entry] ?? -1;
  return calculation("×", partialSegment(scene, entry), multiplierSegment(scene, reader)).map((segment) =>
    segment.result ? { ...segment, entry, number: termOf(scene, entry) } : segment,
  );
}

/** What one reader contributes to the multiplier of the node it reads. */
export const termOf = (scene: Scene, entry: number): number =>
  (scene.partial[entry] ?? Number.NaN) * multiplierOf(scene, scene.entry_column[entry] ?? -1);
