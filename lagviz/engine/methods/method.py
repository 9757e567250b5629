"""What a way of solving is: a name, an idea, a function from a system to its solution, and when it does not apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["Method"]


def _applies(_system: AdjointSystem) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Method:
    """One way of solving A λ = e_n.

    Attributes
    ----------
    name, title : str
        What it is called in code, and on screen.
    idea : str
        What it does with A, in a sentence.
    solve : callable
        ``solve(system, **options)`` is the solution.
    options : dict of str to str
        Its options, and what each may be.
    refuses : callable
        ``refuses(system)`` says why it does not apply to a system; None where it does.
    """

    name: str
    title: str
    idea: str
    solve: Callable[..., Solution]
    options: Mapping[str, str] = field(default_factory=dict)
    refuses: Callable[[AdjointSystem], str | None] = _applies
