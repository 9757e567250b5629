"""What recorded values refuse, in words: what happened, at which line, and what to write instead."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy import ndarray

from lagviz.engine.rules import UFUNCS
from lagviz.engine.where import call_text, caller, place, stores, updates
from lagviz.errors import InPlaceError, InputError, LeavesTapeError, MissingRuleError

__all__ = [
    "ONE_BY_ONE",
    "changed_in_place",
    "leaves",
    "missing",
    "missing_ufunc",
    "stored",
    "ufunc_name",
    "unrecordable",
    "written_into",
]


def missing(name: str) -> MissingRuleError:
    """The error for a function without a rule."""
    return MissingRuleError(
        f"{name} has no derivative rule, at {place()}. Write it with functions that have one, or give it a rule of your "
        f"own: f = lv.primitive({name}, vjp=lambda g, value, *operands: (one adjoint for each operand,))."
    )


def missing_ufunc(ufunc: np.ufunc) -> MissingRuleError:
    """The error for a ufunc without a rule, or one that is made of a function of the reader's."""
    if ufunc.types == ["O" * ufunc.nin + "->" + "O" * ufunc.nout]:
        return MissingRuleError(
            f"np.frompyfunc made an array of Python objects, at {place()}, which is not recorded. {ONE_BY_ONE}."
        )
    return missing(ufunc_name(ufunc))


def ufunc_name(ufunc: np.ufunc) -> str:
    """A ufunc as a reader writes it: ``np.exp``, ``scipy.special.expit``."""
    name = ufunc.__name__
    if getattr(np, name, None) is ufunc:
        return f"np.{name}"
    if name.startswith("_"):  # which a function of SciPy hands its arguments on to
        call = call_text(caller())
        return name if call is None else call[0]
    return f"scipy.special.{name}" if getattr(sys.modules.get("scipy.special"), name, None) is ufunc else name


#: Functions of the math module that NumPy calls something else.
_NAMES_IN_NUMPY = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "fmod": "remainder",
    "pow": "power",
}


def unrecordable(value: Any) -> InputError:
    """The error for a constant or a result that is not made of real numbers."""
    if value is None:
        what, instead = "None", "A function without a return gives None"
    elif isinstance(value, str | bytes):
        what, instead = f"text, {value!r:.40}", "Turn it into a number beforehand, float(text)"
    elif isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "") == "c":
        what, instead = _kind_of(value), "Only real numbers are recorded: use .real and .imag"
    else:
        what, instead = _kind_of(value), "Turn it into real numbers first, with float(…) or np.asarray(…, dtype=float)"
    return InputError(f"A recorded value met {what}, at {place()}. {instead}.")


def _kind_of(value: Any) -> str:
    return f"an array of {value.dtype}" if type(value) is ndarray else f"a {type(value).__name__}"


def leaves(what: str, instead: str, *, plain_too: bool = False) -> LeavesTapeError:
    """The error for a value that is turned into something without a gradient.

    ``plain_too`` is whether a plain value could not have been turned into it either.
    """
    frame = caller()
    call = call_text(frame)
    if call is not None and call[0].startswith("math."):
        return LeavesTapeError(
            f"{call[0]}({', '.join(call[1])}) leaves the tape, at {place(frame)}: the math module knows plain numbers only, so "
            f"the gradient would be lost. {_instead_of_math(call[0].removeprefix('math.'), call[1])}.",
            plain_too=plain_too,
        )
    if stores(frame):
        return stored()
    return LeavesTapeError(
        f"A recorded value was turned into {what}, at {place(frame)}. There it leaves the tape and its gradient would be "
        f"lost: {instead}.",
        plain_too=plain_too,
    )


def _instead_of_math(name: str, arguments: list[str]) -> str:
    if name in {"fsum", "sumprod"}:
        return (
            f"Use sum({arguments[0]})" if name == "fsum" else f"Use sum(a * b for a, b in zip({', '.join(arguments)}))"
        )
    if name == "log" and len(arguments) == 2:  # noqa: PLR2004 - a number and a base
        return f"Use np.log({arguments[0]}) / np.log({arguments[1]})"
    name = _NAMES_IN_NUMPY.get(name, name)
    function = getattr(np, name, None)
    if isinstance(function, np.ufunc) and function in UFUNCS and function.nin == len(arguments):
        return f"Use np.{name}({', '.join(arguments)})"
    return "Write it with NumPy's functions"


def changed_in_place() -> InPlaceError:
    """The error for ``x += y`` of a recorded array, and for ``x[index] += y``."""
    if updates(caller()) == "part":
        return InPlaceError(f"A part of a recorded array was to be changed in place, at {place()}. {_BUILD_ANEW}.")
    return InPlaceError(
        f"A recorded array was to be changed in place, at {place()}. Other names for the same array would not see it: "
        "write x = x + y in place of x += y."
    )


def written_into(name: str) -> InPlaceError:
    """The error for a recorded result that was to go into a plain array: by ``out=``, by ``x += y``, or by ``x[index] += y``."""
    kind = updates(caller())
    if kind == "part":
        return InPlaceError(
            f"A part of a plain array was to be changed by a recorded value in place, at {place()}. It holds numbers only, so "
            f"the gradient would be lost. {_BUILD_ANEW}."
        )
    if kind == "name":
        return InPlaceError(
            f"A plain array was to be changed by a recorded value in place, at {place()}. It holds numbers only, so the gradient "
            "would be lost: write x = x + y in place of x += y."
        )
    return InPlaceError(
        f"np.{name} was to write a recorded result into an existing array, at {place()}. Leave out= away, "
        "and write x = x + y in place of x += y."
    )


#: In place of a function that is called with one number after the other.
ONE_BY_ONE = (
    "Write the function with NumPy's own, which take whole arrays (np.where in place of if), or call it for each element, "
    "lv.array([f(t) for t in x])"
)

_BUILD_ANEW = (
    "Build the new array instead: x + np.where(mask, y, 0), x * np.where(mask, y, 1), or np.concatenate of the parts; in a loop "
    "keep the parts in a list or a dict, parts[i] = parts[i] + y, and np.stack them at its end"
)


def stored() -> LeavesTapeError:
    """The error for a recorded value that was written into a plain array."""
    return LeavesTapeError(
        f"A recorded value was written into a plain array, at {place()}. The array holds numbers only, so the gradient "
        "would be lost: collect the parts in a list, parts.append(x), and make an array of it at the end, lv.array(parts) or "
        "np.stack(parts)."
    )
