"""A person tries things: another question, another method, numbers for arrays; in a saved page, and with a kernel."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, press
from tests.view.write_fixtures import loss, tied

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}


def opened(page: Page, tape: lv.Tape, folder: Path) -> Locator:
    page.goto(lv.save_html(tape, folder / "page.html").as_uri())
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    press(widget, "Last step")
    return widget


def expected(tape: lv.Tape, output: str | None = None) -> dict[int, float]:
    return {i: float(x) for i, x in enumerate(tape.adjoint_system(output).solve().multipliers)}


def test_a_saved_page_runs_without_a_kernel(page: Page, tmp_path: Path) -> None:
    tape = lv.record(loss, **INPUTS)
    widget = opened(page, tape, tmp_path)
    field = widget.get_by_role("spinbutton", name="w₁, as a number")
    field.fill("-0.4")
    field.press("Enter")
    moved = tape.replay(w1=-0.4)
    expect(widget.locator("[data-multiplier='8']")).to_have_attribute("data-value", "1")
    assert multipliers(widget) == pytest.approx(expected(moved), rel=1e-12)
    p = tape["p"].index
    widget.locator(f"svg [data-ask='{p}']").click()
    expect(widget.locator(f"[data-multiplier='{p}']")).to_have_attribute("data-value", "1")
    assert multipliers(widget) == pytest.approx(expected(moved, "p"), rel=1e-12)


def test_overwriting_is_found_out_by_a_nudge(page: Page, tmp_path: Path) -> None:
    tape = lv.record(tied, x=1.5, y=0.2, w=0.7)
    widget = opened(page, tape, tmp_path)
    press(widget, "More")
    widget.get_by_role("switch", name="Break it: overwrite, do not add").click()
    press(widget, "Close the menu")
    w = tape["w"].index
    assert multipliers(widget)[w] == pytest.approx(0.2835, abs=5e-5)
    widget.locator(f"[data-node='{w}']").click()
    widget.get_by_role("button", name="+ε: nudge w by 0.01").click()
    expect(widget.locator(".lv-nudged")).to_contain_text("measured +0.0084, ε·λ predicts +0.0028")


@pytest.mark.filterwarnings("ignore:divide by zero|invalid value:RuntimeWarning")
def test_gradients_that_are_not_numbers_are_not_called_zero(page: Page, tmp_path: Path) -> None:
    widget = opened(page, lv.record(lambda w: np.sum(np.log(w) * w), np.array([0.0, 2.0])), tmp_path)
    expect(widget.locator(".lv-summary")).to_contain_text("has 1 of 2 numbers NaN or infinite")
    press(widget, "More")
    widget.get_by_role("switch", name="Size of λ on the nodes").click()
    press(widget, "Close the menu")
    expect(widget.locator("[data-node='0'] .lv-size")).to_contain_text("NaN")


def test_a_row_dragged_above_what_it_reads_is_called_a_name_error(page: Page, tmp_path: Path) -> None:
    widget = opened(page, lv.record(loss, **INPUTS), tmp_path)
    label = widget.locator(".lv-row-label[data-about='4']")
    box = label.bounding_box()
    top = widget.locator(".lv-row-label[data-about='0']").bounding_box()
    assert box is not None
    assert top is not None
    page.mouse.move(box["x"] + 5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(top["x"] + 5, top["y"] + 6, steps=6)
    page.mouse.up()
    expect(widget.locator(".lv-early")).to_have_count(2)
    expect(widget.get_by_role("region", name="Adjoint system")).to_contain_text("below the diagonal: a reads w₁")
    # A drag is no click, and the next click is none the less one.
    expect(widget.locator(".lv-pinned")).to_have_count(0)
    widget.locator("svg [data-ask='6']").click()
    assert multipliers(widget)[6] == 1


def choose(widget: Locator, method: str) -> None:
    widget.get_by_role("combobox", name="Method").select_option(method)


def test_a_saved_page_is_solved_by_other_methods(page: Page, tmp_path: Path) -> None:
    tape = lv.record(loss, **INPUTS)
    widget = opened(page, tape, tmp_path)
    for method in ("column_sweep", "recursive_doubling", "neumann", "back_substitution"):
        choose(widget, method)
        expect(widget.get_by_role("combobox", name="Method")).to_have_value(method)
        solve = len(list(tape.adjoint_system().solve(method).steps()))
        expect(widget).to_have_attribute("data-steps", str(6 + 3 + solve))
        expect(widget).to_have_attribute("data-step", str(6 + 3 + solve))
        assert multipliers(widget) == pytest.approx(expected(tape), rel=1e-12)
        for _ in range(solve):
            press(widget, "Previous step")
        expect(widget).to_have_attribute("data-phase", "lagrangian")
        press(widget, "Last step")
    choose(widget, "column_sweep")
    field = widget.get_by_role("spinbutton", name="w₁, as a number")
    field.fill("-0.4")
    field.press("Enter")
    expect(widget.get_by_role("alert")).to_have_text("")
    assert multipliers(widget) == pytest.approx(expected(tape.replay(w1=-0.4)), rel=1e-12)
    choose(widget, "neumann")
    expect(widget.get_by_role("alert")).to_contain_text("computed anew in a running notebook only")
    expect(widget.get_by_role("combobox", name="Method")).to_have_value("column_sweep")
    press(widget, "More")
    press(widget, "Reset")
    press(widget, "Close the menu")
    choose(widget, "neumann")
    expect(widget.get_by_role("combobox", name="Method")).to_have_value("neumann")
    expect(widget.get_by_role("alert")).to_have_text("")
    assert multipliers(widget) == pytest.approx(expected(tape), rel=1e-12)
    choose(widget, "checkpointed")
    expect(widget.get_by_role("alert")).to_contain_text("Checkpoints does not apply here: it needs a chain of passes")


def test_a_saved_page_of_arrays_is_solved_by_other_methods_too(page: Page, tmp_path: Path) -> None:
    f, inputs = lv.gallery.mlp()
    widget = opened(page, lv.record(f, **inputs), tmp_path)
    choose(widget, "vertex_elimination")
    expect(widget.locator(".lv-counter")).to_contain_text("Solve")
    expect(widget.get_by_role("combobox", name="Method")).to_have_value("vertex_elimination")
    expect(widget.get_by_role("region", name="Inputs")).to_contain_text("open this in a running notebook")


def test_a_page_saved_without_a_method_says_how_to_get_it(page: Page, tmp_path: Path) -> None:
    page.goto(lv.save_html(lv.record(loss, **INPUTS), tmp_path / "page.html", methods=["column_sweep"]).as_uri())
    widget = page.locator(".lagviz[data-step]")
    choose(widget, "neumann")
    expect(widget.get_by_role("alert")).to_have_text(
        'Neumann series is not in this page. Save it with lv.save_html(…, methods=["neumann"]), or open it in a running notebook.'
    )
    expect(widget.get_by_role("combobox", name="Method")).to_have_value("back_substitution")


def test_method_unit_and_question_are_the_kernels(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(
        jupyter_lab.root / "tries.ipynb",
        "import numpy as np, lagviz as lv\ndef f(W, x):\n    h = np.tanh(W @ x)\n    return np.sum(h * h)\n"
        "lv.explore(f, W=np.array([[0.5, -1.0], [0.25, 2.0]]), x=np.array([1.0, -0.5]), phase='solve')",
    )
    widget = jupyter_lab.show(page, "tries.ipynb")
    widget.get_by_role("combobox", name="Method").select_option("column_sweep")
    expect(widget.locator(".lv-counter")).to_contain_text("column")
    widget.get_by_role("combobox", name="Unit").select_option("scalars")
    expect(widget.locator("[data-node]")).to_have_count(17)
    expect(widget).to_have_attribute("data-phase", "solve")
    press(widget, "Last step")
    tape = lv.record(
        lambda w, x: np.sum(np.tanh(w @ x) ** 2), np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([1.0, -0.5])
    )
    prices = tape.adjoint_system().solve()["w"]
    shown = multipliers(widget)
    assert [shown[i] for i in range(4)] == pytest.approx(prices.ravel().tolist(), rel=1e-12)
    widget.locator("svg [data-ask='0']").click()
    expect(widget.locator("[data-multiplier='0']")).to_have_attribute("data-value", "1")
    expect(widget.locator("[data-multiplier='1']")).to_have_attribute("data-value", "0")
