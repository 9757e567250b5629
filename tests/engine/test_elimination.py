"""Vertex elimination: what each order costs, counted by hand, by brute force, and on published functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.engine.numeric_system import NumericSystem
from tests.support.dags import Parents, dags, graphs, system_of
from tests.support.minpack import HEART, PROPANE, heart, propane
from tests.support.programs import Program, programs

ORDERS = ("reverse", "forward", "markowitz", "anneal")


def multiplications(system: lv.AdjointSystem, order: Any) -> int:
    return system.solve("vertex_elimination", order=order).cost.multiplications


# --- counted by hand --------------------------------------------------------------------------------------------------------


def test_markowitz_is_not_always_the_best() -> None:
    parents: Parents = [[], [], [0], [0], [1, 3], [1, 2, 4], [], [2, 4, 5]]
    assert multiplications(system_of(parents), "markowitz") == 8
    assert multiplications(system_of(parents), "reverse") == 7


def demo(x0, x1):
    t = x0 * np.sin(x0 * x1)
    return np.cos(t), t / x1


@pytest.mark.parametrize(("order", "count"), [("forward", 8), ("reverse", 10), ("markowitz", 7), ("anneal", 7)])
def test_naumanns_demo(order: str, count: int) -> None:
    assert multiplications(lv.record(demo, 1.5, 0.7).adjoint_system(), order) == count


# --- counted by brute force -------------------------------------------------------------------------------------------------


def brute_force(system: lv.AdjointSystem, order: Iterable[int] | str) -> tuple[int, int]:
    """Multiplications and fill-in, on a plain table of which entries there are."""
    n = len(system.shapes)
    results = [index for index, _ in system.questions]
    stored = np.zeros((2 * n + len(results), 2 * n + len(results)), dtype=bool)
    for entry in system.entries:
        stored[entry.row, entry.column] = entry.column in system.reaching
    kept = set()
    for index in dict.fromkeys(results):
        if stored[index].any() or results.count(index) > 1:
            stored[index, n + index] = True  # a copy, one column for each time it is asked about
        else:
            kept.add(index)
    inner = [k for k in range(n) if k in system.reaching and stored[:, k].any() and k not in kept]
    if isinstance(order, str):
        order = inner if order == "forward" else inner[::-1]
    width = {n + index: results.count(index) for index in range(n)}
    count = fill = 0
    for k in order:
        for i in np.flatnonzero(stored[:, k]):
            for j in np.flatnonzero(stored[k]):
                count += width.get(int(j), 1)
                fill += 0 if stored[i, j] else width.get(int(j), 1)
                stored[i, j] = True
        stored[:, k] = stored[k] = False
    return count, fill


@given(dags())
def test_the_count_is_that_of_a_plain_table(system: lv.AdjointSystem) -> None:
    results = [index for index, _ in system.questions]
    if len(set(results)) < len(results):
        return  # copies of one node asked about twice store a 1 for each time: see the test below
    for order in ("reverse", "forward"):
        cost = system.solve("vertex_elimination", order=order).cost
        assert (cost.multiplications, cost.fill_in) == brute_force(system, order)


@given(graphs(), st.randoms(use_true_random=False))
def test_any_order_of_ones_own_gives_the_same_and_is_counted(parents: Parents, random: Any) -> None:
    system = system_of(parents)
    expected = system.solve()
    inner = [k for k in range(len(parents)) if parents[k] and k in system.reaching and k != len(parents) - 1]
    random.shuffle(inner)
    solution = system.solve("vertex_elimination", order=inner)
    assert solution.flat == pytest.approx(expected.flat, rel=1e-9, abs=1e-12)
    assert (solution.cost.multiplications, solution.cost.fill_in) == brute_force(system, inner)


@given(graphs())
def test_reverse_costs_what_back_substitution_does_less_what_the_result_reads(parents: Parents) -> None:
    system = system_of(parents)
    substituted = system.solve().cost.multiplications
    cost = system.solve("vertex_elimination", order="reverse").cost
    if parents[-1]:
        assert cost.multiplications == substituted - len(parents[-1])
    assert cost.recovery == 0  # every multiplier is found on the way


@given(dags())
def test_annealing_is_never_above_the_orders_that_need_no_search(system: lv.AdjointSystem) -> None:
    found = {order: multiplications(system, order) for order in ORDERS}
    assert found["anneal"] <= min(found.values())
    assert multiplications(system, "anneal") == found["anneal"]


def test_the_seed_chooses_the_search() -> None:
    system = lv.record(demo, 1.5, 0.7).adjoint_system()
    assert system.solve("vertex_elimination", order="anneal", seed=3).cost.multiplications == 7


def test_annealing_is_below_markowitz_where_there_is_room() -> None:
    rng = np.random.default_rng(18)
    parents: list[list[int]] = [[] for _ in range(4)]
    parents += [sorted(set(rng.integers(max(0, j - 8), j, size=rng.integers(1, 4)).tolist())) for j in range(4, 24)]
    system = system_of(parents, [23, 22, 21], seed=18)
    reverse, forward, markowitz, anneal = (multiplications(system, order) for order in ORDERS)
    assert anneal < markowitz < min(reverse, forward)  # 57, 68, 82 and 95


# --- refusals ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("backwards", r"There is no order 'backwards'\. There are: reverse, forward, markowitz, anneal; or a list"),
        (["t"], r"order leaves out .*It must name each of the 3 inner nodes once"),
        (["x0"], r"order names 'x0', which is not eliminated: inputs and results are kept"),
        (3, r"order is a int\. Give one of reverse"),
    ],
)
def test_an_order_that_is_none_is_refused(order: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        lv.record(demo, 1.5, 0.7).adjoint_system().solve("vertex_elimination", order=order)


# --- published functions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "inputs", "nodes", "counts"),
    [(heart, HEART, 94, (240, 172, 148)), (propane, PROPANE, 73, (151, 90, 88))],
)
def test_markowitz_reaches_the_best_published_counts(
    function: Any, inputs: Any, nodes: int, counts: tuple[int, int, int]
) -> None:
    tape = lv.record(function, *inputs)
    assert len(tape) == nodes
    system = tape.adjoint_system()
    assert tuple(multiplications(system, order) for order in ("forward", "reverse", "markowitz")) == counts
    assert multiplications(system, "anneal") <= counts[2]
    jacobian = np.array([system.solve("vertex_elimination", order="markowitz")[node] for node in tape.inputs.values()])
    numbers = tuple(range(len(inputs)))
    expected = lv.jacobian(lambda *args: lv.array(function(*args)), numbers)(*inputs)
    np.testing.assert_allclose(jacobian, expected, rtol=1e-10, atol=1e-13)


# --- blocks -----------------------------------------------------------------------------------------------------------------


def test_products_of_blocks_are_counted_by_their_stored_entries() -> None:
    def f(x, W, v):  # noqa: N803
        return v @ np.tanh(W @ x)

    system = lv.record(f, np.ones(3), np.full((4, 3), 0.1), np.ones(4)).adjoint_system()
    # h = tanh(a) is dropped first: a diagonal of 4 times a column of 4. Then a: x and W each times that column.
    solution = system.solve("vertex_elimination", order="reverse")
    assert solution.cost.multiplications == 4 + 3 * 4 + 12
    # From the beginning: a to h, 12 entries each for x and W, through the diagonal; then both through the row v.
    assert multiplications(system, "forward") == 12 + 12 + 12 + 12


@given(programs())
def test_blocks_cost_what_their_elements_do(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    stored = system.matrix.tocoo()
    elements = NumericSystem(
        [()] * system.rows,
        list(range(system.rows)),
        {
            (int(i), int(j)): np.array([[number]])
            for i, j, number in zip(stored.row, stored.col, stored.data, strict=True)
            if i != j
        },
        questions=[(int(system.starts[index]) + element, 0) for index, element in system.questions],
        single=True,
    )
    blocks = system.solve("vertex_elimination", order="reverse").cost
    single = elements.solve("vertex_elimination", order="reverse").cost
    assert blocks.multiplications == single.multiplications
    assert blocks.fill_in >= single.fill_in  # elements that lead nowhere are stored in blocks too
