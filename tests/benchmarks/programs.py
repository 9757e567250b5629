"""The programs that are raced: each as a person would write it, for whichever NumPy is handed over as `xp`.

lagviz records plain NumPy; autograd wants its own and PyTorch is another, so array programs take theirs as an argument.
"""

import functools
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


@functools.cache
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


def constant(xp: ModuleType, array: Any) -> Any:
    """An array as ``xp`` wants it: a tensor for PyTorch."""
    return xp.from_numpy(array) if hasattr(xp, "from_numpy") else array


def sigmoid_of(xp: ModuleType) -> Callable[[Any], Any]:
    """The function that PyTorch has for it, where NumPy has none."""
    own: Callable[[Any], Any] | None = getattr(xp, "sigmoid", None)
    return own or (lambda x: 1 / (1 + xp.exp(-x)))


def relu_of(xp: ModuleType) -> Callable[[Any], Any]:
    own: Callable[[Any], Any] | None = getattr(xp, "relu", None)
    return own or (lambda x: xp.maximum(x, 0.0))


def logistic_regression(xp: ModuleType) -> Program:
    """1000 rows, 50 columns; the gradient by the weights and the intercept."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(1000, 50))
    X, y = constant(xp, rows), constant(xp, (rows @ rng.normal(size=50) > 0).astype(float))

    sigmoid = sigmoid_of(xp)

    def loss(w: Any, b: Any) -> Any:
        p = sigmoid(X @ w + b)
        return -xp.mean(y * xp.log(p) + (1 - y) * xp.log(1 - p))

    return loss, (0.1 * rng.normal(size=50), 0.2)


def recurrent_network(xp: ModuleType) -> Program:
    """50 steps, 16 sequences at once, 8 inputs, 32 hidden."""
    rng = np.random.default_rng(2)
    xs = constant(xp, rng.normal(size=(50, 16, 8)))

    def loss(W: Any, U: Any, b: Any, v: Any) -> Any:
        h = constant(xp, np.zeros((16, 32)))
        for x in xs:
            h = xp.tanh(h @ W + x @ U + b)
        return xp.sum((h @ v) ** 2)

    return loss, (0.1 * rng.normal(size=(32, 32)), rng.normal(size=(8, 32)), rng.normal(size=32), rng.normal(size=32))


def long_short_term_memory(xp: ModuleType) -> Program:
    """50 steps, 16 sequences at once, 8 inputs, 32 hidden."""
    rng = np.random.default_rng(6)
    xs, n, sigmoid = constant(xp, rng.normal(size=(50, 16, 8))), 32, sigmoid_of(xp)

    def loss(W: Any, U: Any, b: Any) -> Any:
        h = c = constant(xp, np.zeros((16, n)))
        for x in xs:
            z = x @ W + h @ U + b
            keep, put, out = (sigmoid(z[:, k * n : (k + 1) * n]) for k in range(3))
            c = keep * c + put * xp.tanh(z[:, 3 * n :])
            h = out * xp.tanh(c)
        return xp.sum(h**2)

    return loss, (0.3 * rng.normal(size=(8, 4 * n)), 0.1 * rng.normal(size=(n, 4 * n)), 0.1 * rng.normal(size=4 * n))


def digits(xp: ModuleType) -> Program:
    """A perceptron for images of digits, 784-128-10, cross entropy over a batch of 64."""
    rng = np.random.default_rng(7)
    X, truth = constant(xp, rng.uniform(size=(64, 784))), constant(xp, np.eye(10)[rng.integers(10, size=64)])

    relu = relu_of(xp)

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        scores = relu(X @ W1 + b1) @ W2 + b2
        return xp.mean(xp.log(xp.sum(xp.exp(scores), axis=1)) - xp.sum(truth * scores, axis=1))

    weights = 0.05 * rng.normal(size=(784, 128)), np.zeros(128), 0.1 * rng.normal(size=(128, 10)), np.zeros(10)
    return loss, weights


def dense_block(xp: ModuleType) -> Program:
    """40 layers, each of which reads all before it; 8 features more a layer, a batch of 16."""
    rng = np.random.default_rng(8)

    def loss(x: Any, *weights: Any) -> Any:
        features = [x]
        for W in weights:
            features.append(xp.tanh(xp.concatenate(features, axis=1) @ W))
        return xp.sum(xp.concatenate(features, axis=1) ** 2)

    sizes = [8 * (layer + 1) for layer in range(40)]
    return loss, (rng.normal(size=(16, 8)), *(rng.normal(size=(size, 8)) / size**0.5 for size in sizes))


def vector_function(xp: ModuleType) -> Program:
    """Fifty numbers of fifty numbers, in three layers."""
    rng = np.random.default_rng(9)
    layers = [constant(xp, rng.normal(size=(50, 50)) / 50**0.5) for _ in range(3)]

    def f(x: Any) -> Any:
        for W in layers:
            x = xp.tanh(W @ x)
        return x

    return f, (rng.normal(size=50),)


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
