"""A class is given a page that asks first: it is answered by keyboard alone, in a saved page without a kernel."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support import axe
from tests.support.widget import multipliers, press, spoken
from tests.view.write_fixtures import tied


def asking(page: Page, folder: Path) -> Locator:
    explorer = lv.explore(tied, x=1.5, y=0.2, w=0.7)
    explorer.predict = True
    page.goto(explorer.to_html(folder / "page.html").as_uri())
    explorer.close()
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    press(widget, "Last step")
    press(widget, "Previous step")
    return widget


def test_the_tied_weight_is_answered_by_keyboard(page: Page, tmp_path: Path) -> None:
    widget = asking(page, tmp_path)
    while "row w" not in widget.locator(".lv-counter").inner_text():
        press(widget, "Previous step")
    tape = lv.record(tied, x=1.5, y=0.2, w=0.7)
    w, right = tape["w"].index, float(tape.adjoint_system().solve()["w"])
    assert w not in multipliers(widget)
    assert str(right)[:6] not in widget.inner_html()
    field = widget.get_by_role("textbox", name="λ of w")
    field.focus()
    page.keyboard.type("0.2835")
    page.keyboard.press("Enter")
    expect(widget.get_by_role("status")).to_have_text("That is only what comes through a. p reads w, too.")
    assert axe.violations(page) == []
    page.keyboard.type("1.5*0.189 + 0.7818*0.6945")
    page.keyboard.press("Enter")
    expect(widget.locator(f"[data-multiplier='{w}']")).to_have_attribute("data-value", str(right))
    assert spoken(widget).startswith("Right. ")
    expect(widget.get_by_role("button", name="Next step")).to_be_focused()
    assert axe.violations(page) == []
    page.keyboard.press("Enter")
    expect(widget.get_by_role("textbox", name="λ of y")).to_be_focused()
