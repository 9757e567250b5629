// What a multiplier comes out as when one goes wrong in the ways people go wrong: each wrong answer as a number, with the words
// that say what was done and why it is off. Pure: a scene and a node in, numbers and templates out (x-template in scene.json).
import { RULES } from "../rules.ts";
import { diagonalOf, isNumber, multiplierOf, numberOf, type Scene } from "../scene.ts";

/** The numbers one reckons with: as they are, or with the digits that are on screen. */
export interface Reading {
  partial(entry: number): number;
  price(node: number): number;
  value(node: number): number;
}

export const exactly = (scene: Scene): Reading => ({
  partial: (entry) => scene.partial[entry] ?? Number.NaN,
  price: (node) => multiplierOf(scene, node),
  value: (node) => numberOf(scene, node),
});

export interface Wrong {
  readonly kind: Kind;
  readonly number: number;
  /** What it is, as the end of “That is …”. */
  readonly what: string;
  /** Why that is not the answer. */
  readonly why: string;
}

type Kind =
  | "local"
  | "copied"
  | "partner"
  | "place"
  | "product"
  | "average"
  | "shared"
  | "missing"
  | "twice"
  | "diagonal"
  | "sign"
  | "value"
  | "row"
  | "certain";

/** How prices come together at a row is asked about; who makes one of these mistakes has it wrong, and not a number. */
export const STRUCTURAL: ReadonlySet<Kind> = new Set<Kind>([
  "local",
  "copied",
  "partner",
  "place",
  "product",
  "average",
  "shared",
  "missing",
  "twice",
  "diagonal",
]);

/** A reader of the node: its entry, itself, and what comes through it. */
interface Reader {
  readonly entry: number;
  readonly node: number;
  readonly term: number;
}

/** λ of the node, of these numbers. */
export function rightOf(scene: Scene, node: number, reading: Reading): number {
  const sum = readersOf(scene, node, reading).reduce((all, { term }) => all + term, scene.rhs[node] ?? 0);
  return sum / diagonalOf(scene, node);
}

/** The same mistakes in the same order, whatever the numbers. */
export function wrongsOf(scene: Scene, node: number, reading: Reading): Wrong[] {
  const right = rightOf(scene, node, reading);
  const readers = readersOf(scene, node, reading);
  const own: Wrong = {
    kind: "value",
    number: reading.value(node),
    what: `the value of {name ${node}}`,
    why: `Its price says how far {name ${scene.output}} moves for each unit that is added to it.`,
  };
  if (node === scene.output) return [own, noPrice(node)];
  if (readers.every(({ term }) => term === 0)) return [...outright(scene, node, readers, reading), own];
  return [
    ...(readers.length === 1
      ? readers.flatMap((reader) => single(scene, node, reader, reading))
      : several(scene, node, readers, reading)),
    ...readers.flatMap((reader) => misread(scene, node, reader, right, reading)),
    ...undivided(scene, node, right),
    {
      kind: "sign",
      number: -right,
      what: "the right size with the wrong sign",
      why: `Entries of A carry a minus; it goes away when the row is solved for {lambda ${node}}.`,
    },
    own,
    ...valuesForPrices(readers, reading),
    ...neighbours(scene, node, readers, reading),
  ];
}

function readersOf(scene: Scene, node: number, reading: Reading): Reader[] {
  return (scene.readers[node] ?? []).map((entry) => {
    const reader = scene.entry_column[entry] ?? -1;
    return { entry, node: reader, term: reading.partial(entry) * reading.price(reader) };
  });
}

const noPrice = (node: number): Wrong => ({
  kind: "certain",
  number: 0,
  what: "a price of 0",
  why: `It would say that adding to {name ${node}} leaves {name ${node}} as it is. “?” is no 0: it is not solved yet.`,
});

/** Where nothing arrives. */
function outright(scene: Scene, node: number, readers: readonly Reader[], reading: Reading): Wrong[] {
  const passes: Wrong = {
    kind: "certain",
    number: 1,
    what: "a price of 1",
    why: `It would say that each unit of {name ${node}} arrives at {name ${scene.output}} in full.`,
  };
  return [...readers.flatMap((reader) => single(scene, node, reader, reading)), passes];
}

/** One factor of the two. */
function single(scene: Scene, node: number, reader: Reader, reading: Reading): Wrong[] {
  const through = `{name ${reader.node}}`;
  return [
    {
      kind: "local",
      number: reading.partial(reader.entry),
      what: `only how strongly ${through} reads {name ${node}}`,
      why: `A push on ${through} has a price of its own: {lambda ${reader.node}}.`,
    },
    {
      kind: "copied",
      number: reading.price(reader.node),
      what: `the price of ${through}, copied`,
      why: `One unit more of {name ${node}} is not one unit more of ${through}.`,
    },
    ...(isSum(scene, reader.node)
      ? [
          {
            kind: "shared" as const,
            number: reader.term / 2,
            what: `half of what comes through ${through}`,
            why: `Nothing is shared out: each of the two alone can move ${through}.`,
          },
        ]
      : []),
  ];
}

const isSum = (scene: Scene, reader: number): boolean => {
  const { operation, reads } = scene.nodes[reader] ?? { operation: null, reads: [] };
  return (operation === "add" || operation === "subtract") && new Set(reads).size === 2;
};

/** Ways that come together. */
function several(scene: Scene, node: number, readers: readonly Reader[], reading: Reading): Wrong[] {
  const sum = (of: (reader: Reader) => number) => readers.reduce((all, reader) => all + of(reader), 0);
  const names = listed(readers.map((reader) => `{name ${reader.node}}`));
  const total = sum(({ term }) => term);
  const others = (one: Reader) => listed(readers.flatMap((reader) => (reader === one ? [] : `{name ${reader.node}}`)));
  const also = (one: Reader) => `${others(one)} ${readers.length === 2 ? "reads" : "read"} {name ${node}}, too.`;
  return [
    ...readers.map(
      (one): Wrong => ({
        kind: "missing",
        number: one.term,
        what: `only what comes through {name ${one.node}}`,
        why: also(one),
      }),
    ),
    ...(readers.length === 2
      ? []
      : readers.map(
          (one): Wrong => ({
            kind: "missing",
            number: total - one.term,
            what: `the sum without what comes through {name ${one.node}}`,
            why: `{name ${one.node}} reads {name ${node}}, too.`,
          }),
        )),
    {
      kind: "product",
      number: readers.reduce((all, { term }) => all * term, 1),
      what: `the product of what comes through ${names}`,
      why: "All of them act at once, so they add.",
    },
    {
      kind: "average",
      number: total / readers.length,
      what: `the mean of what comes through ${names}`,
      why: "Nothing is shared out: all of them act at once, so they add.",
    },
    {
      kind: "local",
      number: sum(({ entry }) => reading.partial(entry)),
      what: `how strongly ${names} read {name ${node}}, added`,
      why: "Each has to be multiplied by the price of its reader first.",
    },
    {
      kind: "copied",
      number: sum((reader) => reading.price(reader.node)),
      what: `the prices of ${names}, added`,
      why: `Each counts only as strongly as its reader reads {name ${node}}.`,
    },
    ...readers.flatMap((one) => single(scene, node, one, reading).filter(({ kind }) => kind !== "shared")),
  ];
}

/** One reader's strength is wrong, the rest is right. */
function misread(scene: Scene, node: number, reader: Reader, right: number, reading: Reading): Wrong[] {
  const { operation = null, operands = null } = scene.nodes[reader.node] ?? {};
  const rule = RULES[operation ?? ""];
  if (rule === undefined || operands === null) return [];
  const places = [...operands.keys()].filter((k) => operands[k] === String(node));
  const others = operands.filter((operand) => !operand.startsWith("#") && operand !== String(node));
  const numbers = (own: number) =>
    operands.map((operand) =>
      operand === String(node)
        ? own
        : operand.startsWith("#")
          ? Number(operand.slice(1))
          : reading.value(Number(operand)),
    );
  const partialsAt = (own: number) => {
    const [x = 0, y = 0, w = 0] = numbers(own);
    const z = rule.value(x, y, w);
    return places.map((k) => rule.partials[k]?.(z, x, y) ?? 0);
  };
  const instead = (strength: number) =>
    right + ((strength - reading.partial(reader.entry)) * reading.price(reader.node)) / diagonalOf(scene, node);
  const wrongs: Wrong[] = [];
  if (operation === "multiply" && places.length === 1) {
    wrongs.push({
      kind: "partner",
      number: instead(reading.value(node)),
      what: `{name ${node}} itself for how strongly {name ${reader.node}} reads it`,
      why: "In a product that is the partner: one unit more of a factor is worth as much as the other factor.",
    });
  }
  const once =
    places.length > 1 ? partialsAt(reading.value(node))[0] : ofOneFactor(operation, operands, reading, reader);
  if (once !== undefined) {
    const how = places.length > 1 && operation !== "multiply" ? "reads it" : "has it as a factor";
    wrongs.push({
      kind: "twice",
      number: instead(once),
      what: `{name ${node}} counted once`,
      why: `{equation ${reader.node}} ${how} more than once, and each counts.`,
    });
  }
  if (others.length === 0 && operation !== "multiply") {
    wrongs.push({
      kind: "place",
      number: instead(partialsAt(reading.value(reader.node)).reduce((a, b) => a + b, 0)),
      what: `the slope at {name ${reader.node}} = {value ${reader.node}}`,
      why: `The push comes in at {name ${node}} = {value ${node}}: the slope belongs there.`,
    });
  }
  return wrongs;
}

/** Of r², r: a factor of a power, which has several. */
function ofOneFactor(
  operation: string | null,
  operands: readonly string[],
  reading: Reading,
  { entry }: Reader,
): number | undefined {
  const exponent = operation === "square" ? 2 : operation === "power" ? Number(operands[1]?.replace("#", "")) : 1;
  const constant = operation === "square" || operands[1]?.startsWith("#");
  return constant && Number.isInteger(exponent) && exponent > 1 ? reading.partial(entry) / exponent : undefined;
}

function undivided(scene: Scene, node: number, right: number): Wrong[] {
  const diagonal = diagonalOf(scene, node);
  if (diagonal === 1) return [];
  const why = `Row {name ${node}} reads its own result, so its number on the diagonal is not 1.`;
  return [{ kind: "diagonal", number: right * diagonal, what: "the row before it is divided", why }];
}

function valuesForPrices(readers: readonly Reader[], reading: Reading): Wrong[] {
  const [first] = readers;
  const number = readers.reduce((all, { entry, node }) => all + reading.partial(entry) * reading.value(node), 0);
  const alone = readers.length === 1 && first !== undefined;
  return [
    {
      kind: "value",
      number,
      what: alone ? `the strength times the value of {name ${first.node}}` : "the strengths times the readers’ values",
      why: alone ? `What counts is its price {lambda ${first.node}}.` : "What counts is their prices λ.",
    },
  ];
}

/** The rows above and below. */
function neighbours(scene: Scene, node: number, readers: readonly Reader[], reading: Reading): Wrong[] {
  const rows = scene.nodes.flatMap(({ row }, i) => (row ? [i] : []));
  const at = rows.indexOf(node);
  return [rows[at - 1], rows[at + 1]].flatMap((other): Wrong[] => {
    // A reader's price is called copied, which is more to the point.
    if (other === undefined || !isNumber(scene, other) || readers.some((reader) => reader.node === other)) return [];
    const what = `the answer of row {name ${other}}`;
    return [{ kind: "row", number: reading.price(other), what, why: `This is row {name ${node}}.` }];
  });
}

/** a, b and c */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
