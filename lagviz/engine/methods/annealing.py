"""A search for a cheap order of elimination: simulated annealing over which entries there are, without their numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagviz.engine.methods.elimination import Elimination

__all__ = ["annealed"]

#: Products that a search may count.
_BUDGET = 3_000_000


class _Pattern:
    """Which entries there are while nodes are eliminated; every block counts as dense."""

    def __init__(self, elimination: Elimination) -> None:
        self.size = {column: len(wanted) for column, wanted in elimination.results.items()}
        self.size |= {index: elimination.system.sizes[index] for index in elimination.rows}
        self.reads = {k: set(rows) for k, rows in elimination.columns.items()}
        self.readers = {i: set(row) for i, row in elimination.rows.items()}

    def copy(self) -> _Pattern:
        made = object.__new__(_Pattern)
        made.size = self.size
        made.reads = {k: set(part) for k, part in self.reads.items()}
        made.readers = {i: set(part) for i, part in self.readers.items()}
        return made

    def price(self, k: int) -> int:
        """Multiplications that eliminating a node would take now."""
        size = self.size
        return sum(size[i] for i in self.reads[k]) * size[k] * sum(size[j] for j in self.readers[k])

    def eliminate(self, k: int) -> None:
        reads, readers = self.reads.pop(k), self.readers.pop(k)
        for i in reads:
            self.readers[i].discard(k)
            self.readers[i] |= readers
        for j in readers:
            self.reads[j].discard(k)
            self.reads[j] |= reads

    def cost(self, order: Sequence[int], limit: float = math.inf) -> float:
        """Multiplications of a whole order; infinite once they exceed a limit."""
        graph, total = self.copy(), 0
        for k in order:
            total += graph.price(k)
            if total > limit:
                return math.inf
            graph.eliminate(k)
        return total


def annealed(elimination: Elimination, starts: Sequence[list[int]], seed: int) -> list[int]:
    """The cheapest order that is found, begun at the best of some others.

    One node at a time is moved to another place; what costs more is taken with a chance that sinks as it cools.
    """
    pattern = _Pattern(elimination)
    best = current = min(starts, key=pattern.cost)
    best_price = price = pattern.cost(current)
    if len(best) < 2:  # noqa: PLR2004 - nothing to move
        return best
    chance = random.Random(seed)  # noqa: S311 - a search is no secret
    rounds = int(min(20_000, max(200, _BUDGET / max(price, 1))))
    for step in range(rounds):
        heat = max(1.0, price / 50) * (1 - step / rounds) ** 2 + 1e-9
        tried = list(current)
        tried.insert(chance.randrange(len(tried)), tried.pop(chance.randrange(len(tried))))
        allowed = price - heat * math.log(1 - chance.random())
        found = pattern.cost(tried, allowed)
        if found <= allowed:
            current, price = tried, found
            if price < best_price:
                best, best_price = current, price
    return best
