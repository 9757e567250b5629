"""The switches of the widget: each a trait that can be turned, linked and observed; what cannot be is refused in words."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
import traitlets

import lagviz as lv
from lagviz.engine import writing
from lagviz.view.packing import unpack
from lagviz.view.switches import Switches
from tests.view.test_explorer import INPUTS, loss


@pytest.fixture
def explorer() -> Iterator[lv.Explorer]:
    yield lv.explore(loss, **INPUTS)
    lv.Explorer.close_all()


def test_every_switch_goes_to_the_page(explorer: lv.Explorer) -> None:
    own = set(Switches.class_traits())
    assert own == {"as_a", "broken", "sizes", "projector", "descent", "predict", "order", "tied"}
    assert own <= set(explorer.traits(sync=True))


def test_a_switch_changes_neither_program_nor_solution(explorer: lv.Explorer) -> None:
    before = explorer.scene_bytes, explorer.solution
    for name in ("as_a", "broken", "sizes", "projector", "descent", "predict"):
        setattr(explorer, name, True)
    assert (explorer.scene_bytes, explorer.solution) == before


def test_while_it_asks_for_prices_nothing_that_is_drawn_tells_them(explorer: lv.Explorer) -> None:
    def drawn() -> str:
        made = explorer._repr_mimebundle_()
        assert made is not None
        (image,) = re.findall(r"base64,([^\"]*)", made[0]["text/html"])
        return f"{made[0]} {base64.b64decode(image).decode()} {explorer!r} {explorer.picture()}"

    explorer.step = 16  # row w₁
    price = writing.number(float(explorer.solution["w1"]), 4)
    assert price in drawn()
    explorer.predict = True
    assert price not in drawn()
    assert "<td>w₁</td><td>0.7</td><td>?</td>" in drawn()
    explorer.predict = False
    assert price in drawn()


def test_what_is_neither_on_nor_off_is_refused(explorer: lv.Explorer) -> None:
    anything: Any = "first"
    with pytest.raises(
        traitlets.TraitError, match="'predict' trait of an Explorer instance expected a boolean, not the str"
    ):
        explorer.predict = anything
    assert explorer.predict is False


def test_an_order_is_one_of_all_rows(explorer: lv.Explorer) -> None:
    order = [3, 2, 1, 0, 4, 5, 6, 7, 8]
    explorer.order = order
    assert explorer.order == order
    with pytest.raises(TypeError, match=r"order= must name each equation with a multiplier once, by index: \[0, 1"):
        explorer.order = [1, 2]
    assert explorer.order == order
    explorer.order = []


def test_tied_inputs_are_one_knob(explorer: lv.Explorer) -> None:
    explorer.tied = ["w1", "w2"]
    assert (explorer.inputs["w1"], explorer.inputs["w2"]) == (0.7, 0.7)
    explorer.inputs = {"w2": 0.5}
    assert (explorer.inputs["w1"], explorer.inputs["w2"]) == (0.5, 0.5)
    assert explorer.tape["w1"].value == explorer.tape["w2"].value == 0.5
    explorer.tied = []
    explorer.inputs = {"w2": 1.0}
    assert explorer.inputs["w1"] == 0.5


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [
        (["w1", "nobody"], KeyError, r"no scalar input named 'nobody' to be tied. There are: x, y, w1, w2"),
        (["w1"], TypeError, "takes the names of two inputs"),
        (["w1", "w1"], TypeError, "takes the names of two inputs"),
        (["w1", "w2", "x"], TypeError, "takes the names of two inputs"),
    ],
)
def test_what_cannot_be_tied_is_refused(
    explorer: lv.Explorer, names: list[str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        explorer.tied = names
    assert explorer.tied == []


def test_controls_can_be_observed_linked_and_laid_out(explorer: lv.Explorer) -> None:
    seen: list[Any] = []
    explorer.observe(lambda change: seen.append(change["new"]), "step")
    other = lv.explore(loss, **INPUTS)
    traitlets.link((explorer, "step"), (other, "step"))
    ipywidgets.jslink((explorer, "step"), (other, "step"))
    explorer.step = 12
    assert (other.step, other.phase, seen) == (12, "solve", [12])
    box = ipywidgets.VBox([ipywidgets.HBox([explorer, other])])
    assert box.children[0].children == (explorer, other)


def test_interact_moves_the_inputs(explorer: lv.Explorer) -> None:
    def move(w1: float) -> None:
        explorer.inputs = {"w1": w1}

    control = ipywidgets.interactive(move, w1=(-2.0, 2.0, 0.1))
    control.children[0].value = 1.5
    assert explorer.inputs["w1"] == 1.5
    assert explorer.tape.result == pytest.approx(loss(1.5, 0.2, 1.5, -1.1))


def test_two_explorers_are_independent(explorer: lv.Explorer) -> None:
    other = lv.explore(loss, **INPUTS)
    explorer.inputs, explorer.broken, explorer.question = {"x": 3.0}, True, "p"
    assert (other.inputs, other.broken, other.question) == (INPUTS, False, other.tape["loss"].index)


@pytest.mark.parametrize("method", ["column_sweep", "level_schedule"])
def test_another_method_stays_at_the_same_row(explorer: lv.Explorer, method: str) -> None:
    row = explorer.tape["a"].index
    explorer.step = 14
    explorer.method = method
    header, _ = unpack(explorer.scene_bytes)
    assert header["method"] == method
    assert row in header["steps"][explorer.step - 1]["nodes"]
    assert explorer.phase == "solve"
