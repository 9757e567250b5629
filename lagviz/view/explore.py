"""`explore`: the front door, which sorts what it is given into the function's arguments and the widget's options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lagviz.engine.record import record_arguments, split_arguments
from lagviz.engine.spelling import meant
from lagviz.engine.tape import Tape
from lagviz.errors import UnknownOptionError
from lagviz.view.explorer import Explorer

__all__ = ["explore"]

_OPTIONS = ("max_nodes", "parameters", "output", "method", "unit", "step", "phase", "speed")


def explore(f: Callable[..., Any] | Tape, /, *args: Any, **kwargs: Any) -> Explorer:
    """Show a function as a graph, its adjoint matrix, and each step of back substitution, linked.

    Parameters
    ----------
    f : callable or Tape
        Any function of numbers, NumPy arrays, and nested dicts, lists and tuples of them.
    *args, **kwargs
        Its arguments. Keywords that are no argument of ``f`` are options: ``parameters`` (names of the inputs that are
        parameters), ``output`` (which result to ask about, as for `Tape.adjoint_system`), ``method``, ``unit``
        (``"scalars"`` shows arrays number by number), ``step`` or ``phase`` to open at, ``speed``, ``max_nodes``.

    Returns
    -------
    Explorer
        As the last line of a cell it is shown.

    Raises
    ------
    UnknownOptionError
        A keyword is neither.
    LagvizError
        The function cannot be recorded; the message names its line and what to write instead.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> explorer = lv.explore(lambda x, w: np.tanh(w * x), x=1.5, w=0.7, parameters=["w"])
    >>> explorer.phase, explorer.inputs
    ('record', {'x': 1.5, 'w': 0.7})
    """
    if isinstance(f, Tape):
        unknown = [key for key in kwargs if key not in _OPTIONS[2:]]
        if args or unknown:
            raise UnknownOptionError(
                f"explore(tape) takes no arguments for the function, which has run already; options are "
                f"{', '.join(_OPTIONS[2:])}. Use tape.replay(…) for other inputs."
                f"{meant(unknown[0], _OPTIONS[2:]) if unknown else ''}"
            )
        return Explorer(f, **kwargs)
    names, arguments, options = split_arguments(f, args, kwargs, allowed=_OPTIONS)
    recording = {key: options.pop(key) for key in ("max_nodes", "parameters") if key in options}
    return Explorer(record_arguments(f, names, arguments, **recording), **options)
