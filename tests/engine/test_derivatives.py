"""grad, jacobian, hessian, jvp and vjp: JAX's shapes, identities between them, other tools' numbers, refusals in words."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.errors import ConstantWarning
from tests.support.programs import Program, programs

EPSILON = 1e-5
X = np.array([0.3, -1.2, 0.7])
ONE: Any = 1.0
VALUE: Any = 4.0


class Layer(NamedTuple):
    W: Any
    b: Any


@dataclass(frozen=True)
class Unit:
    W: Any
    layer: Layer
    activation: Any = field(default=np.tanh, metadata={"static": True})


def direction(value: Any, rng: np.random.Generator) -> Any:
    return rng.normal(size=np.shape(value)) if np.ndim(value) else float(rng.normal())


def inner(left: Any, right: Any) -> float:
    return float(sum(np.sum(np.multiply(x, y)) for x, y in zip(left, right, strict=True)))


def both(xp: Any) -> Any:
    """A function of a vector with several results, in NumPy or autograd's."""
    return lambda x: xp.concatenate([xp.sin(x) * x[0], xp.array([xp.sum(x**3)])])


def smooth(x: Any) -> Any:
    return np.concatenate([np.sin(x) * x[0], np.exp(x[:1] * x[1:2])])


# --- against others -----------------------------------------------------------------------------------------------------


def test_the_jacobian_is_autograds() -> None:
    mine = lv.jacobian(lambda x: np.concatenate([np.sin(x) * x[0], lv.array([np.sum(x**3)])]))(X)
    np.testing.assert_allclose(mine, autograd.jacobian(both(anp))(X), rtol=1e-14)


def test_the_hessian_is_autograds() -> None:
    def f(xp: Any) -> Any:
        return lambda x: xp.sum(xp.tanh(xp.outer(x, x)) ** 2) + x[0] * x[1] * x[2]

    np.testing.assert_allclose(lv.hessian(f(np))(X), autograd.hessian(f(anp))(X), rtol=1e-12)


def test_a_tangent_is_a_complex_step() -> None:
    v = np.array([0.4, 1.1, -0.8])
    value, tangent = lv.jvp(smooth, (X,), (v,))
    np.testing.assert_array_equal(value, smooth(X))
    np.testing.assert_allclose(tangent, smooth(X + 1e-30j * v).imag / 1e-30, rtol=1e-14)


@given(programs(), st.integers(0, 2**32 - 1))
def test_a_tangent_is_what_a_difference_measures(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    directions = [direction(x, rng) for x in program.inputs]
    value, tangent = lv.jvp(program, program.inputs, directions)
    assert value == pytest.approx(program(*program.inputs), rel=1e-13, abs=1e-14)
    up, down = (
        program(*(x + s * EPSILON * v for x, v in zip(program.inputs, directions, strict=True))) for s in (1, -1)
    )
    parts = lv.grad(program, tuple(range(len(directions))))(*program.inputs)
    size = sum(np.sum(np.abs(np.multiply(g, v))) for g, v in zip(parts, directions, strict=True))
    np.testing.assert_allclose(tangent, (up - down) / (2 * EPSILON), rtol=1e-6, atol=1e-9 + 1e-6 * size)


# --- among themselves ---------------------------------------------------------------------------------------------------


@given(programs(), st.integers(0, 2**32 - 1))
def test_the_transpose_is_the_transpose(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    directions = [direction(x, rng) for x in program.inputs]
    value, tangent = lv.jvp(program.elementwise, program.inputs, directions)
    again, pull = lv.vjp(program.elementwise, *program.inputs)
    np.testing.assert_array_equal(value, again)
    prices = direction(value, rng)
    pulled = pull(prices)
    size = sum(np.sum(np.abs(np.multiply(g, v))) for g, v in zip(pulled, directions, strict=True))
    assert inner(pulled, directions) == pytest.approx(inner([prices], [tangent]), rel=1e-11, abs=1e-12 * (1 + size))


@given(programs())
def test_the_jacobian_has_the_rows_of_vjp_and_the_columns_of_jvp(program: Program) -> None:
    inputs = program.inputs
    jacobian = lv.jacobian(program.elementwise, tuple(range(len(inputs))))(*inputs)
    value, pull = lv.vjp(program.elementwise, *inputs)
    for x, block in zip(inputs, jacobian, strict=True):
        assert np.shape(block) == np.shape(value) + np.shape(x)
    for at in np.ndindex(np.shape(value)):
        unit = np.zeros(np.shape(value))
        unit[at] = 1.0
        for block, row in zip(jacobian, pull(unit), strict=True):
            np.testing.assert_allclose(np.asarray(block)[at], row, rtol=1e-12, atol=1e-14)
    for k, x in enumerate(inputs):
        for at in np.ndindex(np.shape(x)):
            tangents = [np.zeros(np.shape(other)) for other in inputs]
            tangents[k][at] = 1.0
            column = lv.jvp(program.elementwise, inputs, tangents)[1]
            np.testing.assert_allclose(np.asarray(jacobian[k])[(..., *at)], column, rtol=1e-12, atol=1e-14)


@given(programs(most=6))
def test_the_hessian_is_symmetric_and_its_rows_are_gradients_of_the_gradient(program: Program) -> None:
    numbers = tuple(range(len(program.inputs)))
    hessian = lv.hessian(program, numbers)(*program.inputs)
    for i, x in enumerate(program.inputs):
        for j, y in enumerate(program.inputs):
            assert np.shape(hessian[i][j]) == np.shape(x) + np.shape(y)
            mirrored = np.reshape(np.reshape(hessian[j][i], (np.size(y), np.size(x))).T, np.shape(x) + np.shape(y))
            np.testing.assert_allclose(hessian[i][j], mirrored, rtol=1e-9, atol=1e-11)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantWarning)  # the gradient by an input that nothing reads
        row = lv.grad(lambda *inputs: np.sum(lv.grad(program)(*inputs)), numbers)(*program.inputs)
    for block, x, one in zip(hessian[0], program.inputs, row, strict=True):
        total = np.sum(np.reshape(block, (-1, np.size(x))), axis=0)
        np.testing.assert_allclose(np.reshape(total, np.shape(x)), one, rtol=1e-9, atol=1e-11)


@given(programs(most=6), st.integers(0, 2**32 - 1))
def test_the_tangent_of_the_gradient_is_the_gradient_of_the_tangent(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs, numbers = program.inputs, tuple(range(len(program.inputs)))
    directions = tuple(direction(x, rng) for x in inputs)
    gradient = lv.grad(program, numbers)
    _, forward_over_reverse = lv.jvp(gradient, inputs, directions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantWarning)  # a tangent that is 0 reads nothing
        reverse_over_forward = lv.grad(lambda *x: lv.jvp(program, x, directions)[1], numbers)(*inputs)
    _, pull = lv.vjp(gradient, *inputs)
    for one, two, three in zip(forward_over_reverse, reverse_over_forward, pull(directions), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(one, three, rtol=1e-9, atol=1e-10)  # the Hessian is symmetric


def test_fewer_inputs_than_results_and_the_other_way_round_give_the_same_numbers() -> None:
    rng = np.random.default_rng(0)
    tall = rng.normal(size=(7, 3))

    def widen(x: Any) -> Any:
        return np.tanh(tall @ x) * x[0]

    narrow = lv.jacobian(lambda x: lv.jvp(widen, (x,), (X,))[1][:2])(X)  # two rows: by a sweep
    whole = lv.jacobian(lambda x: lv.jvp(widen, (x,), (X,))[1])(X)  # seven: by a push
    assert whole.shape == (7, 3)
    np.testing.assert_allclose(whole[:2], narrow, rtol=1e-13)


# --- JAX's conventions --------------------------------------------------------------------------------------------------


def test_a_jacobian_has_the_results_containers_outside_and_the_arguments_inside() -> None:
    def f(layer: Layer, data: Any) -> Any:
        h = layer.W @ data["x"] + layer.b
        return {"h": h, "pair": (np.sum(h), [2.0 * data["c"]])}

    layer = Layer(np.ones((2, 3)), np.zeros(2))
    jacobian = lv.jacobian(f, argnums=(0, 1))(layer, {"x": X, "c": 1.5})
    assert set(jacobian) == {"h", "pair"}
    assert isinstance(jacobian["pair"], tuple)
    assert isinstance(jacobian["pair"][1], list)
    of_layer, of_data = jacobian["h"]
    assert isinstance(of_layer, Layer)
    assert of_layer.W.shape == (2, 2, 3)
    assert of_layer.b.shape == (2, 2)
    np.testing.assert_array_equal(of_data["x"], np.ones((2, 3)))
    np.testing.assert_array_equal(of_data["c"], np.zeros(2))
    by_layer, by_data = jacobian["pair"][1][0]
    np.testing.assert_array_equal(by_layer.W, np.zeros((2, 3)))
    assert by_data["c"] == 2.0
    alone = lv.jacobian(f)(layer, {"x": X, "c": 1.5})
    np.testing.assert_array_equal(alone["pair"][0].b, np.ones(2))


def test_dataclasses_are_containers_but_for_their_static_fields(tmp_path: Path) -> None:
    def f(unit: Unit, x: Any) -> Any:
        h = unit.activation(unit.W @ x + unit.layer.b)
        return Unit(h, Layer(np.sum(h), unit.layer.W))

    unit = Unit(np.eye(3), Layer(2.0, X), np.sin)
    gradient = lv.grad(lambda unit, x: f(unit, x).layer.W)(unit, X)
    assert isinstance(gradient, Unit)
    assert gradient.activation is np.sin
    np.testing.assert_allclose(gradient.layer.b, np.cos(2 * X), rtol=1e-14)
    assert gradient.layer.W == 0.0
    jacobian = lv.jacobian(f)(unit, X)
    assert jacobian.layer.b.layer.W == 1.0
    assert jacobian.W.W.shape == (3, 3, 3)
    lv.check_grad(f, unit, X)
    tape = lv.record(f, unit, X)
    assert list(tape.inputs) == ["unit.W", "unit.layer.W", "unit.layer.b", "x"]
    assert isinstance(tape.result, Unit)
    tape.save(tmp_path / "tape")
    loaded = lv.Tape.load(tmp_path / "tape").result
    np.testing.assert_array_equal(loaded.W, tape.result.W)  # a named tuple now: nothing of the reader's is executed
    assert loaded.layer.b == 2.0
    with pytest.raises(lv.LagvizError, match=r"argument 0 is of type ufunc"):
        lv.grad(lambda pair: pair[0].W)((Layer(2.0, np.sin),))


def test_a_hessian_has_the_arguments_containers_twice() -> None:
    hessian = lv.hessian(lambda p: p["a"] ** 2 * np.sum(p["v"]))({"a": 3.0, "v": X})
    assert hessian["a"]["a"] == pytest.approx(2 * X.sum())
    np.testing.assert_allclose(hessian["a"]["v"], np.full(3, 6.0))
    np.testing.assert_allclose(hessian["v"]["a"], np.full(3, 6.0))
    np.testing.assert_array_equal(hessian["v"]["v"], np.zeros((3, 3)))


def test_tangents_and_prices_have_the_containers_of_what_they_belong_to() -> None:
    def f(p: Any, s: Any) -> Any:
        return {"y": p["W"] @ p["x"] * s, "s": [s]}

    p = {"W": np.eye(2), "x": np.array([1.0, 2.0])}
    value, tangent = lv.jvp(f, (p, 3.0), ({"W": np.zeros((2, 2)), "x": np.array([1.0, 0.0])}, 1))
    np.testing.assert_array_equal(tangent["y"], [4.0, 2.0])
    assert tangent["s"] == [1.0]
    value, pull = lv.vjp(f, p, 3.0)
    assert value["s"] == [3.0]
    of_p, of_s = pull({"y": np.array([1.0, 0.0]), "s": [5.0]})
    np.testing.assert_array_equal(of_p["W"], [[3.0, 6.0], [0.0, 0.0]])
    np.testing.assert_array_equal(of_p["x"], [3.0, 0.0])
    assert of_s == 6.0


def test_what_stands_beside_the_result_is_handed_through() -> None:
    def f(x: Any) -> Any:
        return np.sum(x**2), {"note": "text", "h": 2 * x, "none": None}

    (value, aux), gradient = lv.value_and_grad(f, has_aux=True)(X)
    assert value == np.sum(X**2)
    assert aux["note"] == "text"
    assert aux["none"] is None
    assert type(aux["h"]) is np.ndarray
    np.testing.assert_array_equal(gradient, 2 * X)
    gradient, aux = lv.grad(f, has_aux=True)(X)
    np.testing.assert_array_equal(aux["h"], 2 * X)
    jacobian, aux = lv.jacobian(lambda x: (x * x, x.shape), has_aux=True)(X)
    np.testing.assert_array_equal(jacobian, np.diag(2 * X))
    assert aux == (3,)
    value, tangent, aux = lv.jvp(f, (X,), (X,), has_aux=True)
    assert (tangent, aux["note"]) == (pytest.approx(2 * np.sum(X**2)), "text")
    value, pull, aux = lv.vjp(f, X, has_aux=True)
    np.testing.assert_array_equal(pull(1.0)[0], 2 * X)
    with pytest.raises(lv.LagvizError, match=r"With has_aux=True square is to return a pair.*but it did not"):
        lv.value_and_grad(np.square, has_aux=True)(X)


def test_pull_may_be_called_often_and_nothing_done_in_between_changes_it() -> None:
    weights, x = np.array([1.0, 2.0, 3.0]), X.copy()
    value, pull = lv.vjp(lambda x: np.exp(x * weights), x)
    expected = weights * np.exp(X * weights)
    for factor in (1.0, 2.0):
        np.testing.assert_allclose(pull(np.full(3, factor))[0], factor * expected, rtol=1e-15)
        value[:] = weights[:] = x[:] = 0.0
        pull(np.ones(3))[0][:] = 7.0


# --- nesting ------------------------------------------------------------------------------------------------------------


def test_levels_are_not_confused() -> None:
    assert lv.grad(lambda x: x * lv.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert lv.jvp(lambda x: x * lv.jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 1.0
    assert lv.grad(lambda x: x * lv.jvp(lambda y: x * y, (2.0,), (1.0,))[1])(3.0) == 6.0
    assert lv.jvp(lambda x: x * lv.grad(lambda y: x * y)(2.0), (3.0,), (1.0,))[1] == 6.0
    # d/dx of x ↦ d/dy of y ↦ (d/dz of z ↦ x·y·z): the innermost function reads all three.
    assert lv.grad(lambda x: lv.grad(lambda y: lv.grad(lambda z: x * y * y * z)(4.0))(3.0))(2.0) == 6.0


def test_a_shift_applied_twice_is_not_confused() -> None:
    # Manzyuk et al., Perturbation confusion in forward automatic differentiation of higher-order functions, 2019: the
    # derivative of the shift (s x f)(y) = f(x + y) at 0, applied to itself, with arguments put in until a number comes out.
    def shifted(f: Any) -> Any:
        return lambda y: lv.jvp(lambda x: f(x + y), (0.0,), (1.0,))[1]

    assert shifted(shifted(np.exp))(1.0) == pytest.approx(np.e, rel=1e-15)
    assert shifted(shifted(lambda x: x**3))(2.0) == 12.0
    assert lv.grad(shifted(shifted(lambda x: x**4)))(1.0) == 24.0


@pytest.mark.parametrize(
    "second",
    [
        lambda f: lv.grad(lv.grad(f)),
        lv.hessian,
        lambda f: lv.jacobian(lv.jacobian(f)),
        lambda f: lv.grad(lambda x: lv.jvp(f, (x,), (1.0,))[1]),
        lambda f: lambda x: lv.jvp(lv.grad(f), (x,), (1.0,))[1],
        lambda f: lambda x: lv.jvp(lambda x: lv.jvp(f, (x,), (1.0,))[1], (x,), (1.0,))[1],
        lambda f: lv.jacobian(lambda x: lv.vjp(f, x)[1](1.0)[0]),
        lambda f: lambda x: lv.vjp(lambda x: lv.vjp(f, x)[1](1.0)[0], x)[1](1.0)[0],
        lambda f: lambda x: lv.jvp(lambda x: lv.vjp(f, x)[1](1.0)[0], (x,), (1.0,))[1],
    ],
)
def test_second_derivatives_every_way(second: Any) -> None:
    assert second(lambda x: np.sin(x) * x**2)(0.7) == pytest.approx(
        2 * np.sin(0.7) + 4 * 0.7 * np.cos(0.7) - 0.7**2 * np.sin(0.7), rel=1e-14
    )


def test_third_derivatives_mixed() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x[::-1] ** 2)

    whole = lv.jacobian(lv.hessian(f))(X)
    assert whole.shape == (3, 3, 3)
    v = np.array([0.4, 1.1, -0.8])
    along = lv.grad(lambda x: lv.jvp(lambda x: lv.jvp(f, (x,), (v,))[1], (x,), (v,))[1])(X)
    np.testing.assert_allclose(along, np.einsum("ijk,i,j->k", whole, v, v), rtol=1e-12)
    hessian_of_pull = lv.hessian(lambda x: lv.vjp(f, x)[1](1.0)[0] @ v)(X)
    np.testing.assert_allclose(hessian_of_pull, np.einsum("ijk,i->jk", whole, v), rtol=1e-12)


def test_a_tangent_or_a_price_may_itself_be_recorded() -> None:
    # Linear in the direction: the derivative by it is the map itself.
    f = smooth
    by_direction = lv.jacobian(lambda v: lv.jvp(f, (X,), (v,))[1])(X)
    np.testing.assert_allclose(by_direction, lv.jacobian(f)(X), rtol=1e-14)
    value, pull = lv.vjp(f, X)
    by_price = lv.jacobian(lambda p: pull(p)[0])(np.ones(4))
    np.testing.assert_allclose(by_price, lv.jacobian(f)(X).T, rtol=1e-14)
    del value


def test_what_escapes_its_recording_is_refused() -> None:
    kept: list[Any] = []

    def keep(x: Any) -> Any:
        kept.append((x, lambda y: x * y, lv.vjp(lambda z: z * x, 2.0)[1]))
        return x * x

    lv.grad(keep)(3.0)
    value, closure, pull = kept[0]
    with pytest.raises(lv.LagvizError, match="A recorded value was used after its recording had ended"):
        closure(2.0)
    with pytest.raises(lv.LagvizError, match="A recorded value was used after its recording had ended"):
        pull(1.0)
    with pytest.raises(lv.LagvizError, match="two recordings that know nothing of each other"):
        lv.grad(closure)(2.0)
    for call in (
        lambda: lv.grad(lambda _: value)(1.0),
        lambda: lv.jacobian(lambda _: value)(1.0),
        lambda: lv.jvp(lambda _: value, (1.0,), (1.0,)),
        lambda: lv.vjp(lambda _: value, 1.0),
    ):
        with pytest.raises(lv.LagvizError, match="was recorded in another function, which has returned since"):
            call()


# --- what is special ----------------------------------------------------------------------------------------------------


def test_single_precision_stays_single() -> None:
    x = X.astype(np.float32)
    value, tangent = lv.jvp(lambda x: np.tanh(x)[1:] * x[0], (x,), (np.ones(3),))
    assert value.dtype == tangent.dtype == np.float32
    assert lv.jacobian(np.tanh)(x).dtype == np.float32
    assert lv.jacobian(lambda x: np.concatenate([x, x]))(x).dtype == np.float32  # by a push
    assert lv.hessian(lambda x: np.sum(x**3))(x).dtype == np.float32
    assert lv.vjp(np.tanh, x)[1](np.ones(3))[0].dtype == np.float32
    assert type(lv.grad(lambda s: s * s)(np.float32(2.0))) is np.float32
    assert type(lv.jvp(lambda s: s * s, (np.float32(2.0),), (1.0,))[1]) is np.float32


def test_empty_arrays_and_arrays_without_axes() -> None:
    empty = np.zeros(0)
    assert lv.jacobian(lambda x: x * 2)(empty).shape == (0, 0)
    assert lv.jacobian(np.sum)(empty).shape == (0,)
    assert lv.jacobian(lambda x: (x * X[:0], x))(2.0)[0].shape == (0,)
    assert lv.jvp(lambda x: x * 2, (empty,), (empty,))[1].shape == (0,)
    assert lv.vjp(lambda x: x * 2, empty)[1](empty)[0].shape == (0,)
    assert lv.jacobian(lambda x: x * x)(np.array(3.0)) == 6.0
    assert lv.jvp(lambda x: x * x, (np.array(3.0),), (np.array(1.0),)) == (9.0, 6.0)


def test_a_result_that_reads_no_input_does_not_move() -> None:
    assert lv.jvp(lambda _: 2.0, (1.0,), (1.0,)) == (2.0, 0.0)
    value, tangent = lv.jvp(lambda x: (x, X, 3), (1.0,), (1.0,))
    assert (value[2], tangent[0], tangent[2]) == (3, 1.0, 0.0)
    np.testing.assert_array_equal(tangent[1], np.zeros(3))
    np.testing.assert_array_equal(lv.vjp(lambda _: 2.0, X)[1](1.0)[0], np.zeros(3))
    assert lv.hessian(lambda x: 3 * x)(1.0) == 0.0
    np.testing.assert_array_equal(lv.jacobian(lambda x: (np.sum(x), X))(X)[1], np.zeros((3, 3)))
    with pytest.warns(ConstantWarning, match=r"The result of <lambda> reads none of the arguments"):
        np.testing.assert_array_equal(lv.jacobian(lambda _: X)(X), np.zeros((3, 3)))
    # A direction of 0, and a side of a branch that was not taken.
    assert lv.jvp(np.sin, (1.0,), (0.0,))[1] == 0.0
    assert lv.jvp(lambda x: lv.where(x > 0, 2.0, x), (1.0,), (1.0,))[1] == 0.0


def test_whole_numbers_count_as_real_ones() -> None:
    assert lv.jacobian(lambda x: x**2)(3) == 6.0
    assert lv.jvp(lambda x: x**2, (3,), (1,)) == (9.0, 6.0)
    assert lv.vjp(lambda x: x**2, 3)[1](1) == (6.0,)
    for call in (
        lambda: lv.jacobian(np.square)(np.arange(3)),
        lambda: lv.jvp(np.square, (np.arange(3),), (X,)),
        lambda: lv.vjp(np.square, np.arange(3)),
    ):
        with pytest.raises(
            lv.LagvizError, match=r"argument 0 is an array of int64: there is no gradient by whole numbers"
        ):
            call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: lv.grad(VALUE),
            r"^4\.0 is no function\. Write lv\.grad\(f\)\(x\): the function itself first, not its value",
        ),
        (lambda: lv.hessian(VALUE), r"4\.0 is no function\. Write lv\.jacobian"),
        (lambda: lv.vjp(VALUE, 1.0), r"4\.0 is no function\. Write lv\.vjp\(f, x\)"),
        (lambda: lv.jvp(VALUE, (1.0,), (1.0,)), r"4\.0 is no function\. Write lv\.jvp\(f, \(x,\), \(direction,\)\)"),
        (lambda: lv.grad(np.multiply, (0, 0))(1.0, 2.0), r"argnums=\(0, 0\) names an argument twice"),
        (lambda: lv.jacobian(np.multiply, (1, -1))(1.0, 2.0), r"argnums=\(1, -1\) names an argument twice"),
        (lambda: lv.jacobian(np.sin)("x"), r"argument 0 is text.*functools\.partial\(f, name='x'\)"),
        (lambda: lv.jvp(np.sin, ONE, ONE), r"jvp takes primals as a tuple.*given a float\. Write jvp\(f, \(x,\)"),
        (
            lambda: lv.jvp(np.sin, (1.0,), (1.0, 2.0)),
            r"a number or an array at tangents\[1\], and none at primals\[1\]",
        ),
        (lambda: lv.jvp(np.sin, (X,), (1.0,)), r"tangents\[0\] has shape \(\), but primals\[0\] has \(3,\)"),
        (lambda: lv.jvp(np.sin, ({"a": X},), ({},)), r"array at primals\[0\]\['a'\], and none at tangents\[0\]\['a'\]"),
        (lambda: lv.jvp(np.sin, (1.0,), ("up",)), r"tangents\[0\] is text \('up'\)"),
        (lambda: lv.vjp(np.sin, X)[1](1.0), r"prices has shape \(\), but value has \(3,\)"),
        (lambda: lv.vjp(np.sin, X)[1]((X,)), r"at value, and none at prices\. Write 0"),
        (
            lambda: lv.jacobian(lambda _: None)(1.0),
            "returned nothing. Return the numbers that you want the derivative of",
        ),
        (lambda: lv.jacobian(lambda _: "text")(1.0), "returned 'text', of type str. Return real numbers"),
        (lambda: lv.jacobian(lambda _: np.sin)(1.0), "of type ufunc. Return real numbers"),
        (lambda: lv.jacobian(np.argmax)(X), r"returned an integer \(2\) that was counted.*beside it with has_aux=True"),
        (lambda: lv.jvp(lambda x: x > 0, (X,), (X,)), "returned an array of decisions, which has no gradient"),
        (lambda: lv.vjp(lambda x: x > 0, 1.0), r"returned a decision \(True\), which has no gradient"),
        (lambda: lv.grad(np.argmax)(X), r"returned an integer \(2\) that was counted, not computed"),
        (lambda: lv.hessian(np.sin, argnums=1)(1.0), "argnums asks for argument 1"),
        (lambda: lv.grad(np.sin)(X), r"np\.sum or np\.mean, or ask for its jacobian"),
    ],
)
def test_refusals(call: Any, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words):
        call()


def test_a_matrix_that_would_not_fit_is_refused_before_it_is_begun() -> None:
    x = np.ones((300, 300))
    for refused in (lv.hessian(lambda x: np.sum(x**2)), lv.jacobian(lambda x: x**2)):
        with pytest.raises(lv.LagvizError, match=r"each of 90,000 numbers, 65 GB.*lv\.jvp\(lv\.grad\(f\)") as caught:
            refused(x)
        assert isinstance(caught.value, MemoryError)
