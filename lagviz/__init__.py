"""See backpropagation as back substitution in the adjoint system of a program.

>>> import numpy as np, lagviz as lv
>>> def loss(x, y, w1, w2):
...     a = w1 * x
...     h = np.tanh(a)
...     p = w2 * h
...     r = p - y
...     return r**2
>>> tape = lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1)
>>> round(tape.adjoint_system().solve()["w1"], 4)
1.3599
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lagviz.engine.arrays import array, where
from lagviz.engine.blocks import Block
from lagviz.engine.comparing import Comparison
from lagviz.engine.control import cond, indicator, stop_gradient
from lagviz.engine.derivatives import check_grad, grad, hessian, jacobian, jvp, value_and_grad, vjp
from lagviz.engine.implicit import fixed_point, root
from lagviz.engine.lagrangian import Lagrangian
from lagviz.engine.methods import Estimate
from lagviz.engine.primitive import primitive
from lagviz.engine.record import record
from lagviz.engine.scopes import loop, scope
from lagviz.engine.solution import Cost, Event, Solution, Step
from lagviz.engine.system import AdjointSystem
from lagviz.engine.tape import Node, Tape
from lagviz.errors import LagvizError

if TYPE_CHECKING:
    from lagviz import gallery, special
    from lagviz.view import figures
    from lagviz.view.explore import explore
    from lagviz.view.explorer import Explorer
    from lagviz.view.page import save_html

__all__ = [
    "AdjointSystem",
    "Block",
    "Comparison",
    "Cost",
    "Estimate",
    "Event",
    "Explorer",
    "Lagrangian",
    "LagvizError",
    "Node",
    "Solution",
    "Step",
    "Tape",
    "array",
    "check_grad",
    "cond",
    "explore",
    "figures",
    "fixed_point",
    "gallery",
    "grad",
    "hessian",
    "indicator",
    "jacobian",
    "jvp",
    "loop",
    "primitive",
    "record",
    "root",
    "save_html",
    "scope",
    "special",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "where",
]

__version__ = "0.1.0.dev0"

#: Modules with names of their own.
_MODULES = {"figures": "lagviz.view.figures", "gallery": "lagviz.gallery", "special": "lagviz.special"}
# The widget needs ipywidgets, which needs IPython: imported when it is first used, so that the engine needs neither.
_VIEW = {
    "Explorer": "lagviz.view.explorer",
    "explore": "lagviz.view.explore",
    "save_html": "lagviz.view.page",
}


def __getattr__(name: str) -> Any:
    if name in _VIEW:
        return getattr(import_module(_VIEW[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise AttributeError(f"module 'lagviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
