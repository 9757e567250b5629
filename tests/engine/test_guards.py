"""Every way in which a program decides by a recorded value is a guard: on the tape, without λ, without a row, and replayed."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

import lagviz as lv

LIST = [1.0, 2.0, 3.0, 4.0]
X = np.array([1.0, 2.0, 3.0, 4.0])


def by_if(x, n):
    return x * n if x > 1 else x


def by_elif(x, n):
    if x > 2:
        return x
    elif x > 1:  # noqa: RET505
        return x * x * n
    return 0.0 * x


def by_while(x, n):
    while x < 10:
        x = x * 2
    return x * n


def by_assert(x, n):
    assert x > 0, "positive"
    return x * n


def by_match(x, n):
    match n:
        case 1:
            return x
        case 2:
            return x * x
    return 0.0 * x


def by_loop(x, n):
    for _ in range(n):
        x = x * x
    return x


def by_index(x, n):
    return LIST[n] * x


# With the number of decisions that x = 1.5 and n = 2 make.
DECISIONS: dict[str, tuple[Any, int]] = {
    "if": (by_if, 1),
    "elif": (by_elif, 2),
    "while": (by_while, 4),
    "assert": (by_assert, 1),
    "match": (by_match, 2),
    "range": (by_loop, 1),
    "index of a list": (by_index, 1),
    "index of a plain array": (lambda x, n: X[n] * x, 1),
    "index of a recorded array": (lambda x, n: (X * x)[n], 1),
    "slice": (lambda x, n: np.sum((X * x)[:n]), 1),
    "mask": (lambda x, n: np.sum((X * x)[X * x > n]), 1),
    "int": (lambda x, n: x * int(n), 1),
    "operator.index": (lambda x, n: x ** operator.index(n), 1),
    "shape": (lambda x, n: np.sum(np.zeros((n, 3)) + x), 1),
    "reshape": (lambda x, n: np.sum(np.reshape(X * x, (n, -1))[0]), 1),
    "chained": (lambda x, n: x * n if 1 < x < 2 else x, 2),
    "and": (lambda x, n: x * n if x > 1 and n > 1 else x, 2),
    "or": (lambda x, n: x * n if x > 2 or n > 1 else x, 2),
    "not": (lambda x, n: x if not x > 1 else x * n, 1),
    "any": (lambda x, n: x * n if bool(np.any(X * x > 5)) else x, 1),
    "all of Python": (lambda x, n: x * n if all(t > 0 for t in X * x) else x, 4),
    "max": (lambda x, n: max(x, 1.0) * n, 1),
    "min of an array": (lambda x, n: min(X * x) * n, 3),
    "sorted": (lambda x, n: sorted([2 * x, x])[1] * n, 1),
    "in": (lambda x, n: x if n in (5, 2) else x * x, 2),
    "key": (lambda x, n: {1: x, 2: x * x}[n], 2),
    "text": (lambda x, n: {"w1": x, "w2": x * x}[f"w{n}"], 1),
    "repeated list": (lambda x, n: sum([x] * n), 1),
    "truth of a number": (lambda x, n: x * n if x else n, 1),
    "argmax": (lambda x, n: LIST[np.argmax(X * x)] * x * n, 1),
}


@pytest.mark.parametrize(("f", "decisions"), DECISIONS.values(), ids=list(DECISIONS))
def test_a_decision_is_a_guard(f, decisions) -> None:
    tape = lv.record(f, x=1.5, n=2)
    assert tape.result == pytest.approx(f(1.5, 2), rel=1e-15)
    guards = [node for node in tape if node.kind == "guard"]
    assert len(guards) == decisions
    system = tape.adjoint_system()
    solution = system.solve()
    for guard in guards:
        assert not tape.has_row(guard.index)
        assert solution.multipliers[guard.index] is None
        assert system.slices[guard.index].start == system.slices[guard.index].stop
        assert guard.index not in {i for entry in system.entries for i in (entry.row, entry.column)}
    h = 1e-6
    assert solution["x"] == pytest.approx((f(1.5 + h, 2) - f(1.5 - h, 2)) / (2 * h), rel=1e-8)
    assert lv.grad(lambda x: f(x, 2))(1.5) == pytest.approx(solution["x"], rel=1e-14)
    for inputs in ({"x": 1.2}, {"x": 7.0}, {"n": 1}):
        assert tape.replay(**inputs).result == pytest.approx(f(**{"x": 1.5, "n": 2, **inputs}), rel=1e-15)


def test_a_failed_assertion_is_the_readers_own() -> None:
    with pytest.raises(AssertionError, match="positive"):
        lv.record(by_assert, x=-1.0, n=2)
