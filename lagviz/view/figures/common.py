"""What all figures share: Plotly itself, colours that read on light and dark, and what a figure may be made of."""

from __future__ import annotations

from typing import Any

from lagviz.engine.solution import Solution
from lagviz.engine.system import AdjointSystem
from lagviz.engine.tape import Tape
from lagviz.errors import InputError, MissingPackageError

__all__ = ["MINUS", "PLUS", "QUIET", "SYMBOLS", "What", "plotly", "system_of"]

What = Tape | AdjointSystem | Solution

# Okabe and Ito's orange and blue, as in the widget, a little darker or lighter: both and the grey keep 3:1 on white and on
# the background of a dark notebook.
PLUS, MINUS, QUIET = "#cc6600", "#2f86c6", "#808890"
#: Shapes that tell series apart without colour.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")


def plotly() -> Any:
    """``plotly.graph_objects``, or an error that says how to get it."""
    try:
        import plotly.graph_objects as go  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingPackageError(
            "Figures are drawn by Plotly, which is not installed. Install it: pip install 'lagviz[figures]'."
        ) from None
    return go


def system_of(what: What) -> AdjointSystem:
    """The system that a figure is to show."""
    if isinstance(what, Solution):
        return what.system
    if isinstance(what, Tape):
        return what.adjoint_system()
    if isinstance(what, AdjointSystem):
        return what
    raise InputError(
        f"A figure is made of a tape, a system or a solution, not of {type(what).__name__}. Write lv.record(f, …) first."
    )
