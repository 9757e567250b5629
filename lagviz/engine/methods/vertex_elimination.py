"""Vertex elimination: one node after another is taken out of the matrix, until inputs and results face each other.

    A_ij ← A_ij − A_ik A_kj        for whom k is read by (j), and whom it reads (i); then row and column k are dropped

What is left between inputs and results are the multipliers of the inputs. The order decides what it costs: from the end
it is back substitution, from the beginning it carries tangents, and in between lies what is often cheaper than both. The
multipliers of the nodes that were dropped are recovered from their rows, last dropped first, and counted apart.

A. Griewank, A. Walther, *Evaluating derivatives*, 2008, chapter 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import words
from lagviz.engine.counting import count_word, counted, joined
from lagviz.engine.methods.bounds import settling, stored_entries, working_memory
from lagviz.engine.methods.elimination import LARGEST, Eliminated, Elimination
from lagviz.engine.methods.method import Bounds, Method
from lagviz.engine.methods.numbers import Numbers, dense, stored
from lagviz.engine.methods.orders import order_of
from lagviz.engine.methods.substitution import has_no_path, no_path
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.engine.writing import TEX

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _solve(system: AdjointSystem, *, order: Any = "reverse", seed: int = 0) -> Solution:
    elimination = Elimination(system)
    dropped = list(elimination.eliminate(order_of(elimination, order, seed)))
    flat, recovery, more, depth = _recovered(elimination, dropped)
    cost = Cost(
        multiplications=elimination.multiplications,
        additions=elimination.additions + more,
        depth=elimination.depth + depth,
        fill_in=elimination.fill_in,
        recovery=recovery,
    )
    nodes = [one.node for one in dropped]
    late = sum(1 for one in dropped if not _known(elimination, one))
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat),
        cost,
        steps=lambda solution: _steps(solution, nodes),
        step_count=len(nodes) + 1 + late + has_no_path(system),
    )


def _row(elimination: Elimination, row: dict[int, Numbers]) -> dict[int, Numbers]:
    """The part of a row in columns that are not results."""
    return {j: numbers for j, numbers in row.items() if j not in elimination.results}


def _known(elimination: Elimination, one: Eliminated) -> bool:
    """Whether a node faced only results when it was dropped: then its row was its multiplier."""
    return not _row(elimination, one.readers)


def _faced(elimination: Elimination, row: dict[int, Numbers], size: int) -> NDArray[np.float64]:
    """What a row makes of the results: prices of 1 are copied, not multiplied."""
    found = np.zeros((size, elimination.system.width))
    for j, numbers in row.items():
        if j in elimination.results:
            found[:, elimination.results[j]] += dense(numbers)
    return found


def _recovered(elimination: Elimination, dropped: list[Eliminated]) -> tuple[NDArray[np.float64], int, int, int]:
    """All multipliers; multiplications and additions that those of dropped nodes took, and how many waited for each other."""
    system = elimination.system
    flat = np.zeros((system.rows, system.width))
    additions = recovery = 0
    for index, row in elimination.rows.items():
        if index in elimination.results:
            flat[system.slices[index]] = system.right[system.slices[index]]
            continue
        found = _faced(elimination, row, system.sizes[index])
        block = system.implicit.get(index)
        if block is not None:
            cost = block.cost(system.width)
            elimination.multiplications, additions = elimination.multiplications + cost[0], additions + cost[1]
            found = block.solve(found)
        flat[system.slices[index]] = found
    waits: dict[int, int] = {}
    for one in reversed(dropped):
        found = _faced(elimination, one.readers, system.sizes[one.node])
        inner = _row(elimination, one.readers)
        for j, numbers in inner.items():
            found += dense(numbers) @ flat[system.slices[j]]
            recovery += stored(numbers) * system.width
        terms = sum(stored(numbers) for numbers in inner.values()) * system.width
        additions += terms if len(inner) < len(one.readers) else max(terms - found.size, 0)
        waits[one.node] = 1 + max((waits.get(j, 0) for j in inner), default=-1)
        flat[system.slices[one.node]] = found
    return flat, recovery, additions, max(waits.values(), default=0)


def _estimate(system: AdjointSystem, *, order: Any = "reverse", seed: int = 0) -> tuple[Bounds, Bounds]:
    del seed
    stored, edges = stored_entries(system), len(system.edges.row)
    inner = sum(1 for index in system.reaching if system.reads[index] and index not in system.asked)
    sizes = [system.sizes[index] for index in system.reaching]
    results = sum(system.sizes[index] for index in system.asked) + system.width
    if order == "reverse":  # every node faces nothing but results
        high, filled, faced = (stored + results) * results, sum(sizes) * results, len(sizes) * (len(system.asked) + 1)
    else:
        largest, rows = max(sizes, default=1), sum(sizes) + results
        high, filled, faced = rows * rows * rows * largest, rows * rows, len(sizes) ** 2
    high += settling(system, results if order == "reverse" else sum(sizes) + results) + settling(system, system.width)
    rest = 16 * filled + 600 * faced + 40 * (stored + results) + 300 * edges
    return (min(inner, high), high), (0, working_memory(system) + min(rest, 3 * LARGEST))


# --- steps ------------------------------------------------------------------------------------------------------------------


def _steps(solution: Solution, order: list[int]) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    elimination = Elimination(system)
    dropped = []
    for one in elimination.eliminate(order):
        dropped.append(one)
        reads = [_entry(elimination, i, one.node, numbers) for i, numbers in one.reads.items()]
        reads += [_entry(elimination, one.node, j, numbers) for j, numbers in one.readers.items()]
        writes = [_entry(elimination, i, j, numbers) for i, j, numbers, _ in one.updates]
        if _known(elimination, one):
            writes.append(Event("multiplier", one.node, found[one.node]))
        yield Step(
            solution, (one.node,), _ELIMINATE, tuple(reads), tuple(writes), tuple(reads), detail=(elimination, one)
        )
    kept = tuple(sorted(elimination.rows))
    reads = [_entry(elimination, i, j, numbers) for i in kept for j, numbers in elimination.rows[i].items()]
    writes = [Event("multiplier", i, found[i]) for i in kept]
    yield Step(solution, kept, _READ_OFF, tuple(reads), tuple(writes))
    for one in reversed(dropped):
        inner = _row(elimination, one.readers)
        if inner:
            reads = [_entry(elimination, one.node, j, numbers) for j, numbers in one.readers.items()]
            reads += [Event("multiplier", j, found[j]) for j in inner]
            write = Event("multiplier", one.node, found[one.node])
            yield Step(solution, (one.node,), _RECOVER, tuple(reads), (write,), detail=(elimination, one))
    yield from no_path(solution)


def _entry(elimination: Elimination, i: int, j: int, numbers: Numbers) -> Event:
    """A_ij, or, of a copy of a result, what stands on the right-hand side of row i."""
    if j >= len(elimination.system.shapes):
        return Event("rhs", i, numbers)
    return Event("matrix", i, -numbers, column=j)


def _name(j: int, system: AdjointSystem) -> str:
    return f"{{name {j}}}" if j < len(system.shapes) else "the right-hand side"


def _eliminate_lines(step: Step) -> Lines:
    elimination, one = step.detail
    system, k = step.system, one.node
    name = f"{{name {k}}}"
    readers = joined([_name(j, system) for j in one.readers])
    reads = joined([f"{{name {i}}}" for i in one.reads])
    lines: Lines = [("Between whom?", f"{name} reads {reads}; whoever still reads it: {readers}.")]
    for position, (i, j, _, new) in enumerate(one.updates[:4]):
        p, q = one.reads[i], one.readers[j]
        numbers = isinstance(p, float) and isinstance(q, float)
        amount = f"{{arithmetic × #{q!r} #{p!r}}}" if numbers else "a product of two blocks"
        how = "a new entry" if new else "added to the entry there"
        lines.append(
            ("What goes around it?" if not position else None, f"{{name {i}}} to {_name(j, system)}: {amount}, {how}.")
        )
    if len(one.updates) > 4:  # noqa: PLR2004
        lines.append((None, f"And {count_word(len(one.updates) - 4)} more."))
    number = len(one.reads) * len(one.readers)
    so = f"{len(one.reads)} × {len(one.readers)} = {counted(number, 'product')}, and row and column {name} are gone."
    if _known(elimination, one):
        so += f" It faced only the result, so its row was its price: {words.priced(step.solution, k)}."
    lines.append(("So", so))
    return lines


def _eliminate_formula(step: Step) -> str | None:
    _, one = step.detail
    names = [step.system.name(one.node, TEX)]
    pairs = [(i, j) for i, j, _, _ in one.updates if j < len(step.system.shapes)]
    if not pairs:
        return None
    i, j = pairs[0]
    row, column = step.system.name(i, TEX), step.system.name(j, TEX)
    (k,) = names
    return rf"A_{{{row},{column}}} \leftarrow A_{{{row},{column}}} - A_{{{row},{k}}}\,A_{{{k},{column}}}"


def _read_off_lines(step: Step) -> Lines:
    few = step.nodes[:6]
    lines: Lines = [("What is left?", "Only inputs and results: each input's entry in a result's column is its price.")]
    lines += [(None, f"{words.priced(step.solution, index)}.") for index in few]
    if len(step.nodes) > len(few):
        lines.append((None, f"And {count_word(len(step.nodes) - len(few))} more."))
    return lines


def _recover_lines(step: Step) -> Lines:
    elimination, one = step.detail
    k = one.node
    terms = []
    for j, numbers in one.readers.items():
        if j in elimination.results:
            terms.append("what it makes of the result directly")
        elif isinstance(numbers, float) and step.system.is_number(j):
            terms.append(f"through {{name {j}}} {{arithmetic × #{numbers!r} #{step.solution.multipliers[j]!r}}}")
        else:
            terms.append(f"through {{name {j}}} a block times {{lambda {j}}}")
    return [
        (
            "Which row was kept?",
            f"That of {{name {k}}}, as it was when it was dropped; all prices in it are known now.",
        ),
        ("So", f"add: {joined(terms)}. {words.priced(step.solution, k)}."),
    ]


def _recover_formula(step: Step) -> str | None:
    _, one = step.detail
    k = step.system.name(one.node, TEX)
    readers = [step.system.name(j, TEX) for j in one.readers if j < len(step.system.shapes)]
    return rf"\lambda_{{{k}}} = " + " ".join(rf"- A_{{{k},{j}}}\,\lambda_{{{j}}}" for j in readers)


_ELIMINATE = Telling(lambda step: f"eliminate {step.name(step.node)}", _eliminate_lines, _eliminate_formula)
_READ_OFF = Telling(lambda _step: "read off what is left", _read_off_lines, lambda _step: None)
_RECOVER = Telling(lambda step: f"recover {step.name(step.node)}", _recover_lines, _recover_formula)

METHOD = Method(
    "vertex_elimination",
    "Vertex elimination",
    "Take one node after another out of the matrix, until inputs and results face each other.",
    _solve,
    _estimate,
    options={
        "order": "reverse, forward, markowitz, anneal, or a list of the inner nodes",
        "seed": "a whole number, for anneal",
    },
    reorders=lambda options: options.get("order", "reverse") != "reverse",
)
