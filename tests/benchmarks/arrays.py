"""Programs of arrays beside autograd and PyTorch, value and all gradients; a Jacobian; and one operation beside NumPy's."""

from collections.abc import Callable
from typing import Any

import numpy as np

import lagviz as lv
from lagviz.engine.record import add_input, recording
from tests.benchmarks import programs
from tests.benchmarks.harness import Figure, Race, Side
from tests.benchmarks.peers import HAS_TORCH, autograd_side, torch_jacobian, torch_side

#: Each program with what must be reached beside autograd and, where it is a goal, beside PyTorch.
PROGRAMS: dict[str, tuple[Callable[..., programs.Program], float, float | None]] = {
    "logistic regression, 1000 × 50": (programs.logistic_regression, 2.5, None),
    "perceptron 784-128-10, a batch of 64": (programs.digits, 2.5, None),
    "recurrent network, 50 steps": (programs.recurrent_network, 2.5, 1.3),
    "LSTM, 50 steps": (programs.long_short_term_memory, 2.5, 1.3),
    "dense block of 40 layers": (programs.dense_block, 2.5, 1.3),
    "heat equation, 1000 steps × 500 cells": (programs.heat_equation, 2.5, 1.3),
    "Rosenbrock of 1000 numbers": (programs.rosenbrock, 2.5, 1.3),
    "product of 1000 numbers in a loop": (programs.product, 15, 6),
}


def gradients(work: str) -> Callable[[], Race]:
    def row() -> Race:
        program, beside_autograd, beside_torch = PROGRAMS[work]
        f, inputs = program(np)
        ours = lv.value_and_grad(f, argnums=tuple(range(len(inputs))))

        def own() -> Any:
            value, gradients = ours(*inputs)
            return value, *gradients

        sides = [(autograd_side(program), beside_autograd)]
        if HAS_TORCH and beside_torch is not None:
            sides.append((torch_side(program), beside_torch))
        return Race(work, own, sides)

    return row


def jacobian() -> Race:
    f, (x,) = programs.vector_function(np)
    ours = lv.jacobian(f)
    return Race("Jacobian of 50 numbers by 50", lambda: [ours(x)], [(torch_jacobian(programs.vector_function), 3)])


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
    with recording(positions=False) as begun:
        f(*(add_input(begun, argument, "x") for argument in arguments))


ROWS: tuple[Callable[[], Race | Figure], ...] = (
    *map(gradients, PROGRAMS),
    *([jacobian] if HAS_TORCH else []),
    one_operation,
)
