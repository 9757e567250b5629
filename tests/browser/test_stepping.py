"""A person steps through backprop: in a saved page, and in JupyterLab, where the inputs can be moved."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support.axe import violations
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, press, steps, walk
from tests.view.write_fixtures import loss

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
EXPECTED = [0.6346, 2.1200, 1.3599, -1.6574, 0.9066, 2.3320, -2.1200, -2.1200, 1]


def solved(**inputs: float) -> dict[int, float]:
    solution = lv.record(loss, **{**INPUTS, **inputs}).adjoint_system().solve()
    return {index: float(value) for index, value in enumerate(solution.multipliers)}


@pytest.fixture
def saved(page: Page, tmp_path: Path) -> Locator:
    path = lv.save_html(lv.record(loss, **INPUTS, parameters=["w1", "w2"]), tmp_path / "network.html")
    page.goto(path.as_uri())
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    return widget


def test_a_saved_page_steps_to_every_multiplier(saved: Locator) -> None:
    assert steps(saved) == 6 + 3 + 9
    expect(saved).to_have_attribute("data-phase", "record")
    walk(saved)
    expect(saved).to_have_attribute("data-phase", "solve")
    assert multipliers(saved) == pytest.approx(solved(), rel=1e-12)
    assert [round(value, 4) for value in multipliers(saved).values()] == pytest.approx(EXPECTED)


def test_each_solve_step_adds_one_multiplier_and_says_its_row(saved: Locator) -> None:
    order = ["loss", "r", "p", "h", "a", "w₂", "w₁", "y", "x"]
    said = walk(saved)[-9:]
    for name, words in zip(order, said, strict=True):
        assert f"Who reads {name}?" in words
    press(saved, "First step")
    for known in range(9):
        saved.page.keyboard.press("End")
        for _ in range(9 - known):
            saved.page.keyboard.press("ArrowLeft")
        expect(saved).to_have_attribute("data-step", str(9 + known))
        assert len(multipliers(saved)) == known


def test_the_keyboard_reaches_every_phase(saved: Locator) -> None:
    saved.get_by_role("button", name="Next step").focus()
    for key, phase in [("PageDown", "lagrangian"), ("]", "solve"), ("[", "lagrangian"), ("PageUp", "record")]:
        saved.page.keyboard.press(key)
        expect(saved).to_have_attribute("data-phase", phase)
    saved.page.keyboard.press("Home")
    expect(saved).to_have_attribute("data-step", "0")


def test_a_saved_page_has_nothing_for_axe_to_find_in_any_phase(saved: Locator) -> None:
    for scheme in ("light", "dark"):
        saved.page.emulate_media(color_scheme=scheme)
        press(saved, "First step")
        for step in range(0, steps(saved) + 1, 6):
            expect(saved).to_have_attribute("data-step", str(step))
            assert violations(saved.page) == []
            for _ in range(min(6, steps(saved) - step)):
                press(saved, "Next step")


def test_graph_matrix_sentence_and_source_light_up_together(saved: Locator) -> None:
    for _ in range(8):  # solving row a, whose sentence speaks of h
        press(saved, "Next step")
    views = ["Computational graph", "Adjoint system", "This step", "Source"]
    for region in views:
        about = saved.get_by_role("region", name=region).locator("[data-about='5']:not([class*=band], .lv-unseen *)")
        about.first.hover()
        for other in views:
            lit = saved.get_by_role("region", name=other).locator("[data-about='5'].lv-lit")
            expect(lit.first).to_be_visible()


def test_notebook_01_from_run_all_to_a_moved_slider(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = jupyter_lab.show(page, "01-backprop-is-back-substitution.ipynb")
    widget.scroll_into_view_if_needed()
    assert steps(widget) == 6 + 3 + 9
    walk(widget)
    assert multipliers(widget) == pytest.approx(solved(), rel=1e-12)
    slider = widget.get_by_role("slider", name="w₁", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    moved = float(slider.input_value())
    assert moved > INPUTS["w1"]
    expect(widget.locator("[data-multiplier='2']")).not_to_have_attribute("data-value", str(solved()[2]))
    assert multipliers(widget) == pytest.approx(solved(w1=moved), rel=1e-12)
    expect(widget).to_have_attribute("data-step", "18")


def test_an_error_on_new_inputs_names_the_line_and_keeps_the_picture(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(
        jupyter_lab.root / "fails.ipynb",
        "import lagviz as lv\ndef f(x):\n    if x > 1:\n        raise ValueError('too far')\n    return x * x\n"
        "lv.explore(f, x=1.0)",
    )
    widget = jupyter_lab.show(page, "fails.ipynb")
    field = widget.get_by_role("spinbutton", name="x, as a number")
    field.click(click_count=3)
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    alert = widget.get_by_role("alert").filter(has_text="too far")
    expect(alert).to_contain_text("raise ValueError('too far')")
    assert widget.get_attribute("data-steps") == str(3 + 3 + 2)
