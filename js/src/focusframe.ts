// Who walks through graph and matrix by keyboard has the focus on their lists, which nobody sees. What is drawn for it is framed
// instead, brought into sight, and framed again when it is drawn anew.
import { on, s } from "./dom.ts";

/** Between what is framed and its frame. */
const ROOM = 3;

export function frameFocus(root: HTMLElement, end: AbortSignal): void {
  const frame = s("rect", { class: "lv-focus-frame", rx: 6, "aria-hidden": "true" });
  let selector: string | null = null;

  const place = (): void => {
    const target = selector === null ? null : root.querySelector<SVGGraphicsElement>(`svg ${selector}`);
    const parent = target?.parentNode;
    if (!target || !parent) {
      frame.remove();
      return;
    }
    // A card with its pill, without the marks beside it.
    const { x, y, width, height } = (target.querySelector<SVGGraphicsElement>(".lv-halo") ?? target).getBBox();
    const box = { x: x - ROOM, y: y - ROOM, width: width + 2 * ROOM, height: height + 2 * ROOM };
    for (const [name, value] of Object.entries(box)) frame.setAttribute(name, String(value));
    frame.setAttribute("transform", target.getAttribute("transform") ?? "");
    // Above what is beside it, and not within it: what is not recorded yet is hidden, but can be walked to.
    if (parent.lastChild !== frame) parent.append(frame);
  };

  const redrawn = new MutationObserver(place);
  on(root, "focusin", end, (event) => {
    selector = (event.target as HTMLElement).dataset.standsFor ?? null;
    redrawn.disconnect();
    frame.remove();
    if (selector === null) return;
    place();
    frame.scrollIntoView({ block: "nearest", inline: "nearest" });
    redrawn.observe(root, { childList: true, subtree: true });
  });
  on(root, "focusout", end, () => {
    selector = null;
    redrawn.disconnect();
    frame.remove();
  });
  end.addEventListener("abort", () => redrawn.disconnect());
}
