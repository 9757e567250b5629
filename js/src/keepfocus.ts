// The focus stays inside when what has it is drawn anew, or goes away: it moves to what has the same name now, else to the first
// stop of the same part, else to the last before it. Otherwise whoever works by keyboard would begin at the top of the page again.
import { focusedIn, on } from "./dom.ts";

const STOPS = "button, select, input, textarea, [tabindex]:not([tabindex='-1'])";

const nameOf = (element: Element): string =>
  `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent ?? ""}`;

const isThere = (element: Element): boolean =>
  element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled");

export function keepFocus(root: HTMLElement, end: AbortSignal): void {
  let last: { readonly element: HTMLElement; readonly name: string; readonly part: Element } | null = null;

  on(root, "focusin", end, (event) => {
    const element = event.target as HTMLElement;
    // What is around it: nearest first, so that the part is still there when the element is not.
    last = { element, name: nameOf(element), part: element.closest("dialog, section, header, footer") ?? root };
  });
  on(root, "focusout", end, (event) => {
    // Somebody left. To go away is to lose the focus to nothing.
    if (event.relatedTarget !== null) last = null;
  });
  const look = () => {
    const now = focusedIn(root);
    const lost = now === null || now === document.body || !isThere(now);
    if (last === null || !lost || isThere(last.element)) return;
    const { name, part } = last;
    const stops = [...root.querySelectorAll<HTMLElement>(STOPS)].filter((one) => one.tabIndex >= 0 && isThere(one));
    const before = (one: Element) => (part.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
    const next =
      stops.find((one) => nameOf(one) === name) ??
      stops.find((one) => part.contains(one)) ??
      stops.filter(before).at(-1) ??
      stops[0];
    next?.focus({ preventScroll: true });
  };
  const changes = new MutationObserver(look);
  changes.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });
  end.addEventListener("abort", () => changes.disconnect());
}
