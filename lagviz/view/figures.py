"""Figures to read beside the widget: what methods cost, where A is filled, how prices shrink or grow, how descent goes.

They are charts for Plotly (``pip install 'lagviz[figures]'``). Backgrounds and text are those of Plotly's template in use
(``plotly.io.templates.default``), so a figure follows a dark notebook; the marks are readable on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.rules import plain
from lagviz.engine.solution import Solution
from lagviz.engine.system import AdjointSystem
from lagviz.engine.tape import Tape
from lagviz.errors import InputError, MissingPackageError

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["descent", "multipliers", "sparsity"]

# Okabe and Ito's colours, as in the widget: orange and blue are signs. Both and the grey keep 3:1 on white and on black.
_PLUS, _MINUS, _QUIET = "#cc6600", "#2f86c6", "#808890"
#: Shapes that tell series apart without colour.
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
#: Nodes up to which axes carry every name.
_NAMED = 60
#: Nodes up to which A is drawn in cells, and not in points.
_CELLS = 400


def _plotly() -> Any:
    try:
        import plotly.graph_objects as go  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingPackageError(
            "Figures are drawn by Plotly, which is not installed. Install it: pip install 'lagviz[figures]'."
        ) from None
    return go


def _system(what: Tape | AdjointSystem | Solution) -> AdjointSystem:
    if isinstance(what, Solution):
        return what.system
    if isinstance(what, Tape):
        return what.adjoint_system()
    if isinstance(what, AdjointSystem):
        return what
    raise InputError(
        f"A figure is made of a tape, a system or a solution, not of {type(what).__name__}. Write "
        "lv.record(f, …) first."
    )


def multipliers(what: Tape | AdjointSystem | Solution) -> go.Figure:
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
    go = _plotly()
    solution = what if isinstance(what, Solution) else _system(what).solve()
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
            marker={"symbol": _SYMBOLS[position % len(_SYMBOLS)], "size": 9},
            hovertemplate="λ of %{text}: %{y:.4g}<br>%{x} equations before the result",
        )
    zero = f", and 0 for {nothing} equation{'s' if nothing > 1 else ''}" if nothing else ""
    return figure.update_layout(
        title=f"Size of λ by depth{zero}",
        xaxis={"title": "equations on the longest way to the result", "autorange": "reversed"},
        yaxis={"title": "root mean square of λ", "type": "log", "dtick": 1, "exponentformat": "power"},
    )


def sparsity(what: Tape | AdjointSystem | Solution) -> go.Figure:
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
    go = _plotly()
    system = _system(what)
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
            colorscale=[(0, _QUIET), (1, _MINUS)],
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=1,
            hoverongaps=False,
            hovertemplate="%{text}<extra></extra>",
        )
    else:
        figure.add_scattergl(x=columns, y=rows, mode="markers", marker={"color": _MINUS, "size": 3}, name="a reader")
    for name, start, end in _frames(system):
        figure.add_shape(
            type="rect", x0=start - 0.5, x1=end - 0.5, y0=start - 0.5, y1=end - 0.5, line={"color": _QUIET, "width": 1}
        )
        figure.add_annotation(
            x=start - 0.5, y=end - 0.5, text=name, showarrow=False, xanchor="right", yanchor="bottom", font={"size": 11}
        )
    named = {"tickvals": list(range(len(labels))), "ticktext": labels} if n <= _NAMED else {}
    axis = {"zeroline": False, "showgrid": False, "constrain": "domain", **named}
    return figure.update_layout(
        title=f"A: {len(rows):,} blocks above the diagonal of {n:,} equations",
        xaxis={"title": "column: what it reads", "range": [-0.5, n - 0.5], **axis},
        yaxis={"title": "row: who reads it", "range": [n - 0.5, -0.5], "scaleanchor": "x", **axis},
        showlegend=False,
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
    go = _plotly()
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
        line={"color": _MINUS},
        hovertemplate="%{y:.6g} after %{x} steps",
    )
    if flips:
        figure.add_scatter(
            x=flips,
            y=[losses[step] for step in flips],
            name="another branch",
            mode="markers",
            marker={"symbol": "diamond-open", "size": 13, "color": _PLUS, "line": {"width": 2}},
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
