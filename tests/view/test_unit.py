"""Arrays or scalars as the unit: the same program, the same λ, and inputs that can be moved number by number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import traitlets

import lagviz as lv
from lagviz.view.packing import unpack
from lagviz.view.unit import gathered, in_unit


def layer(W, x, b):  # noqa: N803
    h = np.tanh(W @ x + b)
    return np.sum(h * h)


W, X = np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([1.0, -0.5])


@pytest.fixture
def explorer() -> Iterator[lv.Explorer]:
    yield lv.explore(layer, W=W, x=X, b=0.1)
    lv.Explorer.close_all()


def header(explorer: lv.Explorer) -> dict[str, Any]:
    return unpack(explorer.scene_bytes)[0]


def test_the_numbers_have_the_lambdas_of_the_arrays(explorer: lv.Explorer) -> None:
    whole = explorer.solution
    explorer.unit = "scalars"
    assert header(explorer)["unit"] == "scalars"
    assert all(node["shape"] == [] for node in header(explorer)["nodes"])
    for at in np.ndindex(2, 2):
        assert explorer.solution[f"W[{at[0]},{at[1]}]"] == pytest.approx(whole["W"][at], rel=1e-12)
    explorer.unit = "arrays"
    assert header(explorer)["unit"] == "arrays"
    np.testing.assert_array_equal(explorer.solution["W"], whole["W"])


def test_one_number_of_an_array_is_moved_and_stays_moved(explorer: lv.Explorer) -> None:
    explorer.unit = "scalars"
    explorer.inputs = {"W[0,1]": 3.0}
    assert (explorer.inputs["W[0,1]"], explorer.inputs["b"]) == (3.0, 0.1)
    moved = W.copy()
    moved[0, 1] = 3.0
    assert explorer.tape.result == pytest.approx(layer(moved, X, 0.1), rel=1e-14)
    explorer.unit = "arrays"
    np.testing.assert_array_equal(explorer.tape["W"].value, moved)
    np.testing.assert_array_equal(W, [[0.5, -1.0], [0.25, 2.0]])  # the caller's own is left alone


def test_the_phase_is_kept_and_the_end_of_recording_stays_one(explorer: lv.Explorer) -> None:
    explorer.unit = "scalars"
    steps = [step["phase"] for step in header(explorer)["steps"]]
    assert explorer.step == steps.count("record")
    explorer.phase = "solve"
    explorer.unit = "arrays"
    assert explorer.phase == "solve"


def test_what_is_asked_about_is_asked_in_numbers_too(explorer: lv.Explorer) -> None:
    explorer.question = "h"
    explorer.unit = "scalars"
    assert explorer.question == explorer.tape["h[0]"].index
    explorer.question = "h[1]"
    explorer.inputs = {"b": 0.2}
    assert explorer.solution["h[1]"] == 1.0
    explorer.unit = "arrays"
    assert explorer.question == explorer.tape.output.index  # no equation of arrays is one number of h
    asked = lv.explore(layer, W=W, x=X, b=0.1, output=("h", 1), unit="scalars")
    assert asked.solution["h[1]"] == 1.0
    asked.unit = "arrays"
    np.testing.assert_array_equal(asked.solution["h"], [0.0, 1.0])


def test_a_place_in_the_sequence_of_arrays_is_none_in_that_of_numbers() -> None:
    explorer = lv.explore(lambda x: np.sum(np.sin(2 * x) ** 2), X, output=2)
    assert (explorer.question, explorer.tape[2].name) == (2, "z3")
    explorer.unit = "scalars"
    assert explorer.question == explorer.tape.output.index


def test_a_misspelt_result_is_refused_in_numbers_too() -> None:
    with pytest.raises(KeyError, match=r"No equation is named 'g'\. There are: "):
        lv.explore(layer, W=W, x=X, b=0.1, output="g", unit="scalars")


def test_an_order_and_ties_of_numbers_are_given_up_with_them(explorer: lv.Explorer) -> None:
    explorer.unit = "scalars"
    explorer.tied = ["W[0,0]", "W[1,1]"]
    explorer.order = list(reversed(range(len(explorer.tape))))
    explorer.unit = "arrays"
    assert (explorer.tied, explorer.order) == ([], [])


def test_a_branch_that_flips_in_numbers_is_recorded_anew() -> None:
    explorer = lv.explore(lambda x: x[0] * x[1] if x[0] > 0 else x[1] * 2, np.array([1.0, 3.0]), unit="scalars")
    explorer.inputs = {"x[0]": -1.0}
    assert explorer.tape.result == 6.0
    assert header(explorer)["notes"][0]["text"].startswith("A branch flipped")


def test_what_is_too_large_is_refused_and_nothing_changes() -> None:
    explorer = lv.explore(lambda x: np.sum(x * x), np.ones(5000))
    before = explorer.scene_bytes
    with pytest.raises(lv.LagvizError, match="Taken apart this tape would be about"):
        explorer.unit = "scalars"
    assert (explorer.unit, explorer.scene_bytes) == ("arrays", before)


def test_numbers_alone_leave_no_choice() -> None:
    explorer = lv.explore(lambda x: x * x, 2.0)
    assert header(explorer)["unit"] is None
    assert in_unit(explorer.tape, "scalars") is explorer.tape


def test_no_other_unit_is_there(explorer: lv.Explorer) -> None:
    with pytest.raises(traitlets.TraitError):
        explorer.unit = "vectors"
    with pytest.raises(KeyError, match=r"There is no unit 'vectors'. There are: arrays, scalars"):
        lv.explore(layer, W=W, x=X, b=0.1, unit="vectors")


def test_elements_are_gathered_into_new_arrays() -> None:
    tape = lv.record(layer, W=W, x=X, b=0.1)
    inputs = gathered(tape, {"W[1,0]": 7.0, "b": 2.0})
    assert inputs.keys() == {"W", "b"}
    np.testing.assert_array_equal(inputs["W"], [[0.5, -1.0], [7.0, 2.0]])
    assert inputs["b"] == 2.0


def test_indices_for_names_are_on_screen_only(explorer: lv.Explorer) -> None:
    before = header(explorer)
    explorer.indices = True
    nodes = header(explorer)["nodes"]
    assert [node["label"] for node in nodes] == ["z₁", "z₂", "z₃", "z₄", "z₅", "z₆", "z₇", "z₈"]
    assert nodes[5]["plain_equation"] == "z₆ = tanh(z₅)"
    assert header(explorer)["steps"][-1]["title"] == "row z₁"
    assert explorer.solution["W"].shape == (2, 2)
    explorer.inputs = {"b": 0.3}
    explorer.question = "h"
    assert header(explorer)["nodes"][0]["label"] == "z₁"
    explorer.indices = False
    assert header(explorer)["nodes"][0]["label"] == before["nodes"][0]["label"] == "W"
