"""Eigenvalues, singular values and QR: an equation for each part, so that each has a multiplier and a rule of its own.

One part's derivative may exist where another's does not. Where eigenvalues (or singular values) are equal, the vectors
that belong to them are any of many: their derivative divides by a difference of 0, so it comes out as infinite or NaN,
with NumPy's warning, or as a number of 10¹⁵ where rounding made the two differ, as in JAX and autograd. Eigenvalues alone
stay finite there: each gets the derivative along the vector that NumPy chose, and any symmetric function of equal ones
(their sum, a determinant) is right.

Formulas: M. Giles, *An extended collection of matrix derivative results*, 2008; J. Townsend, *Differentiating the
singular value decomposition*, 2016. A rule needs the other parts too; it computes them again, of the value that it has where
that is quicker, and recorded where that is asked, so that derivatives of derivatives follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lagviz.engine.rules.matrices import PerMatrix, from_triangle, symmetric, transposed
from lagviz.engine.where import place
from lagviz.errors import InputError

__all__ = [
    "EIGENVALUES",
    "EIGENVALUES_SYMMETRIC",
    "EIGENVECTORS",
    "EIGENVECTORS_SYMMETRIC",
    "LEFT_SINGULAR",
    "QR_Q",
    "QR_R",
    "RIGHT_SINGULAR",
    "SINGULAR_VALUES",
    "require_real",
]

Options = Mapping[str, Any]


def _apart(w: Any) -> Any:
    """1 / (w_j − w_i) at i, j, and 0 on the diagonal."""
    unit = np.eye(np.shape(w)[-1])
    return (1.0 - unit) / (w[..., None, :] - w[..., :, None] + unit)


def _along_diagonal(left: Any, t: Any, right: Any) -> Any:
    """The diagonal of left t right."""
    return np.sum(left * transposed(t @ right), axis=-1)


# --- symmetric matrices -------------------------------------------------------------------------------------------------


def _eigh(x: Any, options: Options) -> Any:
    return np.linalg.eigh(x, UPLO=options.get("uplo", "L"))


def _upper(options: Options) -> bool:
    return "uplo" in options


def _eigvalsh_back(g: Any, _z: Any, x: Any, options: Options) -> Any:
    v = _eigh(x, options)[1]
    return from_triangle((v * g[..., None, :]) @ transposed(v), upper=_upper(options))


def _eigvalsh_along(t: Any, _z: Any, x: Any, options: Options) -> Any:
    v = _eigh(x, options)[1]
    return _along_diagonal(transposed(v), symmetric(t, upper=_upper(options)), v)


def _values_of(z: Any, x: Any, options: Options) -> Any:
    """The eigenvalues by their vectors, in a tenth of the time of finding them."""
    return np.sum(z * (symmetric(x, upper=_upper(options)) @ z), axis=-2)


def _eigh_back(g: Any, z: Any, x: Any, options: Options) -> Any:
    inner = _apart(_values_of(z, x, options)) * (transposed(z) @ g)
    return from_triangle(z @ inner @ transposed(z), upper=_upper(options))


def _eigh_along(t: Any, z: Any, x: Any, options: Options) -> Any:
    t = symmetric(t, upper=_upper(options))
    return z @ (_apart(_values_of(z, x, options)) * (transposed(z) @ t @ z))


EIGENVALUES_SYMMETRIC = PerMatrix(
    "eigvalsh", lambda x, uplo="L": np.linalg.eigvalsh(x, UPLO=uplo), 1, _eigvalsh_back, _eigvalsh_along
)
EIGENVECTORS_SYMMETRIC = PerMatrix(
    "eigvecsh", lambda x, uplo="L": np.linalg.eigh(x, UPLO=uplo)[1], 2, _eigh_back, _eigh_along
)


# --- any square matrix, as far as its eigenvalues are real ------------------------------------------------------------------


def require_real(part: Any) -> Any:
    """Eigenvalues or vectors, refused where they are complex."""
    if np.iscomplexobj(part):
        raise InputError(
            f"A matrix has complex eigenvalues, at {place()}; complex numbers are not recorded. Of a symmetric matrix use "
            "np.linalg.eigh or np.linalg.eigvalsh; of another, np.linalg.svd, np.linalg.det and np.trace stay real."
        )
    return part


def _eigvals_back(g: Any, _z: Any, x: Any, _options: Options) -> Any:
    v = np.linalg.eig(x)[1]
    return np.linalg.solve(transposed(v), g[..., None] * transposed(v))


def _eigvals_along(t: Any, _z: Any, x: Any, _options: Options) -> Any:
    v = np.linalg.eig(x)[1]
    return _along_diagonal(np.linalg.inv(v), t, v)


def _tangential(t: Any, z: Any) -> Any:
    """What is left of a change of unit vectors (columns) when their length stays 1."""
    return t - z * np.sum(z * t, axis=-2, keepdims=True)


def _eig_back(g: Any, z: Any, x: Any, _options: Options) -> Any:
    inner = _apart(_along_diagonal(np.linalg.inv(z), x, z)) * (transposed(z) @ _tangential(g, z))
    return np.linalg.solve(transposed(z), inner @ transposed(z))


def _eig_along(t: Any, z: Any, x: Any, _options: Options) -> Any:
    values = _along_diagonal(np.linalg.inv(z), x, z)
    return _tangential(z @ (_apart(values) * np.linalg.solve(z, t @ z)), z)


EIGENVALUES = PerMatrix("eigvals", lambda x: require_real(np.linalg.eigvals(x)), 1, _eigvals_back, _eigvals_along)
EIGENVECTORS = PerMatrix("eigvecs", lambda x: require_real(np.linalg.eig(x)[1]), 2, _eig_back, _eig_along)


# --- singular values ------------------------------------------------------------------------------------------------------


def _svd(x: Any) -> Any:
    return np.linalg.svd(x, full_matrices=False)


def _svdvals_back(g: Any, _z: Any, x: Any, _options: Options) -> Any:
    u, _, vh = _svd(x)
    return (u * g[..., None, :]) @ vh


def _svdvals_along(t: Any, _z: Any, x: Any, _options: Options) -> Any:
    u, _, vh = _svd(x)
    return _along_diagonal(transposed(u), t, transposed(vh))


def _vectors_back(g: Any, u: Any, s: Any, vh: Any) -> Any:
    inner = _apart(s * s) * (transposed(u) @ g)
    product = u @ ((inner + transposed(inner)) * s[..., None, :])
    if np.shape(u)[-2] > np.shape(u)[-1]:  # what lies beside the columns of u
        product = product + (g - u @ (transposed(u) @ g)) / s[..., None, :]
    return product @ vh


def _vectors_along(t: Any, u: Any, s: Any, vh: Any) -> Any:
    t = t @ transposed(vh)
    inner = (transposed(u) @ t) * s[..., None, :]
    change = u @ (_apart(s * s) * (inner + transposed(inner)))
    if np.shape(u)[-2] > np.shape(u)[-1]:
        change = change + (t - u @ (transposed(u) @ t)) / s[..., None, :]
    return change


def _left_back(g: Any, z: Any, x: Any, _options: Options) -> Any:
    return _vectors_back(g, z, *_svd(x)[1:])


def _left_along(t: Any, z: Any, x: Any, _options: Options) -> Any:
    return _vectors_along(t, z, *_svd(x)[1:])


def _right_back(g: Any, z: Any, x: Any, _options: Options) -> Any:
    u, s, _ = _svd(x)  # of the transpose, it is the left
    return transposed(_vectors_back(transposed(g), transposed(z), s, transposed(u)))


def _right_along(t: Any, z: Any, x: Any, _options: Options) -> Any:
    u, s, _ = _svd(x)
    return transposed(_vectors_along(transposed(t), transposed(z), s, transposed(u)))


SINGULAR_VALUES = PerMatrix("svdvals", lambda x: _svd(x)[1], 1, _svdvals_back, _svdvals_along, pill="σ")
LEFT_SINGULAR = PerMatrix("left singular vectors", lambda x: _svd(x)[0], 2, _left_back, _left_along, pill="U of SVD")
RIGHT_SINGULAR = PerMatrix(
    "right singular vectors", lambda x: _svd(x)[2], 2, _right_back, _right_along, pill="V of SVD"
)


# --- QR of a matrix with no more columns than rows ----------------------------------------------------------------------------


def _over(x: Any, r: Any) -> Any:
    """``x r⁻¹``."""
    return transposed(np.linalg.solve(transposed(r), transposed(x)))


def _turning(x: Any) -> Any:
    """The part of x that turns: its strictly lower triangle less that of its transpose, as a lower triangle."""
    return (x - transposed(x)) * np.tri(np.shape(x)[-1], k=-1)


def _q_back(g: Any, q: Any, x: Any, _options: Options) -> Any:
    r, across = transposed(q) @ x, transposed(q) @ g
    return _over(q @ _turning(across) + g - q @ across, transposed(r))


def _rotation(t: Any, q: Any, r: Any) -> Any:
    lower = _over(transposed(q) @ t, r) * np.tri(np.shape(r)[-1], k=-1)
    return lower - transposed(lower)


def _q_along(t: Any, q: Any, x: Any, _options: Options) -> Any:
    r = transposed(q) @ x
    return q @ _rotation(t, q, r) + _over(t - q @ (transposed(q) @ t), r)


def _r_back(g: Any, r: Any, x: Any, _options: Options) -> Any:
    q = _over(x, r)
    return q @ (g - _over(_turning(g @ transposed(r)), transposed(r)))


def _r_along(t: Any, r: Any, x: Any, _options: Options) -> Any:
    q = _over(x, r)
    return transposed(q) @ t - _rotation(t, q, r) @ r


QR_Q = PerMatrix("qr Q", lambda x: np.linalg.qr(x)[0], 2, _q_back, _q_along, pill="Q of QR")
QR_R = PerMatrix("qr R", lambda x: np.linalg.qr(x, mode="r"), 2, _r_back, _r_along, pill="R of QR")
