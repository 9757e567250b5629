"""Condensing: the inner nodes of a layer or a loop's pass are eliminated, and what is left is a system again.

    A_KK − A_KE A_EE⁻¹ A_EK        for the nodes K that are left, and those E that are eliminated

The Schur complement, by block elimination. No multiplier of what is left changes, since no eliminated node is a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lagviz.engine.methods.elimination import Elimination
from lagviz.engine.methods.numbers import dense
from lagviz.engine.numeric_system import NumericSystem
from lagviz.engine.system import AdjointSystem
from lagviz.errors import InputError, TooLargeError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node

__all__ = ["CondensedSystem", "condense"]


class CondensedSystem(NumericSystem):
    """What is left of a system.

    Attributes
    ----------
    eliminated : tuple of int
        Indices of the nodes that it no longer has, in the order of the tape.
    """

    def __init__(self, system: AdjointSystem, eliminated: Iterable[int]) -> None:
        self.eliminated = tuple(sorted(eliminated))
        elimination = Elimination(system, reaching_only=False)
        try:
            for _ in elimination.eliminate(reversed(self.eliminated)):
                pass
        except TooLargeError:
            raise TooLargeError(
                "Condensed, the blocks of this system would take more than 2 GB, because whatever a group reads faces "
                "whatever reads it. Condense smaller groups (depth=2), or keep more nodes."
            ) from None
        left = [index for index in system.node_indices if index in elimination.rows]
        blocks = {
            # Columns past the nodes are those of the right-hand side, which stays as it was.
            (i, j): -dense(numbers) if isinstance(numbers, float) else -numbers
            for i in left
            for j, numbers in elimination.rows[i].items()
            if j < len(system.shapes)
        }
        super().__init__(
            system.shapes,
            left,
            blocks,
            diagonals={index: block.toarray() for index, block in system.implicit.items() if index in elimination.rows},
            questions=system.questions,
            single=system.single,
            tape=system.tape,
        )


def condense(system: AdjointSystem, by: str, depth: int, keep: Iterable[int | str | Node] | None) -> CondensedSystem:
    """See `AdjointSystem.condense`."""
    if not system.has_tape:
        raise InputError(
            "A plain matrix says nothing of inputs and results, so it cannot be condensed. Condense the system of a tape, or "
            "solve this one: it is brought to block triangular form first."
        )
    if keep is not None:
        return CondensedSystem(system, _all_but(system, keep))
    if by != "scope":
        raise InputError(f'by={by!r} makes no groups. Write by="scope", or name what is to be left: keep=["h", "p"].')
    if depth < 1:
        raise InputError(f"depth={depth!r} is no depth of nesting: 1 is for the outermost scopes, 2 for those in them.")
    return CondensedSystem(system, _inner(system, _groups(system, depth)))


def _all_but(system: AdjointSystem, keep: Iterable[int | str | Node]) -> set[int]:
    wanted = {system.index(key) for key in ([keep] if isinstance(keep, str) else keep)}
    absent = sorted(wanted.difference(system.node_indices))
    if absent:
        raise UnknownNameError(
            f"{system.tape.names[absent[0]]} is no node of this system: it has no multiplier, or was condensed before."
        )
    return _removable(system).difference(wanted)


def _removable(system: AdjointSystem) -> set[int]:
    """All nodes but inputs and results."""
    recorded = system.tape.recorded
    return {i for i in system.node_indices if i not in system.asked and recorded[i].rule.name != "input"}


def _groups(system: AdjointSystem, depth: int) -> dict[int, int]:
    """For each node that is in a scope of this depth, the number of that scope."""
    groups: dict[int, int] = {}
    open_until: list[int] = []
    for number, (_, start, end) in sorted(enumerate(system.tape.scopes), key=lambda one: (one[1][1], -one[1][2])):
        while open_until and open_until[-1] <= start:
            open_until.pop()
        open_until.append(end)
        if len(open_until) == depth:
            groups |= dict.fromkeys(range(start, end), number)
    return groups


def _inner(system: AdjointSystem, groups: dict[int, int]) -> set[int]:
    """The nodes that only their own group reads, on the tape: also where no derivative passes."""
    inner = {index for index in _removable(system) if index in groups}
    for reader, sources in enumerate(system.tape.operand_sources):
        inner.difference_update(i for i in sources if i is not None and groups.get(i) != groups.get(reader))
    return inner
