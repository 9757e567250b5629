"""Checkpoints: the schedule against counts by hand and by brute force, and what is really run again."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.engine.methods.binomial import evaluations, schedule


def chain(length: int) -> lv.Tape:
    def f(x, w):
        for _ in lv.loop(range(length), name="pass"):
            x = np.sin(x) * w
        return x

    return lv.record(f, 0.7, 0.9)


@pytest.mark.parametrize(
    ("length", "states", "total", "again"), [(10, 3, 15, 6), (50, 5, 122, 73), (100, 5, 316, 217), (200, 8, 580, 381)]
)
def test_counts_by_hand(length: int, states: int, total: int, again: int) -> None:
    assert evaluations(length, states) == total
    solution = chain(length).adjoint_system().solve("checkpointed", states=states)
    assert solution.cost.recomputed == 2 * again  # two equations a pass
    assert solution.cost.multiplications == chain(length).adjoint_system().solve().cost.multiplications


@cache
def best(length: int, states: int) -> float:
    """The least number of passes, by trying every place of the next state."""
    if length == 1:
        return 0
    if states == 1:
        return length * (length - 1) / 2
    return min(k + best(length - k, states - 1) + best(k, states) for k in range(1, length))


@given(st.integers(1, 40), st.integers(1, 8))
def test_the_schedule_is_the_best_there_is_and_keeps_no_more_states(length: int, states: int) -> None:
    run, kept, solved, at = 0, {0}, [], 0
    for action in schedule(length, states):
        if action.kind == "advance":
            assert action.start in kept
            run += action.end - action.start
            at = action.end
        elif action.kind == "keep":
            assert at == action.start
            kept.add(action.start)
        elif action.kind == "drop":
            kept.remove(action.start)
        else:
            assert action.start in kept or at == action.start
            solved.append(action.start)
        assert len(kept) <= states
    assert run == evaluations(length, states) == best(length, states)
    assert solved == list(range(length))[::-1]


@given(st.integers(2, 12), st.integers(1, 6))
def test_it_gives_the_same_as_with_every_value_kept(length: int, states: int) -> None:
    def f(x, W, drift):  # noqa: N803
        early = np.tanh(x)
        for k in lv.loop(range(length), name="pass"):
            x = np.tanh(W @ x) + drift[k % 2] * early
        return np.sum(x * early)

    rng = np.random.default_rng(length)
    system = lv.record(f, rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=2)).adjoint_system()
    expected, solution = system.solve(), system.solve("checkpointed", states=states)
    np.testing.assert_allclose(solution.flat, expected.flat, rtol=1e-12, atol=1e-14)
    written: dict[int, Any] = {}
    steps = list(solution.steps())
    assert len(steps) == solution.step_count
    for step in steps:
        assert step.sentence
        written |= {event.index: event.value for event in step.writes if event.what == "multiplier"}
    assert sorted(written) == system.node_indices


def test_passes_are_the_outermost_scopes_of_which_there_are_several() -> None:
    def f(x):
        with lv.scope("model"):
            for _ in lv.loop(range(3), name="layer"):
                with lv.scope("inside"):
                    x = np.sin(x)
                x = x * 0.5
        return x**2

    system = lv.record(f, 0.5).adjoint_system()
    titles = [step.title for step in system.solve("checkpointed", states=2).steps()]
    assert titles == [
        "run on to pass 2",
        "keep the state before pass 2",
        "run on to pass 3",
        "rows of pass 3",
        "rows of pass 2",
        "forget the state before pass 2",
        "rows of pass 1",
        "what came first",
    ]


def test_what_its_steps_say() -> None:
    said = [step.sentence for step in chain(3).adjoint_system().solve("checkpointed", states=2).steps()]
    assert said[0] == (
        "What is run? One pass, from the state before pass 1 to the one before pass 2. The values in between are forgotten at "
        "once."
    )
    assert said[1] == "What is kept? The state before pass 2: 2 of 2 states are kept."
    assert said[3].startswith(
        "Which rows? Pass 3 of 3 is run with all its values kept, and its rows are solved, the last first."
    )


def test_a_program_without_passes_is_refused_with_how_to_name_them() -> None:
    system = lv.record(np.sin, 0.5).adjoint_system()
    with pytest.raises(
        ValueError, match=r"it needs a chain of passes, and this program has none\. Name them: for x in lv\.loop"
    ):
        system.solve("checkpointed")


@pytest.mark.parametrize("states", [0, -1, 2.0, True, "three"])
def test_no_number_of_states_is_refused(states: Any) -> None:
    with pytest.raises(TypeError, match="Give a whole number from 1 on: how many states may be kept at once"):
        chain(3).adjoint_system().solve("checkpointed", states=states)
