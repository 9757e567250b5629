"""Condensing leaves every multiplier as it was, and shapes that are worth recognising."""

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
from lagviz.errors import InputError, NotApplicableError, UnknownNameError
from lagviz.gallery import PROGRAMS
from tests.support.programs import Program, programs


def system_of(name: str, **options: Any) -> lv.AdjointSystem:
    f, inputs = PROGRAMS[name](**options)
    return lv.record(f, **inputs).adjoint_system()


def among(system: lv.AdjointSystem, *names: str) -> Any:
    """The pattern among the nodes of these names, as 0 and 1."""
    rows = [k for k, node in enumerate(system.nodes) if node.name in names]
    return system.pattern.toarray()[np.ix_(rows, rows)].astype(int)


def band(n: int, *offsets: int) -> Any:
    return sum(np.eye(n, k=offset, dtype=int) for offset in (0, *offsets))


def check_same(condensed: lv.AdjointSystem, system: lv.AdjointSystem) -> None:
    """Every multiplier of what is left is what it was, in the bound that rounding allows."""
    before, after = system.solve(), condensed.solve()
    size = system.rows
    bound = eye_array(size, format="csr") * 2 - abs(system.matrix)
    scale = np.reshape(spsolve_triangular(bound, system.right, lower=False), system.right.shape)
    for node in condensed.nodes:
        allowed = 1e-10 * np.reshape(scale[system.slices[node.index]], np.shape(before[node])) + 1e-300
        assert np.all(np.abs(after[node] - before[node]) <= allowed), node


# --- shapes -----------------------------------------------------------------------------------------------------------


def test_a_chain_of_layers_is_one_superdiagonal() -> None:
    assert np.array_equal(among(system_of("mlp").condense(), "h"), band(3, 1))


def test_a_loop_with_a_shared_parameter_is_a_superdiagonal_and_one_long_row() -> None:
    condensed = system_of("loop").condense()
    pattern = among(condensed, "h", "w")
    h, w = pattern[[0, 2, 3, 4, 5]][:, [0, 2, 3, 4, 5]], pattern[1]
    assert np.array_equal(h, band(5, 1))
    assert w.tolist() == [0, 1, 1, 1, 1, 1]


def test_a_dense_block_fills_the_triangle_of_its_layers() -> None:
    assert np.array_equal(among(system_of("dense_block").condense(), "h"), np.triu(np.ones((5, 5), dtype=int)))


def test_a_residual_network_has_every_second_entry_two_off() -> None:
    pattern = among(system_of("residual_network").condense(), "x", "change")
    expected = band(9, 1)
    expected[np.arange(0, 7, 2), np.arange(2, 9, 2)] = 1
    assert np.array_equal(pattern, expected)


def test_an_addition_inside_of_the_scope_leaves_a_chain() -> None:
    def f(x, weights):
        for w in lv.loop(weights, name="block"):
            x = x + np.tanh(w * x)
        return x

    assert np.array_equal(among(lv.record(f, 0.5, [0.3, -0.2, 0.7]).adjoint_system().condense(), "x"), band(4, 1))


def test_inception_leaves_one_row_in_pieces_of_a_superdiagonal_and_meets_in_one_column() -> None:
    pattern = among(system_of("inception_block").condense(depth=2), "x", "h", "joined")
    expected = band(8)
    ends = [(1, 1), (2, 3), (4, 6)]  # first and last layer of each branch; 0 is x, 7 what is joined
    for first, last in ends:
        expected[0, first] = expected[last, 7] = 1
        expected[range(first, last), range(first + 1, last + 1)] = 1
    assert np.array_equal(pattern, expected)


def test_the_heat_equation_repeats_a_band_and_the_diffusivity_has_a_long_row() -> None:
    condensed = system_of("heat_equation").condense()
    assert np.array_equal(among(condensed, "u"), band(6, 1))
    row = [node.name for node in condensed.nodes].index("k")
    assert condensed.pattern.toarray()[row].sum() == 6
    steps = [node.index for node in condensed.nodes if node.name == "u"]
    block = condensed.blocks[steps[2], steps[3]].toarray()
    assert np.array_equal(
        block != 0, band(12, 1, -1).astype(bool) & (np.arange(12) != 0) & (np.arange(12) != 11) | np.eye(12, dtype=bool)
    )
    assert np.allclose(block, condensed.blocks[steps[3], steps[4]].toarray())


def test_a_fixed_point_keeps_its_full_block_on_the_diagonal() -> None:
    system = system_of("fixed_point")
    condensed, z = system.condense(keep=["z"]), system.tape["z"].index
    assert np.array_equal(condensed.blocks[z, z].toarray(), system.blocks[z, z].toarray())
    check_same(condensed, system)


# --- multipliers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("depth", [1, 2])
def test_no_multiplier_changes_and_nodes_keep_their_indices(name: str, depth: int) -> None:
    system = system_of(name)
    condensed = system.condense(depth=depth)
    check_same(condensed, system)
    assert set(condensed.eliminated).isdisjoint(node.index for node in condensed.nodes)
    assert len(condensed.eliminated) + len(condensed.nodes) == len(system.nodes)
    assert {node.name for node in condensed.nodes} >= set(system.tape.inputs)


def test_nested_scopes_condense_level_by_level() -> None:
    system = system_of("inception_block")
    step_by_step, at_once = system.condense(depth=2).condense(depth=1), system.condense()
    assert [node.index for node in step_by_step.nodes] == [node.index for node in at_once.nodes]
    assert np.allclose(step_by_step.matrix.toarray(), at_once.matrix.toarray(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["loop", "dense_block"])
def test_every_method_that_applies_solves_what_is_left(name: str, method: str) -> None:
    system = system_of(name)
    condensed = system.condense()
    try:
        solution = condensed.solve(method)
    except NotApplicableError as error:
        assert str(error)  # noqa: PT017 - that it gives a reason is all there is to ask
        return
    before = system.solve()
    for node in condensed.tape.inputs.values():
        assert np.allclose(solution[node], before[node], rtol=1e-10, atol=1e-12)


@given(programs(), st.data())
def test_whatever_is_kept_of_a_random_program_keeps_its_multiplier(program: Program, data: st.DataObject) -> None:
    system = lv.record(program, *program.inputs).adjoint_system()
    kept = data.draw(st.lists(st.sampled_from(system.node_indices), unique=True))
    condensed = system.condense(keep=kept)
    assert set(kept) <= {node.index for node in condensed.nodes}
    check_same(condensed, system)


def test_several_results_are_condensed_together() -> None:
    def f(x, w):
        with lv.scope("layer"):
            h = np.tanh(w * x)
        return h, np.sum(h * w)

    system = lv.record(f, np.array([0.3, -0.4]), 0.7).adjoint_system()
    check_same(system.condense(), system)


def test_a_side_that_was_not_taken_stays_in_the_pattern() -> None:
    def f(x):
        with lv.scope("near"):
            near = (x + 1) ** 2
        with lv.scope("far"):
            far = (x - 1) ** 3
        return np.where(x > 0, near, far)

    condensed = lv.record(f, 0.5).adjoint_system().condense()
    names = [node.name for node in condensed.nodes]
    assert condensed.pattern.toarray()[names.index("x"), names.index("far")]
    assert condensed.solve()["far"] == 0


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_what_makes_no_groups_is_refused() -> None:
    system = system_of("loop")
    with pytest.raises(InputError, match=r'by="scope", or name what is to be left: keep='):
        system.condense(by="layer")
    with pytest.raises(InputError, match="depth=0 is no depth of nesting"):
        system.condense(depth=0)
    with pytest.raises(UnknownNameError, match="No equation is named 'v'"):
        system.condense(keep=["v"])
    with pytest.raises(UnknownNameError, match="has no multiplier, or was condensed before"):
        system.condense().condense(keep=[3])
    with pytest.raises(InputError, match="says nothing of inputs and results"):
        lv.AdjointSystem.from_matrix(np.eye(2), np.ones(2)).condense()
