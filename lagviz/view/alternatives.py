"""Other ways of solving what is shown, for a page without a kernel: their steps and events. The numbers of the nodes stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.methods import METHODS
from lagviz.engine.methods import get as method_named
from lagviz.view.packing import definition
from lagviz.view.scene import steps_of

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["alternatives"]

#: Programs up to this many equations, and methods up to this much work (as bounded from above, so by far less in most cases),
#: are solved in other ways without being asked to.
MOST_EQUATIONS = 150
MOST_MULTIPLICATIONS = 20_000_000


def alternatives(solution: Solution, methods: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Other methods' steps, as ``Alternative`` in `scene.json`.

    Parameters
    ----------
    solution : Solution
        By the method that the page opens with.
    methods : sequence of str, optional
        Which others; without it all that apply and are little work.

    Yields
    ------
    dict

    Raises
    ------
    UnknownNameError, NotApplicableError
        A method that was asked for is none, or does not apply.
    """
    system = solution.system
    chosen = _little_work(system) if methods is None else [method_named(name).name for name in methods]
    columns = definition()["x-columns"]
    for name in dict.fromkeys(chosen):
        if name == solution.method:
            continue
        other = system.solve(name)
        steps, events = steps_of(other)
        yield {
            "method": name,
            "steps": [step for step in steps if step["phase"] == "solve"],
            "multiplications": other.cost.multiplications,
            "additions": other.cost.additions,
            "events": {
                key.removeprefix("event_"): _listed(np.asarray(column, dtype=columns[key]["dtype"]))
                for key, column in events.items()
            },
        }


def _little_work(system: AdjointSystem) -> list[str]:
    if len(system.tape) > MOST_EQUATIONS:
        return []
    estimates = {name: system.estimate(name) for name in METHODS}
    return [
        name
        for name, estimate in estimates.items()
        if estimate.refusal is None and estimate.multiplications[1] <= MOST_MULTIPLICATIONS
    ]


def _listed(column: np.ndarray[Any, Any]) -> list[Any]:
    """As JSON has it: null for what is not finite."""
    return [x if np.isfinite(x) else None for x in column.tolist()]
