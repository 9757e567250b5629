"""Random systems of numbers: any graph without cycles, with several results, results that are read, and dead ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from lagviz.engine.numeric_system import NumericSystem

Parents = Sequence[Sequence[int]]


def system_of(parents: Parents, results: Sequence[int] | None = None, seed: int = 0) -> NumericSystem:
    """The system of a graph, by what each node reads; the entries are moderate random numbers, a few of them 0."""
    rng = np.random.default_rng(seed)
    results = [len(parents) - 1] if results is None else results
    edges = [(i, j) for j, reads in enumerate(parents) for i in reads]
    numbers = np.where(rng.random(len(edges)) < 0.1, 0.0, rng.uniform(-1.2, 1.2, size=len(edges)))
    return NumericSystem(
        [()] * len(parents),
        list(range(len(parents))),
        {edge: np.array([[-number]]) for edge, number in zip(edges, numbers, strict=True)},
        questions=[(index, 0) for index in results],
        single=len(results) == 1,
    )


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 14) -> list[list[int]]:
    """What each node reads: up to three of those before it."""
    n = draw(st.integers(1, most))
    return [[], *(sorted(draw(st.sets(st.integers(0, j - 1), max_size=3))) for j in range(1, n))]


@st.composite
def dags(draw: st.DrawFn, *, most: int = 14) -> NumericSystem:
    """Random systems of one to three results, anywhere."""
    parents = draw(graphs(most=most))
    results = draw(st.lists(st.integers(0, len(parents) - 1), min_size=1, max_size=3))
    return system_of(parents, results, draw(st.integers(0, 2**32 - 1)))
