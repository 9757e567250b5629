"""Parallel scan: a chain of blocks as an associative scan of products, up a tree and down again.

    λ_k = T_k T_{k+1} … T_{n−1} λ_n,    T_k = (∂f_{k+1}/∂z_k)ᵀ

The products of pairs, of pairs of pairs and so on are all independent of each other, so about 2 log₂ n steps wait for each
other in place of n. The price is products of blocks with blocks, where substitution has products of blocks with vectors.

S. Wang, Y. Bai, G. Pekhimenko, *BPPSA: scaling back-propagation by parallel scan algorithm*, MLSys 2020.
G. E. Blelloch, *Prefix sums and their applications*, 1990: the two sweeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine import words
from lagviz.engine.counting import count_word, joined
from lagviz.engine.methods.bounds import settling, working_memory
from lagviz.engine.methods.method import Bounds, Method, always
from lagviz.engine.methods.numbers import Numbers, added, as_numbers, dense, product
from lagviz.engine.methods.substitution import has_no_path, matrix_event, no_path
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.engine.writing import TEXT

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _refuses(system: AdjointSystem) -> str | None:
    if len(system.asked) != 1:
        return "a scan goes along one chain to one result, and here several nodes are asked about."
    trunk = _trunk(system)
    end = next(iter(system.asked))
    if not trunk or trunk[-1] != end:
        return f"nothing leads to {system.name(end, TEXT)}, so there is no chain."
    following = dict(pairwise(trunk))
    for index in trunk:
        readers = [j for k in system.readers[index] if (j := system.entries[k].column) in system.reaching]
        if index == end:
            if readers:
                return f"{system.name(index, TEXT)} is the result and is read again."
        elif readers != [following[index]]:
            names = joined([system.name(j, TEXT) for j in readers])
            return (
                f"the program is no chain: {system.name(index, TEXT)} is read by {names}, and the next equation is "
                f"{system.name(following[index], TEXT)}. Condense it by scopes first, if those form a chain."
            )
    return None


def _trunk(system: AdjointSystem) -> list[int]:
    """The equations that read something and lead to the result, in order."""
    return [index for index in system.node_indices if index in system.reaching and system.reads[index]]


@dataclass(frozen=True, slots=True)
class _Round:
    """Products that are made at once: up the tree, down again, or for what the chain reads besides.

    Attributes
    ----------
    direction : str
        ``"up"``, ``"down"`` or ``"aside"``.
    products : list of (int, int, numbers)
        Row node, column node, and their product; of a multiplier the column is −1.
    used : list of (int, int, numbers)
        The products and multipliers it was made from, likewise.
    """

    direction: str
    products: list[tuple[int, int, Numbers]]
    used: list[tuple[int, int, Numbers]]


class _Scan:
    """The two sweeps over the chain, counted."""

    def __init__(self, system: AdjointSystem) -> None:
        self.system = system
        self.trunk = _trunk(system)
        self.multiplications = self.additions = 0
        self.found: dict[int, Numbers] = {}
        at = system.entry_at
        self._first = self._settled(self.trunk[-1], system.right[system.slices[self.trunk[-1]]])
        #: From the result on: λ_n, then the blocks of the chain.
        self.chain: list[Numbers] = [self._first]
        for i, j in reversed(list(pairwise(self.trunk))):
            self.chain.append(self._settled(i, as_numbers(system.block(at[i, j]))))

    def _settled(self, index: int, numbers: Numbers) -> Numbers:
        block = self.system.implicit.get(index)
        if block is None:
            return float(numbers[0, 0]) if not isinstance(numbers, float) and numbers.shape == (1, 1) else numbers
        right = dense(numbers)
        cost = block.cost(right.shape[1])
        self.multiplications, self.additions = self.multiplications + cost[0], self.additions + cost[1]
        solved = block.solve(right)
        return float(solved[0, 0]) if solved.shape == (1, 1) else solved

    def _product(self, a: Numbers, b: Numbers) -> Numbers:
        found, multiplications, additions = product(a, b)
        self.multiplications += multiplications
        self.additions += additions
        return found

    def _span(self, level: int, k: int) -> tuple[int, int]:
        """Row and column node of the product of the ``k``-th stretch of a level; of one that holds λ_n, column −1."""
        n, length = len(self.trunk), 2**level
        last = min((k + 1) * length, n) - 1
        return self.trunk[n - 1 - last], -1 if k == 0 else self.trunk[n - k * length]

    def rounds(self) -> Iterator[_Round]:
        """Up, down, and what the chain reads besides; `found` is filled on the way."""
        self.found[self.trunk[-1]] = self._first
        sums = [self.chain]
        yield from self._up(sums)
        yield from self._down(sums)
        if len(self.trunk) > 1 and self.trunk[0] not in self.found:
            first, second = self.trunk[:2]
            last, prior = self.chain[-1], self.found[second]
            self.found[first] = self._product(last, prior)
            yield _Round("down", [(first, -1, self.found[first])], [(first, second, last), (second, -1, prior)])
        yield self._aside()

    def _up(self, sums: list[list[Numbers]]) -> Iterator[_Round]:
        """Products of neighbours, of neighbours of neighbours, … until two are left: the root's own is of no use."""
        while len(sums[-1]) > 2:  # noqa: PLR2004
            below, level = sums[-1], len(sums)
            above: list[Numbers] = []
            made, used = [], []
            for k in range(0, len(below), 2):
                if k + 1 == len(below):
                    above.append(below[k])
                    continue
                above.append(self._product(below[k + 1], below[k]))
                made.append((*self._span(level, k // 2), above[-1]))
                used += [(*self._span(level - 1, place), below[place]) for place in (k, k + 1)]
            sums.append(above)
            yield _Round("up", made, used)

    def _down(self, sums: list[list[Numbers]]) -> Iterator[_Round]:
        """What stands before each stretch: of a left half what stood before both, of a right half the left half too."""
        n = len(self.trunk)
        before: list[Numbers | None] = [None]
        for level in range(len(sums) - 1, -1, -1):
            here: list[Numbers | None] = []
            made, used = [], []
            for place in range(-(-n // 2**level)):
                prior = before[place // 2]
                if place % 2 == 0:
                    here.append(prior)
                    continue
                left = sums[level][place - 1]
                here.append(left if prior is None else self._product(left, prior))
                row, _ = self._span(level, place - 1)
                if row not in self.found:
                    self.found[row] = here[-1]
                    made.append((row, -1, here[-1]))
                    used.append((*self._span(level, place - 1), left))
                    if prior is not None:
                        used.append((self.trunk[n - (place - 1) * 2**level], -1, prior))
            before = here
            if made:
                yield _Round("down", made, used)

    def _aside(self) -> _Round:
        """Inputs and parameters that the chain reads: gathered, all at once."""
        system, made = self.system, []
        for index in system.node_indices:
            if index not in system.reaching or index in self.found:
                continue
            total: Numbers = None
            for k in system.readers[index]:
                j = system.entries[k].column
                if j in system.reaching:
                    part = self._product(as_numbers(system.block(k)), self.found[j])
                    if total is None:
                        total = part
                    else:
                        total, more = added(total, part)
                        self.additions += more
            self.found[index] = self._settled(index, total)
            made.append((index, -1, self.found[index]))
        return _Round("aside", made, [])


def _solve(system: AdjointSystem) -> Solution:
    scan = _Scan(system)
    rounds = list(scan.rounds())
    flat = np.zeros((system.rows, system.width))
    for index, numbers in scan.found.items():
        flat[system.slices[index]] = dense(numbers)
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat),
        Cost(scan.multiplications, scan.additions, depth=sum(one.direction != "aside" for one in rounds)),
        steps=_steps,
        step_count=len(rounds) + 1 + has_no_path(system),
    )


def _estimate(system: AdjointSystem) -> tuple[Bounds, Bounds]:
    trunk = _trunk(system)
    chain, edges = set(trunk), system.edges
    ends = zip(edges.row.tolist(), edges.column.tolist(), edges.count.tolist(), strict=True)
    beside = sum(count for i, j, count in ends if i not in chain and j in chain)
    largest = max(system.width, *(system.sizes[index] for index in trunk), 1)
    # Each stretch is multiplied once on the way up and once on the way down.
    products = 2 * len(trunk)
    high = products * largest**3 + beside * system.width + settling(system, system.width + largest)
    return (beside * system.width, high), (
        0,
        working_memory(system) + products * (16 * largest**2 + 1000) + 200 * largest**3,
    )


def _steps(solution: Solution) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    scan = _Scan(system)
    end = scan.trunk[-1]
    yield Step(solution, (end,), _BEGIN, (Event("rhs", end, 1.0),), (Event("multiplier", end, found[end]),))
    for one in scan.rounds():
        writes, nodes = [], []
        for i, j, numbers in one.products:
            nodes.append(i)
            writes.append(
                Event("multiplier", i, found[i])
                if j < 0 and one.direction != "up"
                else _product_event(i, j, end, numbers)
            )
        if one.direction == "aside":
            ks = [k for i in nodes for k in system.readers[i] if system.entries[k].column in system.reaching]
            reads = [matrix_event(system, k) for k in ks]
            reads += [Event("multiplier", j, found[j]) for j in dict.fromkeys(system.entries[k].column for k in ks)]
        else:
            reads = [
                Event("multiplier", i, found[i])
                if j < 0 and one.direction == "down" and i in scan.found and i not in nodes
                else _product_event(i, j, end, numbers)
                for i, j, numbers in one.used
            ]
        yield Step(solution, tuple(nodes), _ROUND, tuple(reads), tuple(writes), detail=one)
    yield from no_path(solution)


def _product_event(i: int, j: int, end: int, numbers: Numbers) -> Event:
    return Event("product", i, numbers, column=end if j < 0 else j)


_WHAT = {
    "up": ("What is put together?", "Neighbouring stretches of the chain: their products wait for nobody."),
    "down": ("What is known now?", "A stretch times the price at its end is the price at its beginning."),
    "aside": ("And beside the chain?", "Whatever the chain reads: each gathers from its readers, all at once."),
}


def _lines(step: Step) -> Lines:
    one = step.detail
    lines: Lines = [_WHAT[one.direction]]
    for i, j, _ in one.products[:4]:
        if one.direction == "up":
            to = f"to {{name {j}}}" if j >= 0 else "to the result, its price included"
            lines.append((None, f"The stretch from {{name {i}}} {to}."))
        else:
            lines.append((None, f"{words.priced(step.solution, i)}."))
    if len(one.products) > 4:  # noqa: PLR2004
        lines.append((None, f"And {count_word(len(one.products) - 4)} more."))
    return lines


_FORMULAS = {
    "up": r"T_{a \ldots c} = T_{a \ldots b}\,T_{b \ldots c}",
    "down": r"\lambda_{a} = T_{a \ldots b}\,\lambda_{b}",
    "aside": r"\lambda_{i} = \sum_{j \in b(i)} \left(\frac{\partial f_j}{\partial z_i}\right)^{\!\top} \lambda_j",
}
_BEGIN = Telling(
    lambda _step: "the result",
    lambda step: [
        (
            "What do we begin with?",
            f"{{name {step.node}}}, the end of the chain: {words.priced(step.solution, step.node)}.",
        )
    ],
    lambda _step: r"\lambda_n = e_n",
)
_ROUND = Telling(
    lambda step: {"up": "up the tree", "down": "down the tree", "aside": "beside the chain"}[step.detail.direction],
    _lines,
    lambda step: _FORMULAS[step.detail.direction],
    counted="round",
)

METHOD = Method(
    "parallel_scan",
    "Parallel scan",
    "A chain of blocks as an associative scan: multiply neighbours, then neighbours of neighbours, and hand prices down.",
    _solve,
    _estimate,
    refuses=_refuses,
    reorders=always,
)
