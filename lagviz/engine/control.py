"""Branches as equations: `indicator`, `cond`, and `stop_gradient`.

A Python ``if`` is a guard, in `lagviz.engine.recorded`; ``where`` is in `lagviz.engine.arrays`. What stands here puts
the decision itself into the equations. On surrogates: E. Neftci, H. Mostafa, F. Zenke, *Surrogate gradient learning in
spiking neural networks*, IEEE Signal Processing Magazine 36(6), 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.arrays import where
from lagviz.engine.recorded import Recorded, record_operation
from lagviz.engine.rules import UFUNCS, Entries, Rule, plain, size_of
from lagviz.engine.where import place
from lagviz.errors import BranchError, NoMarginError, UnknownNameError

__all__ = ["INDICATOR", "STOP_GRADIENT", "SURROGATE", "cond", "indicator", "stop_gradient"]


# --- the rules --------------------------------------------------------------------------------------------------------------


def _value_of_indicator(condition: Any) -> Any:
    if isinstance(condition, Recorded):  # of a recording further out
        return record_operation(INDICATOR, (condition,))
    return np.where(condition, 1.0, 0.0) if np.ndim(condition) else float(condition)


def _value_of_surrogate(condition: Any, margin: Any, **options: Any) -> Any:
    if isinstance(condition, Recorded) or isinstance(margin, Recorded):
        return record_operation(SURROGATE, (condition, margin), options)
    return _value_of_indicator(condition)


def _value_of_stop(x: Any) -> Any:
    return record_operation(STOP_GRADIENT, (x,)) if isinstance(x, Recorded) else x


def _sigmoid(m: Any, w: float) -> Any:
    small = np.exp(-abs(m / w))  # σ(1 − σ) is even, and this way nothing overflows
    return small / ((1.0 + small) ** 2 * w)


def _triangle(m: Any, w: float) -> Any:
    return np.maximum(0.0, 1.0 - abs(m / w)) / w


def _gaussian(m: Any, w: float) -> Any:
    return np.exp(-0.5 * (m / w) ** 2) / (w * math.sqrt(2.0 * math.pi))


#: What stands in for the derivative of a step, by its margin and a width; each integrates to 1, as the step rises by 1.
SURROGATES: dict[str, Callable[[Any, float], Any]] = {
    "sigmoid": _sigmoid,
    "triangle": _triangle,
    "gaussian": _gaussian,
}


class _Surrogate(Rule):
    """An indicator of two operands: its value is hard, of the condition; its partial is a soft step's, by the margin."""

    __slots__ = ()

    @property
    def faithful(self) -> bool:
        return False

    def partial(self, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """The surrogate at each margin."""
        del z
        return SURROGATES[options["surrogate"]](operands[1], options["width"])

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k
        return g * self.partial(z, operands, options)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k
        return t * self.partial(z, operands, options)

    def active(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> bool:
        del z, operands, options
        return k == 1

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del k, operands, options
        return "scalar" if np.ndim(z) == 0 else "diagonal"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, operands, options
        return size_of(z)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del k
        at = np.arange(size_of(z))
        return at, at, np.ravel(np.asarray(self.partial(z, operands, options), dtype=np.float64))

    def remark(self, options: Mapping[str, Any]) -> str | None:
        return (
            f"Its own partial is 0 almost everywhere. A {options['surrogate']} of width {options['width']:g} stands in "
            "for it, so its price is not what a nudge measures."
        )

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, operands
        return rf"s'\left({names['y']}\right)"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, operands
        return f"s′({names['y']})"

    def uses(self, k: int) -> str:
        del k
        return "y"


class _Stop(Rule):
    """The identity, whose arrow is left away."""

    __slots__ = ()

    @property
    def faithful(self) -> bool:
        return False

    def remark(self, options: Mapping[str, Any]) -> str | None:
        del options
        return "The arrow is left away on purpose, with stop_gradient."


INDICATOR = Rule(
    "indicator", _value_of_indicator, arity=1, pill="1[ ]", tex=r"\mathbf{1}[$x]", text="1[$x]", differentiable=False
)
SURROGATE = _Surrogate(
    "surrogate", _value_of_surrogate, pill="1[ ] ~", tex=r"\mathbf{1}[$x]$options", text="1[$x]$options"
)
STOP_GRADIENT = _Stop(
    "stop_gradient",
    _value_of_stop,
    arity=1,
    pill="stop",
    tex=r"\operatorname{stop}($x)",
    text="stop($x)",
    differentiable=False,
)

#: For comparisons that have a margin, which side is the greater one where they hold.
_GREATER_SIDE: dict[Rule, int] = {
    UFUNCS[np.greater]: 0,
    UFUNCS[np.greater_equal]: 0,
    UFUNCS[np.less]: 1,
    UFUNCS[np.less_equal]: 1,
}


# --- what people type -------------------------------------------------------------------------------------------------------


def indicator(c: Any, surrogate: str | None = None, width: Any = 1.0) -> Any:
    """1 where a condition holds, else 0: the step function 1[c].

    The value is always hard. Its derivative is 0 almost everywhere; with a surrogate, that of a soft step of the same
    height stands in for it. With the margin m (left − right for ``>`` and ``>=``, right − left for ``<`` and ``<=``)
    and the width w it is

    - ``"sigmoid"``: σ(m/w) (1 − σ(m/w)) / w,
    - ``"triangle"``: max(0, 1 − abs(m)/w) / w,
    - ``"gaussian"``: exp(−m²/2w²) / (w √2π).

    Parameters
    ----------
    c : bool, number, or array of such
        A comparison; a number stands for ``c > 0``.
    surrogate : {"sigmoid", "triangle", "gaussian"}, optional
    width : float
        Of the surrogate, in units of the margin.

    Returns
    -------
    float or ndarray of float64
        Recorded, if ``c`` is.

    Raises
    ------
    NoMarginError
        A surrogate was asked for, but ``c`` is a plain boolean, ``==``, or a combination of conditions.
    UnknownNameError
        There is no such surrogate.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.value_and_grad(lambda x: lv.indicator(x > 1))(1.5)
    (1.0, 0.0)
    >>> lv.value_and_grad(lambda x: lv.indicator(x > 1, "triangle", width=2.0))(1.5)
    (1.0, 0.375)
    """
    if surrogate is not None and surrogate not in SURROGATES:
        raise UnknownNameError(f"There is no surrogate {surrogate!r}. There are: {', '.join(SURROGATES)}.")
    if isinstance(width, Recorded) or not (isinstance(width, int | float | np.number) and 0 < width < math.inf):
        raise BranchError(
            f"The width of a surrogate is a setting, a positive number that is not recorded; here it is {width!r}, at "
            f"{place()}."
        )
    c = np.asarray(c) if isinstance(c, list | tuple) else c
    decided = np.asarray(plain(c)).dtype == np.bool_
    condition = c if decided else c > 0
    if surrogate is None:
        return record_operation(INDICATOR, (condition,))
    margin = _margin(c) if decided else c
    return record_operation(SURROGATE, (condition, margin), {"surrogate": surrogate, "width": float(width)})


def _margin(condition: Any) -> Any:
    """By how much a comparison holds: negative where it does not."""
    rule = condition.rule if isinstance(condition, Recorded) else None
    if rule not in _GREATER_SIDE or any(np.asarray(plain(x)).dtype == np.bool_ for x in condition.operands):
        what = (
            f"A condition by {rule.name.replace('_', ' ')}"
            if rule is not None and rule.name != "input"
            else "A plain boolean"
        )
        raise NoMarginError(
            f"{what} has no margin, so no surrogate can tell how far it is from changing, at {place()}. Pass a comparison "
            "by >, >=, < or <= of recorded numbers, as in lv.indicator(x > 1, surrogate='sigmoid'), or a number, which "
            "stands for number > 0; multiply the indicators of conditions that are to hold together."
        )
    sides = condition.operands
    greater = _GREATER_SIDE[rule]
    upper, lower = sides[greater], sides[1 - greater]
    return upper if type(lower) in {int, float} and lower == 0 else upper - lower


def cond(pred: Any, then: Callable[..., Any], otherwise: Callable[..., Any], *operands: Any) -> Any:
    """Call both functions, and select the result of ``then`` where ``pred`` holds, else that of ``otherwise``.

    Both sides are on the tape, and what only the other side reads has λ = 0. Both really run, with whatever they do
    besides computing; where only one may, write a Python ``if``, which becomes a guard.

    Parameters
    ----------
    pred : bool or number
        One decision; of a number, whether it is other than 0. For one for each element use `where`.
    then, otherwise : callable
        Called with the operands. They return numbers, arrays, or the same containers of such.
    *operands
        Handed on as they are.

    Returns
    -------
    number, array or containers

    Raises
    ------
    BranchError
        ``pred`` is an array, or the two results differ in their containers or shapes.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> f = lambda x: lv.cond(x > 0, np.tanh, lambda x: 0.1 * x, x)
    >>> lv.grad(f)(-4.0)
    0.1
    """
    pred = pred if isinstance(pred, Recorded) else np.asarray(pred)
    if np.ndim(plain(pred)):
        raise BranchError(
            f"cond takes one decision, but pred has shape {np.shape(plain(pred))}, at {place()}. For a decision for each "
            "element write lv.where(pred, then(x), otherwise(x)); for one on all of them, np.all(pred) or np.any(pred)."
        )
    condition = pred if np.asarray(plain(pred)).dtype == np.bool_ else pred != 0
    chosen, other = then(*operands), otherwise(*operands)
    ours, theirs = (dict(tree.with_paths(result, "the result")) for result in (chosen, other))
    if ours.keys() != theirs.keys():
        name = next(path for path in (*ours, *theirs) if path not in ours or path not in theirs)
        raise BranchError(
            f"The two sides of cond returned different containers, at {place()}: only one of them has {name}. Both must "
            "return the same names, lengths and nesting."
        )
    for path, leaf in ours.items():
        shapes = np.shape(plain(leaf)), np.shape(plain(theirs[path]))
        if shapes[0] != shapes[1]:
            raise BranchError(
                f"The two sides of cond returned different shapes, at {place()}: {path} has {shapes[0]} from then and "
                f"{shapes[1]} from otherwise. Both must return the same."
            )
    others = iter(theirs.values())
    return tree.rebuild(chosen, lambda leaf: where(condition, leaf, next(others)))


def stop_gradient(x: Any) -> Any:
    """The same value, through which no gradient passes: an equation without an arrow.

    Parameters
    ----------
    x : number, array, or nested dicts, lists and tuples of them

    Returns
    -------
    number, array or containers
        What is not recorded comes back as it is.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.grad(lambda x: x * lv.stop_gradient(x))(3.0)
    3.0
    """
    return tree.rebuild(x, _value_of_stop)
