"""The programs that are raced: each as a person would write it, for whichever NumPy is handed over as `xp`.

lagviz records plain NumPy; autograd wants its own, so array programs take theirs as an argument.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

Program = tuple[Callable[..., Any], tuple[Any, ...]]

# --- numbers ----------------------------------------------------------------------------------------------------------

CHAINS, ROUNDS = 200, 100
#: Operations of `recurrences`: five a round, and one to add each chain to the total.
OPERATIONS = CHAINS * ROUNDS * 5 + CHAINS


def recurrences(w: Any, c: Any) -> Any:
    """Many short contractive recurrences; short, because micrograd's search of the graph recurses."""
    total = 0.0
    for _ in range(CHAINS):
        h = c
        for _ in range(ROUNDS):
            h = (h * w + c) ** 2 * 0.5 + w
        total = total + h
    return total


def perceptron(relu: Callable[[Any], Any]) -> Callable[..., Any]:
    """micrograd's demonstration: a 2-16-16-1 network of single numbers, its hinge loss and an L2 term."""

    def loss(layers: Sequence[Any], rows: Sequence[Any], signs: Sequence[float]) -> Any:
        losses = []
        for row, sign in zip(rows, signs, strict=True):
            x = row
            for layer in layers:
                x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
                if layer is not layers[-1]:
                    x = [relu(one) for one in x]
            losses.append(relu(1 + -sign * x[0]))
        data = sum(losses) * (1.0 / len(losses))
        squares = sum(p * p for layer in layers for w, b in layer for p in [*w, b])
        return data + 1e-4 * squares

    return loss


def perceptron_inputs() -> tuple[Any, Any, Any]:
    """Weights as nested lists of numbers, 100 points of two moons, and the side each is on."""
    rng = np.random.default_rng(0)
    layers = [
        [(rng.uniform(-1, 1, inputs).tolist(), 0.0) for _ in range(outputs)]
        for inputs, outputs in ((2, 16), (16, 16), (16, 1))
    ]
    angle = rng.uniform(0, np.pi, 100)
    side = np.where(np.arange(100) % 2, 1.0, -1.0)
    points = np.stack([np.cos(angle) * side + (side < 0), np.sin(angle) * side + 0.5 * (side < 0)], axis=1)
    return layers, (points + 0.1 * rng.normal(size=points.shape)).tolist(), side.tolist()


# --- arrays -----------------------------------------------------------------------------------------------------------


def logistic_regression(xp: ModuleType) -> Program:
    """1000 rows, 50 columns; the gradient by the weights and the intercept."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1000, 50))
    y = (X @ rng.normal(size=50) > 0).astype(float)

    def loss(w: Any, b: Any) -> Any:
        p = 1 / (1 + xp.exp(-(X @ w + b)))
        return -xp.mean(y * xp.log(p) + (1 - y) * xp.log(1 - p))

    return loss, (0.1 * rng.normal(size=50), 0.2)


def recurrent_network(xp: ModuleType) -> Program:
    """50 steps, 16 sequences at once, 8 inputs, 32 hidden."""
    rng = np.random.default_rng(2)
    xs = rng.normal(size=(50, 16, 8))

    def loss(W: Any, U: Any, b: Any, v: Any) -> Any:
        h = np.zeros((16, 32))
        for x in xs:
            h = xp.tanh(h @ W + x @ U + b)
        return xp.sum((h @ v) ** 2)

    return loss, (0.1 * rng.normal(size=(32, 32)), rng.normal(size=(8, 32)), rng.normal(size=32), rng.normal(size=32))


def heat_equation(xp: ModuleType) -> Program:
    """1000 steps on a rod of 500 cells whose ends are kept; the gradient by where it began and by its conductivity."""
    rng = np.random.default_rng(3)

    def loss(u: Any, k: Any) -> Any:
        for _ in range(1000):
            inner = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
            u = xp.concatenate((u[:1], inner, u[-1:]))
        return xp.sum(u**2)

    return loss, (rng.normal(size=500), 0.2)


def rosenbrock(xp: ModuleType) -> Program:
    """Rosenbrock's function of 1000 numbers."""
    rng = np.random.default_rng(4)

    def loss(x: Any) -> Any:
        return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    return loss, (rng.normal(size=1000),)


def product(xp: ModuleType) -> Program:
    """The product of 1000 numbers, in a Python loop."""
    del xp
    rng = np.random.default_rng(5)

    def loss(x: Any) -> Any:
        p = 1.0
        for i in range(1000):
            p = p * x[i]
        return p

    return loss, (1 + 0.01 * rng.normal(size=1000),)


# --- to be looked at --------------------------------------------------------------------------------------------------


def neuron(x: Any, y: Any, w1: Any, w2: Any) -> Any:
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def recurrent_numbers(h: Any, w: Any, u: Any, xs: Sequence[Any]) -> Any:
    """Four equations and one input for each of `xs`, and three inputs more."""
    for x in xs:
        h = np.tanh(w * h + u * x)
    return h
