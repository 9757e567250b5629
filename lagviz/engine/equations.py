"""An equation put together from its parts: of a tape that runs again, is read from a file, or is taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lagviz.engine.recorded import NOTHING, Recorded, Scalar, wrapped
from lagviz.engine.recording import Recording
from lagviz.engine.rules import Rule

__all__ = ["equation_of"]


def equation_of(
    value: Any, rule: Rule, operands: Sequence[Any], options: Mapping[str, Any], recording: Recording
) -> Recorded:
    """The node ``value = rule(*operands, **options)``, on no list yet; ``recording`` is whose operands it reads."""
    kind, value = (Scalar, value) if type(value) is float else wrapped(value)
    node: Recorded = object.__new__(kind)
    node.value, node.rule, node.recording, node.adjoint = value, rule, recording, NOTHING
    if rule.arity == 0:
        node.left, node.right = tuple(operands), dict(options)
    else:
        node.left, node.right = operands[0], operands[1] if len(operands) > 1 else None
    return node
