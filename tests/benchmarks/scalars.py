"""Programs of single numbers, beside micrograd, autograd and PyTorch; what one call of `grad` costs; length and memory."""

import functools
import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import autograd
import numpy as np
from micrograd.engine import Value

import lagviz as lv
from tests.benchmarks.harness import Figure, Race, Side, seconds
from tests.benchmarks.peers import HAS_TORCH, torch_numbers
from tests.benchmarks.programs import (
    CHAINS,
    OPERATIONS,
    ROUNDS,
    perceptron,
    perceptron_inputs,
    recurrences,
)

#: micrograd recurses once for each operation of the longest path.
DEPTH = CHAINS + 5 * ROUNDS
POINT = (0.4, 0.3)
MILLION = 1_000_000
DEMONSTRATION = "micrograd's demonstration: one step on 100 points"
TAPE = "numbers: record and gradient, an operation of 10⁵"


def deep(run: Callable[[], Any]) -> Callable[[], Any]:
    """A run with as much room for recursion as micrograd takes."""

    @functools.wraps(run)
    def with_room() -> Any:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + 5 * DEPTH)
        try:
            return run()
        finally:
            sys.setrecursionlimit(limit)

    return with_room


def both_ways(run: Callable[[], Any], default: float, off: float) -> list[tuple[Side, float]]:
    """micrograd as it comes and without the cyclic garbage collector, which its closures keep busy."""
    run = deep(run)
    return [(Side("micrograd", run), default), (Side("micrograd, collector off", run, collector=False), off)]


def tape() -> Race:
    def micrograd() -> Any:
        w, c = map(Value, POINT)
        recurrences(w, c).backward()
        return w.grad, c.grad

    return Race(TAPE, lambda: lv.grad(recurrences, argnums=(0, 1))(*POINT), both_ways(micrograd, 10, 3), OPERATIONS)


def tape_beside_autograd() -> Race:
    # A row of its own: the memory that autograd leaves scattered behind it slows whoever comes next by a quarter.
    gradient = autograd.grad(recurrences, argnum=(0, 1))
    autograds = Side("autograd", lambda: gradient(*POINT))
    return Race(TAPE, lambda: lv.grad(recurrences, argnums=(0, 1))(*POINT), [(autograds, 15)], OPERATIONS)


def tape_beside_torch() -> Race:
    ours = lv.value_and_grad(recurrences, argnums=(0, 1))

    def own() -> Any:
        value, gradients = ours(*POINT)
        return value, *gradients

    return Race(TAPE, own, [(torch_numbers(recurrences, POINT), 15)], OPERATIONS)


def demonstration() -> Race:
    layers, rows, signs = perceptron_inputs()
    loss = perceptron(lambda x: np.maximum(x, 0.0))

    def ours() -> Any:
        return flat(lv.grad(loss)(layers, rows, signs))

    return Race(DEMONSTRATION, ours, both_ways(micrograds_own, 40, 5))


def demonstration_again() -> Race:
    """As in training, where the same equations get new numbers each time."""
    layers, rows, signs = perceptron_inputs()
    loss = perceptron(lambda x: np.maximum(x, 0.0))
    tape = lv.record(lambda layers: loss(layers, rows, signs), layers)

    def ours() -> Any:
        _, multipliers = tape.value_and_grad(layers=layers)
        return [list(multipliers.values())]

    return Race(f"{DEMONSTRATION}, replayed", ours, both_ways(micrograds_own, 200, 25))


def micrograds_own() -> Any:
    layers, rows, signs = perceptron_inputs()
    # As in its own demonstration, the data are values too.
    weights = [[([Value(one) for one in w], Value(b)) for w, b in layer] for layer in layers]
    points = [[Value(one) for one in row] for row in rows]
    perceptron(Value.relu)(weights, points, signs).backward()
    return flat([[([one.grad for one in w], b.grad) for w, b in layer] for layer in weights])


def flat(layers: Any) -> list[list[float]]:
    return [[*w, b] for layer in layers for w, b in layer]


def overhead() -> Figure:
    def square(x: Any) -> Any:
        return x * x

    return Figure("one call of `grad`, all in all: x · x", 15e-6, "s", lambda: seconds(lambda: lv.grad(square)(3.0)))


def chain(x: Any) -> Any:
    """A million equations, each of which reads the one before."""
    z = x
    for _ in range(MILLION // 2):
        z = z * 0.5 + x
    return z


def million() -> Figure:
    gradient = lv.grad(chain, max_nodes=2 * MILLION)
    return Figure("a chain 10⁶ deep: value and gradient", 1.0, "s", lambda: seconds(lambda: gradient(0.7)))


def million_bytes() -> Figure:
    def peak() -> float:
        gc.collect()
        tracemalloc.start()
        lv.grad(chain, max_nodes=2 * MILLION)(0.7)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most / MILLION

    return Figure("a chain 10⁶ deep: peak memory, an equation", 170, "bytes", peak)


def memory() -> Figure:
    def bytes_an_operation() -> float:
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        recorded = lv.record(recurrences, *POINT)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return (after - before) / len(recorded)

    return Figure("a recorded operation, with its value and its place in the source", 170, "bytes", bytes_an_operation)


ROWS: tuple[Callable[[], Race | Figure], ...] = (
    tape,
    demonstration,
    demonstration_again,
    tape_beside_autograd,
    *([tape_beside_torch] if HAS_TORCH else []),
    overhead,
    million,
    million_bytes,
    memory,
)
