"""Programs as text, as strangers write them: loops, classes, views of views, constants that are filled before they are used.

A program is drawn line by line. Each line is run by NumPy as it is drawn, so it fits those before it; what NumPy refuses, or
what grows too large, is left out.
"""

from __future__ import annotations

import itertools
import linecache
import re
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

__all__ = ["Text", "texts"]

_MOST_NUMBERS, _LARGEST = 40, 1e3

#: N is the name of a new value; A, B and C are earlier ones, K is a small whole number. Where NumPy gives an array without axes
#: something is added, which makes it the number that it is when recorded.
STATEMENTS = (
    # element by element, and broadcast
    "N = A + B",
    "N = A - 2 * B",
    "N = A * B",
    "N = A / (1.5 + B**2)",
    "N = 0.5 - A",
    "N = np.float64(0.7) * A + np.int64(2)",
    "N = A * np.arange(np.size(A)).reshape(np.shape(A))",
    "N = A * np.linspace(-1, 1, 2 * np.size(A))[::2].reshape(np.shape(A))",
    "N = np.asfortranarray(np.cos(np.arange(6.0)).reshape(2, 3)) * A",
    "N = A * (B > 0.1) - (A <= B)",
    "N = np.sin(A) * np.exp(-(B**2))",
    "N = np.hypot(A, 1 + B**2)",
    "N = np.arctan2(A, 2.5 + np.tanh(B))",
    "N = np.logaddexp(A, B)",
    "N = (1.2 + np.sin(A)) ** np.tanh(B)",
    "N = 2 ** np.tanh(A) + abs(A) ** 3",
    "N = np.sqrt(1 + A**2) * np.log1p(B**2)",
    "N = np.maximum(A, np.minimum(B, 0.3))",
    "N = np.fmax(A, 0) + np.clip(B, -0.7, C**2)",
    "N = np.where(A > B, C, A) + 0.0",
    "N = np.select([A > 1, A > 0], [B, C], 0.1 * A) + 0.0",
    "N = np.where((A > 0) & (B < 1), np.sqrt(np.where(A > 0, A, 1.0)), C) + 0.0",
    "N = np.mod(A, 1.7) + np.floor(B) * A",
    "N = np.nan_to_num(A) + np.sign(A) * B",
    # reductions
    "N = np.sum(A, axis=-1)",
    "N = A.mean(axis=0, keepdims=True)",
    "N = np.max(A, axis=-1) - np.min(A)",
    "N = np.prod(np.cos(A), axis=0)",
    "N = np.var(A, axis=-1) + np.ptp(A)",
    "N = np.median(A) * np.average(B, axis=0, weights=1 + B**2)",
    "N = np.cumsum(A, axis=0) + np.cumprod(np.tanh(A), axis=-1)",
    "N = np.logaddexp.reduce(A, axis=0)",
    "N = np.maximum.accumulate(A) * np.nanmean(A)",
    "N = np.quantile(A, [0.3, 0.8], axis=-1)",
    # where things go
    "N = A.T",
    "N = A[::-1]",
    "N = np.expand_dims(A, -1) * np.expand_dims(B, 0)",
    "N = A[-1]",
    "N = A[1:] - A[:-1]",
    "N = A[[0, -1, 0]]",
    "N = A[..., [True, False, True]]",
    "N = A.ravel()[::-2].reshape(-1, 1)",
    "N = A.reshape(-1, order='F')[1:]",
    "N = A.swapaxes(0, -1)[..., ::-1].T",
    "N = np.ravel(A, order='F')[A.size // 2 :]",
    "N = np.roll(A, K, axis=0) + np.flip(A)",
    "N = np.pad(A, K, mode='edge')",
    "N = np.tile(A, 2) + np.repeat(A, 2, axis=-1)",
    "N = np.diff(A, axis=-1, prepend=1.0)",
    "N = np.concatenate([A, B], axis=0)",
    "N = np.stack((A, B, A), axis=-1)",
    "N = np.append(A, B)",
    "N = np.insert(A, K, 1.5)[K:]",
    "N, rest = np.split(A, 2)",
    "N = np.array_split(A, 3)[K]",
    "N = np.meshgrid(A.ravel(), B.ravel())[K % 2]",
    "N = np.triu(A) + np.tril(A, -1).T",
    "N = np.broadcast_to(A, (2, *A.shape))",
    "N = np.lib.stride_tricks.sliding_window_view(A, 2, axis=0)",
    "N = np.sort(A) * np.arange(A.shape[-1])",
    "N = A.ravel()[np.argsort(B.ravel())]",
    "N = A[np.unravel_index(np.argmax(A), A.shape)] if A.ndim else A",
    "N = np.ravel(A)[np.ravel(A) > 0.2]",
    "N = np.take_along_axis(A, np.argsort(A, axis=-1), -1)",
    # products
    "N = A @ B",
    "N = A @ A.T",
    "N = np.outer(A, A)",
    "N = np.dot(A, np.ones((A.shape[-1], 2)))",
    "N = np.einsum('...i,...i->...', A, B)",
    "N = np.tensordot(A, A, axes=A.ndim) + 0.0",
    "N = np.convolve(A, [1, -0.5])",
    "N = np.linalg.inv(np.tanh(A) + 3 * np.eye(len(A)))",
    "N = np.linalg.solve(np.tanh(A) + 3 * np.eye(len(A)), B)",
    "N = np.linalg.slogdet(np.tanh(A) + 3 * np.eye(len(A)))[1]",
    "N = np.gradient(A, axis=0) + np.interp(0.3, np.arange(A.size), A.ravel())",
    # numbers, by Python's own means
    "N = max(A.ravel()) - min(A.ravel())",
    "N = sum(a * b for a, b in zip(A.ravel(), B.ravel()))",
    "N = sorted(A.ravel())[K]",
    "N = list(itertools.accumulate(A.ravel(), lambda p, q: 0.5 * p + q))[-1]",
    "N = functools.reduce(lambda p, q: np.sin(p) * q, [A, B, 2.0, A])",
    "N = A if np.sum(B) > 0.2 else np.cos(A)",
    "N = (A, B)[int(np.sum(A) > np.sum(B))]",
    "N = {True: A, False: 0.5 * A}[bool(np.all(B < 1))]",
    "N = A if isinstance(A, np.ndarray) else 2 * A",
    "N = A * len(f'{np.sum(B):.1f}') / 4",
    "N = copy.deepcopy({'a': [A, (B, 2)]})['a'][1][0] * 1",
    # statements of several lines
    """
    N = 0.0
    for row in A:
        N = N + np.sin(row)
    """,
    """
    N = A
    for i in range(K):
        N = np.tanh(0.7 * N + A) * (1 + 0.1 * i)
    """,
    """
    parts = []
    for i, row in enumerate(A):
        if i % 2:
            parts.append(row * i)
        else:
            parts += [row + 1]
    N = np.stack(parts)
    """,
    """
    N, count = np.sum(A), 0
    while abs(N) > 0.4 and count < 6:
        N *= 0.6
        count += 1
    """,
    """
    table = np.zeros(np.shape(A))
    table[..., 0] = 2.5
    table[::-1] -= 0.5
    np.negative(table, out=table)
    N = A * table
    """,
    """
    table = np.arange(6.0).reshape(2, 3)
    first, table = table.T[::-1], table + 1
    first *= 0.3
    N = first[K] * np.sum(A) + table[K % 2, 0]
    """,
    """
    total = 0.0
    for i in range(2):
        mask = np.zeros(A.shape)
        mask[i] = 1.0
        total = total + np.sum(mask * A) ** 2
    N = total
    """,
    """
    class Layer:
        def __init__(self, w):
            self.w, self.seen = w, []

        def __call__(self, x):
            self.seen.append(x)
            return np.sin(x) * self.w

    layer = Layer(A)
    N = layer(layer(B)) + layer.seen[-1]
    """,
    """
    def steps(x):
        while True:
            yield x
            x = 0.5 * x + np.sin(A)

    N = sum(x for x, _ in zip(steps(B), range(K)))
    """,
    """
    with lv.scope("part"):
        N = [lambda x: x * np.sum(B), np.sin][K % 2](A)
    """,
    # derivatives inside
    "N = lv.grad(lambda t: np.sum(np.sin(t * B) + t**2))(A)",
    "N = lv.jvp(lambda t: np.tanh(t) * B, (A,), (A,))[1]",
    "N = lv.vjp(lambda t: np.sin(t) * B, A)[1](np.cos(A))[0]",
    "N = np.sum(lv.jacobian(lambda t: np.sin(t) * np.sum(t * B))(A), axis=-1)",
    "N = lv.cond(np.sum(A) > 0.1, lambda u, v: u * v, lambda u, v: u - np.sin(v), A, A)",
    "N = lv.fixed_point(lambda z, t: 0.4 * np.cos(z) + t, np.zeros(np.shape(A)), np.tanh(A))",
)


@dataclass
class Text:
    """Call it as ``text(*inputs)``: every value it names, and a number made of the last ones."""

    source: str
    inputs: tuple[Any, ...]
    function: Callable[..., Any] = field(repr=False)

    def __call__(self, *inputs: Any) -> Any:
        return self.function(*inputs)

    def last(self, *inputs: Any) -> Any:
        """The number alone."""
        return self.function(*inputs)[-1]


#: The capitals of a statement, and none within a word.
_CAPITALS = re.compile(r"\b[ABCKN]\b")
_numbers = itertools.count()
_PREAMBLE = "import copy, functools, itertools\nimport numpy as np, lagviz as lv\n"


def _compiled(lines: list[str], names: list[str], inputs: tuple[Any, ...]) -> Text:
    """The lines as a function, whose text Python finds like that of a file."""
    total = " + ".join(f"np.sum(np.tanh({name}))" for name in names[-3:])
    body = [*lines, f"return [{', '.join(names)}, {total}]"]
    source = f"{_PREAMBLE}\n\ndef text({', '.join(names[: len(inputs)])}):\n" + textwrap.indent("\n".join(body), "    ")
    file = f"<text {next(_numbers)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    space: dict[str, Any] = {}
    exec(compile(source, file, "exec"), space)  # noqa: S102 - of the statements above
    return Text(source, inputs, space["text"])


def _fits(value: Any) -> bool:
    value = np.asarray(value)
    return bool(
        value.dtype == np.float64
        and 0 < value.size <= _MOST_NUMBERS
        and np.all(np.isfinite(value))
        and np.max(np.abs(value)) < _LARGEST
    )


@st.composite
def texts(draw: Callable[..., Any]) -> Text:
    """Programs of up to a dozen statements on one to three inputs."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = draw(st.lists(st.sampled_from([(), (3,), (2, 3), (2, 2), (3, 1), (4,)]), min_size=1, max_size=3))
    inputs = tuple(rng.normal(size=shape) if shape else float(rng.normal()) for shape in shapes)
    names = [f"x{k}" for k in range(len(inputs))]
    space: dict[str, Any] = dict(zip(names, inputs, strict=True))
    exec(_PREAMBLE, space)  # noqa: S102
    lines: list[str] = []
    which = st.tuples(st.sampled_from(STATEMENTS), *([st.integers(0, 11)] * 3), st.integers(0, 3))
    for statement, *picked, k in draw(st.lists(which, min_size=1, max_size=12)):
        name = f"v{len(names)}"
        words = {letter: names[-1 - pick % len(names)] for letter, pick in zip("ABC", picked, strict=True)}
        words |= {"N": name, "K": str(k)}
        text = _filled(textwrap.dedent(statement).strip("\n"), words)
        try:
            with warnings.catch_warnings(action="ignore"):
                exec(text, space)  # noqa: S102
        except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError, np.linalg.LinAlgError):
            continue  # it does not fit these shapes
        if _fits(space[name]):
            lines.append(text)
            names.append(name)
    return _compiled(lines, names, inputs)


def _filled(statement: str, words: dict[str, str]) -> str:
    """The statement with names in place of its capitals."""
    return _CAPITALS.sub(lambda found: words[found.group()], statement)
