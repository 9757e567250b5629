"""A tape of arrays and the tape of their elements: the same numbers, and the same λ element by element."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import lagviz as lv
from lagviz.errors import BranchFlippedError, MissingRuleError, TooLargeError
from lagviz.view.scene import scene
from tests.support.programs import Program, programs


def leaves(value: Any) -> list[Any]:
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [value]


def assert_same_numbers(tape: lv.Tape, numbers: lv.Tape) -> None:
    """Each input's λ is the λ of its elements; so is that of each equation that has a name of its own."""
    assert all(node.shape == () for node in numbers)
    np.testing.assert_array_equal(leaves(numbers.result), np.ravel(tape.result))
    mine, other = (one.adjoint_system().solve() for one in (tape, numbers))
    matrix = other.system.matrix
    rhs = np.reshape(other.system.rhs, (matrix.shape[0], -1))
    prices = np.reshape([one for one in other.multipliers if one is not None], rhs.shape)
    assert (np.abs(matrix @ prices - rhs) <= 1e-12 * (abs(matrix) @ np.abs(prices) + rhs)).all()
    for name, node in tape.inputs.items():
        if mine.multipliers[node.index] is None:
            continue
        columns = () if mine.system.single else (len(mine.system.questions),)
        elements = [other[f"{name}[{','.join(map(str, at))}]" if at else name] for at in np.ndindex(node.shape)]
        np.testing.assert_allclose(
            np.reshape(elements, node.shape + columns) if elements else np.zeros(node.shape + columns),
            mine.multipliers[node.index],
            rtol=1e-9,
            atol=1e-11,
        )


@given(programs(most=6))
def test_multipliers_of_the_elements_are_the_elements_of_the_multipliers(program: Program) -> None:
    assert_same_numbers(lv.record(program, *program.inputs), lv.record(program, *program.inputs).scalarize())


@given(programs(most=6))
def test_a_nudge_of_an_element_does_what_it_does_to_the_array(program: Program) -> None:
    tape = lv.record(program, *program.inputs)
    first = (0,) * np.ndim(program.inputs[0])
    name = f"inputs[0][{','.join(map(str, first))}]" if first else "inputs[0]"
    after = tape.replay(perturb={("inputs[0]", *first): 1e-5}).result
    np.testing.assert_allclose(tape.scalarize().replay(perturb={name: 1e-5}).result, after, rtol=1e-9, atol=1e-11)


A = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
S = np.array([[3.0, 0.5], [0.25, 2.0]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x, axis=0),
        lambda x: np.mean(x, axis=(0, 1), keepdims=True),
        lambda x: np.prod(x, axis=1),
        lambda x: np.cumsum(x) * 2,
        lambda x: np.cumsum(x, axis=1),
        lambda x: np.cumprod(x, axis=0),
        lambda x: np.max(x, axis=1),
        lambda x: np.max(np.stack([x, x])),
        lambda x: np.sort(x, axis=0),
        lambda x: np.var(x) * 2,
        lambda x: x @ x.T,
        lambda x: x[0] @ x[1],
        lambda x: np.outer(x[0], x[1]),
        lambda x: np.einsum("ij,kj->ik", x, x),
        lambda x: np.einsum("ij,j,ij->", x, np.array([1.0, 2.0, 3.0]), x),
        lambda x: np.einsum("ii->i", x[:, :2]),
        lambda x: np.tensordot(x, x, axes=([0], [0])),
        lambda x: np.where(x > 0, x, 0.1 * x),
        lambda x: np.where(A > 0, x, 0.1),
        lambda x: np.diag(x[0]) * 2,
        lambda x: np.linalg.solve(x[:, :2] @ x[:, :2].T + 3 * np.eye(2), x[:, 2]),
        lambda x: np.linalg.inv(S + x[:, 1:] * 0.1),
        lambda x: np.maximum(x, x[::-1]) / (1 + x * x),
        lambda x: x[[0, 1, 0], [2, 2, 2]] ** 2,
        lambda x: x[x > 0] * 3,
        lambda x: x[np.argmax(x[:, 0])],
        lambda x: np.concatenate([x, A])[::2],
        lambda x: np.pad(x, 1),
        lambda x: np.concatenate([x[:0], x * 2]),
        lambda x: lv.indicator(x > 0) * x,
        lambda x: x.astype(float) * np.floor(x),
    ],
)
def test_operations_on_arrays(f: Any) -> None:
    tape = lv.record(f, A)
    numbers = tape.scalarize()
    assert_same_numbers(tape, numbers)
    np.testing.assert_allclose(leaves(numbers.replay(x=1.01 * A).result), np.ravel(f(1.01 * A)), rtol=1e-12)


def mlp(params, x, y):
    h = x
    for w in lv.loop(params["W"], name="layer"):
        h = np.tanh(w @ h)
    return np.sum((h - y) ** 2)


def network() -> lv.Tape:
    rng = np.random.default_rng(0)
    params = {"W": [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]}
    return lv.record(mlp, params, np.array([0.5, -1.0]), np.array([0.25]), parameters=["params"])


def test_a_network_of_numbers_can_be_read() -> None:
    tape = network()
    numbers = tape.scalarize()
    assert_same_numbers(tape, numbers)
    assert repr(numbers).splitlines()[0] == "z₁  W[0][0,0] = 0.1257"
    assert numbers.tex_names[:2] == ["W[0][0,0]", "W[0][0,1]"]
    assert numbers["h[1]"].scope == ("layer 1",)
    place = numbers["h[1]"].source
    assert place is not None
    assert place.text == "np.tanh(w @ h)"
    assert {node.scope for node in numbers} == {node.scope for node in tape}
    weights = [
        f"params['W'][{k}][{i},{j}]" for k, i, j in ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1))
    ]
    assert sorted(numbers.parameters or ()) == weights
    assert numbers.title == "mlp"
    drawn = scene(numbers.adjoint_system().solve())
    assert b"np.tanh(w @ h)" in drawn
    assert [node.op for node in numbers if "layer 2" in " ".join(node.scope)] == ["multiply", "multiply", "add", "tanh"]


def test_a_taken_apart_tape_is_saved_and_loaded() -> None:
    numbers = lv.record(lambda x: np.max(x) * np.sum(x), A).scalarize()
    file = io.BytesIO()
    numbers.save(file)
    file.seek(0)
    loaded = lv.Tape.load(file)
    assert repr(loaded) == repr(numbers)
    assert loaded.adjoint_system().solve().multipliers == numbers.adjoint_system().solve().multipliers
    assert "max(x[0,0], x[0,1], x[0,2], x[1,0], x[1,1], x[1,2])[] = 3" in repr(numbers)


def test_decisions_are_kept_and_checked() -> None:
    numbers = lv.record(lambda x: np.sum(x[x > 0]), A).scalarize()
    assert len(numbers.guards) == 6
    positive: dict[str, Any] = {"x[0,0]": 5.0}
    assert numbers.replay(**positive).result == pytest.approx(numbers.result + 4.0)
    negative: dict[str, Any] = {"x[0,0]": -5.0}
    with pytest.raises(BranchFlippedError, match="since it was read from a file or taken apart"):
        numbers.replay(**negative)


def test_a_nudged_tape_keeps_its_numbers() -> None:
    tape = lv.record(lambda x: np.sum(np.sin(x @ x.T)), A).replay(perturb={2: 0.5})
    assert_same_numbers(tape, tape.scalarize())


def test_numbers_stay_as_they_are() -> None:
    tape = lv.record(lambda x, n: x**n if x > 0 else x, 2.0, 3)
    numbers = tape.scalarize()
    assert repr(numbers) == repr(tape)
    assert numbers.guards == tape.guards


def test_too_many_numbers_are_refused() -> None:
    tape = lv.record(lambda x: np.sum(x @ x), np.ones((40, 40)))
    with pytest.raises(TooLargeError, match=r"about 132,800 equations and arrows of numbers, more than 100,000"):
        tape.scalarize()


def test_an_implicit_equation_of_arrays_is_refused() -> None:
    tape = lv.record(lambda b: lv.fixed_point(lambda z, b: 0.5 * np.cos(z) + b, np.zeros(2), b), np.ones(2))
    with pytest.raises(MissingRuleError, match=r"finds its 2 numbers together: .* cannot be taken apart"):
        tape.scalarize()
    alone = lv.record(lambda b: lv.fixed_point(lambda z, b: 0.5 * np.cos(z) + b, 0.0, b), 1.0)
    assert alone.scalarize().adjoint_system().solve()["b"] == alone.adjoint_system().solve()["b"]
