// Rows of the matrix are moved by their names, to see which orders of the program stay triangular.
import { on } from "../dom.ts";
import { moved } from "../order.ts";
import type { State } from "../state.ts";

/** Further than this it is a drag; less is a click, which pins. */
const DRAG = 5;

export function dragRows(svg: SVGSVGElement, state: State, owners: () => readonly number[], end: AbortSignal): void {
  let held: { node: number; y: number } | null = null;
  let dragging = false;
  const listen = on as (
    element: EventTarget,
    ...rest: [keyof HTMLElementEventMap, AbortSignal, (event: never) => void]
  ) => void;

  listen(svg, "pointerdown", end, (event: PointerEvent) => {
    // Where a drag ended on what was drawn anew meanwhile, no click came after it.
    dragging = false;
    const label = event.target instanceof Element ? event.target.closest<SVGElement>(".lv-row-label") : null;
    if (label === null || event.button !== 0 || state.moment.value.phase === "record") return;
    held = { node: Number(label.dataset.about), y: event.clientY };
  });
  listen(svg, "pointermove", end, (event: PointerEvent) => {
    if (held === null || (!dragging && Math.abs(event.clientY - held.y) < DRAG)) return;
    // The rows are drawn anew while one is dragged, the picture stays.
    if (!dragging) svg.setPointerCapture(event.pointerId);
    dragging = true;
    const order = owners();
    const to = rowAt(svg, event.clientY);
    const by = to - order.indexOf(held.node);
    if (to >= 0 && by !== 0) state.order.value = moved(order, held.node, by);
  });
  for (const name of ["pointerup", "pointercancel"] as const) {
    listen(svg, name, end, () => {
      held = null;
    });
  }
  // The click at the end of a drag pins nothing.
  svg.addEventListener(
    "click",
    (event) => {
      if (dragging) event.stopPropagation();
      dragging = false;
    },
    { capture: true, signal: end },
  );
}

/** The row whose band lies at a height of the screen; −1 for none. */
const rowAt = (svg: SVGSVGElement, y: number): number =>
  [...svg.querySelectorAll(".lv-row-band")].findIndex((band) => {
    const { top, bottom } = band.getBoundingClientRect();
    return y >= top && y < bottom;
  });
