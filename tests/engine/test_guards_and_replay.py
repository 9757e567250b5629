"""Decisions that are recorded, tapes that run again, and constants that somebody changes."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.rules import plain
from lagviz.errors import BranchFlippedError, InPlaceError


def leaky(x, w):
    if x > 0:  # noqa: SIM108
        y = w * x
    else:
        y = 0.1 * x
    return y * y


def kinds(tape: lv.Tape) -> list[str]:
    return [node.kind for node in tape]


# --- decisions ------------------------------------------------------------------------------------------------------------


def test_an_if_becomes_a_guard_without_a_multiplier() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    (guard,) = (node for node in tape if node.kind == "guard")
    assert guard.op == "greater"
    assert guard.value is True
    solution = tape.adjoint_system().solve()
    assert solution.multipliers[guard.index] is None
    system = solution.system
    assert system.slices[guard.index] == slice(guard.index, guard.index)
    assert guard not in system.nodes
    assert system.matrix.shape == (len(tape) - 1,) * 2
    assert guard.index not in {entry.row for entry in system.entries} | {entry.column for entry in system.entries}
    with pytest.raises(lv.LagvizError, match="has no multiplier"):
        solution[guard]
    assert solution["x"] == pytest.approx(2 * 0.7 * 1.5 * 0.7)


def test_the_truth_of_a_number_is_a_guard_too() -> None:
    tape = lv.record(lambda x: 2 * x if x else x, 1.5)
    assert [node.op for node in tape if node.kind == "guard"] == ["truth"]


def test_and_or_not_of_conditions_are_recorded() -> None:
    def f(x):
        inside = (x > 0) & ~(x > 2)
        return np.sum(np.where(inside | (x == -1), x**2, x))

    x = np.array([-1.0, 1.0, 3.0])
    np.testing.assert_array_equal(lv.grad(f)(x), [-2.0, 2.0, 1.0])
    mask = np.array([True, False, True])
    np.testing.assert_array_equal(lv.grad(lambda x: np.sum(np.where(mask & (x > 0), x, 0.0)))(x), [0.0, 0.0, 1.0])


def test_a_whole_number_serves_as_index_and_as_a_number() -> None:
    def f(x, n):
        return n * x[n] + np.sum(x[:n]) + [1.0, 2.0, 3.0][n] * x[0]

    tape = lv.record(f, np.array([1.0, 2.0, 4.0]), 2)
    assert tape.result == 2 * 4.0 + 3.0 + 3.0
    assert {node.op for node in tape if node.kind == "guard"} == {"index"}
    solution = tape.adjoint_system().solve()
    assert solution["n"] == 4.0
    np.testing.assert_array_equal(solution["x"], [4.0, 1.0, 2.0])


def test_a_whole_number_indexes_a_plain_array() -> None:
    table = np.array([10.0, 20.0, 30.0])
    tape = lv.record(lambda n, x: table[n] * x, 1, 2.0)
    assert tape.result == 40.0
    assert tape.replay(n=2).result == 60.0


@pytest.mark.parametrize(
    "f",
    [
        lambda n, x: sum(x for _ in range(n)),
        lambda n, x: x * np.sum(np.ones(operator.index(n))),
        lambda n, x: np.sum(np.reshape(np.stack([x] * 6), (n, -1))[0]),
        lambda n, x: np.sum(np.stack([x] * 6)[: n // 1]),
        lambda n, x: np.sum(np.stack([x, 2 * x, x * x, x])[[0, n]]),
        lambda n, x: np.sum(np.repeat(np.stack([x, 2 * x]), n)),
        lambda n, x: np.sum(np.roll(np.stack([x, 2 * x, x * x]), n)[0]),
    ],
)
def test_a_count_is_a_guard_and_another_count_records_anew(f) -> None:
    tape = lv.record(f, n=2, x=1.5)
    assert "guard" in kinds(tape)
    assert tape.result == f(2, 1.5)
    assert tape.replay(x=2.5).result == f(2, 2.5)
    assert tape.replay(n=3).result == f(3, 1.5)
    with pytest.raises(BranchFlippedError):
        tape.replay(perturb={"n": 1})


def test_recorded_positions_are_guards_and_keep_their_own_multiplier() -> None:
    def f(x, n):
        at = n + np.array([0, 1])
        return np.sum(x[at] * at)

    tape = lv.record(f, np.array([1.0, 2.0, 4.0]), 1)
    solution = tape.adjoint_system().solve()
    assert solution["n"] == 6.0
    np.testing.assert_array_equal(solution["x"], [0.0, 1.0, 2.0])
    assert solution.residual == 0.0


def test_whole_numbers_in_an_array_keep_their_multipliers() -> None:
    tape = lv.record(lambda x, y: 0.5 * np.sum(lv.array([x, y]) ** 2 * np.arange(1, 3)), 2, 3)
    solution = tape.adjoint_system().solve()
    assert (solution["x"], solution["y"]) == (2.0, 6.0)
    assert solution.residual == 0.0


def test_quotients_and_remainders_of_numbers() -> None:
    def f(x, y):
        return x // y + (x % y) * 2.0 + divmod(x, y)[1]

    assert lv.record(f, 7.5, 2.0).result == 3 + 3.0 + 1.5
    assert lv.grad(f, (0, 1))(7.5, 2.0) == (3.0, -9.0)


# --- running again ----------------------------------------------------------------------------------------------------------


def test_a_replay_computes_new_values_with_the_same_equations() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    again = tape.replay(w=2.0)
    assert again.result == leaky(1.5, 2.0)
    assert tape.result == leaky(1.5, 0.7)
    assert [node.op for node in again] == [node.op for node in tape]
    assert [node.name for node in again] == [node.name for node in tape]
    assert again.adjoint_system().solve()["w"] == pytest.approx(2 * 2.0 * 1.5**2)


def test_a_replay_takes_arrays_and_inputs_with_a_path() -> None:
    tape = lv.record(lambda p: np.sum(p["w"] * p["b"][0]), {"w": np.ones(3), "b": [2.0]})
    new: dict[str, Any] = {"p['w']": [1.0, 2.0, 3.0], "p['b'][0]": 4.0}
    again = tape.replay(**new)
    assert again.result == 24.0
    assert tape.replay(p={"w": [1.0, 2.0, 3.0], "b": [4.0]}).result == 24.0
    with pytest.raises(
        lv.LagvizError, match=r"no input named \"p\['b'\]\[1\]\"\. Its inputs are: p\['w'\], p\['b'\]\[0\]"
    ):
        tape.replay(p={"b": [1.0, 2.0]})


def test_another_shape_is_another_program() -> None:
    tape = lv.record(lambda p, n: np.sum(p["w"]) / len(p["w"]) + n, {"w": np.ones(3)}, 1)
    assert tape.replay(p={"w": [1.0, 4.0]}).result == 3.5
    tape.function = None
    with pytest.raises(
        lv.LagvizError, match=r"p\['w'\] has shape \(2,\), but was recorded with \(3,\), so the program would be"
    ):
        tape.replay(p={"w": [1.0, 4.0]})


def test_a_whole_number_that_is_whole_no_more_is_another_program() -> None:
    def f(x, n):
        return x[n] * n

    tape = lv.record(f, np.array([1.0, 2.0, 4.0]), 1)
    assert tape.replay(n=1.0).result == 2.0
    assert tape.replay(n=2.0).result == 8.0
    with pytest.raises(lv.LagvizError, match=r"x\[n\] \* n"):
        tape.replay(n=1.5)
    assert lv.record(lambda n: n * 0.5, 3).replay(n=1.5).result == 0.75
    assert type(lv.record(lambda n: n + 1, 3.0).replay(n=1)["n"].value) is float
    tape.function = None
    with pytest.raises(lv.LagvizError, match="n is a real number, but was recorded as a whole number"):
        tape.replay(n=1.5)


def test_true_for_false_is_seen() -> None:
    tape = lv.record(lambda x, flag: x if flag else 2 * x, 3.0, True)
    assert tape.replay(flag=False).result == 6.0
    assert tape.replay(x=4.0).result == 4.0


@pytest.mark.parametrize("ends", [float, int, lambda x: x])
def test_positional_and_keyword_arguments_are_recorded_anew(ends) -> None:
    def f(x, /, *rest, scale, **more):
        return (x * scale if x > 0 else x - scale) + rest[0] * more["b"]

    tape = lv.record(f, ends(2), 3.0, scale=0.5, b=4.0)
    assert tape.result == 13.0
    assert tape.replay(x=-2.0).result == -2.5 + 12.0
    given: dict[str, Any] = {"x": -1.0, "rest[0]": 1.0, "b": 2.0}
    assert tape.replay(**given).result == -1.5 + 2.0


def test_what_has_no_gradient_is_computed_again() -> None:
    def f(x):
        return x[np.argmax(x)] + np.floor(x[0]) + np.sum(np.where(x > 1, x, 0.0)) + np.sign(x[1])

    tape = lv.record(f, np.array([0.5, 2.0, 1.5]))
    again = np.array([2.5, -3.0, 0.5])
    assert tape.replay(x=again).result == f(again)
    no_index = lv.record(lambda x: np.argmax(x) * x[0], np.array([3.0, 1.0]))
    assert no_index.result == 0.0
    assert no_index.replay(x=np.array([2.0, 4.0])).result == 2.0
    assert [node.op for node in no_index.replay(x=np.array([2.0, 4.0]))] == [node.op for node in no_index]


def test_a_replay_leaves_the_tape_alone_and_has_its_scopes_names_and_places() -> None:
    def f(x, w):
        with lv.scope("layer"):
            h = np.tanh(w @ x)
        return np.sum(h * h)

    w = np.arange(6.0).reshape(2, 3) / 6
    tape = lv.record(f, np.array([1.0, -0.5, 0.25]), w)
    before = repr(tape), [np.copy(node.value) for node in tape]
    new = np.array([0.5, 0.5, 0.5])
    again = tape.replay(x=new, perturb={"h": 0.1})
    new[:] = np.nan
    assert again.result == pytest.approx(np.sum((np.tanh(w @ np.full(3, 0.5)) + 0.1) ** 2))
    assert repr(tape) == before[0]
    for node, value in zip(tape, before[1], strict=True):
        np.testing.assert_array_equal(node.value, value)
    for node, mine in zip(tape, again, strict=True):
        assert (mine.name, mine.scope, mine.source, mine.op) == (node.name, node.scope, node.source, node.op)
    assert again["h"].scope == ("layer",)
    assert again.replay(x=np.array([1.0, -0.5, 0.25])).result == tape.result


def every_kind(x, n, v, single):
    """Equations of one operand and of two, with constants on either side, of any number, with settings and without."""
    counted = -x + 2 * n - 1 / x + x**3.0 + 2.0**x + abs(x) + np.maximum(0.5, x)
    arrays = np.sum(v * single - 1, axis=0) + v[n] @ v[0] + np.concatenate([v[0], v[1] * 2])[-1]
    return np.where(v > x, v, single * counted), arrays, np.sort(single)[::-1], n + 1


def test_a_replay_has_equations_like_those_of_a_recording() -> None:
    new: dict[str, Any] = {"x": -0.75, "v": np.array([[1.0, 4.0], [0.5, -2.0]])}
    old = {"x": 1.5, "n": 1, "v": np.ones((2, 2)), "single": np.array([3.0, 0.25], dtype=np.float32)}
    again, anew = lv.record(every_kind, **old).replay(**new), lv.record(every_kind, **{**old, **new})
    assert again.operand_sources == anew.operand_sources
    for mine, own in zip(again.recorded, anew.recorded, strict=True):
        assert type(mine) is type(own)
        assert type(mine.value) is type(own.value)
        assert np.asarray(mine.value).dtype == np.asarray(own.value).dtype
        np.testing.assert_array_equal(mine.value, own.value)
        assert mine.rule is own.rule
        assert mine.options == own.options
        reads = zip(mine.operands, own.operands, strict=True)
        assert all(np.array_equal(plain(a), plain(b)) for a, b in reads)
    solved, solved_anew = (tape.adjoint_system(tape.output).solve() for tape in (again, anew))
    for name in ("x", "v", "single"):
        np.testing.assert_array_equal(solved[name], solved_anew[name])


def test_an_operation_without_settings_is_replayed() -> None:
    joined = lv.record(lambda x, y, z: np.sum(lv.where(x > 0, y, z)), 1.0, 2.0, 3.0)
    assert joined.replay(x=-1.0, z=5.0).result == 5.0


def test_replaying_inside_a_gradient_is_differentiated() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    solution = tape.adjoint_system().solve()
    assert lv.grad(lambda w: tape.replay(w=w).result)(0.7) == solution["w"]
    assert lv.grad(lambda e: tape.replay(perturb={"y": e}).result)(0.0) == solution["y"]
    assert lv.grad(lambda x: tape.replay(x=x).result)(-2.0) == pytest.approx(2 * 0.1 * 0.1 * -2.0)

    def through(w):
        return np.sum(lv.record(lambda w: w * w, w).result)

    np.testing.assert_array_equal(lv.grad(through)(np.array([1.0, 3.0])), [2.0, 6.0])


def test_one_element_is_perturbed_alone() -> None:
    tape = lv.record(lambda x: np.sum((x * x) ** 2), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert tape.replay(perturb={("x", 1, 0): 0.5}).result - tape.result == 3.5**4 - 3.0**4
    both = tape.replay(perturb={"x": 0.5, ("x", 1, 0): 0.5}).result
    assert both == 1.5**4 + 2.5**4 + 4.0**4 + 4.5**4
    single = lv.record(lambda x: np.sum(x * x), np.array([1.0, 2.0], dtype=np.float32))
    assert single.replay(perturb={("x", 0): 0.5})["x"].value.dtype == np.float32
    assert lv.record(lambda x: x * 2, 3.0).replay(perturb={("x",): 1.0}).result == 8.0
    with pytest.raises(lv.LagvizError, match=r"x has shape \(2, 2\), so it has no element \(2, 0\)"):
        tape.replay(perturb={("x", 2, 0): 0.5})
    with pytest.raises(lv.LagvizError, match=r"added to x has shape \(3,\), but it has \(2, 2\)"):
        tape.replay(perturb={"x": np.ones(3)})
    with pytest.raises(lv.LagvizError, match=r"added to x has shape \(2,\), but one element has \(\)"):
        tape.replay(perturb={("x", 0, 0): np.ones(2)})


def test_nothing_is_added_to_a_decision() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    (guard,) = (node for node in tape if node.kind == "guard")
    with pytest.raises(lv.LagvizError, match="is a decision or an integer, so no small push of it makes sense"):
        tape.replay(perturb={guard: 0.1})


def test_a_nudge_changes_the_result_by_the_multiplier() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    solution = tape.adjoint_system().solve()
    for name in ("x", "w", "y", "leaky"):
        change = (tape.replay(perturb={name: 1e-6}).result - tape.replay(perturb={name: -1e-6}).result) / 2e-6
        assert change == pytest.approx(solution[name], rel=1e-8)
    assert tape.replay(perturb={tape["y"]: 0.5}).result == (1.5 * 0.7 + 0.5) ** 2
    assert tape.replay(perturb={tape["y"].index: 0.5}, w=1.0).result == 4.0


def test_a_flipped_branch_is_recorded_anew() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    flipped = tape.replay(x=-2.0)
    assert flipped.result == leaky(-2.0, 0.7)
    solution = flipped.adjoint_system().solve()
    assert solution["w"] == 0.0
    assert solution["x"] == pytest.approx(2 * 0.1 * 0.1 * -2.0)


def test_a_branch_that_a_nudge_flips_is_refused_with_the_decision_in_words() -> None:
    tape = lv.record(leaky, x=0.005, w=0.7)
    with pytest.raises(
        BranchFlippedError, match=r"decision .* = x > 0 comes out as False, but True was recorded"
    ) as caught:
        tape.replay(perturb={"x": -0.01})
    assert isinstance(caught.value, ValueError)


def test_without_the_function_a_flipped_branch_is_refused() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7)
    tape.function = None
    with pytest.raises(BranchFlippedError, match="Record the function itself on these values"):
        tape.replay(x=-2.0)


def test_recording_anew_keeps_options_and_the_other_inputs() -> None:
    tape = lv.record(leaky, x=1.5, w=0.7, parameters=["w"], max_nodes=50)
    flipped = tape.replay(x=-2.0)
    assert (flipped.parameters, flipped.max_nodes) == (frozenset({"w"}), 50)
    assert flipped["w"].value == 0.7


def test_a_replay_keeps_random_numbers_and_recording_anew_draws_again() -> None:
    rng = np.random.default_rng(0)

    def f(x):
        noise = rng.normal(size=3)
        return np.sum(noise * x) if x > 0 else np.sum(noise) * x

    tape = lv.record(f, x=1.0)
    assert tape.replay(x=2.0).result == 2 * tape.result
    assert tape.replay(x=-1.0).result != -tape.result


# --- constants that change --------------------------------------------------------------------------------------------------


def squares(constant: Any) -> Any:
    return lambda x: np.sum((x * constant) ** 2)


@pytest.mark.parametrize(
    "made",
    [
        lambda c: c,
        lambda c: c[:],
        lambda c: c[::-1],
        lambda c: np.broadcast_to(c[:1], 3),
        lambda c: c.reshape(3, 1).T[0],
    ],
    ids=["itself", "a view", "reversed", "broadcast", "reshaped"],
)
def test_a_constant_changed_afterwards_changes_no_gradient(made) -> None:
    constant = np.array([1.0, 2.0, 3.0])
    expected = lv.grad(squares(made(constant).copy()))(2.0)
    tape = lv.record(squares(made(constant)), 2.0)
    constant[:] = 0.0
    assert tape.adjoint_system().solve()["x"] == expected
    assert tape.replay(x=2.0).result == tape.result


@pytest.mark.parametrize("run", [lambda f: lv.record(f, 2.0), lambda f: lv.grad(f)(2.0)], ids=["record", "grad"])
def test_a_constant_changed_while_recording_is_refused(run) -> None:
    constant = np.array([1.0, 2.0, 3.0])

    def itself(x):
        y = np.sum(x * constant)
        constant[0] = 7.0
        return y

    def behind_a_view(x):
        y = np.sum(x * constant[1:])
        constant[1] = 7.0
        return y

    for f in (itself, behind_a_view):
        with pytest.raises(InPlaceError, match="was to be overwritten"):
            run(f)
        assert constant.tolist() == [1.0, 2.0, 3.0]
        constant[0] = 1.0  # unlocked again


def test_an_index_changed_afterwards_changes_no_gradient() -> None:
    at, mask = np.array([0, 1]), np.array([True, False, False])

    def f(x):
        return np.sum(x[at] * 2) + np.sum(x[mask]) + np.sum(np.where(mask, x, 0.0))

    tape = lv.record(f, np.array([1.0, 2.0, 3.0]))
    at[:], mask[:] = 2, True
    np.testing.assert_array_equal(tape.adjoint_system().solve()["x"], [4.0, 2.0, 0.0])
    assert tape.replay(x=np.ones(3)).result == 6.0


def test_an_argument_changed_afterwards_changes_no_tape() -> None:
    x = np.array([1.0, 2.0])
    tape = lv.record(lambda x: np.sum(x * x), x)
    x[:] = 0.0
    np.testing.assert_array_equal(tape.adjoint_system().solve()["x"], [2.0, 4.0])


def test_a_gradient_may_be_written_into() -> None:
    x = np.ones(3)
    first, second = lv.grad(lambda x, y: np.sum(x + y), (0, 1))(x, x.copy())
    first += 1
    np.testing.assert_array_equal(second, [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(x, [1.0, 1.0, 1.0])


def test_a_value_that_is_shown_cannot_be_written_into() -> None:
    tape = lv.record(lambda x: np.sum(x * x), np.ones(3))
    with pytest.raises(ValueError, match="read-only"):
        tape["x"].value[0] = 2.0
