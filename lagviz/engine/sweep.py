"""One sweep from the end of a tape to its beginning: each node hands its adjoint on to what it read.

It is the column form of back substitution: when λ_j is known, its column is scattered. It keeps its sums in the nodes
themselves, because turning a tape into columns first would cost as much as the whole sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lagviz.engine.recorded import Array, Recorded, Scalar
from lagviz.engine.rules import GETITEM, Elementwise, add_at

__all__ = ["sweep"]


def sweep(nodes: Sequence[Recorded], seeds: Sequence[tuple[Recorded, Any]]) -> None:
    """Leave in every node's ``adjoint`` the multipliers for the right-hand sides ``seeds``; None where no path leads.

    Parameters
    ----------
    nodes : sequence of Recorded
        In order of recording.
    seeds : sequence of (node, array)
        Rows of the right-hand side: each of shape (…lead, *node.shape), with the same leading axes.
    """
    for node in nodes:
        node.adjoint = None
    recording = nodes[0].recording if nodes else None
    for node, seed in seeds:
        node.adjoint = seed if node.adjoint is None else node.adjoint + seed
    # Buffers that this sweep made itself, so that a further part may be added in place.
    owned: dict[int, Any] = {}
    for node in reversed(nodes):
        g = node.adjoint
        if g is None:
            continue
        rule = node.rule
        if type(rule) is Elementwise or isinstance(rule, Elementwise):
            if type(node) is Scalar and type(g) is float:
                _scalar(node, rule, g, recording)
            else:
                _elementwise(node, rule, g, recording)
        elif rule.differentiable:
            _general(node, rule, g, recording, owned)


def _scalar(node: Recorded, rule: Elementwise, g: float, recording: Any) -> None:
    partials = rule.partials
    left, right = node.left, node.right
    if rule.arity == 1:
        partial = partials[0]
        d = g * (partial(node.value, left.value) if callable(partial) else partial)
        left.adjoint = d if left.adjoint is None else left.adjoint + d
        return
    x = left.value if isinstance(left, Recorded) and left.recording is recording else left
    y = right.value if isinstance(right, Recorded) and right.recording is recording else right
    if x is not left:
        partial = partials[0]
        d = g * (partial(node.value, x, y) if callable(partial) else partial)
        left.adjoint = d if left.adjoint is None else left.adjoint + d
    if y is not right:
        partial = partials[1]
        d = g * (partial(node.value, x, y) if callable(partial) else partial)
        right.adjoint = d if right.adjoint is None else right.adjoint + d


def _elementwise(node: Recorded, rule: Elementwise, g: Any, recording: Any) -> None:
    operands = node.operands
    raw = [x.value if isinstance(x, Recorded) and x.recording is recording else x for x in operands]
    for k, operand in enumerate(operands):
        if raw[k] is not operand:
            d = rule.reverse(k, g, node.value, raw, {})
            operand.adjoint = d if operand.adjoint is None else operand.adjoint + d


def _general(node: Recorded, rule: Any, g: Any, recording: Any, owned: dict[int, Any]) -> None:
    operands, options = node.operands, node.options
    raw = [x.value if isinstance(x, Recorded) and x.recording is recording else x for x in operands]
    for k, operand in enumerate(operands):
        if raw[k] is operand or not rule.active(k, node.value, raw, options):
            continue
        if rule is GETITEM and type(operand) is Array and owned.get(id(operand)) is operand.adjoint is not None:
            if not isinstance(g, Recorded):
                add_at(operand.adjoint, np.ndim(g) - np.ndim(node.value), options["index"], g)
                continue
        d = rule.reverse(k, g, node.value, raw, options)
        if operand.adjoint is not None:
            d = operand.adjoint + d
        operand.adjoint = d
        if rule is GETITEM and isinstance(d, np.ndarray):
            owned[id(operand)] = d
