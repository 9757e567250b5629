import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { arithmetic, formatNumber, formatPrice, fullNumber, type Operation } from "../src/format.ts";

test.each([
  [1.5, "1.5"],
  [-1.1, "−1.1"],
  [1, "1"],
  [0, "0"],
  [-0, "0"],
  [0.7 * 1.5, "1.050"],
  [-0.86, "−0.86"],
  [-1.1 * Math.tanh(1.05), "−0.8600"],
  [0.7818063576087741, "0.7818"],
  [-2.119973986, "−2.120"],
  [9999.6, "10000"],
  [12345.6, "12346"],
  [99999, "99999"],
  [100000, "1e5"],
  [123456, "1.235e5"],
  [0.001, "0.001"],
  [0.00012344, "1.234e−4"],
  [-1.23449e-5, "−1.234e−5"],
  [1e-300, "1e−300"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("%d is written %s", (x, text) => expect(formatNumber(x)).toBe(text));

test.each([
  [0.3887788, "0.39"],
  [-2.119973986, "−2.1"],
  [-1.1, "−1.1"],
  [99.6, "100"],
  [0.996, "1.0"],
])("%d in a cell is %s", (x, text) => expect(formatNumber(x, 2)).toBe(text));

test.each([
  [0.009066, "0.0091"],
  [-0.0212, "0.021"],
  [0.02004, "0.02"],
  [1.3, "1.3"],
])("the price of %d is %s", (x, text) => expect(formatPrice(x)).toBe(text));

test.each<[Operation, number, number, string]>([
  ["×", 0.7, 1.5, "0.7 × 1.5 = 1.050"],
  ["×", -1.1, -2.119973986, "−1.1 × −2.120 = 2.332"],
  ["×", 0.38877881, 2.33197138, "0.3888 × 2.332 ≈ 0.907"],
  ["×", -1.1, 0.78180636, "−1.1 × 0.7818 ≈ −0.860"],
  ["−", -0.85998699, 0.2, "−0.8600 − 0.2 = −1.060"],
  ["+", 0.28352, 0.54302, "0.2835 + 0.5430 = 0.8265"],
  ["÷", 1, 4, "1 ÷ 4 = 0.25"],
  ["÷", 1, 3, "1 ÷ 3 ≈ 0.333"],
  ["×", 0, 2.332, "0 × 2.332 = 0"],
  ["×", 1234.5, 10.01, "1235 × 10.01 ≈ 12362"],
])("%s of %d and %d is right as displayed", (operation, a, b, expected) => {
  const { left, right, relation, result } = arithmetic(operation, a, b);
  expect(`${left} ${operation} ${right} ${relation} ${result}`).toBe(expected);
});

test("the full number has a true minus sign", () => expect(fullNumber(-1.5e-7)).toBe("−1.5e−7"));

const vectors = new URL("./fixtures/format.json", import.meta.url);

interface Vectors {
  readonly number: readonly [string, number, string][];
  readonly arithmetic: readonly [Operation, number, number, string, string, string, string][];
  readonly price: readonly [number, string][];
}

const readNumber = (text: string): number => Number(text.replace("inf", "Infinity").replace("nan", "NaN"));

// `python -m tests.view.write_fixtures` writes them; `make test` does.
describe("as Python writes them", () => {
  const { number, arithmetic: pairs, price }: Vectors = JSON.parse(readFileSync(vectors, "utf8"));

  test("numbers", () => {
    const written = number.map(([x, digits]) => [x, digits, formatNumber(readNumber(x), digits)]);
    expect(written).toEqual(number);
  });

  test("arithmetic", () => {
    const written = pairs.map(([operation, a, b]) => {
      const { left, right, relation, result } = arithmetic(operation, a, b);
      return [operation, a, b, left, right, relation, result];
    });
    expect(written).toEqual(pairs);
  });

  test("prices", () => expect(price.map(([x]) => [x, formatPrice(x)])).toEqual(price));
});
