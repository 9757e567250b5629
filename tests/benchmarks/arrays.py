"""Programs of arrays beside autograd, value and all gradients; and one recorded operation beside NumPy's own."""

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy
import numpy as np

import lagviz as lv
from lagviz.engine.record import add_input, recording
from tests.benchmarks import programs
from tests.benchmarks.harness import Race, Side

PROGRAMS: dict[str, tuple[Callable[..., programs.Program], float]] = {
    "logistic regression, 1000 × 50": (programs.logistic_regression, 2.5),
    "recurrent network, 50 steps": (programs.recurrent_network, 2.5),
    "heat equation, 1000 steps × 500 cells": (programs.heat_equation, 2.5),
    "Rosenbrock of 1000 numbers": (programs.rosenbrock, 2.5),
    "product of 1000 numbers in a loop": (programs.product, 15),
}


def beside_autograd(work: str) -> Callable[[], Race]:
    def row() -> Race:
        program, must = PROGRAMS[work]
        f, inputs = program(np)
        theirs, _ = program(autograd.numpy)
        every = tuple(range(len(inputs)))
        ours = lv.value_and_grad(f, argnums=every)
        # `autograd.value_and_grad` takes one argument only; this is what it does inside.
        pair = autograd.make_vjp(theirs, argnum=every)

        def peer() -> Any:
            product, value = pair(*inputs)
            return value, *product(1.0)

        def own() -> Any:
            value, gradients = ours(*inputs)
            return value, *gradients

        return Race(work, own, [(Side("autograd", peer), must)])

    return row


def one_operation() -> Race:
    """Recorded and not differentiated: a long chain on arrays of three, so that the call's own cost vanishes."""
    x, y, times = np.array([1.0, 2.0, 3.0]), np.array([0.5, -0.25, 1.0]), 1000

    def chain(x: Any, y: Any) -> Any:
        for _ in range(times):
            z = x + y
            z = x * y
            z = x - y
            z = x / y
        return z

    def ours() -> Any:
        seen = []

        def f(x: Any, y: Any) -> float:
            seen.append(chain(x, y).value)
            return 0.0

        with_no_gradient(f, x, y)
        return seen

    return Race(
        "one operation on arrays of 3, recorded",
        ours,
        [(Side("NumPy, not recorded", lambda: [chain(x, y)]), 0.33)],
        4 * times,
    )


def with_no_gradient(f: Callable[..., Any], *arguments: Any) -> None:
    """Run a function on recorded arguments, as `grad` does before it goes back."""
    with recording(1_000_000, positions=False) as begun:
        f(*(add_input(begun, argument, "x") for argument in arguments))


ROWS = (*(beside_autograd(work) for work in PROGRAMS), one_operation)
