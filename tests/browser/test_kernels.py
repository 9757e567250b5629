"""What can happen to a kernel: the widget says so, steps on, and computes what it can; no error is logged."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support import kernel
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, press
from tests.view.write_fixtures import loss

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
PROGRAM = """
import numpy as np, lagviz as lv
def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r ** 2
explorer = lv.explore(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1, phase="solve")
explorer
"""
ARRAYS = """
import numpy as np, lagviz as lv
lv.explore(lambda W, c: np.sum(np.tanh(c * W)), W=np.array([0.5, -1.0]), c=2.0, phase="solve")
"""
#: Above 2 it waits for a file.
SLOW = """
import pathlib, time, numpy as np, lagviz as lv
def f(x):
    if x > 2:
        print("waiting")
        while not pathlib.Path({file!r}).exists():
            time.sleep(0.01)
    return np.tanh(x) * x
"""
EXPLORED = """
asked = []
explorer = lv.explore(f, x=1.0)
explorer.on_msg(lambda widget, content, buffers: asked.append(content["inputs"]["x"]))
explorer
"""


def shown(page: Page, jupyter_lab: JupyterLab, name: str, *cells: str) -> Locator:
    write_notebook(jupyter_lab.root / f"{name}.ipynb", *cells)
    return jupyter_lab.show(page, f"{name}.ipynb")


def type_in(widget: Locator, name: str, value: str) -> None:
    field = widget.get_by_role("spinbutton", name=f"{name}, as a number")
    field.fill(value)
    field.press("Enter")


def expect_steps(widget: Locator) -> None:
    """It steps, to the end and back."""
    press(widget, "First step")
    expect(widget).to_have_attribute("data-step", "0")
    for step in (1, 2, 3):
        press(widget, "Next step")
        expect(widget).to_have_attribute("data-step", str(step))
    press(widget, "Last step")
    expect(widget).to_have_attribute("data-step", widget.get_attribute("data-steps") or "")


@pytest.mark.parametrize(
    "happens", [kernel.restart, kernel.kill, kernel.shut_down], ids=["restart", "kill", "shut down"]
)
def test_a_kernel_that_is_gone_is_missed_by_nothing_that_the_page_can_do(
    page: Page, jupyter_lab: JupyterLab, happens: Callable[[Page], None]
) -> None:
    widget = shown(page, jupyter_lab, f"gone-{happens.__name__}", PROGRAM)
    happens(page)
    expect_steps(widget)
    expect(widget.get_by_role("alert")).to_have_text("")
    type_in(widget, "w₁", "-0.4")
    expect(widget.get_by_role("alert")).to_have_text(
        "The kernel that made this is gone; the page computed this itself."
    )
    expected = lv.record(loss, **{**INPUTS, "w1": -0.4}).adjoint_system().solve().multipliers
    assert multipliers(widget) == pytest.approx({i: float(x) for i, x in enumerate(expected)}, rel=1e-12)
    expect_steps(widget)
    widget.get_by_role("combobox", name="Method").select_option("column_sweep")
    expect(widget.get_by_role("alert")).to_have_text(
        "The kernel that made this is gone; stepping still works. Run its cell again for this."
    )
    expect(widget.get_by_role("combobox", name="Method")).to_have_value("back_substitution")
    press(widget, "Close this message")
    expect_steps(widget)


def test_arrays_need_the_kernel_that_is_gone_and_say_so(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "gone-arrays", ARRAYS)
    kernel.restart(page)
    before = multipliers(widget)
    type_in(widget, "c", "1")
    expect(widget.get_by_role("alert")).to_contain_text("The kernel that made this is gone; stepping still works.")
    assert multipliers(widget) == before
    widget.get_by_role("spinbutton", name="c, as a number").blur()
    expect(widget.get_by_role("spinbutton", name="c, as a number")).to_have_value("2")
    expect_steps(widget)
    jupyter_lab.run_all(page)
    again = page.locator(".lagviz[data-step]")
    expect(again).to_have_count(1)
    type_in(again, "c", "1")
    expect(again.locator("[data-multiplier]").first).to_be_visible()
    expect(again.get_by_role("alert")).to_have_text("")


def test_a_first_recording_that_is_interrupted_leaves_nothing_behind(page: Page, jupyter_lab: JupyterLab) -> None:
    program = SLOW.format(file="never")
    write_notebook(jupyter_lab.root / "interrupted.ipynb", f"{program}lv.explore(f, x=3.0)", "lv.explore(f, x=1.0)")
    jupyter_lab.open(page, "interrupted.ipynb")
    run_cell = "globalThis.jupyterapp.commands.execute('notebook:run-cell-and-select-next')"
    page.evaluate(f"() => {{ {run_cell}; }}")
    expect(page.locator(".jp-OutputArea-output").first).to_contain_text("waiting")
    kernel.interrupt(page)
    expect(page.locator(".jp-OutputArea-output").nth(1)).to_contain_text("KeyboardInterrupt")
    page.evaluate(f"() => {run_cell}")
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    expect(widget.get_by_role("alert")).to_have_text("")
    expect_steps(widget)
    assert kernel.run(page, "import gc; print(gc.isenabled(), lv.grad(lambda x: x * x)(3.0))") == "True 6.0\n"


def test_a_slider_whose_recording_is_interrupted_can_go_back(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "interrupted-slider", SLOW.format(file="never") + EXPLORED)
    kernel.answer_in_main_thread(page)
    kernel.listen(page)
    before = multipliers(widget)
    type_in(widget, "x", "3")
    type_in(widget, "x", "4")
    kernel.wait_to_hear(page, "waiting")
    kernel.interrupt(page)
    expect(widget.get_by_role("alert")).to_have_text("The recording was interrupted; what is shown is the last one.")
    field = widget.get_by_role("spinbutton", name="x, as a number")
    field.blur()
    expect(field).to_have_value("1")
    assert multipliers(widget) == before
    expect_steps(widget)
    type_in(widget, "x", "1.5")
    expect(widget.get_by_role("alert")).to_have_text("")
    expect(widget.locator("[data-node='0'] [data-value]").first).to_have_attribute("data-value", "1.5")
    # Whoever else listens does not hear of what was interrupted.
    assert kernel.run(page, "print(asked, explorer.inputs)") == "[1.5] {'x': 1.5}\n"


def test_a_slow_recording_is_waited_for_and_the_last_value_wins(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "slow", SLOW.format(file="go") + EXPLORED)
    for value in ("3", "3.5", "4"):
        type_in(widget, "x", value)
    expect_steps(widget)
    # It would go another way, which only the kernel can; that is said once the kernel takes long.
    expect(widget.get_by_role("alert")).to_contain_text("comes out otherwise")
    type_in(widget, "x", "5")
    expect_steps(widget)
    (jupyter_lab.root / "go").touch()
    expect(widget.locator("[data-node='0'] [data-value]").first).to_have_attribute("data-value", "5")
    expect(widget.get_by_role("alert")).to_have_text("")
    assert kernel.run(page, "print(asked, explorer.inputs)") == "[3, 5] {'x': 5.0}\n"


def test_a_widget_that_was_closed_goes_and_the_others_stay(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "closed", PROGRAM, "lv.explore(loss, x=1.0, y=0.2, w1=0.5, w2=1.0)")
    expect(page.locator(".lagviz[data-step]")).to_have_count(2)
    kernel.run(page, "explorer.close()")
    expect(page.locator(".lagviz[data-step]")).to_have_count(1)
    assert kernel.run(page, "explorer.next(); explorer.inputs = {'x': 2.0}; print(explorer.step)") == "11\n"
    expect_steps(widget)
    type_in(widget, "w₁", "0.25")
    expect(widget.locator("[data-multiplier='8']")).to_have_attribute("data-value", "1")
    expect(widget.get_by_role("alert")).to_have_text("")
