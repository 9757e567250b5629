"""A scene can be made of every way of solving: its steps are there, and its events address what there is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.methods import METHODS
from lagviz.engine.question import asked
from lagviz.view.packing import unpack
from lagviz.view.scene import scene

_WHATS = ("matrix", "rhs", "multiplier", "value", "tangent", "term", "product")


def passes(x, w):
    for k in lv.loop(range(4), name="pass"):
        x = np.sin(w * x) + 0.1 * k
    return x * x


def network(x, W, v):  # noqa: N803
    return v @ np.tanh(W @ np.tanh(W @ x))


TAPES = {
    "passes": lv.record(passes, 0.5, 0.7),
    "network": lv.record(network, np.ones(3), np.full((3, 3), 0.2), np.arange(3.0)),
    "chain": lv.record(lambda x: np.exp(np.sin(np.cos(x))), 0.5),
}
CASES = [
    (program, name)
    for program, tape in TAPES.items()
    for name, method in METHODS.items()
    if method.refuses(asked(tape)) is None
]


@pytest.mark.parametrize(("program", "name"), CASES)
def test_a_scene_plays_every_method(program: str, name: str) -> None:
    solution = asked(TAPES[program]).solve(name)
    header, columns = unpack(scene(solution))
    steps = [step for step in header["steps"] if step["phase"] == "solve"]
    assert len(steps) == solution.step_count == len(columns["event_start"]) - 1
    assert header["method"] == name
    nodes, entries = len(header["nodes"]), len(header["entries"])
    assert ((columns["event_row"] >= 0) & (columns["event_row"] < nodes)).all()
    assert ((columns["event_column"] >= -1) & (columns["event_column"] < nodes)).all()
    for what, index, row, column in zip(
        *(columns[f"event_{part}"].tolist() for part in ("what", "index", "row", "column")), strict=True
    ):
        kind = _WHATS[what]
        if kind == "matrix" and index >= 0:
            assert index < entries
            assert (columns["entry_row"][index], columns["entry_column"][index]) == (row, column)
        elif kind in {"matrix", "product"}:
            assert index == -1
            assert column >= 0
        else:
            assert index == row


def test_a_scene_says_which_methods_do_not_apply_and_why() -> None:
    header, _ = unpack(scene(asked(TAPES["network"]).solve()))
    refusals: dict[str, Any] = {method["name"]: method["refusal"] for method in header["methods"]}
    assert list(refusals) == list(METHODS)
    assert refusals["back_substitution"] is None
    assert refusals["checkpointed"].startswith("it needs a chain of passes")


def test_the_looks_of_a_method_that_finds_only_inputs() -> None:
    solution = asked(TAPES["passes"]).solve("forward_substitution")
    header, columns = unpack(scene(solution))
    known = [not np.isnan(columns["multiplier"][start]) for start in columns["value_start"][:-1]]
    assert [node["name"] for node, there in zip(header["nodes"], known, strict=True) if there] == ["x", "w"]
