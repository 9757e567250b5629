"""Sums and products so far, along an axis; and the product of all.

Derivatives of a product divide by no factor: they are right where factors are 0, in every order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.rules.reductions import Reduction
from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = ["CUMPROD", "CUMSUM", "PROD"]


def _product_of_others(z: Any, x: Any, n: int) -> Any:
    """For each element the product of all others that go into the same result."""
    del n
    axes = tuple(axis for axis, length in enumerate(np.shape(z)) if length == 1)
    if not axes:
        return 1.0
    last = tuple(range(-len(axes), 0))
    moved = np.moveaxis(x, axes, last)
    flat = np.reshape(moved, (*np.shape(moved)[: -len(axes)], int(np.prod(np.shape(moved)[-len(axes) :]))))
    return np.moveaxis(np.reshape(_others(flat), np.shape(moved)), last, axes)


def _others(x: Any) -> Any:
    """The same along the last axis, by pairs: what a pair lacks is the product of all other pairs, and its partner."""
    n = np.shape(x)[-1]
    if n == 0:
        return x
    if n == 1:
        return np.ones(np.shape(x), x.dtype)
    if n % 2:
        one = np.ones((*np.shape(x)[:-1], 1), x.dtype)
        return _others(np.concatenate((x, one), axis=-1))[..., :-1]
    left, right = x[..., 0::2], x[..., 1::2]
    rest = _others(left * right)
    return np.reshape(np.stack((rest * right, rest * left), axis=-1), np.shape(x))


def _recurrence(factor: Any, start: Any) -> Any:
    """S of ``s_j = start_j + factor_j · s_{j−1}`` along the last axis, by doubling the distance each step reaches."""
    n, reach = np.shape(start)[-1], 1
    while reach < n:
        start = np.concatenate(
            (start[..., :reach], start[..., reach:] + factor[..., reach:] * start[..., :-reach]), axis=-1
        )
        factor = np.concatenate((factor[..., :reach], factor[..., reach:] * factor[..., :-reach]), axis=-1)
        reach *= 2
    return start


class _Running(Rule):
    """An operation along an axis whose j-th result reads the operands up to the j-th; flattened first without an axis."""

    __slots__ = ()

    def _adjoint(self, g: Any, x: Any, z: Any) -> Any:
        """Along the last axis."""
        raise NotImplementedError

    def _tangent(self, t: Any, x: Any, z: Any) -> Any:
        raise NotImplementedError

    def _along(self, product: Callable[..., Any], t: Any, z: Any, x: Any, axis: int | None) -> Any:
        """A product with the axis in question as the last one; ``t`` may have leading axes."""
        if axis is None or np.ndim(x) == 0:
            t, z, x = np.reshape(t, (*np.shape(t)[: lead_of(t, z)], size_of(x))), np.ravel(z), np.ravel(x)
            return product(t, x, z)
        axis = axis % np.ndim(x) - np.ndim(x)  # counted from behind, leading axes change nothing
        x, z, t = (np.moveaxis(one, axis, -1) for one in (x, z, t))
        return np.moveaxis(product(t, x, z), -1, axis)

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x, heads = operands[k], np.shape(g)[: lead_of(g, z)]
        return np.reshape(self._along(self._adjoint, g, z, x, options.get("axis")), heads + np.shape(x))

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x, heads = operands[k], np.shape(t)[: lead_of(t, operands[k])]
        flat = np.reshape(t, heads + np.shape(z))  # without an axis z is flat, and x need not be
        return np.reshape(self._along(self._tangent, flat, z, x, options.get("axis")), heads + np.shape(z))

    def _pairs(self, x: Any, axis: int | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions (j, i) of each result and each operand that it reads."""
        numbers = np.arange(size_of(x)).reshape(np.shape(x) if axis is not None else -1)
        lines = np.moveaxis(numbers, 0 if axis is None else axis, -1)
        later, earlier = np.tril_indices(lines.shape[-1])
        return lines[..., later].ravel(), lines[..., earlier].ravel()

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del k, operands, options
        return "scalar" if np.ndim(z) == 0 else "sparse"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del z
        x, axis = operands[k], options.get("axis")
        n = size_of(x) if axis is None or np.ndim(x) == 0 else np.shape(x)[axis]
        return size_of(x) * (n + 1) // 2

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        _, _, dense = super().entries(k, z, operands, options)
        j, i = self._pairs(operands[k], options.get("axis") if np.ndim(operands[k]) else None)
        return j, i, dense.reshape(size_of(z), size_of(z))[j, i]


class _CumSum(_Running):
    __slots__ = ()

    def _adjoint(self, g: Any, x: Any, z: Any) -> Any:
        del x, z
        return np.flip(np.cumsum(np.flip(g, -1), axis=-1), -1)

    def _tangent(self, t: Any, x: Any, z: Any) -> Any:
        del x, z
        return np.cumsum(t, axis=-1)

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"


class _CumProd(_Running):
    __slots__ = ()

    def _adjoint(self, g: Any, x: Any, z: Any) -> Any:
        # λ of x_i is (product before i) · s_i with s_i = g_i + x_{i+1} s_{i+1}: a recurrence from behind.
        after = np.concatenate((x[..., 1:], np.ones((*np.shape(x)[:-1], 1), x.dtype)), axis=-1)
        collected = np.flip(_recurrence(np.flip(after, -1), np.flip(g, -1)), -1)
        return collected * _before(z)

    def _tangent(self, t: Any, x: Any, z: Any) -> Any:
        return _recurrence(x, t * _before(z))

    def uses(self, k: int) -> str:
        del k
        return "xz"


def _before(z: Any) -> Any:
    """The product of what comes before each element."""
    return np.concatenate((np.ones((*np.shape(z)[:-1], 1), z.dtype), z[..., :-1]), axis=-1)[..., : np.shape(z)[-1]]


PROD = Reduction("prod", np.prod, _product_of_others, None, pill="Π", tex=r"\prod $x", text="prod($x$options)")
CUMSUM = _CumSum("cumsum", np.cumsum, pill="Σ…")
CUMPROD = _CumProd("cumprod", np.cumprod, pill="Π…")
