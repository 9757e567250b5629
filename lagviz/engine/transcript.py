"""Every step as text: for readers who listen, and for whoever wants to have it in writing.

The sentences are those of the picture (`lagviz.engine.words`); nothing is said here that is not said there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lagviz.engine import filling, methods, words, writing
from lagviz.engine.counting import counted
from lagviz.engine.outline import Fold, outline
from lagviz.engine.writing import TEXT

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution, Step
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape_system import TapeSystem

__all__ = ["transcript"]


def transcript(system: TapeSystem, method: str, most: int) -> Iterator[str]:
    """The lines of `Tape.transcript`."""
    solution = system.solve(method)
    tape = system.tape
    yield f"{tape.title}({', '.join(map(writing.label, tape.argument_names))}): {counted(len(tape), 'equation')}"
    yield ""
    yield "Recording"
    yield from _numbered(_recorded(solution, most))
    yield ""
    yield "The Lagrangian"
    yield from _numbered(_lagrangian(system, most))
    yield ""
    cost = counted(solution.cost.multiplications, "multiplication")
    yield f"Solving A λ = e_n. {methods.get(method).title}: {cost}"
    yield from _numbered(_solved(solution, most))
    yield ""
    yield "The prices of what is given"
    for index in tape.input_indices.values():
        if solution.multipliers[index] is not None:
            yield f"  {filling.fill(words.priced(solution, index, briefly=False), solution)}"


def _numbered(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        yield f"  {number}. {line}"


def _recorded(solution: Solution, most: int) -> Iterator[str]:
    system = solution.system
    tape = system.tape
    given = sorted(tape.input_indices.values())
    yield filling.spoken(words.given_lines(system, given), solution)
    others = sorted(set(range(len(tape))) - set(given))
    for line in outline(others, tape.scopes, most):
        yield _left_out(line) if isinstance(line, Fold) else filling.spoken(words.record_lines(system, line), solution)


def _left_out(fold: Fold) -> str:
    return f"({fold}, left out here)"


# --- the Lagrangian -----------------------------------------------------------------------------------------------------------


def _lagrangian(system: TapeSystem, most: int) -> Iterator[str]:
    tape = system.tape
    index, element = system.questions[0]
    result = tape.labels[index] + (f"[{element}]" if system.sizes[index] != 1 else "")
    transpose = "ᵀ" if any(size > 1 for size in system.sizes) else ""
    problem = f"L = {result} − Σ λ_i{transpose} (z_i − f_i)"
    yield f"Minimise {result}, subject to the equations above. Each has a price λ, and {problem}."
    yield "At the right prices no small push of a value changes L, so each value makes one condition:"
    for line in outline(system.node_indices, tape.scopes, most):
        yield _left_out(line) if isinstance(line, Fold) else _condition(system, line)


def _condition(system: TapeSystem, index: int) -> str:
    """∂L/∂z_i = 0, solved for λ_i, in symbols."""
    own = ["1" if system.sizes[index] == 1 else "1 in one place"] if index in system.asked else []
    rows = system.readers[index]
    terms = own + [_term(system, k) for k in rows[: words.FEW]]
    if len(rows) > words.FEW:
        terms.append(f"{len(rows) - words.FEW:,} terms more")
    name = system.name(index, TEXT)
    block = "(its own block)·" if index in system.implicit else ""
    return f"∂L/∂{name} = 0: {block}λ_{name} = {' + '.join(terms) or '0'}"


def _term(system: TapeSystem, k: int) -> str:
    entry = system.entries[k]
    i, j = (system.name(index, TEXT) for index in (entry.row, entry.column))
    if not system.sizes[entry.row] == system.sizes[entry.column] == 1:
        return f"(∂{j}/∂{i})ᵀ λ_{j}"
    node, names = system.tape.recorded[entry.column], writing.operand_names(system.tape, entry.column, TEXT)
    written = [node.rule.partial_text(position, names, node.operands) for position in entry.positions]
    symbols = [one for one in written if one is not None]
    if len(symbols) < len(written):
        return f"(∂{j}/∂{i})·λ_{j}"
    symbol = writing.apart(" + ".join(symbols), names)
    if symbol in {"1", "−1"}:
        return symbol.replace("1", f"λ_{j}")
    return f"({symbol})·λ_{j}" if any(sign in symbol for sign in (" ", "−", "/")) else f"{symbol}·λ_{j}"


# --- solving --------------------------------------------------------------------------------------------------------------------


def _solved(solution: Solution, most: int) -> Iterator[str]:
    """The method's steps; of a long program those of the equations that are written out."""
    system = solution.system
    folds = _folded(system, most)
    last: Fold | None = None
    for step in solution.steps():
        # Of an empty array there is nothing to begin with.
        fold = folds.get(step.node) if step.nodes else None
        if fold is None:
            yield _told(step)
        elif fold is not last:
            yield _left_out(fold)
        last = fold


def _folded(system: AdjointSystem, most: int) -> dict[int, Fold]:
    """For each node that is left out, the line that stands for it."""
    folds: dict[int, Fold] = {}
    indices = iter(system.node_indices)
    for line in outline(system.node_indices, system.tape.scopes, most):
        for _ in range(line.count if isinstance(line, Fold) else 1):
            index = next(indices)
            if isinstance(line, Fold):
                folds[index] = line
    return folds


def _told(step: Step) -> str:
    return f"{step.title[:1].upper()}{step.title[1:]}. {step.sentence}"
