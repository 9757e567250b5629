// How much of the graph is seen: all of it when it fits, else a part that can be moved (drag) and scaled (⌘ or ctrl with the
// wheel: the wheel alone belongs to the notebook). It follows the active node.
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import { textScale } from "../dom.ts";
import type { Box } from "./edges.ts";

/** Smaller than this text cannot be read, so it is moved rather than shrunk. */
const LEAST_SCALE = 0.68;
/** Where the panel has no height of its own it takes what it needs, up to this. */
const TALLEST = 720;

export interface View {
  /** Size and middle of what is to be seen; keeps the reader's place when only the numbers change. */
  show(size: { width: number; height: number }, keepPlace: boolean): void;
  /** Bring a part of it into sight if it is not. */
  reveal(box: Box): void;
  /** What is to be seen at first, in the picture's own units: where marks beside the cards may stand. */
  readonly room: ReadonlySignal<Box>;
}

export function createView(
  frame: HTMLElement,
  svg: SVGSVGElement,
  moved: readonly (SVGGElement | HTMLElement)[],
  end: AbortSignal,
): View {
  let size = { width: 1, height: 1 };
  let fits = true;
  let touched = false;
  let transform = zoomIdentity;
  const room = signal<Box>({ x: 0, y: 0, width: 1, height: 1 });

  const behavior: ZoomBehavior<SVGSVGElement, unknown> = zoom<SVGSVGElement, unknown>()
    .filter((event: WheelEvent | MouseEvent) =>
      event.type === "wheel" ? event.ctrlKey || event.metaKey : !fits && !event.button && !event.ctrlKey,
    )
    .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      transform = event.transform;
      if (event.sourceEvent !== null) {
        touched = true;
        setFits(false);
      }
      apply();
    });
  const selection = select(svg).call(behavior).on("dblclick.zoom", null);

  function setFits(now: boolean): void {
    fits = now;
    frame.classList.toggle("lv-moves", !now);
  }

  function apply(): void {
    for (const element of moved) {
      if (element instanceof SVGElement) element.setAttribute("transform", transform.toString());
      else element.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
    }
  }

  function showAll(): void {
    const unit = textScale(frame);
    const bounded = getComputedStyle(frame).getPropertyValue("--lv-bounded").trim() === "1";
    const width = frame.clientWidth;
    if (width === 0) return;
    const across = Math.min(width / (size.width * unit), 1);
    if (!bounded) {
      const scale = Math.max(across, LEAST_SCALE) * unit;
      frame.style.setProperty("--lv-graph-height", `${Math.min(Math.ceil(size.height * scale), TALLEST * unit)}px`);
    }
    const height = frame.clientHeight;
    const wanted = Math.min(across, height / (size.height * unit));
    const scale = Math.max(wanted, LEAST_SCALE) * unit;
    setFits(size.width * scale <= width + 1 && size.height * scale <= height + 1);
    behavior.scaleExtent([Math.min(wanted, LEAST_SCALE) * unit, 3 * unit]);
    behavior.extent([
      [0, 0],
      [width, height],
    ]);
    behavior.translateExtent([
      [-40, -40],
      [size.width + 40, size.height + 40],
    ]);
    room.value = {
      x: -Math.max(width / scale - size.width, 0) / 2,
      y: 0,
      width: Math.max(width / scale, size.width),
      height: Math.max(height / scale, size.height),
    };
    const x = Math.max((width - size.width * scale) / 2, 0);
    selection.call(behavior.transform, zoomIdentity.translate(x, 0).scale(scale));
    touched = false;
  }

  let last = "";
  const observer = new ResizeObserver(() => {
    const now = `${frame.clientWidth}×${frame.clientHeight}`;
    if (now === last) return;
    last = now;
    // A frame later: fitting may change the height, which an observer must not do while it is told of one.
    requestAnimationFrame(() => {
      if (!end.aborted) showAll();
    });
  });
  observer.observe(frame);
  end.addEventListener("abort", () => observer.disconnect());

  return {
    show(next, keepPlace) {
      const same = next.width === size.width && next.height === size.height;
      size = next;
      if (!(keepPlace && (same || touched))) showAll();
    },
    reveal(box) {
      if (fits) return;
      const [x0, y0] = transform.apply([box.x, box.y]);
      const [x1, y1] = transform.apply([box.x + box.width, box.y + box.height]);
      if (x0 >= 0 && y0 >= 0 && x1 <= frame.clientWidth && y1 <= frame.clientHeight) return;
      selection.call(behavior.translateTo, box.x + box.width / 2, box.y + box.height / 2);
    },
    room,
  };
}
