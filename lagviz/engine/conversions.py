"""What recorded values answer where NumPy or SciPy asks for plain arrays: which function it was, and what to write instead."""

from __future__ import annotations

from types import FrameType
from typing import NoReturn

import numpy as np

from lagviz.engine.refusals import ONE_BY_ONE, stored
from lagviz.engine.where import call_text, called, caller, entered, is_subscript, place, scipy_package, stores
from lagviz.errors import LeavesTapeError, MissingAttributeError

__all__ = ["COMPLEX_TRANSFORM", "array_wanted", "not_recorded", "sparse_operand", "words_for_numpy"]


def array_wanted() -> LeavesTapeError:
    """The error for a recorded value that was to become a plain array: by NumPy, or within SciPy."""
    frame = caller()
    if stores(frame):
        return stored()
    function = called(frame)
    if function is np.arange:
        return LeavesTapeError(
            f"np.arange takes a recorded value for a plain number, at {place()}. Of a whole number write np.arange(int(n)), "
            "which makes it a guard; of others, start + step * np.arange(count)."
        )
    text = (call_text(frame) or ("", []))[0]
    if isinstance(getattr(function, "__self__", None), np.random.Generator | np.random.RandomState) or (
        function is None and ".random." in text
    ):
        return _drawn(text.rpartition(".")[2])
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


def _drawn(name: str) -> LeavesTapeError:
    """The error for a recorded value that was handed to a random generator."""
    if name in {"choice", "permutation", "permuted"}:
        return LeavesTapeError(
            f"Random elements of a recorded array were to be drawn, at {place()}. Draw positions, and index with them: "
            "x[rng.choice(len(x), size)], x[rng.permutation(len(x))]."
        )
    return LeavesTapeError(
        f"A recorded value was to be a parameter of a random number, at {place()}. Draw first, and scale then: "
        "m + s * rng.normal() in place of rng.normal(m, s)."
    )


def _put_in(frame: FrameType | None) -> LeavesTapeError:
    """The error for a recorded value that NumPy was to make part of an array."""
    words = words_for_numpy() or _converted(frame)
    if words is not None:
        return LeavesTapeError(f"{words[0]}, at {place()}. {words[1]}.")
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


def words_for_numpy() -> tuple[str, str] | None:
    """What happened, and what to write, where a function of NumPy's that is written in Python asks."""
    module, name = entered()
    return _INSTEAD_OF_NUMPYS.get(name) or _INSTEAD_OF_NUMPYS.get(".".join(module.split(".")[:2]))


def _converted(frame: FrameType | None) -> tuple[str, str] | None:
    """What happened, and what to write, where a recorded value itself was to be made an array or a number of NumPy's."""
    call, function = call_text(frame), called(frame)
    if call is None or frame is None or not call[1]:
        return None
    if function is np.broadcast:
        return (
            "np.broadcast takes plain arrays only",
            "Write np.broadcast_shapes(x.shape, y.shape), or np.broadcast_arrays(x, y)",
        )
    if isinstance(function, type) and issubclass(function, np.number):
        return f"{call[0]} makes a plain number", f"Write {call[1][0]}.astype({call[0]}), or leave it away"
    given = {**frame.f_globals, **frame.f_locals}.get(call[1][0])
    if hasattr(given, "recording") and getattr(function, "__name__", "") in _MAKERS:
        again = f"leave {call[0]} away, or write lv.array({call[1][0]}), which takes plain ones too"
        return f"{call[0]} makes a plain array of a recorded one, and the gradient would be lost", f"It is one: {again}"
    return None


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


#: By name of the function, or by its package: what it does, and what to write in its place.
_INSTEAD_OF_NUMPYS = {
    "as_strided": (
        "np.lib.stride_tricks.as_strided shows the memory of plain arrays only",
        "Write np.lib.stride_tricks.sliding_window_view(x, shape)",
    ),
    "asarray_chkfinite": (
        "np.asarray_chkfinite makes a plain array",
        "Leave it away: tape.first_nonfinite() finds NaN",
    ),
    "full": (
        "np.full fills a plain array with a recorded value, whose gradient would be lost",
        "Write np.broadcast_to(x, shape)",
    ),
    "fill_diagonal": (
        "np.fill_diagonal writes a recorded value into a plain array, where the gradient would be lost",
        "Write np.where(np.eye(n, dtype=bool), d, x)",
    ),
    "ndenumerate.__init__": (
        "np.ndenumerate goes through plain arrays only",
        "Write for i in np.ndindex(x.shape), and x[i]",
    ),
    "numpy.ma": ("Masked arrays are not recorded", "Write np.where(mask, 0, x), and count with np.sum(~mask)"),
    "numpy.matrixlib": ("np.matrix is not recorded", "Use arrays, and @ for their products"),
    "numpy.polynomial": (
        "np.polynomial computes with plain arrays only",
        "Write np.polyval(c[::-1], x), which begins with the highest power, or the recurrence of your polynomials",
    ),
    "numpy.testing": (
        "np.testing compares plain arrays only",
        "Write assert np.allclose(x, y), which is a decision, or test what the recorded function returned outside of it",
    ),
    "poly1d.__init__": ("np.poly1d computes with plain arrays only", "Write np.polyval(c, x)"),
    "require": ("np.require makes a plain array", "Leave it away"),
    "vectorize.__call__": ("np.vectorize goes through plain arrays only", ONE_BY_ONE),
}

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


_MEMORY = "It is of memory, which a recorded array does not show: leave it away"
_INSTEAD_OF_ATTRIBUTES = {
    **dict.fromkeys(("base", "ctypes", "flags", "view"), _MEMORY),
    "data": "There it would leave the tape: compute with the value as it is",
    "strides": "For windows along an array write np.lib.stride_tricks.sliding_window_view(x, shape)",
}


def not_recorded(name: str, _value: object) -> NoReturn:
    """Refuse an attribute that NumPy's arrays have."""
    words = words_for_numpy()
    if words is not None:
        raise MissingAttributeError(f"{words[0]}, at {place()}. {words[1]}.")
    instead = _INSTEAD_OF_ATTRIBUTES.get(name, "Write it with NumPy's functions that have a derivative rule")
    raise MissingAttributeError(f".{name} of a recorded value is not recorded, at {place()}. {instead}.")
