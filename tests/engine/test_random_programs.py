"""Random programs: every multiplier against differences, autograd, a triangular solve, and itself read forwards."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve_triangular

import lagviz as lv
from tests.support.programs import Program, programs

EPSILON = 1e-5


class Oracle:
    """autograd's NumPy, with a `where` that broadcasts by itself: autograd's forgets to take that back."""

    def __getattr__(self, name: str) -> Any:
        return getattr(anp, name)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        return anp.where(condition, x + 0 * y, y + 0 * x)


def flat(multipliers: Any) -> Any:
    return np.concatenate([np.ravel(one) for one in multipliers if one is not None])


@given(programs())
def test_recording_changes_no_result(program: Program) -> None:
    # But for the last digit: the tanh of a single number is Python's own, which rounds differently from NumPy's.
    assert lv.record(program, *program.inputs).result == pytest.approx(program(*program.inputs), rel=1e-13, abs=1e-14)


@given(programs(), st.integers(0, 2**32 - 1))
def test_every_multiplier_is_what_adding_to_its_equation_does(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tape = lv.record(program, *program.inputs)
    solution = tape.adjoint_system().solve()
    for node in tape:
        if solution.multipliers[node.index] is None:
            continue
        direction = rng.normal(size=node.shape) if node.shape else 1.0
        up, down = (tape.replay(perturb={node.index: sign * EPSILON * direction}).result for sign in (1, -1))
        terms = np.multiply(solution.multipliers[node.index], direction)
        np.testing.assert_allclose(
            np.sum(terms),
            (up - down) / (2 * EPSILON),
            rtol=1e-6,
            atol=1e-9 + 1e-6 * np.sum(np.abs(terms)),
            err_msg=repr(node),
        )


@given(programs())
def test_multipliers_of_inputs_are_autograds_gradient(program: Program) -> None:
    solution = lv.record(program, *program.inputs).adjoint_system().solve()
    numbers = tuple(range(len(program.inputs)))
    expected = autograd.grad(lambda *inputs: program.run(Oracle(), inputs), numbers)(*program.inputs)
    for k, gradient in enumerate(expected):
        np.testing.assert_allclose(solution[f"inputs[{k}]"], gradient, rtol=1e-10, atol=1e-13)


@given(programs())
def test_multipliers_solve_the_matrix_that_is_shown(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    prices, matrix = flat(system.solve().multipliers), system.matrix
    assert (np.diff(matrix.indptr) > 0).all()
    assert (matrix.diagonal() == 1).all()
    assert (matrix.indices >= np.repeat(np.arange(len(prices)), np.diff(matrix.indptr))).all()
    solved = spsolve_triangular(matrix, system.rhs, lower=False)
    scale = spsolve_triangular(2 * eye_array(len(prices), format="csr") - abs(matrix), system.rhs, lower=False)
    assert (np.abs(prices - solved) <= 1e-10 * scale + 1e-300).all()
    assert (np.abs(matrix @ prices - system.rhs) <= 1e-12 * (abs(matrix) @ np.abs(prices) + system.rhs)).all()


@given(programs(), st.integers(0, 2**32 - 1))
def test_each_block_is_one_operator_read_three_ways(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = lv.record(program, *program.inputs).adjoint_system()
    matrix = system.matrix.toarray()
    for (i, j), block in system.blocks.items():
        dense = matrix[system.slices[i], system.slices[j]]
        u, v = rng.normal(size=block.shape[1]), rng.normal(size=block.shape[0])
        np.testing.assert_allclose(block @ u, dense @ u, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(block.T @ v, dense.T @ v, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(block.rmatvec(v), dense.T @ v, rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(block.toarray(), dense)


@given(programs(), st.integers(0, 2**32 - 1))
def test_forward_and_reverse_agree_on_the_whole_system(program: Program, seed: int) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    u = np.random.default_rng(seed).normal(size=len(system.rhs))
    tangent = spsolve_triangular(system.matrix.T.tocsr(), u, lower=True)
    np.testing.assert_allclose(flat(system.solve().multipliers) @ u, system.rhs @ tangent, rtol=1e-10, atol=1e-12)


@given(programs())
def test_the_count_is_one_multiplication_for_each_stored_entry_that_reaches_the_result(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    # Not in columns of nodes that lead nowhere; a stored 0 counts.
    columns = [index for index in system.node_indices if index in system.reaching]
    stored = sum(system.matrix[:, [*range(system.slices[j].start, system.slices[j].stop)]].nnz for j in columns)
    assert system.solve().cost.multiplications == stored - sum(system.sizes[j] for j in columns)


@given(programs())
def test_grad_is_the_multipliers_of_the_inputs(program: Program) -> None:
    solution = lv.record(program, *program.inputs).adjoint_system().solve()
    value, gradient = lv.value_and_grad(program, tuple(range(len(program.inputs))))(*program.inputs)
    assert value == solution.system.tape.result
    for k, one in enumerate(gradient):
        np.testing.assert_array_equal(one, solution[f"inputs[{k}]"])


@given(programs(most=6), st.integers(0, 2**32 - 1))
def test_the_gradient_of_the_gradient_is_what_a_difference_of_gradients_measures(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = program.inputs
    directions = [rng.normal(size=np.shape(x)) if np.ndim(x) else float(rng.normal()) for x in inputs]
    numbers = tuple(range(len(inputs)))
    gradient = lv.grad(program, numbers)

    def along(*inputs: Any) -> Any:
        return sum(np.sum(one * direction) for one, direction in zip(gradient(*inputs), directions, strict=True))

    second = lv.grad(along, numbers)(*inputs)
    up, down = (gradient(*(x + s * EPSILON * d for x, d in zip(inputs, directions, strict=True))) for s in (1, -1))
    for mine, plus, minus in zip(second, up, down, strict=True):
        measured = (plus - minus) / (2 * EPSILON)
        np.testing.assert_allclose(mine, measured, rtol=1e-6, atol=1e-6 * (1 + np.max(np.abs(measured))))


@given(programs())
def test_several_results_are_several_right_hand_sides(program: Program) -> None:
    tape = lv.record(program.elementwise, *program.inputs)
    together = tape.adjoint_system().solve()
    system = together.system
    count = np.size(tape.result)
    if system.single:
        return
    assert system.rhs.shape == (sum(system.sizes), count)
    assert together.residual <= 1e-12
    for column, element in enumerate(np.ndindex(np.shape(tape.result))):
        alone = tape.adjoint_system((tape.output, *element)).solve()
        for index in system.node_indices:
            np.testing.assert_allclose(
                together.multipliers[index][..., column], alone.multipliers[index], rtol=1e-12, atol=1e-14
            )


@given(programs(dtype=np.float32))
def test_single_precision_stays_single_and_gives_the_same_gradient(program: Program) -> None:
    numbers = tuple(range(len(program.inputs)))
    value, gradient = lv.value_and_grad(program, numbers)(*program.inputs)
    doubles = [np.asarray(x, dtype=np.float64) if np.ndim(x) else float(x) for x in program.inputs]
    exact = lv.grad(program, numbers)(*doubles)
    assert np.asarray(value).dtype == np.asarray(program(*program.inputs)).dtype
    for x, mine, double in zip(program.inputs, gradient, exact, strict=True):
        assert mine.dtype == np.float32 if np.ndim(x) else isinstance(mine, np.float32 | float)
        np.testing.assert_allclose(mine, double, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x * 2, np.zeros(0)),
        (lambda x: np.sum(x * 2), np.zeros(0)),
        (lambda x: np.concatenate([x, x[:0]]), np.ones(2)),
        (lambda x: (x, {"again": x * x, "same": x}), 3.0),
        (np.copy, np.ones(2)),
    ],
)
def test_empty_arrays_and_repeated_results_are_solved_like_any(f: Any, x: Any) -> None:
    solution = lv.record(f, x).adjoint_system().solve()
    assert solution.residual == 0.0
    multiplier = solution.multipliers[0]
    assert np.shape(multiplier) == np.shape(x) + (() if solution.system.single else (len(solution.system.questions),))
    np.testing.assert_array_equal(
        solution.system.matrix.toarray() @ flat_rows(solution),
        solution.system.rhs.reshape(len(solution.system.rhs), len(solution.system.questions)),
    )


def flat_rows(solution: lv.Solution) -> Any:
    """All multipliers, one column for each result."""
    system = solution.system
    columns = len(system.questions)
    return np.concatenate(
        [np.reshape(solution.multipliers[i], (system.sizes[i], columns)) for i in system.node_indices]
    )
