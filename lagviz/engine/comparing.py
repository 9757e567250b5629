"""Every way of solving one system, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import methods
from lagviz.errors import LagvizError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.solution import Cost
    from lagviz.engine.system import AdjointSystem

__all__ = ["Compared", "Comparison", "compare"]

#: Multiplications that a method may take at least and still be run.
LARGEST = 1_000_000_000

#: The orders of elimination that are run, besides the ways that need no option.
_ELIMINATIONS = ("reverse", "forward", "markowitz")


@dataclass(frozen=True, slots=True)
class Compared:
    """One way of solving, run on a system.

    Attributes
    ----------
    method : str
    options : dict
    cost : Cost or None
        None where it was not run.
    residual : float or None
    difference : float or None
        Largest difference from back substitution, of the multipliers that it finds.
    reason : str or None
        Why it was not run.
    """

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)
    cost: Cost | None = None
    residual: float | None = None
    difference: float | None = None
    reason: str | None = None

    @property
    def label(self) -> str:
        """``vertex_elimination (markowitz)``."""
        return f"{self.method} ({', '.join(map(str, self.options.values()))})" if self.options else self.method


_HEADINGS = (
    *("method", "multiplications", "additions", "depth", "fill-in", "recomputed", "recovery", "residual"),
    "difference",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of methods; it prints as one.

    Attributes
    ----------
    rows : tuple of Compared
        The order of `lagviz.engine.methods.METHODS`, with a row for each order of elimination.

    Examples
    --------
    >>> import lagviz as lv
    >>> table = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system().compare()
    >>> min((row for row in table.rows if row.cost), key=lambda row: row.cost.multiplications).label
    'vertex_elimination (reverse)'
    >>> table["neumann"].difference
    0.0
    """

    rows: tuple[Compared, ...]

    def __getitem__(self, method: str) -> Compared:
        """The row of a method, by its name or its label."""
        for row in self.rows:
            if method in {row.method, row.label}:
                return row
        known = ", ".join(row.label for row in self.rows)
        raise UnknownNameError(f"The table has no row {method!r}. There are: {known}.")

    def _cells(self, row: Compared) -> list[str] | None:
        cost = row.cost
        if cost is None:
            return None
        counts = (cost.multiplications, cost.additions, cost.depth, cost.fill_in, cost.recomputed, cost.recovery)
        numbers = [f"{row.residual:.1e}" if row.residual else "0", f"{row.difference:.1e}" if row.difference else "0"]
        return [row.label, *(f"{count:,}" if count else "–" for count in counts), *numbers]

    def __str__(self) -> str:
        cells = [self._cells(row) for row in self.rows]
        lines = [list(_HEADINGS), *(row for row in cells if row is not None)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
        widths[0] = max(widths[0], *(len(row.label) for row in self.rows))

        def written(line: list[str]) -> str:
            first, *rest = line
            return "  ".join([first.ljust(widths[0]), *(x.rjust(w) for x, w in zip(rest, widths[1:], strict=True))])

        body = [
            written(line) if line is not None else f"{row.label.ljust(widths[0])}  {row.reason}"
            for row, line in zip(self.rows, cells, strict=True)
        ]
        return "\n".join([written(list(_HEADINGS)), *body])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(heading)}</th>" for heading in _HEADINGS)
        body = []
        for row in self.rows:
            line = self._cells(row)
            if line is None:
                reason = f'<td colspan="{len(_HEADINGS) - 1}">{escape(row.reason or "")}</td>'
                body.append(f"<tr><th>{escape(row.label)}</th>{reason}</tr>")
            else:
                first, *rest = line
                body.append(f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def compare(system: AdjointSystem) -> Comparison:
    """See `AdjointSystem.compare`."""
    reference = system.solve().flat
    rows = []
    for name in methods.METHODS:
        every: list[dict[str, Any]] = (
            [{"order": order} for order in _ELIMINATIONS] if name == "vertex_elimination" else [{}]
        )
        rows += [_compared(system, name, options, reference) for options in every]
    return Comparison(tuple(rows))


def _compared(system: AdjointSystem, name: str, options: Mapping[str, Any], reference: Any) -> Compared:
    estimate = methods.estimate(system, name, options)
    if estimate.refusal is not None:
        return Compared(name, options, reason=f"does not apply: {estimate.refusal}")
    if estimate.multiplications[0] > LARGEST:
        return Compared(name, options, reason=f"not run: {estimate.multiplications[0]:,} multiplications at least")
    try:
        solution = system.solve(name, **options)
    except LagvizError as error:
        return Compared(name, options, reason=str(error))
    difference = np.abs(solution.flat - reference)
    known = difference[~np.isnan(difference)]
    return Compared(name, options, solution.cost, solution.residual, float(known.max(initial=0.0)))
