"""What people type on their first day, slightly wrong or slightly unusual: it works, or says what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.errors import ForeignValueError, InputError, LeavesTapeError, UnknownNameError


def cube(x: Any) -> Any:
    a = x * x
    return a * x


def line(x: Any) -> Any:
    b = x + 1.0
    return 2.0 * b


@pytest.mark.parametrize("derivative", [lv.grad, lv.value_and_grad, lv.jacobian, lv.hessian])
@pytest.mark.parametrize("argument", [3.0, "x", np.array([1.0, 2.0]), [0.5], None, True])
def test_an_argument_in_the_place_of_argnums_is_refused(derivative: Any, argument: Any) -> None:
    with pytest.raises(InputError, match=r"belong to the second pair of brackets: lv\.\w+\(f\)\(x\)"):
        derivative(cube, argument)


@pytest.mark.parametrize("argnums", [np.int64(0), 0, -1])
def test_argnums_may_be_numpys_integer(argnums: Any) -> None:
    assert lv.grad(cube, argnums)(2.0) == 12.0
    assert lv.jacobian(cube, argnums)(2.0) == 12.0


def test_a_choice_among_plain_numbers_is_a_number() -> None:
    for chosen in (lv.where(True, 1.0, 2.0), lv.cond(True, lambda x: x, lambda x: -x, 1.0)):
        assert not isinstance(chosen, np.ndarray)
        assert chosen == 1.0


def test_a_row_that_is_not_in_the_table() -> None:
    table = lv.record(cube, 2.0).adjoint_system().compare()
    with pytest.raises(UnknownNameError, match=r"no row 'nope'. There are: back_substitution, "):
        table["nope"]


def test_a_node_of_another_program_is_refused() -> None:
    tape, other = lv.record(cube, 2.0), lv.record(line, 2.0)
    assert len(tape) == len(other)
    with pytest.raises(ForeignValueError, match=r"b is an equation of another tape, line, and this is cube"):
        tape.adjoint_system().solve()[other["b"]]
    with pytest.raises(ForeignValueError, match="another tape"):
        tape.replay(perturb={other["b"]: 0.1})


def test_a_node_is_good_for_the_same_program_on_other_values() -> None:
    tape = lv.record(cube, 2.0)
    again = tape.replay(x=3.0)
    assert again[tape["a"]].value == 9.0
    assert lv.record(cube, 3.0)[tape["a"]].value == 9.0


def test_systems_say_what_they_are() -> None:
    system = lv.record(cube, 2.0).adjoint_system()
    assert repr(system) == "A λ = e_n: 3 nodes, 3 rows, 3 blocks off the diagonal"
    assert repr(system.blocks) == "6 blocks of A by (row node, column node), 3 of them on the diagonal"
    assert repr(lv.record(cube, 2.0).lagrangian()) == "Lagrangian of cube: cube subject to 3 equations"


LISTED = [2.0, 3.0]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: np.mean([x, 2 * x]), r"np\.mean makes a plain array of a list"),
        (lambda x: np.dot(LISTED, (x, 2 * x)), r"np\.dot makes a plain array of a list"),
        (lambda x: np.sum(np.exp([x, 2 * x])), r"np\.exp makes a plain array of a list"),
        (lambda x: np.linalg.norm([x, 2 * x]), r"np\.linalg\.norm makes a plain array of a list"),
        (lambda x: np.sum(np.r_[x, 2 * x]), r"np\.concatenate\(\[\.\.\.\]\) in place of np\.r_"),
        (lambda x: np.sum(np.array([x, 2 * x])), r"write lv\.array\(\[\.\.\.\]\) in place of np\.array"),
    ],
)
def test_a_list_where_an_array_would_be_recorded(f: Any, words: str) -> None:
    with pytest.raises(LeavesTapeError, match=words):
        lv.grad(f)(2.0)


def test_truth_values_have_no_gradient() -> None:
    with pytest.raises(InputError, match=r"is True: there is no gradient by truth values\. Convert it: float\(x\)"):
        lv.grad(cube)(True)


def test_a_tape_for_a_folder_that_is_not_there_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"There is no such folder to save a tape in: .*missing'"):
        lv.record(cube, 1.0).save(tmp_path / "missing" / "tape")


def test_steps_and_conditions_say_what_they_are_in_a_line() -> None:
    tape = lv.record(cube, 1.0)
    steps = list(tape.adjoint_system().solve().steps())
    assert repr(steps[1]) == "Step(row a: reads matrix[1, 2], multiplier[2], value[0]; writes multiplier[1])"
    condition = tape.lagrangian().stationarity()[1]
    assert repr(condition).startswith(r"Condition(node 1: a = ")
    assert condition._repr_latex_().startswith("$a = ")
