"""What is said must be right: every calculation on screen comes out as shown, in every sentence of any program."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.engine import filling, words, writing
from lagviz.engine.lagrangian import symbolic
from lagviz.engine.methods import METHODS
from tests.support.programs import Program, programs

NUMBER = r"−?(?:\d+(?:\.\d+)?(?:e−?\d+)?)"
CALCULATION = re.compile(rf"({NUMBER}) ([+−×÷]) (\(?{NUMBER}\)?) ([=≈]) ({NUMBER})(?![\de]|\.\d)")
TEX_SIGNS = {r"\times": "×", r"\div": "÷", r"\approx": "≈", "-": "−"}

OPERATIONS = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
}


def check(text: str) -> int:
    """Calculate what is written, with the digits that are written; how many calculations there were."""
    found = CALCULATION.findall(text)
    for left, sign, right, relation, result in found:
        exact = OPERATIONS[sign](writing.parsed(left), writing.parsed(right.strip("()")))
        shown = writing.parsed(result)
        if relation == "=" or not shown:
            assert exact == shown, text
        else:
            assert len(result.replace("−", "").replace(".", "").split("e")[0].lstrip("0")) >= 3, text
            unit = Decimal(1).scaleb(shown.adjusted() - 2)
            assert abs(exact - shown) <= unit, text
    return len(found)


def everything_said(tape: lv.Tape) -> list[str]:
    """All sentences and formulas of a program, by every way of solving; the latter in the signs of the former."""
    system = tape.adjoint_system()
    solution = system.solve()
    said = [filling.spoken(words.record_lines(system, index), solution) for index in range(len(tape))]
    said.append(filling.spoken(words.given_lines(tape.adjoint_system(), sorted(tape.input_indices.values())), solution))
    ways = [name for name, method in METHODS.items() if method.refuses(system) is None]
    for step in (step for name in ways for step in system.solve(name).steps()):
        latex = step.latex
        for tex, sign in TEX_SIGNS.items():
            latex = latex.replace(tex, sign)
        said += [step.sentence, latex]
    return said


@given(programs())
def test_what_is_calculated_on_screen_comes_out_as_shown(program: Program) -> None:
    for text in everything_said(lv.record(program, *program.inputs)):
        check(text)
        assert "{" not in text or "λ_{" in text or "\\" in text
        assert "$" not in text


def test_the_check_finds_the_calculations_of_the_example() -> None:
    def loss(x, y, w1, w2):
        h = np.tanh(w1 * x)
        return (w2 * h - y) ** 2

    assert sum(map(check, everything_said(lv.record(loss, 1.5, 0.2, 0.7, -1.1)))) >= 8
    assert check("a = 0.7 × 1.5 = 1.05.") == check("0.3888 × 2.332 ≈ 0.907") == check("−1 × (−2.120) = 2.12") == 1
    for wrong in ("0.7 × 1.5 = 1.06", "0.3888 × 2.332 ≈ 0.909", "0.3888 × 2.332 = 0.907"):
        with pytest.raises(AssertionError):
            check(wrong)


MODERATE = st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6)


@given(st.sampled_from("+−×÷"), MODERATE, MODERATE)
def test_arithmetic_is_right_for_the_factors_as_displayed(sign: str, a: float, b: float) -> None:
    left, right, relation, result = writing.arithmetic(sign, a, b)
    assert (left, right) == (writing.number(a), writing.number(b))
    assert check(f"{left} {sign} {f'({right})' if right.startswith('−') else right} {relation} {result}") == 1


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.1, "−1.1"),
        (1.5, "1.5"),
        (0.7 * 1.5, "1.050"),
        (-2.1199739867393, "−2.120"),
        (0.38877881923, "0.3888"),
        (0.00123456, "0.001235"),
        (0.000999, "9.99e−4"),
        (0.000123456, "1.235e−4"),
        (1234.5678, "1235"),
        (12345.678, "12346"),
        (99999.4, "99999"),
        (99999.5, "1.000e5"),
        (123456.0, "1.235e5"),
        (100000.0, "1e5"),
        (-1e-300, "−1e−300"),
        (2.5e-5, "2.5e−5"),
        (0.125, "0.125"),
        (1.00005, "1.000"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (True, "true"),
        (np.bool_(False), "false"),
        (7, "7"),
        (12345, "12345"),
        (np.float32(0.1), "0.1000"),
    ],
)
def test_how_a_number_is_written(value, written) -> None:
    assert writing.number(value) == written


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
def test_a_number_is_written_to_four_digits_and_read_back(x: float) -> None:
    written = writing.number(x)
    read = writing.parsed(written)
    assert "-" not in written
    if x == 0:
        assert written == "0"
        return
    exact = Decimal(repr(x))
    # Half a unit of the fourth digit, or of the last one before the point.
    unit = Decimal(1).scaleb(exact.adjusted() - 3 if not 4 <= exact.adjusted() < 5 else 0)
    assert abs(read - Decimal(x)) <= unit / 2 * Decimal("1.0000001")
    digits = written.replace("−", "").split("e")[0]
    plain = "e" not in written
    assert plain == (-3 <= read.adjusted() < 5)
    if plain and abs(read) >= 1:
        assert not digits.startswith("0")


@given(st.floats(1e-9, 1e9))
def test_a_price_has_two_digits(x: float) -> None:
    shown = writing.parsed(writing.price(x))
    unit = Decimal(1).scaleb(Decimal(x).adjusted() - 1)
    assert abs(shown - Decimal(x)) <= max(unit, Decimal(1) if 100 <= x < 1e5 else unit) / 2 * Decimal("1.0000001")


@given(st.floats(-1e3, 1e3))
def test_what_a_nudge_costs_is_the_multiplier_shown_times_epsilon(x: float) -> None:
    solution = lv.record(lambda y, slope: slope * y + 0.0, 1.0, x).adjoint_system().solve()
    (step,) = (step for step in solution.steps() if step.node == 0)
    said = re.search(r"So \+0\.01 in equation y (costs about|saves about|changes nothing:) (\S+)\.$", step.sentence)
    assert said is not None
    shown = writing.parsed(said[2])
    assert said[1].split()[0] == ("costs" if x > 0 else "saves" if x < 0 else "changes")
    assert abs(shown - Decimal(abs(x)) / 100) <= Decimal(abs(x)) / 2000 + Decimal("1e-300")


def test_a_sum_says_each_part_and_their_total() -> None:
    tape = lv.record(lambda w: np.sin(w) * np.cos(w) * np.exp(w), 0.5)
    solution = tape.adjoint_system().solve()
    last = list(solution.steps())[-1].sentence
    assert last.startswith("Who reads w? Three equations: ")
    parts = [writing.parsed(result) for *_, result in CALCULATION.findall(last)]
    assert len(parts) == 3
    assert "one knob turns all three, so add: λ_w = " in last
    total = writing.parsed(last.rsplit("= ", 1)[1].rstrip("."))
    assert abs(sum(parts) - total) <= sum(Decimal(1).scaleb(part.adjusted() - 2) for part in parts)


def test_no_formula_raises_a_raised_name() -> None:
    # Names that occur twice are told apart by a raised number, and KaTeX refuses two exponents in a row.
    def f(x):
        h = x
        for _ in range(2):
            h = np.tanh(h)
            h = h**2 + 1 / h + h**1.5 + np.arctan(h) + np.cbrt(h) + np.log(h) + np.sqrt(h)
        return h

    lagrangian = lv.record(f, 0.5).lagrangian()
    for condition in lagrangian.stationarity():
        for latex in (*condition.forward, *condition.backward, condition.numbers):
            assert not re.search(r"\^\{\(\d+\)\}\s*\^", latex), latex


def test_negative_constants_are_set_apart() -> None:
    tape = lv.record(lambda x: (-3.0) * x + (x**-2.0) * -2.0 - (-1.5 - x), 2.0)
    system = tape.adjoint_system()
    partials = [symbolic(system, k) for k in range(len(system.entries))]
    for latex in [node.latex for node in tape if node.op] + partials:
        assert not re.search(r"(cdot|[-+,]|\{) ?-\d[^}]*(}\^|$| )", latex), latex
    assert r"(-2)\,x^{-3}" in partials
    solution = system.solve()
    said = [filling.spoken(words.record_lines(system, index), solution) for index in range(len(tape))]
    assert any("(−2)·x^−3 = −0.25 per unit" in sentence for sentence in said), said


def test_what_several_readers_have_in_common_is_said_once() -> None:
    def f(x, W):  # noqa: N803
        a, b, c = np.exp(x), np.sin(x), W @ x
        return np.sum(a * b) + np.sum(c)

    tape = lv.record(f, np.array([0.5, -1.0, 2.0]), np.ones((2, 3)))
    sentences = [step.sentence for step in tape.adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert (
        "How strongly? Through a and b, by blocks of 3 × 3 entries: each number acts on its own counterpart only. "
        "Through c, by a block of 3 × 2 entries: every number acts on every result. So each part is a block"
    ) in said


def test_blocks_of_several_sizes_that_do_the_same_are_told_together() -> None:
    def f(x):
        a, b, c = x[:2], x[1:], x[::2]
        return np.sum(a) + np.sum(b) * np.sum(c**2)

    sentences = [step.sentence for step in lv.record(f, np.array([0.5, -1.0, 2.0])).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert (
        "Through a, b and c, by blocks of 3 × 2 entries: numbers are only moved or copied, at full strength. So" in said
    )

    def g(x):
        a, b, c = x[:2], x[1:], x[::3]
        return np.sum(a) + np.sum(b) * np.sum(c)

    sentences = [step.sentence for step in lv.record(g, np.array([0.5, -1.0, 2.0])).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert "Through a, b and c, by blocks of 3 × 2 and 3 × 1 entries: numbers are only moved" in said


def test_numbers_and_blocks_that_read_the_same_are_told_apart() -> None:
    def f(x):
        a = 2 * x
        b = x * np.array([1.0, 2.0])
        return a + np.sum(b)

    sentences = [step.sentence for step in lv.record(f, 0.5).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert "How strongly? Through a: a turns 1 into 2. Through b, by a block of 1 × 2 entries: " in said


def test_a_broadcast_says_so() -> None:
    def f(y: Any, z: Any) -> Any:
        d = y - z
        return np.sum(d * 2.0)

    tape = lv.record(f, np.ones(8), np.ones((8, 1)))
    told = {tape[step.node].name: step.sentence for step in tape.adjoint_system().solve().steps()}
    assert "By a block of 8 × 64 entries: it is broadcast, so each number acts on 8 results." in told["z"]
    assert "each number acts on its own counterpart only" in told["d"]
