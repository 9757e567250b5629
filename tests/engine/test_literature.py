"""Published programs, in NumPy as it is written: every derivative beside autograd's, differences and perturbed equations."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from scipy import special

import lagviz as lv
from tests.support.literature import CAMERA, LITERATURE, Published, residuals


@pytest.fixture(params=list(LITERATURE))
def program(request: pytest.FixtureRequest) -> Published:
    return LITERATURE[request.param]


def directions(program: Published) -> tuple[Any, ...]:
    rng = np.random.default_rng(1)
    return tuple(rng.normal(size=np.shape(x)) if np.ndim(x) else float(rng.normal()) for x in program.inputs)


def inner(a: tuple[Any, ...], b: tuple[Any, ...]) -> float:
    return float(sum(np.sum(np.multiply(x, y)) for x, y in zip(a, b, strict=True)))


def test_value_and_gradient_are_numpys_and_autograds(program: Published) -> None:
    argnums = tuple(range(len(program.inputs)))
    value, gradient = lv.value_and_grad(lambda *x: program.f(np, *x), argnums)(*program.inputs)
    assert value == pytest.approx(program.f(np, *program.inputs), rel=1e-12)
    expected = autograd.grad(lambda *x: program.f(anp, *x), argnums)(*program.inputs)
    for got, other in zip(gradient, expected, strict=True):
        np.testing.assert_allclose(got, other, rtol=1e-9, atol=1e-11)


def test_forward_reverse_and_a_difference_agree_along_a_direction(program: Published) -> None:
    def f(*x: Any) -> Any:
        return program.f(np, *x)

    along, h = directions(program), 1e-6
    gradient = lv.grad(f, tuple(range(len(program.inputs))))(*program.inputs)
    _, tangent = lv.jvp(f, program.inputs, along)
    assert inner(gradient, along) == pytest.approx(tangent, rel=1e-11)
    ends = [f(*(x + sign * h * d for x, d in zip(program.inputs, along, strict=True))) for sign in (1, -1)]
    assert tangent == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6)


def test_the_hessian_times_a_direction_is_autograds(program: Published) -> None:
    along, argnums = directions(program), tuple(range(len(program.inputs)))

    def product(np: Any, grad: Any) -> Any:
        def slope(*x: Any) -> Any:
            parts = grad(lambda *x: program.f(np, *x), argnums)(*x)
            return sum(np.sum(part * d) for part, d in zip(parts, along, strict=True))

        return grad(slope, argnums)(*program.inputs)

    for got, expected in zip(product(np, lv.grad), product(anp, autograd.grad), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)


def test_the_multiplier_of_every_equation_is_its_price(program: Published) -> None:
    tape = lv.record(lambda *x: program.f(np, *x), *program.inputs)
    solution = tape.adjoint_system().solve()
    rng, h = np.random.default_rng(2), 1e-6
    checked = 0
    for index, multiplier in enumerate(solution.multipliers):
        if multiplier is None or tape[index].op == "floor":  # a floor that is pushed is another decision
            continue
        push = rng.normal(size=np.shape(multiplier)) if np.ndim(multiplier) else 1.0
        up, down = (tape.replay(perturb={index: sign * h * push}).result for sign in (1, -1))
        price = np.sum(multiplier * push)
        assert price == pytest.approx((up - down) / (2 * h), rel=2e-5, abs=1e-7), tape[index]
        checked += 1
    assert checked > 10


def test_the_jacobian_of_a_camera_is_autograds() -> None:
    for k in range(len(CAMERA)):
        got = lv.jacobian(lambda *x: residuals(np, *x), k)(*CAMERA)
        expected = autograd.jacobian(lambda *x: residuals(anp, *x), k)(*CAMERA)
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-13)


def black_scholes(spot: Any, strike: Any, years: Any, rate: Any, volatility: Any) -> Any:
    """F. Black, M. Scholes, *The pricing of options and corporate liabilities*, 1973: a European call."""
    spread = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / spread
    return spot * special.ndtr(d1) - strike * np.exp(-rate * years) * special.ndtr(d1 - spread)


def test_the_sensitivities_of_an_option_are_the_textbooks() -> None:
    s, k, t, r, v = 100.0, 110.0, 0.5, 0.03, 0.25
    d1 = (np.log(s / k) + (r + 0.5 * v**2) * t) / (v * np.sqrt(t))
    density = np.exp(-0.5 * d1**2) / np.sqrt(2 * np.pi)
    delta, rho, vega = lv.grad(black_scholes, (0, 3, 4))(s, k, t, r, v)
    gamma = lv.grad(lv.grad(black_scholes))(s, k, t, r, v)
    assert delta == pytest.approx(special.ndtr(d1), rel=1e-13)
    assert vega == pytest.approx(s * np.sqrt(t) * density, rel=1e-12)
    assert rho == pytest.approx(k * t * np.exp(-r * t) * special.ndtr(d1 - v * np.sqrt(t)), rel=1e-12)
    assert gamma == pytest.approx(density / (s * v * np.sqrt(t)), rel=1e-10)
