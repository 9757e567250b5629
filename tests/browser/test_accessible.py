"""Everybody can use it: axe finds nothing in any state, light, dark, in forced colours, and on a narrow screen."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support.axe import violations
from tests.support.widget import press
from tests.view.write_fixtures import loss, nonfinite

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}


def scalars() -> lv.Tape:
    return lv.record(loss, **INPUTS, parameters=["w1", "w2"])


def arrays() -> lv.Tape:
    f, inputs = lv.gallery.mlp()
    return lv.record(f, **inputs, parameters=["layers"])


def attending() -> lv.Tape:
    f, inputs = lv.gallery.attention()
    return lv.record(f, **inputs)


def endless() -> lv.Tape:
    with np.errstate(all="ignore"):
        return lv.record(nonfinite, x=1.5)


def stay(widget: Locator) -> None:
    expect(widget).to_have_attribute("data-phase", "record")


def pressing(*names: str) -> Callable[[Locator], None]:
    def do(widget: Locator) -> None:
        for name in names:
            press(widget, name)

    return do


def to_phase(name: str) -> Callable[[Locator], None]:
    def do(widget: Locator) -> None:
        widget.get_by_role("group", name="Phase").get_by_role("button", name=name).click()

    return do


def derivatives(widget: Locator) -> None:
    to_phase("Lagrangian")(widget)
    pressing("Next step", "Next step")(widget)


def nudged(widget: Locator) -> None:
    to_phase("Solve")(widget)
    widget.get_by_role("button", name="nudge loss by").click()
    expect(widget.locator(".lv-nudged")).to_contain_text("measured")


def opened(widget: Locator) -> None:
    press(widget, "Last step")
    widget.locator(".lv-cell[data-entry]").first.click()
    expect(widget.get_by_role("group", name="the block")).to_be_visible()


def key_list(widget: Locator) -> None:
    widget.page.keyboard.press("Tab")
    widget.page.keyboard.press("?")
    expect(widget.get_by_role("dialog")).to_be_visible()


def descending(widget: Locator) -> None:
    press(widget, "Last step")
    press(widget, "More")
    for name in ("Size of λ on the nodes", "Break it: overwrite, do not add", "Use: a step of descent"):
        widget.get_by_role("switch", name=name).click()
    expect(widget.get_by_role("button", name="Take a step")).to_be_focused()


def pinned_array(widget: Locator) -> None:
    press(widget, "Last step")
    widget.get_by_role("list", name="Nodes").get_by_role("button").first.press("Enter")
    expect(widget.locator(".lv-array-frame")).to_have_count(2)


def projected(widget: Locator) -> None:
    to_phase("Solve")(widget)
    press(widget, "More")
    widget.get_by_role("switch", name="Projector").click()
    press(widget, "Close the menu")


def reordered(widget: Locator) -> None:
    press(widget, "Last step")
    header = widget.get_by_role("rowheader", name="row a")
    for _ in range(4):
        header.press("Alt+ArrowUp")
    expect(widget.locator(".lv-early")).to_have_count(2)


def tied_up(widget: Locator) -> None:
    press(widget, "Last step")
    press(widget, "More")
    widget.get_by_role("combobox", name="One input of the tied").select_option("w₁")
    widget.get_by_role("combobox", name="The other input of the tied").select_option("w₂")
    press(widget, "Close the menu")
    expect(widget.get_by_role("region", name="Inputs")).to_contain_text("are one knob")


def overflowing(widget: Locator) -> None:
    field = widget.get_by_role("spinbutton", name="y, as a number")
    field.fill("1e200")
    field.press("Enter")
    expect(widget.locator(".lv-first-bad")).to_contain_text("First ∞: equation loss, line ")


STATES: dict[str, tuple[Callable[[], lv.Tape], Callable[[Locator], Any]]] = {
    "nothing recorded": (scalars, pressing("First step")),
    "record": (scalars, stay),
    "lagrangian": (scalars, to_phase("Lagrangian")),
    "its Lagrangian": (scalars, pressing("Next step", "Next step")),
    "both derivatives": (arrays, derivatives),
    "solve": (scalars, to_phase("Solve")),
    "end": (scalars, pressing("Last step")),
    "menu open": (scalars, pressing("More")),
    "keys listed": (scalars, key_list),
    "nudged": (scalars, nudged),
    "everything tried": (scalars, descending),
    "overflowing": (scalars, overflowing),
    "not finite": (endless, pressing("Last step")),
    "arrays": (arrays, pressing("Last step")),
    "block open": (arrays, opened),
    "array open": (arrays, pinned_array),
    "cannot be replayed": (attending, pressing("Last step")),
    "projector": (scalars, projected),
    "projector, arrays": (arrays, projected),
    "illegal order": (scalars, reordered),
    "tied": (scalars, tied_up),
}
THEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


def at(page: Page, tape: lv.Tape, folder: Path) -> Locator:
    page.goto(lv.save_html(tape, folder / "page.html").as_uri())
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    return widget


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, tmp_path: Path, state: str) -> None:
    make, do = STATES[state]
    widget = at(page, make(), tmp_path)
    do(widget)
    found = {}
    for theme, media in THEMES.items():
        page.emulate_media(**media)
        expect(widget).to_have_attribute("data-theme", "light" if theme == "light" else "dark")
        found[theme] = violations(page)
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": 320, "height": 800})
    found["narrow"] = violations(page)
    assert {theme: wrong for theme, wrong in found.items() if wrong} == {}


def another_version(text: str) -> str:
    """Return a page whose scene says that it was made by the version after this one."""
    found = re.search(r'id="lagviz-scene"[^>]*>([^<]*)<', text)
    assert found is not None
    scene = base64.b64decode(found[1])
    assert scene.count(b'"version":1') == 1
    return text.replace(found[1], base64.b64encode(scene.replace(b'"version":1', b'"version":9')).decode())


def damaged(text: str) -> str:
    return re.sub(r'(id="lagviz-scene"[^>]*>)[^<]{400}', r"\1", text)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damaged, "cannot be read"),
        (another_version, "another version of lagviz"),
    ],
    ids=["damaged", "of another version"],
)
def test_axe_finds_nothing_in_a_page_that_is(
    page: Page, tmp_path: Path, damage: Callable[[str], str], words: str
) -> None:
    path = lv.save_html(scalars(), tmp_path / "page.html")
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    page.goto(path.as_uri())
    expect(page.get_by_role("alert")).to_contain_text(words)
    for media in THEMES.values():
        page.emulate_media(**media)
        assert violations(page) == []


def test_on_paper_the_whole_graph_is_there(page: Page, tmp_path: Path) -> None:
    widget = at(page, arrays(), tmp_path)
    expect(widget.locator(".lv-graph-view")).to_have_class("lv-graph-view lv-moves")
    page.set_viewport_size({"width": 1000, "height": 900})
    page.emulate_media(media="print")
    page.wait_for_function(
        "() => {"
        "  const view = document.querySelector('.lv-graph-view').getBoundingClientRect();"
        "  return [...document.querySelectorAll('svg .lv-card .lv-outline')].every(card => {"
        "    const {top, bottom} = card.getBoundingClientRect();"
        "    return top >= view.top && bottom <= view.bottom;"
        "  });"
        "}"
    )
