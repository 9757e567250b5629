"""The texts for every question: the same as a scene made for it would have, each kept once."""

from __future__ import annotations

from typing import Any

import jsonschema
import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.question import asked
from lagviz.view.packing import definition, unpack
from lagviz.view.questions import MOST, questions
from lagviz.view.scene import scene
from tests.view.write_fixtures import programs

TAPES = dict(programs())


@pytest.mark.parametrize("name", ["network", "tied", "branch", "recurrent", "unread"])
def test_they_are_what_a_scene_made_for_the_question_says(name: str) -> None:
    tape = TAPES[name]
    solution = asked(tape).solve()
    made = questions(solution)
    assert made is not None
    header, _ = unpack(scene(solution, questions=made))
    jsonschema.validate(header, definition())
    for index, texts in enumerate(made["asked"]):
        if not tape.has_row(index):
            assert texts is None
            continue
        answer = tape.adjoint_system(index).solve()
        expected, _ = unpack(scene(answer))
        assert [made["steps"][at] for at in texts["steps"]] == expected["steps"]
        assert [made["conditions"][at] for at in texts["conditions"]] == expected["lagrangian"]["conditions"]
        assert texts["objective"] == expected["lagrangian"]["objective"]
        assert texts["multiplications"] == answer.cost.multiplications
    for pool in (made["steps"], made["conditions"]):
        assert len({repr(thing) for thing in pool}) == len(pool)


def long(x: Any) -> Any:
    for _ in range(MOST):
        x = x * 0.5
    return x


@pytest.mark.parametrize("tape", [TAPES["logistic"], lv.record(long, 1.0), lv.record(lambda x: x**2, np.ones(2))])
def test_arrays_and_long_programs_have_none(tape: lv.Tape) -> None:
    assert questions(asked(tape).solve()) is None


def test_operands_are_what_a_rule_is_applied_to() -> None:
    header, _ = unpack(scene(asked(lv.record(lambda x, w: (w * x - 0.5) ** 2, x=1.5, w=0.7)).solve()))
    assert [node["operands"] for node in header["nodes"]] == [[], [], ["1", "0"], ["2", "#0.5"], ["3"]]
    header, _ = unpack(scene(asked(lv.record(lambda x, w: w * np.sum(x), np.ones(3), 2.0)).solve()))
    assert [node["operands"] for node in header["nodes"]] == [None, [], None, ["1", "2"]]
