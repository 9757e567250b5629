"""The pattern of A of a program too long to be drawn equation by equation: where there is something, and where nothing."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from lagviz.view.still.svg import INK, Colours, Drawn, element, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lagviz.engine.system import AdjointSystem

__all__ = ["pattern"]

#: Patches along a side; in a longer program each stands for several rows and columns.
_PATCHES = 160
_SIDE = 440.0
_TOP = 24.0


def pattern(system: AdjointSystem) -> Drawn:
    """Draw it: a patch wherever an entry is stored."""
    n = len(system.node_indices)
    patches = min(n, _PATCHES)
    size = _SIDE / max(patches, 1)
    rows, columns = system.pattern.nonzero()
    places = np.unique(rows.astype(np.int64) * patches // n * patches + columns.astype(np.int64) * patches // n)
    path = ""
    # Patches side by side are one piece.
    for row, run in groupby(places.tolist(), lambda place: place // patches):
        for start, end in _runs([place % patches for place in run]):
            wide = (end - start) * size
            path += f"M{start * size:.1f} {_TOP + row * size:.1f}h{wide:.1f}v{size:.1f}h{-wide:.1f}z"
    square = element("rect", x=0, y=_TOP, width=_SIDE, height=_SIDE, fill=Colours.PANEL, stroke=Colours.LINE)
    below = element("path", d=f"M0 {_TOP:g}L{_SIDE:g} {_TOP + _SIDE:g}H0z", fill=Colours.QUIET)
    words = text(0, 12, "Where A has entries. Row: who reads it. Column: what it reads.", 12, fill=Colours.MUTE)
    return Drawn(words + square + below + element("path", d=path, fill=INK), _SIDE, _TOP + _SIDE)


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Beginning and end of each stretch of numbers that follow each other."""
    start = places[0]
    for here, after in pairwise([*places, -1]):
        if after != here + 1:
            yield start, here + 1
            start = after
