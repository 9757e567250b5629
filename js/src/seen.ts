// How high the widget may be: as high as what is seen of it at once. In a notebook that is less than the window, which has
// the notebook's own bars above and below, so the part that scrolls is asked.
import { on, parentAcrossShadow, textScale } from "./dom.ts";

/** Higher than any place that has a height of its own. */
const BEYOND = 100_000;
/** What is less high is a laptop's: there the widget shows the essential, and the rest below it. In pixels at the default size of text. */
const SHORT = 800;

/** Keep `--lv-seen` at the height that is seen, and the class `lv-short` where that is little. */
export function followHeight(root: HTMLElement, end: AbortSignal): void {
  let around: readonly HTMLElement[] = [];
  const look = () => {
    // Not in the page yet, or not shown.
    if (end.aborted || root.clientWidth === 0) return;
    if (around.length === 0) {
      around = boundedAround(root);
      for (const one of around) observer.observe(one);
    }
    const seen = Math.min(document.documentElement.clientHeight, ...around.map(({ clientHeight }) => clientHeight));
    root.style.setProperty("--lv-seen", `${seen}px`);
    root.classList.toggle("lv-short", seen / textScale(root) < SHORT);
  };
  // A frame later: the widget's own height changes by it, which an observer must not do while it is told of one.
  const observer = new ResizeObserver(() => requestAnimationFrame(look));
  observer.observe(root);
  on(window, "resize", end, look);
  end.addEventListener("abort", () => observer.disconnect());
  look();
}

/** What scrolls around an element and does not grow with it. One that would grow is as high as the element at present: it says nothing. */
function boundedAround(el: HTMLElement): HTMLElement[] {
  const scrolling: HTMLElement[] = [];
  for (let at = parentAcrossShadow(el); at !== null; at = parentAcrossShadow(at)) {
    if (at instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(at).overflowY)) scrolling.push(at);
  }
  if (scrolling.length === 0) return [];
  el.style.setProperty("padding-bottom", `${BEYOND}px`);
  const bounded = scrolling.filter(({ clientHeight }) => clientHeight > 0 && clientHeight < BEYOND);
  el.style.removeProperty("padding-bottom");
  return bounded;
}
