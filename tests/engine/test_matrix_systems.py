"""A plain matrix as a system: its groups, its answers by every method, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import lagviz as lv
from lagviz.engine.diagonal import components
from lagviz.engine.methods import METHODS


@st.composite
def matrices(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Well-conditioned matrices with few entries, shuffled, and one to three right-hand sides."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 9))
    matrix = np.where(rng.random((n, n)) < draw(st.sampled_from([0.1, 0.25, 0.5])), rng.normal(size=(n, n)), 0.0)
    matrix += np.diag(np.abs(matrix).sum(axis=1) + rng.uniform(0.5, 1.5, size=n) - np.diag(matrix))
    width = draw(st.integers(0, 3))
    right = rng.normal(size=(n, width)) if width else rng.normal(size=n)
    return matrix, np.where(rng.random(right.shape) < 0.3, 0.0, right)


@given(matrices())
def test_every_method_solves_it(given_system: tuple[np.ndarray, np.ndarray]) -> None:
    matrix, right = given_system
    system = lv.AdjointSystem.from_matrix(sparse.csr_array(matrix), right)
    expected = np.linalg.solve(matrix, right)
    for name, method in METHODS.items():
        if method.refuses(system) is None and name != "forward_substitution":
            solution = system.solve(name)
            np.testing.assert_allclose(solution.vector, expected, rtol=1e-9, atol=1e-12, err_msg=name)
            assert solution.residual <= 1e-12 * (1 + np.abs(right).max())
            assert (
                sum(1 for step in solution.steps() if step.sentence and step.latex is not None) == solution.step_count
            )


@given(matrices())
def test_its_matrix_is_block_upper_triangular(given_system: tuple[np.ndarray, np.ndarray]) -> None:
    matrix, right = given_system
    system = lv.AdjointSystem.from_matrix(matrix, right)
    order = np.asarray(system.unknowns)
    np.testing.assert_array_equal(system.matrix.toarray(), matrix[np.ix_(order, order)])
    node_of = np.repeat(np.arange(len(system.groups)), [len(group) for group in system.groups])
    rows, columns = np.nonzero(system.matrix.toarray())
    assert (node_of[rows] <= node_of[columns]).all()
    np.testing.assert_array_equal(system.rhs, right[order])


def test_a_triangle_keeps_its_order() -> None:
    assert components(np.triu(np.ones((5, 5)))) == [[0], [1], [2], [3], [4]]


def test_a_group_is_named_by_its_ends() -> None:
    matrix = np.array([[2.0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 2, 3], [0, 0, 0, 1]])
    system = lv.AdjointSystem.from_matrix(matrix, np.ones(4))
    assert [system.name(index, "text") for index in system.node_indices] == ["x₁…x₃", "x₂", "x₄"]
    assert [system.name(index, "tex") for index in system.node_indices] == [r"x_{1}\ldots x_{3}", "x_{2}", "x_{4}"]


@pytest.mark.parametrize(
    ("matrix", "right", "words"),
    [
        (np.ones((2, 3)), np.ones(2), r"A has shape \(2, 3\)\. A system has as many equations as unknowns"),
        (np.eye(2), np.ones(3), r"The right-hand side has shape \(3,\), but A has 2 rows"),
        ("a matrix", np.ones(3), "cannot be read as a matrix of real numbers"),
    ],
)
def test_what_is_no_system_is_refused(matrix, right, words) -> None:
    with pytest.raises(TypeError, match=words):
        lv.AdjointSystem.from_matrix(matrix, right)


def test_a_singular_group_is_refused_by_name() -> None:
    system = lv.AdjointSystem.from_matrix(np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [1.0, 0.0, 1.0]]), np.ones(3))
    with pytest.raises(ValueError, match="The equation of x₁…x₂ has a singular block on the diagonal"):
        system.solve()


def test_there_is_no_tape_and_no_name() -> None:
    system = lv.AdjointSystem.from_matrix(np.eye(2), np.ones(2))
    with pytest.raises(AttributeError, match="This system was given as numbers, so it has no tape"):
        _ = system.tape
    with pytest.raises(KeyError, match="There is no node 'x': this system was given as numbers, and its 2 nodes"):
        system.solve()["x"]
    assert system.nodes == ()
