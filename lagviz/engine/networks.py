"""A tape as a graph of networkx, for what graphs know: paths, components, drawings, and files of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from lagviz.engine.rules import plain
from lagviz.engine.writing import TEXT, equation

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["to_networkx"]


def to_networkx(tape: Tape, *, plainly: bool) -> nx.DiGraph[int]:
    """See `Tape.to_networkx`."""
    system = tape.adjoint_system(_any_row(tape))
    graph: nx.DiGraph[int] = nx.DiGraph(
        name=tape.title,
        inputs=dict(tape.input_indices),
        outputs=list(tape.output_indices),
        scopes=[list(scope) for scope in tape.scopes],
    )
    for node in tape:
        value = node.value
        graph.add_node(
            node.index,
            name=node.name,
            label=tape.labels[node.index],
            kind=node.kind,
            op=node.op,
            equation=equation(tape, node.index, TEXT),
            value=_plainly(value) if plainly else value,
            shape=list(node.shape) if plainly else node.shape,
            scope=list(node.scope) if plainly else node.scope,
            row=tape.has_row(node.index),
        )
    for index in range(len(tape)):
        positions: dict[int, list[int]] = {}
        for position, parent in tape.reads(index):
            positions.setdefault(parent, []).append(position)
        for parent, operands in positions.items():
            graph.add_edge(parent, index, operands=operands, entry=False, structure=None, partial=None)
    for k, entry in enumerate(system.entries):
        numbers = system.is_number(entry.row) and system.is_number(entry.column)
        partial = system.partial(k) if numbers else None
        graph.edges[entry.row, entry.column].update(
            entry=True,
            structure=system.blocks[entry.row, entry.column].structure,
            partial=_plainly(partial) if plainly else partial,
        )
    return graph


def _any_row(tape: Tape) -> int:
    """A node that can be asked about: the entries of a system are the same for every question."""
    return next((index for index in range(len(tape) - 1, -1, -1) if tape.has_row(index)), len(tape) - 1)


def _plainly(value: Any) -> Any:
    """Numbers and nested lists of them, as JSON has them; what JSON has no number for as text."""
    if value is None:
        return None
    listed = np.asarray(plain(value)).tolist()
    return _finite(listed)


def _finite(listed: Any) -> Any:
    if isinstance(listed, list):
        return [_finite(part) for part in listed]
    return str(listed) if isinstance(listed, float) and not np.isfinite(listed) else listed
