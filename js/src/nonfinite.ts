// Where a recording first has NaN or ∞, in words: the equation, the line of the reader's function, and what stands there. Pure.
import { formatNumber } from "./format.ts";
import { numbersOf, type Scene } from "./scene.ts";

export interface FirstNonfinite {
  readonly node: number;
  /** "First NaN: equation", then its name, then ", line 4:", then the line itself, or the equation where there is no source. */
  readonly what: string;
  readonly label: string;
  readonly where: string;
  readonly code: string;
}

/** null where every value is finite. */
export function firstNonfinite(scene: Scene): FirstNonfinite | null {
  const node = scene.checks.first_nonfinite;
  const there = node === null ? undefined : scene.nodes[node];
  if (node === null || there === undefined) return null;
  const { kind, label, source, plain_equation } = there;
  const what = `First ${formatNumber(foundIn(numbersOf(scene, node)))}:`;
  if (kind === "input") return { node, what: `${what} input`, label, where: "", code: "" };
  const file = source === null ? undefined : scene.files[source[0]];
  const at = source?.[1] ?? 0;
  const line = file === undefined ? "" : `, line ${file.first_line + at}`;
  const of = file !== undefined && scene.files.length > 1 ? ` of ${file.name}` : "";
  const code = file?.lines[at]?.replace(/\s+#.*$/, "").trim();
  return { node, what: `${what} equation`, label, where: `${line}${of}:`, code: code || plain_equation };
}

/** As a sentence. */
export const firstNonfiniteText = ({ what, label, where, code }: FirstNonfinite): string =>
  `${what} ${label}${where} ${code}`.trim();

/** NaN says more than ∞: it is what ∞ − ∞ comes to. */
const foundIn = (numbers: Float64Array): number =>
  numbers.find(Number.isNaN) ?? numbers.find((number) => !Number.isFinite(number)) ?? Number.NaN;
