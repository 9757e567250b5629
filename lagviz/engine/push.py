"""One push from the beginning of a tape to its end: each node gathers its tangent from what it reads.

It is forward substitution in Aᵀ ż = e_k, row by row from the top: ż_j = (e_k)_j + Σ_{i ∈ a(j)} (∂f_j/∂z_i) ż_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy import ndarray

from lagviz.engine.recorded import NOTHING, Recorded

__all__ = ["push"]


def push(nodes: Sequence[Recorded], seeds: Sequence[tuple[Recorded, Any]], wanted: Sequence[Recorded]) -> list[Any]:
    """The tangents of the nodes ``wanted`` for the right-hand sides ``seeds``; NOTHING where no path leads.

    Parameters
    ----------
    nodes : sequence of Recorded
        In order of recording, all with the adjoint NOTHING, as they have again when this returns.
    seeds : sequence of (node, array)
        Tangents of inputs: each of shape (…lead, *node.shape), with the same leading axes.
    wanted : sequence of Recorded
        Each may occur several times.
    """
    try:
        for node, seed in seeds:
            node.adjoint = seed
        for node in nodes:
            if node.adjoint is NOTHING and node.rule.differentiable:
                node.adjoint = _gathered(node)
        return [node.adjoint for node in wanted]
    finally:
        for node in nodes:
            node.adjoint = NOTHING


def _gathered(node: Recorded) -> Any:
    rule, value, recording = node.rule, node.value, node.recording
    operands, options = node.operands, node.options
    # Most often a node reads nothing that moves.
    moving = [
        k
        for k, x in enumerate(operands)
        if isinstance(x, Recorded) and x.recording is recording and x.adjoint is not NOTHING
    ]
    if not moving:
        return NOTHING
    raw = [x.value if isinstance(x, Recorded) and x.recording is recording else x for x in operands]
    total: Any = NOTHING
    for k in moving:
        if rule.active(k, value, raw, options):
            part = rule.forward(k, operands[k].adjoint, value, raw, options)
            total = part if total is NOTHING else total + part
    if total is NOTHING:
        return NOTHING
    if rule.implicit:
        total = rule.settle_tangent(total, value, raw, options)
    return total[()] if type(total) is ndarray and not total.ndim else total  # a number is no array without axes
