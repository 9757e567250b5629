// One tab stop for a group: the focus moves within it by arrows, and Tab leaves it. Of a long group only what is near the stop is
// in the page; the rest comes as one walks there.
import { focusedIn, setAttribute } from "../dom.ts";

/** A group is in the page as a whole up to this size, above it with so many on both sides of the stop. */
const WHOLE = 60;
const NEAR = 24;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Which of so many are in the page. */
export function near(count: number, at: number): Span {
  if (count <= WHOLE) return { from: 0, to: count };
  const from = Math.min(Math.max(at - NEAR, 0), count - 2 * NEAR - 1);
  return { from, to: from + 2 * NEAR + 1 };
}

/** Children as wished, without taking out those that stay: what has the focus would lose it. */
export function setChildren(parent: HTMLElement, wished: readonly HTMLElement[]): void {
  const focused = focusedIn(parent);
  const staying = new Set<Node>(wished);
  for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
  wished.forEach((child, at) => {
    const there = parent.childNodes[at] ?? null;
    if (there !== child) parent.insertBefore(child, there);
  });
  // To be moved is to lose it as well.
  if (focused instanceof HTMLElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/** Text, where it has one, and attributes, written only where they are others. */
export function bringUp(
  element: HTMLElement,
  text: string | null,
  attributes: Readonly<Record<string, string | number | null>>,
): void {
  if (text !== null && element.textContent !== text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== (value === null ? null : String(value))) setAttribute(element, name, value);
}
