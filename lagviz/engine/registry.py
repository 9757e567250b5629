"""Rules by name: what a saved tape is read with.

Nobody has to enter a rule anywhere. The engine's own are found where they stand, in the modules and their tables; only what
a reader adds while the program runs is entered by hand. A rule made for one call, an implicit equation's, is in no table
and has no name here: a file holds the equation itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from lagviz.engine.rules import Rule
from lagviz.engine.rules.special import special_rules

__all__ = ["built_in", "is_own", "register", "rule_named", "rules_of"]

#: The engine's rules, as far as they have been looked up.
_known: dict[str, Rule] = {}
#: Rules that readers made with `lv.primitive`, by name.
_own: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Enter a rule that a reader made, in place of an earlier one of that name: a cell may be run again."""
    if rule.name != "lambda":  # which is everybody's name
        _own[rule.name] = rule


def is_own(rule: Rule) -> bool:
    """Whether it is one that a reader made."""
    return _own.get(rule.name) is rule


def rule_named(name: str, *, own: bool = False) -> Rule | None:
    """The engine's rule of a name, or a reader's own; None where there is none."""
    if own:
        return _own.get(name)
    for table in (_rules_of_modules, special_rules):
        if name not in _known:  # SciPy's functions come last: reading their table imports them
            _known.update({rule.name: rule for rule in table().values()})
    return _known.get(name)


def built_in() -> dict[str, Rule]:
    """Every rule of the engine by name."""
    return {rule.name: rule for rule in (*special_rules().values(), *_rules_of_modules().values())}


def _rules_of_modules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for module in sorted(name for name in sys.modules if name.startswith("lagviz.engine.") and name != __name__):
        for rule in rules_of(module):
            found.setdefault(rule.name, rule)  # of two with one name the first; a test holds that there are none
    return found


def rules_of(module: str) -> Iterator[Rule]:
    """The rules that a module defines, by themselves or in tables."""
    for name, value in list(vars(sys.modules[module]).items()):
        if not name.startswith("__"):
            yield from _rules_in(value, _DEPTH)


#: A table, and tuples as its rows.
_DEPTH = 2


def _rules_in(value: Any, depth: int) -> Iterator[Rule]:
    if isinstance(value, Rule):
        yield value
    elif depth and isinstance(value, dict | list | tuple):
        for part in list(value.values() if isinstance(value, dict) else value):
            yield from _rules_in(part, depth - 1)
