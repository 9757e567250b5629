"""Every rule in the tables: its partial in three forms that must agree, for any shape and number of right-hand sides.

The cases are made from the tables themselves, so a new row is tested without anybody thinking of it. A ufunc needs a
domain only where it is not defined, or not smooth, on all numbers.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator
from string import Template
from typing import Any

import numpy as np
import pytest

from lagviz.engine.rules import (
    CONCATENATE,
    EINSUM,
    GETITEM,
    MATMUL,
    OUTER,
    REDUCTIONS,
    SELECTIONS,
    SQUARE,
    STACK,
    UFUNCS,
    WHERE,
    Rule,
)
from tests.support.cases import Case, backwards, einsum_cases, matrix_cases, numbers, ramp, solve_cases

# --- what each ufunc may be given -----------------------------------------------------------------------------------

#: Where a ufunc is smooth, as (low, high) for each operand, or for all of them.
DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    "arccos": ((-0.9, 0.9),),
    "arcsin": ((-0.9, 0.9),),
    "cbrt": ((0.2, 2.0),),
    "divide": ((-2.0, 2.0), (0.5, 2.0)),
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
    return {**found, "square": SQUARE}


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
    empty = rule.name in {"sum", "any", "all"}
    shapes = [(3,), (2, 3), (4, 1, 2), (1,), *([(0,), (2, 0)] if empty else [])]
    axes: tuple[Any, ...] = (None, 0, -1) if rule.name.startswith("arg") else (None, 0, -1, (0,), (0, -1), ())
    for shape, axis, keepdims in itertools.product(shapes, axes, (False, True)):
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
    "diag": [((3,), {}), ((3,), {"k": 1}), ((3,), {"k": -2}), ((3, 3), {}), ((2, 4), {"k": 1}), ((4, 2), {"k": -1})],
}


def selection_cases(rule: Rule) -> Iterator[Case]:
    for shape, options in SELECTION_OPTIONS[rule.name]:
        x = ramp(*shape) if shape else 1.5
        yield Case(rule, (x,), options)
        yield Case(rule, (backwards(x),), options)


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
    yield Case(UFUNCS[np.absolute], (np.array([0.0, -1.0]),), smooth=False)


def all_cases() -> Iterator[tuple[str, Case]]:
    groups: list[tuple[str, Iterator[Case]]] = [(name, elementwise_cases(name)) for name in rules()]
    groups += [(function.__name__, reduction_cases(rule)) for function, rule in REDUCTIONS.items()]
    groups += [(function.__name__, selection_cases(rule)) for function, rule in SELECTIONS.items()]
    groups += [(rule.name, product_cases(rule)) for rule in (MATMUL, OUTER)]
    groups += [("einsum", einsum_cases()), ("solve", solve_cases())]
    groups.append(("getitem", (Case(GETITEM, (ramp(*shape),), {"index": index}) for shape, index in INDICES)))
    groups += [("join", joining_cases()), ("where", where_cases()), ("ties", ties())]
    for name, cases in groups:
        for case in cases:
            yield name, case
    yield from matrix_cases()


GROUPS: dict[str, list[Case]] = {}
for group_name, one_case in all_cases():
    GROUPS.setdefault(group_name, []).append(one_case)
DIFFERENTIABLE = {name: cases for name, cases in GROUPS.items() if cases[0].rule.differentiable}


@pytest.fixture(params=list(DIFFERENTIABLE))
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return DIFFERENTIABLE[request.param]


LEADS: list[tuple[int, ...]] = [(), (3,), (2, 3)]


def jacobian(case: Case, k: int) -> Any:
    """∂z/∂operand k by the rule's reverse, as (size of z, size of the operand): one right-hand side a row."""
    z = case.value()
    unit = np.eye(np.size(z)).reshape((np.size(z), *np.shape(z)))
    product = case.rule.reverse(k, unit, z, case.operands, case.options)
    return np.reshape(product, (np.size(z), np.size(case.operands[k])))


def differences(case: Case, k: int, *signs: int) -> Any:
    """∂z/∂operand k by differences between two points, laid out as by `jacobian`."""
    h, x = 1e-6, np.asarray(case.operands[k], dtype=float)
    columns = []
    for at in range(x.size):
        step = np.zeros(x.size)
        step[at] = h
        ends = []
        for sign in signs:
            moved = x + sign * step.reshape(x.shape)
            operands = (*case.operands[:k], moved if x.ndim else float(moved), *case.operands[k + 1 :])
            ends.append(np.ravel(np.asarray(case.value(operands), dtype=float)))
        columns.append((ends[0] - ends[1]) / ((signs[0] - signs[1]) * h))
    return np.array(columns).T.reshape(np.size(case.value()), x.size)


def each(cases: list[Case]) -> Iterator[tuple[Case, int, Any, Any]]:
    """Every case with every operand that a partial belongs to: (case, k, z, operand k)."""
    for case in cases:
        for k in range(len(case.operands)):
            if k not in case.fixed:
                yield case, k, case.value(), case.operands[k]


def number_or_array(x: Any) -> Any:
    return x if np.ndim(x) else float(x)


def test_reverse_is_what_a_difference_measures(cases: list[Case]) -> None:
    for case, k, _, _ in each(cases):
        if case.smooth:
            measured = differences(case, k, 1, -1)
            np.testing.assert_allclose(jacobian(case, k), measured, rtol=1e-6, atol=1e-7, err_msg=str(case))
        else:
            sides = np.sort([differences(case, k, 1, 0), differences(case, k, 0, -1)], axis=0)
            shared = jacobian(case, k)
            assert ((sides[0] - 1e-7 <= shared) & (shared <= sides[1] + 1e-7)).all(), case


@pytest.mark.parametrize("lead", LEADS, ids=str)
def test_forward_and_reverse_are_transposes_for_any_number_of_right_hand_sides(
    cases: list[Case], lead: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    for case, k, z, x in each(cases):
        g = number_or_array(rng.normal(size=lead + np.shape(z)))
        t = number_or_array(rng.normal(size=lead + np.shape(x)))
        back = case.rule.reverse(k, g, z, case.operands, case.options)
        along = case.rule.forward(k, t, z, case.operands, case.options)
        assert np.shape(back) == np.shape(t), case
        assert np.shape(along) == np.shape(g), case
        left = np.sum(np.multiply(g, along), axis=tuple(range(len(lead), np.ndim(g))))
        right = np.sum(np.multiply(back, t), axis=tuple(range(len(lead), np.ndim(t))))
        np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12, err_msg=str(case))


@pytest.mark.parametrize("lead", LEADS[1:], ids=str)
def test_each_right_hand_side_is_what_it_would_be_alone(cases: list[Case], lead: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    for case, k, z, x in each(cases):
        for product, shape in ((case.rule.reverse, np.shape(z)), (case.rule.forward, np.shape(x))):
            sides = rng.normal(size=lead + shape)
            together = product(k, sides, z, case.operands, case.options)
            for at in np.ndindex(lead):
                alone = product(k, number_or_array(sides[at]), z, case.operands, case.options)
                np.testing.assert_allclose(together[at], alone, rtol=1e-12, atol=1e-14, err_msg=str(case))


def test_entries_are_the_same_block_as_numbers(cases: list[Case]) -> None:
    for case, k, z, x in each(cases):
        j, i, partials = case.rule.entries(k, z, case.operands, case.options)
        block = np.zeros((np.size(z), np.size(x)))
        np.add.at(block, (j, i), partials)
        np.testing.assert_allclose(block, jacobian(case, k), rtol=1e-13, atol=1e-15, err_msg=str(case))


def test_the_count_is_the_number_of_stored_entries(cases: list[Case]) -> None:
    for case, k, z, _ in each(cases):
        stored = len(case.rule.entries(k, z, case.operands, case.options)[0])
        assert case.rule.count(k, z, case.operands, case.options) == stored, case


def test_the_structure_is_what_the_numbers_show(cases: list[Case]) -> None:
    for case, k, z, _ in each(cases):
        structure = case.rule.structure(k, z, case.operands, case.options)
        block = jacobian(case, k)
        assert structure in {"scalar", "identity", "diagonal", "selection", "sparse", "dense"}
        if structure == "identity":
            assert np.array_equal(block, np.eye(len(block))), case
        elif structure == "diagonal":
            assert np.array_equal(block, np.diag(np.diag(block))), case
        elif structure == "selection":
            assert np.isin(block, (0.0, 1.0)).all(), case
            assert (block.sum(axis=1) <= 1).all(), case
        elif structure == "scalar":
            assert block.shape == (1, 1), case


@pytest.mark.parametrize("name", GROUPS.keys())
def test_templates_have_nothing_left_to_fill(name: str) -> None:
    for case in GROUPS[name]:
        letters = dict(zip(("x", "y", "w"), ("xx", "yy", "ww"), strict=True))
        letters = {key: letters[key] for key, _ in zip(letters, case.operands, strict=False)}
        filled = {**letters, "z": "zz", "args": ", ".join(letters.values()), "options": "", "index": "0"}
        rule = case.rule
        written = [rule.tex.substitute(filled), rule.text.substitute(filled), rule.pill]
        for k in range(len(letters)):
            if k not in case.fixed and rule.differentiable:
                written.append(rule.partial_tex(k, filled, case.operands) or "")
                written.append(rule.partial_text(k, filled, case.operands) or "")
                written.append(rule.reverse_tex(k, filled, "LL", case.operands, case.options) or "")
        assert not any("$" in one for one in written), case
        assert all(one.count("{") == one.count("}") for one in written), case


def test_a_partial_uses_the_values_that_its_words_name(cases: list[Case]) -> None:
    for case, k, _, _ in each(cases):
        used = case.rule.uses(k)
        assert set(used) <= set("xywz")
        text = case.rule.partial_text(k, {letter: f"${letter}" for letter in "xywz"}, case.operands)
        if text is not None:
            assert set(used) == set(Template(text).get_identifiers()), case


def test_an_operation_without_a_partial_says_so() -> None:
    for name in GROUPS.keys() - DIFFERENTIABLE.keys():
        case = GROUPS[name][0]
        assert not any(case.rule.active(k, None, case.operands, case.options) for k in range(len(case.operands)))


POLES: list[tuple[Callable[..., Any], tuple[float, ...]]] = [
    (np.log, (0.0,)),
    (np.log1p, (-1.0,)),
    (np.log2, (0.0,)),
    (np.log10, (0.0,)),
    (np.sqrt, (0.0,)),
    (np.cbrt, (0.0,)),
    (np.reciprocal, (0.0,)),
    (np.divide, (1.0, 0.0)),
    (np.power, (0.0, -1.0)),
    (np.power, (0.0, 0.5)),
    (np.power, (-8.0, 0.5)),
    (np.arctan2, (0.0, 0.0)),
    (np.hypot, (0.0, 0.0)),
    (np.arcsin, (1.0,)),
    (np.arccos, (-1.0,)),
    (np.exp, (1000.0,)),
    (np.sinh, (1000.0,)),
    (np.expm1, (1000.0,)),
]


@pytest.mark.parametrize(("ufunc", "at"), POLES, ids=lambda part: getattr(part, "__name__", str(part)))
def test_at_a_pole_numbers_and_arrays_agree_and_nothing_raises(ufunc: Any, at: tuple[float, ...]) -> None:
    rule = UFUNCS[ufunc]
    arrays = tuple(np.array([x]) for x in at)
    with np.errstate(all="ignore"):
        z, zs = rule.compute(*at), rule.compute(*arrays)
        np.testing.assert_allclose(z, zs[0])
        for k in range(len(at)):
            alone = rule.reverse(k, 1.0, z, at, {})
            np.testing.assert_allclose(alone, rule.reverse(k, np.ones(1), zs, arrays, {})[0])
            assert not np.isfinite(alone) or alone == 0.0 or ufunc is np.reciprocal


def test_every_rule_of_the_tables_is_in_a_case() -> None:
    tables: list[Rule] = [*UFUNCS.values(), *REDUCTIONS.values(), *SELECTIONS.values()]
    tables += [SQUARE, GETITEM, CONCATENATE, STACK, WHERE, MATMUL, OUTER, EINSUM]
    assert {id(rule) for rule in tables} <= {id(case.rule) for cases in GROUPS.values() for case in cases}
