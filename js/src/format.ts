// How numbers are written. Python writes them by the same rules; tests/fixtures/format.json holds the two together.

export const MINUS = "−";

/** A decimal number exactly: mantissa · 10^exponent. */
export interface Decimal {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const shortest = (x: number): Decimal => parseDecimal(String(x));

/** Significant digits, zeros at either end not counted. */
function significant({ mantissa }: Decimal): number {
  const digits = String(mantissa < 0n ? -mantissa : mantissa).replace(/0+$/, "");
  return Math.max(1, digits.length);
}

/**
 * A number for reading. It is shown as it is when its shortest form has at most `digits` significant digits, else with
 * exactly that many; plainly from 0.001 to 99999 (integer parts are never rounded away), else as 1.234e−5.
 */
export function formatNumber(x: number, digits = 4): string {
  if (Number.isNaN(x)) return "NaN";
  const sign = x < 0 ? MINUS : "";
  const size = Math.abs(x);
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  if (size === 0) return "0";
  const exact = significant(shortest(size)) <= digits;
  if (size >= 1e-3 && size < 1e5) {
    if (exact) return sign + String(size);
    const rounded = size.toPrecision(digits);
    const text = rounded.includes("e") ? size.toFixed(0) : rounded;
    // 99999.5 would be 100000, which is not written plainly.
    if (text.length <= 5 || text.includes(".")) return sign + text;
  }
  return (
    sign + (exact ? size.toExponential() : size.toExponential(digits - 1)).replace("e+", "e").replace("e-", `e${MINUS}`)
  );
}

/** The number at full length, for tooltips: the shortest text that reads back as the same number. */
export const fullNumber = (x: number): string =>
  Number.isFinite(x) ? String(x).replaceAll("-", MINUS).replace("e+", "e") : formatNumber(x);

/** Read what `formatNumber` wrote (or `String` did), exactly. */
export function parseDecimal(text: string): Decimal {
  const match = /^([−-]?)(\d+)(?:\.(\d+))?(?:e([+−-]?)(\d+))?$/.exec(text);
  if (match === null) throw new Error(`not a decimal number: ${text}`);
  const [, sign, whole = "", fraction = "", powerSign, power = "0"] = match;
  const mantissa = BigInt(whole + fraction) * (sign === "" ? 1n : -1n);
  const exponent = Number(power) * (powerSign === MINUS || powerSign === "-" ? -1 : 1) - fraction.length;
  return { mantissa, exponent };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (d: Decimal) => d.mantissa * 10n ** BigInt(d.exponent - exponent);
  return [scale(a), scale(b), exponent];
}

const equal = (a: Decimal, b: Decimal): boolean => {
  const [p, q] = aligned(a, b);
  return p === q;
};

/** Round half away from zero to so many significant digits. */
function rounded(d: Decimal, digits: number): Decimal {
  const size = d.mantissa < 0n ? -d.mantissa : d.mantissa;
  const drop = String(size).length - digits;
  if (drop <= 0) return d;
  const unit = 10n ** BigInt(drop);
  const quotient = (size + unit / 2n) / unit;
  return { mantissa: d.mantissa < 0n ? -quotient : quotient, exponent: d.exponent + drop };
}

/** The number as text with all of its digits; `keep` of them significant where it has fewer. */
function write(d: Decimal, keep: number): string {
  if (d.mantissa === 0n) return "0";
  const sign = d.mantissa < 0n ? MINUS : "";
  let digits = String(d.mantissa < 0n ? -d.mantissa : d.mantissa).replace(/0+$/, "");
  const point = String(d.mantissa < 0n ? -d.mantissa : d.mantissa).length + d.exponent;
  digits = digits.padEnd(keep, "0");
  if (point > 5 || point < -2) {
    const fraction = digits.slice(1);
    return `${sign}${digits[0]}${fraction && `.${fraction}`}e${point - 1 < 0 ? MINUS : ""}${Math.abs(point - 1)}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export type Operation = "+" | "−" | "×" | "÷";

function exactResult(operation: Operation, a: Decimal, b: Decimal): { value: Decimal; exact: boolean } {
  if (operation === "×")
    return { value: { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent }, exact: true };
  if (operation === "÷") {
    const guard = 24;
    const top = a.mantissa * 10n ** BigInt(guard);
    const value = { mantissa: top / b.mantissa, exponent: a.exponent - b.exponent - guard };
    return { value, exact: top % b.mantissa === 0n };
  }
  const [p, q, exponent] = aligned(a, b);
  return { value: { mantissa: operation === "+" ? p + q : p - q, exponent }, exact: true };
}

export interface Arithmetic {
  readonly left: string;
  readonly right: string;
  readonly relation: "=" | "≈";
  readonly result: string;
}

const OPERATIONS: Record<Operation, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "−": (a, b) => a - b,
  "×": (a, b) => a * b,
  "÷": (a, b) => a / b,
};

/**
 * Arithmetic that is right as displayed: factors with four digits, and the result worked out from the displayed factors.
 * "=" where that is exact in four digits and agrees with the true result, which is then written as everywhere, else "≈" and
 * three digits.
 */
export function arithmetic(operation: Operation, a: number, b: number): Arithmetic {
  const left = formatNumber(a);
  const right = formatNumber(b);
  const truth = OPERATIONS[operation](a, b);
  if (!Number.isFinite(a) || !Number.isFinite(b) || (operation === "÷" && b === 0)) {
    return { left, right, relation: "=", result: formatNumber(truth) };
  }
  const { value, exact } = exactResult(operation, parseDecimal(left), parseDecimal(right));
  if (exact && significant(value) <= 4 && Number.isFinite(truth) && equal(value, parseDecimal(formatNumber(truth)))) {
    return { left, right, relation: "=", result: formatNumber(truth) };
  }
  return { left, right, relation: "≈", result: approximate(value) };
}

/** Three significant digits, and no digit of an integer part rounded away. */
function approximate(value: Decimal): string {
  const whole = String(value.mantissa < 0n ? -value.mantissa : value.mantissa).length + value.exponent;
  const digits = whole > 3 && whole <= 5 ? whole : 3;
  return write(rounded(value, digits), digits);
}

/** The size of a small effect: two significant digits, one where the second is 0. */
export const formatPrice = (x: number): string =>
  formatNumber(Math.abs(x), 2).replace(/(\.\d*?)0+(?=$|e)/, (_, kept: string) => (kept === "." ? "" : kept));

/** "8 multiplications", "1 number". */
export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

export const formatShape = (shape: readonly number[]): string =>
  shape.length === 1 ? String(shape[0]) : shape.join(" × ");

const MOST_NUMBERS = 12;

/** The first of an array's numbers: "3 × 2: 1.5, −0.25, … (6 numbers, from −1 to 2)". */
export function formatNumbers(numbers: Float64Array, shape: readonly number[]): string {
  const first = [...numbers.subarray(0, MOST_NUMBERS)].map((x) => formatNumber(x)).join(", ");
  if (numbers.length <= MOST_NUMBERS) return `${formatShape(shape)}: ${first}`;
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  return `${formatShape(shape)}: ${first}, … (from ${formatNumber(low)} to ${formatNumber(high)})`;
}

/** Put parentheses around a negative number that follows an operator. */
export const afterOperator = (text: string): string => (text.startsWith(MINUS) ? `(${text})` : text);
