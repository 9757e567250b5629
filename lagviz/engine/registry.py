"""Rules by name: what a saved tape is read with.

Nobody has to enter a rule anywhere. The engine's own are found where they stand, in the modules and their tables; only what
a reader adds while the program runs is entered by hand. A rule made for one call holds that call's functions: it is
in no table, so it has no name here and its tape is not saved.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from lagviz.engine.rules import Rule
from lagviz.errors import NameTakenError

__all__ = ["built_in", "register", "rule_named", "rules_of"]

#: What readers have added, by name.
_added: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Enter a rule that a reader made, in place of an earlier one of that name: a cell may be run again.

    Raises
    ------
    NameTakenError
        A rule of the engine has this name.
    """
    if rule.name in built_in():
        raise NameTakenError(f"{rule.name!r} is the name of a rule that lagviz has already. Give yours another name.")
    _added[rule.name] = rule


def rule_named(name: str) -> Rule | None:
    """The rule of a name, or None."""
    return _added.get(name) or built_in().get(name)


def built_in() -> dict[str, Rule]:
    """Every rule of the engine's modules by name, in the order of the modules' names."""
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
