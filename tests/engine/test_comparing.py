"""What is said of every method before any work, and the table of them all: against what they then really did."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import lagviz as lv
from lagviz.engine.methods import METHODS
from tests.support.dags import dags
from tests.support.programs import Program, programs


def variants(name: str) -> list[dict[str, Any]]:
    if name == "vertex_elimination":
        return [{"order": order} for order in ("reverse", "forward", "markowitz")]
    if name == "sparse_lu":
        return [{"order": order} for order in ("fill", "natural")]
    return [{}]


def check_bounds(system: lv.AdjointSystem) -> None:
    for name, method in METHODS.items():
        for options in variants(name):
            estimate = system.estimate(name, **options)
            assert estimate.refusal == method.refuses(system)
            if estimate.refusal is None:
                low, high = estimate.multiplications
                cost = system.solve(name, **options).cost
                assert low <= cost.multiplications <= high, (name, options)
                assert estimate.memory[0] <= estimate.memory[1]


@given(dags())
def test_costs_are_within_their_bounds_on_any_graph(system: lv.AdjointSystem) -> None:
    check_bounds(system)


@given(programs(most=6))
def test_costs_are_within_their_bounds_on_programs(program: Program) -> None:
    check_bounds(lv.record(program, *program.inputs).adjoint_system())


def numbers(x, w):
    for k in lv.loop(range(400), name="pass"):
        x = np.sin(x) * w + 0.1 * k
    return x


def arrays(x, W):  # noqa: N803
    for _ in lv.loop(range(12), name="layer"):
        x = np.tanh(W @ x)
    return np.sum(x)


def equilibrium(a, W):  # noqa: N803
    z = lv.fixed_point(lambda z, a: np.tanh(0.3 * (W @ z)) + a, np.zeros(4), a)
    w = lv.fixed_point(lambda u, s: 0.3 * np.cos(u) + s, 0.1, np.sum(z))
    return w * np.sum(z**2)


def tapes() -> dict[str, lv.Tape]:
    rng = np.random.default_rng(0)
    W = rng.normal(size=(40, 40)) / 8  # noqa: N806
    return {
        "numbers": lv.record(numbers, 0.5, 0.7),
        "arrays": lv.record(arrays, rng.normal(size=40), W),
        "equilibrium": lv.record(equilibrium, rng.normal(size=4), rng.normal(size=(4, 4))),
    }


TAPES = tapes()
CASES = [
    (program, name, options)
    for program, tape in TAPES.items()
    for name, method in METHODS.items()
    for options in variants(name)
    if method.refuses(tape.adjoint_system()) is None
]


@pytest.mark.parametrize(("program", "name", "options"), CASES)
def test_memory_stays_within_what_was_estimated(program: str, name: str, options: dict[str, Any]) -> None:
    TAPES[program].adjoint_system().solve(name, **options)  # what is imported and cached on first use is not its own
    system = TAPES[program].adjoint_system()
    estimate = system.estimate(name, **options)
    tracemalloc.start()
    try:
        solution = system.solve(name, **options)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= estimate.memory[1]
    assert estimate.multiplications[0] <= solution.cost.multiplications <= estimate.multiplications[1]


def test_an_estimate_in_words() -> None:
    system = lv.record(lambda x, w: np.tanh(w * x) * x, 1.5, 0.7).adjoint_system()
    assert str(system.estimate("back_substitution")).startswith("back_substitution: 5 multiplications, 40 to ")
    assert str(system.estimate("checkpointed")).startswith(
        "checkpointed does not apply here: it needs a chain of passes, and this program has none."
    )


def test_what_would_not_fit_is_refused_with_what_would() -> None:
    def wide(x):
        return np.sum(np.sin(x) ** 2)

    system = lv.record(wide, np.zeros(20_000)).adjoint_system()
    with pytest.raises(
        MemoryError, match=r"forward_substitution would need at least 9\.6 GB here\. Use method=.back_substitution"
    ):
        system.solve("forward_substitution")


def test_the_table_of_all_methods() -> None:
    table = TAPES["equilibrium"].adjoint_system().compare()
    assert [row.label for row in table.rows] == [
        label
        for name in METHODS
        for label in (
            [f"{name} ({order})" for order in ("reverse", "forward", "markowitz")]
            if name == "vertex_elimination"
            else [name]
        )
    ]
    for row in table.rows:
        if row.reason is None:
            assert row.cost is not None
            assert row.residual is not None
            assert row.residual <= 1e-12
            assert row.difference is not None
            assert row.difference <= 1e-12
        else:
            assert row.reason.startswith("does not apply: ")
    lines = str(table).splitlines()
    assert lines[0].split() == [
        *("method", "multiplications", "additions", "depth", "fill-in", "recomputed", "recovery", "residual"),
        "difference",
    ]
    assert lines == repr(table).splitlines()
    assert len(lines) == len(table.rows) + 1
    assert any("parallel_scan" in line and "does not apply: the program is no chain" in line for line in lines)
    html = table._repr_html_()
    assert html.count("<tr>") == len(lines)
    assert "vertex_elimination (markowitz)" in html


def test_a_method_without_an_end_in_sight_is_not_run() -> None:
    def chain(x):
        for _ in range(20_000):
            x = np.sin(x) + x * 0.5
        return x

    table = lv.record(chain, 0.5).adjoint_system().compare()
    assert (table["neumann"].reason or "").startswith("not run: ")
    assert table["neumann"].cost is None
    assert table["level_schedule"].difference is not None
    assert table["level_schedule"].difference <= 1e-15


# --- implicit equations and condensed systems -------------------------------------------------------------------------------


def check_agreement(system: lv.AdjointSystem) -> set[str]:
    expected = np.linalg.solve(system.matrix.toarray(), system.right)
    run = set()
    for name, method in METHODS.items():
        if method.refuses(system) is None:
            solution = system.solve(name)
            known = ~np.isnan(solution.flat).any(axis=1)
            np.testing.assert_allclose(solution.flat[known], expected[known], rtol=1e-9, atol=1e-12, err_msg=name)
            assert all(step.sentence and step.title for step in solution.steps())
            run.add(name)
    return run


def test_every_method_settles_implicit_equations_by_their_own_blocks() -> None:
    system = TAPES["equilibrium"].adjoint_system()
    assert len(system.implicit) == 2
    assert len(check_agreement(system)) == len(METHODS) - 2  # it is no chain, and has no passes


def test_every_method_works_on_what_condensing_leaves() -> None:
    system = TAPES["arrays"].adjoint_system().condense()
    run = check_agreement(system)
    assert {"parallel_scan", "vertex_elimination", "neumann", "sparse_lu"} <= run
    assert "checkpointed" not in run


# --- all influences ---------------------------------------------------------------------------------------------------------


@given(programs(most=5))
def test_the_table_of_all_influences_is_the_inverse(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    table = system.influence()
    np.testing.assert_allclose(system.matrix @ table, np.eye(system.rows), atol=1e-11)
    np.testing.assert_allclose(table @ system.right, system.solve().flat, rtol=1e-10, atol=1e-12)


def test_a_table_of_influences_that_is_too_large_is_refused() -> None:
    system = lv.record(np.sum, np.zeros(3000)).adjoint_system()
    with pytest.raises(MemoryError, match=r"3,001 × 3,001 entries\. solve\(\) gives one column of it"):
        system.influence()
