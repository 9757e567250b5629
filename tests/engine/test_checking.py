"""check_grad: right derivatives pass, wrong ones are named, and what differences cannot tell is explained."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import lagviz as lv
from tests.support.programs import Program, programs

X = np.array([0.3, -1.2, 0.7])


@given(programs(most=6))
@settings(max_examples=30)
def test_random_programs_pass(program: Program) -> None:
    lv.check_grad(program, *program.inputs)


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda x, p: {"y": p["W"] @ x + p["b"][0], "s": [np.sum(x)]}, (X, {"W": np.eye(3), "b": (0.1,)})),
        (lambda x, n: x**n, (2.0, 3)),  # a whole number is a setting
        (lambda x, name: x * len(name), (2.0, "abc")),
        (lambda x: np.sum(x * np.arange(3)), (X.astype(np.float32),)),  # in double precision
        (lambda x: np.sin(1e4 * x), (0.3,)),  # a long step would miss what happens in between
        (lambda x: np.exp(30 * x), (0.9,)),
        (lambda x: 1e8 + np.sin(x), (0.3,)),  # rounding hides most digits, and no more is asked
        (lambda x: x**3, (0.0,)),
        (np.abs, (0.0,)),  # 0 by convention, and by a central difference
        (lambda x: x * X, (2.0,)),
        (lambda _: 2.0, (1.0,)),
        (lambda x: x[:0], (X,)),
    ],
)
def test_what_is_right_passes(f: Any, args: Any) -> None:
    lv.check_grad(f, *args)


def scaled(factor: float) -> Any:
    """np.sin with a rule that is wrong in the last element."""
    return lv.primitive(np.sin, vjp=lambda g, _z, x: g * np.cos(x) * np.array([1.0, 1.0, factor]))


def test_the_worst_entry_is_named_with_its_place() -> None:
    def f(p: Any) -> Any:
        return {"y": scaled(1.1)(p["w"])}

    with pytest.raises(
        AssertionError,
        match=r"^∂f\['y'\]\[2\]/∂p\['w'\]\[2\] at p\['w'\]\[2\] = 0.7 is 0.8413 by lagviz, swept back from the result, but "
        r"0.7648 by differences of f\. If a rule of your own",
    ) as caught:
        lv.check_grad(f, {"w": X})
    assert isinstance(caught.value, lv.LagvizError)


def test_numbers_that_differ_late_are_written_until_they_do() -> None:
    with pytest.raises(lv.LagvizError, match=r"is 0\.764843 by lagviz, .*, but 0\.764842 by differences"):
        lv.check_grad(scaled(1.000001), X, tolerance=1e-8)


def test_how_many_differ_is_said() -> None:
    wrong = lv.primitive(np.sin, vjp=lambda g, _z, x: g * np.sin(x))
    with pytest.raises(lv.LagvizError, match="; 3 of 9 derivatives differ, this one most"):
        lv.check_grad(wrong, X)


def test_both_rules_of_an_operation_are_checked() -> None:
    def rules(back: float, forth: float) -> Any:
        return lv.primitive(
            np.exp, vjp=lambda g, z, _x: back * g * z, jvp=lambda tangents, z, _x: forth * tangents[0] * z
        )

    lv.check_grad(rules(1.0, 1.0), 0.5)
    with pytest.raises(lv.LagvizError, match=r"is 3\.297 by lagviz, swept back from the result, but 1\.649 by"):
        lv.check_grad(rules(2.0, 1.0), 0.5)
    with pytest.raises(lv.LagvizError, match=r"is 3\.297 by lagviz, pushed forward from the arguments, but 1\.649 by"):
        lv.check_grad(rules(1.0, 2.0), 0.5)


def test_a_looser_tolerance_may_be_asked_for() -> None:
    lv.check_grad(scaled(1.001), X, tolerance=1e-2)
    with pytest.raises(lv.LagvizError, match="by differences"):
        lv.check_grad(scaled(1.001), X)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (
            lambda x: lv.where(x > 0, x, 0.1 * x),
            0.0,
            "there is a kink: the slope is 0.1 on the left and 1 on the right, and lagviz gives what the operation's own",
        ),
        (lambda x: lv.where(x > 0, x + 1, x), 0.0, "At this point the result jumps: no derivative describes that"),
        (np.sqrt, 0.0, "At this point, or next to it, the result is not finite: check at another"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_kinks_jumps_and_ends_are_explained(f: Any, x: float, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words):
        lv.check_grad(f, x)


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: lv.indicator(x > 0.0, surrogate="sigmoid", width=1.0) * x, "surrogate"),
        (lambda x: lv.stop_gradient(x) * x, "stop_gradient"),
    ],
)
def test_what_is_not_meant_to_be_a_derivative_is_not_compared(f: Any, name: str) -> None:
    with pytest.raises(lv.LagvizError, match=rf"and is not meant to be: {name}.*, at line \d+\. Differences measure"):
        lv.check_grad(f, 0.5)


def test_there_must_be_something_to_check() -> None:
    with pytest.raises(lv.LagvizError, match=r"found no real number among the arguments of <lambda>.*write 2\.0 for 2"):
        lv.check_grad(lambda n: n * 2.0, 3)


def test_more_than_can_be_compared_one_by_one_is_refused() -> None:
    words = r"compares each derivative by itself: 30,000 × 30,000 of them, with four calls of <lambda>.*a small example"
    with pytest.raises(MemoryError, match=words):
        lv.check_grad(lambda x: x**2, np.ones(30_000))
    with pytest.raises(lv.LagvizError, match="1 × 30,000 of them"):
        lv.check_grad(lambda x: np.sum(x**2), np.ones(30_000))
    with pytest.raises(lv.LagvizError, match="10,000 × 1 of them"):
        lv.check_grad(lambda x: x * np.ones(10_000), 2.0)
