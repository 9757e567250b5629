// One tab stop for a group: the focus moves within it by arrows, and Tab leaves it.
export function roving(event: KeyboardEvent, elements: readonly HTMLElement[], next: number): void {
  const target = elements[Math.min(Math.max(next, 0), elements.length - 1)];
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  for (const element of elements) element.tabIndex = element === target ? 0 : -1;
  target.focus();
}
