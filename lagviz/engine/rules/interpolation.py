"""Piecewise linear interpolation: ``np.interp(x, xp, fp)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.rules.elementwise import unbroadcast
from lagviz.engine.rules.put_back import put_back, take_out
from lagviz.engine.rules.rule import Rule, decided, lead_of, size_of

__all__ = ["INTERP"]


class _Interp(Rule):
    """Each result lies between two knots i and i + 1, at z = fp_i + slope · (x − xp_i); outside it is constant.

    On a knot the partials are those of the piece to its right. NumPy asks that the knots increase.
    """

    __slots__ = ()

    def _pieces(self, operands: Sequence[Any]) -> tuple[NDArray[np.intp], NDArray[Any], NDArray[Any]]:
        """The knot to the left of each x, and whether x lies before the first or behind the last knot."""
        x, xp, _ = operands
        piece = np.asarray(decided(np.searchsorted(xp, x, side="right"))).ravel()
        left = np.clip(piece - 1, 0, max(len(xp) - 2, 0))
        behind = np.asarray(decided(np.greater(x, xp[-1]))).ravel()
        return left, piece == 0, behind

    def _partials(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Pairs (positions in operand k, numbers): what each result reads of it. Flat, −1 where it reads nothing."""
        x, xp, fp = operands
        n = len(xp)
        left, before, behind = self._pieces(operands)
        right = np.minimum(left + 1, n - 1)
        inside = ~(before | behind)
        width = np.where(left == right, 1.0, xp[right] - xp[left])
        slope = (fp[right] - fp[left]) / width
        if k == 0:
            return [(np.where(inside, np.arange(len(left)), -1), slope)]
        share = np.where(inside, (np.reshape(x, (-1,)) - xp[left]) / width, np.where(before, 0.0, 1.0))
        read = inside if k == 1 else self._read(before, behind, options)
        pair = (-slope * (1.0 - share), -slope * share) if k == 1 else (1.0 - share, share)
        if n == 1:
            return [(np.where(read, left, -1), pair[0] + pair[1])]
        return [(np.where(read, left, -1), pair[0]), (np.where(read, right, -1), pair[1])]

    def _read(self, before: Any, behind: Any, options: Mapping[str, Any]) -> Any:
        """Outside, the first or the last of fp is read, unless another number was to be put there."""
        unread = np.zeros(len(before), dtype=bool)
        if options.get("left") is not None:
            unread = unread | before
        if options.get("right") is not None:
            unread = unread | behind
        return ~unread

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        heads = np.shape(g)[: lead_of(g, z)]
        flat = np.reshape(g, (*heads, size_of(z)))
        shape = np.shape(operands[k])
        total: Any = 0.0
        for positions, numbers in self._partials(k, operands, options):
            total = total + put_back(flat * numbers, positions=positions, size=size_of(operands[k]))
        return unbroadcast(np.reshape(total, heads + shape), len(shape), shape)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        heads = np.shape(t)[: lead_of(t, operands[k])]
        flat = np.reshape(t, (*heads, size_of(operands[k])))
        total: Any = 0.0
        for positions, numbers in self._partials(k, operands, options):
            total = total + take_out(flat, positions) * numbers
        return np.reshape(total, heads + np.shape(z))

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        if np.ndim(z) == 0 and np.ndim(operands[k]) == 0:
            return "scalar"
        return "diagonal" if k == 0 else "sparse"


INTERP = _Interp("interp", np.interp)
