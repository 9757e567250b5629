"""How strongly a reader passes on a push of what it reads, in words: the second part of every solve sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine import writing
from lagviz.engine.counting import joined
from lagviz.engine.rules import Elementwise
from lagviz.engine.writing import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lagviz.engine.blocks import Block
    from lagviz.engine.recorded import Recorded
    from lagviz.engine.system import AdjointSystem

__all__ = ["span", "strength", "strengths"]

#: Stored entries of a block above which it is not looked at.
_LARGEST = 1_000_000


def span(numbers: NDArray[np.float64]) -> str | None:
    """``−0.2 … 1.1``, or the one number that all of them are as shown; None where one is not finite, or there is none."""
    if not numbers.size or not np.isfinite(numbers).all():
        return None
    low, high = float(numbers.min()), float(numbers.max())
    if writing.number(low) == writing.number(high):
        return writing.number(low)
    return f"{writing.number(low, 2)} … {writing.number(high, 2)}"


def strength(system: AdjointSystem, k: int) -> str:
    """How strongly reader j passes on a small push of node i, as a template.

    Parameters
    ----------
    system : AdjointSystem
    k : int
        The entry.

    Returns
    -------
    str
        A sentence.
    """
    entry = system.entries[k]
    i, j = entry.row, entry.column
    if system.shapes[i] or system.shapes[j]:
        passing = _Passing.of(system, k)
        return f"By a block of {passing.size}{passing.told}."
    if not entry.positions:
        return f"{{name {j}}} moves {{partial {k}}} per unit."
    node = system.tape.recorded[j]
    if not node.rule.faithful:
        return f"{{name {j}}} itself moves in jumps; what stands in for its slope moves {{partial {k}}} per unit."
    if node.rule.name == "where" and len(entry.positions) == 1:
        return f"{{name {j}}} takes it over at full strength, {{partial {k}}}."
    if isinstance(node.rule, Elementwise) and len(entry.positions) == 1:
        return _of_numbers(system, k, node, node.rule)
    return f"{{name {j}}} moves {{partial {k}}} per unit."


def _of_numbers(system: AdjointSystem, k: int, node: Recorded, rule: Elementwise) -> str:
    """How strongly an operation on numbers passes on a push of one of them."""
    entry = system.entries[k]
    i, j, (position,) = entry.row, entry.column, entry.positions
    partial = rule.partials[position]
    if partial == 1:
        return f"{{name {j}}} takes it over at full strength, {{partial {k}}}."
    if partial == -1:
        return f"{{name {j}}} takes it over with its sign turned, {{partial {k}}}."
    if rule.name == "multiply":
        other = system.tape.operand_sources[j][1 - position]
        partner = f"{{name {other}}} = {{partial {k}}}" if other is not None else f"{{partial {k}}}"
        return f"{{name {j}}} turns 1 into {partner}."
    if rule.arity == 1 and rule.name not in {"square", "absolute", "reciprocal"}:
        return f"At {{name {i}}} = {{value {i}}} {rule.name} passes on {{partial {k}}} of any small push."
    names = writing.operand_names(system.tape, j, TEXT)
    symbol = rule.partial_text(position, names, node.operands)
    told = "" if symbol is None else f"{writing.apart(symbol, names)} = "
    return f"{{name {j}}} moves {told}{{partial {k}}} per unit."


def strengths(system: AdjointSystem, entries: list[int]) -> str:
    """How strongly each of several readers passes on a push, as a template; blocks that do the same are told together.

    Parameters
    ----------
    system : AdjointSystem
    entries : list of int

    Returns
    -------
    str
        A sentence or more.
    """
    told: list[str] = []
    alike: dict[tuple[str, str], list[tuple[int, _Passing]]] = {}
    for k in entries:
        i, j = system.entries[k].row, system.entries[k].column
        if system.shapes[i] or system.shapes[j]:
            passing = _Passing.of(system, k)
            alike.setdefault((passing.before, passing.after), []).append((j, passing))
        else:
            said = strength(system, k)
            told.append(f"Through {{name {j}}}: {said[:1].lower()}{said[1:]}")
    for blocks in alike.values():
        readers = joined([f"{{name {j}}}" for j, _ in blocks])
        sizes = joined(list(dict.fromkeys(passing.size for _, passing in blocks)))
        together = blocks[0][1].with_numbers(np.concatenate([passing.numbers for _, passing in blocks]))
        told.append(f"Through {readers}, by {'a block' if len(blocks) == 1 else 'blocks'} of {sizes}{together.told}.")
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class _Passing:
    """What a block does to a push of each number of z_i.

    Attributes
    ----------
    size : str
        ``32 × 8``.
    before, after : str
        ``: each number passes on`` and ``to its counterpart, 12 of 32 nothing``; all that is to be said is in ``before``
        where there are no numbers.
    numbers : array of shape (2,), or (0,)
        The smallest and the largest of its numbers.
    """

    size: str
    before: str
    after: str = ""
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def with_numbers(self, numbers: NDArray[np.float64]) -> _Passing:
        """The same of several blocks."""
        return replace(self, numbers=numbers)

    @property
    def told(self) -> str:
        """``: each number passes on 0 … 0.98 of a push to its counterpart, 12 of 32 nothing``."""
        if not self.numbers.size:
            return self.before
        push = span(self.numbers)
        known = {"1": "a push at full strength", "−1": "a push with its sign turned"}
        return f"{self.before} {known.get(str(push), f'{push} of a push')} {self.after}"

    @classmethod
    def of(cls, system: AdjointSystem, k: int) -> _Passing:
        block, entry = system.block(k), system.entries[k]
        size = writing.shape(block.shape)
        if not all(block.shape):
            return cls(size, ": there is nothing to pass on")
        if block.structure == "identity":
            return cls(size, ": each number passes on a push at full strength")
        if block.count > _LARGEST:
            return cls(size, ": some numbers act on some results")
        broadcast = (
            block.structure == "sparse"
            and bool(entry.positions)
            and isinstance(system.tape.recorded[entry.column].rule, Elementwise)
        )
        return _looked_at(block, size, ", broadcast:" if broadcast else ":")


def _looked_at(block: Block, size: str, begin: str) -> _Passing:
    rows, columns = block.shape
    i, j, numbers = block.coordinates
    # An operand read twice has its partials added.
    places, inverse = np.unique(i * columns + j, return_inverse=True)
    numbers = np.bincount(inverse, weights=numbers, minlength=len(places)).astype(np.float64)
    lost = rows - len(np.unique(places[numbers != 0] // columns))
    nothing = f", {lost:,} of {rows:,} nothing" if lost else ""
    if lost == rows:
        return _Passing(size, f"{begin} all its slopes are 0, so nothing of a push passes")
    if not np.isfinite(numbers).all():
        return _Passing(size, f"{begin} some of its slopes are NaN or infinite")
    if block.structure == "selection":
        return _Passing(size, f"{begin} numbers are only moved or copied, at full strength{nothing}")
    who = "each number" if rows > 1 else "its one number"
    whom = _whom(block, np.bincount(places // columns, minlength=rows))
    ends = np.array([numbers.min(), numbers.max()])
    return _Passing(size, f"{begin} {who} passes on", f"to {whom}{nothing}", ends)


def _whom(block: Block, reached: NDArray[np.intp]) -> str:
    """To how many of the results; ``reached`` counts them for each number."""
    columns = block.shape[1]
    least, most = int(reached.min()), int(reached.max())
    if block.structure == "diagonal":
        return "its counterpart"
    if columns == 1:
        return "the one result"
    if least == columns:
        return "every result"
    count = f"{most:,}" if least == most else f"{least:,} … {most:,}"
    return f"{count} of {columns:,} results"
