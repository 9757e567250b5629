"""Memory against recomputation: how many equations run again when only some states are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lagviz.view.figures.common import MINUS, What, plotly, system_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["checkpoints"]

#: Numbers of states that are tried of a long chain.
_TRIED = 16


def checkpoints(what: What, most: int = 20) -> go.Figure:
    """Equations that are computed again, by the number of states that are kept: what memory costs in time.

    Parameters
    ----------
    what : Tape, AdjointSystem or Solution
        Of a program with a chain of scopes: the passes of a loop, layers.
    most : int
        States to go up to.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    NotApplicableError
        The program has no chain of scopes.
    InputError
        `what` is something else.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.loop(passes=10)
    >>> lv.figures.checkpoints(lv.record(f, **inputs), most=3).data[0].y  # a pass is two equations
    (72, 22, 12)
    """
    go = plotly()
    system = system_of(what)
    kept = np.unique(np.geomspace(1, max(most, 1), _TRIED).round().astype(int)).tolist()
    recomputed = []
    for states in kept:
        recomputed.append(system.solve("checkpointed", states=states).cost.recomputed)
        if not recomputed[-1]:
            break  # every state is kept
    figure = go.Figure()
    figure.add_scatter(
        x=kept[: len(recomputed)],
        y=recomputed,
        mode="lines+markers",
        line={"color": MINUS},
        hovertemplate="%{x} states kept: %{y} equations again<extra></extra>",
    )
    return figure.update_layout(
        title=f"Memory against recomputation, over {len(system.tape):,} equations",
        xaxis={"title": "states kept"},
        yaxis={"title": "equations computed again", "rangemode": "tozero"},
    )
