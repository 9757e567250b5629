"""NumPy's `numpy.linalg` and recorded values: which equation, or which few, each function is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine.handling import as_array, handles
from lagviz.engine.recorded import Recorded, append_equation, record_operation, settled
from lagviz.engine.rules import Rule, plain
from lagviz.engine.rules.contractions import EINSUM
from lagviz.engine.rules.decompositions import (
    EIGENVALUES,
    EIGENVALUES_SYMMETRIC,
    EIGENVECTORS,
    EIGENVECTORS_SYMMETRIC,
    LEFT_SINGULAR,
    QR_Q,
    QR_R,
    RIGHT_SINGULAR,
    SINGULAR_VALUES,
    require_real,
)
from lagviz.engine.rules.matrices import (
    CHOLESKY,
    DET,
    INV,
    LOGABSDET,
    MATRIX_RANK,
    PINV,
    SIGN_OF_DET,
    SOLVE,
    transposed,
)
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError

__all__: list[str] = []

_MATRIX_AXES = 2


def _in_parts(whole: Callable[[Any], Any], rules: Sequence[Rule], x: Recorded, options: dict[str, Any]) -> Any:
    """An operation with several results, computed once: an equation for each, in the tuple that NumPy gives."""
    values = whole(x.value)
    parts = [append_equation(part, rule, (x,), options, x.recording) for part, rule in zip(values, rules, strict=True)]
    return type(values)(*parts)


def _instead(function: str, what: str, instead: str) -> MissingRuleError:
    return MissingRuleError(f"np.linalg.{function} {what} is not recorded, at {place()}. Write {instead}.")


for _function, _rule in ((np.linalg.inv, INV), (np.linalg.det, DET)):
    handles(_function)(lambda a, _rule=_rule: record_operation(_rule, (a,)))


@handles("linalg.slogdet")
def _slogdet(a: Any) -> Any:
    return _in_parts(np.linalg.slogdet, (SIGN_OF_DET, LOGABSDET), a, {})


@handles("linalg.solve")
def _solve(a: Any, b: Any) -> Any:
    a, b = (np.asarray(part) if isinstance(part, list | tuple) else part for part in (a, b))
    if np.ndim(b) == np.ndim(a) - 1 and np.ndim(b) > 1 and np.lib.NumpyVersion(np.__version__) < "2.0.0":
        return np.linalg.solve(a, np.expand_dims(b, -1))[..., 0]  # before NumPy 2 that was a stack of vectors
    return record_operation(SOLVE, (a, b))


@handles("linalg.cholesky")
def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return transposed(np.linalg.cholesky(transposed(a))) if upper else record_operation(CHOLESKY, (a,))


@handles("linalg.pinv")
def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    if hermitian:
        raise _instead("pinv", "with hermitian=True", "np.linalg.pinv(a), which gives the same")
    cutoff = {
        name: plain(value) for name, value in (("rcond", rcond), ("rtol", rtol)) if isinstance(plain(value), float)
    }
    return record_operation(PINV, (a,), cutoff)


# --- decompositions ---------------------------------------------------------------------------------------------------


def _triangle(uplo: str) -> dict[str, Any]:
    return {} if uplo.upper() == "L" else {"uplo": uplo.upper()}


@handles("linalg.eigh")
def _eigh(a: Any, UPLO: Any = "L") -> Any:  # noqa: N803 - NumPy's name
    rules = EIGENVALUES_SYMMETRIC, EIGENVECTORS_SYMMETRIC
    return _in_parts(lambda x: np.linalg.eigh(x, UPLO=UPLO), rules, a, _triangle(UPLO))


@handles("linalg.eigvalsh")
def _eigvalsh(a: Any, UPLO: Any = "L") -> Any:  # noqa: N803
    return record_operation(EIGENVALUES_SYMMETRIC, (a,), _triangle(UPLO))


@handles("linalg.eig")
def _eig(a: Any) -> Any:
    def real(x: Any) -> Any:
        values, vectors = found = np.linalg.eig(x)
        return type(found)(require_real(values), require_real(vectors))

    return _in_parts(real, (EIGENVALUES, EIGENVECTORS), a, {})


@handles("linalg.eigvals")
def _eigvals(a: Any) -> Any:
    return record_operation(EIGENVALUES, (a,))


@handles("linalg.svd")
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        raise _instead("svd", "with hermitian=True", "np.linalg.svd(a), which gives the same, or np.linalg.eigh")
    if not compute_uv:
        return record_operation(SINGULAR_VALUES, (a,))
    if full_matrices and np.shape(a)[-1] != np.shape(a)[-2]:
        raise _instead(
            "svd",
            "of a matrix that is not square, with full_matrices=True,",
            "np.linalg.svd(a, full_matrices=False): the further vectors are any of many, so they have no derivative",
        )
    rules = LEFT_SINGULAR, SINGULAR_VALUES, RIGHT_SINGULAR
    return _in_parts(lambda x: np.linalg.svd(x, full_matrices=False), rules, a, {})


@handles("linalg.svdvals")
def _svdvals(x: Any, /) -> Any:
    return record_operation(SINGULAR_VALUES, (x,))


@handles("linalg.qr")
def _qr(a: Any, mode: str = "reduced") -> Any:
    rows, columns = np.shape(a)[-2:]
    if rows < columns:
        raise _instead("qr", "of a matrix with more columns than rows", "np.linalg.svd(a, full_matrices=False)")
    if mode == "r":
        return record_operation(QR_R, (a,))
    if mode != "reduced" and not (mode == "complete" and rows == columns):
        raise _instead("qr", f"with mode={mode!r}", "np.linalg.qr(a)")
    return _in_parts(np.linalg.qr, (QR_Q, QR_R), a, {})


@handles("linalg.lstsq")
def _lstsq(*_arguments: Any, **_options: Any) -> Any:
    raise _instead("lstsq", "with its four results", "np.linalg.pinv(a) @ b, which is its first")


@handles("linalg.matrix_rank")
def _matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:  # noqa: N803 - NumPy's name
    options = {"tol": plain(tol), "hermitian": hermitian, "rtol": plain(rtol)}
    return record_operation(MATRIX_RANK, (A,), {name: value for name, value in options.items() if value})


@handles("linalg.tensorinv")
def _tensorinv(a: Any, ind: int = 2) -> Any:
    shape = np.shape(a)
    if not 0 < ind <= len(shape):
        raise ValueError(
            f"np.linalg.tensorinv with ind={ind} of an array of {len(shape)} axes: ind must be from 1 to that."
        )
    inverse = np.linalg.inv(np.reshape(a, (math.prod(shape[:ind]), -1)))
    return np.reshape(inverse, shape[ind:] + shape[:ind])


@handles("linalg.tensorsolve")
def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = as_array(a), as_array(b)
    if axes is not None:
        a = np.moveaxis(a, axes, range(np.ndim(a) - len(axes), np.ndim(a)))
    shape = np.shape(a)[np.ndim(b) :]
    return np.reshape(np.linalg.solve(np.reshape(a, (-1, math.prod(shape))), np.ravel(b)), shape)


# --- norms ------------------------------------------------------------------------------------------------------------


@handles("linalg.norm")
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 - NumPy's name
    every = tuple(range(np.ndim(x)))
    axes = every if axis is None else settled(axis)
    axes = tuple(axes) if isinstance(axes, list | tuple) else (axes,)
    if axis is None and ord is None:
        return np.sqrt(np.sum(np.square(x), keepdims=keepdims))
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    if len(axes) != _MATRIX_AXES:
        raise ValueError(f"np.linalg.norm takes a norm over one axis or two, not {len(axes)}.")
    if len({one % len(every) for one in axes}) == 1:
        raise ValueError("np.linalg.norm was given the same axis twice.")
    result = _matrix_norm(np.moveaxis(x, axes, (-2, -1)), "fro" if ord is None else ord)
    return np.expand_dims(result, tuple(one % len(every) for one in axes)) if keepdims else result


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:  # noqa: A002
    options = {"axis": axis, "keepdims": keepdims}
    if isinstance(ord, str):
        raise ValueError(f"np.linalg.norm has no norm {ord!r} for vectors.")  # noqa: TRY004 - as NumPy does
    if ord == 2:  # noqa: PLR2004
        return np.sqrt(np.sum(np.square(x), **options))
    if ord in {np.inf, -np.inf}:
        return (np.max if ord > 0 else np.min)(np.abs(x), **options)
    if ord == 0:
        return np.sum(np.where(np.not_equal(x, 0), 1.0, 0.0), **options)
    if ord == 1:
        return np.sum(np.abs(x), **options)
    return np.sum(np.abs(x) ** ord, **options) ** (1.0 / ord)


def _matrix_norm(x: Any, ord: Any) -> Any:  # noqa: A002
    """Of the last two axes."""
    if ord == "fro":
        return np.sqrt(np.sum(np.square(x), axis=(-2, -1)))
    if ord == "nuc":
        return np.sum(record_operation(SINGULAR_VALUES, (x,)), axis=-1)
    if ord in {2, -2}:
        return record_operation(SINGULAR_VALUES, (x,))[..., 0 if ord > 0 else -1]
    if ord not in {1, -1, np.inf, -np.inf}:
        raise ValueError(f"np.linalg.norm has no norm {ord!r} for matrices.")
    sums = np.sum(np.abs(x), axis=-2 if abs(ord) == 1 else -1)
    return (np.max if ord > 0 else np.min)(sums, axis=-1)


@handles("linalg.vector_norm")
def _vector_norm_of(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:  # noqa: A002
    if axis is not None and not isinstance(axis, tuple):
        return _vector_norm(x, ord, axis, keepdims)
    kept = range(np.ndim(x)) if axis is None else [one % np.ndim(x) for one in axis]
    others = [one for one in range(np.ndim(x)) if one not in kept]
    flat = np.reshape(np.transpose(x, (*others, *kept)), (*(np.shape(x)[one] for one in others), -1))
    result = _vector_norm(flat, ord, -1, keepdims=False)
    return np.expand_dims(result, tuple(kept)) if keepdims else result


@handles("linalg.matrix_norm")
def _matrix_norm_of(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:  # noqa: A002
    return np.linalg.norm(x, ord, axis=(-2, -1), keepdims=keepdims)


@handles("linalg.cond")
def _cond(x: Any, p: Any = None) -> Any:
    if p in {None, 2, -2}:
        s = record_operation(SINGULAR_VALUES, (x,))
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]  # noqa: PLR2004
    return _matrix_norm(x, p) * _matrix_norm(np.linalg.inv(x), p)


# --- products -----------------------------------------------------------------------------------------------------------


@handles("linalg.matrix_power")
def _matrix_power(a: Any, n: Any) -> Any:
    n = settled(n)
    if n == 0:
        return np.broadcast_to(np.eye(np.shape(a)[-1]), np.shape(a)).copy()
    square, power = (np.linalg.inv(a) if n < 0 else a), None
    n = abs(n)
    while True:
        if n % 2:
            power = square if power is None else power @ square
        n //= 2
        if n == 0:
            return power
        square = square @ square


@handles("linalg.multi_dot")
def _multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    if out is not None:
        raise _instead("multi_dot", "with out=", "np.linalg.multi_dot(arrays)")
    letters = "abcdefghijklmnopqrstuvwxyz"
    if len(arrays) >= len(letters):
        raise _instead("multi_dot", f"of {len(arrays)} matrices", "a loop over @")
    terms = [letters[at : at + 2] for at in range(len(arrays))]
    if np.ndim(arrays[0]) == 1:
        terms[0] = terms[0][1:]
    if np.ndim(arrays[-1]) == 1:
        terms[-1] = terms[-1][:1]
    output = terms[0][:-1] + terms[-1][1:]
    return record_operation(EINSUM, tuple(arrays), {"subscripts": f"{','.join(terms)}->{output}"})


@handles("linalg.trace")
def _trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return np.trace(x, offset, -2, -1, dtype)


@handles("linalg.diagonal")
def _diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@handles("linalg.cross")
def _cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return np.cross(x1, x2, axis=axis)


@handles("linalg.matmul")
def _matmul(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, x2)


@handles("linalg.matrix_transpose", "matrix_transpose")
def _matrix_transpose(x: Any, /) -> Any:
    return transposed(x)
