// The operations that the page computes itself, so that it lives without a kernel: value and partials of numbers, under the
// names of the engine's rules. The engine is the reference; tests/fixtures/rules.json holds this table to it.

export interface Rule {
  value(x: number, y: number, w: number): number;
  /** ∂z/∂x, ∂z/∂y, …; none for decisions, whose derivative is 0 wherever it exists. */
  readonly partials: readonly Partial[];
}

type Partial = (z: number, x: number, y: number) => number;

const rule = (value: Rule["value"], ...partials: Partial[]): Rule => ({ value, partials });

const one = (): number => 1;

/** 1 where the first is the larger, a half where they tie. */
const wins = (x: number, y: number): number => (x > y ? 1 : x === y ? 0.5 : 0);

/** Half to even, as NumPy rounds. */
const rint = (x: number): number => {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
};

const remainder = (x: number, y: number): number => x - y * Math.floor(x / y);

const truth = (condition: boolean): number => (condition ? 1 : 0);

const power = rule(
  (x, y) => x ** y,
  (_z, x, y) => (y === 0 ? 0 : y * x ** (y - 1)),
  (z, x) => (x === 0 ? 0 : z * Math.log(x)),
);

export const RULES: Readonly<Record<string, Rule>> = {
  add: rule((x, y) => x + y, one, one),
  subtract: rule(
    (x, y) => x - y,
    one,
    () => -1,
  ),
  multiply: rule(
    (x, y) => x * y,
    (_z, _x, y) => y,
    (_z, x) => x,
  ),
  divide: rule(
    (x, y) => x / y,
    (_z, _x, y) => 1 / y,
    (z, _x, y) => -z / y,
  ),
  power,
  square: rule(
    (x) => x * x,
    (_z, x) => 2 * x,
  ),
  negative: rule(
    (x) => -x,
    () => -1,
  ),
  positive: rule((x) => x, one),
  absolute: rule(Math.abs, (_z, x) => Math.sign(x)),
  reciprocal: rule(
    (x) => 1 / x,
    (z) => -z * z,
  ),
  tanh: rule(Math.tanh, (z) => 1 - z * z),
  sinh: rule(Math.sinh, (_z, x) => Math.cosh(x)),
  cosh: rule(Math.cosh, (_z, x) => Math.sinh(x)),
  exp: rule(Math.exp, (z) => z),
  exp2: rule(
    (x) => 2 ** x,
    (z) => z * Math.LN2,
  ),
  expm1: rule(Math.expm1, (z) => z + 1),
  log: rule(Math.log, (_z, x) => 1 / x),
  log1p: rule(Math.log1p, (_z, x) => 1 / (1 + x)),
  log2: rule(Math.log2, (_z, x) => 1 / (x * Math.LN2)),
  log10: rule(Math.log10, (_z, x) => 1 / (x * Math.LN10)),
  sin: rule(Math.sin, (_z, x) => Math.cos(x)),
  cos: rule(Math.cos, (_z, x) => -Math.sin(x)),
  tan: rule(Math.tan, (z) => 1 + z * z),
  arcsin: rule(Math.asin, (_z, x) => 1 / Math.sqrt(1 - x * x)),
  arccos: rule(Math.acos, (_z, x) => -1 / Math.sqrt(1 - x * x)),
  arctan: rule(Math.atan, (_z, x) => 1 / (1 + x * x)),
  sqrt: rule(Math.sqrt, (z) => 0.5 / z),
  cbrt: rule(Math.cbrt, (z) => 1 / (3 * z * z)),
  hypot: rule(
    (x, y) => Math.hypot(x, y),
    (z, x) => x / z,
    (z, _x, y) => y / z,
  ),
  arctan2: rule(
    Math.atan2,
    (_z, x, y) => y / (x * x + y * y),
    (_z, x, y) => -x / (x * x + y * y),
  ),
  logaddexp: rule(
    (x, y) => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
    (z, x) => Math.exp(x - z),
    (z, _x, y) => Math.exp(y - z),
  ),
  remainder: rule(remainder, one, (_z, x, y) => -Math.floor(x / y)),
  maximum: rule(
    (x, y) => Math.max(x, y),
    (_z, x, y) => wins(x, y),
    (_z, x, y) => wins(y, x),
  ),
  minimum: rule(
    (x, y) => Math.min(x, y),
    (_z, x, y) => wins(y, x),
    (_z, x, y) => wins(x, y),
  ),
  where: rule(
    (x, y, w) => (x !== 0 ? y : w),
    () => 0,
    (_z, x) => truth(x !== 0),
    (_z, x) => truth(x === 0),
  ),
  greater: rule((x, y) => truth(x > y)),
  greater_equal: rule((x, y) => truth(x >= y)),
  less: rule((x, y) => truth(x < y)),
  less_equal: rule((x, y) => truth(x <= y)),
  equal: rule((x, y) => truth(x === y)),
  not_equal: rule((x, y) => truth(x !== y)),
  logical_and: rule((x, y) => truth(x !== 0 && y !== 0)),
  logical_or: rule((x, y) => truth(x !== 0 || y !== 0)),
  logical_xor: rule((x, y) => truth((x !== 0) !== (y !== 0))),
  logical_not: rule((x) => truth(x === 0)),
  sign: rule(Math.sign),
  floor: rule(Math.floor),
  ceil: rule(Math.ceil),
  trunc: rule(Math.trunc),
  rint: rule(rint),
  floor_divide: rule((x, y) => Math.floor(x / y)),
};
