"""How NumPy functions are taught about recorded values: a handler each, registered by the function's name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.recorded import FUNCTIONS, Recorded
from lagviz.engine.where import place
from lagviz.errors import InPlaceError, MissingRuleError

__all__ = ["arguments_of", "as_array", "given", "handles", "refuse_options"]


def handles(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a handler for NumPy functions, each given as such or by its name in ``np``: ``"linalg.trace"``.

    A name that this NumPy does not have is passed over: some are new in NumPy 2, some are gone there.
    """

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            found = _named(function) if isinstance(function, str) else function
            if found is not None:
                FUNCTIONS[found] = handler
        return handler

    return register


def _named(name: str) -> Any:
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def refuse_options(name: str, options: dict[str, Any]) -> None:
    """Refuse options that would change what is computed; NumPy's defaults pass."""
    if options.pop("out", None) is not None:
        raise InPlaceError(f"np.{name} was to write into an existing array, at {place()}. Leave out= away.")
    asked = [key for key, value in options.items() if given(value)]
    if asked:
        raise MissingRuleError(f"np.{name} with {asked[0]}= is not recorded, at {place()}. Leave the option away.")


def as_array(x: Any) -> Any:
    """A recorded value as it is, anything else as an array."""
    return x if isinstance(x, Recorded) else np.asarray(x)


def given(option: Any) -> bool:
    """Whether an option says anything: neither None nor NumPy's sign for an option left away."""
    return option is not None and option is not np._NoValue  # noqa: SLF001


def arguments_of(function: Callable[..., Any], positional: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call by the function's own names for them, in its order; defaults are left away."""
    signature = _signature(function)
    bound = signature.bind(*positional, **named).arguments
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    found: dict[str, Any] = {}
    for name, value in bound.items():
        if kinds[name] is inspect.Parameter.VAR_KEYWORD:
            found |= value
        elif value is not signature.parameters[name].default:
            found[name] = value
    return found


@functools.cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)
