"""How large the prices are on their way back through a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine.solution import Solution
from lagviz.view.figures.common import SYMBOLS, What, plotly, system_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["multipliers"]


def multipliers(what: What) -> go.Figure:
    """How large the prices are, by depth and layer: whether gradients vanish or explode on their way back.

    Parameters
    ----------
    what : Tape, AdjointSystem or Solution

    Returns
    -------
    plotly.graph_objects.Figure
        A point for each equation: the number of equations on its longest path to the result, and the root mean square
        of λ on a logarithmic axis; a series for each outermost scope. Prices of exactly 0 have no place there and are
        counted in the title.

    Raises
    ------
    InputError
        `what` is something else.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.recurrent_network()
    >>> figure = lv.figures.multipliers(lv.record(f, **inputs))
    >>> [trace.name for trace in figure.data][:2]
    ['outside of scopes', 'step 1']
    """
    go = plotly()
    solution = what if isinstance(what, Solution) else system_of(what).solve()
    system = solution.system
    series: dict[str, list[tuple[int, float, str]]] = {}
    nothing = 0
    for node in system.nodes:
        level = system.levels[node.index]
        size = float(np.sqrt(np.mean(np.square(solution.multipliers[node.index])))) if node.shape != (0,) else 0.0
        if level is None or size == 0:
            nothing += 1
            continue
        label = system.tape.labels[node.index]
        series.setdefault(node.scope[0] if node.scope else "outside of scopes", []).append((level - 1, size, label))
    figure = go.Figure()
    for position, (name, points) in enumerate(series.items()):
        depth, sizes, labels = zip(*points, strict=True)
        figure.add_scatter(
            x=depth,
            y=sizes,
            text=labels,
            name=name,
            mode="markers",
            marker={"symbol": SYMBOLS[position % len(SYMBOLS)], "size": 9},
            hovertemplate="λ of %{text}: %{y:.4g}<br>%{x} equations before the result",
        )
    zero = f", and 0 for {nothing} equation{'s' if nothing > 1 else ''}" if nothing else ""
    return figure.update_layout(
        title=f"Size of λ by depth{zero}",
        xaxis={"title": "equations on the longest way to the result", "autorange": "reversed"},
        yaxis={"title": "root mean square of λ", "type": "log", "dtick": 1, "exponentformat": "power"},
    )
