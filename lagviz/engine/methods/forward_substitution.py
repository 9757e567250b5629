"""Forward substitution: how each input moves everything, row by row from the top of Aᵀ Ż = E.

    ż_j = (e_k)_j + Σ_{i ∈ a(j)} (∂f_j/∂z_i) ż_i

One right-hand side for each number that is put in. The tangent of a result is the multiplier of that input; of the other
equations this way finds none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import words, writing
from lagviz.engine.counting import count_word, joined, plural
from lagviz.engine.methods import triangular
from lagviz.engine.methods.bounds import check_room, settling, stored_entries, working_memory
from lagviz.engine.methods.method import Bounds, Method, always
from lagviz.engine.methods.substitution import has_no_path, live, matrix_event, no_path, values_used
from lagviz.engine.partials import Columns
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.engine.writing import TEX

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _refuses(system: AdjointSystem) -> str | None:
    if not system.unit_questions:
        return "it answers how inputs move a result, and this right-hand side is any vector. Use back_substitution."
    return None


def _inputs(system: AdjointSystem) -> list[int]:
    """The nodes that read nothing and lead to a result."""
    return [index for index in system.node_indices if index in system.reaching and not system.reads[index]]


def _solve(system: AdjointSystem) -> Solution:
    inputs = _inputs(system)
    width = sum(system.sizes[index] for index in inputs)
    check_room(METHOD.name, 8 * width * system.rows)
    tangents = _tangents(system, inputs, width)
    multipliers: list[Any] = [None] * len(system.shapes)
    flat = np.zeros((system.rows, system.width))
    at = np.array([system.starts[index] + element for index, element in system.questions], np.intp)
    start = 0
    for index in inputs:
        end = start + system.sizes[index]
        flat[system.slices[index]] = tangents[at, start:end].T
        start = end
    shaped = system.shaped(flat)
    for index in system.node_indices:
        if index in inputs or index not in system.reaching:
            multipliers[index] = shaped[index]
    return Solution(
        system,
        METHOD.name,
        multipliers,
        _cost(system, inputs, width),
        steps=lambda solution: _steps(solution, tangents),
        step_count=len(system.reaching) + 1 + has_no_path(system),
        residual=lambda: _residual(system, tangents, inputs),
    )


def _seeds(system: AdjointSystem, inputs: list[int], width: int) -> NDArray[np.float64]:
    """E: a 1 for each number of each input."""
    seeds = np.zeros((system.rows, width))
    rows = [row for index in inputs for row in range(system.slices[index].start, system.slices[index].stop)]
    seeds[rows, np.arange(width)] = 1.0
    return seeds


def _tangents(system: AdjointSystem, inputs: list[int], width: int) -> NDArray[np.float64]:
    """Ż of shape (rows, numbers put in)."""
    found, columns = _seeds(system, inputs, width), live(system)
    if columns is not None:  # Aᵀ read from the end is an upper triangle again
        last = columns.size - 1
        turned = Columns(last - columns.column, last - columns.row, columns.partial, columns.size)
        order = np.argsort(turned.column, kind="stable")
        turned = Columns(turned.row[order], turned.column[order], turned.partial[order], columns.size)
        return triangular.solve(turned, found[::-1])[::-1]
    for index in system.node_indices:
        if index not in system.reaching:
            continue
        own = system.slices[index]
        for k in system.reads[index]:
            found[own] -= system.block(k).T @ found[system.slices[system.entries[k].row]]
        if index in system.implicit:
            found[own] = system.implicit[index].solve(found[own], transposed=True)
    return found


def _residual(system: AdjointSystem, tangents: NDArray[np.float64], inputs: list[int]) -> float:
    """Largest entry of ``|Aᵀ Ż − E|`` over the rows that matter."""
    left = tangents - _seeds(system, inputs, tangents.shape[1])
    for index, block in system.implicit.items():
        own = system.slices[index]
        left[own] += (block.numbers.T - np.eye(system.sizes[index])) @ tangents[own]
    columns = live(system)
    if columns is not None:
        left -= columns.by_row.T @ tangents
    else:
        for k, entry in enumerate(system.entries):
            if entry.column in system.reaching:
                left[system.slices[entry.column]] += system.block(k).T @ tangents[system.slices[entry.row]]
    return float(np.abs(left).max(initial=0.0))


def _cost(system: AdjointSystem, inputs: list[int], width: int) -> Cost:
    edges = system.edges
    matters = np.array([level is not None for level in system.levels], dtype=bool)
    counted = matters[edges.column]
    multiplications = width * int(edges.count[counted].sum())
    moved = sum(system.sizes[j] for j in set(edges.column[counted].tolist()))
    additions = max(multiplications - width * moved, 0)
    for index, block in system.implicit.items():
        if index in system.reaching:
            settling = block.cost(width)
            multiplications, additions = multiplications + settling[0], additions + settling[1]
    return Cost(multiplications, additions, depth=len(system.reaching) if inputs else 0)


def _estimate(system: AdjointSystem) -> tuple[Bounds, Bounds]:
    width = sum(system.sizes[index] for index in _inputs(system))
    exactly = stored_entries(system) * width + settling(system, width)
    tangents = 8 * width * system.rows
    widest = 8 * width * max(system.sizes, default=0)
    return (exactly, exactly), (tangents, working_memory(system) + 6 * tangents + 8 * widest)


# --- steps ------------------------------------------------------------------------------------------------------------------


def _steps(solution: Solution, tangents: NDArray[np.float64]) -> Iterator[Step]:
    system, found, inputs = solution.system, solution.multipliers, _inputs(solution.system)
    ends = np.cumsum([0, *(system.sizes[index] for index in inputs)])
    spans = {index: slice(int(a), int(b)) for index, a, b in zip(inputs, ends[:-1], ends[1:], strict=True)}
    #: For each node the inputs that move it.
    movers: dict[int, list[int]] = {}
    for index in system.node_indices:
        if index not in system.reaching:
            continue
        parents = [system.entries[k].row for k in system.reads[index]]
        movers[index] = [index] if index in spans else sorted({i for parent in parents for i in movers[parent]})
        reads = [matrix_event(system, k) for k in system.reads[index]]
        reads += [_event(system, tangents, spans, parent, i) for parent in parents for i in movers[parent]]
        reads += values_used(system, system.reads[index])
        writes = [_event(system, tangents, spans, index, i) for i in movers[index]]
        yield Step(solution, (index,), _ROW, tuple(reads), tuple(writes), detail=tuple(writes))
    asked = sorted(system.asked)
    read = [_event(system, tangents, spans, index, i) for index in asked for i in movers[index]]
    yield Step(solution, tuple(inputs), _READ_OFF, tuple(read), tuple(Event("multiplier", i, found[i]) for i in inputs))
    yield from no_path(solution)


def _event(system: AdjointSystem, tangents: NDArray[np.float64], spans: dict[int, slice], node: int, i: int) -> Event:
    part = tangents[system.slices[node], spans[i]]
    return Event("tangent", node, float(part[0, 0]) if part.shape == (1, 1) else part, column=i)


def _lines(step: Step) -> Lines:
    system, index = step.system, step.node
    if not system.reads[index]:
        return [("Who moves it?", f"Nobody: {{name {index}}} is put in. Per unit of itself it moves 1.")]
    parents = joined([f"{{name {system.entries[k].row}}}" for k in system.reads[index]])
    lines: Lines = [("Whom does it read?", f"{{equation {index}}}: how far each input moves {parents} is known.")]
    for event in step.detail[:4]:
        amount = writing.number(event.value) if isinstance(event.value, float) else "a block"
        lines.append((None, f"Per unit of {{name {event.column}}}, {{name {index}}} moves {amount}."))
    if len(step.detail) > 4:  # noqa: PLR2004
        more = len(step.detail) - 4
        lines.append((None, f"And so for {count_word(more)} more {plural(more, 'input')}."))
    return lines


def _read_off_lines(step: Step) -> Lines:
    lines: Lines = [
        ("What do we know?", "How every input moves the result: these are their prices. Of the other equations, none.")
    ]
    for index in step.nodes[:6]:
        lines.append((None, f"{words.priced(step.solution, index)}."))
    return lines


def _formula(step: Step) -> str:
    system, index = step.system, step.node
    name = system.name(index, TEX)
    reads = [system.entries[k].row for k in system.reads[index]]
    terms = [rf"{words.partial_name(system, i, index)}\,\dot{{{system.name(i, TEX)}}}" for i in reads]
    return rf"\dot{{{name}}} = {' + '.join(terms) or '1'}"


_ROW = Telling(lambda step: f"tangent of {step.name(step.node)}", _lines, _formula)
_READ_OFF = Telling(lambda _step: "read off the result", _read_off_lines, lambda _step: None)

METHOD = Method(
    "forward_substitution",
    "Forward substitution",
    "From the top of Aᵀ: how each input moves everything. One right-hand side for each input, λ of the inputs only.",
    _solve,
    _estimate,
    refuses=_refuses,
    reorders=always,
)
