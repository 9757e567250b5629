"""What can be said of cost and memory before any work: the pieces that the methods' estimates are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine.methods.method import Bounds
from lagviz.engine.methods.substitution import cost
from lagviz.errors import TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["check_room", "settling", "stored_entries", "substituting", "working_memory"]


#: Bytes that a method may need at least.
LARGEST = 2_000_000_000


def check_room(name: str, needed: int) -> None:
    """Refuse what would not fit in memory.

    Raises
    ------
    TooLargeError
        A method needs at least so many bytes, which are too many.
    """
    if needed > LARGEST:
        raise TooLargeError(
            f'{name} would need at least {needed / 1e9:.1f} GB here. Use method="back_substitution", which needs the least; '
            "system.estimate(method) says what each would need."
        )


def substituting(system: AdjointSystem) -> tuple[Bounds, Bounds]:
    """What substitution costs, which is known exactly, and what it needs."""
    exactly = cost(system, depth=0).multiplications
    return (exactly, exactly), (8 * system.rows * system.width, working_memory(system))


def working_memory(system: AdjointSystem) -> int:
    """Bytes that handling the nodes, the entries and the multipliers of a system takes at most."""
    numbers = 8 * system.width * (6 * system.rows + 8 * max(system.sizes, default=0))
    return 2_000_000 + 600 * len(system.shapes) + 900 * len(system.edges.row) + numbers


def stored_entries(system: AdjointSystem) -> int:
    """Numbers that are stored in columns that matter."""
    edges = system.edges
    matters = np.array([level is not None for level in system.levels], dtype=bool)
    return int(edges.count[matters[edges.column]].sum())


def settling(system: AdjointSystem, width: int) -> int:
    """Multiplications that the diagonal blocks of implicit equations take for so many right-hand sides each."""
    return sum(block.cost(width)[0] for index, block in system.implicit.items() if index in system.reaching)
