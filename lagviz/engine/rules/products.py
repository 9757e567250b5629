"""Matrix products: ``@``, ``dot``, ``outer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.contractions import EINSUM
from lagviz.engine.rules.elementwise import stretched, sum_tex, unbroadcast
from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = ["MATMUL", "OUTER", "stacks_tex"]


class _MatMul(Rule):
    """``x @ y`` with NumPy's conventions for vectors, matrices and stacks of matrices."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        x, y = operands
        ndims = x.ndim, y.ndim
        if ndims == (2, 2):
            return _product(g, y.T) if k == 0 else _product(x.T, g)
        if ndims == (2, 1):
            return g[..., None] * y if k == 0 else _product(g, x)
        if ndims == (1, 2):
            return _product(g, y.T) if k == 0 else g[..., None, :] * x[:, None]
        if ndims == (1, 1):
            return (g[..., None] if np.ndim(g) else g) * operands[1 - k]
        return self._stacked(k, g, z, x, y)

    def _stacked(self, k: int, g: Any, z: Any, x: Any, y: Any) -> Any:
        lead, shape = lead_of(g, z), np.shape((x, y)[k])
        if np.ndim(x) == 1:
            x, g = np.expand_dims(x, 0), np.expand_dims(g, -2)
        if np.ndim(y) == 1:
            y, g = np.expand_dims(y, -1), np.expand_dims(g, -1)
        product = g @ np.swapaxes(y, -1, -2) if k == 0 else np.swapaxes(x, -1, -2) @ g
        product = unbroadcast(product, np.ndim(product) - lead, np.shape((x, y)[k]))
        return np.reshape(product, np.shape(product)[:lead] + shape)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        x, y = operands
        lead = lead_of(t, operands[k])
        if lead == 0:
            return t @ y if k == 0 else x @ t
        # Vectors become matrices, and axes of 1 keep the right-hand sides apart from the axes of a stack.
        heads, other = np.shape(t)[:lead], (y, x)[k]
        own = np.shape(operands[k])
        if len(own) == 1:
            own = (1, *own) if k == 0 else (*own, 1)
        if np.ndim(other) == 1:
            other = np.expand_dims(other, -1 if k == 0 else 0)
        t = np.reshape(t, (*heads, *(1,) * (np.ndim(other) - len(own)), *own))
        return np.reshape(t @ other if k == 0 else other @ t, heads + np.shape(z))

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del k, options
        return "dense" if np.ndim(z) == 0 or 1 in {np.ndim(x) for x in operands} else "sparse"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, options
        shared: int = np.shape(operands[0])[-1]
        return size_of(z) * shared

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del options
        x, y = (np.asarray(operand, dtype=np.float64) for operand in operands)
        x, y = (np.expand_dims(x, 0) if x.ndim == 1 else x), (np.expand_dims(y, -1) if y.ndim == 1 else y)
        # Every product that is summed has a place on the axes (…stack, row, shared, column).
        stack = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        products = (*stack, x.shape[-2], x.shape[-1], y.shape[-1])
        j = np.arange(size_of(z)).reshape(*stack, x.shape[-2], 1, y.shape[-1])
        own, other = ((x, y), (y, x))[k]
        behind = (-1, -3)  # where x has no column, and y no row
        i = np.expand_dims(np.arange(own.size).reshape(own.shape), behind[k])
        numbers = np.expand_dims(other, behind[1 - k])
        rows, columns = (np.broadcast_to(part, products).ravel() for part in (j, i))
        return rows, columns, np.broadcast_to(numbers, products).ravel()

    def uses(self, k: int) -> str:
        return "yx"[k]

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del options
        x, y = names["x"], names["y"]
        x_ndim, y_ndim = map(np.ndim, operands)
        every = stacks_tex(k, operands)
        if k == 0 and x_ndim == 1:
            return rf"{every}{price}\,{y}" if y_ndim == 1 else rf"{every}{y}\,{price}"
        if k == 0:
            return rf"{every}{price}\,{y}^{{\top}}"
        if x_ndim == 1:
            return rf"{every}{x}\,{price}" if y_ndim == 1 else rf"{every}{x}\,{price}^{{\top}}"
        return rf"{every}{x}^{{\top}} {price}"


def stacks_tex(k: int, operands: Sequence[Any]) -> str:
    """The sum over the matrices of a stack that all read the one matrix, or vector, of an operand."""
    own, stack = np.shape(operands[k])[:-2], np.broadcast_shapes(*(np.shape(operand)[:-2] for operand in operands))
    return sum_tex(stretched(own, stack), len(stack) + 1)


def _product(x: Any, y: Any) -> Any:
    """``x @ y``. `np.dot` says the same of vectors and matrices, and of small ones in half the time."""
    return np.dot(x, y) if x.ndim <= 2 and y.ndim <= 2 else x @ y  # noqa: PLR2004


class _Outer(Rule):
    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        lead = lead_of(g, z)
        other = np.reshape(operands[1 - k], (-1,))
        product = g @ other if k == 0 else other @ g
        return np.reshape(product, np.shape(g)[:lead] + np.shape(operands[k]))

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del z, options
        lead = lead_of(t, operands[k])
        flat = np.reshape(t, (*np.shape(t)[:lead], -1))
        other = np.reshape(operands[1 - k], (-1,))
        return np.expand_dims(flat, -1) * other if k == 0 else np.expand_dims(other, -1) * np.expand_dims(flat, -2)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        return EINSUM.structure(k, z, _flat(operands), _OUTER)

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, operands, options
        return size_of(z)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del options
        return EINSUM.entries(k, z, _flat(operands), _OUTER)


_OUTER = {"subscripts": "a,b->ab"}


def _flat(operands: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(np.ravel(x) for x in operands)


MATMUL = _MatMul("matmul", np.matmul, arity=2, pill="@", tex=r"$x\,$y", text="$x @ $y")
OUTER = _Outer("outer", np.outer, arity=2, pill="⊗", tex=r"$x \otimes $y", text="$x ⊗ $y")
