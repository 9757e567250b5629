"""Ranges of sliders: wide enough to play with a number, round enough to read."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Slider"]


@dataclass(frozen=True, slots=True)
class Slider:
    """A range and the smallest move within it, and where the slider began."""

    start: float
    minimum: float
    maximum: float
    step: float

    @classmethod
    def around(cls, value: float) -> Slider | None:
        """A symmetric range in which ``value`` stands about two thirds out; None for what is not finite, or nearly so."""
        if not math.isfinite(2 * value):
            return None
        size = abs(value)
        reach = 2.0 if size == 0 or 0.1 <= size <= 1 else _round_up(2 * size)  # noqa: PLR2004
        if isinstance(value, int):
            whole = float(max(5, math.ceil(reach)))
            return cls(float(value), -whole, whole, 1.0)
        return cls(float(value), -reach, reach, 10.0 ** math.floor(math.log10(reach / 100)))


def _round_up(size: float) -> float:
    """The next number above of the form 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    unit = 10.0 ** math.floor(math.log10(size))
    return next(
        (factor * unit for factor in (1, 1.5, 2, 3, 4, 5, 6, 8) if factor * unit >= size * (1 - 1e-12)), 10 * unit
    )
