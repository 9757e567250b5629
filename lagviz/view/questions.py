"""What the texts of a scene say of each result that one may ask about, so that a page without a kernel can move the 1 of e_n.

The numbers the page works out itself; which sentences belong to them depends on who leads to the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.view.scene import lagrangian_of, steps_of

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution

__all__ = ["MOST", "questions"]

#: Programs up to this many equations: there are as many questions, and each takes a solution.
MOST = 60


def questions(solution: Solution) -> dict[str, Any] | None:
    """The texts for every question, each text once.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    dict or None
        As ``Questions`` in `scene.json`; None where the page could not work out the numbers: for arrays, implicit
        equations, long programs, and other methods than back substitution.
    """
    tape = solution.system.tape
    numbers = all(np.ndim(node.value) == 0 and not node.rule.implicit for node in tape.recorded)
    if not numbers or len(tape) > MOST or solution.method != "back_substitution":
        return None
    steps, conditions = _Pool(), _Pool()
    asked: list[dict[str, Any] | None] = []
    for index in range(len(tape)):
        if not tape.has_row(index):
            asked.append(None)
            continue
        system = tape.adjoint_system(index)
        answer = system.solve(solution.method)
        problem = lagrangian_of(system)
        asked.append(
            {
                "objective": problem["objective"],
                "function": problem["function"],
                "steps": [steps.place(step) for step in steps_of(answer)[0]],
                "conditions": [conditions.place(condition) for condition in problem["conditions"]],
                "multiplications": answer.cost.multiplications,
                "additions": answer.cost.additions,
            }
        )
    return {"steps": steps.kept, "conditions": conditions.kept, "asked": asked}


class _Pool:
    """Things that are kept once, however often they are asked for."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self._places: dict[str, int] = {}

    def place(self, thing: Any) -> int:
        """Its number among those kept."""
        key = repr(thing)
        if key not in self._places:
            self._places[key] = len(self.kept)
            self.kept.append(thing)
        return self._places[key]
