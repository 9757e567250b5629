"""A slider goes where the program does not follow: it says so with its line, the last picture stays, the slider goes back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import kernel
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, press

PROGRAMS = {
    "raises": """
import lagviz as lv
def f(x):
    if x > 1:
        raise ValueError("too far")
    return x * x
explorer = lv.explore(f, x=1.0)
explorer
""",
    "endless": """
import lagviz as lv
def f(x):
    y = x
    while y < 1000 * x:
        y = y + 0.5 / x
        if x <= 1:
            break
    return y * x
explorer = lv.explore(f, x=1.0, max_nodes=200)
explorer
""",
}
WORDS = {
    "raises": ["ValueError: too far", 'At: raise ValueError("too far")', "(line 4)"],
    "endless": ["200", "max_nodes"],
}


def shown(page: Page, jupyter_lab: JupyterLab, name: str, program: str) -> Locator:
    write_notebook(jupyter_lab.root / f"bad-{name}.ipynb", program)
    return jupyter_lab.show(page, f"bad-{name}.ipynb")


def type_in(widget: Locator, value: str) -> None:
    field = widget.get_by_role("spinbutton", name="x, as a number")
    field.fill(value)
    field.press("Enter")


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_fails_is_said_and_the_last_good_picture_stays(page: Page, jupyter_lab: JupyterLab, name: str) -> None:
    widget = shown(page, jupyter_lab, name, PROGRAMS[name])
    press(widget, "Last step")
    before = multipliers(widget), widget.get_attribute("data-steps")
    type_in(widget, "1.5")
    for words in WORDS[name]:
        expect(widget.get_by_role("alert")).to_contain_text(words)
    field = widget.get_by_role("spinbutton", name="x, as a number")
    field.blur()
    expect(field).to_have_value("1")
    expect(widget.get_by_role("slider", name="x", exact=True)).to_have_value("1")
    assert (multipliers(widget), widget.get_attribute("data-steps")) == before
    press(widget, "Previous step")
    press(widget, "Next step")
    expect(widget).to_have_attribute("data-step", before[1] or "")
    type_in(widget, "0.5")
    expect(widget.get_by_role("alert")).to_have_text("")
    expect(widget.locator("[data-node='0'] [data-value]").first).to_have_attribute("data-value", "0.5")
    assert kernel.run(page, "print(explorer.inputs)") == "{'x': 0.5}\n"


def test_a_value_outside_the_domain_is_shown_and_named(page: Page, jupyter_lab: JupyterLab) -> None:
    program = "import numpy as np, lagviz as lv\nlv.explore(lambda x: np.log(x) * x, x=1.0, phase='solve')"
    widget = shown(page, jupyter_lab, "domain", program)
    type_in(widget, "-1")
    first = widget.locator(".lv-first-bad")
    expect(first).to_contain_text("First NaN: equation z2, line 2: lv.explore(lambda x: np.log(x) * x")
    expect(widget.get_by_role("alert")).to_have_text("")
    press(widget, "Last step")
    expect(widget.locator("[data-multiplier='0']")).to_have_attribute("data-value", "NaN")
    type_in(widget, "1")
    expect(first).to_be_hidden()
    expect(widget.locator("[data-multiplier='0']")).to_have_attribute("data-value", "1")
