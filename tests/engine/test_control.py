"""Branches as equations: indicators and their surrogates, cond, where outside a recording, and stopped gradients."""

from __future__ import annotations

import math
from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.engine.filling import spoken
from lagviz.engine.words import record_lines, solve_lines

#: The formulas of the mathematics, written here a second time.
FORMULAS: dict[str, Any] = {
    "sigmoid": lambda m, w: (1 / (1 + np.exp(-m / w))) * (1 - 1 / (1 + np.exp(-m / w))) / w,
    "triangle": lambda m, w: np.maximum(0, 1 - np.abs(m) / w) / w,
    "gaussian": lambda m, w: np.exp(-(m**2) / (2 * w**2)) / (w * np.sqrt(2 * np.pi)),
}
COMPARISONS: dict[str, tuple[Any, int]] = {
    "x > y": (lambda x, y: x > y, 1),
    "x >= y": (lambda x, y: x >= y, 1),
    "x < y": (lambda x, y: x < y, -1),
    "x <= y": (lambda x, y: x <= y, -1),
}


# --- indicators -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comparison", COMPARISONS)
@pytest.mark.parametrize(("x", "y"), [(1.5, 1.0), (1.0, 1.5), (1.0, 1.0), (math.inf, math.inf), (math.nan, 1.0)])
def test_the_value_of_an_indicator_is_hard_with_and_without_a_surrogate(comparison, x, y) -> None:
    holds, _ = COMPARISONS[comparison]
    for options in ({}, {"surrogate": "sigmoid", "width": 0.5}):
        with np.errstate(invalid="ignore"):
            assert lv.record(lambda x, y, o=options: lv.indicator(holds(x, y), **o), x, y).result == float(holds(x, y))


def test_an_indicator_without_a_surrogate_keeps_its_row_and_has_no_arrows() -> None:
    tape = lv.record(lambda x: lv.indicator(x > 1) * x, x=1.5)
    solution = tape.adjoint_system().solve()
    (step,) = (node for node in tape if node.op == "indicator")
    assert tape.has_row(step.index)
    assert solution[step] == 1.5  # its price: what a nudge of its own equation does
    assert solution["x"] == 1.0
    assert not tape.surrogates
    assert tape.replay(x=0.5).result == 0.0


@pytest.mark.parametrize("surrogate", FORMULAS)
@pytest.mark.parametrize("comparison", COMPARISONS)
@given(m=st.floats(-3, 3), w=st.floats(0.1, 3))
def test_a_surrogate_is_its_formula_at_the_margin(surrogate, comparison, m, w) -> None:
    holds, sign = COMPARISONS[comparison]
    slope = lv.grad(lambda x, y: lv.indicator(holds(x, y), surrogate, width=w), (0, 1))(1.0 + m, 1.0)
    margin = sign * ((1.0 + m) - 1.0)
    expected = sign * FORMULAS[surrogate](margin, w)
    np.testing.assert_allclose(slope, (expected, -expected), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("surrogate", FORMULAS)
def test_a_surrogate_rises_by_one_in_all_as_the_step_does(surrogate) -> None:
    m = np.linspace(-30, 30, 200_001)
    slopes = lv.grad(lambda x: np.sum(lv.indicator(x, surrogate, width=0.7)))(m)
    assert np.sum(slopes) * (m[1] - m[0]) == pytest.approx(1.0, abs=1e-6)
    assert np.all(np.isfinite(lv.grad(lambda x: np.sum(lv.indicator(x, surrogate)))(np.array([1e9, -1e9]))))


def test_a_number_stands_for_being_positive() -> None:
    x = np.array([-1.0, 0.0, 2.0])
    tape = lv.record(lambda x: lv.indicator(x, "triangle", width=4.0), x)
    np.testing.assert_array_equal(tape.result, [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(
        lv.grad(lambda x: np.sum(lv.indicator(x, "triangle", width=4.0)))(x), [0.1875, 0.25, 0.125]
    )

    def whole(n):
        return lv.indicator(n)

    assert lv.record(whole, 3).result == 1.0


def test_sides_of_different_shapes_broadcast_and_get_their_own_shapes_back() -> None:
    x, y = np.array([[0.5], [1.5]]), np.array([1.0, 2.0, 0.0])
    by_x, by_y = lv.grad(lambda x, y: np.sum(lv.indicator(x >= y, "gaussian")), (0, 1))(x, y)
    formula = FORMULAS["gaussian"](x - y, 1.0)
    np.testing.assert_allclose(by_x, formula.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(by_y, -formula.sum(axis=0))


def test_the_block_of_a_surrogate_agrees_with_its_products() -> None:
    tape = lv.record(lambda x: np.sum(lv.indicator(x < 1, "sigmoid", width=0.5) * x), np.array([0.5, 1.5, 3.0]))
    solution = tape.adjoint_system().solve()
    assert solution.residual < 1e-15
    np.testing.assert_allclose(solution["x"], lv.grad(tape.function)(np.array([0.5, 1.5, 3.0])))  # type: ignore[arg-type]
    (node,) = tape.surrogates
    margin = node.parents[1]
    block = solution.system.blocks[margin.index, node.index]
    assert block.structure == "diagonal"
    np.testing.assert_allclose(block @ np.ones(3), block.toarray() @ np.ones(3))
    np.testing.assert_allclose(block.T @ np.ones(3), block.toarray().T @ np.ones(3))


def test_derivatives_of_a_surrogate_nest() -> None:
    def f(x):
        return lv.indicator(x > 1, "sigmoid", width=0.5) * x**2

    def slope(m):
        return FORMULAS["sigmoid"](m, 0.5)

    x, h = 1.3, 1e-6
    bend = (slope(x - 1 + h) - slope(x - 1 - h)) / (2 * h)
    expected = bend * x**2 + 2 * slope(x - 1) * 2 * x + 2
    assert lv.grad(lv.grad(f))(x) == pytest.approx(expected, rel=1e-8)
    assert lv.grad(lambda x: lv.value_and_grad(f)(x)[0])(x) == lv.grad(f)(x)


def test_a_tape_says_that_it_has_surrogates_and_its_sentences_do_too() -> None:
    tape = lv.record(lambda x: 3 * lv.indicator(x > 1, "sigmoid", width=0.5), x=1.2)
    solution = tape.adjoint_system().solve()
    (node,) = tape.surrogates
    assert node.op == "surrogate"
    assert "A sigmoid of width 0.5 stands in for it, so its price is not what a nudge measures." in spoken(
        record_lines(solution.system, node.index), solution
    )
    margin = node.parents[1]
    assert "itself moves in jumps; what stands in for its slope moves 0.48" in spoken(
        solve_lines(solution, margin.index), solution
    )
    assert "1[" in repr(node)
    assert r"\mathbf{1}[" in node.latex


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (lambda _x: True, "A plain boolean has no margin"),
        (lambda x: x == 1, "A condition by equal has no margin"),
        (lambda x: x != 1, "A condition by not equal has no margin"),
        (lambda x: (x > 0) & (x < 1), r"by \w+ and has no margin"),
        (lambda x: ~(x > 0), r"by [a-z ]+ has no margin"),
        (np.isnan, "by isnan has no margin"),
        (lambda x: (x > 0) > (x > 1), "by greater has no margin"),
    ],
)
def test_a_surrogate_where_there_is_no_margin_is_refused(condition, words) -> None:
    def f(x):
        return lv.indicator(condition(x), surrogate="sigmoid")  # here

    with pytest.raises(
        lv.LagvizError, match=f"{words}.*, at line .* of f: return .*# here.*multiply the indicators of"
    ) as caught:
        lv.record(f, 0.5)
    assert isinstance(caught.value, ValueError)


def test_a_surrogate_or_width_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match=r"There is no surrogate 'relu'. There are: sigmoid, triangle, gaussian\."):
        lv.indicator(1.0, "relu")
    for width in (0.0, -1.0, math.inf, math.nan, "wide"):
        with pytest.raises(ValueError, match="width of a surrogate is a setting, a positive number"):
            lv.indicator(1.0, "sigmoid", width=width)
    with pytest.raises(lv.LagvizError, match="that is not recorded"):
        lv.record(lambda x, w: lv.indicator(x, "sigmoid", width=w), 1.0, 2.0)


def test_an_indicator_outside_a_recording_is_a_number() -> None:
    assert lv.indicator(np.float64(2.0) > 1.0) == 1.0
    assert lv.indicator(-2.0) == 0.0
    assert type(lv.indicator(3)) is float
    np.testing.assert_array_equal(lv.indicator([1.0, -1.0]), [1.0, 0.0])


# --- cond ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [lambda f, x: f(x), lambda f, x: lv.record(f, x).result], ids=["plain", "recorded"])
@pytest.mark.parametrize("x", [2.0, -2.0])
def test_cond_selects_what_an_if_would_have_computed(run, x) -> None:
    def f(x):
        return lv.cond(x > 0, lambda x, y: x * y, lambda x, y: x + y, x, 3.0)

    assert run(f, x) == (x * 3.0 if x > 0 else x + 3.0)


def test_both_sides_of_cond_are_on_the_tape_and_the_other_side_has_no_price() -> None:
    tape = lv.record(lambda x, a, b: lv.cond(x > 0, lambda: a * x, lambda: b * x), x=2.0, a=3.0, b=5.0)
    solution = tape.adjoint_system().solve()
    assert [node.op for node in tape][3:] == ["greater", "multiply", "multiply", "where"]
    assert (solution["x"], solution["a"], solution["b"]) == (3.0, 2.0, 0.0)
    assert not [node for node in tape if node.kind == "guard"]
    assert tape.replay(x=-2.0).result == -10.0  # no guard: the same tape serves both sides


def test_the_side_not_taken_may_be_nan() -> None:
    def f(x):
        with np.errstate(invalid="ignore"):
            return lv.cond(x > 0, np.sqrt, lambda x: 2 * x, x)

    assert lv.value_and_grad(f)(-4.0) == (-8.0, 2.0)


def test_cond_returns_containers() -> None:
    pair = namedtuple("pair", "a b")  # noqa: PYI024 - as people write them

    def side(k):
        return lambda x: {"p": pair(k * x, [k + x, None]), "q": np.stack([x, k * x])}

    def f(x):
        return lv.cond(x > 0, side(2.0), side(3.0), x)

    for x in (1.5, -1.5):
        result = lv.record(f, x).result
        expected = side(2.0 if x > 0 else 3.0)(x)
        assert result["p"] == expected["p"]
        np.testing.assert_array_equal(result["q"], expected["q"])


def test_a_number_decides_by_not_being_zero() -> None:
    for value in (2.0, 0.0, 3, 0):
        tape = lv.record(lambda c, x: lv.cond(c, lambda: 2 * x, lambda: 3 * x), value, 1.0)
        assert tape.result == (2.0 if value else 3.0)


def test_both_sides_of_cond_really_run() -> None:
    ran: list[float] = []

    def side(k):
        ran.append(k)
        return k

    assert lv.cond(True, lambda: side(1.0), lambda: side(2.0)) == 1.0
    assert ran == [1.0, 2.0]
    with pytest.raises(ZeroDivisionError):
        lv.cond(True, lambda: 1.0, lambda: 1 / 0)


@pytest.mark.parametrize(
    ("then", "otherwise", "words"),
    [
        (lambda x: x, lambda x: np.stack([x, x]), r"shapes.*the result has \(\) from then and \(2,\) from otherwise"),
        (lambda x: {"a": x}, lambda x: {"b": x}, r"different containers.*only one of them has the result\['a'\]"),
        (lambda x: [x], lambda x: [x, x], r"only one of them has the result\[1\]"),
        (lambda x: (x, None), lambda x: (x, x), r"only one of them has the result\[1\]"),
        (lambda x: x, lambda _x: None, "only one of them has the result"),
    ],
)
def test_sides_of_cond_that_do_not_agree_are_refused(then, otherwise, words) -> None:
    def f(x):
        return lv.cond(x > 0, then, otherwise, x)  # here

    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(f, 1.0)
    assert "of f: return lv.cond(x > 0, then, otherwise, x)  # here" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_decision_for_each_element_is_refused_with_where_named() -> None:
    with pytest.raises(lv.LagvizError, match=r"pred has shape \(3,\).*lv\.where\(pred.*np\.all\(pred\)"):
        lv.record(lambda x: lv.cond(x > 0, np.sin, np.cos, x), np.ones(3))


def test_cond_nests_in_derivatives() -> None:
    def f(x):
        return lv.cond(x > 1, lambda x: x**3, lambda x: x**2, x)

    assert lv.grad(lv.grad(f))(2.0) == 12.0
    assert lv.grad(lv.grad(f))(0.5) == 2.0


# --- stop_gradient --------------------------------------------------------------------------------------------------------


def test_a_stopped_value_stays_and_its_arrow_is_left_away() -> None:
    tape = lv.record(lambda x: x * lv.stop_gradient(x * x), x=3.0)
    solution = tape.adjoint_system().solve()
    assert tape.result == 27.0
    assert solution["x"] == 9.0
    (stopped,) = tape.surrogates
    assert (stopped.op, solution[stopped]) == ("stop_gradient", 3.0)
    assert [parent.op for parent in stopped.parents] == ["multiply"]
    assert tape.replay(x=2.0).result == 8.0
    said = spoken(record_lines(solution.system, stopped.index), solution)
    assert "The arrow is left away on purpose, with stop_gradient." in said


def test_a_gradient_is_stopped_in_containers_and_arrays_and_outside_a_recording_nothing_changes() -> None:
    def f(p):
        stopped = lv.stop_gradient({"w": p["w"], "rest": [p["b"], 2.0, None]})
        return np.sum(stopped["w"] * p["w"]) + stopped["rest"][0] * stopped["rest"][1] * p["b"]

    slopes = lv.grad(f)({"w": np.array([1.0, 2.0]), "b": 3.0})
    np.testing.assert_array_equal(slopes["w"], [1.0, 2.0])
    assert slopes["b"] == 6.0
    assert lv.stop_gradient([1.0, (None, "text")]) == [1.0, (None, "text")]


def test_a_gradient_is_stopped_at_every_depth_of_nesting() -> None:
    def f(x):
        return x * x * lv.stop_gradient(x)

    assert lv.grad(f)(2.0) == 8.0
    assert lv.grad(lv.grad(f))(2.0) == 4.0
    assert lv.grad(lambda x: lv.value_and_grad(f)(x)[0])(2.0) == 8.0


def test_rules_are_faithful_unless_they_say_otherwise() -> None:
    rules = [node.rule for node in lv.record(lambda x: np.tanh(x) + (x > 1) * x, 1.0).recorded]
    assert rules
    assert all(rule.faithful and rule.remark({}) is None for rule in rules)
