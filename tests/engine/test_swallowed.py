"""Refusals that the program catches: it has gone another way than on plain values, so there is no gradient of it."""

from __future__ import annotations

import contextlib
import math
import operator

import numpy as np
import pytest

import lagviz as lv
from lagviz.errors import InPlaceError, LeavesTapeError, MissingAttributeError, MissingRuleError


def a_float_is_tried(x):
    try:
        return float(x) * 2
    except Exception:  # noqa: BLE001 - as people write
        return x


def an_array_is_tried(x):
    try:
        x = np.asarray(x)
    except TypeError:
        x = 2 * x
    return np.sum(x)


def something_is_suppressed(x):
    with contextlib.suppress(TypeError):
        return math.sin(x)
    return x


def a_write_is_tried(x):
    y = x * np.ones(3)
    with contextlib.suppress(TypeError):
        y[0] = 0.0
    return np.sum(y)


def a_function_is_tried(x):
    try:
        return np.sum(np.unique(x))
    except NotImplementedError:
        return np.sum(x)


def an_attribute_is_looked_for(x):
    return 2 * x if hasattr(x, "strides") else x


@pytest.mark.parametrize(
    ("f", "kind", "words"),
    [
        (a_float_is_tried, LeavesTapeError, "turned into a plain float"),
        (an_array_is_tried, LeavesTapeError, "makes a plain array of a recorded one"),
        (something_is_suppressed, LeavesTapeError, r"Use np\.sin"),
        (a_write_is_tried, InPlaceError, "was to be overwritten"),
        (a_function_is_tried, MissingRuleError, r"np\.unique"),
        (an_attribute_is_looked_for, MissingAttributeError, r"\.strides"),
    ],
)
def test_a_refusal_that_the_program_catches_is_raised_at_its_end(f, kind, words) -> None:
    ways = [
        lambda: lv.record(f, 1.3),
        lambda: lv.grad(f)(1.3),
        lambda: lv.jacobian(f)(1.3),
        lambda: lv.jvp(f, (1.3,), (1.0,)),
        lambda: lv.vjp(f, 1.3),
    ]
    for way in ways:
        with pytest.raises(kind, match=rf"{words}.*The program caught this error and went on") as caught:
            way()
        assert f" of {f.__name__}: " in str(caught.value)


def test_what_plain_values_refuse_as_well_may_be_caught() -> None:
    x = np.array([1.5, 2.5])

    def number_or_sum(x):
        try:
            return float(x)
        except TypeError:
            return np.sum(x)

    def element_or_product(x):
        try:
            return x[operator.index(x[0])]
        except TypeError:
            return np.prod(x)

    def of_another_kind(x):
        try:
            return x.sinus()
        except AttributeError:
            return np.sum(np.sin(x))

    def not_in_the_table(x):
        try:
            return {}[x]
        except TypeError:
            return np.sum(x**2)

    direction = np.array([1.0, 0.0])
    for f in (number_or_sum, element_or_product, of_another_kind, not_in_the_table):
        assert lv.record(f, x).result == f(x)
        measured = (f(x + 1e-6 * direction) - f(x - 1e-6 * direction)) / 2e-6
        np.testing.assert_allclose(lv.jvp(f, (x,), (direction,))[1], measured, rtol=1e-7)


def test_a_refusal_within_a_derivative_of_its_own_ends_there() -> None:
    def f(x):
        try:
            return lv.grad(float)(x)
        except TypeError:
            return x**2

    assert lv.grad(f)(1.5) == 3.0


def test_nothing_is_left_of_a_refusal_for_the_next_recording() -> None:
    for _ in range(2):
        with pytest.raises(LeavesTapeError):
            lv.grad(a_float_is_tried)(1.0)
        assert lv.grad(lambda x: x * x)(3.0) == 6.0
