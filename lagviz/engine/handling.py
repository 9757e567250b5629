"""How NumPy functions are taught about recorded values: a handler each, registered by the function's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.recorded import FUNCTIONS
from lagviz.engine.where import place
from lagviz.errors import InPlaceError, MissingRuleError

__all__ = ["handles", "refuse_options"]


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
    given = [key for key, value in options.items() if value is not None and value is not np._NoValue]  # noqa: SLF001
    if given:
        raise MissingRuleError(f"np.{name} with {given[0]}= is not recorded, at {place()}. Leave the option away.")
