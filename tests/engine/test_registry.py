"""Every rule that can stand on a tape is found by its name, which nobody else has."""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.registry import built_in, register, rule_named, rules_of
from lagviz.engine.rules import Rule
from lagviz.errors import NameTakenError


def test_no_two_rules_have_one_name() -> None:
    by_name: dict[str, dict[int, Rule]] = defaultdict(dict)
    for module in [name for name in sys.modules if name.startswith("lagviz.engine.")]:
        for rule in rules_of(module):
            by_name[rule.name][id(rule)] = rule
    assert len(by_name) > 80
    assert {name: list(rules.values()) for name, rules in by_name.items() if len(rules) > 1} == {}
    assert by_name.keys() == built_in().keys()


def test_rules_of_a_tape_are_found_by_their_names() -> None:
    def f(x, n):
        y = np.where(x > 0, np.sqrt(np.abs(x)), x) @ np.outer(x, x) / 2.0
        return np.sum(y[np.argmax(y) :]) + (1 if x[n] else 0) + np.max(np.stack([y, x])) ** n

    for node in lv.record(f, np.array([1.0, -2.0, 3.0]), 1).recorded:
        assert rule_named(node.rule.name) is node.rule
    assert rule_named("no such rule") is None


def test_a_rule_of_ones_own_is_entered_by_name_and_may_be_entered_again() -> None:
    first, second = (Rule("my own", lambda x: x, arity=1) for _ in range(2))
    register(first)
    register(second)
    assert rule_named("my own") is second
    with pytest.raises(NameTakenError, match="'add' is the name of a rule that lagviz has already"):
        register(Rule("add", lambda x, y: x + y, arity=2))
