"""Fixed points and roots: derivatives by the equation, beside formulas, unrolled iterations, differences and each other."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.engine import filling, words
from lagviz.engine.methods import METHODS
from lagviz.view.packing import definition, unpack
from lagviz.view.scene import scene

RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(4, 4))
WEIGHTS *= 0.6 / np.linalg.norm(WEIGHTS, 2)  # a contraction, so that iterating converges
INTO, B, X = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=3)
UNKNOWN: Any = "guess"


def layer(z: Any, w: Any, u: Any, x: Any, b: Any) -> Any:
    return np.tanh(w @ z + u @ x + b)


def equilibrium(w: Any, u: Any, x: Any, b: Any, method: Any = "iteration") -> Any:
    return lv.fixed_point(layer, np.zeros(4), w, u, x, b, method=method)


def unrolled(w: Any, u: Any, x: Any, b: Any) -> Any:
    z = np.zeros(4)
    for _ in range(80):
        z = layer(z, w, u, x, b)
    return z


def square_root(a: Any) -> Any:
    return lv.root(lambda z: z * z - a, 1.0)


def anomaly(e: Any, m: Any) -> Any:
    return lv.root(lambda x: x - e * np.sin(x) - m, m)


# --- numbers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["iteration", "anderson", "newton"])
def test_every_method_finds_the_same(method: Any) -> None:
    np.testing.assert_allclose(
        equilibrium(WEIGHTS, INTO, X, B, method), unrolled(WEIGHTS, INTO, X, B), rtol=1e-10, atol=1e-12
    )
    assert lv.root(lambda z: 0.3 * (z * z - 2.0), 1.5, method=method) == pytest.approx(np.sqrt(2), rel=1e-10)


@pytest.mark.parametrize("method", ["anderson", "newton"])
def test_what_drives_points_apart_takes_more_than_iterating(method: Any) -> None:
    assert lv.fixed_point(lambda z: 5.0 - 1.5 * z, 0.0, method=method) == pytest.approx(2.0, rel=1e-11)
    assert lv.root(lambda z: z**3 - z + 6, 3.0, method="newton") == pytest.approx(-2.0, rel=1e-12)
    # A singular slope: one point of a whole line of them.
    line = lv.root(lambda z: lv.array([z[0] + z[1] - 1, 2 * z[0] + 2 * z[1] - 2]), np.array([1.0, 2.0]))
    assert line[0] + line[1] == pytest.approx(1.0, rel=1e-12)


def test_derivatives_of_a_square_root_are_those_of_the_formula() -> None:
    a = 2.3
    f = square_root
    assert f(a) == pytest.approx(a**0.5, rel=1e-14)
    assert lv.grad(f)(a) == pytest.approx(0.5 * a**-0.5, rel=1e-13)
    assert lv.grad(lv.grad(f))(a) == pytest.approx(-0.25 * a**-1.5, rel=1e-12)
    assert lv.grad(lv.grad(lv.grad(f)))(a) == pytest.approx(0.375 * a**-2.5, rel=1e-11)
    assert lv.jvp(f, (a,), (1.0,))[1] == pytest.approx(0.5 * a**-0.5, rel=1e-13)
    assert lv.jvp(lv.grad(f), (a,), (1.0,))[1] == pytest.approx(-0.25 * a**-1.5, rel=1e-12)
    assert lv.grad(lambda a: lv.jvp(f, (a,), (1.0,))[1])(a) == pytest.approx(-0.25 * a**-1.5, rel=1e-12)


@given(st.floats(0.0, 0.9), st.floats(0.1, 6.0))
def test_keplers_equation(e: float, m: float) -> None:
    x = anomaly(e, m)
    assert x - e * np.sin(x) == pytest.approx(m, rel=1e-12)
    by_e, by_m = lv.grad(anomaly, (0, 1))(e, m)
    assert by_e == pytest.approx(np.sin(x) / (1 - e * np.cos(x)), rel=1e-11, abs=1e-13)
    assert by_m == pytest.approx(1 / (1 - e * np.cos(x)), rel=1e-11)
    of_second = lv.grad(lambda e: lv.grad(anomaly, 1)(e, m))(e)
    ((_, mixed), _) = lv.hessian(anomaly, (0, 1))(e, m)
    assert mixed == pytest.approx(of_second, rel=1e-10, abs=1e-12)


def test_an_equilibrium_layer_has_the_derivatives_of_the_unrolled_iteration() -> None:
    def loss(of: Any) -> Any:
        return lambda *parameters: np.sum(np.cos(of(*parameters)))

    every = (0, 1, 2, 3)
    point = (WEIGHTS, INTO, X, B)
    for mine, other in zip(
        lv.grad(loss(equilibrium), every)(*point), lv.grad(loss(unrolled), every)(*point), strict=True
    ):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
    for mine, other in zip(lv.jacobian(equilibrium, every)(*point), lv.jacobian(unrolled, every)(*point), strict=True):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
    mine, other = (lv.hessian(loss(of), (2, 3))(*point) for of in (equilibrium, unrolled))
    for i in range(2):
        for j in range(2):
            np.testing.assert_allclose(mine[i][j], other[i][j], rtol=1e-8, atol=1e-11)
    lv.check_grad(equilibrium, *point)
    lv.check_grad(lv.grad(loss(equilibrium)), *point)


def test_a_tangent_and_a_price_are_transposes() -> None:
    tangents = tuple(RNG.normal(size=np.shape(x)) for x in (WEIGHTS, INTO, X, B))
    value, tangent = lv.jvp(equilibrium, (WEIGHTS, INTO, X, B), tangents)
    prices = RNG.normal(size=4)
    pulled = lv.vjp(equilibrium, WEIGHTS, INTO, X, B)[1](prices)
    assert prices @ tangent == pytest.approx(
        sum(np.sum(p * t) for p, t in zip(pulled, tangents, strict=True)), rel=1e-12
    )
    assert value.shape == (4,)


# --- what is read ---------------------------------------------------------------------------------------------------------


def test_what_is_closed_over_counts_like_an_argument() -> None:
    def closed(w: Any, b: Any) -> Any:
        doubled = 2 * b  # computed outside
        return np.sum(
            lv.fixed_point(lambda z: np.tanh(w @ z + doubled / 2 + 3 * b), np.zeros(4))
        )  # 3 b: inside, without z

    def handed(w: Any, b: Any) -> Any:
        return np.sum(lv.fixed_point(lambda z, w, b: np.tanh(w @ z + 4 * b), np.zeros(4), w, b))

    for mine, other in zip(lv.grad(closed, (0, 1))(WEIGHTS, B), lv.grad(handed, (0, 1))(WEIGHTS, B), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10)
    lv.check_grad(closed, WEIGHTS, B)


def test_without_anything_recorded_it_is_a_number() -> None:
    assert type(square_root(2.0)) is float
    assert type(equilibrium(WEIGHTS, INTO, X, B)) is np.ndarray
    assert lv.grad(lambda a: a * square_root(4.0))(3.0) == pytest.approx(2.0)
    assert lv.fixed_point(lambda z: 0 * z + 3.0, 1) == 3.0


def test_no_derivative_passes_through_the_start() -> None:
    assert lv.grad(lambda x: lv.root(lambda z: z * z - 4.0, x) * x)(1.5) == pytest.approx(2.0, rel=1e-12)
    tape = lv.record(lambda x, a: lv.root(lambda z: z * z - a, x), 1.5, 4.0)
    assert tape.adjoint_system().solve()["x"] == 0.0


def test_unknowns_and_parameters_may_be_containers() -> None:
    def apart(p: Any) -> Any:
        def g(z: Any, p: Any) -> Any:
            return {"u": p["a"] * np.cos(z["v"][0][1]), "v": (0.3 * z["u"] * np.ones(2) + p["b"][0],)}

        z = lv.fixed_point(g, {"u": 0.0, "v": (np.zeros(2),)}, p)
        return z["u"] * np.sum(z["v"][0])

    def together(p: Any) -> Any:
        z = lv.fixed_point(
            lambda z: np.concatenate([p["a"] * np.cos(z[2:]), 0.3 * z[:1] * np.ones(2) + p["b"][0]]), np.zeros(3)
        )
        return z[0] * (z[1] + z[2])

    p = {"a": 0.5, "b": [0.2]}
    assert apart(p) == pytest.approx(together(p), rel=1e-14)
    mine, other = lv.grad(apart)(p), lv.grad(together)(p)
    assert mine["a"] == pytest.approx(other["a"], rel=1e-12)
    assert mine["b"][0] == pytest.approx(other["b"][0], rel=1e-12)
    lv.check_grad(apart, p)
    with pytest.raises(
        lv.LagvizError, match=r"is to return what z is, z\['u'\] of shape \(\), but it returned z of shape"
    ):
        lv.fixed_point(lambda z: z["u"], {"u": 0.0})


def test_in_loops_and_in_each_other() -> None:
    def chain(a: Any) -> Any:
        x = a
        for _ in range(3):
            x = lv.fixed_point(lambda z, x: 0.5 * np.cos(z) + x, 0.0, x)
        return x

    def nested(a: Any) -> Any:
        # The inner fixed point reads the outer unknown, and a from outside both.
        return lv.fixed_point(lambda z: 0.3 * lv.fixed_point(lambda y: 0.5 * np.sin(y) + z * a, 0.0) + a, 0.0)

    for f in (chain, nested):
        lv.check_grad(f, 0.7)
        lv.check_grad(lv.grad(f), 0.7)


def test_what_minimises_a_function_may_be_differentiated() -> None:
    # Ridge regression: the weights are where the gradient of the loss is 0, for any penalty.
    data, y = RNG.normal(size=(7, 3)), RNG.normal(size=7)

    def loss(w: Any, penalty: Any) -> Any:
        return np.sum((data @ w - y) ** 2) + penalty * np.sum(w**2)

    def weights(penalty: Any) -> Any:
        return lv.root(lv.grad(loss), np.zeros(3), penalty)

    inverse = np.linalg.inv(data.T @ data + 0.5 * np.eye(3))
    np.testing.assert_allclose(weights(0.5), inverse @ data.T @ y, rtol=1e-11)
    np.testing.assert_allclose(lv.jacobian(weights)(0.5), -inverse @ inverse @ data.T @ y, rtol=1e-10)
    np.testing.assert_allclose(
        lv.jacobian(lv.jacobian(weights))(0.5), 2 * inverse @ inverse @ inverse @ data.T @ y, rtol=1e-9
    )


def test_branches_inside_are_followed_to_where_the_search_ends() -> None:
    def f(a: Any) -> Any:
        def g(z: Any) -> Any:
            if z > 1.0:  # not so at the start
                return 1.5 + 0.1 * a * z
            return z + 0.3

        return lv.fixed_point(g, 0.0)

    assert f(2.0) == pytest.approx(1.5 / 0.8)
    assert lv.grad(f)(2.0) == pytest.approx(0.1 * 1.5 / 0.8**2)


# --- on the tape ----------------------------------------------------------------------------------------------------------


def test_decisions_inside_are_checked_by_a_replay() -> None:
    def f(a: Any) -> Any:
        return lv.fixed_point(lambda z, a: 0.5 * z + a if a > 0 else 0.5 * z - 3 * a, 0.0, a)

    tape = lv.record(f, 1.0)
    assert tape.replay(a=2.0).result == pytest.approx(4.0)
    assert tape.replay(a=-2.0).result == pytest.approx(12.0)  # recorded anew
    with pytest.raises(lv.LagvizError, match="a decision inside the fixed point of <lambda> comes out otherwise"):
        tape.replay(perturb={"a": -3.0})


def test_the_unknown_is_nobody_elses() -> None:
    kept: list[Any] = []

    def g(z: Any) -> Any:
        kept.append(z)
        return np.cos(z)

    with pytest.raises(lv.LagvizError, match="A recorded value was used after its recording had ended"):
        lv.fixed_point(g, 1.0) + kept[0] * 2.0


def test_it_leaves_no_cycle_of_references() -> None:
    collected = gc.isenabled()
    gc.disable()
    try:
        rule: Any = lv.record(equilibrium, WEIGHTS, INTO, X, B).recorded[-1].rule
        residual = weakref.ref(rule.compute.residual)
        del rule
        assert residual() is None
    finally:
        if collected:
            gc.enable()


def test_it_is_one_equation_of_its_own_kind() -> None:
    def f(w: Any, b: Any) -> Any:
        z = lv.fixed_point(layer, np.zeros(4), w, INTO, X, b)
        return np.sum(z)

    tape = lv.record(f, WEIGHTS, B)
    node = tape["z"]
    assert (node.kind, node.op, node.shape) == ("implicit", "fixed_point", (4,))
    assert [parent.name for parent in node.parents] == ["w", "b"]
    assert len(tape) == 4
    assert node.source is not None
    assert node.source.line == f.__code__.co_firstlineno + 1


def test_the_multiplier_is_what_adding_to_the_equation_does() -> None:
    tape = two()
    solution = tape.adjoint_system().solve()
    for node in tape:
        up, down = (tape.replay(perturb={node: step}).result for step in (1e-5, -1e-5))
        assert solution.multipliers[node.index] == pytest.approx((up - down) / 2e-5, rel=1e-6)
    # For an implicit equation λ is not ∂(result)/∂z: adding to the equation moves z by more, or less.
    assert solution["z"] != pytest.approx(
        lv.grad(lambda z: lv.root(lambda y: y**3 + y - z * 1.3, 0.0) * z)(tape["z"].value)
    )


def two() -> lv.Tape:
    def program(a: Any, b: Any) -> Any:
        z = lv.fixed_point(lambda z: 0.5 * np.cos(z) + a, 0.0)
        y = lv.root(lambda y: y**3 + y - z * b, 0.0)
        return y * z

    return lv.record(program, 0.7, 1.3)


def test_it_is_written_as_the_equation_that_it_is() -> None:
    tape = two()
    assert repr(tape["z"]).startswith("z = g(z, a) = 0.97")
    assert tape["y"].latex == "y = y - r(y, z_{4})"
    z = lv.record(lambda w, u, x, b: np.sum(equilibrium(w, u, x, b)), WEIGHTS, INTO, X, B)[4]
    assert z.latex == r"\mathit{equilibrium} = \mathit{layer}(\mathit{equilibrium}, w, u, x, b)"
    solution = tape.adjoint_system().solve()
    said = [
        [filling.fill(text, solution) for _, text in words.record_lines(solution.system, tape[name].index)]
        for name in "zy"
    ]
    assert said[0][-1] == (
        "It reads its own result as well: in place of 1, the diagonal of its column holds 1 minus the derivative of g by "
        "that result."
    )
    assert said[1][-1].endswith("holds the derivative of r by that result.")
    written = {step.node: step.latex for step in solution.steps()}
    assert (
        written[tape["a"].index]
        == r"\lambda_{a} = \frac{\partial g}{\partial a}\,\lambda_{z} = 1 \times 0.8708 = 0.8708"
    )
    assert written[tape["z"].index].startswith(r"\left(1 - \frac{\partial g}{\partial z}\right)\,\lambda_{z} = ")
    assert written[tape["y"].index].startswith(r"\frac{\partial r}{\partial y}\,\lambda_{y} = ")
    assert written[tape["z"].index + 1].startswith(
        r"\lambda_{z_{4}} = -\frac{\partial r}{\partial z_{4}}\,\lambda_{y} = "
    )


def test_its_rows_in_the_lagrangian_hold_its_own_block() -> None:
    tape = two()
    lagrangian = tape.lagrangian()
    conditions = {condition.node: condition for condition in lagrangian.stationarity()}
    of_z, of_y = conditions[tape["z"].index], conditions[tape["y"].index]
    assert of_z.backward[1].startswith(r"-\left(1 - \frac{\partial g}{\partial z}\right)\,\lambda_{z} + b\,")
    assert of_y.backward[1].startswith(r"-\frac{\partial r}{\partial y}\,\lambda_{y} + z\,")
    assert of_y.numbers.startswith(r"2.855\,\lambda_{y} - 0.9789\,")
    assert r"- \frac{\partial r}{\partial z_{4}}\,\lambda_{y}" in conditions[tape["z"].index + 1].backward[1]
    assert lagrangian.residual(tape.adjoint_system().solve()) < 1e-15
    arrays = lv.record(lambda *point: np.sum(equilibrium(*point)), WEIGHTS, INTO, X, B).lagrangian().latex()
    name = r"\mathit{equilibrium}"
    assert (
        rf"-\left(I - \frac{{\partial \mathit{{layer}}}}{{\partial {name}}}\right)^{{\!\top}}\,\lambda_{{{name}}}"
        in arrays
    )


@pytest.mark.parametrize("tape", [two(), lv.record(lambda *point: np.sum(equilibrium(*point)), WEIGHTS, INTO, X, B)])
def test_its_scene_is_one(tape: lv.Tape) -> None:
    solution = tape.adjoint_system().solve()
    header, columns = unpack(scene(solution))
    jsonschema.validate(header, definition(), cls=jsonschema.Draft202012Validator)
    assert "implicit" in {node["kind"] for node in header["nodes"]}
    # The page's nudges are replays with ε inside of the equation.
    for node in tape:
        if node.shape == ():
            assert columns["nudged"][node.index] == pytest.approx(
                words.EPSILON * solution.multipliers[node.index], rel=0.02
            )


def chain() -> lv.Tape:
    def program(a: Any) -> Any:
        for _ in lv.loop(range(3)):
            a = np.sin(lv.fixed_point(lambda z, a: 0.5 * np.cos(z) + a, 0.0, a))
        return a

    return lv.record(program, 0.7)


@pytest.mark.parametrize("method", METHODS)
def test_every_way_of_solving_gives_its_multipliers(method: str) -> None:
    tapes = [chain()]
    if method not in {"parallel_scan", "checkpointed"}:  # these are for chains
        tapes += [two(), lv.record(equilibrium, WEIGHTS, INTO, X, B)]
    for tape in tapes:
        expected = tape.adjoint_system().solve()
        found = tape.adjoint_system().solve(method)
        assert found.residual < 1e-12
        for name in tape.inputs:
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-10, atol=1e-13)


def test_of_arrays_too_and_with_several_results() -> None:
    tape = lv.record(lambda w, b: lv.fixed_point(layer, np.zeros(4), w, INTO, X, b), WEIGHTS, B)
    solution = tape.adjoint_system().solve()
    index = tape.output.index
    for at in range(4):
        step = 1e-5 * np.eye(4)[at]
        up, down = (tape.replay(perturb={index: sign * step}).result for sign in (1, -1))
        np.testing.assert_allclose(solution.multipliers[index][at], (up - down) / 2e-5, rtol=1e-6, atol=1e-9)


def test_a_replay_converges_anew() -> None:
    tape = lv.record(lambda a: square_root(a) + 1, 4.0)
    assert tape.replay(a=9.0).result == pytest.approx(4.0, rel=1e-12)
    assert tape.result == pytest.approx(3.0, rel=1e-12)


def test_single_precision_stays_single() -> None:
    point = tuple(x.astype(np.float32) for x in (WEIGHTS, INTO, X, B))

    def f(*point: Any) -> Any:
        return lv.fixed_point(layer, np.zeros(4, np.float32), *point)

    assert f(*point).dtype == np.float32
    assert lv.jacobian(f, 3)(*point).dtype == np.float32
    np.testing.assert_allclose(
        lv.jacobian(f, 3)(*point), lv.jacobian(equilibrium, 3)(WEIGHTS, INTO, X, B), rtol=1e-4, atol=1e-5
    )


def test_an_empty_unknown() -> None:
    assert lv.jacobian(lambda a: lv.fixed_point(lambda z: z * a, np.zeros(0)))(2.0).shape == (0,)


# --- refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: lv.fixed_point(lambda z: -z + 1.0, 0.0),
            r"The fixed point of <lambda> did not converge in max_iterations=1000, at line \d+.*was 1\..*'anderson' or 'newton'",
        ),
        (
            lambda: lv.fixed_point(lambda z: 3 * z + 1, 1.0),
            "did not converge, at line .*: its numbers grew beyond all bounds",
        ),
        (
            lambda: lv.fixed_point(lambda z: z + np.exp(z), 0.0, method="anderson", max_iterations=3),
            r"did not converge in max_iterations=3, at line .*the last residual was 0\.",
        ),
        (lambda: lv.root(lambda z: z * z + 1, 1.0), "The root of <lambda> did not converge"),
        (
            lambda: lv.root(lambda _: 1.0 * X[0], 1.0),
            "does not read z, its first argument, at line .*nothing to solve for",
        ),
        (lambda: lv.fixed_point(lambda _: X, 1.0), r"z of shape \(\), but it returned z of shape \(3,\), at line"),
        (lambda: lv.fixed_point(lambda _: None, 1.0), r"z of shape \(\), but it returned nothing"),
        (lambda: lv.fixed_point(UNKNOWN, 1.0), r"'guess' is no function\. Write lv\.fixed_point\(f, x0\)"),
        (lambda: lv.fixed_point(np.cos, None), "The fixed point of cos has no start: x0 is None"),
        (lambda: lv.fixed_point(np.cos, "near"), r"x0 is text \('near'\)"),
        (
            lambda: lv.fixed_point(np.cos, 1.0, method=UNKNOWN),
            "no method 'guess'. There are: iteration, anderson, newton",
        ),
        (lambda: lv.fixed_point(np.cos, 1.0, tol=-1.0), "max_iterations=1000 and tol=-1.0. Both must be positive"),
        (
            lambda: lv.grad(lambda a: lv.root(lambda z: (z - a) ** 3, 1.0, tol=1e-3))(1.0),
            "The root of <lambda> has no derivative: ∂r/∂z is singular there",
        ),
        (
            lambda: lv.grad(lambda a: lv.fixed_point(lambda z: z * a, 2.0))(1.0),
            "The fixed point of <lambda> has no derivative: I − ∂g/∂z is singular there",
        ),
    ],
)
def test_refusals(call: Any, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words):
        call()
