// What has more in it than is seen: it fades out where it goes on, and can be reached by keyboard.
import { on, setAttribute } from "./dom.ts";

/** A part that scrolls is a tab stop, and only then. */
export function scrollable(el: HTMLElement, name: string, end: AbortSignal): void {
  whenMeasured(el, end, () => {
    const more = el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1;
    setAttribute(el, "tabindex", more ? 0 : null);
    setAttribute(el, "role", more ? "group" : null);
    setAttribute(el, "aria-label", more ? name : null);
  });
}

/** What is cut at its foot looks cut there. */
export function fading(el: HTMLElement, end: AbortSignal): void {
  const look = () => el.classList.toggle("lv-goes-on", el.scrollTop + el.clientHeight < el.scrollHeight - 2);
  whenMeasured(el, end, look);
  on(el, "scroll", end, look, { passive: true });
}

/** Between what is brought into sight and the edge. */
const CLEAR = 12;

/** Scroll what it stands in, and not the page around the widget, until all of it is seen; or from its top, where it is too tall. */
export function bringIntoSight(el: HTMLElement): void {
  scrollTo(el);
  // A panel whose size is new, as each is at first, is drawn a frame later, and moves what stands below it.
  requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(el)));
}

function scrollTo(el: HTMLElement): void {
  for (
    let outer = el.parentElement;
    outer !== null && !outer.classList.contains("lagviz");
    outer = outer.parentElement
  ) {
    if (!/auto|scroll/.test(getComputedStyle(outer).overflowY)) continue;
    const [a, b] = [outer.getBoundingClientRect(), el.getBoundingClientRect()];
    if (b.top < a.top || b.height > a.height) outer.scrollTop += b.top - a.top - CLEAR;
    else if (b.bottom > a.bottom) outer.scrollTop += b.bottom - a.bottom + CLEAR;
  }
}

/** A frame after sizes or contents changed, when sizes are known, and once for all that changed until then. */
function whenMeasured(el: HTMLElement, end: AbortSignal, look: () => void): void {
  let pending = false;
  const now = () => {
    pending = false;
    if (!end.aborted) look();
  };
  const later = () => {
    if (!pending) requestAnimationFrame(now);
    pending = true;
  };
  const sizes = new ResizeObserver(later);
  const contents = new MutationObserver(later);
  sizes.observe(el);
  contents.observe(el, { childList: true, subtree: true });
  end.addEventListener("abort", () => {
    sizes.disconnect();
    contents.disconnect();
  });
}
