"""Putting numbers back where they were taken from, and adding up those that meet: the transpose of a selection.

It is what the adjoint of a selection does, and has a rule of its own so that it can be recorded in its turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.rules.rule import Entries, Rule, size_of

__all__ = ["PUT_BACK", "put_back", "take_out"]


def put_back(values: Any, *, positions: NDArray[np.intp], size: int) -> Any:
    """An array of ``size`` elements on its last axis that holds at each position the sum of what belongs there.

    Parameters
    ----------
    values : array of shape (…, m)
        Recorded or not.
    positions : array of int, shape (m,)
        Where each of the m belongs; −1 for nowhere.
    size : int
        Length of the result's last axis.
    """
    if hasattr(values, "recording"):  # recorded as NumPy's own functions are
        options = {"positions": positions, "size": size}
        return values.__array_function__(put_back, (type(values),), (values,), options)
    whole = np.zeros((*values.shape[:-1], size), values.dtype)
    if len(positions) and positions.min() < 0:
        (taken,) = np.nonzero(positions >= 0)
        values, positions = values[..., taken], positions[taken]
    index: Any = (..., positions)
    np.add.at(whole, index, values)
    return whole


def take_out(whole: Any, positions: NDArray[np.intp]) -> Any:
    """The elements at the positions on the last axis, 0 for a position of −1."""
    if len(positions) and positions.min() < 0:
        # An added 0 is what −1 reads.
        whole = np.concatenate((whole, np.zeros((*np.shape(whole)[:-1], 1), whole.dtype)), axis=-1)
    return whole[..., positions]


class _PutBack(Rule):
    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k, z, operands
        return take_out(g, options["positions"])

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k, z, operands
        return put_back(t, **options)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del k, z, operands, options
        return "sparse"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del z
        rows = size_of(operands[k]) // max(len(options["positions"]), 1)
        return rows * int(np.count_nonzero(options["positions"] >= 0))

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del z
        positions, x = options["positions"], operands[k]
        at = np.broadcast_to(positions, np.shape(x))
        row = np.arange(int(np.prod(np.shape(x)[:-1], dtype=np.int64))).reshape((*np.shape(x)[:-1], 1))
        (i,) = np.nonzero(at.ravel() >= 0)
        return (row * options["size"] + at).ravel()[i], i, np.ones(len(i))

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"


PUT_BACK = _PutBack("put back", put_back, tex=r"\operatorname{put\ back}($x)", text="put back($x)")
