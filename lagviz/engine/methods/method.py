"""What a way of solving is: a name, an idea, a function from a system to its solution, and when it does not apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["Bounds", "Estimate", "Method", "always"]

#: At least, and at most.
Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a method would cost and need, known before any work.

    Attributes
    ----------
    method : str
    multiplications : tuple of int
        At least, at most; the same number twice where it is known exactly.
    memory : tuple of int
        Bytes on top of the system itself, at least and at most.
    refusal : str or None
        Why the method does not apply; None where it does.

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> estimate = system.estimate("back_substitution")
    >>> estimate.multiplications, estimate.refusal
    ((3, 3), None)
    >>> print(system.estimate("checkpointed").refusal[:33])
    it needs a chain of passes, and t
    """

    method: str
    multiplications: Bounds = (0, 0)
    memory: Bounds = (0, 0)
    refusal: str | None = None

    def __str__(self) -> str:
        if self.refusal is not None:
            return f"{self.method} does not apply here: {self.refusal}"
        return f"{self.method}: {_between(self.multiplications)} multiplications, {_between(self.memory)} bytes"


def _between(bounds: Bounds) -> str:
    low, high = bounds
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _applies(_system: AdjointSystem) -> None:
    return None


def _never(_options: Mapping[str, Any]) -> bool:
    return False


def always(_options: Mapping[str, Any]) -> bool:
    """For `Method.reorders`: whatever the options."""
    return True


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
    estimate : callable
        ``estimate(system, **options)`` bounds multiplications and memory before any work.
    refuses : callable
        ``refuses(system)`` says why it does not apply to a system; None where it does.
    reorders : callable
        ``reorders(options)`` is whether it forms other products than row by row, so that an infinite partial, times the 0
        of another path, could make a NaN of a multiplier that has a value. Such a method takes finite entries only.
    """

    name: str
    title: str
    idea: str
    solve: Callable[..., Solution]
    estimate: Callable[..., tuple[Bounds, Bounds]]
    options: Mapping[str, str] = field(default_factory=dict)
    refuses: Callable[[AdjointSystem], str | None] = _applies
    reorders: Callable[[Mapping[str, Any]], bool] = _never

    def refusal(self, system: AdjointSystem, options: Mapping[str, Any]) -> str | None:
        """Why it does not apply to a system with these options; None where it does."""
        reason = self.refuses(system)
        if reason is None and self.reorders(options) and not system.is_finite:
            return (
                "an entry of A is infinite or NaN, and it would meet the 0 of another path. Row by row it does not: use "
                'method="back_substitution".'
            )
        return reason
