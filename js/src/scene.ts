// What there is to draw: the types of a scene and how its bytes are unpacked. The definition both sides share is
// lagviz/view/scene.json; tests/scene.test.ts holds these types to it. Nothing here knows of the screen.

/** Index into files; first line, first column, last line, column after the last. */
export type Range = readonly [number, number, number, number, number];

export type Phase = "record" | "lagrangian" | "solve";

/** A block on the diagonal, as a picture. */
export interface Diagonal {
  readonly shown: readonly number[];
  readonly numbers: readonly (number | null)[];
}

export interface SceneNode {
  readonly name: string;
  readonly label: string;
  readonly latex: string;
  readonly kind: "input" | "operation" | "guard" | "implicit";
  readonly role: "input" | "data" | "parameter" | null;
  readonly operation: string | null;
  readonly pill: string | null;
  readonly equation: string;
  readonly plain_equation: string;
  readonly shape: readonly number[];
  readonly shown: readonly number[];
  readonly dtype: string;
  readonly row: boolean;
  /** A_ii of an implicit equation; null where it is the identity. */
  readonly diagonal: Diagonal | null;
  /** What its equation reads, also where no derivative passes and so no entry is stored. */
  readonly reads: readonly number[];
  /** What its rule is applied to, as in templates: "3" is a node, "#2.0" a constant. Null where the kernel is needed. */
  readonly operands: readonly string[] | null;
  readonly scope: readonly string[];
  readonly source: Range | null;
}

export interface Entry {
  readonly latex: string;
  readonly symbolic: string;
  readonly structure: "scalar" | "identity" | "diagonal" | "selection" | "dense" | "sparse";
  readonly shape: readonly [number, number];
  readonly shown: readonly [number, number];
  readonly sources: readonly Range[];
}

export interface SourceFile {
  readonly name: string;
  readonly lines: readonly string[];
  readonly first_line: number;
  readonly missing: string | null;
}

export interface Input {
  readonly node: number;
  readonly name: string;
  readonly label: string;
  /** What the program was given at first; null for an array. */
  readonly start: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly step: number | null;
}

export interface StepLine {
  readonly label: string | null;
  readonly text: string;
}

export interface Step {
  readonly phase: Phase;
  readonly title: string;
  /** "pass", where steps of its kind are counted among themselves. */
  readonly counted?: string;
  readonly nodes: readonly number[];
  readonly lines: readonly StepLine[];
  readonly latex: string | null;
}

export interface NodeLatex {
  readonly node: number;
  readonly latex: string;
}

export interface Condition {
  readonly node: number;
  readonly forward: readonly [string, string];
  readonly backward: readonly [string, string];
  readonly row: string;
}

export interface Lagrangian {
  readonly objective: string;
  readonly function: string;
  readonly terms: readonly NodeLatex[];
  readonly conditions: readonly Condition[];
  readonly words: readonly [string, string, string];
}

/** What is said of one question, by number in `Questions`. */
export interface Question {
  readonly objective: string;
  readonly function: string;
  readonly steps: readonly number[];
  readonly conditions: readonly number[];
  readonly multiplications: number;
  readonly additions: number;
}

export interface Questions {
  readonly steps: readonly Step[];
  readonly conditions: readonly Condition[];
  readonly asked: readonly (Question | null)[];
}

/** The phase solve by another method, for pages without a kernel. Values and λ are those of the scene. */
export interface Alternative {
  readonly method: string;
  readonly steps: readonly Step[];
  readonly multiplications: number;
  readonly additions: number;
  readonly events: AlternativeEvents;
}

/** As the columns `event_…`. */
export interface AlternativeEvents {
  readonly start: readonly number[];
  readonly kind: readonly number[];
  readonly what: readonly number[];
  readonly index: readonly number[];
  readonly row: readonly number[];
  readonly column: readonly number[];
  readonly value: readonly (number | null)[];
  readonly final: readonly number[];
}

export interface Note {
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

export interface Method {
  readonly name: string;
  readonly title: string;
  readonly idea: string;
  readonly refusal: string | null;
}

export interface Checks {
  readonly residual: number | null;
  readonly epsilon: number;
  readonly first_nonfinite: number | null;
  readonly multiplications: number;
  readonly additions: number;
}

interface ColumnPlace {
  readonly dtype: "float64" | "int32";
  readonly offset: number;
  readonly length: number;
}

export interface Header {
  readonly version: 1;
  readonly title: { readonly name: string; readonly signature: string };
  readonly output: number;
  /** The node that was asked about at first. */
  readonly asked_first: number;
  readonly results: readonly number[];
  readonly nodes: readonly SceneNode[];
  readonly entries: readonly Entry[];
  readonly files: readonly SourceFile[];
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly lagrangian: Lagrangian;
  readonly checks: Checks;
  readonly method: string;
  readonly methods: readonly Method[];
  readonly notes: readonly Note[];
  readonly questions: Questions | null;
  readonly alternatives: readonly Alternative[];
  readonly unit: "arrays" | "scalars" | null;
  readonly columns: Readonly<Record<string, ColumnPlace>>;
}

/** Every column and its type; the lengths are in `expectedLengths`. */
export const COLUMNS = {
  value_start: "int32",
  value: "float64",
  multiplier: "float64",
  rhs: "float64",
  nudged: "float64",
  entry_row: "int32",
  entry_column: "int32",
  partial: "float64",
  block_start: "int32",
  block: "float64",
  event_start: "int32",
  event_kind: "int32",
  event_what: "int32",
  event_index: "int32",
  event_row: "int32",
  event_column: "int32",
  event_value: "float64",
  event_final: "int32",
} as const;

export type ColumnName = keyof typeof COLUMNS;
export type Columns = {
  readonly [Name in ColumnName]: (typeof COLUMNS)[Name] extends "float64" ? Float64Array : Int32Array;
};

export interface Scene extends Omit<Header, "columns">, Columns {
  /** Entries of row i: whom i is read by. Entries of column j: what j reads. Both in the order of the scene. */
  readonly readers: readonly (readonly number[])[];
  readonly reads: readonly (readonly number[])[];
}

export class SceneError extends Error {}

const MAGIC = "LAGVIZ01";
const HEADER_START = 16;

/** Unpack the bytes of a scene; throws a `SceneError` whose message is meant for people. */
export function decodeScene(bytes: ArrayBufferView | ArrayBuffer): Scene {
  const all =
    bytes instanceof ArrayBuffer
      ? new Uint8Array(bytes)
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < HEADER_START || new TextDecoder().decode(all.subarray(0, 8)) !== MAGIC) {
    throw new SceneError("This picture cannot be read: its data does not begin the way a lagviz scene does.");
  }
  const headerLength = new DataView(all.buffer, all.byteOffset).getUint32(8, true);
  if (HEADER_START + headerLength > all.length) {
    throw new SceneError("This picture cannot be read: its data is cut short.");
  }
  const header = readHeader(all.subarray(HEADER_START, HEADER_START + headerLength));
  if (header.version !== 1) {
    throw new SceneError(
      `This picture was made by another version of lagviz (its format is ${header.version}, this page reads 1). ` +
        "Save or run it again with the version you have now.",
    );
  }
  // A copy starts at a multiple of 8, as views on numbers must; what arrives from the kernel often does not.
  const body = all.slice(Math.ceil((HEADER_START + headerLength) / 8) * 8).buffer;
  const columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, dtype]) => [name, readColumn(body, name, dtype, header.columns[name])]),
  ) as unknown as Columns;
  checkLengths(header, columns);
  const { columns: _, ...rest } = header;
  return { ...rest, ...columns, ...adjacency(header.nodes.length, columns) };
}

function readHeader(bytes: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Header> | null;
    if (typeof header?.version === "number") return header as Header;
  } catch {
    // Said below, in words that are not the parser's.
  }
  throw new SceneError("This picture cannot be read: its description is damaged.");
}

function readColumn(body: ArrayBuffer, name: string, dtype: "float64" | "int32", place: ColumnPlace | undefined) {
  if (place === undefined) throw new SceneError(`This picture cannot be read: its column “${name}” is missing.`);
  const width = dtype === "float64" ? 8 : 4;
  if (place.dtype !== dtype || place.offset % 8 !== 0 || place.offset + place.length * width > body.byteLength) {
    throw new SceneError(`This picture cannot be read: its column “${name}” does not fit.`);
  }
  return dtype === "float64"
    ? new Float64Array(body, place.offset, place.length)
    : new Int32Array(body, place.offset, place.length);
}

function checkLengths(header: Header, columns: Columns): void {
  const solves = header.steps.filter((step) => step.phase === "solve").length;
  const [nodes, entries] = [header.nodes.length, header.entries.length];
  const [numbers, blocks] = [columns.value_start[nodes] ?? 0, columns.block_start[entries] ?? 0];
  const events = columns.event_start[solves] ?? 0;
  const expected: Record<ColumnName, number> = {
    value_start: nodes + 1,
    value: numbers,
    multiplier: numbers,
    rhs: nodes,
    nudged: nodes,
    entry_row: entries,
    entry_column: entries,
    partial: entries,
    block_start: entries + 1,
    block: blocks,
    event_start: solves + 1,
    event_kind: events,
    event_what: events,
    event_index: events,
    event_row: events,
    event_column: events,
    event_value: events,
    event_final: events,
  };
  for (const [name, length] of Object.entries(expected)) {
    if (columns[name as ColumnName].length !== length) {
      throw new SceneError(
        `This picture cannot be read: its column “${name}” has ${columns[name as ColumnName].length} numbers instead of ${length}.`,
      );
    }
  }
}

function adjacency(nodes: number, { entry_row, entry_column }: Columns): Pick<Scene, "readers" | "reads"> {
  const readers: number[][] = Array.from({ length: nodes }, () => []);
  const reads: number[][] = Array.from({ length: nodes }, () => []);
  entry_row.forEach((row, entry) => {
    readers[row]?.push(entry);
    reads[entry_column[entry] ?? -1]?.push(entry);
  });
  return { readers, reads };
}

/** Whether node i is a single number (arrays are pictures, not numbers). */
export const isNumber = (scene: Scene, i: number): boolean => scene.nodes[i]?.shape.length === 0;

export const numberOf = (scene: Scene, i: number): number => scene.value[scene.value_start[i] ?? -1] ?? Number.NaN;

export const multiplierOf = (scene: Scene, i: number): number =>
  scene.multiplier[scene.value_start[i] ?? -1] ?? Number.NaN;

export const numbersOf = (scene: Scene, i: number): Float64Array =>
  scene.value.subarray(scene.value_start[i], scene.value_start[i + 1]);

export const multipliersOf = (scene: Scene, i: number): Float64Array =>
  scene.multiplier.subarray(scene.value_start[i], scene.value_start[i + 1]);

/** What is asked about in place of a result of the program; null where it is one. */
export const askedInstead = (scene: Scene): number | null =>
  scene.results.includes(scene.output) ? null : scene.output;

/** e_n, or e with the name of what is asked about instead. */
export const unitVector = (scene: Scene): string => `e_${scene.nodes[askedInstead(scene) ?? -1]?.label ?? "n"}`;

/** The number on the diagonal of row i; NaN where it is a block of an implicit equation. */
export function diagonalOf(scene: Pick<Scene, "nodes">, i: number): number {
  const diagonal = scene.nodes[i]?.diagonal ?? null;
  if (diagonal === null) return 1;
  return diagonal.numbers.length === 1 ? (diagonal.numbers[0] ?? Number.NaN) : Number.NaN;
}

export const blockOf = (scene: Scene, entry: number): Float64Array =>
  scene.block.subarray(scene.block_start[entry], scene.block_start[entry + 1]);

/** Whether two scenes have the same nodes and entries: then the step, the selection and the places on screen stay. */
export function sameStructure(a: Scene, b: Scene): boolean {
  return (
    a.nodes.length === b.nodes.length &&
    a.steps.length === b.steps.length &&
    a.entries.length === b.entries.length &&
    a.nodes.every((node, i) => node.label === b.nodes[i]?.label && String(node.shape) === String(b.nodes[i]?.shape)) &&
    a.entry_row.every((row, k) => row === b.entry_row[k]) &&
    a.entry_column.every((column, k) => column === b.entry_column[k])
  );
}
