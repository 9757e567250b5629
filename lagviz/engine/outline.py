"""What is written out of a long program: its scopes folded, the first apart, and its middle left away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

__all__ = ["Fold", "outline"]

Interval = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Fold:
    """A line that stands for many equations.

    Attributes
    ----------
    first, last : str
        Names of the first and the last scope in it; empty where it is just a stretch of the program.
    count : int
        Equations that it stands for.
    """

    first: str
    last: str
    count: int

    def __str__(self) -> str:
        equations = f"{self.count:,} equation{'s' if self.count > 1 else ''}"
        if not self.first:
            return f"{equations} more"
        name = self.first if self.first == self.last else f"{self.first} to {self.last}"
        return f"{name}: {equations}"


def outline(indices: Sequence[int], scopes: Sequence[Interval], limit: int) -> list[int | Fold]:
    """The equations to write out, and folds in place of the others.

    Parameters
    ----------
    indices : sequence of int
        Of the equations, in order.
    scopes : sequence of (str, int, int)
        Intervals of indices (name, start, end), as of `Tape.scopes`.
    limit : int
        Lines there may be.

    Examples
    --------
    >>> print(*outline(range(9), [("pass 1", 1, 4), ("pass 2", 4, 6), ("pass 3", 6, 8)], limit=8), sep=", ")
    0, 1, 2, 3, pass 2 to pass 3: 4 equations, 8
    """
    if len(indices) <= limit:
        return list(indices)
    lines = list(_folded(indices, _outermost(scopes), limit))
    if len(lines) <= limit:
        return lines
    head, tail = (limit - 1) // 2, limit // 2
    middle = lines[head : len(lines) - tail]
    count = sum(line.count if isinstance(line, Fold) else 1 for line in middle)
    return [*lines[:head], Fold("", "", count), *lines[len(lines) - tail :]]


def _outermost(scopes: Sequence[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for name, start, end in sorted(scopes, key=lambda scope: (scope[1], -scope[2])):
        if not found or start >= found[-1][2]:
            found.append((name, start, end))
    return found


def _folded(indices: Sequence[int], scopes: Sequence[Interval], limit: int) -> Iterator[int | Fold]:
    """The equations outside of all scopes and of the first one, and neighbouring scopes in one fold."""
    remaining = list(scopes)
    placed: list[tuple[Interval | None, int]] = []
    for index in indices:
        while remaining and index >= remaining[0][2]:
            remaining.pop(0)
        placed.append((remaining[0] if remaining and index >= remaining[0][1] else None, index))
    first = next((scope for scope, _ in placed if scope is not None), None)
    # The first scope shows what all of its kind consist of, unless it is the whole program.
    shown = {None, first} if sum(scope == first for scope, _ in placed) <= limit // 2 else {None}
    for is_shown, run in groupby(placed, key=lambda one: one[0] in shown):
        members = list(run)
        if is_shown:
            yield from (index for _, index in members)
        else:
            names = [scope[0] for scope, _ in members if scope is not None]
            yield Fold(names[0], names[-1], len(members))
