"""Names for stretches of a program: a layer, a pass of a loop, a function.

A scope is an interval of the tape and nothing on its nodes, so it costs a recording two lengths. Any two intervals are
nested or apart, whatever a program does with generators: a scope that ends takes with it those that were begun in it.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, ParamSpec, TypeVar, overload

from lagviz.engine.recording import Recording, running
from lagviz.errors import InputError

__all__ = ["loop", "scope"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class _Scope:
    """A name to put around equations, as a context manager or a decorator. It keeps no state, so it may be used again."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        _enter(self, self._name)

    def __exit__(self, *_: object) -> None:
        _leave(self)

    def __call__(self, f: Callable[P, R]) -> Callable[P, R]:
        if inspect.isgeneratorfunction(f) or inspect.iscoroutinefunction(f) or inspect.isasyncgenfunction(f):
            raise InputError(
                f"lv.scope was put on {f.__name__}, which is left and entered again while it runs. Write "
                f"`with lv.scope({self._name!r}):` in it, around what it computes."
            )

        @functools.wraps(f)
        def inside(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return f(*args, **kwargs)

        return inside


@overload
def scope(name: str) -> _Scope: ...
@overload
def scope(name: Callable[P, R]) -> Callable[P, R]: ...


def scope(name: Any) -> Any:
    """Give a name to the equations that are recorded inside: in ``with scope("encoder"):``, or as a decorator.

    Scopes nest. Outside a recording they do nothing.

    Parameters
    ----------
    name : str
        What to call it. A decorator without a name, ``@lv.scope``, takes the function's.

    Returns
    -------
    context manager and decorator

    Raises
    ------
    InputError
        The name is no text, or the decorated function is a generator or a coroutine.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> @lv.scope("layer")
    ... def layer(x, w):
    ...     a = w * x
    ...     return np.tanh(a)
    >>> tape = lv.record(lambda x, w: layer(x, w) ** 2, x=1.5, w=0.7)
    >>> tape.scopes
    [('layer', 2, 4)]
    >>> tape["a"].scope
    ('layer',)
    """
    if callable(name):
        return _Scope(getattr(name, "__name__", type(name).__name__))(name)
    if not isinstance(name, str):
        raise InputError(f'A scope has a name, like lv.scope("layer 1"); {name!r} is no text.')
    return _Scope(name)


def loop(iterable: Iterable[T], name: str = "pass") -> Iterator[T]:
    """Go through an iterable, each pass of the loop in a scope of its own: ``pass 1``, ``pass 2``, and so on.

    What the iterable itself computes for a pass, as a generator does, belongs to that pass.

    Parameters
    ----------
    iterable : iterable
        ``range(n)``, a list of layers, a recorded array, a generator with a ``while`` in it.
    name : str
        What a pass is called; the number, from 1, comes after it.

    Returns
    -------
    iterator

    Raises
    ------
    InputError
        There is nothing to go through, or the name is no text.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> def network(x, weights):
    ...     for w in lv.loop(weights, name="layer"):
    ...         x = np.tanh(w * x)
    ...     return x
    >>> lv.record(network, 1.5, [0.7, -1.1]).scopes
    [('layer 1', 3, 5), ('layer 2', 5, 7)]
    """
    if not isinstance(name, str):
        raise InputError(f'A loop has a name, like lv.loop(layers, name="layer"); {name!r} is no text.')
    try:
        source = iter(iterable)
    except TypeError:
        raise InputError(
            f"lv.loop goes through a list, a range or another iterable, and {iterable!r:.60} is none. For a count write "
            "lv.loop(range(n))."
        ) from None
    return _passes(source, name)


def _passes(source: Iterator[T], name: str) -> Generator[T, None, None]:
    opener = object()
    try:
        for count in itertools.count(1):
            _enter(opener, f"{name} {count}")
            try:
                item = next(source)
            except StopIteration:
                _leave(opener, keep=False)  # there was no such pass: what was looked at belongs outside
                return
            yield item
            _leave(opener)
    finally:
        _leave(opener)  # after `break`, or an exception in the body of the loop


def _recordings() -> Iterator[Recording]:
    """The recordings around this line whose scopes anybody will ask for."""
    recording = running.get()
    while recording is not None:
        if recording.marks is not None:
            yield recording
        recording = recording.outer


def _enter(opener: object, name: str) -> None:
    for recording in _recordings():
        recording.enter(opener, name)


def _leave(opener: object, *, keep: bool = True) -> None:
    for recording in _recordings():
        recording.leave(opener, keep=keep)
