"""The keyboard alone does all of it: no test here uses a mouse, and the focus is seen, in sight and never lost."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support.focus import focused, reach, tour
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, spoken
from tests.view.write_fixtures import branch, loss, tied

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
SIZES = {"wide": (1400, 900), "cell": (700, 900), "phone": (390, 844)}


def network() -> lv.Tape:
    return lv.record(loss, **INPUTS, parameters=["w1", "w2"])


def mlp() -> lv.Tape:
    f, inputs = lv.gallery.mlp()
    return lv.record(f, **inputs, parameters=["layers"])


def opened(page: Page, tape: lv.Tape, folder: Path) -> Locator:
    page.goto(lv.save_html(tape, folder / "page.html").as_uri())
    widget = page.locator(".lagviz[data-step]")
    widget.wait_for()
    return widget


@pytest.fixture(autouse=True)
def no_mouse(page: Page) -> None:
    page.add_init_script(
        "for (const name of ['pointerdown', 'mousedown', 'touchstart'])"
        "  addEventListener(name, () => { throw new Error('a mouse was used'); }, true);"
    )


def keys(page: Page, *names: str) -> None:
    """Press keys; the focus is seen after each."""
    for name in names:
        page.keyboard.press(name)
        stop = focused(page)
        assert stop is not None, f"the focus is lost by {name}"
        assert stop.seen, f"{stop} after {name}"


def name(page: Page) -> str:
    stop = focused(page)
    return "" if stop is None else stop.name


def region(page: Page) -> str:
    stop = focused(page)
    return "" if stop is None else stop.region


@pytest.mark.parametrize("program", [network, mlp])
@pytest.mark.parametrize("size", SIZES)
def test_tab_goes_through_all_of_it_and_out_again(
    page: Page, tmp_path: Path, program: Callable[[], lv.Tape], size: str
) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    opened(page, program(), tmp_path)
    there = tour(page)
    assert [stop for stop in there if not stop.seen] == []
    assert [stop for stop in there if stop.name == ""] == []
    regions = list(dict.fromkeys(stop.region for stop in there))
    assert [one for one in regions if one not in {"This step", "Inputs"}] == [
        "header",
        "Computational graph",
        "Adjoint system",
        "Source",
        "footer",
    ]
    page.keyboard.press("Shift+Tab")
    back = tour(page, "Shift+Tab")
    # At its beginning a browser goes on to its own bar, or at the end again.
    assert [stop.name for stop in back[: len(there) - 1]] == [stop.name for stop in there[-2::-1]]


def test_the_timeline(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    reach(page, "More")
    expect(widget).to_have_attribute("data-step", "6")
    for key, step in [
        ("ArrowRight", 7),
        ("ArrowLeft", 6),
        ("Home", 0),
        ("End", 18),
        ("PageUp", 7),
        ("PageDown", 10),
        ("[", 7),
        ("]", 10),
    ]:
        keys(page, key)
        expect(widget).to_have_attribute("data-step", str(step))
    keys(page, "?")
    expect(widget.get_by_role("dialog", name="Keys")).to_be_visible()
    assert name(page) == "Close the list of keys"
    keys(page, "Escape")
    expect(widget.get_by_role("dialog")).to_be_hidden()
    assert name(page) == "More"
    speed = widget.get_by_role("combobox", name="Speed")
    keys(page, "+", "+")
    expect(speed).to_have_value("4")
    keys(page, "-", "-", "-")
    expect(speed).to_have_value("0.5")
    assert spoken(widget).strip() == "Speed ½×"
    keys(page, "=", "=", "=")
    reach(page, "Source")
    page.keyboard.press(" ")
    expect(widget).to_have_attribute("data-step", "18")  # it plays, to the end
    reach(page, "Step")
    keys(page, "ArrowLeft", "ArrowLeft", "Home", "End", "ArrowDown")
    expect(widget).to_have_attribute("data-step", "17")


def test_a_clicker_steps_a_page_that_nobody_has_touched(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    assert page.evaluate("() => document.activeElement === document.body")
    page.keyboard.press("ArrowLeft")
    expect(widget).to_have_attribute("data-step", "5")
    page.keyboard.press("PageDown")
    expect(widget).to_have_attribute("data-phase", "lagrangian")
    page.keyboard.press("End")
    expect(widget).to_have_attribute("data-step", str(widget.get_attribute("data-steps")))


def test_nodes_are_walked_pinned_and_nudged(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    reach(page, "More")
    keys(page, "End")
    reach(page, "data x")
    keys(page, *["ArrowDown"] * 4)
    assert name(page).startswith("a = w₁·x = 1.050; λ_a: 0.9066")
    keys(page, "End", "Home", "ArrowRight", "ArrowLeft", *["ArrowDown"] * 4, "Enter")
    expect(widget.locator("svg [data-node='4']")).to_have_class(re.compile("lv-pinned"))
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    reach(page, "+ε: nudge a by 0.01")
    keys(page, "Enter")
    assert spoken(widget) == "measured +0.0090, ε·λ predicts +0.0091"
    expect(widget.locator(".lv-nudged")).to_be_visible()
    keys(page, "Escape")
    expect(widget.locator(".lv-nudged")).to_be_hidden()
    keys(page, "Escape")
    expect(widget.locator(".lv-pinned")).to_have_count(0)
    assert spoken(widget) == "a freed"


def test_entries_are_walked_asked_about_and_moved(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    reach(page, "More")
    keys(page, "End")
    reach(page, "row x")
    keys(page, *["ArrowDown"] * 4, "ArrowRight", "ArrowRight")
    assert name(page) == "column h: ∂h/∂a = 0.3888"
    expect(widget.locator(".lv-entry[data-row='4'][data-col='5']")).to_have_class("lv-cell lv-entry lv-lit")
    keys(page, "Enter")
    assert spoken(widget) == "a pinned"
    keys(page, "Enter", "ArrowRight")
    assert name(page) == "λ of a: 0.9066"
    keys(page, "End", "Enter")
    assert name(page) == "e_a, row a: 1, the result that is asked about"
    assert multipliers(widget)[4] == 1
    assert spoken(widget) == "Asked about a: each λ is now a price of a."
    keys(page, "Home", *["Alt+ArrowUp"] * 4)
    assert name(page) == "row a"
    assert spoken(widget) == "row a moved; 2 below the diagonal."
    expect(widget.locator(".lv-early")).to_have_count(2)
    keys(page, *["Alt+ArrowDown"] * 4)
    expect(widget.locator(".lv-early")).to_have_count(0)


def test_blocks_and_arrays_are_opened_read_and_copied(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget = opened(page, mlp(), tmp_path)
    reach(page, "More")
    keys(page, "End")
    reach(page, "row X")
    keys(page, "ArrowRight", "ArrowRight")
    entry = name(page)
    assert entry.startswith("column")
    keys(page, "Enter")
    assert spoken(widget) == "block open in This step"
    reach(page, "Close the block")
    keys(page, "Enter")
    assert name(page) == entry
    reach(page, "Copy the value of X, as NumPy text")
    keys(page, "Enter")
    expect(page.locator(":focus")).to_have_text("copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    _, inputs = lv.gallery.mlp()
    np.testing.assert_array_equal(eval(copied, {"np": np}), inputs["X"])  # noqa: S307
    reach(page, "the value of X")
    keys(page, "ArrowRight", "ArrowDown")
    assert spoken(widget).startswith("X[1, 1] = ")
    # Where no array stands any more the focus is beside it.
    keys(page, "[")
    assert region(page) == "Adjoint system"


def test_inputs_are_moved_tied_and_reset(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    reach(page, "More")
    keys(page, "End")
    reach(page, "w₁")
    keys(page, "ArrowRight", "ArrowRight")
    slider = widget.get_by_role("slider", name="w₁", exact=True)
    moved = float(slider.input_value())
    assert moved > INPUTS["w1"]
    assert multipliers(widget)[2] == pytest.approx(network().replay(w1=moved).adjoint_system().solve()["w1"])
    assert spoken(widget).startswith("loss = ")
    reach(page, "w₁, as a number")
    page.keyboard.press("Control+a")
    page.keyboard.type("-0.4")
    keys(page, "Enter")
    assert multipliers(widget)[2] == pytest.approx(network().replay(w1=-0.4).adjoint_system().solve()["w1"])
    reach(page, "More", "Shift+Tab")
    keys(page, "Enter")
    reach(page, "Which result is asked about")
    choose(page, "p")
    assert multipliers(widget)[6] == 1
    keys(page, "End")
    expect(page.locator(":focus option:checked")).to_have_text("loss")
    reach(page, "Shuffle")
    keys(page, "Enter")
    assert "Still triangular" in spoken(widget)
    reach(page, "One input of the tied")
    keys(page, "ArrowDown", "ArrowDown", "ArrowDown")
    reach(page, "The other input of the tied")
    keys(page, "End")
    expect(widget.locator(".lv-tied")).to_have_count(2)
    reach(page, "Use: a step of descent")
    keys(page, "Space")
    assert name(page) == "Take a step"
    reach(page, "More", "Shift+Tab")
    keys(page, "Enter")
    reach(page, "Reset")
    keys(page, "Enter")
    expect(widget.locator(".lv-tied")).to_have_count(0)
    assert float(slider.input_value()) == INPUTS["w1"]


def choose(page: Page, label: str) -> None:
    """Choose in a menu by typing what is wanted, as a closed one allows."""
    page.keyboard.type(label)
    expect(page.locator(":focus option:checked")).to_have_text(label)
    stop = focused(page)
    assert stop is not None
    assert stop.seen


def test_it_is_broken_used_and_shown_to_a_room(page: Page, tmp_path: Path) -> None:
    widget = opened(page, lv.record(tied, x=1.5, y=0.2, w=0.7), tmp_path)
    reach(page, "More")
    keys(page, "End", "Enter")
    reach(page, "Break it")
    keys(page, "Space")
    expect(page.locator(":focus")).to_have_attribute("aria-checked", "true")
    assert spoken(widget) == "Broken on purpose: λ of w = 0.2835."
    keys(page, "Space")
    reach(page, "Use: a step of descent")
    keys(page, "Space")
    reach(page, "More", "Shift+Tab")
    keys(page, "Enter")
    reach(page, "Projector")
    keys(page, "Space", "Escape")
    assert name(page) == "More"
    expect(widget).to_have_class("lagviz lv-projector")
    keys(page, "PageUp", "PageUp", "PageDown")
    there = tour(page)
    assert [stop for stop in there if not stop.seen] == []
    page.keyboard.press("Shift+Tab")
    reach(page, "More", "Shift+Tab")
    keys(page, "Enter")
    reach(page, "Projector")
    keys(page, "Space", "Escape")
    reach(page, "Step size η")
    reach(page, "Take a step")
    keys(page, "Enter")
    expect(widget.get_by_role("region", name="Use")).to_contain_text("−η Σ λ² said")


def test_a_menu_gives_way_to_what_is_beneath_it(page: Page, tmp_path: Path) -> None:
    widget = opened(page, network(), tmp_path)
    reach(page, "More")
    keys(page, "Enter")
    assert name(page) == "Close the menu"
    there = [reach(page, "", most=1) for _ in range(16)]
    assert "as A" in [stop.name for stop in there]
    expect(widget.get_by_role("dialog")).to_be_hidden()


def test_a_message_gives_the_focus_back(page: Page, tmp_path: Path) -> None:
    widget = opened(page, lv.record(branch, x=1.5, w=0.7), tmp_path)
    reach(page, "x, as a number")
    page.keyboard.press("Control+a")
    page.keyboard.type("-1")
    keys(page, "Enter")
    expect(widget.get_by_role("alert")).to_contain_text("comes out otherwise")
    reach(page, "Close this message", "Shift+Tab")
    keys(page, "Enter")
    expect(widget.get_by_role("alert")).to_be_empty()


def test_method_and_unit_keep_the_focus_while_the_kernel_answers(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(
        jupyter_lab.root / "keyboard.ipynb",
        "import numpy as np, lagviz as lv\ndef f(W, x):\n    h = np.tanh(W @ x)\n    return np.sum(h * h)\n"
        "lv.explore(f, W=np.array([[0.5, -1.0], [0.25, 2.0]]), x=np.array([1.0, -0.5]), phase='solve')",
    )
    widget = jupyter_lab.show(page, "keyboard.ipynb")
    method = widget.get_by_role("combobox", name="Method")
    method.focus()
    page.keyboard.type("Col")
    expect(widget.locator(".lv-counter")).to_contain_text("column")
    expect(method).to_be_focused()
    reach(page, "Unit")
    page.keyboard.type("Sc")
    expect(widget.locator("svg [data-node]")).to_have_count(17)
    expect(widget.get_by_role("combobox", name="Unit")).to_be_focused()
    keys(page, "]", "Tab")
    assert name(page) == "More"


def chain(x: float, w: float, passes: int) -> float:
    for k in range(passes):
        x = np.tanh(w * x) if k % 2 else x + w
    return x * x


@pytest.mark.parametrize(("passes", "nodes"), [(38, 60), (198, 300)])
def test_of_a_long_program_only_what_is_near_is_in_the_page(
    page: Page, tmp_path: Path, passes: int, nodes: int
) -> None:
    tape = lv.record(lambda x, w: chain(x, w, passes), x=0.5, w=0.3)
    assert len(tape) == nodes
    widget = opened(page, tape, tmp_path)
    grid = widget.get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", str(nodes))
    expect(grid).to_have_attribute("aria-colcount", str(nodes + 3))
    rows, items = grid.get_by_role("row"), widget.get_by_role("list", name="Nodes").get_by_role("listitem")
    assert rows.count() == items.count() == min(nodes, 49 if nodes > 60 else 60)
    reach(page, "More")
    keys(page, "Tab", "Home")
    expect(page.locator("li:focus-within")).to_have_attribute("aria-posinset", "1")
    expect(page.locator("li:focus-within")).to_have_attribute("aria-setsize", str(nodes))
    keys(page, "End", "ArrowUp", "ArrowUp")
    expect(page.locator("li:focus-within")).to_have_attribute("aria-posinset", str(nodes - 2))
    keys(page, *["ArrowUp"] * 30)
    expect(page.locator("li:focus-within")).to_have_attribute("aria-posinset", str(nodes - 32))
    reach(page, "row")
    here = page.locator("[role=row]:focus-within")
    keys(page, *["ArrowUp"] * 30)
    expect(here).to_have_attribute("aria-rowindex", str(nodes - 30))
    keys(page, "End", "ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("aria-colindex", str(nodes + 2))
