"""Orders in which the nodes of a system can be eliminated.

The work depends on the order, and the best one is hard to find: it is NP-hard for general entries (U. Naumann, *Optimal
Jacobian accumulation is NP-complete*, Math. Program. 112, 2008). Two orders need no search, one is greedy, one searches.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lagviz.engine.methods.annealing import annealed
from lagviz.engine.methods.numbers import stored
from lagviz.errors import TooLargeError, UnknownOptionError

if TYPE_CHECKING:
    from lagviz.engine.methods.elimination import Elimination

__all__ = ["ORDERS", "order_of"]

#: The orders that have a name.
ORDERS = ("reverse", "forward", "markowitz", "anneal")


def order_of(elimination: Elimination, order: Any, seed: int) -> Iterator[int]:
    """The nodes to eliminate, one after another; each is chosen when those before it are gone.

    Raises
    ------
    UnknownOptionError
        It is no order: a name there is none of, or a list that leaves a node out or has one too many.
    """
    interior = elimination.interior
    if isinstance(order, str) and order not in ORDERS:
        raise UnknownOptionError(
            f"There is no order {order!r}. There are: {', '.join(ORDERS)}; or a list of the nodes, by name or index."
        )
    match order:
        case "reverse":
            return iter(reversed(interior))
        case "forward":
            return iter(interior)
        case "markowitz":
            return _markowitz(elimination)
        case "anneal":
            return iter(_searched(elimination, seed))
        case _:
            return iter(_given(elimination, order))


def _searched(elimination: Elimination, seed: int) -> list[int]:
    """The cheapest of the orders that need no search and of what annealing makes of them, by what they really cost.

    The search itself counts every block as dense.
    """

    def tried(order: Callable[[Elimination], Iterable[int]]) -> tuple[float, list[int]]:
        made = type(elimination)(elimination.system)
        try:
            taken = [one.node for one in made.eliminate(order(made))]
        except TooLargeError:
            return math.inf, elimination.interior
        return made.multiplications, taken

    starts = [tried(_markowitz), tried(lambda made: made.interior), tried(lambda made: made.interior[::-1])]
    best = min(starts, key=lambda one: one[0])
    found = tried(lambda made: annealed(made, [order for _, order in starts], seed))
    return min(best, found, key=lambda one: one[0])[1]


def _given(elimination: Elimination, order: Sequence[Any]) -> list[int]:
    system, interior = elimination.system, set(elimination.interior)
    if not isinstance(order, list | tuple):
        raise UnknownOptionError(
            f"order is a {type(order).__name__}. Give one of {', '.join(ORDERS)}, or a list of the nodes, by name or index."
        )
    wanted = [system.index(key) for key in order]
    extra = [key for key, index in zip(order, wanted, strict=True) if index not in interior]
    if extra:
        raise UnknownOptionError(
            f"order names {extra[0]!r}, which is not eliminated: inputs and results are kept, and what leads to no result is "
            "left out. Leave it out of the list."
        )
    missing = [index for index in elimination.interior if index not in set(wanted)]
    if missing or len(wanted) != len(interior):
        what = (
            f"leaves out {', '.join(system.name(index, 'text') for index in missing[:5])}"
            if missing
            else "names a node twice"
        )
        raise UnknownOptionError(f"order {what}. It must name each of the {len(interior)} inner nodes once.")
    return wanted


def _markowitz(elimination: Elimination) -> Iterator[int]:
    """The node of least in-degree × out-degree, of several the latest; counted in entries where nodes are arrays."""
    system, rows, columns = elimination.system, elimination.rows, elimination.columns
    inner = set(elimination.interior)

    def cost(k: int) -> float:
        reads = sum(stored(rows[i][k]) for i in columns[k])
        return reads * sum(map(stored, rows[k].values())) / max(system.sizes[k], 1)

    current = {k: cost(k) for k in inner}
    heap = [(price, -k) for k, price in current.items()]
    heapq.heapify(heap)
    while heap:
        price, k = heapq.heappop(heap)
        k = -k
        if k not in inner or current[k] != price:
            continue
        inner.discard(k)
        near = (columns[k] | set(rows[k])) & inner
        yield k  # when it goes on, k is gone and its neighbours have new entries
        for other in near:
            now = cost(other)
            if now != current[other]:
                current[other] = now
                heapq.heappush(heap, (now, -other))
