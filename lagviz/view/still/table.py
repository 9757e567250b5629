"""Each equation with its value and its price, as a table that notebooks show where they trust nothing."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import writing
from lagviz.engine.outline import Fold, outline
from lagviz.engine.rules import plain
from lagviz.engine.writing import TEXT
from lagviz.view.scene import signature

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution

__all__ = ["table"]

#: Equations written out; of more the middle is left away.
MOST = 60


def table(solution: Solution, *, hidden: bool = False) -> str:
    """Write the equations, their values and their λ as a table, and what to do for the rest.

    Parameters
    ----------
    solution : Solution
    hidden : bool
        Whether each λ is a question mark, since the widget asks for it first.

    Returns
    -------
    str
        HTML without scripts and styles, which notebooks show also where they trust nothing.

    Examples
    --------
    >>> import lagviz as lv
    >>> text = table(lv.record(lambda x, w: w * x, x=3.0, w=0.5).adjoint_system().solve())
    >>> "<td>w</td><td>0.5</td><td>3</td>" in text
    True
    """
    tape = solution.system.tape
    rows = []
    for line in outline(range(len(tape)), tape.scopes, MOST):
        if isinstance(line, Fold):
            rows.append(f'<tr><td colspan="3">{html.escape(str(line))}</td></tr>')
            continue
        written = tape.labels[line] if tape.recorded[line].rule.name == "input" else writing.equation(tape, line, TEXT)
        price = "?" if hidden and tape.has_row(line) else _number(solution.multipliers[line])
        cells = (written, _number(plain(tape.recorded[line].value)), price)
        rows.append(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>")
    return (
        f"<details><summary>{html.escape(signature(tape))}: its equations and their prices λ. Run this cell to step "
        "through them.</summary><table><thead><tr><th>equation</th><th>value</th><th>λ</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></details>"
    )


def _number(value: Any) -> str:
    """Four digits; of an array its shape, and a dash where there is no λ."""
    if value is None:
        return "—"
    if np.ndim(value):
        return " × ".join(map(str, np.shape(value)))
    return writing.number(float(value), 4)
