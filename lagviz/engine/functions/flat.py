"""Functions without a gradient, and questions that are answered from the values themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import arguments_of, handles, refuse_options
from lagviz.engine.recorded import record_operation, settled
from lagviz.engine.rules import FLAT_FUNCTIONS, Rule, plain


def _flat(function: Callable[..., Any], rule: Rule, count: int) -> Callable[..., Any]:
    def record(*positional: Any, **named: Any) -> Any:
        arguments = arguments_of(function, positional, named)
        refuse_options(rule.name, {"out": arguments.pop("out", None)})
        values = list(arguments.values())
        operands = tuple(np.asarray(x) if isinstance(x, list | tuple) else x for x in values[:count])
        options = dict(list(arguments.items())[count:])
        return record_operation(rule, operands, {name: settled(value) for name, value in options.items()})

    return record


for _function, (_rule, _count) in FLAT_FUNCTIONS.items():
    handles(_function)(_flat(_function, _rule, _count))

#: What is asked of a value is its shape, its dtype, or its text for printing.
_ANSWERED = (
    "array2string",
    "array_repr",
    "array_str",
    "can_cast",
    "common_type",
    "diag_indices_from",
    "empty_like",
    "iscomplexobj",
    "isrealobj",
    "may_share_memory",
    "min_scalar_type",
    "ndim",
    "ones_like",
    "result_type",
    "shape",
    "shares_memory",
    "size",
    "tril_indices_from",
    "triu_indices_from",
    "zeros_like",
)


def _answer(function: Callable[..., Any]) -> Callable[..., Any]:
    def answer(*arguments: Any, **options: Any) -> Any:
        return function(
            *(plain(argument) for argument in arguments), **{name: plain(value) for name, value in options.items()}
        )

    return answer


@handles("full_like")
def _full_like(a: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    shape = options.get("shape")
    return astype(np.broadcast_to(fill_value, np.shape(a) if shape is None else shape), dtype or a.dtype)


for _name in _ANSWERED:
    handles(_name)(_answer(getattr(np, _name)))
