"""Functions of one matrix, or of each matrix of a stack, and the solution of linear equations.

The formulas are those of M. Giles, *Collected matrix derivative results for forward and reverse mode algorithmic
differentiation*, 2008, and for `cholesky` of I. Murray, *Differentiation of the Cholesky decomposition*, 2016. What a
function does not look at has no entry: of a symmetric matrix NumPy reads one triangle, so the other has derivative 0,
as a difference would show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.contractions import EINSUM, explicit
from lagviz.engine.rules.elementwise import unbroadcast
from lagviz.engine.rules.products import stacks_tex
from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = [
    "CHOLESKY",
    "DET",
    "INV",
    "LOGABSDET",
    "MATRIX_RANK",
    "PINV",
    "SIGN_OF_DET",
    "SOLVE",
    "PerMatrix",
    "from_triangle",
    "symmetric",
    "transposed",
]

Product = Callable[[Any, Any, Any, Mapping[str, Any]], Any]


def transposed(x: Any) -> Any:
    """Each matrix of a stack transposed."""
    return np.swapaxes(x, -1, -2)


class PerMatrix(Rule):
    """One operand, a matrix or a stack of them, each of which has a value of its own.

    ``back(g, z, x, options)`` and ``along(t, z, x, options)`` are the products; ``axes`` is the number of axes that the
    value of one matrix has: 0 for a determinant, 1 for eigenvalues, 2 for an inverse.
    """

    __slots__ = ("along", "axes", "back")

    def __init__(
        self, name: str, compute: Callable[..., Any], axes: int, back: Product, along: Product, **written: Any
    ) -> None:
        super().__init__(name, compute, **written)
        self.axes = axes
        self.back = back
        self.along = along

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return self.back(g, z, operands[k], options)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return self.along(t, z, operands[k], options)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del z, options
        return "sparse" if np.ndim(operands[k]) > 2 else "dense"  # noqa: PLR2004 - axes of a matrix

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del options
        rows, columns = np.shape(operands[k])[-2:]
        return size_of(z) * int(rows * columns)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        # No matrix of a stack reads another, so one right-hand side asks all of them at once.
        x = operands[k]
        stack, own = np.shape(x)[:-2], np.shape(z)[np.ndim(z) - self.axes :]
        many, rows, columns = (int(np.prod(shape, dtype=np.int64)) for shape in (stack, own, np.shape(x)[-2:]))
        unit = np.broadcast_to(np.eye(rows).reshape(rows, *(1,) * len(stack), *own), (rows, *stack, *own))
        blocks = np.asarray(self.back(unit, z, x, options), dtype=np.float64).reshape(rows, many, columns)
        row, matrix, column = np.indices(blocks.shape)
        return (matrix * rows + row).ravel(), (matrix * columns + column).ravel(), blocks.ravel()


# --- the inverse and the determinant --------------------------------------------------------------------------------------


def _inverse_or_nan(x: Any) -> Any:
    """The inverse; NaN where there is none, as of any derivative that does not exist."""
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return np.full(np.shape(x), np.nan)


def _cofactors(z: Any, x: Any) -> Any:
    """The derivative of the determinant, which a singular matrix has too: there it is computed from the minors."""
    try:
        return z[..., None, None] * transposed(np.linalg.inv(x)) if np.ndim(z) else z * transposed(np.linalg.inv(x))
    except np.linalg.LinAlgError:
        n = np.shape(x)[-1]
        others = np.array([[m for m in range(n) if m != one] for one in range(n)], dtype=np.intp).reshape(n, n - 1)
        sign = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
        minors = [np.linalg.det(x[..., rows[:, None], others[:, None, :]]) for rows in others]
        return sign * np.stack(minors, axis=-2)


def _det_back(g: Any, z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    return (g[..., None, None] if np.ndim(g) else g) * _cofactors(z, x)


def _det_along(t: Any, z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    return np.sum(t * _cofactors(z, x), axis=(-2, -1))


def _logdet_back(g: Any, _z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    return (g[..., None, None] if np.ndim(g) else g) * transposed(_inverse_or_nan(x))


def _logdet_along(t: Any, _z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    return np.sum(t * transposed(_inverse_or_nan(x)), axis=(-2, -1))


INV = PerMatrix(
    "inv",
    np.linalg.inv,
    2,
    lambda g, z, _x, _options: -(transposed(z) @ g @ transposed(z)),
    lambda t, z, _x, _options: -(z @ t @ z),
    pill="( )⁻¹",
    tex="{$x}^{-1}",
    text="$x⁻¹",
)
DET = PerMatrix("det", np.linalg.det, 0, _det_back, _det_along, tex=r"\det $x")
LOGABSDET = PerMatrix(
    "logabsdet",
    lambda x: np.linalg.slogdet(x)[1],
    0,
    _logdet_back,
    _logdet_along,
    pill="ln|det|",
    tex=r"\ln\left|\det $x\right|",
    text="ln|det $x|",
)
MATRIX_RANK = Rule("matrix_rank", np.linalg.matrix_rank, pill="rank", differentiable=False)
SIGN_OF_DET = Rule("sign of det", lambda x: np.linalg.slogdet(x)[0], differentiable=False)


def _pinv_back(g: Any, z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    g, p = transposed(g), transposed(z)
    left, right = np.eye(np.shape(x)[-2]) - x @ z, np.eye(np.shape(x)[-1]) - z @ x
    return left @ g @ (z @ p) + (p @ z) @ g @ right - p @ transposed(g) @ p


def _pinv_along(t: Any, z: Any, x: Any, _options: Mapping[str, Any]) -> Any:
    p, back = transposed(z), transposed(t)
    left, right = np.eye(np.shape(x)[-2]) - x @ z, np.eye(np.shape(x)[-1]) - z @ x
    return (z @ p) @ back @ left + right @ back @ (p @ z) - z @ t @ z


#: Where the rank does not change; where it does, a pseudo-inverse jumps.
PINV = PerMatrix("pinv", np.linalg.pinv, 2, _pinv_back, _pinv_along, pill="( )⁺", tex="{$x}^{+}", text="$x⁺")


# --- symmetric matrices, of which one triangle is read ----------------------------------------------------------------------


def symmetric(t: Any, *, upper: bool = False) -> Any:
    """The symmetric matrix that is read off one triangle of ``t``."""
    read = np.tri(np.shape(t)[-1]).T if upper else np.tri(np.shape(t)[-1])
    return t * read + transposed(t * (read - np.eye(len(read))))


def from_triangle(g: Any, *, upper: bool = False) -> Any:
    """The adjoint of `symmetric`: what both triangles of a symmetric matrix get goes to the one that was read."""
    read = np.tri(np.shape(g)[-1]).T if upper else np.tri(np.shape(g)[-1])
    return g * read + transposed(g) * (read - np.eye(len(read)))


def _halved(x: Any) -> Any:
    """The lower triangle, its diagonal by half: the factor whose sum with its transpose is a symmetric x."""
    n = np.shape(x)[-1]
    return x * (np.tri(n) - 0.5 * np.eye(n))


def _cholesky_back(g: Any, z: Any, _x: Any, _options: Mapping[str, Any]) -> Any:
    up = transposed(z)
    inner = _halved(up @ g)
    return from_triangle(np.linalg.solve(up, transposed(np.linalg.solve(up, transposed(inner)))))


def _cholesky_along(t: Any, z: Any, _x: Any, _options: Mapping[str, Any]) -> Any:
    inner = np.linalg.solve(z, transposed(np.linalg.solve(z, symmetric(t))))
    return z @ _halved(inner)


CHOLESKY = PerMatrix("cholesky", np.linalg.cholesky, 2, _cholesky_back, _cholesky_along, pill="chol")


# --- linear equations -----------------------------------------------------------------------------------------------------


class _Solve(Rule):
    """``solve(x, y)``: z with x z = y; y is a vector where it has one axis, else a matrix or a stack of them."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        x, y = operands
        lead = lead_of(g, z)
        if np.ndim(y) == 1:
            g, z = g[..., None], z[..., None]
        product = np.linalg.solve(transposed(x), g)
        if k == 0:
            product = -(product @ transposed(z))
        elif np.ndim(y) == 1:
            product = product[..., 0]
        return unbroadcast(product, np.ndim(product) - lead, np.shape(operands[k]))

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        x, y = operands
        lead, shape = lead_of(t, operands[k]), np.shape(z)
        vector = np.ndim(y) == 1
        if vector:
            z = z[..., None]
        own = (*np.shape(t)[lead:], 1) if vector and k == 1 else np.shape(t)[lead:]
        # Axes of 1 keep the right-hand sides apart from the axes of a stack.
        stack = max(np.ndim(x), np.ndim(z)) - len(own)
        t = np.reshape(t, (*np.shape(t)[:lead], *(1,) * stack, *own))
        product = np.linalg.solve(x, t) if k == 1 else -np.linalg.solve(x, t @ z)
        return np.reshape(product, np.shape(t)[:lead] + shape)

    # As numbers, the block is that of a product in which the operand stands: z = x⁻¹ y, and ż = −x⁻¹ ẋ z.

    def _product(
        self, k: int, inverse: Any, z: Any, operands: Sequence[Any]
    ) -> tuple[int, tuple[Any, ...], dict[str, str]]:
        x, y = operands
        column = "" if np.ndim(y) == 1 else "j"
        written = f"...pq,...q{column}->...p{column}" if k == 1 else f"...pq,...qr,...r{column}->...p{column}"
        factors = (inverse, y) if k == 1 else (inverse, x, z)
        return 1, factors, {"subscripts": explicit(written, [np.ndim(factor) for factor in factors])}

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        at, factors, written = self._product(k, operands[0], z, operands)
        return EINSUM.structure(at, z, factors, written)

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del options
        at, factors, written = self._product(k, operands[0], z, operands)
        return EINSUM.count(at, z, factors, written)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del options
        inverse = np.linalg.inv(np.asarray(operands[0], dtype=np.float64))
        at, factors, written = self._product(k, inverse if k == 1 else -inverse, z, operands)
        return EINSUM.entries(at, z, factors, written)

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del options
        every = stacks_tex(k, operands)
        solved = rf"{{{names['x']}}}^{{-\top}} {price}"
        return f"{every}{solved}" if k == 1 else rf"-{every}{solved}\,{{{names['z']}}}^{{\top}}"

    def uses(self, k: int) -> str:
        return "xz" if k == 0 else "x"


SOLVE = _Solve("solve", np.linalg.solve, arity=2, pill="A⁻¹b", tex=r"{$x}^{-1} $y", text="solve($x, $y)")
