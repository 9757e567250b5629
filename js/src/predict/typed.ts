// What somebody types for a number: the number itself, or the calculation that leads to it, as 0.3888 × 2.332.

/** A number, or a character that does something. */
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([-+*/()]))/giy;

/** Signs as they are typed, pasted from here, and written by hand. */
const plainly = (text: string): string =>
  text.replaceAll(/[−–]/g, "-").replaceAll(/[×·∗]/g, "*").replaceAll("÷", "/").replaceAll(",", ".").trim();

/** The number that was meant; null where none can be made out. */
export function typedNumber(text: string): number | null {
  const tokens = tokensOf(plainly(text));
  if (tokens === null) return null;
  let at = 0;

  function primary(): number {
    const token = tokens?.[at++];
    if (token === "-") return -primary();
    if (token === "+") return primary();
    if (token !== "(") return typeof token === "number" ? token : Number.NaN;
    const inside = sum();
    return tokens?.[at++] === ")" ? inside : Number.NaN;
  }
  function product(): number {
    let result = primary();
    while (tokens?.[at] === "*" || tokens?.[at] === "/") {
      result = tokens[at++] === "*" ? result * primary() : result / primary();
    }
    return result;
  }
  function sum(): number {
    let result = product();
    while (tokens?.[at] === "+" || tokens?.[at] === "-") {
      result = tokens[at++] === "+" ? result + product() : result - product();
    }
    return result;
  }
  const result = sum();
  return at === tokens.length && Number.isFinite(result) ? result : null;
}

function tokensOf(text: string): (number | string)[] | null {
  const tokens: (number | string)[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    tokens.push(match[1] === undefined ? (match[2] ?? "") : Number(match[1]));
  }
  return tokens;
}
