"""What recorded values refuse, in words: what happened, at which line, and what to write instead."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, NoReturn

import numpy as np
from numpy import ndarray

from lagviz.engine.rules import UFUNCS
from lagviz.engine.where import call_text, called, caller, is_subscript, place, scipy_package, stores
from lagviz.errors import InputError, LeavesTapeError, MissingAttributeError, MissingRuleError

__all__ = [
    "COMPLEX_TRANSFORM",
    "array_wanted",
    "leaves",
    "missing",
    "not_recorded",
    "sparse_operand",
    "ufunc_name",
    "unrecordable",
]


def missing(name: str) -> MissingRuleError:
    """The error for a function without a rule."""
    return MissingRuleError(
        f"{name} has no derivative rule, at {place()}. Write it with functions that have one, or give it a rule of your "
        f"own: f = lv.primitive({name}, vjp=lambda g, value, *operands: (one adjoint for each operand,))."
    )


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
        return _stored()
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


def _stored() -> LeavesTapeError:
    return LeavesTapeError(
        f"A recorded value was written into a plain array, at {place()}. The array holds numbers only, so the gradient "
        "would be lost: collect the parts in a list, parts.append(x), and make an array of it at the end, lv.array(parts) or "
        "np.stack(parts)."
    )


def array_wanted() -> LeavesTapeError:
    """The error for a recorded value that was to become a plain array: by NumPy, or within SciPy."""
    frame = caller()
    if stores(frame):
        return _stored()
    function = called(frame)
    if function is np.arange:
        return LeavesTapeError(
            f"np.arange takes a recorded value for a plain number, at {place()}. Of a whole number write np.arange(int(n)), "
            "which makes it a guard; of others, start + step * np.arange(count)."
        )
    if isinstance(getattr(function, "__self__", None), np.random.Generator | np.random.RandomState):
        return LeavesTapeError(
            f"A recorded value was to be a parameter of a random number, at {place()}. Draw first, and scale then: "
            "m + s * rng.normal() in place of rng.normal(m, s)."
        )
    module, name = getattr(function, "__module__", None) or "", getattr(function, "__name__", "")
    if not module.startswith("scipy."):  # called by an operator, or by no name: stats.norm(0, 1).logpdf(x)
        module, name = scipy_package(), ""
    if not module:
        return _put_in(frame)
    if module == "scipy.sparse" and not name:
        return sparse_operand()
    public = ".".join(part for part in module.split(".") if not part.startswith("_"))
    written = f"{public}.{name}" if name else public
    return LeavesTapeError(
        f"{written} takes a recorded value for a plain array, at {place()}: SciPy turns its arguments into arrays first, so "
        f"the gradient would be lost. {_instead_of(public, name)}."
    )


def _put_in(frame: FrameType | None) -> LeavesTapeError:
    """The error for a recorded value that NumPy was to make part of an array."""
    function = _listed(frame)
    if function:
        return LeavesTapeError(
            f"{function} makes a plain array of a list, at {place()}, but a recorded value stands in it. Make a recorded one of "
            "the list first: lv.array([...]) of numbers, np.stack([...]) of arrays."
        )
    if is_subscript(frame):  # np.r_[x, y]
        return LeavesTapeError(
            f"A recorded value was put into a plain NumPy array, at {place()}. Write np.concatenate([...]) in place of "
            "np.r_[...], np.stack([...], axis=1) in place of np.c_[...], and lv.array([...]) where the parts are numbers."
        )
    return LeavesTapeError(
        f"A recorded value was put into a plain NumPy array, at {place()}. NumPy cannot keep track of it there: write "
        "lv.array([...]) in place of np.array([...]), np.stack for a list of arrays, np.broadcast_to(x, shape) in place "
        "of np.full, and np.where in place of assigning to elements."
    )


#: Functions of NumPy whose business it is to make an array.
_MAKERS = {"array", "asanyarray", "asarray", "ascontiguousarray", "asfortranarray"}


def _listed(frame: FrameType | None) -> str | None:
    """The function of NumPy that is handed a list where it would take a recorded array, as written there."""
    call, function = call_text(frame), called(frame)
    is_numpys = isinstance(function, np.ufunc) or (getattr(function, "__module__", None) or "").startswith("numpy")
    if call is None or frame is None or not is_numpys or function.__name__ in _MAKERS:
        return None
    named = {**frame.f_globals, **frame.f_locals}
    is_list = any(text[0] in "[(" or isinstance(named.get(text), list | tuple) for text in call[1])
    return call[0] if is_list else None


def sparse_operand() -> LeavesTapeError:
    """The error for a sparse matrix that meets a recorded value."""
    return LeavesTapeError(f"A sparse matrix of SciPy met a recorded value, at {place()}. {_SPARSE}.")


def _instead_of(module: str, name: str) -> str:
    """What to write in place of a function of SciPy."""
    if f"{module}.{name}" in _INSTEAD:
        return _INSTEAD[f"{module}.{name}"]
    if module.startswith("scipy.linalg") and hasattr(np.linalg, name):
        return f"Write np.linalg.{name}"
    return _INSTEAD.get(".".join(module.split(".")[:2]), _ELSE)


#: What to write in place of a Fourier transform.
COMPLEX_TRANSFORM = (
    "Its result is complex, which is not recorded. Write real and imaginary part as products with plain matrices, phase = 2 * "
    "np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n, np.cos(phase) @ x and -np.sin(phase) @ x; a power spectrum is "
    "the sum of their squares"
)

_SOLVE = "Write np.linalg.solve(a, b) with the whole matrix"
_OUTSIDE = "Call it outside of the recorded function, or give what it finds a rule of its own with lv.primitive"

_SPARSE = (
    "It knows plain arrays only, so the gradient would be lost. Make an equation of it: product = lv.primitive(lambda x: A @ x, "
    "vjp=lambda g, value, x: A.T @ g), and write product(x); a solution by spsolve likewise, with A.T in its vjp"
)
_SHIFTS = "Write np.convolve of vectors, or a sum of shifted arrays: np.roll(x, 1, axis=0), x[1:] - x[:-1]"

#: By function, or by package for all others of it.
_INSTEAD = {
    **{
        f"scipy.special.{name}": f"Write lv.special.{name}, which gives the same"
        for name in ("log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax")
    },
    **dict.fromkeys((f"scipy.linalg.{name}" for name in ("cho_solve", "lu_solve", "solve_triangular")), _SOLVE),
    "scipy.linalg.expm": (
        "Of a symmetric matrix write w, v = np.linalg.eigh(a) and (v * np.exp(w)) @ v.T; of another, give it a rule of your own "
        "with lv.primitive"
    ),
    "scipy.fft": COMPLEX_TRANSFORM,
    "scipy.integrate": _OUTSIDE,
    "scipy.ndimage": _SHIFTS,
    "scipy.optimize": _OUTSIDE,
    "scipy.signal": _SHIFTS,
    "scipy.sparse": _SPARSE,
    "scipy.stats": (
        "Write its formula with NumPy and scipy.special: the logarithm of the normal density is -((x - m) / s) ** 2 / 2 - "
        "np.log(s) - np.log(2 * np.pi) / 2, its distribution function scipy.special.ndtr((x - m) / s)"
    ),
}
_ELSE = "Write it with NumPy's functions and scipy.special's ufuncs, or give it a rule of your own with lv.primitive"


def not_recorded(name: str, _value: object) -> NoReturn:
    """Refuse an attribute that NumPy's arrays have."""
    if name in {"item", "tolist", "tobytes", "tofile", "data"}:
        instead = "There it would leave the tape: compute with the value as it is"
    else:
        instead = "Write it with NumPy's functions that have a derivative rule"
    raise MissingAttributeError(f".{name} of a recorded value is not recorded, at {place()}. {instead}.")
