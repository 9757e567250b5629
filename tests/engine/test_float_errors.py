"""Overflow and the like are warned of at the line of the program, as often as NumPy would, and as it was told to."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lagviz as lv


def endless(x: Any) -> Any:
    y = np.exp(1000 * x)  # overflows
    z = 1 / (x - 1)  # divides
    for _ in range(3):
        z = z + np.log(-x)  # invalid
    return y * np.sum(z)


def lines(values: Any) -> list[tuple[str, str]]:
    """What is warned of, and the comment of the line at which it is."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        lv.record(endless, values)
    text = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert {one.filename for one in caught} == {__file__}
    return [(str(one.message), text[one.lineno - 1].partition("# ")[2].strip()) for one in caught]


@pytest.mark.parametrize("values", [1.0, np.ones(2)])
def test_each_line_is_warned_of_once(values: Any) -> None:
    assert lines(values) == [
        ("overflow encountered", "overflows"),
        ("divide by zero encountered", "divides"),
        ("invalid value encountered", "invalid"),
    ]


def test_what_numpy_was_told_stays_so() -> None:
    def quiet(x: Any) -> Any:
        with np.errstate(over="ignore"):
            return np.exp(1000 * x)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lv.record(quiet, np.ones(2)[0]).result == np.inf
        with np.errstate(all="ignore"):
            lv.record(endless, 1.0)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        lv.record(lambda x: np.sum(np.exp(1000 * x)), np.ones(2))
    before = np.geterr()
    lv.record(quiet, 1.0)
    assert np.geterr() == before
