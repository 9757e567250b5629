"""What programs written without lagviz in mind do to recorded values: it comes out as in plain Python, or is refused in words."""

from __future__ import annotations

import bisect
import copy
import fractions
import functools
import heapq
import inspect
import itertools
import logging
import math
import numbers
import operator
import pickle
import random
import statistics
import warnings
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import lagviz as lv

VECTOR = np.array([1.0, 2.0, 3.0])
TABLE = {1: 3.0, 2: 5.0}


def by_match(x):
    match x:
        case 1.0:
            return 3 * x
        case 1.5 | 2.0:
            return 2 * x
        case _:
            return x


def by_chain(x):
    return 2 * x if 1 < x < 2 else 3 * x


def by_and_or(x):
    return (x > 2 and 3 * x) or (x < 0 and 5 * x) or 2 * x


def by_assert(x):
    assert x > 0, "positive"
    return x * x


def by_sorting(x):
    first, *_, last = sorted([3 * x, x, 2 * x], reverse=True)
    return first - 0.5 * last


def by_key(x):
    return min([x, 4 * x, x + 2], key=lambda t: (t - 3) ** 2)


def by_while(x):
    while x < 10:
        x = 2 * x + 1
    return x


def by_recursion(x):
    return x if x > 100 else by_recursion(x * x)


def by_walrus(x):
    return y * y if (y := 2 * x) > 1 else x


# Each takes a number and returns one; what it does is to be as without recording, and its derivative right.
NUMBERS: list[Any] = [
    by_match,
    by_chain,
    by_and_or,
    by_assert,
    by_sorting,
    by_key,
    by_while,
    by_recursion,
    by_walrus,
    lambda x: copy.copy(x) * x,
    lambda x: copy.deepcopy(x) * x,
    lambda x: copy.deepcopy({"a": [2 * x]})["a"][0] * x,
    lambda x: 2 * x if x in [1.0, 2.5] else x,
    lambda x: {True: 3 * x, False: 2 * x}[x > 2],
    lambda x: {"a": x, "b": 2 * x}["a" if x > 1 else "b"],
    lambda x: sum([x, 2 * x, 3.0]),
    lambda x: math.prod([x, x, 2]),
    lambda x: functools.reduce(operator.mul, [x, x, x]),
    lambda x: list(itertools.accumulate([x, x, x], operator.mul))[-1],
    lambda x: abs(-x) + (-x).__abs__(),
    lambda x: divmod(x, 1)[1] * divmod(5, x)[0],
    lambda x: pow(x, 2) + pow(2, x),
    lambda x: max(x, 2 * x, 1.0) + min(x * x, 9.0),
    lambda x: max([], default=x),
    lambda x: heapq.nsmallest(2, [3 * x, x, 2 * x])[1],
    lambda x: bisect.bisect([1.0, 2.0], x) * x,
    lambda x: fractions.Fraction(1, 2) * x + x / fractions.Fraction(3, 2),
    lambda x: x * True + x * np.float64(2) + np.int64(3) * x,
    lambda x: x * 2 if x is not None and x not in ["a", None] else 0 * x,
    lambda x: (2 if np.isscalar(x) else 0) * x,
    lambda x: (2 if np.ndim(x) == 0 and isinstance(x, numbers.Real) else 0) * x,
    lambda x: next(t for t in (x, 2 * x, 4 * x) if t > 2),
    lambda x: x if not x else x * x,
    lambda x: sum(map(operator.neg, filter(lambda t: t > 2, [x, 2 * x, 3 * x]))),
    lambda x: float(f"{1.25:.2f}") * x,
    lambda x: random.Random(3).uniform(0, x),  # noqa: S311
]


@pytest.mark.parametrize("f", NUMBERS, ids=lambda f: str(NUMBERS.index(f)))
def test_a_number_goes_the_way_it_goes_without_recording(f) -> None:
    x, h = 1.5, 1e-6
    tape = lv.record(f, x)
    assert tape.result == pytest.approx(f(x), rel=1e-15)
    expected = 2.0 if f is by_match else (f(x + h) - f(x - h)) / (2 * h)  # where another number is another case
    assert lv.grad(f)(x) == pytest.approx(expected, rel=1e-7)
    assert tape.adjoint_system().solve()[tape.inputs.popitem()[1]] == pytest.approx(expected, rel=1e-7)


VECTORS: list[Any] = [
    sum,
    max,
    lambda x: sorted(x)[1],
    lambda x: x[0] * x[-1] * len(x),
    lambda x: math.prod([*x]),
    lambda x: sum(k * v for k, v in enumerate(x)),
    lambda x: sum(a * b for a, b in itertools.pairwise(x)),
    lambda x: next(reversed(list(x))),
    lambda x: np.sum(x) * 2 if any(x > 2) and not all(x > 2) else np.sum(x),
    lambda x: np.sum(x) if bool(np.any(x > 2)) else x[0],
    lambda x: np.sum(x * x) if (x > 0).all() else x[0],
    lambda x: (2.0 in x) * x[0],
    lambda x: copy.deepcopy(x)[0] * copy.copy(x)[1],
    lambda x: np.sum(x * [1, 2, 3]),
]


@pytest.mark.parametrize("f", VECTORS, ids=lambda f: str(VECTORS.index(f)))
def test_an_array_goes_the_way_it_goes_without_recording(f) -> None:
    tape = lv.record(f, VECTOR)
    assert tape.result == pytest.approx(f(VECTOR), rel=1e-15)
    h = 1e-6
    if f is not VECTORS[11]:
        slopes = [(f(VECTOR + h * e) - f(VECTOR - h * e)) / (2 * h) for e in np.eye(3)]
        np.testing.assert_allclose(lv.grad(f)(VECTOR), slopes, rtol=1e-7, atol=1e-9)


COUNTS: list[Any] = [
    lambda n, x: ([0.0] * n + [x])[-1] * len([1] * n),
    lambda n, x: ((x,) * n)[n - 1] * n,
    lambda n, x: len("ab" * n) * x,
    lambda n, x: {2: x, 3: 2 * x}[n],
    lambda n, x: {"w2": x, "w3": 2 * x}[f"w{n}"],
    lambda n, x: {"w2": x, "w3": 2 * x}["w" + str(n)],
    lambda n, x: np.sum(np.arange(int(n)) * x),
    lambda n, x: np.sum(np.zeros(n) + x),
    lambda n, x: np.sum(np.ones((n, 2)) * x),
    lambda n, x: sum(x for _ in range(n // 2 + n % 2)),
    lambda n, x: list(itertools.islice(itertools.count(), n))[-1] * x,
    lambda n, x: math.factorial(n) * x,
    lambda n, x: x * 2 if n in (2, 5) else x,
    lambda n, x: (x if n % 2 == 0 else 3 * x) * n,
    lambda n, x: x**n,
    lambda n, x: np.sum(VECTOR[:n]) * x + VECTOR[n - 1],
]


@pytest.mark.parametrize("f", COUNTS, ids=lambda f: str(COUNTS.index(f)))
def test_a_count_decides_as_it_does_without_recording_and_so_does_a_replay(f) -> None:
    tape = lv.record(f, n=2, x=1.5)
    assert tape.result == pytest.approx(f(2, 1.5), rel=1e-15)
    assert tape.replay(n=3).result == pytest.approx(f(3, 1.5), rel=1e-15)
    assert tape.replay(x=-0.5).result == pytest.approx(f(2, -0.5), rel=1e-15)


def test_a_whole_number_as_a_key_is_a_guard_without_a_multiplier() -> None:
    tape = lv.record(lambda n, x: TABLE[n] * x * n, n=1, x=1.5)
    (guard,) = (node for node in tape if node.kind == "guard" and node.op == "index")
    solution = tape.adjoint_system().solve()
    assert solution.multipliers[guard.index] is None
    assert solution["n"] == 4.5
    assert tape.replay(n=2).result == 15.0


def test_a_decision_of_an_inner_recording_is_one_of_the_outer_too() -> None:
    def f(a, x):
        return lv.grad(lambda y: y * TABLE[1 + int(np.argmax(lv.array([y, a])))])(x)

    tape = lv.record(f, a=1.0, x=1.5)
    assert tape.result == 3.0
    assert tape.replay(a=2.0).result == 5.0


def test_text_shows_the_number_and_repr_says_that_it_is_recorded() -> None:
    seen = []

    def f(x, v, n):
        seen.extend([f"{x:.2f}", f"{x}", str(x), repr(x), f"{v}", str(n), f"{n:03d}"])
        return x

    lv.record(f, 1.5, np.ones(2), 3)
    assert seen == ["1.50", "1.5", "1.5", "<recorded 1.5>", "[1. 1.]", "3", "003"]


def test_text_of_the_older_kind_shows_the_number_and_a_remainder_stays_one(caplog) -> None:
    def f(x, n):
        seen = ["%.2f" % x, "%d %e" % (n, x), "%(x)g" % {"x": x}, "%d" % x, "%s" % x]  # noqa: UP031
        assert seen == ["2.50", "3 2.500000e+00", "2.5", "2", "2.5"]
        text = "%g"
        text %= x
        assert text == "2.5"
        logging.getLogger("reader").warning("loss %.1f after %d", x, n)
        return x % 2.0 + 7.0 % x

    assert lv.grad(f)(2.5, 3) == 1 - 2
    assert lv.record(f, 2.5, 3).result == 0.5 + 2.0
    assert caplog.messages == ["loss 2.5 after 3"] * 2


def test_values_answer_isinstance_as_numpys_own_do() -> None:
    kinds = (float, int, bool, np.floating, np.float32, np.generic, np.ndarray, numbers.Real, numbers.Number, list, str)
    values = {
        "number": np.float64(1.5),
        "single": np.float32(1.5),
        "vector": np.ones(2),
        "count": 3,
        "decision": True,
    }
    expected = {name: [isinstance(x, kind) for kind in kinds] for name, x in values.items()}

    def f(number, single, vector, count):
        recorded = {"number": number, "single": single, "vector": vector, "count": count, "decision": number > 0}
        assert {name: [isinstance(x, kind) for kind in kinds] for name, x in recorded.items()} == expected
        return number

    def twice(number, vector):
        return lv.grad(lambda y: f(number * y, np.float32(1.5), vector * y, 3))(1.0)

    lv.record(f, *(values[name] for name in ("number", "single", "vector", "count")))
    assert lv.grad(twice)(1.5, np.ones(2)) == 1.0


def test_programs_that_go_by_the_class_of_a_value_go_the_way_they_go_without_recording() -> None:
    def by_hand(x):
        if isinstance(x, np.ndarray):
            return np.sum(x**2)
        return 3 * x if isinstance(x, (int, float)) else x - x

    def by_pattern(x):
        match x:
            case float():
                return 3 * x
            case np.ndarray():
                return np.sum(x**2)
        return x - x

    @functools.singledispatch
    def by_dispatch(x):
        return x - x

    by_dispatch.register(float, lambda x: 3 * x)
    by_dispatch.register(np.ndarray, lambda x: np.sum(x**2))

    for f in (by_hand, by_pattern, by_dispatch):
        for x in (1.5, np.array([1.0, 2.0])):
            assert lv.record(f, x).result == f(x)
            np.testing.assert_array_equal(lv.grad(f)(x), 2 * x if np.ndim(x) else 3.0)
            np.testing.assert_array_equal(lv.hessian(f)(x), 2 * np.eye(2) if np.ndim(x) else 0.0)


def test_a_callable_of_any_kind_is_recorded() -> None:
    class Model:
        def __init__(self, k):
            self.k = k

        def __call__(self, x):
            return self.k * x

        def method(self, x, *, power=2):
            return self.k * x**power

        @classmethod
        def of_the_class(cls, x):
            return 3 * x

        @staticmethod
        def of_nobody(x):
            return 3 * x

    def variadic(a, *rest, k=1.0, **named):
        return a * rest[0] * k + sum(named.values())

    model = Model(3.0)
    partial = functools.partial(lambda k, x: k * x, 3.0)
    for f in (model, partial, Model.of_the_class, model.of_nobody, functools.wraps(model)(lambda x: 3 * x)):
        assert lv.grad(f)(2.0) == 3.0
        assert lv.record(f, 2.0).adjoint_system().solve().multipliers[0] == 3.0
    assert lv.grad(model.method)(2.0, power=3) == 36.0
    assert lv.record(model.method, x=2.0).result == 12.0
    tape = lv.record(variadic, 2.0, 3.0, k=4.0, extra=5.0)
    assert (tape.result, list(tape.inputs)) == (29.0, ["a", "rest[0]", "k", "extra"])
    assert lv.record(np.hypot, 3.0, 4.0).result == 5.0
    assert lv.record(abs, -3.0).adjoint_system().solve().multipliers[0] == -1.0


# --- refused, in words ----------------------------------------------------------------------------------------------------


def to_pickle(x):
    return pickle.dumps(x)  # here


def to_mean(x):
    return statistics.mean([x, 2 * x])  # here


def to_fmean(x):
    return statistics.fmean([x, 2 * x])  # here


def to_fsum(x):
    return math.fsum([x, x])  # here


def to_logarithm(x):
    return math.log(x, 3)  # here


def to_close(x):
    return math.isclose(x, 1.5)  # here


def to_modular_power(x):
    return pow(x, 2, 5)  # here


def to_bits(n):
    return n << 1  # here


def to_length(n):
    return n.bit_length()  # here


def to_slice(x):
    a = np.zeros(3)
    a[:2] = lv.array([x, x])  # here
    return np.sum(a)


def to_arange(n):
    return np.sum(np.arange(n))  # here


def to_vectorize(x):
    return np.sum(np.vectorize(lambda t: t * t)(x))  # here


def to_numpy_number(x):
    return np.float64(x)  # here


def to_asarray(x):
    return np.asarray(x)  # here


def to_frompyfunc(x):
    return np.sum(np.frompyfunc(lambda t: t * t, 1, 1)(x))  # here


def to_testing(x):
    np.testing.assert_allclose(x, [1.0, 2.0, 3.0])  # here
    return np.sum(x)


def to_full(x):
    return np.sum(np.full((2, 2), x))  # here


def to_matrix(x):
    with warnings.catch_warnings(action="ignore"):
        return np.sum(np.matrix(x) * np.eye(3))  # here


def to_masked(x):
    return np.ma.masked_less(x, 1.5).sum()  # here


def to_polynomial(x):
    return np.polynomial.Polynomial(x)(2.0)  # here


def to_poly1d(x):
    return np.poly1d(x)(2.0)  # here


def to_strides(x):
    return np.sum(np.lib.stride_tricks.as_strided(x, (2, 2), (8, 8)))  # here


def of_strides(x):
    return np.sum(x) * x.strides[0]  # here


def to_enumerate(x):
    return sum(t * i for (i,), t in np.ndenumerate(x))  # here


def to_diagonal(x):
    a = np.ones((3, 3))
    np.fill_diagonal(a, x)  # here
    return np.sum(a)


def to_broadcast(x):
    return np.sum(x) * np.broadcast(x, x).size  # here


def to_choice(x):
    return np.sum(np.random.default_rng(0).choice(x, 2))  # here


def to_part(x):
    a = np.zeros((2, 3))
    a[0] += x  # here
    return np.sum(a)


def of_own_part(x):
    y = 2 * x
    y[1:] *= 3  # here
    return np.sum(y)


def to_random(x):
    rng = np.random.default_rng(0)
    return rng.normal(x, 1.0)  # here


def to_key(x):
    return {x: 1.0}  # here


def to_set(x):
    return 2 * x if x in {1.0, 1.5} else x  # here


def to_cache(x):
    return cached(x)  # here


@functools.cache
def cached(x):
    return x * x


def plus_text(x):
    return x + "a"  # here


def plus_none(x):
    return None + x  # here


def times_decimal(x):
    return x * Decimal(2)  # here


def reshaped_in_place(x):
    x.shape = (3, 1)  # here
    return np.sum(x)


def filled_row_by_row(x):
    y = x * 2
    for k in range(3):
        y[k] = x[k] ** 2  # here
    return np.sum(y)


def divided_in_place(x):
    x //= 2  # here
    return np.sum(x)


REFUSED: list[tuple[Any, Any, type[Exception], str]] = [
    (to_pickle, 1.5, TypeError, "turned into a sequence of bytes"),
    (to_mean, 1.5, TypeError, r"ratio of plain integers.*np\.mean, np\.var and np\.std of lv\.array"),
    (to_fmean, 1.5, TypeError, "turned into a plain float"),
    (to_fsum, 1.5, TypeError, r"math\.fsum\(\[x, x\]\) leaves the tape.*Use sum\(\[x, x\]\)"),
    (to_logarithm, 1.5, TypeError, r"Use np\.log\(x\) / np\.log\(3\)"),
    (to_close, 1.5, TypeError, r"math\.isclose\(x, 1\.5\) leaves the tape.*Write it with NumPy's functions"),
    (to_modular_power, 1.5, TypeError, r"pow with three arguments.*\(x \*\* y\) % m"),
    (to_bits, 3, TypeError, r"row of bits.*x \* 2\*\*n in place of x << n"),
    (to_length, 3, TypeError, r"np\.floor\(np\.log2\(x\)\) \+ 1"),
    (to_slice, 1.5, TypeError, r"written into a plain array.*parts\.append\(x\).*np\.stack\(parts\)"),
    (to_arange, 3, TypeError, r"np\.arange takes a recorded value.*np\.arange\(int\(n\)\), which makes it a guard"),
    (
        to_vectorize,
        VECTOR,
        TypeError,
        r"np\.vectorize goes through plain arrays only.*lv\.array\(\[f\(t\) for t in x\]\)",
    ),
    (to_numpy_number, 1.5, TypeError, r"np\.float64 makes a plain number.*x\.astype\(np\.float64\)"),
    (
        to_asarray,
        VECTOR,
        TypeError,
        r"np\.asarray makes a plain array.*leave np\.asarray away, or write lv\.array\(x\)",
    ),
    (
        to_frompyfunc,
        VECTOR,
        NotImplementedError,
        r"np\.frompyfunc made an array.*lv\.array\(\[f\(t\) for t in x\]\)",
    ),
    (to_testing, VECTOR, TypeError, r"np\.testing compares plain arrays only.*assert np\.allclose\(x, y\)"),
    (to_full, 1.5, TypeError, r"np\.full fills a plain array.*np\.broadcast_to\(x, shape\)"),
    (to_matrix, VECTOR, AttributeError, r"np\.matrix is not recorded.*@ for their products"),
    (to_masked, VECTOR, TypeError, r"Masked arrays are not recorded.*np\.where\(mask, 0, x\)"),
    (to_polynomial, VECTOR, TypeError, r"np\.polynomial computes with plain arrays only.*np\.polyval\(c\[::-1\], x\)"),
    (to_poly1d, VECTOR, NotImplementedError, r"np\.poly1d computes with plain arrays only.*np\.polyval\(c, x\)"),
    (to_strides, VECTOR, TypeError, r"as_strided shows the memory.*sliding_window_view\(x, shape\)"),
    (of_strides, VECTOR, AttributeError, r"\.strides of a recorded value.*sliding_window_view\(x, shape\)"),
    (to_enumerate, VECTOR, TypeError, r"np\.ndenumerate.*for i in np\.ndindex\(x\.shape\), and x\[i\]"),
    (to_diagonal, VECTOR, TypeError, r"np\.fill_diagonal writes.*np\.where\(np\.eye\(n, dtype=bool\), d, x\)"),
    (
        to_broadcast,
        VECTOR,
        TypeError,
        r"np\.broadcast takes plain arrays only.*np\.broadcast_shapes\(x\.shape, y\.shape\)",
    ),
    (to_choice, VECTOR, TypeError, r"Random elements.*x\[rng\.permutation\(len\(x\)\)\]"),
    (to_part, VECTOR, TypeError, r"part of a plain array was to be changed.*parts\[i\] = parts\[i\] \+ y"),
    (of_own_part, VECTOR, TypeError, r"part of a recorded array was to be changed.*x \+ np\.where\(mask, y, 0\)"),
    (to_random, 1.5, TypeError, r"parameter of a random number.*m \+ s \* rng\.normal\(\)"),
    (to_key, VECTOR, TypeError, "a key or a member of a set"),
    (to_set, 1.5, TypeError, r"a key or a member of a set.*compare it, x == 1\.5"),
    (to_cache, 1.5, TypeError, "Equal numbers may come from different equations"),
    (plus_text, 1.5, TypeError, r"met text, 'a'.*float\(text\)"),
    (plus_none, 1.5, TypeError, "met None.*without a return gives None"),
    (times_decimal, 1.5, TypeError, r"met a Decimal.*float\(…\)"),
    (reshaped_in_place, VECTOR, TypeError, r"shape of a recorded value.*np\.reshape\(x, \(3, 1\)\)"),
    (filled_row_by_row, VECTOR, TypeError, r"overwritten.*in a loop collect the parts in a list, and np\.stack them"),
    (divided_in_place, VECTOR, TypeError, "changed in place"),
]


@pytest.mark.parametrize(("f", "value", "kind", "words"), REFUSED, ids=lambda part: getattr(part, "__name__", ""))
def test_what_cannot_be_followed_is_refused_at_the_line_it_stands_in(f, value, kind, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(f, value)
    assert isinstance(caught.value, kind)
    lines, first = inspect.getsourcelines(f)
    (number, text) = next((first + at, line) for at, line in enumerate(lines) if "# here" in line)
    assert f"line {number} of {f.__name__}: {text.strip()}" in str(caught.value)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x + np.float64(1),
        lambda x: np.float64(2) * x,
        lambda x: np.multiply(x, np.float64(2)),
        lambda x: x[0] / np.float64(3),
        lambda x: np.maximum(x, np.float64(0.5)),
        lambda x: x * 2.0,
        lambda x: x - np.float32(1),
        lambda x: np.dot(x, 2.0),
        lambda x: np.inner(2, x),
        lambda x: x.dot(2.0),
        lambda x: np.polyval(x, 2.0),
        lambda x: np.gradient(x, [0.0, 1.0, 3.0]),
        lambda x: np.choose([0, 1, 0], [x, 2.0]),
        lambda x: np.choose([0, 1, 0], [x, [2.0, 3.0, 4.0]]),
    ],
)
def test_precision_is_numpys_where_a_constant_of_numpys_meets_single_precision(f) -> None:
    x = np.ones(3, np.float32)
    tape = lv.record(f, x)
    assert np.asarray(tape.result).dtype == np.asarray(f(x)).dtype
    assert lv.grad(lambda x: np.sum(f(x)))(x).dtype == np.float32
    assert np.asarray(tape.replay(x=x).result).dtype == np.asarray(tape.result).dtype
