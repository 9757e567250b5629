"""The Neumann series: λ = e_n + N e_n + N² e_n + …, where N = I − A is nilpotent, so the series ends.

Term k sums over all paths of k edges from an equation to the result. All terms of all rows can be computed at once, but
every entry is multiplied again for every term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lagviz.engine import writing
from lagviz.engine.counting import count_word, plural
from lagviz.engine.methods.bounds import settling, stored_entries, working_memory
from lagviz.engine.methods.flat import Flat, flat_of
from lagviz.engine.methods.method import Bounds, Method, always
from lagviz.engine.methods.substitution import has_no_path, matrix_event, no_path
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _solve(system: AdjointSystem) -> Solution:
    flat = flat_of(system)
    term = total = flat.right
    rounds = max(flat.levels - 1, 0)
    for _ in range(rounds):
        term = flat.matrix @ term
        total = total + term
    # Each entry is multiplied in each round, and each product is added: to others of its row, or to the sum so far.
    products = flat.matrix.nnz * rounds * system.width
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat.filled(total)),
        Cost(flat.multiplications + products, flat.additions + products, depth=flat.levels),
        steps=lambda solution: _steps(solution, flat),
        step_count=flat.levels + has_no_path(system),
    )


def _estimate(system: AdjointSystem) -> tuple[Bounds, Bounds]:
    stored, levels = stored_entries(system), max((level or 0 for level in system.levels), default=0)
    # Dividing by diagonal blocks takes a right-hand side for each column that their rows store, and can fill their rows.
    divided = settling(system, system.width), settling(system, system.width + system.rows)
    full = stored + sum(system.sizes[index] for index in system.implicit) * system.rows
    rounds = max(levels - 1, 0) * system.width
    return (
        (stored * rounds + divided[0], full * rounds + divided[1]),
        (16 * stored, working_memory(system) + 200 * full),
    )


def _steps(solution: Solution, flat: Flat) -> Iterator[Step]:
    system = solution.system
    edges = [
        (k, i, j)
        for k, (i, j) in enumerate(zip(system.edges.row.tolist(), system.edges.column.tolist(), strict=True))
        if j in system.reaching
    ]
    # Nodes from which there is a path of exactly so many edges.
    support = set(system.asked)
    term = total = flat.right
    for number in range(flat.levels):
        reads: list[Event] = []
        if number:
            used = [(k, i, j) for k, i, j in edges if j in support]
            terms = system.shaped(flat.filled(term))
            reads = [Event("term", j, terms[j]) for j in sorted(support)]
            reads += [matrix_event(system, k) for k, _, _ in used]
            support = {i for _, i, _ in used}
            term = flat.matrix @ term
            total = total + term
        else:
            reads = [Event("rhs", i, 1.0) for i in sorted(support)]
        nodes = tuple(sorted(support, reverse=True))
        terms, sums = system.shaped(flat.filled(term)), system.shaped(flat.filled(total))
        writes = [Event("term", i, terms[i]) for i in nodes]
        writes += [Event("multiplier", i, sums[i], final=system.levels[i] == number + 1) for i in nodes]
        yield Step(
            solution, nodes, _TERM if number else _FIRST, tuple(reads), tuple(writes), detail=(number, terms, sums)
        )
    yield from no_path(solution)


def _lines(step: Step) -> Lines:
    number, terms, sums = step.detail
    system = step.system
    if number == 0:
        first = "The result itself: the one path without an edge."
    else:
        times = "N, which is I − A," if number == 1 else "N"
        first = (
            f"All paths of {count_word(number)} {plural(number, 'edge')} to the result: {times} times the term before."
        )
    lines: Lines = [(f"What is term {number}?", first)]
    for i in step.nodes[:4]:
        if system.is_number(i):
            term, so_far = writing.number(terms[i]), writing.number(sums[i])
            last = system.levels[i] == number + 1
            price = f", its last: {{lambda {i}}} = {so_far}" if last else f": {{lambda {i}}} is {so_far} so far"
            lines.append((None, f"{{name {i}}} gets {term}{price}."))
        else:
            lines.append((None, f"{{lambda {i}}} gets a part."))
    if len(step.nodes) > 4:  # noqa: PLR2004
        lines.append((None, f"And {count_word(len(step.nodes) - 4)} more."))
    return lines


def _formula(step: Step) -> str:
    number = step.detail[0]
    power = {0: "", 1: "N "}.get(number, f"N^{{{number}}} ")
    return rf"\lambda \mathrel{{+}}= {power}e_n"


_FIRST = Telling(lambda step: f"term {step.detail[0]}", _lines, _formula)
_TERM = replace(_FIRST, counted="pass")

METHOD = Method(
    "neumann",
    "Neumann series",
    "Add up the paths to the result by their length: λ = eₙ + N eₙ + N² eₙ + …, which ends because N = I − A is nilpotent.",
    _solve,
    _estimate,
    reorders=always,
)
