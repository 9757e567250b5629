// In a wide widget graph and system stand side by side, and share the width by what each of them needs (fit.ts).
import { signal as cell } from "@preact/signals-core";
import { textScale } from "./dom.ts";
import { whenever } from "./effects.ts";
import { graphWidth } from "./fit.ts";
import type { State } from "./state.ts";

/** What side panels leave of the body's width (frame.css). */
const SHARED_PART = 0.72;
/** Around the pictures in their columns: padding and line, and the heading above. */
const BESIDE_GRAPH = 11;
const BESIDE_SYSTEM = 30;
const ABOVE = 46;

export function shareWidth(body: HTMLElement, state: State, end: AbortSignal): void {
  const room = cell({ width: 0, height: 0 });
  const observer = new ResizeObserver(() => {
    const unit = textScale(body);
    const [width, height] = [body.clientWidth / unit, body.clientHeight / unit];
    const last = room.peek();
    if (width !== last.width || height !== last.height) room.value = { width, height };
  });
  observer.observe(body);
  end.addEventListener("abort", () => observer.disconnect());
  whenever(body, end, () => {
    const { width, height } = room.value;
    const graph = state.needs.graph.value;
    const system = state.needs.system.value;
    if (width === 0) return;
    const total = SHARED_PART * width - BESIDE_GRAPH - BESIDE_SYSTEM;
    const column = graphWidth(total, height - ABOVE, graph, system) + BESIDE_GRAPH;
    body.style.setProperty("--lv-graph-column", `${((100 * column) / width).toFixed(2)}%`);
  });
}
