"""The tape as a sequence to look at: asking for its equations, and what they print as."""

from __future__ import annotations

import numpy as np
import pytest

import lagviz as lv


def layers(x, w):
    with lv.scope("layer"):
        a = w @ x
        h = np.tanh(a)
    return np.sum(h)


def tape() -> lv.Tape:
    return lv.record(layers, np.array([1.0, 0.5]), np.array([[0.5, -0.25], [1.0, 2.0]]))


def test_it_prints_as_the_numbered_sequence() -> None:
    assert repr(tape()).splitlines() == [
        "z₁  x = given, 2",
        "z₂  w = given, 2 × 2",
        "z₃  a = w @ x = [0.375 2.   ]",
        "z₄  h = tanh(a) = [0.3584 0.964 ]",
        "z₅  layers = sum(h) = 1.322",
    ]


def test_a_long_one_prints_its_beginning() -> None:
    def f(x):
        for _ in range(100_000):
            x = x + 1.0
        return x

    lines = repr(lv.record(f, 0.0)).splitlines()
    assert len(lines) == 41
    assert lines[-1] == "… 99,961 more"


def test_equations_are_asked_for_by_index_name_and_slice() -> None:
    one = tape()
    assert len(one) == 5
    assert [node.index for node in one] == [0, 1, 2, 3, 4]
    assert one[-1] == one["layers"] == one[np.int64(4)] == one[one.output]
    assert one[2:4] == (one["a"], one["h"])
    assert one[::-1][0] == one.output
    assert "h" in one
    assert one["h"] in one
    assert "g" not in one
    assert tape()["h"] not in one
    with pytest.raises(lv.LagvizError, match=r"No equation is named 'g'\. There are: "):
        one["g"]
    with pytest.raises(IndexError, match="There is no equation 5: the tape has 5, numbered from 0"):
        one[5]
    with pytest.raises(TypeError):
        one[1.5]  # type: ignore[call-overload]


def test_the_input_of_a_name_comes_before_the_last_equation_of_it() -> None:
    def f(x):
        y = x + 1
        x = y * y
        y = x + y
        return y * 2

    one = lv.record(f, 3.0)
    assert one["x"].index == 0
    assert one["y"].index == 3


def test_nodes_are_equal_where_they_are_the_same_equation_of_the_same_tape() -> None:
    one, other = tape(), tape()
    assert one["h"] == one["h"]
    assert one["h"] != one["a"]
    assert one["h"] != other["h"]
    assert {one["h"], one[3], one["a"]} == {one["a"], one["h"]}


# --- what is no number --------------------------------------------------------------------------------------------------------


def test_the_first_nonfinite_says_what_made_it() -> None:
    def f(x, y):
        a = x - 1.0
        b = np.log(a)
        return b * y

    with np.errstate(all="ignore"):
        one = lv.record(f, 1.0, 0.0)
    first = one.first_nonfinite()
    assert first == one["b"]
    line = f.__code__.co_firstlineno + 2
    assert repr(first) == f"b = ln(a) = −∞  (b is −∞: log of a = 0, at line {line}: np.log(a))"
    assert one["f"].nonfinite == "f is NaN, passed on from b"
    assert repr(one["f"]) == "f = b·y = NaN"
    assert one["a"].nonfinite is None


def test_what_came_in_is_told_apart_from_what_was_made() -> None:
    one = lv.record(lambda x, w: np.sum(w * x), np.array([1.0, np.nan, np.inf]), 2.0)
    first = one.first_nonfinite()
    assert first == one["x"]
    assert repr(first) == "x = given, 3  (x has 2 of 3 numbers NaN or infinite: so it was given)"
    given = lv.record(lambda x: 2 * x, float("nan")).first_nonfinite()
    assert given is not None
    assert given.nonfinite == "x is NaN: so it was given"


def test_arrays_and_numbers_of_any_size_are_looked_at() -> None:
    with np.errstate(all="ignore"):
        one = lv.record(lambda x, n: 1.0 / x + n, np.array([0.0, 2.0]), 2**70)
    first = one.first_nonfinite()
    assert first is not None
    assert first.nonfinite is not None
    assert first.nonfinite.startswith("z₃ has 1 of 2 numbers NaN or infinite: divide, at line ")
    assert lv.record(lambda x: x + 1, 2**70).first_nonfinite() is None
