"""einsum, tensordot, dot, inner: values as NumPy's, gradients as autograd's, in every notation there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv

Program = Callable[..., Any]
RNG = np.random.default_rng(11)


def array(*shape: int) -> Any:
    return RNG.normal(size=shape)


# What autograd has no rule for is written for it in another way.
PROGRAMS: list[tuple[Program, tuple[Any, ...]]] = [
    (lambda np, x, y: np.einsum("ij,jk->ik", x, y), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum("ij,jk", x, y), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum(" i j , j k -> k i", x, y), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum("...ij,...jk->...ik", x, y), (array(5, 2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum("bqd,bkd->bqk", x, y, optimize=True), (array(2, 3, 2), array(2, 4, 2))),
    (lambda np, x: np.einsum("ii", x) if np is not anp else np.trace(x), (array(3, 3),)),
    (lambda np, x: np.einsum("ii->i", x) if np is not anp else np.diag(x), (array(3, 3),)),
    (lambda np, x: np.einsum("ba", x), (array(3, 2),)),
    (lambda np, x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum(x, [Ellipsis, 1], y, [1, 0]) if np is not anp else x @ y, (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.einsum("ij,jk,kl->il", x, y, np.cos(y).T, optimize="greedy"), (array(2, 3), array(3, 4))),
    (lambda np, x: np.einsum("i,i->", x, x), (array(3),)),
    (lambda np, x, y: np.tensordot(x, y), (array(2, 3, 4), array(3, 4, 2))),
    (lambda np, x, y: np.tensordot(x, y, 0), (array(2), array(3, 2))),
    (lambda np, x, y: np.tensordot(x, y, axes=1), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.tensordot(x, y, axes=([0, -1], [1, 0])), (array(2, 3, 4), array(4, 2, 5))),
    (lambda np, x, y: np.tensordot(x, y, axes=[-1, 0]), (array(2, 3), array(3, 4))),
    (lambda np, x, y: np.dot(x, y), (array(2, 3), array(4, 3, 2))),
    (lambda np, x, y: np.dot(x, y), (array(3), array(4, 3, 2))),
    (lambda np, x, y: np.dot(x, y), (array(5, 2, 3), array(3))),
    (lambda np, x, y: np.inner(x, y), (array(3), array(3))),
    (lambda np, x, y: np.inner(x, y), (array(2, 3), array(4, 3))),
    (lambda np, x, y: np.inner(x, y), (array(2, 2, 3), array(3))),
    (lambda np, x, y: np.inner(x, y), (2.5, array(3))),
    (
        lambda np, x, y: np.vecdot(x, y) if np is not anp else np.sum(x * y, -1),
        (array(2, 3), array(3)),
    ),
    (
        lambda np, x, y: np.linalg.vecdot(x, y, axis=0) if np is not anp else np.sum(x * y, 0),
        (array(2, 3), array(2, 3)),
    ),
    (
        lambda np, x, y: np.matvec(x, y) if np is not anp else np.einsum("aij,aj->ai", x, y),
        (array(2, 3, 4), array(2, 4)),
    ),
    (
        lambda np, x, y: np.vecmat(x, y) if np is not anp else np.einsum("ai,aij->aj", x, y),
        (array(2, 3), array(2, 3, 4)),
    ),
    (lambda np, x, y: np.vdot(x, y) if np is not anp else np.sum(x * y.reshape(x.shape)), (array(2, 3), array(3, 2))),
]


def scalar(np: Any, program: Program) -> Program:
    """One number of a program's result, in which each element has a weight of its own."""

    def f(*x: Any) -> Any:
        result = program(np, *x)
        return np.sum(np.sin(result) * np.reshape(np.arange(1.0, 1.0 + np.size(result)), np.shape(result)))

    return f


@pytest.mark.parametrize(("program", "inputs"), PROGRAMS)
def test_value_and_gradient_are_those_of_numpy_and_autograd(program: Program, inputs: tuple[Any, ...]) -> None:
    argnums = tuple(range(len(inputs)))
    value, gradient = lv.value_and_grad(scalar(np, program), argnums)(*inputs)
    np.testing.assert_allclose(value, scalar(np, program)(*inputs), rtol=1e-13)
    expected = autograd.grad(scalar(anp, program), argnums)(*inputs)
    for got, other in zip(gradient, expected, strict=True):
        np.testing.assert_allclose(got, other, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("program", "inputs"), PROGRAMS)
def test_gradients_of_gradients_are_those_of_autograd(program: Program, inputs: tuple[Any, ...]) -> None:
    def twice(np: Any, grad: Any) -> Any:
        inner = grad(scalar(np, program))
        return grad(lambda *x: np.sum(inner(*x) ** 2))(*inputs)

    np.testing.assert_allclose(twice(np, lv.grad), twice(anp, autograd.grad), rtol=1e-10, atol=1e-12)


@st.composite
def einsums(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """Subscripts with any axes shared, repeated, summed or kept, and operands of that many elements."""
    letters = "ijkl"
    terms = draw(st.lists(st.text(letters, max_size=3), min_size=1, max_size=3))
    lengths = {letter: draw(st.integers(1, 3)) for letter in letters}
    kept = draw(st.permutations([letter for letter in letters if any(letter in term for term in terms)]))
    output = "".join(kept[: draw(st.integers(0, len(kept)))])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    operands = [rng.normal(size=[lengths[letter] for letter in term]) for term in terms]
    return f"{','.join(terms)}->{output}", operands


@given(einsums())
def test_any_einsum_is_linear_in_each_operand_with_the_gradient_as_its_slope(drawn: tuple[str, list[Any]]) -> None:
    subscripts, operands = drawn
    weights = np.random.default_rng(1).normal(size=np.shape(np.einsum(subscripts, *operands)))
    for k, x in enumerate(operands):

        def f(x: Any, k: int = k) -> Any:
            return np.sum(weights * np.einsum(subscripts, *operands[:k], x, *operands[k + 1 :]))

        gradient = lv.grad(f)(x if np.ndim(x) else float(x))
        np.testing.assert_allclose(np.sum(gradient * x), f(x), rtol=1e-10, atol=1e-12)


def test_long_sums_take_matrix_products_and_give_the_same() -> None:
    x, y = array(30, 40), array(40, 50)
    by_einsum = lv.grad(lambda x: np.sum(np.einsum("ij,jk->ik", x, y) ** 2))(x)
    np.testing.assert_allclose(by_einsum, lv.grad(lambda x: np.sum((x @ y) ** 2))(x), rtol=1e-12)


def test_the_equation_says_what_is_summed() -> None:
    tape = lv.record(lambda x, y: np.einsum("ij,j", x, y), array(2, 3), array(3))
    assert "Σ_j x[i,j]·y[j]" in str(tape)
    assert tape.output.latex.endswith(r"= \sum_{j} {x}_{ij}\,{y}_{j}")
    assert tape.adjoint_system().blocks[0, 2].structure == "sparse"
    assert tape.adjoint_system().blocks[0, 2].count == 6
    row = tape.recorded[2].rule.reverse_tex(
        1, {"x": "x", "y": "y"}, "p", tape.recorded[2].operands, tape.recorded[2].options
    )
    assert row == r"\sum_{i} {p}_{i}\,{x}_{ij}"
    kept = lv.record(lambda x, y: np.einsum(",i->i", x, y), 2.0, array(3))
    assert "= x·y[i]" in str(kept)


def test_blocks_of_products_store_no_more_than_there_is() -> None:
    a, b = array(3, 3) + 4 * np.eye(3), array(3, 5)
    solved = lv.record(np.linalg.solve, a, b).adjoint_system()
    assert (solved.blocks[1, 2].count, solved.blocks[1, 2].structure) == (3 * 3 * 5, "sparse")
    outer = lv.record(np.outer, array(4), array(5)).adjoint_system()
    assert outer.blocks[0, 2].count == 20


def test_a_path_is_planned_from_shapes_alone() -> None:
    def f(x: Any, y: Any) -> Any:
        path, _ = np.einsum_path("ij,jk", x, y)
        return np.sum(np.einsum("ij,jk", x, y, optimize=path))

    assert lv.value_and_grad(f)(np.ones((2, 3)), np.ones((3, 4)))[0] == 24.0


def test_what_does_not_fit_is_refused_as_numpy_does() -> None:
    for subscripts in ("ij,jk", "ijk", "i->i", "...ijk"):
        with pytest.raises(ValueError, match="einsum"):
            lv.grad(lambda x, s=subscripts: np.sum(np.einsum(s, x)))(array(2, 2))
    with pytest.raises(lv.LagvizError, match=r"np\.einsum was to write.*Leave out= away"):
        lv.grad(lambda x: np.sum(np.einsum("i", x, out=np.zeros(2))))(array(2))
