// Light or dark: whatever surrounds the widget is. Compares the inherited text colour with the background behind it, and
// looks again when JupyterLab's theme or the system's setting changes.
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { parentAcrossShadow } from "./dom.ts";

export type Theme = "light" | "dark";

export function followTheme(el: HTMLElement, end: AbortSignal): ReadonlySignal<Theme> {
  const theme = signal<Theme>(themeAround(el));
  // Colours are read a frame later: themes are swapped by style sheets that apply after the attribute has changed.
  const look = () =>
    requestAnimationFrame(() => {
      if (el.isConnected) theme.value = themeAround(el);
    });
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true });
  }
  // A style sheet that arrives late changes the theme without touching an attribute.
  observer.observe(document.head, { childList: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look, { signal: end });
  end.addEventListener("abort", () => observer.disconnect());
  look();
  return theme;
}

function themeAround(el: HTMLElement): Theme {
  const text = luminance(getComputedStyle(el).color) ?? 0;
  const behind = backgroundOf(el);
  return (behind === undefined ? text > 0.4 : text > behind) ? "dark" : "light";
}

function backgroundOf(el: HTMLElement): number | undefined {
  for (let at: Element | null = el; at !== null; at = parentAcrossShadow(at)) {
    const found = luminance(getComputedStyle(at).backgroundColor);
    if (found !== undefined) return found;
  }
  return undefined;
}

let painter: CanvasRenderingContext2D | null | undefined;

/** Of any CSS colour, however it is written; undefined for a transparent one. */
function luminance(color: string): number | undefined {
  painter ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!painter) return undefined;
  painter.clearRect(0, 0, 1, 1);
  painter.fillStyle = color;
  painter.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, alpha = 0] = painter.getImageData(0, 0, 1, 1).data;
  return alpha < 128 ? undefined : (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}
