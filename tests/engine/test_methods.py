"""Every way of solving A λ = e_n gives the same λ, and its steps tell how."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve_triangular

import lagviz as lv
from lagviz.engine.methods import METHODS
from lagviz.engine.numeric_system import NumericSystem
from lagviz.errors import NotApplicableError
from tests.support.dags import dags, system_of
from tests.support.programs import Program, programs


def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def tied(x, y, w):
    a = w * x
    h = np.tanh(a)
    p = w * h
    r = p - y
    return r**2


@pytest.fixture(scope="module")
def system() -> lv.AdjointSystem:
    return lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1).adjoint_system()


@pytest.fixture(scope="module")
def sums() -> lv.AdjointSystem:
    return lv.record(tied, x=1.5, y=0.2, w=0.7).adjoint_system()


def check_solutions(system: lv.AdjointSystem) -> None:
    """Of every method: residual and difference from substitution, each within the bound that rounding allows."""
    matrix, right, size = system.matrix, system.right, system.rows
    expected = np.reshape(spsolve_triangular(matrix, right, lower=False), right.shape)
    doubled = 2 * eye_array(size, format="csr") - abs(matrix)
    scale = np.reshape(spsolve_triangular(doubled, right, lower=False), right.shape)
    inputs = [index for index in system.node_indices if not system.reads[index]]
    for name in applicable(system):
        solution = system.solve(name)
        flat = solution.flat
        known: Any = ~np.isnan(flat).any(axis=1)
        assert (np.abs(flat - expected)[known] <= 1e-10 * scale[known] + 1e-300).all(), name
        assert all(known[system.slices[index]].all() for index in inputs), name
        if name != "forward_substitution":
            assert known.all(), name
            rounding = 1e-12 * (abs(matrix) @ np.abs(flat) + right) + 1e-300
            assert (np.abs(matrix @ flat - right) <= rounding).all(), name
        assert solution.residual <= 1e-12 * (1 + np.abs(expected).max(initial=0)), name


def check_steps(solution: lv.Solution) -> None:
    """What steps write last is λ, nothing is read before it is written, and each says something."""
    system = solution.system
    written: dict[int, Any] = {}
    steps = list(solution.steps())
    assert len(steps) == solution.step_count
    for step in steps:
        for event in step.reads:
            if event.what == "multiplier":
                assert event.index in written
                np.testing.assert_array_equal(event.value, written[event.index])
        for event in step.writes:
            if event.what == "multiplier":
                written[event.index] = event.value
                if event.final:
                    np.testing.assert_array_equal(event.value, solution.multipliers[event.index])
        assert step.sentence
        assert "{" not in step.title
        assert step.latex.count("{") == step.latex.count("}")
    found = {index for index in system.node_indices if solution.multipliers[index] is not None}
    assert set(written) == found
    for index in found:
        np.testing.assert_allclose(written[index], solution.multipliers[index], rtol=1e-9, atol=1e-12)


def applicable(system: lv.AdjointSystem) -> list[str]:
    return [name for name, method in METHODS.items() if method.refuses(system) is None]


@given(programs())
def test_all_methods_agree_on_programs(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    check_solutions(system)


@given(programs())
def test_all_methods_agree_on_several_results(program: Program) -> None:
    system = lv.record(program.elementwise, *program.inputs).adjoint_system()
    check_solutions(system)


@given(dags())
def test_all_methods_agree_on_any_graph(system: lv.AdjointSystem) -> None:
    check_solutions(system)


@given(dags(most=8))
def test_the_steps_of_all_methods_lead_to_their_solutions_on_any_graph(system: lv.AdjointSystem) -> None:
    for name in applicable(system):
        check_steps(system.solve(name))


@given(programs(most=5))
def test_the_steps_of_all_methods_lead_to_their_solutions(program: Program) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    for name in applicable(system):
        check_steps(system.solve(name))


def test_an_unknown_option_is_refused_with_those_there_are(system: lv.AdjointSystem) -> None:
    with pytest.raises(TypeError, match=r"back_substitution has no option 'order'\. Its options: none"):
        system.solve("back_substitution", order="reverse")


def test_an_unknown_method_is_refused_with_those_there_are(system: lv.AdjointSystem) -> None:
    with pytest.raises(KeyError, match=r"There is no method 'gauss'\. There are: back_substitution, column_sweep"):
        system.solve("gauss")


# --- column sweep -----------------------------------------------------------------------------------------------------------


def test_a_sum_grows_while_its_readers_come_in(sums: lv.AdjointSystem) -> None:
    w = sums.index("w")
    written = [
        (step.title, event.value, event.final)
        for step in sums.solve("column_sweep").steps()
        for event in step.writes
        if event.index == w
    ]
    assert [(title, final) for title, _, final in written] == [("column p", False), ("column a", True)]
    assert written[0][1] == pytest.approx(0.5430, abs=5e-5)
    assert written[1][1] == pytest.approx(0.8265, abs=5e-5)


COLUMN_SENTENCES = {
    "p": (
        "What is known? λ_p = 0.6945: all its readers are in. To whom is it handed on? w gets 0.7818 × 0.6945 ≈ 0.543; "
        "one more to come. h gets 0.7 × 0.6945 ≈ 0.486; its last."
    ),
    "w": (
        "What is known? λ_w = 0.8265: all its readers are in. To whom is it handed on? To nobody: w reads nothing, so its "
        "column is empty."
    ),
}


@pytest.mark.parametrize("name", COLUMN_SENTENCES)
def test_what_a_column_says(sums: lv.AdjointSystem, name: str) -> None:
    (step,) = (step for step in sums.solve("column_sweep").steps() if step.title == f"column {name}")
    assert step.sentence == COLUMN_SENTENCES[name]


def test_a_column_as_a_formula(system: lv.AdjointSystem) -> None:
    (step,) = (step for step in system.solve("column_sweep").steps() if step.title == "column a")
    assert step.latex == (
        r"\lambda_{w_{1}} \mathrel{+}= \frac{\partial a}{\partial w_{1}}\,\lambda_{a},\quad "
        r"\lambda_{x} \mathrel{+}= \frac{\partial a}{\partial x}\,\lambda_{a}"
    )


# --- level schedule ---------------------------------------------------------------------------------------------------------


def test_as_many_steps_wait_for_each_other_as_there_are_levels(system: lv.AdjointSystem) -> None:
    solution = system.solve("level_schedule")
    assert solution.cost.depth == 6
    assert solution.cost.multiplications == 8
    assert [len(step.nodes) for step in solution.steps()] == [1, 1, 2, 2, 1, 2]


def test_what_a_level_says(system: lv.AdjointSystem) -> None:
    steps = list(system.solve("level_schedule").steps())
    assert steps[0].sentence == "Which rows? loss: what we ask about. λ_loss = 1."
    assert steps[2].sentence == (
        "Which rows? p and y: from there the longest path to the result has three nodes. Why at once? Their "
        "readers are in levels that are solved, and none of them reads another. λ_p = −2.120. λ_y = 2.120."
    )


def test_what_leads_nowhere_is_solved_last_and_is_zero() -> None:
    def f(x, y):
        np.sin(y)
        return x * x

    steps = list(lv.record(f, 2.0, 3.0).adjoint_system().solve("level_schedule").steps())
    assert steps[-1].title == "no path to the result"
    assert [event.value for event in steps[-1].writes] == [0.0, 0.0]


# --- series -----------------------------------------------------------------------------------------------------------------


def test_a_series_multiplies_every_entry_once_for_each_level_but_one(system: lv.AdjointSystem) -> None:
    solution = system.solve("neumann")
    assert (solution.cost.multiplications, solution.cost.depth) == (8 * 5, 6)
    assert [step.title for step in solution.steps()] == [f"term {k}" for k in range(6)]


def test_what_a_term_says(sums: lv.AdjointSystem) -> None:
    # w is two edges before r through p, and four through a: it gets a part in both terms.
    terms = [step.sentence for step in sums.solve("neumann").steps() if "w gets" in step.sentence]
    assert len(terms) == 2
    assert "w gets 0.5430: λ_w is 0.5430 so far." in terms[0]
    assert "w gets 0.2835, its last: λ_w = 0.8265." in terms[1]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 9, 31, 32, 33])
def test_doubling_takes_as_many_factors_as_the_levels_have_bits(length: int) -> None:
    system = system_of([[], *([k] for k in range(length - 1))])
    solution = system.solve("recursive_doubling")
    assert solution.cost.depth == int(np.ceil(np.log2(length)))
    # Of a chain, N to the power p stores n − p entries; squaring it multiplies n − 2p pairs.
    powers = [2**k for k in range(solution.cost.depth)]
    applied = sum(length - p for p in powers)
    squared = sum(max(length - 2 * p, 0) for p in powers[:-1])
    assert solution.cost.multiplications == applied + squared


def test_steps_of_doubling_keep_the_blocks_of_large_arrays_sparse() -> None:
    solution = (
        lv.record(lambda x: np.sum(np.tanh(np.sin(x)) ** 2), np.ones((300, 300)))
        .adjoint_system()
        .solve("recursive_doubling")
    )
    blocks = [event.value for step in solution.steps() for event in step.writes if event.what == "product"]
    assert {block.shape for block in blocks} == {(90_000, 90_000), (90_000, 1)}
    assert max(block.nnz for block in blocks) == 90_000


@given(dags())
def test_series_doubling_and_tangents_cost_what_a_plain_table_says(system: lv.AdjointSystem) -> None:
    n, width = len(system.shapes), system.width
    stored = np.zeros((n, n), dtype=bool)
    for entry in system.entries:
        stored[entry.row, entry.column] = entry.column in system.reaching
    levels = max(level or 0 for level in system.levels)
    inputs = sum(index in system.reaching and not system.reads[index] for index in range(n))
    assert system.solve("neumann").cost.multiplications == stored.sum() * (levels - 1) * width
    assert system.solve("forward_substitution").cost.multiplications == stored.sum() * inputs
    count, power = 0, stored
    for factor in range(int(np.ceil(np.log2(levels)))):
        if factor:
            count += int((power.sum(axis=0) * power.sum(axis=1)).sum())
            power = power @ power
        count += int(power.sum()) * width
    assert system.solve("recursive_doubling").cost.multiplications == count


# --- scan -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31])
def test_a_scan_of_a_chain_waits_twice_the_bits_of_its_length(length: int) -> None:
    system = system_of([[], *([k] for k in range(length))])
    solution = system.solve("parallel_scan")
    assert solution.cost.depth <= max(2 * np.ceil(np.log2(length)), 1)
    assert solution.flat == pytest.approx(system.solve().flat, rel=1e-12)
    assert solution.cost.multiplications <= 2 * length


def test_a_scan_multiplies_blocks_with_blocks() -> None:
    def deep(x, W):  # noqa: N803
        h = W @ x
        for _ in range(4):
            h = np.tanh(h)
        return np.sum(h)

    system = lv.record(deep, np.ones(3), np.full((3, 3), 0.2)).adjoint_system()
    # Prices go through the sum and four diagonals of 3, then through W @ x: 9 entries for x, 9 for W.
    assert system.solve().cost.multiplications == 3 + 4 * 3 + 9 + 9
    # The chain is λ, sum, d, d, d, d: up (λ·sum), (d·d), (d·d), then (dd·λsum); down (d) after two, then d after four,
    # then the last. Each product has 3, so seven of them.
    cost = system.solve("parallel_scan").cost
    assert cost.multiplications == 7 * 3 + 9 + 9
    assert cost.depth <= 2 * 3


def test_what_is_no_chain_is_refused_by_name() -> None:
    def f(x):
        a = np.sin(x)
        return a * np.cos(a)

    with pytest.raises(
        ValueError, match=r"parallel_scan does not apply here: the program is no chain: a is read by z₃ and f"
    ):
        lv.record(f, 0.5).adjoint_system().solve("parallel_scan")
    with pytest.raises(ValueError, match="several nodes are asked about"):
        lv.record(lambda x: (np.sin(x), np.cos(x)), 0.5).adjoint_system().solve("parallel_scan")


# --- forward ----------------------------------------------------------------------------------------------------------------


def test_tangents_take_every_entry_once_for_each_input(system: lv.AdjointSystem) -> None:
    solution = system.solve("forward_substitution")
    assert solution.cost.multiplications == 8 * 4
    assert solution["w1"] == pytest.approx(1.3599, abs=5e-5)
    with pytest.raises(
        KeyError, match="forward_substitution finds the multipliers of the inputs only, so it knows none of h"
    ):
        solution["h"]


def test_what_a_tangent_says(system: lv.AdjointSystem) -> None:
    (step,) = (step for step in system.solve("forward_substitution").steps() if step.title == "tangent of a")
    assert step.sentence == (
        "Whom does it read? a = w₁·x: how far each input moves w₁ and x is known. Per unit of x, a moves 0.7. Per unit of w₁, "
        "a moves 1.5."
    )


# --- LU ---------------------------------------------------------------------------------------------------------------------


def test_a_triangle_is_factorised_without_a_product(system: lv.AdjointSystem) -> None:
    cost = system.solve("sparse_lu", order="natural").cost
    # U is A: an entry off the diagonal is one product, and each of the nine rows is divided by its pivot.
    assert (cost.multiplications, cost.fill_in) == (8 + 9, 0)


def test_an_order_of_columns_that_is_none_is_refused(system: lv.AdjointSystem) -> None:
    with pytest.raises(TypeError, match=r"There is no order of columns 'best'\. There are: fill, natural, degree"):
        system.solve("sparse_lu", order="best")


def test_what_is_infinite_is_refused_where_a_pivot_is_chosen() -> None:
    with np.errstate(all="ignore"):
        infinite = lv.record(lambda x: np.sqrt(x) * 2, 0.0).adjoint_system()
        with pytest.raises(ValueError, match="an entry of A is infinite or NaN"):
            infinite.solve("sparse_lu")


# --- entries that are not finite ----------------------------------------------------------------------------------------


@given(dags(most=12), st.data())
def test_an_infinite_partial_gives_the_same_multipliers_or_is_refused(
    system: lv.AdjointSystem, data: st.DataObject
) -> None:
    entries = [(entry.row, entry.column) for entry in system.entries]
    numbers = data.draw(
        st.lists(st.sampled_from([0.0, 1.0, -2.0, np.inf, -np.inf]), min_size=len(entries), max_size=len(entries))
    )
    blocks = {at: np.array([[-number]]) for at, number in zip(entries, numbers, strict=True)}
    infinite = NumericSystem(
        system.shapes, system.node_indices, blocks, questions=system.questions, single=system.single
    )
    with np.errstate(all="ignore"):
        expected = infinite.solve().flat
        for name in METHODS:
            try:
                flat = infinite.solve(name).flat
            except NotApplicableError as error:
                assert str(infinite.estimate(name).refusal) in str(error)  # noqa: PT017 - what is said beforehand
                continue
            # Of several results one may be out of reach, and row by row 0 × ∞ is NaN for it; no path is better said by 0.
            known = ~np.isnan(expected)
            if name == "forward_substitution":  # the multipliers of what reads nothing
                known[[i for i in infinite.node_indices if infinite.reads[i]]] = False
            np.testing.assert_array_equal(flat[known], expected[known], err_msg=name)


def test_an_entry_that_is_not_finite_is_refused_by_what_reorders_products() -> None:
    with np.errstate(all="ignore"):
        system = lv.record(lambda x, y: np.sqrt(x) * y, 0.0, 2.0).adjoint_system()
    for name in ("neumann", "recursive_doubling", "forward_substitution", "sparse_lu"):
        with pytest.raises(NotApplicableError, match=r"an entry of A is infinite or NaN.*back_substitution"):
            system.solve(name)
    with np.errstate(all="ignore"):
        assert system.solve("vertex_elimination")["x"] == np.inf
    with pytest.raises(NotApplicableError, match="infinite or NaN"):
        system.solve("vertex_elimination", order="forward")
    with np.errstate(all="ignore"):
        table = str(system.compare())
    assert table.count("an entry of A is infinite or NaN") >= 5
