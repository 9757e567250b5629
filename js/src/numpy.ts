// Arrays as Python text that reads back as the same numbers.

/** `np.array([[1.0, -0.5], [2.0, 0.25]])`; numbers in C order. */
export function numpyText(numbers: ArrayLike<number>, shape: readonly number[]): string {
  if (shape.length === 0) return pythonNumber(numbers[0] ?? Number.NaN);
  // Without its shape an empty array cannot be told from another.
  if (numbers.length === 0) return `np.zeros((${shape.join(", ")}${shape.length === 1 ? "," : ""}))`;
  return `np.array(${nested(numbers, shape, 0, numbers.length)})`;
}

function nested(numbers: ArrayLike<number>, shape: readonly number[], start: number, length: number): string {
  const [count = 1, ...inner] = shape;
  const stride = length / count;
  const parts = Array.from({ length: count }, (_, k) =>
    inner.length === 0
      ? pythonNumber(numbers[start + k] ?? Number.NaN)
      : nested(numbers, inner, start + k * stride, stride),
  );
  return `[${parts.join(inner.length === 0 ? ", " : ",\n ")}]`;
}

function pythonNumber(x: number): string {
  if (Number.isNaN(x)) return "np.nan";
  if (!Number.isFinite(x)) return x > 0 ? "np.inf" : "-np.inf";
  const text = Object.is(x, -0) ? "-0" : String(x);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** `[2, 0]`: where the k-th number of an array stands. */
export function indexText(k: number, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = k;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return `[${index.join(", ")}]`;
}
