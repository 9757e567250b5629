"""What the nodes of a tape are called: by the reader's own variables and arguments, as far as there are any."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from lagviz.engine import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lagviz.engine.tape import Tape

__all__ = ["letter", "names", "short_names"]


def names(tape: Tape) -> list[str]:
    """A name for each node: an input's path, the variable's own name, or `letter` and its place, ``z7``."""
    inputs = {index: name for name, index in tape.input_indices.items()}
    on_the_way = _on_the_way(tape)
    return [
        inputs.get(index)
        or (found.name if index not in on_the_way else None)
        or (found.parts and _part_name(tape, index))
        or f"{tape.letter}{index + 1}"
        for index, found in enumerate(tape.found)
    ]


def letter(tape: Tape) -> str:
    """The letter of equations without a name: z, unless a reader's z1 would be taken for one of them."""
    own = {name for found in tape.found for name in (found.name, *found.parts) if name}
    own.update(writing.last_part(path) for path in tape.input_indices)
    numbered = {match[1] for name in own if (match := re.fullmatch(r"([a-z]+)_?\d+", name))}
    return next(one for one in chain(_LETTERS, ("z" * k for k in count(2))) if one not in numbered)


#: What unnamed equations are called by, the first that is free.
_LETTERS = "zqus"


def _on_the_way(tape: Tape) -> set[int]:
    """Equations of one call that only lead to its result: ``v = np.var(x)`` makes five, and the last of them is v.

    In a loop the same place makes equations again and again. What one pass makes is the shortest row of operations that the
    whole run repeats.
    """
    found, n = tape.found, len(tape)
    leading: set[int] = set()
    start = 0
    for end in range(1, n + 1):
        if end < n and found[end] is found[start]:
            continue
        if end - start > 1 and found[start].name is not None:
            period = _period([node.rule for node in tape.recorded[start:end]])
            leading.update(index for index in range(start, end) if (index - start + 1) % period)
        start = end
    return leading


def _period(row: Sequence[object]) -> int:
    """Length of the shortest beginning of a row that, repeated, is the row. D. Knuth, J. Morris, V. Pratt, 1977."""
    border = [0] * len(row)
    for end in range(1, len(row)):
        length = border[end - 1]
        while length and row[end] is not row[length]:
            length = border[length - 1]
        border[end] = length + (row[end] is row[length])
    period = len(row) - border[-1]
    return period if len(row) % period == 0 else len(row)


def _part_name(tape: Tape, index: int) -> str | None:
    """The variable of one of several results of a call: equations made at one place, of the same operands, in a row."""
    parts, reads = tape.found[index].parts, tape.operand_sources

    def beside(other: int) -> bool:
        here = 0 <= other < len(tape) and tape.found[other] is tape.found[index]
        return here and reads[other] == reads[index]

    first = index
    while index - first < len(parts) and beside(first - 1):
        first -= 1
    row = [beside(first + k) for k in range(len(parts) + 1)]
    return parts[index - first] if row == [True] * len(parts) + [False] else None


def short_names(tape: Tape) -> list[str]:
    """Names with an argument's path left away where the last part of it tells enough.

    It does where it is nobody else's name, or where those who share it count through a list of layers.
    """
    last = {name: writing.last_part(name) for name in tape.input_indices}
    sharing: dict[str, list[str]] = {}
    for name in tape.names:
        sharing.setdefault(last.get(name, name), []).append(name)
    whole = {
        short for short, names in sharing.items() if names != [short] * len(names) and not writing.are_numbered(names)
    }
    return [name if last.get(name, name) in whole else last.get(name, name) for name in tape.names]
