"""Arrays or scalars as the unit of graph and matrix: a tape taken apart into its numbers, and inputs put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.rules import plain

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["UNITS", "gathered", "has_arrays", "in_unit"]

UNITS = ("arrays", "scalars")

#: Equations of numbers above which they are not drawn one by one.
MOST = 400


def has_arrays(tape: Tape) -> bool:
    """Whether there is a choice."""
    return any(node.shape for node in tape.recorded)


def in_unit(tape: Tape, unit: str) -> Tape:
    """The tape itself, or taken apart into the equations of its numbers.

    Raises
    ------
    TooLargeError, MissingRuleError
        It cannot be taken apart, or not into so few that they could be looked at.
    """
    return tape.scalarize(most=MOST) if unit == "scalars" and has_arrays(tape) else tape


def gathered(tape: Tape, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """New inputs of a tape from those of its numbers: ``W[0,1]`` is an element of W."""
    inputs: dict[str, Any] = {}
    for name, index in tape.input_indices.items():
        value = plain(tape.recorded[index].value)
        if not np.ndim(value):
            if name in wanted:
                # A count stays a count.
                inputs[name] = round(wanted[name]) if isinstance(value, int) else float(wanted[name])
            continue
        places = {f"{name}[{','.join(map(str, at))}]": at for at in np.ndindex(np.shape(value))}
        moved = [element for element in places if element in wanted]
        if moved:
            inputs[name] = np.array(value)
            for element in moved:
                inputs[name][places[element]] = wanted[element]
    return inputs
