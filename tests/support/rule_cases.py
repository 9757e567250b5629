"""Calls of every rule in the tables, for the tests of rules to be about.

The cases are made from the tables themselves, so a new row is tested without anybody thinking of it. A ufunc needs a
domain only where it is not defined, or not smooth, on all numbers.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from lagviz.engine.rules import (
    CAST,
    CONCATENATE,
    CUMPROD,
    CUMSUM,
    FLAT_FUNCTIONS,
    GETITEM,
    INSERT,
    INTERP,
    MATMUL,
    OUTER,
    PROD,
    PUT_BACK,
    REDUCTIONS,
    RUNNING,
    SELECTIONS,
    SINC,
    SQUARE,
    STACK,
    TO_WHOLE,
    UFUNCS,
    WHERE,
    Rule,
)
from tests.support.cases import (
    Case,
    backwards,
    einsum_cases,
    logsumexp_cases,
    matrix_cases,
    numbers,
    ramp,
    solve_cases,
    special_cases,
)

# --- what each ufunc may be given -----------------------------------------------------------------------------------

#: Where a ufunc is smooth, as (low, high) for each operand, or for all of them.
DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    "arccos": ((-0.9, 0.9),),
    "arccosh": ((1.2, 3.0),),
    "arcsin": ((-0.9, 0.9),),
    "arctanh": ((-0.9, 0.9),),
    "cbrt": ((0.2, 2.0),),
    "divide": ((-2.0, 2.0), (0.5, 2.0)),
    "fmod": ((4.1, 4.9), (1.1, 1.3)),  # between jumps
    "log": ((0.2, 3.0),),
    "log10": ((0.2, 3.0),),
    "log1p": ((-0.7, 3.0),),
    "log2": ((0.2, 3.0),),
    "power": ((0.3, 2.0), (-2.0, 2.0)),
    "reciprocal": ((0.4, 2.0),),
    "remainder": ((4.1, 4.9), (1.1, 1.3)),  # between jumps
    "sqrt": ((0.2, 3.0),),
    "tan": ((-1.2, 1.2),),
}
SHAPES_1: list[tuple[int, ...]] = [(), (3,), (2, 3), (0,), (2, 0, 3), (1, 1)]
SHAPES_2: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((3,), ()),
    ((), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((1,), (2, 3)),
    ((0,), (1,)),
    ((2, 0), (0,)),
    ((4, 1, 2), (3, 1)),
]


def rules() -> dict[str, Rule]:
    found = {ufunc.__name__: rule for ufunc, rule in UFUNCS.items()}
    return {**found, "square": SQUARE, "sinc": SINC}


def elementwise_cases(name: str) -> Iterator[Case]:
    rule = rules()[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    domain = DOMAINS.get(rule.name, ((-2.0, 2.0),))
    for shapes in [(shape,) for shape in SHAPES_1] if rule.arity == 1 else SHAPES_2:
        low_high = domain if len(domain) == len(shapes) else domain * len(shapes)
        operands = tuple(numbers(rng, shape, *ends) for shape, ends in zip(shapes, low_high, strict=True))
        yield Case(rule, operands)
        yield Case(rule, tuple(backwards(x) for x in operands))


# --- what the others may be given: each table needs its shapes said once --------------------------------------------


def reduction_cases(rule: Rule) -> Iterator[Case]:
    empty = rule.name in {"sum", "prod", "any", "all"}
    shapes = [(3,), (2, 3), (4, 1, 2), (1,), *([(0,), (2, 0)] if empty else [])]
    for shape, axis, keepdims in itertools.product(shapes, (None, 0, -1, (0,), (0, -1), ()), (False, True)):
        if isinstance(axis, tuple) and len({one % len(shape) for one in axis}) != len(axis):
            continue
        options = {"axis": axis} if axis is not None else {}
        yield Case(rule, (ramp(*shape),), {**options, **({"keepdims": True} if keepdims else {})})
    yield Case(rule, (1.5,))
    yield Case(rule, (backwards(ramp(3, 2)),), {"axis": 1})


SELECTION_OPTIONS: dict[str, list[tuple[tuple[int, ...], dict[str, Any]]]] = {
    "reshape": [
        ((2, 3), {"shape": (3, 2)}),
        ((2, 3), {"shape": -1}),
        ((), {"shape": (1, 1)}),
        ((0, 2), {"shape": (2, 0)}),
    ],
    "ravel": [((2, 3), {}), ((3,), {}), ((2, 0), {})],
    "expand_dims": [((2, 3), {"axis": 0}), ((2, 3), {"axis": (0, -1)}), ((), {"axis": 0})],
    "squeeze": [((2, 1, 3, 1), {}), ((2, 1, 3, 1), {"axis": 1}), ((1, 1), {})],
    "transpose": [
        ((2, 3), {}),
        ((2, 3, 4), {"axes": (1, 2, 0)}),
        ((2, 3, 4), {"axes": (-1, 0, 1)}),
        ((3,), {}),
        ((2, 0), {}),
    ],
    "swapaxes": [((2, 3, 4), {"axis1": 0, "axis2": -1})],
    "moveaxis": [((2, 3, 4), {"source": 0, "destination": -1}), ((2, 3, 4), {"source": (0, 1), "destination": (1, 2)})],
    "broadcast_to": [
        ((3,), {"shape": (2, 3)}),
        ((2, 1), {"shape": (4, 2, 3)}),
        ((), {"shape": (2,)}),
        ((1,), {"shape": (0,)}),
    ],
    "flip": [((2, 3), {}), ((2, 3), {"axis": 1}), ((0,), {})],
    "roll": [((2, 3), {"shift": 2}), ((2, 3), {"shift": 1, "axis": 1}), ((2, 3), {"shift": (1, 2), "axis": (0, 1)})],
    "repeat": [((2, 3), {"repeats": 2}), ((2, 3), {"repeats": 3, "axis": 0}), ((3,), {"repeats": [0, 2, 1]})],
    "tile": [((3,), {"reps": 2}), ((2, 3), {"reps": (2, 1, 2)}), ((3,), {"reps": 0})],
    "diagflat": [((2, 2), {}), ((3,), {"k": -1})],
    "diagonal": [
        ((3, 3), {}),
        ((2, 4), {"offset": 1}),
        ((2, 3, 4), {"axis1": 2, "axis2": 0}),
        ((4, 2), {"offset": -1}),
    ],
    "tril": [((3, 3), {}), ((2, 4), {"k": 1}), ((2, 3, 3), {"k": -1})],
    "triu": [((3, 3), {}), ((2, 4), {"k": 1}), ((2, 3, 3), {"k": -1})],
    "rollaxis": [((2, 3, 4), {"axis": 2}), ((2, 3, 4), {"axis": 0, "start": 2})],
    "rot90": [((2, 3), {}), ((2, 3, 4), {"k": 3, "axes": (1, 2)})],
    "fliplr": [((2, 3), {})],
    "flipud": [((2, 3), {}), ((3,), {})],
    "resize": [((2, 3), {"new_shape": (4, 2)}), ((5,), {"new_shape": 3}), ((2,), {"new_shape": (2, 0)})],
    "take": [
        ((4,), {"indices": 2}),
        ((2, 3), {"indices": [5, 0, 0]}),
        ((2, 3), {"indices": [[2, 2], [-1, 0]], "axis": 1}),
        ((3,), {"indices": [4, -5], "mode": "wrap"}),
        ((3,), {"indices": np.zeros(0, dtype=int)}),
    ],
    "take_along_axis": [
        ((2, 3), {"indices": np.array([[0, 0], [2, 1]]), "axis": 1}),
        ((3,), {"indices": np.array([2, 2, 0, 1]), "axis": 0}),
    ],
    "delete": [((4,), {"obj": 1}), ((2, 3), {"obj": [0, 2], "axis": 1}), ((2, 3), {"obj": slice(1, 5)})],
    "pad": [
        ((3,), {"pad_width": 2}),
        ((2, 3), {"pad_width": ((1, 0), (0, 2)), "mode": "constant", "constant_values": 7.0}),
        ((2, 3), {"pad_width": 1, "mode": "edge"}),
        ((3,), {"pad_width": (2, 4), "mode": "wrap"}),
        ((3, 2), {"pad_width": ((2, 1), (0, 0)), "mode": "reflect"}),
        ((3,), {"pad_width": 5, "mode": "symmetric"}),
    ],
    "sliding_window_view": [
        ((5,), {"window_shape": 2}),
        ((3, 4), {"window_shape": (2, 2)}),
        ((3, 4), {"window_shape": 3, "axis": 1}),
    ],
    "sort": [((4,), {}), ((2, 3), {"axis": 0}), ((2, 3), {"axis": None}), ((2, 0), {}), ((2, 3, 4), {"axis": 1})],
    "partition": [((5,), {"kth": 2}), ((2, 5), {"kth": (1, 3)}), ((5, 2), {"kth": 0, "axis": 0})],
    "diag": [((3,), {}), ((3,), {"k": 1}), ((3,), {"k": -2}), ((3, 3), {}), ((2, 4), {"k": 1}), ((4, 2), {"k": -1})],
}


def selection_cases(rule: Rule) -> Iterator[Case]:
    for shape, options in SELECTION_OPTIONS[rule.name]:
        x = ramp(*shape) if shape else 1.5
        yield Case(rule, (x,), options)
        yield Case(rule, (backwards(x),), options)


def running_cases(rule: Rule) -> Iterator[Case]:
    for shape, axis in [((4,), 0), ((2, 3), 0), ((2, 3), -1), ((2, 3, 4), 1), ((1, 1), 0), ((0, 2), 0), ((2, 0), 0)]:
        yield Case(rule, (ramp(*shape),), {"axis": axis})
        yield Case(rule, (backwards(ramp(*shape)),), {"axis": axis})
    if rule in {CUMSUM, CUMPROD}:
        yield Case(rule, (ramp(2, 3),))
        yield Case(rule, (1.5,))
    if rule in {CUMPROD, PROD}:
        for x in ([0.0, 2.0, 3.0], [0.0, 2.0, 0.0, 3.0], [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]):
            yield Case(rule, (np.array(x),))
            yield Case(rule, (np.array(x),), {"axis": -1})


def flat_cases(rule: Rule, operands: int) -> Iterator[Case]:
    options: dict[str, dict[str, Any]] = {"argpartition": {"kth": 1}}
    second: Any = np.array([0.5, 1.0, 2.0])
    for x in (np.array([1.5, 0.5, 2.5]), np.array([[0.5, 2.0, 1.0]])):
        if x.ndim > 1 and rule.name == "searchsorted":
            continue
        yield Case(rule, (np.sort(x), second)[:operands], options.get(rule.name, {}))


def insert_cases() -> Iterator[Case]:
    yield Case(INSERT, (ramp(4), 2.5), {"obj": 1})
    yield Case(INSERT, (ramp(4), ramp(2) + 1), {"obj": [0, 3]})
    yield Case(INSERT, (ramp(2, 3), ramp(2) + 1), {"obj": 1, "axis": 1})
    yield Case(INSERT, (ramp(2, 3), backwards(ramp(2, 3))), {"obj": 2, "axis": 0})


def put_back_cases() -> Iterator[Case]:
    for shape, positions in [
        ((3,), [2, 0, 2]),
        ((3,), [1, -1, 3]),
        ((2, 3), [0, 0, 0]),
        ((2, 0), []),
        ((0, 2), [1, 1]),
    ]:
        yield Case(PUT_BACK, (ramp(*shape),), {"positions": np.array(positions, dtype=int), "size": 4})


def cast_cases(rule: Rule) -> Iterator[Case]:
    for x in (1.5, ramp(2, 3), ramp(0)):
        yield Case(rule, (x,), {"dtype": np.dtype(float if rule is CAST else int)})


def interp_cases() -> Iterator[Case]:
    knots, values = np.array([0.0, 0.7, 1.5, 2.1]), np.array([1.0, 3.0, -1.0, 0.5])
    for x in (0.3, -1.0, 5.0, np.array([0.1, 0.9, 2.0, 2.5, -0.5]), ramp(2, 3), ramp(0)):
        yield Case(INTERP, (x, knots, values))
        yield Case(INTERP, (x, knots, values), {"left": 7.0, "right": 8.0})
        yield Case(INTERP, (x, knots[:1], values[:1]))
    yield Case(INTERP, (backwards(ramp(5)), backwards(knots), backwards(values)))


INDICES: list[tuple[tuple[int, ...], Any]] = [
    ((4,), 2),
    ((4,), -1),
    ((4,), slice(1, 3)),
    ((4,), slice(None, None, -2)),
    ((4,), slice(3, 1)),
    ((4,), [0, 2, 2, -1]),
    ((4,), np.array([[0, 1], [1, 1]])),
    ((4,), np.array([], dtype=int)),
    ((4,), np.array([True, False, True, True])),
    ((4,), np.zeros(4, dtype=bool)),
    ((3, 4), 1),
    ((3, 4), (1, 2)),
    ((3, 4), (slice(None), -1)),
    ((3, 4), (slice(None, None, -1), slice(1, None, 2))),
    ((3, 4), (Ellipsis, 0)),
    ((3, 4), (None, 1, slice(None), None)),
    ((3, 4), ([0, 0, 2], [1, 1, 3])),
    ((3, 4), (slice(None), [0, 0])),
    ((3, 4), ([2, 2], slice(1, 3))),
    ((3, 4), np.eye(3, 4, dtype=bool)),
    ((3, 4), np.array([True, False, True])),
    ((2, 3, 4), ([0, 1], slice(None), [0, 0])),
    ((2, 3, 4), (1, Ellipsis, [0, 0])),
    ((2, 0), 1),
]

MATMULS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((1, 1), (1, 1)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((2, 0), (0, 3)),
    ((0, 2), (2,)),
]


def product_cases(rule: Rule) -> Iterator[Case]:
    shapes = MATMULS if rule is MATMUL else [((3,), (2,)), ((2, 2), (3,)), ((), (3,)), ((0,), (2,)), ((), ())]
    rng = np.random.default_rng(5)
    for left, right in shapes:
        operands = numbers(rng, left), numbers(rng, right)
        yield Case(rule, operands)
        yield Case(rule, tuple(backwards(x) for x in operands))


def joining_cases() -> Iterator[Case]:
    a, b, c = ramp(2, 3), ramp(2, 3) + 1, ramp(1, 3)
    yield Case(CONCATENATE, (a, c))
    yield Case(CONCATENATE, (a, b, a), {"axis": 1})
    yield Case(CONCATENATE, (a, ramp(5)), {"axis": None})
    yield Case(CONCATENATE, (ramp(0), ramp(3)))
    yield Case(CONCATENATE, (ramp(3), ramp(0), ramp(2)))
    yield Case(CONCATENATE, (backwards(a), b), {"axis": -1})
    yield Case(STACK, (a, b))
    yield Case(STACK, (a, b), {"axis": 1})
    yield Case(STACK, (a, backwards(b)), {"axis": -1})
    yield Case(STACK, (1.5, 2.5))
    yield Case(STACK, (ramp(0), ramp(0)))


def where_cases() -> Iterator[Case]:
    mask = np.array([[True, False, True], [False, False, True]])
    for condition, x, y in [
        (mask, ramp(2, 3), ramp(2, 3) + 1),
        (mask, 1.5, ramp(3)),
        (mask, ramp(2, 1), 0.5),
        (mask[0], ramp(2, 3), ramp(3)),
        (True, 1.5, 2.5),
        (False, ramp(3), 2.5),
        (np.zeros((0,), dtype=bool), ramp(0), 1.0),
        (np.zeros(3, dtype=bool), ramp(3), ramp(3) + 1),
        (mask, backwards(ramp(2, 3)), ramp(1, 3)),
        (mask, ramp(2, 3), ramp(2, 2, 3)),  # a side has fewer axes than the value, and so has the condition
        (mask[None, None], ramp(3), 0.5),
    ]:
        yield Case(WHERE, (condition, x, y), fixed=(0,))


def ties() -> Iterator[Case]:
    """Where two elements are equal there is no partial: reverse, forward and entries must still agree."""
    for ufunc in (np.maximum, np.minimum):
        yield Case(UFUNCS[ufunc], (1.5, 1.5), smooth=False)
        yield Case(UFUNCS[ufunc], (np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, 2.0])), smooth=False)
    for function in (np.max, np.min):
        equal = np.array([[1.0, 2.0, 2.0], [0.0, 2.0, 0.0]])
        for options in ({}, {"axis": 0}, {"axis": 1}, {"axis": 1, "keepdims": True}):
            yield Case(REDUCTIONS[function], (equal,), options, smooth=False)
    for nan_free in (np.fmax, np.fmin):
        yield Case(UFUNCS[nan_free], (np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, 2.0])), smooth=False)
    yield Case(UFUNCS[np.absolute], (np.array([0.0, -1.0]),), smooth=False)


def all_cases() -> Iterator[tuple[str, Case]]:
    groups: list[tuple[str, Iterator[Case]]] = [(name, elementwise_cases(name)) for name in rules()]
    groups += [(function.__name__, reduction_cases(rule)) for function, rule in REDUCTIONS.items()]
    groups += [("prod", reduction_cases(PROD)), ("prod", running_cases(PROD))]
    groups += [(rule.name, running_cases(rule)) for rule in (CUMSUM, CUMPROD, *RUNNING.values())]
    groups += [(function.__name__, flat_cases(rule, n)) for function, (rule, n) in FLAT_FUNCTIONS.items()]
    groups += [("insert", insert_cases()), ("put back", put_back_cases()), ("interp", interp_cases())]
    groups += [("cast", cast_cases(CAST)), ("to whole", cast_cases(TO_WHOLE))]
    groups += [(function.__name__, selection_cases(rule)) for function, rule in SELECTIONS.items()]
    groups += [(rule.name, product_cases(rule)) for rule in (MATMUL, OUTER)]
    groups += [("einsum", einsum_cases()), ("solve", solve_cases()), ("logsumexp", logsumexp_cases())]
    groups.append(("getitem", (Case(GETITEM, (ramp(*shape),), {"index": index}) for shape, index in INDICES)))
    groups += [("join", joining_cases()), ("where", where_cases()), ("ties", ties())]
    for name, cases in groups:
        for case in cases:
            yield name, case
    yield from matrix_cases()
    yield from special_cases()


GROUPS: dict[str, list[Case]] = {}
for group_name, one_case in all_cases():
    GROUPS.setdefault(group_name, []).append(one_case)
DIFFERENTIABLE = {name: cases for name, cases in GROUPS.items() if cases[0].rule.differentiable}
