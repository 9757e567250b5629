"""The steps of a method as columns: what each read, wrote and dropped, for the page to play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.blocks import Block
from lagviz.engine.rules import plain

if TYPE_CHECKING:
    from lagviz.engine.solution import Event, Step
    from lagviz.engine.system import AdjointSystem

__all__ = ["event_columns"]

_WHATS = ("matrix", "rhs", "multiplier", "value", "tangent", "term", "product")
_NAMES = ("kind", "what", "index", "row", "column", "value", "final")


def event_columns(system: AdjointSystem, steps: list[Step]) -> dict[str, Any]:
    """The columns ``event_…`` of a scene, as `scene.json` defines them."""
    starts, events = [0], []
    for step in steps:
        for kind, group in enumerate((step.reads, step.writes, step.drops)):
            events += [
                (kind, _WHATS.index(event.what), *_address(system, event), _number(event.value), event.final)
                for event in group
            ]
        starts.append(len(events))
    columns = list(zip(*events, strict=True)) or [()] * len(_NAMES)
    return {"event_start": starts, **{f"event_{name}": column for name, column in zip(_NAMES, columns, strict=True)}}


def _address(system: AdjointSystem, event: Event) -> tuple[int, int, int]:
    """Entry or node, row, and column of what an event is about; −1 where there is none."""
    row, column = event.index, -1 if event.column is None else event.column
    if event.what == "matrix":
        return system.entry_at.get((row, column), -1), row, column  # fill-in is no stored entry
    return -1 if event.what == "product" else row, row, column


def _number(value: Any) -> float:
    if isinstance(value, Block):
        return -value.partial if value.shape == (1, 1) else np.nan
    return float(plain(value)) if np.ndim(plain(value)) == 0 else np.nan
