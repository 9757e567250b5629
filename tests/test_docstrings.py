"""Whatever `lagviz` offers says what it takes, what it gives and how it is used, in numpydoc's sections."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import lagviz as lv


def offered() -> Iterator[tuple[str, Any]]:
    """Public names, those of public modules too."""
    for name in lv.__all__:
        thing = getattr(lv, name)
        if isinstance(thing, ModuleType):
            yield from ((f"{name}.{own}", getattr(thing, own)) for own in thing.__all__)
        else:
            yield name, thing


def methods(named: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What can be called on an instance, as far as it is ours."""
    ours = [base for base in named.__mro__ if base.__module__.startswith("lagviz.")]
    for name in sorted({name for base in ours for name in vars(base) if not name.startswith("_")}):
        function = inspect.unwrap(getattr(named, name)) if callable(getattr(named, name)) else None
        if inspect.isroutine(function) and getattr(function, "__module__", "").startswith("lagviz."):
            yield name, getattr(named, name)


FUNCTIONS = {name: thing for name, thing in offered() if inspect.isroutine(thing)}
CLASSES = {name: thing for name, thing in offered() if inspect.isclass(thing)}
METHODS = {f"{kind}.{name}": method for kind, named in CLASSES.items() for name, method in methods(named)}


def sections(thing: Any) -> dict[str, str]:
    """A docstring in parts, by their headings; before the first one the summary."""
    text = inspect.getdoc(thing) or ""
    first, *rest = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.MULTILINE)
    return {"Summary": first.strip(), **dict(zip(rest[::2], rest[1::2], strict=True))}


def listed(section: str) -> list[str]:
    """The names that a section describes, of which one line may have several: ``step, phase : int``."""
    heads = re.findall(r"^(\S.*?)(?: : .*)?$", section, re.MULTILINE)
    return [name for head in heads for name in head.split(", ")]


def arguments(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments as numpydoc writes them: ``**options``."""
    stars: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(function).parameters
    return [f"{stars.get(one.kind, '')}{name}" for name, one in parameters.items() if name not in {"self", "cls"}]


def returns_something(function: Callable[..., Any]) -> bool:
    return inspect.get_annotations(function).get("return") not in {None, "None", "NoReturn"}


def test_all_that_is_offered_is_looked_at() -> None:
    assert {name for name, thing in offered() if name not in {*FUNCTIONS, *CLASSES}} == {"gallery.PROGRAMS"}
    assert {"grad", "where", "gallery.mlp", "figures.costs", "special.softmax"} <= set(FUNCTIONS)
    assert {"Tape.replay", "AdjointSystem.solve", "AdjointSystem.block", "Lagrangian.of"} <= set(METHODS)


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES, *METHODS])
def test_the_first_line_says_what_it_is(name: str) -> None:
    line, _, rest = sections({**FUNCTIONS, **CLASSES, **METHODS}[name])["Summary"].partition("\n")
    assert line.endswith((".", ";")), name
    assert rest == "" or rest.startswith("\n"), f"{name}: the summary is one line"


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_each_argument_and_the_result_are_described(name: str) -> None:
    function = {**FUNCTIONS, **METHODS}[name]
    found, names = sections(function), arguments(function)
    assert listed(found.get("Parameters", "")) == names
    # Of what takes nothing the first line says all there is to say.
    if returns_something(function) and (names or name in FUNCTIONS):
        assert "Returns" in found or "Yields" in found, name


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_there_is_an_example(name: str) -> None:
    assert ">>> " in sections({**FUNCTIONS, **CLASSES}[name]).get("Examples", "")


@pytest.mark.parametrize("name", [name for name, kind in CLASSES.items() if dataclasses.is_dataclass(kind)])
def test_each_field_is_described(name: str) -> None:
    kind: Any = CLASSES[name]
    fields = [one.name for one in dataclasses.fields(kind) if not one.name.startswith("_")]
    assert listed(sections(kind)["Attributes"]) == fields
