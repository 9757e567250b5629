"""Every name of autograd's NumPy and of NumPy itself: either recorded, and tested by a call, or refused in words.

A function that is new in NumPy, or that loses its rule here, fails one of these tests by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.functions.refused import REFUSED
from lagviz.engine.recorded import FUNCTIONS
from lagviz.engine.rules import UFUNCS
from tests.support.calls import CALLS, autograds

#: Sums of products, of which `test_contractions` and `test_linalg` are about.
CONTRACTIONS = {
    "dot",
    "einsum",
    "einsum_path",
    "inner",
    "matmul",
    "matvec",
    "outer",
    "tensordot",
    "vdot",
    "vecdot",
    "vecmat",
}
#: Names that are still to come. The table is whole when this is empty.
OWED: set[str] = set()

#: What autograd has under names that are not NumPy's, and what it wraps only because it must.
NOT_NUMPYS = {"_original_where", "array_from_args", "concatenate_args", "make_diagonal"}
#: Constructors: they make an array of plain numbers, and with a recorded one they refuse by `Recorded.__array__`.
CONSTRUCTORS = {"full", "isscalar"}


def dispatches(name: str) -> bool:
    """Whether NumPy asks a value what the function is to do with it."""
    function = getattr(np, name, None)
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


PUBLIC = sorted(name for name in np.__all__ if dispatches(name))
REFUSED_FUNCTIONS = {getattr(np, name) for name in REFUSED if hasattr(np, name)}
TESTED = {getattr(np, name) for name in CALLS if hasattr(np, name)}


def is_recorded(name: str) -> bool:
    function = getattr(np, name)
    return (function in FUNCTIONS or function in UFUNCS or function is np.matmul) and function not in REFUSED_FUNCTIONS


@pytest.mark.parametrize("name", sorted(autograds() - NOT_NUMPYS - CONSTRUCTORS))
def test_what_autograd_differentiates_is_recorded(name: str) -> None:
    assert is_recorded(name) or name in OWED


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_of_numpy_is_recorded_and_tested_or_refused(name: str) -> None:
    if name in OWED:
        assert not is_recorded(name), f"np.{name} has come: take it out of OWED"
    elif is_recorded(name):
        assert getattr(np, name) in TESTED or name in CONTRACTIONS
    else:
        assert getattr(np, name) in REFUSED_FUNCTIONS


@pytest.mark.parametrize(
    "name",
    [
        f"{module.__name__.removeprefix('numpy.')}.{name}"
        for module in (np.linalg, np.fft)
        for name in module.__all__
        if hasattr(getattr(module, name), "_implementation")
    ],
)
def test_a_function_of_linalg_and_fft_is_recorded_or_refused_by_a_handler(name: str) -> None:
    module, _, own = name.partition(".")
    assert (getattr(getattr(np, module), own) in FUNCTIONS) != (name in OWED)


def test_every_call_is_of_the_function_it_stands_under() -> None:
    for name, calls in CALLS.items():
        assert calls
        assert any(f"np.{name}(" in call for call in calls), name


@pytest.mark.parametrize("name", sorted(name for name in REFUSED if hasattr(np, name)))
def test_a_refusal_names_the_function_the_line_and_what_to_write(name: str) -> None:
    def f(x: Any) -> Any:
        return ask(getattr(np, name), x)  # here

    with pytest.raises(lv.LagvizError, match=rf"^np\.{name} .*line \d+ of ") as caught:
        lv.record(f, np.array([1.0, 2.0]))
    what, instead, kind = REFUSED[name]
    assert isinstance(caught.value, kind)
    assert what in str(caught.value)
    assert str(caught.value).endswith(f"{instead}.")


def ask(function: Callable[..., Any], x: Any) -> Any:
    """Call a function, whose signature nobody looks at before it is refused, in the way that NumPy would be asked."""
    if isinstance(function, np.ufunc):
        return function(*(x,) * function.nin)
    return x.__array_function__(function, (type(x),), (x, x), {})


@pytest.mark.parametrize(
    "make",
    [
        *(np.array, np.asarray, np.asanyarray, np.asfortranarray, np.ascontiguousarray, np.asarray_chkfinite),
        *(np.require, np.arange, np.vectorize(abs), np.poly1d),
    ],
    ids=lambda make: getattr(make, "__name__", type(make).__name__),
)
def test_what_makes_a_plain_array_of_a_recorded_number_is_refused(make: Callable[..., Any]) -> None:
    for value in (1.5, np.array([1.0, 2.0])):
        with pytest.raises(lv.LagvizError, match=r"line \d+"):
            lv.record(lambda x: make(x), value)  # noqa: PLW0108 - the call stands on a line of ours


@pytest.mark.parametrize("value", [1.5, np.array([1.0, 2.0])])
def test_full_of_a_recorded_number_says_what_to_write(value: Any) -> None:
    with pytest.raises(lv.LagvizError, match=r"np\.broadcast_to\(x, shape\)"):
        lv.record(lambda x: np.full(2, x), value)
