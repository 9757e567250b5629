"""Recursive doubling: λ = … (I + N⁴)(I + N²)(I + N) e_n, so paths of twice the length with every factor.

As few steps wait for each other as there are bits in the number of levels. The price is N², N⁴, …, which fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from lagviz.engine import words, writing
from lagviz.engine.counting import count_word, counted, plural
from lagviz.engine.methods.bounds import settling, stored_entries, working_memory
from lagviz.engine.methods.flat import Flat, flat_of
from lagviz.engine.methods.method import Bounds, Method, always
from lagviz.engine.methods.numbers import product
from lagviz.engine.methods.substitution import has_no_path, no_path
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.errors import TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]

#: Products of two entries in one squaring; each takes some 50 bytes while it is added up.
LARGEST = 40_000_000


def _solve(system: AdjointSystem) -> Solution:
    flat = flat_of(system)
    found = flat.right
    multiplications, additions, fill = flat.multiplications, flat.additions, 0
    factors = _factors(flat)
    power = flat.matrix
    for factor in range(factors):
        if factor:
            before = power.nnz
            power, more, sums = _squared(power)
            multiplications, additions = multiplications + more, additions + sums
            fill += max(power.nnz - before, 0)
        found = found + power @ found
        multiplications += power.nnz * system.width
        additions += power.nnz * system.width
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat.filled(found)),
        Cost(multiplications, additions, depth=factors, fill_in=fill),
        steps=lambda solution: _steps(solution, flat),
        step_count=factors + 1 + has_no_path(system),
    )


def _factors(flat: Flat) -> int:
    """⌈log₂ levels⌉: how many factors reach the longest path."""
    return max(flat.levels - 1, 0).bit_length()


def _squared(power: sparse.csr_array) -> tuple[sparse.csr_array, int, int]:
    pairs = int(np.diff(power.indptr)[power.indices].sum())
    if pairs > LARGEST:
        raise TooLargeError(
            f"Squaring N again takes {pairs:,} products of entries at once: the powers of N fill in. Use "
            'method="level_schedule", which needs no power of N, or "back_substitution".'
        )
    found, multiplications, additions = product(power, power)
    return sparse.csr_array(found), multiplications, additions  # strictly triangular, so never dense


def _estimate(system: AdjointSystem) -> tuple[Bounds, Bounds]:
    stored, n = stored_entries(system), system.rows
    factors = max(max((level or 0 for level in system.levels), default=0) - 1, 0).bit_length()
    # However much fills in, a power of N is a strict triangle, and so is its square.
    triangle, pairs = n * (n - 1) // 2, n * (n - 1) * (n - 2) // 6
    divided = settling(system, system.width + n)
    low = stored * system.width * min(factors, 1)
    high = factors * triangle * system.width + max(factors - 1, 0) * pairs + divided
    return (low, max(high, low)), (16 * stored, working_memory(system) + 200 * triangle + 120 * min(pairs, LARGEST))


def _steps(solution: Solution, flat: Flat) -> Iterator[Step]:
    system = solution.system
    asked = sorted(system.asked)
    found = flat.right
    sums = system.shaped(flat.filled(found))
    first = tuple(Event("multiplier", i, sums[i], final=system.levels[i] == 1) for i in asked)
    yield Step(solution, tuple(asked), _BEGIN, tuple(Event("rhs", i, 1.0) for i in asked), first)
    node_of = np.repeat(np.arange(len(system.shapes)), np.array(system.sizes, np.intp))[flat.rows]
    support, power = set(asked), flat.matrix
    for factor in range(_factors(flat)):
        writes: list[Event] = []
        squared: sparse.csr_array = power if not factor else _squared(power)[0]
        entries = _entries(squared, node_of)
        if factor:
            writes += [Event("product", i, number, column=j) for i, j, number in entries]
        power = squared
        used = [(i, j, number) for i, j, number in entries if j in support]
        what, sign = ("product", 1) if factor else ("matrix", -1)
        reads = [Event(what, i, sign * number, column=j) for i, j, number in used]
        reads += [Event("multiplier", j, sums[j]) for j in sorted({j for _, j, _ in used})]
        found = found + power @ found
        sums = system.shaped(flat.filled(found))
        nodes = tuple(sorted({i for i, _, _ in used}, reverse=True))
        support |= set(nodes)
        reached = 2 ** (factor + 1)
        writes += [Event("multiplier", i, sums[i], final=(system.levels[i] or 0) <= reached) for i in nodes]
        yield Step(solution, nodes, _FACTOR, tuple(reads), tuple(writes), detail=(factor, sums, len(entries)))
    yield from no_path(solution)


def _entries(power: sparse.csr_array, node_of: np.ndarray) -> list[tuple[int, int, Any]]:
    """A matrix over rows as blocks over nodes: (row node, column node, number or sparse array)."""
    stored = power.tocoo()
    i, j = node_of[stored.row], node_of[stored.col]
    found: list[tuple[int, int, Any]] = []
    order = np.lexsort((j, i))
    cuts = np.flatnonzero((np.diff(i[order]) != 0) | (np.diff(j[order]) != 0)) + 1
    for part in np.split(order, cuts) if len(order) else []:
        row, column = int(i[part[0]]), int(j[part[0]])
        own, other = np.flatnonzero(node_of == row), np.flatnonzero(node_of == column)
        scalar = len(own) == len(other) == 1
        # A block of two arrays of 300 × 300 has eight thousand million places, most of them empty.
        found.append((row, column, float(stored.data[part[0]]) if scalar else power[own][:, other]))
    return found


def _power(factor: int) -> str:
    """``N²``, ``N⁴``, and so on."""
    return f"N{str(2**factor).translate(writing.SUPERSCRIPTS)}" if factor else "N"


def _lines(step: Step) -> Lines:
    factor, sums, entries = step.detail
    system, length = step.system, 2**factor
    lines: Lines = []
    if factor:
        lines.append(
            (
                "What is squared?",
                f"{_power(factor - 1)}, into {_power(factor)}: it stores {counted(entries, 'entry')}.",
            )
        )
    reach = 2 * length - 1
    lines.append(
        (
            "What does it add?",
            (
                f"All paths go on by {count_word(length)} {plural(length, 'edge')}, so paths of up to "
                f"{count_word(reach)} {plural(reach, 'edge')} are in."
            ),
        )
    )
    for i in step.nodes[:4]:
        if system.levels[i] <= 2 * length:
            lines.append((None, f"{words.priced(step.solution, i)}."))
        elif system.is_number(i):
            lines.append((None, f"{{lambda {i}}} is {writing.number(sums[i])} so far."))
    return lines


def _formula(step: Step) -> str:
    factor = step.detail[0]
    power = "N" if not factor else f"N^{{{2**factor}}}"
    return rf"\lambda \leftarrow (I + {power})\,\lambda"


_BEGIN = Telling(
    lambda _step: "the right-hand side",
    lambda _step: [("What do we begin with?", "The right-hand side: the path without an edge.")],
    lambda _step: r"\lambda \leftarrow e_n",
)
_FACTOR = Telling(lambda step: f"I + {_power(step.detail[0])}", _lines, _formula, counted="pass")

METHOD = Method(
    "recursive_doubling",
    "Recursive doubling",
    "Square N = I − A again and again: with every factor I + N, I + N², I + N⁴ … paths of twice the length are in.",
    _solve,
    _estimate,
    reorders=always,
)
