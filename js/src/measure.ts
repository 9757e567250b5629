// Widths of texts before they are on the page: cards and labels are sized by what they say.
const cache = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

const NAME_FONT = '100px KaTeX_Main, "Times New Roman", serif';
const TEXT_FONT = "100px system-ui, sans-serif";

function width(text: string, font: string): number {
  const key = `${font}|${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 0.6;
  context.font = font;
  const measured = context.measureText(text).width / 100;
  cache.set(key, measured);
  return measured;
}

/** At font size 1, in the italics of names. */
export const nameWidth = (text: string): number => width(text, `italic ${NAME_FONT}`);

/** At font size 1, in the font of numbers and words. */
export const textWidth = (text: string): number => width(text, TEXT_FONT);

/** Fonts that arrive later change widths. */
export const forgetWidths = (): void => cache.clear();
