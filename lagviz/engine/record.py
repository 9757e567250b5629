"""Running a function once, with its arguments recorded: the arguments' names and checks, and what it returned."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any

import numpy as np

# Imported for what they do: NumPy's functions, methods and operators learn about recorded values.
from lagviz.engine import arrays, attributes, functions, operators, tree  # noqa: F401
from lagviz.engine.collector import collector_paused
from lagviz.engine.float_errors import warned_at_the_line
from lagviz.engine.recorded import INPUT, Recorded, append_equation
from lagviz.engine.recording import ENTRIES, Recording, running
from lagviz.engine.rules import is_array
from lagviz.engine.spelling import meant
from lagviz.engine.tape import Tape
from lagviz.engine.where import place_of
from lagviz.errors import InPlaceError, InputError, ResultError, UnknownOptionError

__all__ = ["add_input", "checked_result", "computed", "keep_constants", "record", "recording", "title"]

MAX_NODES = 1_000_000


class recording:  # noqa: N801 - it reads as a block, and as a generator would take a microsecond more
    """As a context manager: a recording for the length of a block; an exception leaves nothing of it behind."""

    __slots__ = ("_before", "_begun")

    def __init__(self, max_nodes: int = MAX_NODES, *, positions: bool) -> None:
        self._begun = Recording(max_nodes, positions=positions)

    def __enter__(self) -> Recording:
        begun = self._begun
        self._before = running.set(begun)
        collector_paused.__enter__()
        return begun

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        begun = self._begun
        try:
            collector_paused.__exit__()
            if error is None:
                _check_end(begun)
            elif isinstance(error, ValueError) and begun.constants and "read-only" in str(error):
                raise InPlaceError(
                    f"An array that recorded equations refer to was to be overwritten, at {place_of(error)}. Its old numbers "
                    "are needed for the gradient: make a new array in place of writing into this one, or record a copy of "
                    "it, x * noise.copy()."
                ) from error
        finally:
            running.reset(self._before)
            begun.close()


def _check_end(begun: Recording) -> None:
    """Refuse what the program did unseen: caught a refusal and went on, or overwrote what its equations refer to."""
    if begun.refusal is not None:
        raise type(begun.refusal)(
            f"{begun.refusal} The program caught this error and went on, another way than it goes without being recorded."
        )
    changed = begun.constants.changed()
    if changed is not None:
        raise InPlaceError(
            f"An array that recorded equations refer to was overwritten while they were recorded: {_described(changed)}. "
            "It shares its memory with another array that was written into, and its old numbers are needed for the "
            "gradient: record a copy of it, x * noise.copy()."
        )


def _described(constant: np.ndarray[Any, Any]) -> str:
    size = " × ".join(map(str, constant.shape))
    return f"{size} numbers, now {np.array2string(constant, precision=4, threshold=6, edgeitems=2)}"


def add_input(begun: Recording, value: Any, name: str, *, copy: bool = True) -> Recorded:
    """Append an input to a recording.

    Raises
    ------
    InputError
        If the value is not a number or an array of numbers.
    """
    value = checked(value, name)
    if is_array(value):
        if copy:
            value = value.copy()
        else:
            begun.constants.hold(value)
    return append_equation(value, INPUT, (), {"name": name}, begun)


#: A tuple, since `A | B` would be put together at each question.
_RECORDABLE = (float, int, Recorded)


def checked(value: Any, name: str) -> Any:
    """A value that can be recorded, or an error that names what it is instead."""
    if isinstance(value, _RECORDABLE) or (type(value) is np.ndarray and value.dtype.kind == "f"):
        return value
    if isinstance(value, complex | np.complexfloating):
        raise InputError(f"{name} is complex ({value!r}). Only real numbers are recorded: pass its .real and .imag.")
    if isinstance(value, str | bytes):
        argument = name.partition("[")[0]
        argument = argument if argument.isidentifier() else "name"
        raise InputError(
            f"{name} is text ({value!r}), which has no gradient. Bind it beforehand: "
            f"functools.partial(f, {argument}={value!r}), or a lambda."
        )
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        raise InputError(
            f"{name} is a {type(value).__name__}, whose arithmetic is not that of arrays. Pass np.array({name})."
        )
    if isinstance(value, np.ndarray | np.generic):
        kind = value.dtype.kind
        if kind == "c":
            raise InputError(
                f"{name} is an array of complex numbers. Only real ones are recorded: pass .real and .imag."
            )
        if kind == "O":
            raise InputError(
                f"{name} is an array of Python objects (a ragged list?). Pass a list of arrays, or np.array(…, dtype=float)."
            )
        if kind not in "fiub":
            raise InputError(f"{name} is an array of {value.dtype}, which has no gradient. Pass numbers.")
        return value
    if hasattr(value, "__array__") and hasattr(value, "dtype"):
        return checked(np.asarray(value), name)
    instead = (
        f"Pass its numbers: np.asarray({name}, dtype=float)."
        if hasattr(value, "__array__")
        else "Bind anything else beforehand, with functools.partial or a lambda."
    )
    raise InputError(
        f"{name} is of type {type(value).__name__}. What can be recorded: numbers, NumPy arrays, and dicts, lists and tuples of "
        f"them. {instead}"
    )


def record(f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Tape:
    """Record a function as a sequence of equations z_i = f_i(z_a(i)).

    Parameters
    ----------
    f : callable
        Any function of numbers, NumPy arrays, and nested dicts, lists and tuples of them.
    *args
        Its positional arguments; they get the names of its signature.
    **kwargs
        Its keyword arguments first. What is no argument of ``f`` is an option: ``max_nodes`` (int, 1 000 000 by
        default), the number of equations at which recording stops with an error; ``parameters`` (list of str), which
        inputs are parameters, all others then being data.

    Returns
    -------
    Tape
        The recorded sequence, with private copies of the inputs and constants.

    Raises
    ------
    InputError
        An argument cannot be recorded.
    ResultError
        The function returned nothing that depends on a recorded value's kind: text, None.
    LeavesTapeError, InPlaceError, MissingRuleError, EndlessError
        See `lagviz.errors`; each names the line of the function.

    Notes
    -----
    Inside, numbers and arrays behave like NumPy's: ``isinstance(x, np.ndarray)`` is True of an array, and ``isinstance(x,
    float)`` and ``isinstance(x, np.floating)`` of a number. Only ``type(x)`` is another. What the program decides by a value
    (``if``, ``while``, an index, a count, a key) is recorded as a guard. Text that is made of a real number is not followed
    any further. A number counts as Python's float, also where it is a double of NumPy's: beside arrays in single precision
    it leaves them single, where ``np.float64`` would lift them. An array without axes is a number.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> tape = lv.record(lambda x, w: np.tanh(w * x), x=1.5, w=0.7)
    >>> len(tape), tape.result
    (4, 0.7818)
    """
    names, arguments, options = split_arguments(f, args, kwargs, allowed=("max_nodes", "parameters"))
    return record_arguments(f, names, arguments, **options)


def record_arguments(
    f: Callable[..., Any],
    names: Sequence[str],
    arguments: inspect.BoundArguments,
    *,
    max_nodes: int = MAX_NODES,
    parameters: Sequence[str] | None = None,
) -> Tape:
    """Record a call whose arguments have been bound and named already."""
    with recording(max_nodes, positions=True) as begun, warned_at_the_line():
        inputs: dict[str, Recorded] = {}

        def take(named: Iterator[str]) -> Callable[[Any], Recorded]:
            def one(leaf: Any) -> Recorded:
                name = next(named)
                inputs[name] = add_input(begun, leaf, name)
                return inputs[name]

            return one

        take_next = take(iter(names))
        args = tree.rebuild(list(arguments.args), take_next)
        kwargs = tree.rebuild(dict(arguments.kwargs), take_next)
        result = computed(f(*args, **kwargs), f)
        begun.leave_all()
        outputs = _outputs(result, begun, f)
        keep_constants(begun)
        return Tape(
            nodes=begun.nodes,
            marks=begun.marks,
            guards=begun.guards,
            scopes=begun.scopes,
            inputs=inputs,
            outputs=outputs,
            returned=result,
            function=f,
            arguments=arguments,
            max_nodes=max_nodes,
            parameters=parameters,
        )


ENTRIES.add(record_arguments.__code__)


def split_arguments(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], *, allowed: Sequence[str]
) -> tuple[list[str], inspect.BoundArguments, dict[str, Any]]:
    """Sort keywords into arguments of ``f`` and options, and name every leaf of the arguments.

    Returns
    -------
    names : list of str
        A path for each leaf: ``x``, ``params['W']``, ``args[0]``.
    arguments : inspect.BoundArguments
    options : dict
    """
    if not callable(f):
        raise InputError(f"{f!r} is no function. Write record(f, x=…) or explore(f, x=…) with the function first.")
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # NumPy's ufuncs and some built-ins tell nothing of their arguments
        signature = inspect.Signature(
            [
                inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
                inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
            ]
        )
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.parameters.values())
    own, options = {}, {}
    for key, value in kwargs.items():
        if key in signature.parameters or (takes_any and key not in allowed):
            own[key] = value
        elif key in allowed:
            options[key] = value
        else:
            raise UnknownOptionError(
                f"{key}= is neither an argument of {title(f)}{signature} nor an option. Options are "
                f"{', '.join(allowed)}.{meant(key, [*signature.parameters, *allowed])}"
            )
    try:
        bound = signature.bind(*args, **own)
    except TypeError as error:
        raise InputError(f"{title(f)}{signature} cannot be called like this: {error}.") from None
    bound.apply_defaults()
    _drop_static_defaults(bound, {**dict(zip(signature.parameters, args, strict=False)), **own})
    names = [name for key, value in bound.arguments.items() for name, _ in _named(signature, key, value)]
    return names, bound, options


def _drop_static_defaults(bound: inspect.BoundArguments, given: Mapping[str, Any]) -> None:
    """Of defaults that the caller left alone, record real numbers only: a flag, a count or a name is a setting."""
    for key in list(bound.arguments):
        parameter = bound.signature.parameters[key]
        if key in given or parameter.default is inspect.Parameter.empty:
            continue
        leaves = tree.leaves(bound.arguments[key])
        if not leaves or not all(isinstance(leaf, float | np.ndarray) for leaf in leaves):
            del bound.arguments[key]


def _named(signature: inspect.Signature, key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if signature.parameters[key].kind is inspect.Parameter.VAR_KEYWORD:
        for name, part in value.items():
            yield from tree.with_paths(part, name)
    else:
        yield from tree.with_paths(value, key)


def title(f: Callable[..., Any]) -> str:
    """What to call a function in a message."""
    return getattr(f, "__name__", type(f).__name__)


def _outputs(result: Any, begun: Recording, f: Callable[..., Any]) -> list[Recorded]:
    """The results as nodes of this tape; a result that is none becomes a constant equation of its own."""
    found = tree.leaves(result)
    if not found:
        raise ResultError(f"{title(f)} returned nothing. Return the number that you want the gradient of.")
    outputs = []
    for leaf in found:
        if isinstance(leaf, Recorded) and leaf.recording is begun:
            outputs.append(leaf)
            continue
        value = checked_result(leaf, f)
        value = value.copy() if is_array(value) else value
        outputs.append(append_equation(value, INPUT, (), {"name": "constant"}, begun))
    return outputs


def computed(result: Any, f: Callable[..., Any]) -> Any:
    """What a function returned, unless it has only been prepared: a generator or a coroutine has computed nothing yet."""
    if isinstance(result, Recorded):  # the common case
        return result
    if isinstance(result, GeneratorType | AsyncGeneratorType):
        raise ResultError(
            f"{title(f)} is a generator: it computes nothing before somebody goes through it. Return numbers, for example the "
            "last one, or lv.array([...]) of all."
        )
    if isinstance(result, CoroutineType):
        result.close()
        raise ResultError(
            f"{title(f)} is asynchronous: it computes nothing before it is awaited. Record an ordinary function, and await "
            "what it needs beforehand."
        )
    return result


def checked_result(leaf: Any, f: Callable[..., Any]) -> Any:
    """A result that is a real number or an array of them, or an error that names what it is instead."""
    try:
        return checked(leaf, "the result")
    except InputError:
        raise ResultError(
            f"{title(f)} returned {leaf!r:.60}, of type {type(leaf).__name__}. Return real numbers, arrays of them, or "
            "dicts, lists and tuples of those."
        ) from None


def keep_constants(begun: Recording) -> None:
    """Put copies in the place of the arrays that a tape does not own: whoever made them may change them later."""

    def own(operand: Any) -> Any:
        return begun.constants.copy_of(operand) if is_array(operand) else operand

    for node in begun.nodes:
        if node.rule.arity == 0:
            node.left = tuple(map(own, node.left))
        else:
            node.left, node.right = own(node.left), own(node.right)
