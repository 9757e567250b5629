"""NumPy's functions on recorded values: they give what NumPy gives, and their derivatives are what differences measure.

The calls stand in `tests.support.calls`; `test_coverage` holds that no function is without one.
"""

from __future__ import annotations

import warnings
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.builtins import SequenceBox

import lagviz as lv
from lagviz.errors import ConstantWarning
from tests.support.calls import CALLS, autograds, inputs_of, named_in
from tests.support.expressions import EXPRESSIONS

#: Each once, under the name of its function.
EVERY = {call: name for name, calls in CALLS.items() for call in calls if hasattr(np, name)}
EVERY |= dict.fromkeys(EXPRESSIONS, "")
#: Differences of Python's numbers do not reach across jumps; these have none near the inputs.
STEP = 1e-6


def run(call: str, xp: Any, values: dict[str, Any]) -> Any:
    return eval(call, {"np": xp, **values})  # noqa: S307 - our own text


def parts(result: Any) -> list[Any]:
    """The real results of a call; whole numbers, decisions and text have no derivative."""
    if isinstance(result, list | tuple | SequenceBox):
        return [part for one in result for part in parts(one)]
    if isinstance(result, float) or (
        not isinstance(result, type) and getattr(result, "dtype", np.dtype(int)).kind == "f"
    ):
        return [result]
    return []


def total(call: str, xp: Any, values: dict[str, Any]) -> Any:
    """One number that every real result goes into, each element in its own way, and squared as well."""
    sums = []
    for part in parts(run(call, xp, values)):
        shape = getattr(part, "shape", ())
        weights = np.cos(np.arange(float(np.prod(shape)))).reshape(shape)
        part = xp.where(xp.isnan(part), 0.0, part)  # noqa: PLW2901 - NaN in, NaN out, and no derivative
        sums.append(xp.sum(weights * part * (1.0 + part)))
    return sum(sums, 0.0)


def gradient(call: str, values: dict[str, Any]) -> list[Any]:
    names = named_in(call)

    def f(*given: Any) -> Any:
        return total(call, np, dict(zip(names, given, strict=True)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantWarning)
        return list(lv.grad(f, argnums=tuple(range(len(names))))(*values.values()))


def moved(values: dict[str, Any], direction: dict[str, Any], step: float) -> dict[str, Any]:
    return {name: value + step * direction[name] for name, value in values.items()}


def direction_for(values: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    return {name: rng.normal(size=np.shape(x)) if np.ndim(x) else float(rng.normal()) for name, x in values.items()}


def along(gradients: list[Any], values: dict[str, Any], direction: dict[str, Any]) -> float:
    return float(sum(np.nansum(g * direction[name]) for g, name in zip(gradients, values, strict=True)))


def same(recorded: Any, plain: Any) -> None:
    if isinstance(plain, list | tuple):
        assert len(recorded) == len(plain)
        for one, other in zip(recorded, plain, strict=True):
            same(one, other)
    elif isinstance(plain, str | np.dtype | type):
        assert recorded == plain
    else:
        value = getattr(recorded, "value", recorded)
        assert np.shape(value) == np.shape(plain)
        assert np.asarray(value).dtype.kind == np.asarray(plain).dtype.kind
        np.testing.assert_allclose(value, plain, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("call", EVERY)
def test_a_call_gives_what_numpy_gives(call: str) -> None:
    values = inputs_of(call)

    def f(**given: Any) -> Any:
        found.append(run(call, np, given))
        same(found[0], run(call, np, values))
        return sum(given.values(), 0.0) if all(np.ndim(x) == 0 for x in given.values()) else next(iter(given.values()))

    found: list[Any] = []
    lv.record(f, **values)
    assert len(found) == 1


@pytest.mark.parametrize("call", EVERY)
def test_a_derivative_is_what_a_difference_measures(call: str) -> None:
    values = inputs_of(call)
    direction = direction_for(values)
    ends = [total(call, np, moved(values, direction, sign * STEP)) for sign in (1, -1)]
    measured = (ends[0] - ends[1]) / (2 * STEP)
    np.testing.assert_allclose(along(gradient(call, values), values, direction), measured, rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize("call", EVERY)
def test_a_second_derivative_is_what_a_difference_of_first_ones_measures(call: str) -> None:
    values = inputs_of(call)
    direction, names = direction_for(values), named_in(call)

    def slope(*given: Any) -> Any:
        inner = gradient(call, dict(zip(names, given, strict=True)))
        return sum(
            (
                np.sum(np.where(np.isnan(x), 0.0, g) * direction[name])
                for g, x, name in zip(inner, given, names, strict=True)
            ),
            0.0,
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantWarning)
        second = lv.grad(slope, argnums=tuple(range(len(names))))(*values.values())
    ends = [along(gradient(call, moved(values, direction, sign * STEP)), values, direction) for sign in (1, -1)]
    measured = (ends[0] - ends[1]) / (2 * STEP)
    np.testing.assert_allclose(along(list(second), values, direction), measured, rtol=5e-6, atol=1e-6)


#: What autograd refuses or has no rule for, in the name of a function it knows: options, more axes, ``full_like`` of a number.
BEYOND_AUTOGRAD = {
    "np.ravel(v, order='K')",
    "np.clip(v, s - 1, r)",
    "np.trace(T, axis1=0, axis2=2)",
    "np.broadcast_to(v, (2, 4))",
    "np.broadcast_to(s, (3,))",
    "np.roll(T, (1, 2), axis=(0, 1))",
    "np.rot90(T, k=2, axes=(1, 2))",
    "np.repeat(M, [1, 2], axis=0)",
    "np.diagonal(S)",
    "np.diagonal(T, 1, 1, 2)",
    "np.pad(v, 2)",
    "np.pad(M, ((1, 0), (0, 2)), constant_values=1.0)",
    "np.pad(v, (1, 2), mode='reflect')",
    "np.sort(M, axis=0)",
    "np.sort(T, axis=None)",
    "np.partition(T, 2, axis=2)",
    "np.hsplit(v, [1])",
    "np.atleast_1d(v, s)",
    "np.diff(v, prepend=s, append=[1.0, 2.0])",
    "np.gradient(v, 0.5)",
    "np.gradient(v, k)",
    "np.gradient(M)",
    "np.gradient(T, axis=2, edge_order=2)",
    "np.gradient(T, k, axis=2, edge_order=2)",
    "np.gradient(S, s, r)",
    "np.cross(S, M[0])",
    "np.linspace(v, 1.0, 3, endpoint=False)",
    "np.linspace(s, r, 3, retstep=True)",
    "np.full_like(M, s)",
}
KNOWN = [call for call, name in EVERY.items() if name in autograds() and call not in BEYOND_AUTOGRAD]


@pytest.mark.parametrize("call", KNOWN)
def test_a_gradient_is_autograds(call: str) -> None:
    values = inputs_of(call)
    names = named_in(call)

    def f(*given: Any) -> Any:
        return total(call, anp, dict(zip(names, given, strict=True)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = autograd.grad(f, tuple(range(len(names))))(*values.values())
    for ours, their in zip(gradient(call, values), theirs, strict=True):
        np.testing.assert_allclose(ours, their, rtol=1e-9, atol=1e-12)


def single(values: dict[str, Any]) -> dict[str, Any]:
    return {name: np.float32(x) if np.ndim(x) == 0 else x.astype(np.float32) for name, x in values.items()}


@pytest.mark.parametrize("call", EVERY)
def test_single_precision_stays_single_and_gives_the_same_gradient(call: str) -> None:
    values = single(inputs_of(call))

    def f(**given: Any) -> Any:
        for ours, theirs in zip(parts(run(call, np, given)), parts(run(call, np, values)), strict=True):
            assert np.asarray(getattr(ours, "value", ours)).dtype == np.asarray(theirs).dtype
        return next(iter(given.values()))

    lv.record(f, **values)
    exact = gradient(call, inputs_of(call))
    for g, x, other in zip(gradient(call, values), values.values(), exact, strict=True):
        assert np.ndim(x) == 0 or g.dtype == np.float32
        np.testing.assert_allclose(g, other, rtol=2e-3, atol=2e-3 * (1 + np.max(np.abs(other))))


@pytest.mark.parametrize("call", EVERY)
def test_a_replay_on_other_inputs_gives_what_numpy_gives_there(call: str) -> None:
    values = inputs_of(call)
    other = moved(values, direction_for(values), 0.1)

    def f(**given: Any) -> Any:
        found[:] = [hasattr(part, "recording") for part in parts(run(call, np, given))]
        return [part for part in parts(run(call, np, given)) if hasattr(part, "recording")] or next(
            iter(given.values())
        )

    found: list[bool] = []
    result = lv.record(f, **values).replay(**other).result
    expected = [part for part, recorded in zip(parts(run(call, np, other)), found, strict=True) if recorded]
    same(result, expected or next(iter(other.values())))


@pytest.mark.parametrize("call", EVERY)
def test_its_equations_are_written_in_one_line(call: str) -> None:
    def f(**given: Any) -> Any:
        recorded = [part for part in parts(run(call, np, given)) if hasattr(part, "recording")]
        return recorded or next(iter(given.values()))

    for node in lv.record(f, **inputs_of(call)).nodes:
        for written in (node.latex, repr(node)):
            assert "\n" not in written
            assert "$" not in written
            assert len(written) < 140
        assert node.latex.count("{") == node.latex.count("}")


# --- where a formula would divide by nothing --------------------------------------------------------------------------------


def test_every_derivative_of_sinc_is_right_at_zero() -> None:
    f, found = np.sinc, []
    for _ in range(5):
        found.append(float(f(0.0)))
        f = lv.grad(f)
    np.testing.assert_allclose(found, [1.0, 0.0, -(np.pi**2) / 3, 0.0, np.pi**4 / 5], atol=1e-12)
    for x in (0.2499, 0.2501, -0.25):
        np.testing.assert_allclose(lv.grad(np.sinc)(x), (np.cos(np.pi * x) - np.sinc(x)) / x, rtol=1e-13)


@pytest.mark.parametrize("last", [np.prod, lambda x: np.cumprod(x)[-1], np.multiply.reduce, np.nanprod])
def test_derivatives_of_a_product_are_right_where_factors_are_zero(last: Any) -> None:
    np.testing.assert_array_equal(lv.grad(last)(np.array([0.0, 2.0, 3.0])), [6.0, 0.0, 0.0])
    second = lv.hessian(last)(np.array([0.0, 2.0, 0.0, 3.0]))
    expected = np.zeros((4, 4))
    expected[0, 2] = expected[2, 0] = 6.0
    np.testing.assert_array_equal(second, expected)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33])
def test_a_product_of_any_length_has_its_derivative(size: int) -> None:
    x = np.linspace(0.5, 1.5, size)
    np.testing.assert_allclose(lv.grad(np.prod)(x), np.prod(x) / x, rtol=1e-13)


def test_of_equal_elements_each_keeps_its_place() -> None:
    x = np.array([2.0, 1.0, 2.0, 1.0])
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(lv.grad(lambda x: np.sum(weights * np.sort(x)))(x), [3.0, 1.0, 4.0, 2.0])
    np.testing.assert_array_equal(lv.grad(np.max)(x), [0.5, 0.0, 0.5, 0.0])
    np.testing.assert_array_equal(lv.grad(lambda x: np.fmax(x, 2.0).sum())(x), [0.5, 0.0, 0.5, 0.0])


def test_what_takes_the_place_of_nan_has_the_derivative() -> None:
    x = np.array([1.0, np.nan, 3.0])
    np.testing.assert_array_equal(lv.grad(np.nansum)(x), [1.0, 0.0, 1.0])
    np.testing.assert_array_equal(lv.grad(np.nanmean)(x), [0.5, 0.0, 0.5])
    np.testing.assert_array_equal(lv.grad(np.nanmax)(x), [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(lv.grad(np.nanvar)(x), [-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(lv.grad(lambda x: np.sum(np.nan_to_num(x, nan=7.0)))(x), [1.0, 0.0, 1.0])
    np.testing.assert_array_equal(lv.grad(lambda x: np.sum(np.fmin(x, 2.0)))(x), [1.0, 0.0, 0.0])


# --- nothing in it ------------------------------------------------------------------------------------------------------------

NOTHING = [
    *("np.sum(e)", "np.prod(e)", "np.mean(e)", "np.median(e)", "np.sort(e)", "np.cumsum(e)", "np.cumprod(m, axis=1)"),
    *("np.cumprod(m)", "np.diff(e)", "np.concatenate((e, e))", "np.stack([e, e])", "np.trapezoid(e)", "np.nansum(e)"),
    *("np.average(m, axis=1)", "np.tile(e, 2)", "np.pad(e, 1)", "np.interp(e, [1.0, 2.0], [1.0, 2.0])", "e[e > 0]"),
    *(
        "np.linspace(e, 1.0, 3)",
        "np.split(e, 1)",
        "np.maximum.accumulate(e)",
        "np.logaddexp.reduce(e)",
        "np.argsort(e)",
    ),
    *(
        "np.add.reduce(m, axis=1)",
        "np.kron(e, e)",
        "np.take(e, [])",
        "np.repeat(e, 2)",
        "np.std(m, axis=1)",
        "np.tril(m)",
    ),
    *(
        "np.where(e > 0, e, 1.0)",
        "np.roll(e, 1)",
        "np.resize(e, 3)",
        "np.polyval(e, 1.0)",
        "np.block([e, e])",
        "np.cov(m)",
    ),
    *(
        "np.broadcast_to(e, (2, 0))",
        "np.meshgrid(e, e)",
        "np.bincount([], weights=e)",
        "np.max(m, axis=1, initial=2.0)",
    ),
    *("np.max(e)", "np.argmax(e)", "np.convolve(e, e)", "np.gradient(e)", "np.ptp(e)", "np.quantile(e, 0.5)"),
]


@pytest.mark.parametrize("call", NOTHING)
def test_an_empty_array_gives_what_numpy_gives_or_numpys_own_refusal(call: str) -> None:
    values = {"e": np.zeros(0), "m": np.zeros((2, 0))}

    def attempt(given: dict[str, Any]) -> Any:
        try:
            return run(call, np, given)
        except (ValueError, IndexError) as refusal:
            return type(refusal).__name__

    def f(**given: Any) -> Any:
        same(attempt(given), attempt(values))
        return np.sum(given["e"])

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of a mean of nothing
        lv.record(f, **values)


# --- pieces of a derivative, replayed -----------------------------------------------------------------------------------------

#: Calls whose derivative is another one elsewhere: by v as it is, and by v in the other order.
PIECEWISE = [
    *(
        "np.sort(v) * w",
        "np.partition(v, 1) * w",
        "np.max(v)",
        "np.min(M, axis=0)",
        "np.maximum(v, w)",
        "np.minimum(M, s)",
    ),
    *(
        "np.fmax(v, w)",
        "np.fmin(v, s)",
        "np.abs(v)",
        "np.where(v > 0, v, w)",
        "np.where(v[0] > 0, v[0], 3 * s)",
        "v[v > 0]",
    ),
    *(
        "v[np.argsort(v)] * w",
        "v[np.argmax(v)]",
        "np.interp(u * 2, k, v)",
        "np.maximum.accumulate(v) * w",
        "np.median(v)",
    ),
    *("np.clip(v, -0.5, s)", "np.remainder(v, 0.3) * w", "np.fmod(M, s)", "np.sinc(v)", "np.ptp(M, axis=1)", "p ** v"),
    *(
        "np.quantile(v, 0.3)",
        "np.take_along_axis(M, np.argsort(M, axis=1), axis=1) * N",
        "np.select([v > 1, v > 0], [v, w], s)",
    ),
    *("np.nanmax(M, axis=1)", "np.nan_to_num(v)", "np.copysign(v, w)", "np.unwrap(3 * v)", "np.heaviside(v, w)"),
]


@pytest.mark.parametrize("call", PIECEWISE)
def test_a_recorded_gradient_replays_with_the_pieces_of_the_new_inputs(call: str) -> None:
    values = inputs_of(call)
    other: dict[str, Any] = {
        name: x if name in "kps" else np.ascontiguousarray(np.flip(x)) * -1.1 for name, x in values.items()
    }

    def f(**given: Any) -> Any:
        return gradient(call, given)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantWarning)
        replayed = lv.record(f, **values).replay(**other).result
    for ours, expected in zip(replayed, gradient(call, other), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "derivative"),
    [
        ("np.heaviside(n, 0)", 0.0),
        ("np.nan_to_num(n)", 1.0),
        ("np.sqrt(n) + np.hypot(n, 3)", 0.25 + 0.8),
        ("np.prod(np.stack([n, n]))", 8.0),
        ("np.sum(np.linspace(n, 0, 3))", 1.5),
        ("np.sum(np.gradient(np.stack([n, 2, n]), 0.5))", 0.0),
    ],
)
def test_a_whole_number_that_is_an_input_has_a_derivative(call: str, derivative: float) -> None:
    tape = lv.record(lambda n: run(call, np, {"n": n}), n=4)
    np.testing.assert_allclose(tape.result, run(call, np, {"n": 4}))
    np.testing.assert_allclose(tape.adjoint_system().solve()["n"], derivative, rtol=1e-12)


@pytest.mark.parametrize(
    "name", ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "mean", "var", "std", "sum", "prod"]
)
@pytest.mark.parametrize(("given", "asked"), [(np.float32, np.float64), (np.float64, np.float32)])
def test_a_dtype_that_is_asked_for_is_the_one_that_comes_out(name: str, given: Any, asked: Any) -> None:
    x = np.linspace(-1.3, 2.1, 6).reshape(2, 3).astype(given)
    function = getattr(np, name)
    result = lv.record(lambda x: function(x, axis=0, dtype=asked), x).result
    assert result.dtype == function(x, axis=0, dtype=asked).dtype == asked
    np.testing.assert_allclose(result, function(x, axis=0, dtype=asked), rtol=1e-5)


def test_one_number_has_no_deviation_and_so_no_slope() -> None:
    x = np.array([[0.3], [1.2]])
    assert lv.record(lambda x: np.std(x, axis=1), x).result.tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(lv.jacobian(lambda x: np.std(x, axis=1))(x), np.zeros((2, 2, 1)))
    assert lv.grad(np.std)(1.7) == 0.0


@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize(
    ("function", "slope"),
    [
        *((function, 1.0) for function in (np.sum, np.max, np.min, np.prod, np.nansum, np.nanmax, np.cumsum)),
        (np.ptp, 0.0),
        *((ufunc.reduce, 1.0) for ufunc in (np.add, np.multiply, np.maximum, np.logaddexp, np.hypot)),
    ],
)
def test_a_number_is_reduced_along_the_axis_that_it_has_not_as_numpy_does(
    function: Any, slope: float, axis: Any
) -> None:
    expected = function(1.5, axis=axis)
    same(lv.record(lambda x: function(x, axis=axis), 1.5).result, expected)
    np.testing.assert_array_equal(
        lv.jacobian(lambda x: function(x, axis=axis))(1.5), np.full(np.shape(expected), slope)
    )
    np.testing.assert_array_equal(
        lv.jvp(lambda x: function(x, axis=axis), (1.5,), (1.0,))[1], np.full(np.shape(expected), slope)
    )
