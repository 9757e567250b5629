// Which stretches of Python source are keywords, strings and comments. Light colouring needs no more.
export interface Ink {
  readonly start: number;
  readonly end: number;
  readonly kind: "keyword" | "string" | "comment";
}

const TOKEN =
  /(?<comment>#.*)|(?<string>[rbfuRBFU]{0,2}(?:"""|'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))|(?<word>[\p{L}_][\p{L}\p{N}_]*)/gu;
const KEYWORDS = new Set(
  (
    "and as assert async await break class continue def del elif else except False finally for from global if import in is " +
    "lambda None nonlocal not or pass raise return True try while with yield"
  ).split(" "),
);

/** For each line, its coloured stretches. Strings in triple quotes go on over lines. */
export function inkOf(lines: readonly string[]): Ink[][] {
  let open: string | null = null;
  return lines.map((line) => {
    const ink: Ink[] = [];
    let from = 0;
    if (open !== null) {
      const end = line.indexOf(open);
      from = end < 0 ? line.length : end + 3;
      ink.push({ start: 0, end: from, kind: "string" });
      if (end >= 0) open = null;
    }
    TOKEN.lastIndex = from;
    for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
      const { comment, string, word } = match.groups ?? {};
      const start = match.index;
      if (comment !== undefined) ink.push({ start, end: line.length, kind: "comment" });
      else if (word !== undefined && KEYWORDS.has(word)) ink.push({ start, end: start + word.length, kind: "keyword" });
      else if (string !== undefined) {
        const quotes = string.slice(-3);
        let end = start + string.length;
        if (quotes === '"""' || quotes === "'''") {
          const close = line.indexOf(quotes, end);
          end = close < 0 ? line.length : close + 3;
          if (close < 0) open = quotes;
          TOKEN.lastIndex = end;
        }
        ink.push({ start, end, kind: "string" });
      }
    }
    return ink;
  });
}
