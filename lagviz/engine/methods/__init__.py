"""Ways of solving A λ = e_n: one file each, and the registry that the widget and the docs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lagviz.engine.methods import (
    back_substitution,
    checkpointed,
    column_sweep,
    forward_substitution,
    level_schedule,
    neumann,
    parallel_scan,
    recursive_doubling,
    sparse_lu,
    vertex_elimination,
)
from lagviz.engine.methods.method import Estimate, Method
from lagviz.engine.spelling import meant
from lagviz.errors import NotApplicableError, UnknownNameError, UnknownOptionError

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHODS", "Estimate", "Method", "estimate", "get", "solve"]

#: Every method by name, in the order in which they are offered.
METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        back_substitution.METHOD,
        column_sweep.METHOD,
        level_schedule.METHOD,
        neumann.METHOD,
        recursive_doubling.METHOD,
        parallel_scan.METHOD,
        vertex_elimination.METHOD,
        forward_substitution.METHOD,
        checkpointed.METHOD,
        sparse_lu.METHOD,
    )
}


def get(name: str) -> Method:
    """The method of a name, or an error that lists those there are."""
    if name not in METHODS:
        raise UnknownNameError(f"There is no method {name!r}. There are: {', '.join(METHODS)}.{meant(name, METHODS)}")
    return METHODS[name]


def solve(system: AdjointSystem, name: str, options: Mapping[str, Any]) -> Solution:
    """See `AdjointSystem.solve`."""
    method = _checked(name, options)
    reason = method.refusal(system, options)
    if reason is not None:
        raise NotApplicableError(f"{name} does not apply here: {reason}")
    return method.solve(system, **options)


def estimate(system: AdjointSystem, name: str, options: Mapping[str, Any]) -> Estimate:
    """See `AdjointSystem.estimate`."""
    method = _checked(name, options)
    reason = method.refusal(system, options)
    if reason is not None:
        return Estimate(name, refusal=reason)
    multiplications, memory = method.estimate(system, **options)
    return Estimate(name, multiplications, memory)


def _checked(name: str, options: Mapping[str, Any]) -> Method:
    """The method of a name, if it has these options."""
    method = get(name)
    unknown = [key for key in options if key not in method.options]
    if unknown:
        known = "; ".join(f"{key}: {what}" for key, what in method.options.items()) or "none"
        raise UnknownOptionError(f"{name} has no option {unknown[0]!r}. Its options: {known}.")
    return method
