"""The loss along gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.rules import plain
from lagviz.engine.tape import Tape
from lagviz.errors import InputError
from lagviz.view.figures.common import MINUS, PLUS, plotly

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["descent"]


def descent(tape: Tape, rate: float = 0.1, steps: int = 50) -> go.Figure:
    """The loss along gradient descent, w ← w − rate · λ_w, from where the tape was recorded.

    Parameters
    ----------
    tape : Tape
        Of a function that returns one number; recorded with ``parameters=[…]``, the inputs that descend.
    rate : float
        Step size η.
    steps : int
        How many.

    Returns
    -------
    plotly.graph_objects.Figure
        The loss before each step and after the last. Steps at which a branch flipped, so that the program was recorded
        anew, are marked.

    Raises
    ------
    InputError
        The tape has no parameters, or `tape` is no tape.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.tiny_network()
    >>> tape = lv.record(f, **inputs, parameters=["w1", "w2"])
    >>> figure = lv.figures.descent(tape, rate=0.1, steps=1)
    >>> figure.data[0].y
    (1.1236, 0.712)
    """
    go = plotly()
    if not isinstance(tape, Tape):
        raise InputError(f"Descent begins at a tape, not at {type(tape).__name__}. Write lv.record(f, …) first.")
    if not tape.parameters:
        raise InputError(
            'Nothing descends: the tape has no parameters. Record it with their names, parameters=["w1", "w2"].'
        )
    losses, flips = [], []
    for step in range(steps + 1):
        losses.append(float(plain(tape.output.value)))
        if step == steps:
            break
        moved = _moved(tape, rate)
        after = tape.replay(**moved)
        if len(after) != len(tape) or any(plain(after[i].value) != plain(tape[i].value) for i in tape.guards):
            flips.append(step + 1)
        tape = after
    figure = go.Figure()
    figure.add_scatter(
        x=np.arange(steps + 1),
        y=losses,
        name=tape.title,
        mode="lines+markers",
        line={"color": MINUS},
        hovertemplate="%{y:.6g} after %{x} steps",
    )
    if flips:
        figure.add_scatter(
            x=flips,
            y=[losses[step] for step in flips],
            name="another branch",
            mode="markers",
            marker={"symbol": "diamond-open", "size": 13, "color": PLUS, "line": {"width": 2}},
            hovertemplate="a branch flipped: recorded anew",
        )
    return figure.update_layout(
        title=f"{tape.title}: {losses[0]:.4g} to {losses[-1]:.4g} in {steps} steps of rate {rate:g}",
        xaxis={"title": "steps of descent"},
        yaxis={"title": tape.title},
        showlegend=bool(flips),
    )


def _moved(tape: Tape, rate: float) -> Mapping[str, Any]:
    solution = tape.adjoint_system().solve()
    return {name: plain(tape[name].value) - rate * solution[name] for name in tape.parameters or ()}
