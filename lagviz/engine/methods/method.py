"""What a way of solving is: a name, a title, and a function from a system to its solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["Method"]


@dataclass(frozen=True, slots=True)
class Method:
    """One way of solving A λ = e_n."""

    name: str
    title: str
    solve: Callable[[AdjointSystem], Solution]
