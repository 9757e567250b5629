"""The values that a program computes with while it is recorded: numbers and arrays that remember their equation.

A recorded value *is* a node of the tape: its value, its rule, what it reads, and the recording it belongs to. Nodes are
appended in the order in which they are made, which is a topological order; nothing is ever sorted, and nothing holds a
closure. What only a viewer needs (names, source text) is found later, from the pair (code, offset) kept beside each node.

Numbers have a fast path of their own and stay Python floats; arrays come through NumPy's own protocols. Arithmetic is
NumPy's: 1 / 0 is infinite, not an exception.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import CodeType
from typing import Any, NoReturn

import numpy as np

from lagviz.engine.rules import GETITEM, MATMUL, OPERATORS, SQUARE, UFUNCS, Rule, plain
from lagviz.engine.where import call_text, caller, is_ours, place
from lagviz.errors import (
    EndlessError,
    ForeignValueError,
    InPlaceError,
    LeavesTapeError,
    MissingRuleError,
)

__all__ = ["INDEX", "INPUT", "TRUTH", "Array", "Recorded", "Recording", "Scalar", "record_operation", "running"]

#: An input or parameter: an equation that reads nothing.
INPUT = Rule("input", lambda: None, text="", tex="", differentiable=False)
#: The decision a Python ``if`` takes on a number.
TRUTH = Rule("truth", bool, arity=1, pill="≠ 0", tex=r"$x \ne 0", text="$x ≠ 0", differentiable=False)
#: A recorded integer used as an index or a trip count.
INDEX = Rule("index", lambda x: int(x), arity=1, pill="int", tex="$x", text="$x", differentiable=False)

#: The innermost recording of this thread or task.
running: ContextVar[Recording | None] = ContextVar("running", default=None)

#: Code that calls the reader's function: above it the source is not what was recorded. Filled by `lagviz.engine.record`.
ENTRIES: set[CodeType] = set()

_new = object.__new__
_frame = sys._getframe  # noqa: SLF001 - one call a node: the documented ways are ten times slower


class Recording:
    """What a running recording collects.

    Parameters
    ----------
    limit : int
        Number of nodes at which recording stops with an error.
    positions : bool
        Whether to keep where in the source each node was made (about 100 ns a node).
    """

    __slots__ = ("append", "guards", "held", "limit", "marks", "nodes", "outer")

    def __init__(self, limit: int, *, positions: bool) -> None:
        self.nodes: list[Recorded] = []
        self.append: Callable[[Recorded], object] = self.nodes.append
        self.limit = limit
        self.marks: list[Any] | None = [] if positions else None
        self.guards: list[Recorded] = []
        self.held: list[np.ndarray[Any, Any]] = []
        self.outer = running.get()

    def encloses(self, other: Recording) -> bool:
        """Whether ``other`` was begun while this one was running."""
        recording: Recording | None = other
        while recording is not None:
            if recording is self:
                return True
            recording = recording.outer
        return False

    def hold(self, constant: np.ndarray[Any, Any]) -> None:
        """Lock an array that the tape refers to, so that the program cannot change it under the recorded equations."""
        if constant.flags.writeable:
            constant.flags.writeable = False
            self.held.append(constant)

    def close(self) -> None:
        """End the recording: let go of the nodes (no reference cycle is left) and unlock what was held."""
        for constant in self.held:
            constant.flags.writeable = True
        self.held = []
        self.nodes = []
        self.append = _ended

    def too_long(self) -> NoReturn:
        raise EndlessError(
            f"Recording stopped at {self.limit:,} equations, at {place()}. A loop without an end has no gradient; if "
            f"this program is meant to be that long, pass a larger max_nodes (now max_nodes={self.limit:_})."
        )


def _ended(node: Recorded) -> NoReturn:
    del node
    raise ForeignValueError(
        f"A recorded value was used after its recording had ended, at {place()}. Return what you need from the function "
        "instead of keeping it outside."
    )


class Recorded:
    """A node: ``value = rule(left, right)``; what `Scalar` and `Array` share."""

    __slots__ = ("adjoint", "left", "recording", "right", "rule", "value")

    value: Any
    rule: Rule
    left: Any
    right: Any
    recording: Recording
    #: Scratch of a sweep in progress: the part of λ that has come in so far.
    adjoint: Any

    # NumPy's operators hand over to ours, also when a plain array or NumPy number stands on the left.
    __array_priority__ = 1000.0

    @property
    def operands(self) -> tuple[Any, ...]:
        """What the equation reads: recorded values and constants, in order."""
        arity = self.rule.arity
        if arity == 0:
            return self.left or ()
        return (self.left,) if arity == 1 else (self.left, self.right)

    @property
    def options(self) -> dict[str, Any]:
        """Settings of the operation that are no operands: an axis, a shape, an index."""
        return (self.right or {}) if self.rule.arity == 0 else {}

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def ndim(self) -> int:
        return len(np.shape(self.value))

    @property
    def size(self) -> int:
        return int(np.prod(np.shape(self.value), dtype=np.int64))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.asarray(plain(self.value)).dtype

    def __repr__(self) -> str:
        return f"<recorded {plain(self.value)!r}>"

    def __format__(self, spec: str) -> str:
        return format(plain(self.value), spec)

    # --- operators -------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        return _binary(OPERATORS["add"], self, other)

    def __radd__(self, other: Any) -> Any:
        return _binary(OPERATORS["add"], other, self)

    def __sub__(self, other: Any) -> Any:
        return _binary(OPERATORS["sub"], self, other)

    def __rsub__(self, other: Any) -> Any:
        return _binary(OPERATORS["sub"], other, self)

    def __mul__(self, other: Any) -> Any:
        return _binary(OPERATORS["mul"], self, other)

    def __rmul__(self, other: Any) -> Any:
        return _binary(OPERATORS["mul"], other, self)

    def __truediv__(self, other: Any) -> Any:
        return _binary(OPERATORS["truediv"], self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _binary(OPERATORS["truediv"], other, self)

    def __pow__(self, other: Any) -> Any:
        if (type(other) is int or type(other) is float) and other == 2:  # noqa: PLR2004
            return record_operation(SQUARE, (self,))
        return _binary(OPERATORS["pow"], self, other)

    def __rpow__(self, other: Any) -> Any:
        return _binary(OPERATORS["pow"], other, self)

    def __matmul__(self, other: Any) -> Any:
        return _binary(MATMUL, self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _binary(MATMUL, other, self)

    def __neg__(self) -> Any:
        return record_operation(OPERATORS["neg"], (self,))

    def __pos__(self) -> Any:
        return record_operation(OPERATORS["pos"], (self,))

    def __abs__(self) -> Any:
        return record_operation(OPERATORS["abs"], (self,))

    def __lt__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.less], self, other)

    def __le__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.less_equal], self, other)

    def __gt__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.greater], self, other)

    def __ge__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.greater_equal], self, other)

    def __eq__(self, other: object) -> Any:
        return _binary(UFUNCS[np.equal], self, other)

    def __ne__(self, other: object) -> Any:
        return _binary(UFUNCS[np.not_equal], self, other)

    def __invert__(self) -> Any:
        return record_operation(UFUNCS[np.logical_not], (self,))

    def __and__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.logical_and], self, other)

    def __or__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.logical_or], self, other)

    __rand__ = __and__
    __ror__ = __or__

    # `==` makes an equation, so equality cannot decide what is the same key; identity does.
    __hash__ = object.__hash__

    # --- decisions, and ways off the tape ---------------------------------------------------------------------------

    def __bool__(self) -> bool:
        taken = bool(self.value)  # of several elements: NumPy's own error
        _guard(self if isinstance(taken, bool) and self.dtype == np.bool_ else _decision(TRUTH, self, taken))
        return taken

    def __index__(self) -> int:
        value = plain(self.value)
        if np.ndim(value) or not isinstance(value, int | np.integer):
            raise _leaves(self, "an index or a trip count", "use a plain integer, or an argument that is an int")
        _guard(_decision(INDEX, self, int(value)))
        return int(value)

    def __int__(self) -> int:
        if isinstance(plain(self.value), int | np.integer):
            return self.__index__()
        raise _leaves(self, "int", "use np.floor or np.rint, whose result stays recorded")

    def __float__(self) -> float:
        raise _leaves(self, "float", "compute with it as it is")

    def __complex__(self) -> complex:
        raise _leaves(self, "complex", "complex numbers are not recorded")

    def __round__(self, digits: int = 0) -> NoReturn:
        del digits
        raise _leaves(self, "round", "use np.rint")

    def __floor__(self) -> NoReturn:
        raise _leaves(self, "math.floor", "use np.floor")

    def __ceil__(self) -> NoReturn:
        raise _leaves(self, "math.ceil", "use np.ceil")

    def __trunc__(self) -> NoReturn:
        raise _leaves(self, "math.trunc", "use np.trunc")

    def __array__(self, *_args: Any, **_options: Any) -> NoReturn:
        raise LeavesTapeError(
            f"A recorded value was put into a plain NumPy array, at {place()}. NumPy cannot keep track of it there: write "
            "lv.array([...]) in place of np.array([...]), np.stack for a list of arrays, and np.where in place of "
            "assigning to elements."
        )

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise InPlaceError(
            f"A recorded array was to be overwritten, at {place()}. Build the new array instead: "
            "np.where(mask, new, old), or np.concatenate of the parts."
        )

    # --- NumPy's protocols ------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        if options.get("out") is not None:
            raise InPlaceError(
                f"np.{ufunc.__name__} was to write a recorded result into an existing array, at {place()}. Leave out= away, "
                "and write x = x + y in place of x += y."
            )
        if method == "reduce" and ufunc in _REDUCED:
            return _REDUCED[ufunc](*operands, **options)
        rule = MATMUL if ufunc is np.matmul else UFUNCS.get(ufunc)
        if rule is None or method != "__call__":
            called = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
            raise missing(f"np.{called}")
        if options:
            raise MissingRuleError(
                f"np.{ufunc.__name__} with {', '.join(options)}= is not recorded, at {place()}. Leave the option away."
            )
        if rule is OPERATORS["pow"] and type(operands[1]) in {int, float} and operands[1] == 2:  # noqa: PLR2004
            return record_operation(SQUARE, operands[:1])
        return record_operation(rule, operands)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        del types
        handler = FUNCTIONS.get(function)
        if handler is None:
            raise missing(f"np.{function.__name__}")
        return handler(*arguments, **options)


def missing(name: str) -> MissingRuleError:
    """The error for a function without a rule."""
    return MissingRuleError(
        f"{name} has no derivative rule, at {place()}. Write it with functions that have one; the ones with a rule are "
        "listed in lagviz.engine.rules."
    )


def _leaves(node: Recorded, what: str, instead: str) -> LeavesTapeError:
    frame = caller()
    call = call_text(frame)
    if call is not None and call[0].startswith("math."):
        name = call[0].removeprefix("math.")
        return LeavesTapeError(
            f"{call[0]}({call[1]}) leaves the tape, at {place(frame)}: the math module knows plain numbers only, so the "
            f"gradient would be lost. Use np.{name}({call[1]})."
        )
    del node
    return LeavesTapeError(
        f"A recorded value was turned into {what}, at {place(frame)}. There it leaves the tape and its gradient would be "
        f"lost: {instead}."
    )


def _guard(node: Recorded) -> None:
    node.recording.guards.append(node)


def _decision(rule: Rule, node: Recorded, value: object) -> Recorded:
    return _append(Scalar, value, rule, node, None, node.recording)


# --- recording one operation ------------------------------------------------------------------------------------------------


def _append(kind: type[Recorded], value: Any, rule: Rule, left: Any, right: Any, recording: Recording) -> Recorded:
    nodes = recording.nodes
    if len(nodes) >= recording.limit:
        recording.too_long()
    node = _new(kind)
    node.value = value
    node.rule = rule
    node.left = left
    node.right = right
    node.recording = recording
    node.adjoint = None
    recording.append(node)
    marks = recording.marks
    if marks is not None:
        frame = _frame(2)
        while is_ours(frame.f_code) and frame.f_code not in ENTRIES and frame.f_back is not None:
            frame = frame.f_back
        marks.append(frame.f_code)
        marks.append(frame.f_lasti)
    return node


def record_operation(rule: Rule, operands: tuple[Any, ...], options: dict[str, Any] | None = None) -> Any:
    """Compute an operation on recorded values and constants, and append it to the innermost recording among them."""
    recording: Recording | None = None
    for operand in operands:
        if isinstance(operand, Recorded) and operand.recording is not recording:
            recording = operand.recording if recording is None else _innermost(recording, operand.recording)
    if recording is None:  # nothing recorded here: an ordinary computation
        return rule.compute(*operands, **(options or {}))
    raw = [
        operand.value if isinstance(operand, Recorded) and operand.recording is recording else operand
        for operand in operands
    ]
    value = rule.compute(*raw, **options) if options else rule.compute(*raw)
    for operand in operands:
        if isinstance(operand, np.ndarray):
            recording.hold(operand)
    kind, value = wrapped(value)
    if rule.arity == 0:
        return _append(kind, value, rule, operands, options, recording)
    return _append(kind, value, rule, operands[0], operands[1] if rule.arity > 1 else None, recording)


def _binary(rule: Rule, left: Any, right: Any) -> Any:
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        left, right = (
            np.asarray(left) if isinstance(left, list | tuple) else left,
            (np.asarray(right) if isinstance(right, list | tuple) else right),
        )
    return record_operation(rule, (left, right))


def _innermost(a: Recording, b: Recording) -> Recording:
    if a.encloses(b):
        return b
    if b.encloses(a):
        return a
    raise ForeignValueError(
        f"Values of two recordings that know nothing of each other met, at {place()}. A recorded value can be used only "
        "while the function it was made in is running, or in a function that one calls."
    )


def wrapped(value: Any) -> tuple[type[Recorded], Any]:
    """The class that records a value, and the value as it is kept: Python's own numbers for NumPy's of the same kind."""
    kind = type(value)
    if kind is float or kind is int or kind is bool or isinstance(value, Scalar):
        return Scalar, value
    if isinstance(value, Array):
        return Array, value
    if isinstance(value, np.ndarray) and value.ndim:
        return Array, value
    value = value[()] if isinstance(value, np.ndarray) else value
    if isinstance(value, np.float64 | np.integer | np.bool_):
        return Scalar, value.item()
    return Scalar, value


class Scalar(Recorded):
    """A recorded number. Its arithmetic with other numbers is written out by hand: it is what a loop spends its time on."""

    __slots__ = ()


class Array(Recorded):
    """A recorded array, with the attributes and methods of NumPy's."""

    __slots__ = ()

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        return np.transpose(self)  # type: ignore[call-overload]

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[position] for position in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        return record_operation(GETITEM, (self,), {"index": _plain_index(index)})

    def _in_place(self, other: Any) -> NoReturn:
        del other
        raise InPlaceError(
            f"A recorded array was to be changed in place, at {place()}. Other names for the same array would not see it: "
            "write x = x + y in place of x += y."
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _in_place


def _plain_index(index: Any) -> Any:
    """An index without recorded parts: numbers and masks that decide what is read are guards."""
    if isinstance(index, tuple):
        return tuple(_plain_index(part) for part in index)
    if isinstance(index, Scalar):
        return index.__index__()
    if isinstance(index, Array):
        if index.dtype.kind not in "bi":
            raise _leaves(index, "an index", "index with integers or a condition")
        _guard(index)
        return plain(index)
    return index


def _method(name: str, function: Callable[..., Any]) -> None:
    def method(self: Array, *arguments: Any, **options: Any) -> Any:
        return function(self, *arguments, **options)

    method.__name__ = name
    method.__doc__ = f"As ``np.{function.__name__}``."
    setattr(Array, name, method)


for _name, _function in {
    "sum": np.sum,
    "mean": np.mean,
    "max": np.max,
    "min": np.min,
    "argmax": np.argmax,
    "argmin": np.argmin,
    "any": np.any,
    "all": np.all,
    "ravel": np.ravel,
    "flatten": np.ravel,
    "squeeze": np.squeeze,
    "swapaxes": np.swapaxes,
    "repeat": np.repeat,
    "dot": np.dot,
    "clip": np.clip,
    "var": np.var,
    "std": np.std,
}.items():
    _method(_name, _function)


def _reshape_method(self: Array, *shape: Any) -> Any:
    return np.reshape(self, shape[0] if len(shape) == 1 else shape)  # type: ignore[call-overload]


def _transpose_method(self: Array, *axes: Any) -> Any:
    return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)  # type: ignore[call-overload]


Array.reshape = _reshape_method  # type: ignore[attr-defined]
Array.transpose = _transpose_method  # type: ignore[attr-defined]
Array.copy = lambda self: self  # type: ignore[attr-defined]  # nothing writes into a recorded array

#: Handlers of NumPy's functions by the function; filled by `lagviz.engine.dispatch`.
FUNCTIONS: dict[Any, Callable[..., Any]] = {}

_REDUCED: dict[np.ufunc, Callable[..., Any]] = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min}
