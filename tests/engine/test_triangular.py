"""Triangular solves of numbers: as a band, in waves, and as SciPy does it, all the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import spsolve_triangular

import lagviz as lv
from lagviz.engine.methods import triangular
from lagviz.engine.partials import Columns
from tests.support.dags import dags, system_of
from tests.support.programs import Program, programs


def columns(system: lv.AdjointSystem) -> Columns:
    found = system.columns
    assert found is not None
    return found


@given(dags(most=30), st.sampled_from([0, 1, 3]))
def test_every_way_is_the_same_as_row_by_row(system: lv.AdjointSystem, wide: int) -> None:
    expected = np.reshape(spsolve_triangular(system.matrix, system.right, lower=False), system.right.shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triangular, "WIDE", wide)
        patch.setattr(triangular, "NARROW", -1)
        solver = triangular.Solver(columns(system))
        for _ in range(2):  # the second time by levels, where they are wide enough
            np.testing.assert_allclose(solver.solve(system.right), expected, rtol=1e-12, atol=1e-14)
        if not wide:
            np.testing.assert_allclose(solver.by_levels(system.right), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(triangular.solve(columns(system), system.right), expected, rtol=1e-12, atol=1e-14)


def test_wide_levels_are_solved_level_by_level_for_several_results() -> None:
    rng = np.random.default_rng(0)
    parents: list[list[int]] = [[] for _ in range(300)]
    parents += [sorted(set(rng.integers(300, size=3).tolist())) for _ in range(300)]
    parents += [sorted(set(rng.integers(300, 600, size=2).tolist())) for _ in range(300)]
    system = system_of(parents, seed=1)
    right = np.eye(900)[:, 600:603]
    expected = spsolve_triangular(system.matrix, right, lower=False)
    np.testing.assert_allclose(triangular.Solver(columns(system)).by_levels(right), expected, rtol=1e-12, atol=1e-14)


@given(st.integers(1, triangular.NARROW + 2), st.integers(2, 60))
def test_narrow_bands_and_others(band: int, length: int) -> None:
    system = system_of([[i for i in range(max(j - band, 0), j) if (i * j) % 3 != 1] for j in range(length)], seed=band)
    expected = spsolve_triangular(system.matrix, system.right, lower=False)
    found = triangular.solve(columns(system), system.right)
    np.testing.assert_allclose(found[:, 0], np.ravel(expected), rtol=1e-11, atol=1e-13)


def test_an_infinite_slope_in_a_band_concerns_only_its_own_rows() -> None:
    def f(x, y):
        a = np.sqrt(x)
        b = 2 * y
        return a + b

    with np.errstate(all="ignore"):
        system = lv.record(f, 0.0, 3.0).adjoint_system()
        flat = triangular.solve(columns(system), system.right)
        swept = system.solve().flat
    assert flat[system.index("x"), 0] == np.inf
    assert flat[system.index("y"), 0] == 2.0
    assert flat.tolist() == swept.tolist()


def test_what_leads_nowhere_hands_no_nan_to_what_leads_somewhere() -> None:
    def f(x):
        np.sqrt(x)  # an infinite slope, and nobody reads it
        return 3 * x

    with np.errstate(all="ignore"):
        system = lv.record(f, 0.0).adjoint_system()
        for method in ("back_substitution", "column_sweep", "level_schedule", "neumann", "vertex_elimination"):
            assert system.solve(method)["x"] == 3.0, method


@given(programs())
def test_the_columns_of_a_program_of_numbers_are_its_blocks(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    found = system.columns
    if found is None:
        assert any(system.shapes[index] for index in system.node_indices)
        return
    nodes = system.node_indices
    stored = [(nodes[i], nodes[j]) for i, j in zip(found.row, found.column, strict=True)]
    assert stored == [(entry.row, entry.column) for entry in system.entries]
    assert found.partial.tolist() == [system.partial(k) for k in range(len(system.entries))]


@pytest.mark.parametrize("results", [1, 3])
def test_nothing_to_solve(results: int) -> None:
    nothing = np.zeros(0, np.intp)
    assert triangular.solve(Columns(nothing, nothing, np.zeros(0), 0), np.zeros((0, results))).shape == (0, results)


@pytest.mark.parametrize("f", [lambda x: x * 2, lambda x: np.sum(x * 2)])
def test_empty_arrays_are_solved_by_every_method(f) -> None:
    system = lv.record(f, np.zeros(0)).adjoint_system()
    for row in system.compare().rows:
        assert row.reason is not None or row.residual == 0.0
