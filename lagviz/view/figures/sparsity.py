"""Where A is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lagviz.view.figures.common import MINUS, QUIET, What, plotly, system_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lagviz.engine.system import AdjointSystem

__all__ = ["sparsity"]

#: Nodes up to which axes carry every name.
_NAMED = 60
#: A is square, so it is as wide as it is high: Plotly's own height leaves little more than a stamp.
_HEIGHT = 620
#: Nodes up to which A is drawn in cells, and not in points.
_CELLS = 400


def sparsity(what: What) -> go.Figure:
    """Where A is filled: a square for each stored block, and a frame for each scope.

    Parameters
    ----------
    what : Tape, AdjointSystem or Solution
        A condensed system shows the shape that is left.

    Returns
    -------
    plotly.graph_objects.Figure
        Rows downward, as A is written. The unit diagonal is quiet.

    Raises
    ------
    InputError
        `what` is something else.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.dense_block()
    >>> figure = lv.figures.sparsity(lv.record(f, **inputs))
    >>> len(figure.layout.shapes)  # a frame for each layer
    5
    """
    go = plotly()
    system = system_of(what)
    labels = [system.tape.labels[node.index] for node in system.nodes]
    n = len(labels)
    pattern = system.pattern.tocoo()
    above = pattern.row != pattern.col
    rows, columns = pattern.row[above], pattern.col[above]
    figure = go.Figure()
    if n <= _CELLS:
        filled = np.full((n, n), np.nan)
        filled[np.arange(n), np.arange(n)] = 0
        filled[rows, columns] = 1
        says = np.full((n, n), "", dtype=object)
        says[np.arange(n), np.arange(n)] = [f"{label} itself" for label in labels]
        says[rows, columns] = [f"{labels[j]} reads {labels[i]}" for i, j in zip(rows, columns, strict=True)]
        figure.add_heatmap(
            z=filled,
            text=says,
            colorscale=[(0, QUIET), (1, MINUS)],
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=1,
            hoverongaps=False,
            hovertemplate="%{text}<extra></extra>",
        )
    else:
        figure.add_scattergl(x=columns, y=rows, mode="markers", marker={"color": MINUS, "size": 3}, name="a reader")
    named = {"tickvals": list(range(len(labels))), "ticktext": labels} if n <= _NAMED else {}
    frames = _frames(system)
    axis = {"zeroline": False, "showgrid": False, "constrain": "domain", **named}
    return figure.update_layout(
        title=f"A: {len(rows):,} blocks above the diagonal of {n:,} equations",
        xaxis={"title": "column: what it reads", "range": [-0.5, n - 0.5], **axis},
        yaxis={"title": "row: who reads it", "range": [n - 0.5, -0.5], "scaleanchor": "x", **axis},
        showlegend=False,
        height=_HEIGHT,
        margin={"t": 60, "b": 60},
        # All at once: added one by one, each makes Plotly check those before it.
        shapes=[
            {
                "type": "rect",
                **dict.fromkeys(("x0", "y0"), start - 0.5),
                **dict.fromkeys(("x1", "y1"), end - 0.5),
                "line": {"color": QUIET, "width": 1},
            }
            for _, start, end in frames
        ],
        annotations=[
            {
                "x": start - 0.5,
                "y": end - 0.5,
                "text": name,
                "showarrow": False,
                "xanchor": "right",
                "yanchor": "bottom",
            }
            for name, start, end in frames[:_NAMED]
        ],
    )


def _frames(system: AdjointSystem) -> list[tuple[str, int, int]]:
    """The scopes as intervals of the rows that are there, those of one row apart."""
    indices = np.array([node.index for node in system.nodes])
    found = []
    for name, start, end in system.tape.scopes:
        first, last = np.searchsorted(indices, (start, end))
        if last - first > 1:
            found.append((name, int(first), int(last)))
    return found
