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
from lagviz.engine import counting, filling, words, writing
from lagviz.engine.lagrangian import symbolic
from lagviz.engine.methods import METHODS
from lagviz.engine.strengths import strength
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
        (True, "True"),
        (np.bool_(False), "False"),
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
    said = re.search(r": \+0\.01 (costs about|saves about|costs) (\S+)\.$", step.sentence)
    assert said is not None
    shown = writing.parsed(said[2])
    assert said[1] == ("costs about" if x > 0 else "saves about" if x < 0 else "costs")
    assert abs(shown - Decimal(abs(x)) / 100) <= Decimal(abs(x)) / 2000 + Decimal("1e-300")


def test_a_sum_says_each_part_and_their_total() -> None:
    tape = lv.record(lambda w: np.sin(w) * np.cos(w) * np.exp(w), 0.5)
    solution = tape.adjoint_system().solve()
    last = list(solution.steps())[-1].sentence
    assert last.startswith("Who reads w? Three equations: ")
    parts = [writing.parsed(result) for *_, result in CALCULATION.findall(last)]
    assert len(parts) == 3
    assert "So add, for one knob turns all three: λ_w = " in last
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
        "How strongly? Through a and b, by blocks of 3 × 3: each number passes on −0.42 … 7.4 of a push to its "
        "counterpart. Through c, by a block of 3 × 2: each number passes on a push at full strength to every result. "
        "So add the parts, each a block times its reader's price: λ_x has 3 prices, "
    ) in said


def test_blocks_of_several_sizes_that_do_the_same_are_told_together() -> None:
    def f(x):
        a, b, c = x[:2], x[1:], x[::2]
        return np.sum(a) + np.sum(b) * np.sum(c**2)

    sentences = [step.sentence for step in lv.record(f, np.array([0.5, -1.0, 2.0])).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert (
        "Through a, b and c, by blocks of 3 × 2: numbers are only moved or copied, at full strength, 1 of 3 nothing. So"
        in said
    )

    def g(x):
        a, b, c = x[:2], x[1:], x[::3]
        return np.sum(a) + np.sum(b) * np.sum(c)

    sentences = [step.sentence for step in lv.record(g, np.array([0.5, -1.0, 2.0])).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert "Through a and b, by blocks of 3 × 2: numbers are only moved" in said


def test_numbers_and_blocks_that_read_the_same_are_told_apart() -> None:
    def f(x):
        a = 2 * x
        b = x * np.array([1.0, 2.0])
        return a + np.sum(b)

    sentences = [step.sentence for step in lv.record(f, 0.5).adjoint_system().solve().steps()]
    (said,) = [sentence for sentence in sentences if sentence.startswith("Who reads x?")]
    assert (
        "How strongly? Through a: a turns 1 into 2. Through b, by a block of 1 × 2, broadcast: its one number " in said
    )


def test_a_broadcast_says_so() -> None:
    def f(y: Any, z: Any) -> Any:
        d = y - z
        return np.sum(d * 2.0)

    tape = lv.record(f, np.ones(8), np.ones((8, 1)))
    told = {tape[step.node].name: step.sentence for step in tape.adjoint_system().solve().steps()}
    assert (
        "By a block of 8 × 64, broadcast: each number passes on a push with its sign turned to 8 of 64 results."
        in told["z"]
    )
    assert "By a block of 64 × 64: each number passes on 2 of a push to its counterpart." in told["d"]


def sentences(tape: lv.Tape, output: Any = None) -> dict[str, str]:
    """What the rows of a program say, by name."""
    return {tape[step.node].name: step.sentence for step in tape.adjoint_system(output).solve().steps()}


def test_a_block_tells_how_much_of_a_push_it_passes_on_and_what_passes_nothing() -> None:
    def f(z: Any) -> Any:
        h = np.maximum(z, 0) * np.array([0.5, 2.0, 3.0])
        return np.sum(np.tanh(h))

    told = sentences(lv.record(f, np.array([1.0, -1.0, -2.0])))
    assert "By a block of 3 × 3: each number passes on 0 … 1 of a push to its counterpart, 2 of 3 nothing." in told["z"]
    assert told["z"].endswith("So λ_z has 3 prices, 0 … 0.39.")
    dead = sentences(lv.record(f, np.array([-1.0, -1.0, -2.0])))
    assert "By a block of 3 × 3: all its slopes are 0, so nothing of a push passes." in dead["z"]
    assert dead["z"].endswith("So λ_z has 3 prices, all 0.")


@given(programs())
def test_a_range_that_is_told_is_that_of_the_numbers(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    for k, entry in enumerate(system.entries):
        if system.shapes[entry.row] == system.shapes[entry.column] == ():
            continue
        told = re.search(rf"passes on ({NUMBER}) … ({NUMBER}) of a push", strength(system, k))
        numbers = -system.block(k).tocsr().data
        if told is not None:
            assert told.groups() == (writing.number(numbers.min(), 2), writing.number(numbers.max(), 2))


PLURALS = re.compile(
    r"(?<![\d×…−.] )(?<![\d.…])\b1 (numbers|prices|entries|multiplications|equations|products|inputs|edges)\b"
)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_of_one_there_are_no_several(n: int) -> None:
    for what in ("number", "price", "entry", "pass", "edge", "equation"):
        several = {"entry": "entries", "pass": "passes"}.get(what, f"{what}s")
        assert counting.counted(n, what) == f"{n} {what if n == 1 else several}"
        assert counting.lot((n,), what) == counting.counted(n, what)
        assert counting.lot((1, n), what) == f"1 × {n} {what if n == 1 else several}"

    def f(x: Any) -> Any:
        return np.sum(np.tanh(x) * x)

    tape = lv.record(f, np.full(n, 0.5))
    for method in sorted(METHODS):
        if METHODS[method].refuses(tape.adjoint_system()) is None:
            assert not PLURALS.findall(tape.transcript(method=method))


def test_the_check_of_plurals_finds_one() -> None:
    assert PLURALS.findall("b (1 numbers). λ_b has 1 prices") == ["numbers", "prices"]
    assert PLURALS.findall("b (1 number), W (4 × 1 numbers)") == []


def test_who_reads_and_carries_nothing_back_is_told_apart() -> None:
    f, inputs = lv.gallery.branch()
    tape = lv.record(f, **inputs)
    told = sentences(tape)
    assert told["size"].startswith(
        "Who reads size? z₁₁ = size − z₁₀; z₁₃ too, but it carries nothing to the result. How"
    )
    assert told["near"] == (
        "Who reads near? Only loss = where(z₁₃, near, far), which passes on no push of it. So λ_near = 0: there is no path "
        "to the result."
    )
    solution = tape.adjoint_system().solve()
    said = filling.spoken(words.record_lines(solution.system, tape["loss"].index), solution)
    assert (
        "It reads z₁₃, near and far, but only a push of far gets through. loss takes it over at full strength, 1."
        in said
    )
    assert "z₁₃ = size < k, which is False." in filling.spoken(words.record_lines(solution.system, 13 - 1), solution)


def test_where_another_equation_is_asked_about_sentences_say_so() -> None:
    f, inputs = lv.gallery.tiny_network()
    told = sentences(lv.record(f, **inputs), "p")
    assert told["p"].startswith(
        "Who reads p? r does, but p itself is what we ask about. So add 0.01 to p and p is 0.01 higher."
    )
    assert told["r"] == "Who reads r? Nothing that leads to p. So λ_r = 0: there is no path to p."
    assert told["loss"] == "Who reads loss? Nobody. So λ_loss = 0: there is no path to p."


def test_a_numbered_name_that_is_raised_stands_in_brackets() -> None:
    f, inputs = lv.gallery.loop(passes=3)
    tape = lv.record(lambda **given: f(**given) + given["h"], **inputs)
    text = tape.transcript()
    assert "(1 − (h⁽²⁾)²)·λ_h⁽²⁾" in text
    assert not re.search(r"⁾[²³⁻^]", text)
    lagrangian = tape.lagrangian().latex()
    assert "({h^{(2)}})^{2}" in lagrangian
    assert not re.search(r"\^\{\(\d+\)\}\}\^", lagrangian)
