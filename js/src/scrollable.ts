// What can be scrolled can be reached by keyboard: a part with more in it than is seen is a tab stop, and only then.
import { setAttribute } from "./dom.ts";

export function scrollable(el: HTMLElement, name: string, end: AbortSignal): void {
  let pending = false;
  const look = () => {
    pending = false;
    if (end.aborted) return;
    const more = el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1;
    setAttribute(el, "tabindex", more ? 0 : null);
    setAttribute(el, "role", more ? "group" : null);
    setAttribute(el, "aria-label", more ? name : null);
  };
  // A frame later, when sizes are known, and once for all that changed until then.
  const later = () => {
    if (!pending) requestAnimationFrame(look);
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
