"""NumPy's sums of products and recorded values: `einsum`, and what is a way of writing it (`tensordot`, `dot`, `outer`)."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from lagviz.engine.handling import handles, refuse_options
from lagviz.engine.recorded import Recorded, record_operation
from lagviz.engine.rules import EINSUM, MATMUL, OPERATORS, OUTER, explicit, plain

__all__: list[str] = []


@handles(np.einsum)
def _einsum(*arguments: Any, **options: Any) -> Any:
    # In which order the sums are done changes no number but by rounding: the rule makes a plan of its own.
    refuse_options(
        "einsum", {key: value for key, value in options.items() if key not in {"optimize", "order", "casting"}}
    )
    subscripts, operands = _in_letters(arguments)
    operands = tuple(np.asarray(x) if isinstance(x, list | tuple) else x for x in operands)
    return record_operation(EINSUM, operands, {"subscripts": explicit(subscripts, [np.ndim(x) for x in operands])})


def _in_letters(arguments: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Einsum's arguments as a string and operands; NumPy also takes ``(x, [0, 1], y, [1, 2], [0, 2])``."""
    if isinstance(arguments[0], str):
        return arguments[0], arguments[1:]
    pairs = len(arguments) // 2
    lists = [*arguments[1 : 2 * pairs : 2], *arguments[2 * pairs :]]
    # NumPy sorts an implicit result by number, as it does by letter.
    numbers = sorted({number for one in lists for number in one if number is not Ellipsis})
    letter = dict(zip(numbers, string.ascii_letters[26:] + string.ascii_letters[:26], strict=False))
    terms = ["".join("..." if number is Ellipsis else letter[number] for number in one) for one in lists]
    arrow = "->" + terms[pairs] if len(arguments) % 2 else ""
    return ",".join(terms[:pairs]) + arrow, arguments[: 2 * pairs : 2]


@handles("tensordot", "linalg.tensordot")
def _tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    x, y = (np.asarray(part) if isinstance(part, list | tuple) else part for part in (x, y))
    n, m = np.ndim(x), np.ndim(y)
    if isinstance(axes, int | np.integer):
        pairs = list(zip(range(n - int(axes), n), range(int(axes)), strict=True))
    else:
        left, right = (np.ravel(one).tolist() for one in axes)
        pairs = list(zip(left, right, strict=True))
    first = string.ascii_letters[:n]
    second = list(string.ascii_letters[n : n + m])
    for a, b in pairs:
        second[b] = first[a]
    summed = {first[a] for a, _ in pairs}
    output = "".join(letter for letter in (*first, *second) if letter not in summed)
    return record_operation(EINSUM, (x, y), {"subscripts": f"{first},{''.join(second)}->{output}"})


def _of_numpy(x: Any) -> Any:
    """A plain number as NumPy's: functions that are no ufuncs make arrays of Python's numbers, which lift single precision."""
    return x if isinstance(x, Recorded) else np.asarray(x)[()]


@handles(np.dot)
def _dot(x: Any, y: Any, out: Any = None) -> Any:
    refuse_options("dot", {"out": out})
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return record_operation(OPERATORS["mul"], (_of_numpy(x), _of_numpy(y)))
    if np.ndim(y) > 2:  # noqa: PLR2004 - there dot and matmul differ
        return np.tensordot(x, y, axes=((-1,), (-2,)))
    return record_operation(MATMUL, (x, y))


@handles(np.inner)
def _inner(x: Any, y: Any) -> Any:
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return np.dot(x, y)
    return np.tensordot(x, y, axes=((-1,), (-1,))) if max(np.ndim(x), np.ndim(y)) > 1 else np.dot(x, y)


@handles(np.vdot)
def _vdot(x: Any, y: Any) -> Any:
    return np.dot(np.ravel(x), np.ravel(y))


@handles("outer", "linalg.outer")
def _outer(x: Any, y: Any, out: Any = None) -> Any:
    refuse_options("outer", {"out": out})
    return record_operation(OUTER, (x, y))


def _stacked(subscripts: str) -> Any:
    def product(x: Any, y: Any) -> Any:
        return np.einsum(subscripts, x, y)

    return product


for _name, _subscripts in (
    ("vecdot", "...i,...i->..."),
    ("matvec", "...ij,...j->...i"),
    ("vecmat", "...i,...ij->...j"),
):
    handles(_name)(_stacked(_subscripts))


@handles("linalg.vecdot")
def _vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


@handles("einsum_path")
def _einsum_path(subscripts: Any, *operands: Any, **options: Any) -> Any:
    return np.einsum_path(subscripts, *(plain(x) for x in operands), **options)
