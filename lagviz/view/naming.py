"""Names or indices: what the equations are called on screen."""

from __future__ import annotations

from lagviz.engine.tape import Tape
from lagviz.engine.writing import subscript

__all__ = ["by_index"]


def by_index(tape: Tape) -> Tape:
    """The same tape with its equations called z₁ … z_n on screen; in code they keep their names."""
    other = Tape.__new__(Tape)  # a tape is never changed, so copy.copy gives the tape itself
    other.__dict__.update(tape.__dict__)
    other.labels = [f"{tape.letter}{subscript(index + 1)}" for index in range(len(tape))]
    other.tex_names = [f"{tape.letter}_{{{index + 1}}}" for index in range(len(tape))]
    return other
