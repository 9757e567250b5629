"""An explorer among other widgets: shown twice, beside others, in boxes and tabs, linked, and moved by `interact`."""

from playwright.sync_api import Locator, Page, expect

from tests.support import kernel
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import press

PROGRAM = """
import ipywidgets, lagviz as lv
def f(x, w):
    a = w * x
    return a * a
first = lv.explore(f, x=1.5, w=0.5)
second = lv.explore(f, x=1.5, w=0.5)
"""
SHOWN = """
tab = ipywidgets.Tab([ipywidgets.VBox([ipywidgets.HBox([first]), first])], titles=["one twice"])
tab
"""
BESIDE = """
steps = ipywidgets.IntSlider(max=20, description="steps")
ipywidgets.jslink((second, "step"), (steps, "value"))
seen = []
second.observe(lambda change: seen.append(change["new"]), "step")
control = ipywidgets.interactive(lambda w: setattr(second, "inputs", {"w": w}), w=(-2.0, 2.0, 0.25))
ipywidgets.VBox([steps, control, second])
"""


def expect_value(widget: Locator, node: int, value: str) -> None:
    expect(widget.locator(f"[data-node='{node}'] [data-value]").first).to_have_attribute("data-value", value)


def test_explorers_live_among_other_widgets(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(jupyter_lab.root / "beside.ipynb", PROGRAM, SHOWN, BESIDE)
    jupyter_lab.show(page, "beside.ipynb")
    widgets = page.locator(".lagviz[data-step]")
    expect(widgets).to_have_count(3)
    one, again, other = (widgets.nth(at) for at in range(3))

    # In an HBox, too, it has the room there is.
    box = one.bounding_box()
    assert box is not None
    assert box["width"] > 600

    # Two displays of one are in step, also while it plays; the other explorer stays.
    press(one, "Next step")
    for display in (one, again):
        expect(display).to_have_attribute("data-step", "4")
    press(again, "Play")
    expect(one.get_by_role("button", name="Pause")).to_be_visible()
    press(one, "Pause")
    expect(again.get_by_role("button", name="Play")).to_be_visible()
    field = again.get_by_role("spinbutton", name="w, as a number")
    field.fill("2")
    field.press("Enter")
    for display in (one, again):
        expect_value(display, 1, "2")
    expect(other).to_have_attribute("data-step", "3")
    expect_value(other, 1, "0")  # where the slider of `interactive` begins

    # Linked in the browser, observed in the kernel, moved by `interact`.
    press(other, "Last step")
    last = other.get_attribute("data-steps") or ""
    expect(page.locator(".widget-readout").first).to_have_text(last)
    assert kernel.run(page, "print(seen, steps.value, second.phase)") == f"[{last}] {last} solve\n"
    kernel.run(page, "control.children[0].value = -1.0")
    expect_value(other, 1, "-1")
    expect(other).to_have_attribute("data-step", last)
    expect_value(one, 1, "2")
    kernel.run(page, "first.step = 0; first.broken = True; second.selection = 'a'")
    for display in (one, again):
        expect(display).to_have_attribute("data-step", "0")
    expect(other.locator("[data-node='2'].lv-pinned")).to_have_count(1)
