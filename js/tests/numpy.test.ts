import { expect, test } from "vitest";
import { indexText, numpyText } from "../src/numpy.ts";

test("numbers are written so that Python reads the same ones", () => {
  expect(numpyText([1, -0.5, 1e-7, 1e21, -0], [5])).toBe("np.array([1.0, -0.5, 1e-7, 1e+21, -0.0])");
  expect(numpyText([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], [3])).toBe(
    "np.array([np.nan, np.inf, -np.inf])",
  );
  expect(numpyText([0.1], [])).toBe("0.1");
});

test("rows are nested as the shape says", () => {
  expect(numpyText([1, 2, 3, 4, 5, 6], [2, 3])).toBe("np.array([[1.0, 2.0, 3.0],\n [4.0, 5.0, 6.0]])");
  expect(numpyText([1, 2, 3, 4], [2, 1, 2])).toBe("np.array([[[1.0, 2.0]],\n [[3.0, 4.0]]])");
});

test("an empty array keeps its shape", () => {
  expect(numpyText([], [0])).toBe("np.zeros((0,))");
  expect(numpyText([], [2, 0])).toBe("np.zeros((2, 0))");
});

test("a number's place is an index", () => {
  expect([0, 5, 11].map((k) => indexText(k, [4, 3]))).toEqual(["[0, 0]", "[1, 2]", "[3, 2]"]);
  expect(indexText(2, [3])).toBe("[2]");
  expect(indexText(7, [2, 2, 2])).toBe("[1, 1, 1]");
});
