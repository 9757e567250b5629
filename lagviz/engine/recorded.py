"""The values that a program computes with while it is recorded: numbers and arrays that remember their equation.

A recorded value *is* a node of the tape: its value, its rule, what it reads, and the recording it belongs to. Nodes are
appended in the order in which they are made, which is a topological order; nothing is ever sorted, and nothing holds a
closure. What only a viewer needs (names, source text) is found later, from the pair (code, offset) kept beside each node.

Numbers have a fast path of their own and stay Python floats; arrays come through NumPy's own protocols. Arithmetic is
NumPy's: 1 / 0 is infinite, not an exception.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
from numpy import ndarray

from lagviz.engine import tree
from lagviz.engine.conversions import array_wanted, sparse_operand
from lagviz.engine.leaving import Leaving
from lagviz.engine.recording import Recording, innermost
from lagviz.engine.refusals import changed_in_place, leaves, missing, unrecordable
from lagviz.engine.rules import GETITEM, MATMUL, OPERATORS, SQUARE, UFUNCS, Rule, is_array, plain, size_of
from lagviz.engine.where import caller, formats, is_subscript, place
from lagviz.errors import InPlaceError, InputError

__all__ = [
    "INDEX",
    "INPUT",
    "NOTHING",
    "TRUTH",
    "Array",
    "Recorded",
    "Scalar",
    "append_equation",
    "captured",
    "record_operation",
    "settled",
]

#: An input or parameter: an equation that reads nothing.
INPUT = Rule("input", lambda: None, text="", tex="", differentiable=False)
#: The decision a Python ``if`` takes on a number.
TRUTH = Rule("truth", bool, arity=1, pill="≠ 0", tex=r"$x \ne 0", text="$x ≠ 0", differentiable=False)
#: Recorded integers used as an index or a trip count.
INDEX = Rule(
    "index",
    lambda x: np.array(x, dtype=int) if np.ndim(x) else int(x),
    arity=1,
    pill="int",
    tex="$x",
    text="$x",
    differentiable=False,
)

_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = (OPERATORS[name] for name in ("add", "sub", "mul", "truediv"))
_POWER, _NEGATIVE = OPERATORS["pow"], OPERATORS["neg"]
_LESS, _LESS_EQUAL, _GREATER, _GREATER_EQUAL = (
    UFUNCS[ufunc] for ufunc in (np.less, np.less_equal, np.greater, np.greater_equal)
)

#: The adjoint of a node that no part of λ has come in for: a zero told apart by identity, so that a number's first part is
#: added like any other, without a question.
NOTHING = float("0")

#: Rules by the ufunc that NumPy hands over.
_RULES: dict[np.ufunc, Rule] = {**UFUNCS, np.matmul: MATMUL}

#: NumPy's numbers that are no other than Python's.
_LIKE_PYTHONS = (np.float64, np.integer, np.bool_)


class Recorded(Leaving):
    """A node: ``value = rule(left, right)``; what `Scalar` and `Array` share."""

    __slots__ = ("adjoint", "left", "recording", "right", "rule", "value")

    value: Any
    rule: Rule
    left: Any
    right: Any
    recording: Recording
    #: Scratch of a sweep in progress: the part of λ that has come in so far, or NOTHING.
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
        """As of an array; ``()`` for a number."""
        shape: tuple[int, ...] = getattr(self.value, "shape", ())  # `np.shape` makes an array of a plain number first
        return shape

    @shape.setter
    def shape(self, shape: Any) -> NoReturn:
        raise InPlaceError(
            f"The shape of a recorded value was to be changed in place, at {place()}. Write x = np.reshape(x, {shape})."
        )

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return size_of(self.value)

    @property
    def dtype(self) -> np.dtype[Any]:
        """As of an array of the value."""
        return np.asarray(plain(self.value)).dtype

    def __repr__(self) -> str:
        return f"<recorded {plain(self.value)!r}>"

    def __str__(self) -> str:
        return format(self)

    def __format__(self, spec: str) -> str:
        value = plain(self.value)
        if isinstance(value, int) and not self.recording.ended:
            value = self.__index__()  # text made of a count is a name: params[f"W{n}"]
        return format(value, spec)

    # --- operators -------------------------------------------------------------------------------------------------

    # `_binary` answers for every operand there may be. Those of a loop take a shorter way: `lagviz.engine.operators`.

    def __add__(self, other: Any) -> Any:
        return _binary(_ADD, self, other)

    def __radd__(self, other: Any) -> Any:
        return _binary(_ADD, other, self)

    def __sub__(self, other: Any) -> Any:
        return _binary(_SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _binary(_SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Any:
        return NotImplemented if self._repeats(other) else _binary(_MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Any:
        return NotImplemented if self._repeats(other) else _binary(_MULTIPLY, other, self)

    def _repeats(self, other: Any) -> bool:
        """Whether a product is no arithmetic: ``[0.0] * n`` asks Python for a longer list, and us for a count."""
        return isinstance(other, list | tuple | str | bytes) and isinstance(plain(self.value), int)

    def __truediv__(self, other: Any) -> Any:
        return _binary(_DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _binary(_DIVIDE, other, self)

    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        if modulo is not None:
            raise InputError(
                f"pow with three arguments is arithmetic of whole numbers, and is not recorded, at {place()}. Write "
                "(x ** y) % m."
            )
        if (type(other) is int or type(other) is float) and other == 2:  # noqa: PLR2004
            return append_equation(self.value * self.value, SQUARE, self, None, self.recording)
        return _binary(_POWER, self, other)

    def __rpow__(self, other: Any) -> Any:
        return _binary(_POWER, other, self)

    def __matmul__(self, other: Any) -> Any:
        if type(self) is Array is type(other) and self.recording is other.recording:
            return append_equation(self.value @ other.value, MATMUL, self, other, self.recording)
        if hasattr(other, "tocsr"):
            raise sparse_operand()
        return _binary(MATMUL, self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _binary(MATMUL, other, self)

    def __neg__(self) -> Any:
        return append_equation(-self.value, _NEGATIVE, self, None, self.recording)

    def __pos__(self) -> Any:
        return _unary(OPERATORS["pos"], self)

    def __abs__(self) -> Any:
        return _unary(OPERATORS["abs"], self)

    def __lt__(self, other: Any) -> Any:
        return _binary(_LESS, self, other)

    def __le__(self, other: Any) -> Any:
        return _binary(_LESS_EQUAL, self, other)

    def __gt__(self, other: Any) -> Any:
        return _binary(_GREATER, self, other)

    def __ge__(self, other: Any) -> Any:
        return _binary(_GREATER_EQUAL, self, other)

    def __eq__(self, other: object) -> Any:
        return NotImplemented if _is_no_number(other) else _binary(UFUNCS[np.equal], self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if _is_no_number(other) else _binary(UFUNCS[np.not_equal], self, other)

    def __invert__(self) -> Any:
        return record_operation(UFUNCS[np.invert], (self,))

    def __and__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.bitwise_and], self, other)

    def __or__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.bitwise_or], self, other)

    def __xor__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.bitwise_xor], self, other)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def __floordiv__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.floor_divide], self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.floor_divide], other, self)

    def __mod__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.remainder], self, other)

    def __rmod__(self, other: Any) -> Any:
        return _binary(UFUNCS[np.remainder], other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    # --- decisions, and ways off the tape ---------------------------------------------------------------------------

    def __bool__(self) -> bool:
        value = self.value
        taken = bool(value)  # of several elements: NumPy's own error
        # A comparison of numbers, most often: what its dtype is takes longer to find out than all else here.
        own = value is taken or self.dtype == np.bool_
        _guard(self if own else _decision(TRUTH, self, taken))
        return taken

    def __hash__(self) -> int:
        """Of a whole number or a decision, which are guards; others are no keys, as arrays are none in NumPy."""
        kind = self.dtype.kind
        if self.ndim or kind == "f":
            raise InputError(
                f"A recorded value was to be a key or a member of a set, at {place()}. Equal numbers may come from different "
                "equations, so a gradient could get lost: compare it, x == 1.5, keep a list, or look up a whole number, "
                "table[int(n)]."
            )
        return hash(bool(self) if kind == "b" else self.__index__())

    def __index__(self) -> int:
        value = self.value
        if isinstance(value, Recorded):
            value = value.__index__()  # recorded further out: a decision there too
        if np.ndim(value) or not isinstance(value, int | np.integer):
            raise leaves(
                "an index or a trip count", "use a plain integer, or an argument that is an int", plain_too=True
            )
        if isinstance(self.value, Recorded):
            self.value.__index__()  # a decision of the recording further out, too
        _guard(_decision(INDEX, self, int(value)))
        return int(value)

    def __int__(self) -> int:
        value = plain(self.value)
        counts = isinstance(value, int | np.integer)
        if (self.recording.ended or not counts) and formats(sys._getframe(1)):  # noqa: SLF001 - "%d" % x
            return int(value)
        if counts:
            return self.__index__()
        raise self._leaves(
            "a plain int", "use np.floor or np.rint, whose result stays recorded; for an index, x.astype(int)"
        )

    def __array__(self, *_args: Any, **_options: Any) -> Any:
        if self.dtype.kind in "biu" and is_subscript(caller()):
            return np.asarray(settled(self))  # X[i] of a plain X: NumPy asks for an array, and means an index
        self.recording.must_run()
        raise array_wanted()

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise InPlaceError(
            f"A recorded array was to be overwritten, at {place()}. Build the new array instead: "
            "np.where(mask, new, old), or np.concatenate of the parts; in a loop collect the parts in a list, and np.stack them "
            "at its end."
        )

    # --- NumPy's protocols ------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        rule = _RULES.get(ufunc)
        if rule is not None and method == "__call__" and not options:
            if rule.arity == 1:
                x = operands[0]
                return append_equation(rule.compute(x.value), rule, x, None, x.recording)
            if rule is not _POWER:
                return _binary(rule, *operands)
        return UFUNC_METHODS[method](ufunc, operands, options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        del types
        handler = FUNCTIONS.get(function)
        if handler is None:
            module = function.__module__.replace("numpy", "np", 1)
            raise missing(f"{module}.{function.__name__}")
        return handler(*arguments, **options)


def _guard(node: Recorded) -> None:
    node.recording.guards.append(node)


def _decision(rule: Rule, node: Recorded, value: object) -> Recorded:
    return append_equation(value, rule, node, None, node.recording)


# --- recording one operation ------------------------------------------------------------------------------------------------


def append_equation(value: Any, rule: Rule, left: Any, right: Any, recording: Recording) -> Recorded:
    """Append an equation to a recording."""
    # Calling a class that has no `__init__` is the quickest way to an object.
    node: Recorded
    kind = type(value)
    if kind is float or kind is bool:
        node = Scalar()
    elif kind is ndarray and value.ndim:
        node = Array()
    elif kind is np.float64:
        node, value = Scalar(), value.item()
    else:
        kind, value = wrapped(value)
        node = kind()
    node.value = value
    node.rule = rule
    node.left = left
    node.right = right
    node.recording = recording
    node.adjoint = NOTHING
    nodes = recording.nodes
    nodes.append(node)
    if recording.marks is not None:
        recording.mark(3)
    elif len(nodes) > recording.limit:
        recording.too_long()
    return node


def record_operation(rule: Rule, operands: tuple[Any, ...], options: dict[str, Any] | None = None) -> Any:
    """Compute an operation on recorded values and constants, and append it to the innermost recording among them."""
    if rule.arity == 2 and not options:  # noqa: PLR2004
        return _binary(rule, *operands)
    recording: Recording | None = None
    for operand in operands:
        kind = type(operand)
        if (kind is Array or kind is Scalar) and operand.recording is not recording:
            recording = operand.recording if recording is None else innermost(recording, operand.recording)
    if recording is None:  # nothing recorded here: an ordinary computation
        return rule.compute(*operands, **(options or {}))
    if recording.captured is not None:
        operands = tuple(captured(operand, recording) for operand in operands)
    raw = []
    for operand in operands:
        kind = type(operand)
        if (kind is Array or kind is Scalar) and operand.recording is recording:
            raw.append(operand.value)
        else:
            if is_array(operand):
                recording.constants.hold(operand)
            raw.append(operand)
    value = rule.compute(*raw, **options) if options else rule.compute(*raw)
    if rule.arity == 0:
        return append_equation(value, rule, operands, options, recording)
    return append_equation(value, rule, operands[0], None, recording)


def _unary(rule: Rule, x: Recorded) -> Any:
    return append_equation(rule.compute(x.value), rule, x, None, x.recording)


def _binary(rule: Rule, left: Any, right: Any) -> Any:
    # `type(x) is …` of the two classes there are takes a third of the time of `isinstance(x, Recorded)`.
    kind, other_kind = type(left), type(right)
    if kind is Scalar or kind is Array:
        recording: Recording = left.recording
        if (other_kind is Scalar or other_kind is Array) and right.recording is not recording:
            recording = innermost(recording, right.recording)
            if recording.captured is not None:
                left, right = captured(left, recording), captured(right, recording)
    elif other_kind is Scalar or other_kind is Array:
        recording = right.recording
    else:
        return rule.compute(left, right)
    x = left.value if (kind is Scalar or kind is Array) and left.recording is recording else left
    y = right.value if (other_kind is Scalar or other_kind is Array) and right.recording is recording else right
    if x is left:
        x = left = _constant(left, recording, y)
    elif y is right:
        y = right = _constant(right, recording, x)
    return append_equation(rule.compute(x, y), rule, left, right, recording)


def captured(operand: Any, recording: Recording) -> Any:
    """An operand as a recording reads it that stands for itself: of a value recorded further out, an input of its own."""
    if recording.captured is None or not isinstance(operand, Recorded) or operand.recording is recording:
        return operand
    if id(operand) not in recording.captured:
        node = append_equation(plain(operand), INPUT, (), {"name": "captured"}, recording)
        recording.captured[id(operand)] = operand, node
    return recording.captured[id(operand)][1]


def _constant(operand: Any, recording: Recording, other: Any) -> Any:
    """An operand that is not recorded, or not in this recording: what the tape is to keep of it beside the other one."""
    kind = type(operand)
    if kind is float or kind is int:
        return operand
    if kind is np.float64:
        # Arithmetic with Python's own numbers takes a fraction of the time, but only NumPy's lift single precision to double.
        return operand if getattr(other, "dtype", None) in _SHORTER else operand.item()
    if kind is not ndarray and not isinstance(operand, _NUMBERS):
        operand = _as_numbers(operand)
    if is_array(operand):
        recording.constants.hold(operand)
    return operand


#: Precisions below Python's own.
_SHORTER = frozenset((np.dtype(np.float32), np.dtype(np.float16)))
#: What arithmetic takes as it is.
_NUMBERS = (int, float, np.number, np.bool_, ndarray, Recorded)


def _as_numbers(operand: Any) -> Any:
    """Lists, fractions and what else can be made an array of, as numbers; or an error that names what it is instead."""
    if isinstance(operand, numbers.Real):
        return float(operand)
    if isinstance(operand, list | tuple) or hasattr(type(operand), "__array__"):
        return np.asarray(operand)
    raise unrecordable(operand)


def _is_no_number(value: Any) -> bool:
    """Whether a value equals no number, so that asking for it decides nothing."""
    return value is None or isinstance(value, str | bytes)


def wrapped(value: Any) -> tuple[type[Recorded], Any]:
    """The class that records a value, and the value as it is kept: Python's own numbers for NumPy's of the same kind."""
    if isinstance(value, Recorded):  # in a recording further out
        return (Array if isinstance(value, Array) else Scalar), value
    if isinstance(value, ndarray):
        if value.ndim:
            return Array, value
        value = value[()]
    if isinstance(value, _LIKE_PYTHONS):
        value = value.item()
    if not isinstance(value, _REAL):
        raise unrecordable(value)
    return Scalar, value


#: What a recorded number may be.
_REAL = (float, int, np.floating)


class Scalar(Recorded):
    """A recorded number.

    It cannot be subscripted, not even by ``()`` as NumPy's numbers can: with ``__getitem__`` NumPy would take it for a sequence,
    and say so in place of our words when one is written into a plain array.
    """

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What ``isinstance`` goes by beside the type itself: NumPy's number, which is a float, or Python's count or decision."""
        kind = type(plain(self.value))
        return np.float64 if kind is float else kind


#: `np.isscalar` and programs that ask ``isinstance(x, numbers.Real)`` hear what they would of a float.
numbers.Real.register(Scalar)


class Array(Recorded):
    """A recorded array, with the attributes and methods of NumPy's."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What ``isinstance`` goes by beside the type itself: programs that ask for an array are given one."""
        return ndarray

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[position] for position in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if _is_plain(index):
            return append_equation(self.value[index], GETITEM, (self,), {"index": index}, self.recording)
        return record_operation(GETITEM, (self,), {"index": settled(index)})

    def _in_place(self, other: Any) -> NoReturn:
        del other
        raise changed_in_place()

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = __imatmul__ = _in_place
    __iand__ = __ior__ = __ixor__ = _in_place


tree.LEAVES.update((Scalar, Array))


def _is_plain(index: Any) -> bool:
    """Whether an index is of Python's own integers and slices, so that nothing in it is recorded: most often it is."""
    for part in index if type(index) is tuple else (index,):
        kind = type(part)
        if kind is slice:
            start, stop = part.start, part.stop
            if part.step is not None or not (
                (start is None or type(start) is int) and (stop is None or type(stop) is int)
            ):
                return False
        elif kind is not int:
            return False
    return True


def settled(setting: Any) -> Any:
    """An index, shape or axis without recorded parts, and nobody else's: what is recorded in it becomes a guard."""
    if isinstance(setting, tuple | list):
        return type(setting)([settled(part) for part in setting])
    if isinstance(setting, slice):
        return slice(settled(setting.start), settled(setting.stop), settled(setting.step))
    if isinstance(setting, Scalar):
        return bool(setting) if setting.dtype == np.bool_ else setting.__index__()
    if isinstance(setting, Array):
        value = settled(setting.value)  # which may be recorded further out: a decision there too
        if value.dtype.kind not in "bi":
            raise leaves("an index", "index with integers or a condition", plain_too=True)
        _guard(setting if value.dtype == np.bool_ else _decision(INDEX, setting, value))
        return value
    return setting.copy() if isinstance(setting, ndarray) else setting


#: Handlers of NumPy's functions by the function; filled by `lagviz.engine.functions`.
FUNCTIONS: dict[Any, Callable[..., Any]] = {}

#: What a ufunc does when it is called with options, or by one of its methods; filled by `lagviz.engine.functions.ufuncs`.
UFUNC_METHODS: dict[str, Callable[[np.ufunc, tuple[Any, ...], dict[str, Any]], Any]] = {}
