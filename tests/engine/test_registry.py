"""Every rule that can stand on a tape is found by its name, which nobody else has."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import defaultdict

import numpy as np
import scipy.special

import lagviz as lv
from lagviz.engine import registry
from lagviz.engine.registry import built_in, is_own, rule_named, rules_of
from lagviz.engine.rules import Rule
from lagviz.engine.rules.special import special_rules


def test_no_two_rules_have_one_name() -> None:
    by_name: dict[str, dict[int, Rule]] = defaultdict(dict)
    for module in [name for name in sys.modules if name.startswith("lagviz.engine.")]:
        for rule in rules_of(module) if module != registry.__name__ else ():
            by_name[rule.name][id(rule)] = rule
    for rule in special_rules().values():  # a table that is read when it is used
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


def test_a_function_of_scipy_is_found_where_nobody_has_imported_it_yet() -> None:
    file = io.BytesIO()
    lv.record(lambda x: scipy.special.erf(x) ** 2, 0.5).save(file)
    script = (
        "import sys, io, lagviz as lv; print(lv.Tape.load(io.BytesIO(sys.stdin.buffer.read())).replay(x=0.0).result)"
    )
    loaded = subprocess.run([sys.executable, "-c", script], input=file.getvalue(), capture_output=True, check=True)
    assert float(loaded.stdout) == 0.0


def test_a_rule_of_ones_own_has_a_name_apart_and_may_be_entered_again() -> None:
    def passed_on(g, value, x):
        return g + 0 * value + 0 * x

    first, second = (lv.primitive(np.tan, vjp=passed_on) for _ in range(2))
    rules = [lv.record(one, 0.5).recorded[-1].rule for one in (first, second)]
    assert [is_own(rule) for rule in rules] == [False, True]
    assert rule_named("tan", own=True) is rules[1]
    assert rule_named("tan") is lv.record(np.tan, 0.5).recorded[-1].rule
    lv.record(lv.primitive(lambda x: x * 1.0, vjp=passed_on), 0.5)
    assert rule_named("lambda", own=True) is None
