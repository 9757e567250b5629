"""Fingers do what a mouse does, on a phone: nothing needs pointing without touching, and what is around scrolls on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import lagviz as lv
from tests.support.widget import multipliers, press
from tests.view.write_fixtures import loss

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
LEAST_TARGET = 24
"""Sides of the square that WCAG 2.2 (2.5.8) wants around the middle of what is tapped."""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
        service_workers="block",
    )
    yield context
    context.close()


def network() -> lv.Tape:
    return lv.record(loss, **INPUTS, parameters=["w1", "w2"])


def attention() -> lv.Tape:
    f, inputs = lv.gallery.attention()
    return lv.record(f, **inputs)


def opened(page: Page, tape: lv.Tape, folder: Path) -> Locator:
    page.goto(lv.save_html(tape, folder / "page.html").as_uri())
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    return widget


def swipe(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Move a finger over the screen."""
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, share: float | None) -> None:
        points = [] if share is None else [{"x": start[0] + share * by[0], "y": start[1] + share * by[1]}]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for k in range(1, 11):
        touch("touchMove", k / 10)
    touch("touchEnd", None)
    devtools.detach()


def middle(element: Locator) -> tuple[float, float]:
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_tap_pins_and_a_tap_beside_it_or_again_frees(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    card = widget.locator("svg [data-node='4']")
    pinned = widget.locator(".lv-card.lv-pinned")
    for free in ("again", "beside"):
        card.locator(".lv-number-text").first.tap()
        expect(pinned).to_have_attribute("data-node", "4")
        if free == "again":
            card.locator(".lv-number-text").first.tap()
        else:
            picture = widget.locator(".lv-graph-view").bounding_box()
            assert picture is not None
            page.touchscreen.tap(picture["x"] + 6, picture["y"] + picture["height"] / 2)
        expect(pinned).to_have_count(0)


def test_a_nudge_a_question_and_a_slider(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    press(widget, "Last step")
    widget.locator("svg [data-node='4'] .lv-number-text").first.tap()
    widget.get_by_role("button", name="+ε: nudge a by 0.01").tap()
    expect(widget.locator(".lv-nudged")).to_contain_text("measured +0.0090")
    widget.locator("svg [data-ask='6']").tap()
    assert multipliers(widget)[6] == 1
    slider = widget.get_by_role("slider", name="w₁", exact=True)
    at = middle(slider)
    swipe(page, at, (60, 0))
    assert float(slider.input_value()) > INPUTS["w1"]


def test_a_finger_on_the_scrubber_steps(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    bar = widget.get_by_role("slider", name="Step").bounding_box()
    assert bar is not None
    y = bar["y"] + 12
    page.touchscreen.tap(bar["x"] + bar["width"] - 4, y)
    expect(widget).to_have_attribute("data-step", "18")
    swipe(page, (bar["x"] + bar["width"] - 4, y), (-bar["width"] + 8, 0))
    expect(widget).to_have_attribute("data-step", "1")


def moved(widget: Locator, by: tuple[float, float]) -> bool:
    """Swipe over the graph, and return whether that moved it."""
    picture = widget.locator(".lv-graph-picture > g")
    before = picture.get_attribute("transform")
    swipe(widget.page, middle(widget.locator(".lv-graph-view")), by)
    return picture.get_attribute("transform") != before


def test_a_finger_moves_the_graph_and_at_its_end_scrolls_what_is_around(page: Page, tmp_path: Path) -> None:
    f, inputs = lv.gallery.inception_block()
    widget = opened(page, lv.record(f, **inputs), tmp_path)
    expect(widget.locator(".lv-graph-view")).to_have_class("lv-graph-view lv-moves")
    assert moved(widget, (150, 0))
    assert moved(widget, (0, 300))  # to the top
    body = widget.locator(".lv-body")
    middle(widget.locator(".lv-graph-view"))
    scrolled = body.evaluate("one => one.scrollTop")
    assert scrolled > 100
    assert not moved(widget, (0, 200))
    page.wait_for_function("([one, from]) => one.scrollTop < from - 40", arg=[body.element_handle(), scrolled])


def test_numbers_of_an_array_are_said_when_they_are_touched(page: Page, tmp_path: Path) -> None:
    widget = opened(page, attention(), tmp_path)
    widget.locator("svg .lv-card[data-node='14']").tap()
    widget.locator(".lv-array-frame").first.tap()
    expect(widget.locator(".lv-array-said")).to_contain_text(" = ")


TOO_SMALL = """(least) => {
    const wrong = [];
    const names = "button, select, input, [role=slider], [role=switch]";
    for (const one of document.querySelectorAll(`.lagviz :is(${names})`)) {
        if (one.closest(".lv-unseen") !== null || !one.checkVisibility()) continue;
        one.scrollIntoView({block: "center", inline: "center"});
        const {left, top, width, height} = one.getBoundingClientRect();
        const [x, y, r] = [left + width / 2, top + height / 2, least / 2 - 1];
        const found = [[0, 0], [-r, 0], [r, 0], [0, -r], [0, r]].map(([dx, dy]) => {
            const there = document.elementFromPoint(x + dx, y + dy);
            return there !== null && (one.contains(there) || there.closest("label")?.contains(one));
        });
        if (!found.every(Boolean)) wrong.push(`${one.getAttribute("aria-label") ?? one.textContent}: ${width}×${height}`);
    }
    return wrong;
}"""


@pytest.mark.parametrize("program", [network, attention])
def test_everything_that_is_tapped_is_large_enough(page: Page, tmp_path: Path, program: Callable[[], lv.Tape]) -> None:
    widget = opened(page, program(), tmp_path)
    assert page.evaluate(TOO_SMALL, LEAST_TARGET) == []
    press(widget, "Last step")
    widget.get_by_role("list", name="Nodes").get_by_role("button").first.press("Enter")
    assert page.evaluate(TOO_SMALL, LEAST_TARGET) == []
    press(widget, "More")
    assert page.evaluate(TOO_SMALL.replace(".lagviz :is", ".lagviz dialog :is"), LEAST_TARGET) == []
