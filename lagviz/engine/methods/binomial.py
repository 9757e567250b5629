"""The binomial schedule: which states of a chain to keep, and what to run again, so that little is computed twice.

A. Griewank, A. Walther, *Algorithm 799: revolve*, ACM Trans. Math. Softw. 26(1), 2000.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

__all__ = ["Action", "evaluations", "schedule"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    Attributes
    ----------
    kind : str
        ``"advance"``: run passes ``start`` to ``end - 1``, from the kept state before ``start``. ``"keep"``: keep the state
        before ``start``. ``"solve"``: run pass ``start`` with all its values, and solve its rows. ``"drop"``: forget the
        state before ``start``.
    start, end : int
    """

    kind: str
    start: int
    end: int = 0


def evaluations(length: int, states: int) -> int:
    """Passes run to get from state to state: the first sweep of ``length − 1`` included, the solved passes not.

    Parameters
    ----------
    length : int
        Passes of the chain.
    states : int
        States that can be kept, the one before the first pass included.

    Examples
    --------
    >>> [evaluations(*chain) for chain in [(10, 3), (50, 5), (100, 5), (200, 8)]]
    [15, 122, 316, 580]
    """
    if length < 2:  # noqa: PLR2004
        return 0
    rounds = 1
    while comb(states + rounds, states) < length:
        rounds += 1
    return rounds * length - comb(states + rounds, rounds - 1)


def schedule(length: int, states: int) -> Iterator[Action]:
    """What to do, one after another; the state before pass 0 is kept from the beginning."""
    waiting: list[tuple[int, int, int] | Action] = [(0, length, states)]
    while waiting:
        now = waiting.pop()
        if isinstance(now, Action):
            yield now
            continue
        start, end, left = now
        if end - start == 1:
            yield Action("solve", start)
        elif left == 1:
            for k in range(end - 1, start, -1):
                yield Action("advance", start, k)
                yield Action("solve", k)
            yield Action("solve", start)
        else:
            middle = start + _split(end - start, left)
            yield Action("advance", start, middle)
            yield Action("keep", middle)
            waiting += [(start, middle, left), Action("drop", middle), (middle, end, left - 1)]


def _split(length: int, states: int) -> int:
    """How far to run to the next state that is kept."""
    total = evaluations(length, states)
    return next(
        k for k in range(1, length) if k + evaluations(length - k, states - 1) + evaluations(k, states) == total
    )
