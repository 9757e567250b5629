"""Random programs: drawn as data, run by any NumPy-like module, contractive, and kept away from kinks.

A program is a list of instructions over a growing list of values. It is drawn while it runs, so each instruction fits
the shapes there are; where an instruction has a kink (a maximum, a branch) the numbers stay `APART` from it, so
differences measure a derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

APART = 1e-3

Apply = Callable[[Any, Any, Any, Any], Any]


@dataclass(frozen=True)
class Instruction:
    """``values.append(apply(np, x, y, parameter))``, where x and y are earlier values."""

    name: str
    left: int
    right: int
    parameter: Any = None


@dataclass(frozen=True)
class Program:
    """Call it as ``program(*inputs)``; with another module in place of NumPy as ``program.run(module, inputs)``."""

    instructions: Sequence[Instruction]
    inputs: tuple[Any, ...] = field(repr=False)

    def __call__(self, *inputs: Any) -> Any:
        return self.run(np, inputs)

    def run(self, xp: Any, inputs: Sequence[Any]) -> Any:
        values = list(inputs)
        for one in self.instructions:
            values.append(OPERATIONS[one.name](xp, values[one.left], values[one.right], one.parameter))
        return sum(weight * xp.sum(xp.cos(value)) for weight, value in zip(_weights(), values[::-1], strict=False))

    def elementwise(self, *inputs: Any) -> Any:
        """The last value itself, which may be an array."""
        values = list(inputs)
        for one in self.instructions:
            values.append(OPERATIONS[one.name](np, values[one.left], values[one.right], one.parameter))
        return values[-1]


def _weights() -> list[float]:
    return [1.0, -0.5, 0.3, 0.7]


# --- what may happen ------------------------------------------------------------------------------------------------


def _branch(xp: Any, x: Any, y: Any, threshold: float) -> Any:
    if xp.sum(x) > threshold:
        return 0.5 * y
    return xp.sin(y) - 0.1


def _loop(xp: Any, x: Any, y: Any, passes: int) -> Any:
    h = x
    for _ in range(passes):
        h = xp.tanh(0.5 * h + 0.3 * xp.sum(y) / xp.size(y))
    return h


def _pick(xp: Any, x: Any, y: Any, _parameter: Any) -> Any:
    flat = xp.reshape(x, (-1,))
    return flat[xp.argmax(x)] * y


def _table(xp: Any, x: Any, y: Any, _parameter: Any) -> Any:
    # Short numbers, which single and double precision both leave as they are.
    return np.array([1.0, -0.5, 0.25], dtype=np.float32) * xp.stack([xp.sum(x), xp.sum(y), xp.sum(x * x)]) / np.size(x)


OPERATIONS: dict[str, Apply] = {
    "add": lambda _xp, x, y, _: 0.5 * x + y * 0.5,
    "subtract": lambda _xp, x, y, c: 0.5 * (x - c / (1 + abs(c)) * y),
    "multiply": lambda _xp, x, y, _: x * y,
    "square": lambda _xp, x, _y, _: x * x - x**2 * 0.5,
    "divide": lambda _xp, x, y, _: x / (2 + y * y),
    "power": lambda _xp, x, _y, c: (1.5 + x * x) ** (-abs(c)),
    "power of two": lambda xp, x, y, _: (1.5 + x * x) ** xp.tanh(y) / 4,
    "tanh": lambda xp, x, _y, _: xp.tanh(x),
    "sin": lambda xp, x, _y, _: xp.sin(2 * x),
    "exp": lambda xp, x, _y, _: xp.exp(-x * x),
    "log": lambda xp, x, _y, _: xp.log(1 + x * x) / 3,
    "sqrt": lambda xp, x, _y, _: xp.sqrt(0.5 + x * x) - 1,
    "negative": lambda _xp, x, _y, _: -x / 2,
    "absolute": lambda _xp, x, _y, c: abs(x - c),
    "maximum": lambda xp, x, y, c: xp.maximum(x, y + c),
    "minimum": lambda xp, x, y, c: xp.minimum(y + c, x),
    "where": lambda xp, x, y, c: xp.where(x > c, 0.5 * x, y),
    "sum": lambda xp, x, _y, axis: xp.sum(x, axis=axis) / max(np.size(x), 1),
    "mean": lambda xp, x, _y, axis: xp.mean(x, axis=axis, keepdims=True),
    "max": lambda xp, x, _y, axis: xp.max(x, axis=axis),
    "matmul": lambda _xp, x, y, _: x @ y / np.shape(x)[-1],
    "getitem": lambda _xp, x, _y, index: x[index],
    "reshape": lambda xp, x, _y, shape: xp.reshape(x, shape),
    "transpose": lambda xp, x, _y, _: xp.transpose(x),
    "concatenate": lambda xp, x, y, _: xp.concatenate([x, y, x]),
    "stack": lambda xp, x, y, axis: xp.stack([x, y], axis=axis),
    "branch": _branch,
    "loop": _loop,
    "pick": _pick,
    "table": _table,
    "floor": lambda xp, x, y, c: 0.3 * xp.floor(x - c) * y,
}

_PAIRS = {"add", "subtract", "multiply", "divide", "power of two", "maximum", "minimum", "where", "floor"}
_ARRAYS = {"max", "matmul", "getitem", "transpose", "concatenate", "sum", "mean", "pick"}


def _broadcast(x: Any, y: Any) -> bool:
    try:
        return int(np.prod(np.broadcast_shapes(np.shape(x), np.shape(y)))) <= 48
    except ValueError:
        return False


def _fits(name: str, x: Any, y: Any) -> bool:
    if name in _ARRAYS and np.ndim(x) == 0:
        return False
    if name == "concatenate":
        return np.ndim(x) == np.ndim(y) and np.shape(x)[1:] == np.shape(y)[1:] and np.size(x) + np.size(y) < 48
    if name == "stack":
        return np.shape(x) == np.shape(y) and np.size(x) < 24 and np.ndim(x) < 3
    if name == "matmul":
        return (
            np.ndim(y) > 0
            and np.ndim(x) < 3
            and np.ndim(y) < 3
            and np.shape(x)[-1] == np.shape(y)[max(np.ndim(y) - 2, 0)]
        )
    return name not in _PAIRS or _broadcast(x, y)


def _smooth(name: str, x: Any, y: Any, c: Any) -> bool:
    """Whether the numbers are away from the instruction's kink."""
    gap: Any = 1.0
    if name in {"maximum", "minimum"}:
        gap = np.min(np.abs(x - (y + c)))
    elif name in {"absolute", "where"}:
        gap = np.min(np.abs(x - c))
    elif name == "floor":
        gap = np.min(np.abs(x - c - np.rint(x - c)))
    elif name == "pick":
        ordered = np.sort(np.ravel(x))
        gap = ordered[-1] - ordered[-2] if len(ordered) > 1 else 1.0
    elif name == "branch":
        gap = abs(np.sum(x) - c)
    elif name == "max":
        ordered = np.sort(x, axis=c)  # None: of all
        if ordered.shape[-1 if c is None else c] > 1:
            gap = np.min(np.diff(ordered, axis=-1 if c is None else c).take(-1, axis=-1 if c is None else c))
    return bool(gap > APART)


def _parameter(draw: st.DrawFn, name: str, x: Any, rng: np.random.Generator) -> Any:
    ndim, shape = np.ndim(x), np.shape(x)
    if name in {"sum", "mean", "max"}:
        return draw(st.sampled_from([None, *range(-ndim, ndim)]))
    if name == "stack":
        return draw(st.sampled_from(range(-ndim - 1, ndim + 1)))
    if name == "loop":
        return draw(st.integers(0, 3))
    if name == "reshape":
        size = int(np.size(x))
        options = [(size,), (-1, 1), (1, size), *([(2, size // 2)] if size % 2 == 0 else [])]
        return draw(st.sampled_from(options))
    if name == "getitem":
        n = shape[0]
        indices: list[Any] = [
            draw(st.integers(-n, n - 1)),
            slice(draw(st.integers(0, n - 1)), None, draw(st.integers(1, 2))),
            slice(None, None, -1),
            (slice(None), None),
            (Ellipsis, 0),
            draw(st.lists(st.integers(-n, n - 1), min_size=1, max_size=4)),
            np.arange(n) % 2 == 0,
            np.array([[draw(st.integers(-n, n - 1)), 0], [n - 1, 0]]),
        ]
        return draw(st.sampled_from(indices))
    return float(rng.normal())


@st.composite
def programs(draw: st.DrawFn, *, most: int = 10, dtype: type = np.float64) -> Program:
    """Programs of a few inputs, scalars and arrays, and up to ``most`` instructions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = draw(st.lists(st.sampled_from([(), (), (3,), (2, 3), (3, 2), (1, 3), (2, 1)]), min_size=1, max_size=3))
    inputs = tuple(
        rng.uniform(-1.2, 1.2, size=shape).astype(dtype) if shape else dtype(rng.uniform(-1.2, 1.2)) for shape in shapes
    )
    if dtype is np.float64:
        inputs = tuple(x if np.ndim(x) else float(x) for x in inputs)
    values: list[Any] = list(inputs)
    instructions: list[Instruction] = []
    for _ in range(draw(st.integers(1, most))):
        left, right = draw(st.integers(0, len(values) - 1)), draw(st.integers(0, len(values) - 1))
        x, y = values[left], values[right]
        name = draw(st.sampled_from([name for name in OPERATIONS if _fits(name, x, y)]))
        parameter = _parameter(draw, name, x, rng)
        assume(_smooth(name, x, y, parameter))
        values.append(OPERATIONS[name](np, x, y, parameter))
        assume(np.size(values[-1]) > 0)
        instructions.append(Instruction(name, left, right, parameter))
    return Program(tuple(instructions), inputs)
