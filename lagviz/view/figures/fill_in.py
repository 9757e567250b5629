"""How full A gets while nodes are eliminated, order by order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lagviz.engine.methods.elimination import Elimination
from lagviz.engine.methods.numbers import stored
from lagviz.engine.methods.orders import order_of
from lagviz.view.figures.common import SYMBOLS, What, plotly, system_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["fill_in"]


def fill_in(what: What, orders: Sequence[Any] = ("reverse", "forward", "markowitz"), *, seed: int = 0) -> go.Figure:
    """The entries that are stored along a vertex elimination, for several orders.

    Parameters
    ----------
    what : Tape, AdjointSystem or Solution
    orders : sequence
        As for ``solve("vertex_elimination", order=…)``: ``"reverse"``, ``"forward"``, ``"markowitz"``, ``"anneal"``, or
        lists of nodes.
    seed : int
        Of ``"anneal"``.

    Returns
    -------
    plotly.graph_objects.Figure
        A line for each order: stored entries above the diagonal after so many nodes are gone. The legend says how many
        multiplications the order takes.

    Raises
    ------
    InputError
        `what` is something else.
    UnknownOptionError
        There is no such order.
    MissingPackageError
        Plotly is not installed.

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.tiny_network()
    >>> figure = lv.figures.fill_in(lv.record(f, **inputs), orders=["reverse", "forward"])
    >>> [trace.name for trace in figure.data]
    ['reverse: 7 multiplications', 'forward: 11 multiplications']
    """
    go = plotly()
    system = system_of(what)
    figure = go.Figure()
    for position, order in enumerate(orders):
        elimination = Elimination(system)
        first = sum(stored(numbers) for row in elimination.rows.values() for numbers in row.values())
        entries, dropped = [first], 0
        for one in elimination.eliminate(order_of(elimination, order, seed)):
            dropped += sum(map(stored, (*one.reads.values(), *one.readers.values())))
            entries.append(first + elimination.fill_in - dropped)
        name = order if isinstance(order, str) else f"order {position + 1}"
        figure.add_scatter(
            x=list(range(len(entries))),
            y=entries,
            name=f"{name}: {elimination.multiplications:,} multiplications",
            mode="lines+markers",
            marker={"symbol": SYMBOLS[position % len(SYMBOLS)]},
            hovertemplate="%{y} entries after %{x} nodes",
        )
    return figure.update_layout(
        title="Entries that are stored while nodes are eliminated",
        xaxis={"title": "nodes eliminated"},
        yaxis={"title": "stored entries above the diagonal", "rangemode": "tozero"},
        legend={"orientation": "h", "y": -0.2},
    )
