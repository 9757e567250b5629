"""numpy.linalg: values as NumPy's, gradients as autograd's, prices as differences, and words where there is no gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import lagviz as lv
from tests.support.cases import matrices

Program = Callable[..., Any]
A, STACK, TALL, WIDE = matrices(3, 3), matrices(2, 3, 3), matrices(4, 2), matrices(2, 3)
S = matrices(3, 3, symmetric=True)
REAL = matrices(3, 3, symmetric=True, real=True)
B, V = np.random.default_rng(3).normal(size=(3, 2)), np.array([0.3, -1.2, 0.8])


def spd(np: Any, a: Any) -> Any:
    return a @ np.swapaxes(a, -1, -2) + np.eye(a.shape[-1])


#: Programs that autograd has rules for too.
PROGRAMS: dict[str, tuple[Program, tuple[Any, ...]]] = {
    "inv": (lambda np, a: np.linalg.inv(a), (STACK,)),
    "det": (lambda np, a: np.linalg.det(a), (STACK,)),
    "slogdet": (lambda np, a: np.linalg.slogdet(a)[1], (STACK,)),
    "solve vector": (lambda np, a, b: np.linalg.solve(a, b), (A, V)),
    "solve matrix": (lambda np, a, b: np.linalg.solve(a, b), (A, B)),
    "pinv tall": (lambda np, a: np.linalg.pinv(a), (TALL,)),
    "pinv wide": (lambda np, a: np.linalg.pinv(a), (WIDE,)),
    "cholesky": (lambda np, a: np.linalg.cholesky(spd(np, a)), (STACK,)),
    "eigh values": (lambda np, a: np.linalg.eigh(spd(np, a))[0], (STACK,)),
    "eigh vectors": (lambda np, a: np.linalg.eigh(a + a.T)[1] ** 2, (A,)),
    "eigh both": (lambda np, a: np.linalg.eigh(a, "U")[1] ** 2 @ np.linalg.eigh(a, "U")[0], (S,)),
    "eigvalsh": (lambda np, a: np.linalg.eigvalsh(a) if np is not anp else np.linalg.eigh(a)[0], (S,)),
    "eig values": (lambda np, a: np.real(np.linalg.eig(a)[0]) if np is anp else np.linalg.eig(a)[0], (REAL,)),
    "eigvals": (lambda np, a: np.real(np.linalg.eig(a)[0]) if np is anp else np.linalg.eigvals(a), (REAL,)),
    "eig vectors": (
        lambda np, a: np.real(np.linalg.eig(a)[1] ** 2) if np is anp else np.linalg.eig(a)[1] ** 2,
        (REAL,),
    ),
    "svd values": (lambda np, a: np.linalg.svd(a, compute_uv=False), (STACK,)),
    "svd tall": (lambda np, a: np.linalg.svd(a, full_matrices=False)[0] ** 2, (TALL,)),
    "svd wide": (lambda np, a: np.linalg.svd(a, full_matrices=False)[2] ** 2, (WIDE,)),
    "norm": (lambda np, a: np.linalg.norm(a), (STACK,)),
    "norm of a vector": (lambda np, v: np.linalg.norm(v), (V,)),
    "norm 3": (lambda np, v: np.linalg.norm(v, 3), (V,)),
    "norm along an axis": (lambda np, a: np.linalg.norm(a, axis=1), (STACK,)),
    "norm fro": (lambda np, a: np.linalg.norm(a, "fro"), (A,)),
    "norm nuc": (lambda np, a: np.linalg.norm(a, "nuc"), (TALL,)),
    "norm nuc along axes": (lambda np, a: np.linalg.norm(a, "nuc", axis=(0, 2)), (STACK,)),
}

#: Programs that autograd knows nothing of, with the same number written in another way.
REWRITTEN: dict[str, tuple[Program, Program, tuple[Any, ...]]] = {
    "cholesky upper": (
        lambda a: np.linalg.cholesky(spd(np, a), upper=True),
        lambda a: np.swapaxes(np.linalg.cholesky(spd(np, a)), -1, -2),
        (STACK,),
    ),
    "norm 1": (lambda a: np.linalg.norm(a, 1), lambda a: np.max(np.sum(np.abs(a), 0)), (TALL,)),
    "norm -1": (lambda a: np.linalg.norm(a, -1), lambda a: np.min(np.sum(np.abs(a), 0)), (TALL,)),
    "norm inf": (lambda a: np.linalg.norm(a, np.inf), lambda a: np.max(np.sum(np.abs(a), 1)), (TALL,)),
    "norm -inf": (lambda a: np.linalg.norm(a, -np.inf), lambda a: np.min(np.sum(np.abs(a), 1)), (TALL,)),
    "norm 2": (lambda a: np.linalg.norm(a, 2), lambda a: np.sqrt(np.linalg.eigvalsh(a.T @ a)[-1]), (TALL,)),
    "norm -2": (lambda a: np.linalg.norm(a, -2), lambda a: np.sqrt(np.linalg.eigvalsh(a.T @ a)[0]), (TALL,)),
    "norm 1 of a vector": (lambda v: np.linalg.norm(v, 1), lambda v: np.sum(np.abs(v)), (V,)),
    "norm inf of a vector": (lambda v: np.linalg.norm(v, np.inf), lambda v: np.max(np.abs(v)), (V,)),
    "norm -inf of a vector": (lambda v: np.linalg.norm(v, -np.inf), lambda v: np.min(np.abs(v)), (V,)),
    "norm 0.5 of a vector": (lambda v: np.linalg.norm(v, 0.5), lambda v: np.sum(np.sqrt(np.abs(v))) ** 2, (V,)),
    "norm keepdims": (
        lambda a: np.linalg.norm(a, "nuc", axis=(-1, 0), keepdims=True),
        lambda a: np.sum(
            np.linalg.svd(np.moveaxis(a, (0, 2), (0, 1)).transpose(2, 0, 1), compute_uv=False), -1
        ).reshape(1, 3, 1),
        (STACK,),
    ),
    "vector_norm": (np.linalg.vector_norm, lambda a: np.sqrt(np.sum(a**2)), (STACK,)),
    "vector_norm of axes": (
        lambda a: np.linalg.vector_norm(a, axis=(0, 2), keepdims=True, ord=3),
        lambda a: np.sum(np.abs(a) ** 3, axis=(0, 2), keepdims=True) ** (1 / 3),
        (STACK,),
    ),
    "matrix_norm": (
        lambda a: np.linalg.matrix_norm(a, keepdims=True),
        lambda a: np.sqrt(np.sum(a**2, axis=(1, 2), keepdims=True)),
        (STACK,),
    ),
    "svdvals": (np.linalg.svdvals, lambda a: np.linalg.svd(a, compute_uv=False), (STACK,)),
    "svd of a square": (lambda a: np.linalg.svd(a)[0] ** 2, lambda a: np.linalg.svd(a, False)[0] ** 2, (A,)),
    "cond": (np.linalg.cond, lambda a: np.linalg.norm(a, 2) / np.linalg.norm(a, -2), (A,)),
    "cond -2": (lambda a: np.linalg.cond(a, -2), lambda a: 1 / np.linalg.cond(a), (A,)),
    "cond fro": (
        lambda a: np.linalg.cond(a, "fro"),
        lambda a: np.linalg.norm(a) * np.linalg.norm(np.linalg.inv(a)),
        (A,),
    ),
    "power 0": (lambda a: np.linalg.matrix_power(a, 0) * np.sum(a), lambda a: np.eye(3) * np.sum(a), (A,)),
    "power 5": (lambda a: np.linalg.matrix_power(a, 5), lambda a: a @ a @ a @ a @ a, (STACK,)),
    "power -2": (lambda a: np.linalg.matrix_power(a, -2), lambda a: np.linalg.inv(a @ a), (STACK,)),
    "multi_dot": (lambda a, b, v: np.linalg.multi_dot([a, b, b.T, v]), lambda a, b, v: a @ (b @ (b.T @ v)), (A, B, V)),
    "multi_dot of vectors": (lambda a, v: np.linalg.multi_dot([v, a, v]), lambda a, v: v @ a @ v, (A, V)),
    "qr": (lambda a: np.linalg.qr(a)[0] ** 2, lambda a: (a @ np.linalg.inv(np.linalg.qr(a)[1])) ** 2, (TALL,)),
    "qr R": (
        lambda a: np.abs(np.linalg.qr(a, mode="r")),
        lambda a: np.abs(np.swapaxes(np.linalg.cholesky(a.T @ a), -1, -2)),
        (TALL,),
    ),
    "qr complete": (lambda a: np.linalg.qr(a, "complete").R ** 2, lambda a: np.linalg.qr(a).R ** 2, (A,)),
    "rank": (lambda a: a * np.linalg.matrix_rank(a), lambda a: a * 3.0, (A,)),
    "rank with a bound": (lambda a: a * np.linalg.matrix_rank(a, tol=1.5), lambda a: a * 2.0, (A,)),
    "tensorinv": (
        lambda a: np.linalg.tensorinv(np.reshape(a, (4, 2, 2))[:, :, :], ind=1),
        lambda a: np.reshape(np.linalg.inv(a), (2, 2, 4)),
        (matrices(4, 4),),
    ),
    "tensorsolve": (
        lambda a, b: np.linalg.tensorsolve(np.reshape(a, (2, 2, 4)), np.reshape(b, (2, 2))),
        np.linalg.solve,
        (matrices(4, 4), np.arange(1.0, 5.0)),
    ),
    "tensorsolve with axes": (
        lambda a, b: np.linalg.tensorsolve(
            np.transpose(np.reshape(a, (2, 2, 4)), (2, 0, 1)), np.reshape(b, (2, 2)), (0,)
        ),
        np.linalg.solve,
        (matrices(4, 4), np.arange(1.0, 5.0)),
    ),
    "cross": (lambda v: np.linalg.cross(v, np.sin(v)), lambda v: np.cross(v, np.sin(v)), (V,)),
    "trace": (np.linalg.trace, lambda a: np.einsum("aii->a", a), (STACK,)),
    "diagonal": (np.linalg.diagonal, lambda a: np.einsum("aii->ai", a), (STACK,)),
    "outer": (lambda v: np.linalg.outer(v, v), lambda v: v[:, None] * v, (V,)),
    "matmul": (np.linalg.matmul, np.matmul, (A, B)),
    "tensordot": (lambda a, b: np.linalg.tensordot(a, b, axes=1), np.matmul, (A, B)),
    "matrix_transpose": (np.linalg.matrix_transpose, lambda a: np.swapaxes(a, 1, 2), (STACK,)),
}


def scalar(np: Any, program: Program) -> Program:
    """One number of a program's result, in which each element has a weight of its own."""

    def f(*x: Any) -> Any:
        result = program(np, *x)
        return np.sum(np.sin(result) * np.reshape(np.arange(1.0, 1.0 + np.size(result)), np.shape(result)))

    return f


def twice(np: Any, grad: Any, f: Program, inputs: tuple[Any, ...]) -> Any:
    inner = grad(f)
    return grad(lambda *x: np.sum(np.sin(inner(*x))))(*inputs)


@pytest.mark.parametrize("name", PROGRAMS)
def test_value_and_gradient_are_those_of_numpy_and_autograd(name: str) -> None:
    program, inputs = PROGRAMS[name]
    argnums = tuple(range(len(inputs)))
    value, gradient = lv.value_and_grad(scalar(np, program), argnums)(*inputs)
    np.testing.assert_allclose(value, scalar(np, program)(*inputs), rtol=1e-12)
    expected = autograd.grad(scalar(anp, program), argnums)(*inputs)
    for got, other in zip(gradient, expected, strict=True):
        np.testing.assert_allclose(got, np.real(other), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", sorted(PROGRAMS.keys() - {"eig vectors", "eig values", "eigvals"}))
def test_gradients_of_gradients_are_those_of_autograd(name: str) -> None:
    program, inputs = PROGRAMS[name]
    got = twice(np, lv.grad, scalar(np, program), inputs)
    np.testing.assert_allclose(got, twice(anp, autograd.grad, scalar(anp, program), inputs), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_autograd_has_not_is_what_it_is_written_out(name: str) -> None:
    program, same, inputs = REWRITTEN[name]
    ours, theirs = (scalar(np, lambda _np, *x, f=f: f(*x)) for f in (program, same))
    argnums = tuple(range(len(inputs)))
    value, gradient = lv.value_and_grad(ours, argnums)(*inputs)
    np.testing.assert_allclose(value, ours(*inputs), rtol=1e-12)
    for got, other in zip(gradient, lv.grad(theirs, argnums)(*inputs), strict=True):
        np.testing.assert_allclose(got, other, rtol=1e-9, atol=1e-11)
    second, other = (twice(np, lv.grad, f, inputs) for f in (ours, theirs))
    np.testing.assert_allclose(second, other, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("program", [lambda a: np.linalg.eig(a)[0], lambda a: np.linalg.eig(a)[1] ** 2])
def test_second_derivatives_of_eig_are_what_differences_measure(program: Program) -> None:
    f = scalar(np, lambda _np, a: program(a))
    hessian, h = lv.hessian(f)(REAL), 1e-6
    for at in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[at] = h
        measured = (lv.grad(f)(REAL + step) - lv.grad(f)(REAL - step)) / (2 * h)
        np.testing.assert_allclose(hessian[at], measured, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["solve matrix", "eigh both", "svd tall", "cholesky", "slogdet", "eig vectors", "qr"])
def test_every_multiplier_is_the_price_of_its_equation(name: str) -> None:
    if name in PROGRAMS:
        program, inputs = PROGRAMS[name]
        f = scalar(np, program)
    else:
        written, _, inputs = REWRITTEN[name]
        f = scalar(np, lambda _np, *x: written(*x))
    tape = lv.record(f, *inputs)
    solution = tape.adjoint_system().solve()
    for index in range(len(tape)):
        multiplier = solution.multipliers[index]
        if multiplier is None:
            continue
        for at in range(np.size(multiplier)):
            step = np.zeros(np.size(multiplier))
            step[at] = 1e-6
            step = step.reshape(np.shape(multiplier))
            up, down = (tape.replay(perturb={index: sign * step}).result for sign in (1, -1))
            assert np.ravel(multiplier)[at] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-7)


def test_results_in_several_parts_come_in_numpys_tuples_and_are_an_equation_each() -> None:
    def f(a: Any) -> Any:
        w, v = np.linalg.eigh(a)
        assert type(np.linalg.eigh(a)).__name__ == "EighResult"
        return np.sum(w) + np.sum(v**2)

    tape = lv.record(f, S)
    assert [node.op for node in tape.nodes[1:3]] == ["eigvalsh", "eigvecsh"]
    assert [node.name for node in tape.nodes[1:3]] == ["w", "v"]
    sign, logdet = lv.record(np.linalg.slogdet, A).result
    assert (sign, logdet) == tuple(np.linalg.slogdet(A))


def test_equal_eigenvalues_are_right_together_and_never_silently_wrong_apart() -> None:
    equal = np.diag([2.0, 2.0, 5.0])
    np.testing.assert_allclose(lv.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(equal), 2 * equal)
    np.testing.assert_allclose(lv.grad(lambda a: np.linalg.norm(a, "nuc"))(equal), np.eye(3), atol=1e-15)
    with pytest.warns(RuntimeWarning):
        gradient = lv.grad(lambda a: np.sum(np.linalg.eigh(a)[1][0] ** 3))(equal + 0.0)
    assert not np.isfinite(gradient).all()


def test_a_singular_matrix_has_a_determinant_with_a_gradient_and_no_logarithm() -> None:
    magic = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    cofactors = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(lv.grad(np.linalg.det)(magic), cofactors, rtol=1e-12)
    flat = np.array([[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(lv.grad(np.linalg.det)(flat), [[4.0, -2.0], [-2.0, 1.0]])
    np.testing.assert_allclose(lv.hessian(np.linalg.det)(flat)[0, 0], [[0.0, 0.0], [0.0, 1.0]], atol=1e-15)
    with np.errstate(divide="ignore"):
        assert np.isnan(lv.grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((2, 2)))).all()


def test_only_the_triangle_that_numpy_reads_has_a_derivative() -> None:
    for uplo, read in (("L", np.tri(3)), ("U", np.tri(3).T)):
        gradient = lv.grad(lambda a, uplo=uplo: np.linalg.eigvalsh(a, uplo)[0])(S)
        assert np.array_equal(gradient != 0, read.astype(bool))


def test_a_factorisation_of_three_matrices_is_three_blocks() -> None:
    tape = lv.record(lambda a: np.sum(np.linalg.inv(a)), matrices(3, 2, 2))
    block = tape.adjoint_system().blocks[0, 1]
    assert (block.structure, block.count) == ("sparse", 3 * 16)


def complex_pair(a):
    return np.sum(np.linalg.eigvals(a))  # here


def complex_both(a):
    return np.sum(np.linalg.eig(a)[0])  # here


def full(a):
    return np.sum(np.linalg.svd(a)[1])  # here


def wide_qr(a):
    return np.sum(np.linalg.qr(a)[1])  # here


def raw_qr(a):
    return np.sum(np.linalg.qr(a.T, mode="complete")[1])  # here


def least_squares(a):
    return np.sum(np.linalg.lstsq(a, np.ones(2))[0])  # here


def hermitian(a):
    return np.sum(np.linalg.pinv(a, hermitian=True))  # here


ROTATION = np.array([[0.0, -1.0], [1.0, 0.0]])
REFUSED = [
    (complex_pair, ROTATION, "complex eigenvalues.*complex numbers are not recorded.*np.linalg.eigh"),
    (complex_both, ROTATION, "complex eigenvalues.*complex numbers are not recorded.*np.linalg.eigh"),
    (full, WIDE, r"np\.linalg\.svd of a matrix that is not square.*full_matrices=False"),
    (wide_qr, WIDE, r"np\.linalg\.qr of a matrix with more columns than rows.*np\.linalg\.svd"),
    (raw_qr, WIDE, r"np\.linalg\.qr with mode='complete'.*Write np\.linalg\.qr\(a\)"),
    (least_squares, WIDE, r"np\.linalg\.lstsq .*Write np\.linalg\.pinv\(a\) @ b"),
    (hermitian, ROTATION, r"np\.linalg\.pinv with hermitian=True.*which gives the same"),
]


@pytest.mark.parametrize(("f", "value", "words"), REFUSED, ids=lambda part: getattr(part, "__name__", ""))
def test_what_has_no_real_derivative_is_refused_in_words(f: Program, value: Any, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(f, value)
    assert f"of {f.__name__}: return" in str(caught.value)


def test_norms_that_do_not_exist_are_refused_as_numpy_does() -> None:
    for x, options in ((V, {"ord": "fro"}), (A, {"ord": 3}), (STACK, {"ord": 1}), (A, {"ord": 1, "axis": (0, 0)})):
        for f in (np.linalg.norm, lv.grad(np.linalg.norm)):
            with pytest.raises(ValueError, match=r"norm|axes"):
                f(x, **options)
