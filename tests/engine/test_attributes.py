"""What Python and NumPy ask of a recorded value beside arithmetic: copies, kinds, indices of numbers."""

from __future__ import annotations

import copy
import numbers
import pickle
from typing import Any

import numpy as np
import pytest
from numpy import ndarray

import lagviz as lv
from lagviz.engine.recorded import Array, Scalar


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: x.copy(), np.copy])
def test_a_copy_keeps_its_gradient(copied: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(copied(x) ** 2)

    np.testing.assert_array_equal(lv.grad(f)(np.array([1.0, 2.0])), [2.0, 4.0])
    params = {"w": [np.array([1.0, 2.0])], "b": 0.5}
    found = lv.grad(lambda p: np.sum(copy.deepcopy(p)["w"][0] ** 2) * copy.copy(p)["b"])(params)
    np.testing.assert_array_equal(found["w"][0], [1.0, 2.0])
    assert found["b"] == 5.0


@pytest.mark.parametrize("value", [1.5, np.array([1.0, 2.0])])
def test_a_recorded_value_is_not_pickled(value: Any) -> None:
    with pytest.raises(lv.LagvizError, match="a sequence of bytes, at line"):
        lv.record(pickle.dumps, value)


def test_a_recorded_number_is_a_real_number() -> None:
    def f(x: Any) -> Any:
        assert isinstance(x, numbers.Real)
        assert np.isscalar(x)
        y: Any = x
        return y * 2

    assert lv.grad(f)(1.5) == 2.0


def test_a_recorded_number_is_no_sequence() -> None:
    for ask in (iter, list, len, sum, lambda x: x[0]):
        with pytest.raises(TypeError, match="Scalar"):
            lv.record(ask, 1.5)


def test_whether_a_number_is_whole_is_a_decision() -> None:
    def f(x: Any) -> Any:
        return 2 * x if x.is_integer() else 3 * x

    tape = lv.record(f, x=2.0)
    assert [node.kind for node in tape.nodes].count("guard") == 1
    assert tape.replay(x=3.0).result == 6.0
    assert tape.replay(x=2.5).result == 7.5


def test_every_attribute_of_an_array_is_there_or_refused_by_name() -> None:
    for kind in (Scalar, Array):
        assert not {name for name in dir(ndarray) if not name.startswith("_")} - set(dir(kind))


@pytest.mark.parametrize("kind", [np.add, np.multiply, np.maximum])
def test_at_is_refused_with_the_functional_form(kind: Any) -> None:
    def f(x: Any) -> Any:
        kind.at(x, [0], 1.0)
        return x

    with pytest.raises(lv.LagvizError, match=rf"np\.{kind.__name__}\.at writes.*line \d+ of f.*np\.bincount") as caught:
        lv.record(f, np.ones(3))
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: np.exp(x, where=x > 0), "np.exp with where= is not recorded"),
        (lambda x: np.add.reduce(x, out=np.zeros(())), "np.add was to write"),
        (lambda x: np.hypot.reduce(x, where=[True, False]), "np.hypot.reduce with where="),
        (lambda x: np.hypot.reduce(np.stack([x, x]), axis=None), "over several axes.*one axis after the other"),
        (np.power.reduce, r"np.power.reduce is not recorded.*np.power.accumulate\(x\)\[-1\]"),
        (lambda x: np.max(x, where=x > 0), "np.max with where="),
        (lambda x: np.median(x, out=np.zeros(())), "np.median was to write"),
        (lambda x: np.quantile(x, 0.5, method="nearest"), "method='linear' alone"),
        (lambda x: np.pad(x, 1, mode="linear_ramp"), "mode='linear_ramp'.*constant, edge, reflect, symmetric, wrap"),
        (
            lambda x: np.ravel(np.stack([x, x]).T, order="K"),
            "order='K' goes through an array as it lies in memory.*order='F'",
        ),
        (lambda x: np.stack([x, x]).reshape(4, order="A"), "np.reshape with order='A'.*as it lies in memory"),
        (lambda x: np.average(np.stack([x, x]), weights=x), "without a single axis"),
        (lambda x: np.cross(x, x), r"that have not three elements.*x\[..., 0\] \* y\[..., 1\]"),
        (lambda x: np.interp(x, x, x, period=1.0), "np.interp with period="),
        (lambda x: x.astype(complex), "an array of complex128"),
        (lambda x: np.choose([0, 1], [x, x], mode="wrap"), "np.choose with mode="),
    ],
)
def test_an_option_that_is_not_recorded_is_refused_by_name(f: Any, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words):
        lv.record(f, np.array([1.0, 2.0]))
