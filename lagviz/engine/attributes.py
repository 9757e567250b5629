"""The attributes and methods that NumPy's arrays and numbers have, on recorded ones: each is a function of ``np``.

Those that write in place, leave the tape, or show memory are refused by name.
"""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from numpy import ndarray

from lagviz.engine.conversions import not_recorded
from lagviz.engine.functions.casting import astype
from lagviz.engine.recorded import Array, Recorded, Scalar
from lagviz.engine.refusals import leaves
from lagviz.engine.rules import plain
from lagviz.engine.where import place
from lagviz.errors import InPlaceError

#: Methods that are a NumPy function of the array, with the same arguments.
_AS_METHODS: dict[str, Callable[..., Any]] = {
    "all": np.all,
    "any": np.any,
    "argmax": np.argmax,
    "argmin": np.argmin,
    "argpartition": np.argpartition,
    "argsort": np.argsort,
    "astype": astype,
    "choose": np.choose,
    "clip": np.clip,
    "conj": np.conjugate,
    "conjugate": np.conjugate,
    "cumprod": np.cumprod,
    "cumsum": np.cumsum,
    "diagonal": np.diagonal,
    "dot": np.dot,
    "flatten": np.ravel,
    "max": np.max,
    "mean": np.mean,
    "min": np.min,
    "nonzero": np.nonzero,
    "prod": np.prod,
    "ravel": np.ravel,
    "repeat": np.repeat,
    "round": np.round,
    "searchsorted": np.searchsorted,
    "squeeze": np.squeeze,
    "std": np.std,
    "sum": np.sum,
    "swapaxes": np.swapaxes,
    "take": np.take,
    "trace": np.trace,
    "var": np.var,
}


def _method(name: str, function: Callable[..., Any]) -> None:
    def method(self: Recorded, *arguments: Any, **options: Any) -> Any:
        return function(self, *arguments, **options)

    method.__name__ = name
    method.__doc__ = f"As ``np.{function.__name__}``."
    setattr(Recorded, name, method)


for _name, _function in _AS_METHODS.items():
    _method(_name, _function)


def _reshape(self: Recorded, *shape: Any, order: Any = "C") -> Any:
    whole: Any = self
    return np.reshape(whole, shape[0] if len(shape) == 1 else shape, order=order)


def _transpose(self: Recorded, *axes: Any) -> Any:
    return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)


def _compress(self: Recorded, condition: Any, axis: int | None = None) -> Any:
    return np.compress(condition, self, axis=axis)


def _copy(self: Recorded, order: str = "C") -> Recorded:
    del order
    return self  # nothing writes into a recorded value


def _flat(self: Recorded) -> Any:
    return np.ravel(self)


def _leaves(name: str, instead: str) -> Callable[..., NoReturn]:
    def refuse(self: Recorded, *_arguments: Any, **_options: Any) -> NoReturn:
        self.recording.must_run()
        raise leaves(f"plain numbers by .{name}()", instead)

    return refuse


#: Methods that would write into the array: what to write instead.
_IN_PLACE = {
    "sort": "x = np.sort(x)",
    "partition": "x = np.partition(x, k)",
    "fill": "x = np.broadcast_to(value, x.shape)",
    "put": "np.where(mask, new, old)",
    "itemset": "np.where(mask, new, old)",
    "resize": "x = np.resize(x, shape)",
}


def _writes(name: str) -> Callable[..., NoReturn]:
    def refuse(_self: Recorded, *_arguments: Any, **_options: Any) -> NoReturn:
        raise InPlaceError(
            f".{name}() was to change a recorded array in place, at {place()}. Write {_IN_PLACE[name]} instead."
        )

    return refuse


def _set(name: str, attribute: Any) -> None:
    setattr(Recorded, name, attribute)


_set("reshape", _reshape)
_set("transpose", _transpose)
_set("compress", _compress)
_set("copy", _copy)
_set("flat", property(_flat))
_set("T", property(np.transpose, doc="The transpose."))
_set("mT", property(lambda self: np.swapaxes(self, -1, -2), doc="Each matrix of a stack transposed."))
_set("real", property(lambda self: self, doc="A real number's real part is itself."))
_set("imag", property(np.imag, doc="0, without a gradient."))
_set("itemsize", property(lambda self: self.dtype.itemsize, doc="Bytes of an element."))
_set("nbytes", property(lambda self: self.dtype.itemsize * self.size, doc="Bytes of all elements."))
_set("device", property(lambda self: getattr(np.asarray(plain(self)), "device", "cpu"), doc="As of the value."))
_set("is_integer", lambda self: bool(self == np.floor(self)))
for _name in ("item", "tolist", "tobytes", "tofile", "dump", "dumps"):
    _set(_name, _leaves(_name, "compute with the value as it is, and return it from the function"))
for _name in _IN_PLACE:
    _set(_name, _writes(_name))


# --- what Python asks of a value ----------------------------------------------------------------------------------------------


def _divided_by(self: Recorded, other: Any) -> tuple[Any, Any]:
    return other // self, other % self


def _no_pickle(_self: Recorded, _protocol: Any = None) -> NoReturn:
    raise leaves("a sequence of bytes", "return it from the function and store it there")


_set("__rdivmod__", _divided_by)
_set("__copy__", lambda self: self)
_set("__deepcopy__", lambda self, _memo: self)
_set("__reduce_ex__", _no_pickle)
numbers.Real.register(Scalar)

# What else NumPy's arrays, or Python's numbers, have is refused name by name: a class with a `__getattr__` would have Python
# look up every slot of every node the long way, which doubles the time of recording and of a sweep.
for _kind in (Scalar, Array):
    for _name in (*dir(ndarray), *(dir(float) if _kind is Scalar else ())):
        if not _name.startswith("_") and not hasattr(_kind, _name):
            setattr(_kind, _name, property(functools.partial(not_recorded, _name)))
