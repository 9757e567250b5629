"""Every rule in the tables: its partial in three forms that must agree, for any shape and number of right-hand sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from string import Template
from typing import Any

import numpy as np
import pytest

from lagviz.engine import rules
from lagviz.engine.rules import UFUNCS, Rule
from tests.support.cases import Case
from tests.support.rule_cases import DIFFERENTIABLE, GROUPS


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
        filled = {
            **letters,
            "z": "zz",
            "args": ", ".join(letters.values()),
            "options": "",
            "index": "0",
            "products": "",
        }
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
    (np.arccosh, (1.0,)),
    (np.arctanh, (-1.0,)),
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
    public = [getattr(rules, name) for name in rules.__all__]
    found = {one for one in public if isinstance(one, Rule)}
    for table in (one for one in public if isinstance(one, dict)):
        found |= {row[0] if isinstance(row, tuple) else row for row in table.values()}
    assert found - {case.rule for cases in GROUPS.values() for case in cases} == set()
