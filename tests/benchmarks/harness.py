"""Measuring in turns: what takes part in a row runs one after the other, again and again, and medians are compared.

A busy machine slows both sides of such a ratio. It changes the times themselves, so a time without a peer is an upper
bound for a quiet machine. Nothing here fails because something was slow; a row fails only if the two sides disagree.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Seconds a row may take, and how often each side has its turn within them.
BUDGET = 5.0
TURNS = (3, 31)
#: A measurement repeats its call until it takes about this many seconds.
LONG_ENOUGH = 0.1


@dataclass(frozen=True)
class Side:
    """Something that takes part in a race.

    `run` returns what it computed, as numbers that can be compared; `collector` is whether Python's cyclic garbage
    collector is on meanwhile, as it is by default.
    """

    name: str
    run: Callable[[], Any]
    collector: bool = True


@dataclass(frozen=True)
class Race:
    """A row: the time of `ours` beside that of each peer, with the ratio it must reach.

    `operations` says how many operations one run is, where the time of one of them is meant.
    """

    work: str
    ours: Callable[[], Any]
    peers: Sequence[tuple[Side, float]]
    operations: int = 1

    def measure(self) -> list["Result"]:
        sides = [Side("lagviz", self.ours), *(side for side, _ in self.peers)]
        answers = [np.concatenate([np.ravel(part) for part in side.run()]) for side in sides]
        for side, answer in zip(sides[1:], answers[1:], strict=True):
            np.testing.assert_allclose(answers[0], answer, rtol=1e-6, atol=1e-9, err_msg=f"{self.work}: {side.name}")
        own, *others = (seconds / self.operations for seconds in in_turns(sides))
        return [
            Result(self.work, side.name, own, "s", must, theirs, theirs / own)
            for (side, must), theirs in zip(self.peers, others, strict=True)
        ]


@dataclass(frozen=True)
class Figure:
    """A row without a peer: a number of seconds or bytes, and the most that it may be."""

    work: str
    most: float
    unit: str
    value: Callable[[], float]

    def measure(self) -> list["Result"]:
        return [Result(self.work, "", self.value(), self.unit, self.most)]


@dataclass(frozen=True)
class Result:
    """A line of the table: `must` bounds `ratio` from below where there is a peer, else `ours` from above."""

    work: str
    peer: str
    ours: float
    unit: str
    must: float
    theirs: float | None = None
    ratio: float | None = None

    @property
    def reached(self) -> bool:
        return self.ours <= self.must if self.ratio is None else self.ratio >= self.must


def in_turns(sides: Sequence[Side]) -> list[float]:
    """The median time of one run of each side, in seconds."""
    once = [timed(side, 1) for side in sides]
    calls = [max(1, round(LONG_ENOUGH / seconds)) for seconds in once]
    a_turn = sum(seconds * count for seconds, count in zip(once, calls, strict=True))
    turns = min(max(round(BUDGET / a_turn), TURNS[0]), TURNS[1])
    times = [[timed(side, count) for side, count in zip(sides, calls, strict=True)] for _ in range(turns)]
    return [statistics.median(of_one) for of_one in zip(*times, strict=True)]


def seconds(run: Callable[[], Any]) -> float:
    """The median time of one run."""
    return in_turns([Side("", run)])[0]


def timed(side: Side, calls: int) -> float:
    """Seconds one run took, on average of some in a row."""
    gc.collect()  # each begins with the same, empty, hands
    if not side.collector:
        gc.disable()
    try:
        begun = time.perf_counter()
        for _ in range(calls):
            side.run()
        return (time.perf_counter() - begun) / calls
    finally:
        gc.enable()
