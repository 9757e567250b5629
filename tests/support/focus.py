"""Where the focus of the keyboard is, and whether a person sees that it is there."""

from typing import Any, NamedTuple

from playwright.sync_api import Page

LOOK = """() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return null;
    // The lists beside the pictures are unseen: what is drawn for them is framed.
    const unseen = "standsFor" in focused.dataset;
    const shown = unseen ? document.querySelector(".lv-focus-frame") : focused;
    const words = focused.cloneNode(true);
    for (const decoration of words.querySelectorAll("[aria-hidden]")) decoration.remove();
    const name = focused.getAttribute("aria-label") ?? words.textContent;
    const place = focused.closest("dialog, section, footer, header");
    const region = place?.getAttribute("aria-label") ?? place?.localName ?? "";
    if (shown === null) return {name, region, ring: false, inside: 0, uncovered: false};
    const style = getComputedStyle(shown);
    const [line, width] = unseen
        ? [style.stroke, style.strokeWidth]
        : [style.outlineStyle, style.outlineWidth];
    const box = shown.getBoundingClientRect();
    const seen = {left: Math.max(box.left, 0), top: Math.max(box.top, 0),
                  right: Math.min(box.right, innerWidth), bottom: Math.min(box.bottom, innerHeight)};
    for (let around = shown.parentElement; around !== document.body; around = around.parentElement) {
        const {overflowX, overflowY} = getComputedStyle(around);
        if (overflowX === "visible" && overflowY === "visible") continue;
        const edge = around.getBoundingClientRect();
        seen.left = Math.max(seen.left, edge.left);
        seen.top = Math.max(seen.top, edge.top);
        seen.right = Math.min(seen.right, edge.right);
        seen.bottom = Math.min(seen.bottom, edge.bottom);
    }
    const [w, h] = [Math.max(seen.right - seen.left, 0), Math.max(seen.bottom - seen.top, 0)];
    const on = document.elementFromPoint(seen.left + w / 2, seen.top + h / 2);
    const around = unseen ? shown.closest("svg") : shown;
    return {
        name: name.trim(), region, ring: line !== "none" && parseFloat(width) >= 1.5,
        inside: (w * h) / (box.width * box.height),
        uncovered: on !== null && (around.contains(on) || on.contains(around)),
    };
}"""


class Stop(NamedTuple):
    """What has the focus: its name, the part it is in, and whether it is marked, within sight, and on top."""

    name: str
    region: str
    ring: bool
    inside: float
    uncovered: bool

    @property
    def seen(self) -> bool:
        """Whether it is marked, at least half of it in sight, and nothing lies over it."""
        return self.ring and self.inside >= 0.5 and self.uncovered


def focused(page: Page) -> Stop | None:
    """Return what has the focus, or None when it is nowhere."""
    found: dict[str, Any] | None = page.evaluate(LOOK)
    return None if found is None else Stop(**found)


def tour(page: Page, key: str = "Tab", most: int = 80) -> list[Stop]:
    """Press a key until the focus has left the page, and return where it was on the way."""
    stops: list[Stop] = []
    for _ in range(most):
        page.keyboard.press(key)
        stop = focused(page)
        if stop is None:
            return stops
        stops.append(stop)
    message = f"{key} does not lead out: {stops[-5:]}"
    raise AssertionError(message)


def reach(page: Page, name: str, key: str = "Tab", most: int = 60) -> Stop:
    """Press a key until what has this name, or begins with it, has the focus; each stop on the way is seen."""
    for _ in range(most):
        page.keyboard.press(key)
        stop = focused(page)
        assert stop is not None, f"the focus is lost on the way to {name}"
        assert stop.seen, f"{stop} on the way to {name}"
        if stop.name.startswith(name):
            return stop
    message = f"no {name} within {most} presses of {key}"
    raise AssertionError(message)
