// How much of the graph is seen: all of it when it fits, else a part that can be moved (drag) and scaled (⌘ or ctrl with the
// wheel, or two fingers: the wheel alone belongs to the notebook). It follows the active node.
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { h, on, s, textScale } from "../dom.ts";
import { LEAST_SCALE, type Size, scaleIn } from "../fit.ts";
import type { Box } from "./edges.ts";

/** Room that marks beside a card take. */
const MARKS = { left: 26, right: 30, top: 10, bottom: 10 };
/** No mark touches the edge of the picture. */
const EDGE = 3;
/** Pixels after which it is known where a finger goes. */
const SURE = 6;
/** How much one press of a button changes the size. */
const STRIDE = 1.35;
/** Where the panel has no height of its own it takes what it needs, up to this. */
const TALLEST = 720;
/** … and gives way to the others down to this. */
const LEAST_SEEN = 410;

const ICONS: Readonly<Record<string, string>> = {
  "Zoom out": "M3 7h10v2H3z",
  "Zoom in": "M3 7h4V3h2v4h4v2H9v4H7V9H3z",
  "Show the whole graph": "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z",
};

export interface View {
  /** Size and middle of what is to be seen; keeps the reader's place when only the numbers change. */
  show(size: Size, keepPlace: boolean): void;
  /** Bring a part of it into sight if it is not, and what belongs to it if there is room for both. */
  reveal(box: Box, withIt?: Box): void;
  /** What is to be seen at first, in the picture's own units: where marks beside the cards may stand. */
  readonly room: ReadonlySignal<Box>;
  /** Smaller, larger, all of it: shown only where there is more of the graph than is seen. */
  readonly buttons: HTMLElement;
}

type Extent = [[number, number], [number, number]];

/** As d3-zoom does, no emptiness comes in beside the picture; what is smaller than its place stands at the top of it. */
function keepTogether(at: ZoomTransform, [[left, top], [right, bottom]]: Extent, [low, high]: Extent): ZoomTransform {
  const [before, after] = [at.invertX(left) - low[0], at.invertX(right) - high[0]];
  const [above, below] = [at.invertY(top) - low[1], at.invertY(bottom) - high[1]];
  return at.translate(
    after > before ? (before + after) / 2 : Math.min(0, before) || Math.max(0, after),
    below > above ? above : Math.min(0, above) || Math.max(0, below),
  );
}

/** A card with its marker, its pill and its handle. */
const withMarks = ({ x, y, width, height }: Box): Box => ({
  x: x - MARKS.left,
  y: y - MARKS.top,
  width: width + MARKS.left + MARKS.right,
  height: height + MARKS.top + MARKS.bottom,
});

export function createView(
  frame: HTMLElement,
  svg: SVGSVGElement,
  moved: readonly (SVGGElement | HTMLElement)[],
  end: AbortSignal,
): View {
  let size: Size = { width: 1, height: 1 };
  let fits = true;
  let touched = false;
  let transform = zoomIdentity;
  let followed: { readonly box: Box; readonly withIt: Box } | null = null;
  const printing = matchMedia("print");
  printing.addEventListener("change", () => showAll(), { signal: end });
  const room = signal<Box>({ x: 0, y: 0, width: 1, height: 1 });

  const behavior: ZoomBehavior<SVGSVGElement, unknown> = zoom<SVGSVGElement, unknown>()
    .filter((event: WheelEvent | MouseEvent | TouchEvent) => {
      if ("touches" in event) return event.touches.length > 1;
      return event.type === "wheel" ? event.ctrlKey || event.metaKey : !fits && !event.button && !event.ctrlKey;
    })
    .constrain(keepTogether)
    .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      transform = event.transform;
      if (event.sourceEvent !== null) {
        touched = true;
        setFits(false);
      }
      apply();
    });
  const selection = select(svg).call(behavior).on("dblclick.zoom", null);
  const finger = {
    able: () => !fits,
    hidden,
    move(x: number, y: number) {
      touched = true;
      selection.call(behavior.translateBy, x / transform.k, y / transform.k);
    },
  };
  dragByFinger(svg, finger, end);
  const buttons = zoomButtons({
    "Zoom out": () => zoomBy(1 / STRIDE),
    "Zoom in": () => zoomBy(STRIDE),
    "Show the whole graph": showWhole,
  });

  function zoomBy(factor: number): void {
    touched = true;
    selection.call(behavior.scaleBy, factor);
    // In the middle of what is active rather than of nowhere.
    if (followed !== null && factor > 1) centre(followed.box);
  }

  function showWhole(): void {
    touched = true;
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    const scale = Math.min(width / size.width, height / size.height);
    const [x, y] = [(width - size.width * scale) / 2, (height - size.height * scale) / 2];
    selection.call(behavior.transform, zoomIdentity.translate(Math.max(x, 0), Math.max(y, 0)).scale(scale));
  }

  const centre = (box: Box): void => {
    selection.call(behavior.translateTo, box.x + box.width / 2, box.y + box.height / 2);
  };

  function setFits(now: boolean): void {
    fits = now;
    frame.classList.toggle("lv-moves", !now);
    buttons.hidden = now;
  }

  /** Whether there is more of the picture above and below what is seen. */
  function hidden(): { above: boolean; below: boolean } {
    return {
      above: transform.y < -1,
      below: transform.y + size.height * transform.k > frame.clientHeight + 1,
    };
  }

  function apply(): void {
    if (!fits) leaveToPage(svg, hidden());
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
      const wish = (scale: number, most: number) => `${Math.min(Math.ceil(size.height * scale), most) * unit}px`;
      const panel = frame.parentElement ?? frame;
      panel.style.setProperty("--lv-graph-height", wish(Math.max(across, LEAST_SCALE), TALLEST));
      panel.style.setProperty("--lv-graph-least", wish(LEAST_SCALE, LEAST_SEEN));
    }
    const height = frame.clientHeight;
    const wanted = Math.min(across, height / (size.height * unit));
    // On paper nobody moves it.
    const seen = printing.matches ? wanted : scaleIn(size, { width: width / unit, height: height / unit });
    const scale = seen * unit;
    setFits(size.width * scale <= width + 1 && size.height * scale <= height + 1);
    behavior.scaleExtent([Math.min(wanted, LEAST_SCALE) * unit, 3 * unit]);
    behavior.extent([
      [0, 0],
      [width, height],
    ]);
    behavior.translateExtent([
      [0, 0],
      [size.width, size.height],
    ]);
    room.value = {
      x: EDGE - Math.max(width / scale - size.width, 0) / 2,
      y: EDGE,
      width: Math.max(width / scale, size.width) - 2 * EDGE,
      height: Math.max(height / scale, size.height) - 2 * EDGE,
    };
    const x = Math.max((width - size.width * scale) / 2, 0);
    selection.call(behavior.transform, zoomIdentity.translate(x, 0).scale(scale));
    touched = false;
    if (!fits && followed !== null) bringIntoSight(followed);
  }

  function bringIntoSight({ box, withIt }: { box: Box; withIt: Box }): void {
    const { clientWidth: width, clientHeight: height } = frame;
    const wanted = [withIt, box].map(withMarks);
    const scale = transform.k;
    const shown = wanted.find((part) => part.width * scale <= width && part.height * scale <= height) ?? box;
    const [x0, y0] = transform.apply([shown.x, shown.y]);
    const [x1, y1] = transform.apply([shown.x + shown.width, shown.y + shown.height]);
    const [aside, above] = [x0 < 0 || x1 > width, y0 < 0 || y1 > height];
    if (!(aside || above)) return;
    // Only in the direction that needs it: what can stay in place does.
    const [x, y] = transform.invert([width / 2, height / 2]);
    selection.call(behavior.translateTo, aside ? shown.x + shown.width / 2 : x, above ? shown.y + shown.height / 2 : y);
  }

  /** A little more height, as when a sentence is longer than the last one, is no reason to draw at another size. */
  const stillGood = (): boolean => {
    const taken = (size.height * transform.k) / frame.clientHeight;
    return fits && !touched && !printing.matches && frame.clientWidth === seenWidth && taken <= 1.002 && taken > 0.8;
  };

  let seenWidth = 0;
  let last = "";
  const observer = new ResizeObserver(() => {
    const now = `${frame.clientWidth}×${frame.clientHeight}`;
    if (now === last) return;
    last = now;
    // A frame later: fitting may change the height, which an observer must not do while it is told of one.
    requestAnimationFrame(() => {
      if (!(end.aborted || stillGood())) showAll();
      seenWidth = frame.clientWidth;
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
    reveal(box, withIt = box) {
      followed = { box, withIt };
      if (!fits) bringIntoSight(followed);
    },
    room,
    buttons,
  };

  function zoomButtons(actions: Readonly<Record<string, () => void>>): HTMLElement {
    return h(
      "div",
      { class: "lv-zoom", role: "group", "aria-label": "Size of the graph", hidden: true },
      ...Object.entries(actions).map(([name, act]) => {
        const button = h(
          "button",
          { type: "button", class: "lv-button", "aria-label": name, title: name },
          s("svg", { class: "lv-icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS[name] })),
        );
        on(button, "click", end, act);
        return button;
      }),
    );
  }
}

interface Hidden {
  readonly above: boolean;
  readonly below: boolean;
}

/** At its ends the picture leaves a finger to the page, as any part that scrolls does. Where these words are unknown, up and down are the page's. */
function leaveToPage(svg: SVGSVGElement, { above, below }: Hidden): void {
  svg.style.touchAction = [above ? "" : "pan-up", below ? "" : "pan-down"].join(" ").trim() || "none";
}

/** One finger moves the picture, sideways and to where more of it is; the browser takes away a pointer that it scrolls with. */
function dragByFinger(
  svg: SVGSVGElement,
  picture: { able(): boolean; hidden(): Hidden; move(x: number, y: number): void },
  end: AbortSignal,
): void {
  let held: { readonly id: number; readonly x: number; readonly y: number; readonly moves: boolean } | null = null;
  const hold = ({ pointerId: id, clientX: x, clientY: y }: PointerEvent, moves: boolean) => {
    held = { id, x, y, moves };
  };
  const isOurs = (x: number, y: number): boolean => {
    if (Math.max(Math.abs(x), Math.abs(y)) < SURE) return false;
    if (Math.abs(x) >= Math.abs(y)) return true;
    const { above, below } = picture.hidden();
    return svg.style.touchAction !== "" && (y > 0 ? above : below);
  };
  on(svg, "pointerdown", end, (event) => {
    // The second finger scales, which is d3-zoom's.
    if (event.pointerType === "touch" && event.isPrimary && picture.able()) hold(event, false);
    else held = null;
  });
  on(svg, "pointermove", end, (event) => {
    if (held?.id !== event.pointerId) return;
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!(held.moves || isOurs(x, y))) return;
    picture.move(x, y);
    hold(event, true);
  });
  for (const over of ["pointerup", "pointercancel"] as const) {
    on(svg, over, end, () => {
      held = null;
    });
  }
}
