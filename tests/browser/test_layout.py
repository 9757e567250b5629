"""Where things are: a student finds graph, system, sentence, source and sliders without hunting for them."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.jupyter import JupyterLab
from tests.support.widget import press

NOTEBOOK = "01-backprop-is-back-substitution.ipynb"
REGIONS = ["Computational graph", "Adjoint system", "This step", "Source", "Inputs"]
HEIGHT = 1000

# What of a region the widget's body cuts off, in pixels, and what the region itself hides behind a scroll bar.
HIDDEN = """region => {
    const [inner, outer] = [region, region.closest(".lv-body")].map(el => el.getBoundingClientRect());
    const cut = Math.max(outer.top - inner.top, inner.bottom - outer.bottom, 0);
    return Math.max(cut, region.scrollHeight - region.clientHeight);
}"""


def widen(page: Page, widget: Locator, width: int) -> None:
    """Give the widget a width, as a window of another size would."""
    window = page.viewport_size
    box = widget.bounding_box()
    assert window is not None
    assert box is not None
    page.set_viewport_size({"width": round(window["width"] + width - box["width"]), "height": HEIGHT})
    page.wait_for_function(
        "([element, width]) => Math.abs(element.clientWidth - width) < 3", arg=[widget.element_handle(), width]
    )
    settle(page)


def settle(page: Page) -> None:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def hidden(widget: Locator) -> dict[str, int]:
    """Return what is out of sight, by region; a pixel or two are rounding."""
    cut = {name: widget.get_by_role("region", name=name, exact=True).evaluate(HIDDEN) for name in REGIONS}
    return {name: round(pixels) for name, pixels in cut.items() if pixels > 2}


@pytest.fixture
def widget(page: Page, jupyter_lab: JupyterLab) -> Locator:
    return jupyter_lab.show(page, NOTEBOOK)


def test_all_of_the_example_is_in_sight_in_a_notebook(page: Page, widget: Locator) -> None:
    record = widget.get_by_role("group", name="Phase").get_by_role("button", name="Record")
    for width in (1400, 1168, 1008, 900):
        widen(page, widget, width)
        record.click()
        for _ in range(6 - int(widget.get_attribute("data-step") or "")):
            press(widget, "Next step")
        for step in range(6, 19):
            expect(widget).to_have_attribute("data-step", str(step))
            if step not in (8, 9):  # where the Lagrangian moves within its panel
                assert hidden(widget) == {}, f"at {width} px, step {step}"
            if step < 18:
                press(widget, "Next step")


def test_a_widget_gives_its_output_no_scroll_bar(widget: Locator) -> None:
    beyond = "el => { const out = el.closest('.jp-OutputArea-output'); return out.scrollHeight - out.clientHeight; }"
    assert widget.evaluate(beyond) == 0


def test_what_to_do_next_is_in_sight_however_narrow(page: Page, widget: Locator) -> None:
    for width in (1168, 700, 420):
        widen(page, widget, width)
        widget.evaluate("element => element.scrollIntoView()")
        for name in ("Next step", "Previous step", "Play"):
            expect(widget.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_graph_and_system_stay_where_they_are_while_solving(page: Page, widget: Locator) -> None:
    widen(page, widget, 1168)
    tabs = widget.get_by_role("group", name="Phase")
    tabs.get_by_role("button", name="Solve").click()
    places = set()
    for step in range(10, 18):
        expect(widget).to_have_attribute("data-step", str(step))
        places.add(
            widget.evaluate(
                """root => JSON.stringify([".lv-graph-view", ".lv-matrix"].map(part => {
                    const { x, y } = root.querySelector(part).getBoundingClientRect();
                    const frame = root.getBoundingClientRect();
                    return [x - frame.x, y - frame.y].map(Math.round);
                }).concat([root.querySelector(".lv-graph-picture > g").getAttribute("transform")]))"""
            )
        )
        press(widget, "Next step")
    assert len(places) == 1


# What a step of Solve is about.
ESSENTIAL = {
    "row": ".lv-active-row .lv-row-band",
    "card": '.lv-card[data-state="active"] .lv-outline',
    "names of columns": ".lv-matrix-names",
    "sentence": ".lv-step-body .lv-words",
}


def out_of_sight(page: Page, widget: Locator) -> list[str]:
    """Return what of a step is not seen whole: of the panels, and of the window."""
    settle(page)
    window = page.viewport_size
    assert window is not None
    # What is drawn is cut by its panel, the panel by the notebook; the last of them is above the status bar.
    seen = """part => {
        let { x, y, right, bottom } = part.getBoundingClientRect();
        const inside = ({ x: l, y: t, right: r, bottom: b }) => x > l - 2 && y > t - 2 && right < r + 2 && bottom < b + 2;
        for (let at = part.parentElement; at !== null; at = at.parentElement) {
            if (at instanceof HTMLElement && getComputedStyle(at).overflowY !== "visible"
                && at.clientHeight > 1 && !inside(at.getBoundingClientRect())) return false;
        }
        return true;
    }"""
    parts = {name: widget.locator(selector) for name, selector in ESSENTIAL.items()}
    parts["Next"] = widget.get_by_role("button", name="Next step")
    return [name for name, part in parts.items() if not part.evaluate(seen)]


def through_solve(page: Page, widget: Locator) -> None:
    """Step through Solve; what each step is about must be in sight without scrolling."""
    widget.get_by_role("group", name="Phase").get_by_role("button", name="Solve").click()
    widget.evaluate("element => element.scrollIntoView()")
    for step in range(10, 19):
        expect(widget).to_have_attribute("data-step", str(step))
        assert out_of_sight(page, widget) == [], f"step {step}"
        if step < 18:
            press(widget, "Next step")


def test_on_a_laptop_what_a_step_is_about_is_in_sight(page: Page, widget: Locator) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    through_solve(page, widget)


def test_on_a_projector_all_of_it_is_in_the_notebook_s_window(page: Page, widget: Locator) -> None:
    press(widget, "More")
    widget.get_by_role("switch", name="Projector").click()
    page.keyboard.press("Escape")
    through_solve(page, widget)
