"""What every way of solving costs on one program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine.comparing import Compared, Comparison
from lagviz.view.figures.common import MINUS, QUIET, What, plotly, system_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["costs"]

#: Ratio of the largest to the smallest bar from which on the axis is logarithmic.
_WIDE = 20


def costs(what: What | Comparison) -> go.Figure:
    """Multiplications of every method that applies, and how many steps have to wait for each other.

    Parameters
    ----------
    what : Tape, AdjointSystem, Solution or Comparison
        A comparison is shown as it is; of anything else one is made.

    Returns
    -------
    plotly.graph_objects.Figure
        Two bars a method, the method with the fewest multiplications on top. The axis is logarithmic where the bars differ
        much. Methods that do not apply are named below, the reasons are in `AdjointSystem.compare`.

    Raises
    ------
    InputError
        `what` is something else.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.tiny_network()
    >>> depth, multiplications = lv.figures.costs(lv.record(f, **inputs)).data
    >>> dict(zip(multiplications.y, multiplications.x))["back_substitution"]
    8
    """
    go = plotly()
    comparison = what if isinstance(what, Comparison) else system_of(what).compare()
    run = [(row, row.cost) for row in comparison.rows if row.cost is not None]
    run.sort(key=lambda one: (one[1].multiplications + one[1].recovery, one[1].depth), reverse=True)
    labels = [row.label for row, _ in run]
    work = [cost.multiplications + cost.recovery for _, cost in run]
    depth = [cost.depth or None for _, cost in run]
    figure = go.Figure()
    figure.add_bar(
        y=labels,
        x=depth,
        name="depth: steps that wait for each other",
        orientation="h",
        marker={"color": QUIET, "pattern": {"shape": "/"}},
        hovertemplate="%{y}: depth %{x}<extra></extra>",
    )
    figure.add_bar(
        y=labels,
        x=work,
        name="multiplications",
        orientation="h",
        marker={"color": MINUS},
        text=[f"{count:,}" for count in work],
        textposition="outside",
        cliponaxis=False,
        customdata=[_says(row) for row, _ in run],
        hovertemplate="%{customdata}<extra></extra>",
    )
    counts = [1, *(count for count in (*work, *depth) if count)]
    logarithmic = max(counts) > _WIDE * min(work, default=1)
    left_out = [row.label for row in comparison.rows if row.cost is None]
    figure.update_layout(
        title="What solving costs, method by method",
        # Bars begin at 1, and the last has room for its number.
        xaxis={"type": "log", "range": [0, 1.15 * np.log10(max(counts))], "dtick": 1} if logarithmic else {},
        yaxis={"automargin": True},
        barmode="group",
        legend={"orientation": "h", "y": 1.12, "traceorder": "reversed"},
    )
    if left_out:
        figure.add_annotation(
            text=f"not here: {', '.join(left_out)}",
            xref="paper",
            yref="paper",
            x=0,
            y=-0.16,
            showarrow=False,
            xanchor="left",
        )
    return figure


def _says(row: Compared) -> str:
    cost = row.cost
    if cost is None:
        return row.label
    parts = {
        "multiplications": cost.multiplications,
        "additions": cost.additions,
        "entries filled in": cost.fill_in,
        "equations computed again": cost.recomputed,
        "multiplications to recover dropped rows": cost.recovery,
    }
    return "<br>".join([row.label, *(f"{count:,} {name}" for name, count in parts.items() if count)])
