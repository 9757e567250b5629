"""`primitive`: a rule of the reader's own, for a function that is not to be looked into, or that NumPy cannot record."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.arrays import array, has_recorded
from lagviz.engine.recorded import Recorded, record_operation
from lagviz.engine.registry import register
from lagviz.engine.rules import Rule, is_array, lead_of, plain, size_of
from lagviz.engine.where import place
from lagviz.errors import RuleError

__all__ = ["primitive"]

_NUMBERS = (int, float, np.number, np.bool_, np.ndarray, Recorded)


class _Primitive(Rule):
    """A reader's function with a reader's products; whichever is not given is made of the other."""

    __slots__ = ("function", "jvp", "signature", "vjp")

    def __init__(
        self,
        function: Callable[..., Any],
        vjp: Callable[..., Any] | None,
        jvp: Callable[..., Any] | None,
        latex: str | None,
    ) -> None:
        super().__init__(getattr(function, "__name__", type(function).__name__).strip("<>"), self._value, tex=latex)
        self.function = function
        self.vjp = vjp
        self.jvp = jvp
        try:
            self.signature: inspect.Signature | None = inspect.signature(function)
        except (TypeError, ValueError):  # some functions written in C have none
            self.signature = None

    def sorted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments as operands, by position, and settings, by keyword."""
        names: Sequence[str] = ()
        if self.signature is not None:
            bound = self.signature.bind(*args, **kwargs)
            args, kwargs, names = bound.args, bound.kwargs, list(bound.arguments)
        operands: list[Any] = []
        settings = dict(kwargs)
        for position, given in enumerate(args):
            argument = array(given) if isinstance(given, list | tuple) else given
            if isinstance(argument, _NUMBERS) and len(operands) == position:
                operands.append(argument)
            elif isinstance(argument, Recorded) or position >= len(names):
                raise RuleError(
                    f"{self.name} was given a {type(args[len(operands)]).__name__} before a number or an array, at "
                    f"{place()}. Numbers and arrays come first; let settings follow behind them, or by keyword only."
                )
            else:
                settings[names[position]] = given
        for name, setting in settings.items():
            if has_recorded(setting):
                raise RuleError(
                    f"{name} of {self.name} holds a recorded value, but is a setting, at {place()}. A setting has no "
                    "gradient: make it an argument by position."
                )
        return tuple(operands), settings

    # --- what the reader's functions answer, held to what they should ------------------------------------------------

    def _value(self, *operands: Any, **options: Any) -> Any:
        if any(isinstance(x, Recorded) for x in operands):  # of a recording further out
            return record_operation(self, operands, options)
        value = self.function(*(_read_only(x) for x in operands), **options)
        if not isinstance(value, _NUMBERS) or np.asarray(plain(value)).dtype.kind not in "fiub":
            what = f"an array of {value.dtype}" if is_array(value) else f"a {type(value).__name__}"
            raise RuleError(
                f"{self.name} returned {what}, at {place()}. An equation has one value, a real number or an array of them: "
                "make a primitive for each part of several."
            )
        # One that cannot be written into is the operand itself, or a view of it.
        return value.copy() if is_array(value) and not value.flags.writeable else value

    def _adjoints(
        self, wanted: Sequence[int], g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> list[Any]:
        assert self.vjp is not None  # noqa: S101 - whoever calls has asked
        parts = self.vjp(g, z, *operands, **options)
        if len(operands) == 1 and not isinstance(parts, tuple):
            parts = (parts,)
        if not isinstance(parts, tuple) or len(parts) != len(operands):
            n = len(parts) if isinstance(parts, tuple) else 0
            given = f"{n} adjoint{'s' * (n != 1)}" if isinstance(parts, tuple) else f"a {type(parts).__name__}"
            raise RuleError(
                f"The vjp of {self.name} gave {given} for {len(operands)} operands. Return a tuple with one adjoint for each, "
                "None for an operand without a gradient."
            )
        said = f"The vjp of {self.name} gave operand"
        return [
            _still(operands[k])
            if parts[k] is None
            else self._fitting(parts[k], operands[k], f"{said} {k}", "the operand")
            for k in wanted
        ]

    def _tangent(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        assert self.jvp is not None  # noqa: S101 - whoever calls has asked
        tangents = tuple(t if m == k else _still(x) for m, x in enumerate(operands))
        return self._fitting(
            self.jvp(tangents, z, *operands, **options), z, f"The jvp of {self.name} gave the result", "the result"
        )

    def _fitting(self, part: Any, like: Any, said: str, whose: str) -> Any:
        if not isinstance(part, _NUMBERS) or np.iscomplexobj(plain(part)):
            raise RuleError(f"{said} a {type(part).__name__}. Return a real number or an array.")
        if np.shape(part) != np.shape(like):
            raise RuleError(
                f"{said} an array of shape {np.shape(part)}, but {whose} has shape {np.shape(like)}. The two must be the "
                "same: sum over what broadcasting added, or np.broadcast_to what is shared."
            )
        return part

    # --- products ------------------------------------------------------------------------------------------------

    together = True  # a vjp finds them all

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return self.reverse_together((k,), g, z, operands, options)[0]

    def reverse_together(
        self, wanted: Sequence[int], g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> Sequence[Any]:
        lead = lead_of(g, z)
        if self.vjp is None:
            blocks = [self.forward(k, _units(operands[k]), z, operands, options) for k in wanted]
            return [_transposed(g, lead, block, z, operands[k]) for k, block in zip(wanted, blocks, strict=True)]
        if lead == 0:
            return self._adjoints(wanted, g, z, operands, options)
        heads = np.shape(g)[:lead]
        rows = [self._adjoints(wanted, g[at], z, operands, options) for at in np.ndindex(heads)]
        return [_gathered([row[m] for row in rows], heads, np.shape(operands[k])) for m, k in enumerate(wanted)]

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x = operands[k]
        lead = lead_of(t, x)
        if self.jvp is None:
            return _transposed(t, lead, self.reverse(k, _units(z), z, operands, options), x, z)
        if lead == 0:
            return self._tangent(k, t, z, operands, options)
        heads = np.shape(t)[:lead]
        rows = [self._tangent(k, t[at], z, operands, options) for at in np.ndindex(heads)]
        return _gathered(rows, heads, np.shape(z))


def _read_only(x: Any) -> Any:
    """An operand as a function may have it that nobody has read: what it writes into would be the tape's."""
    if not is_array(x):
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _units(x: Any) -> Any:
    """One right-hand side for each element of x: 1 there, 0 elsewhere."""
    return np.eye(size_of(x)).reshape((size_of(x), *np.shape(x)))


def _still(x: Any) -> Any:
    """Zeros like x."""
    return np.zeros(np.shape(x)) if np.ndim(x) else 0.0


def _gathered(products: Sequence[Any], heads: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """A product for each of several right-hand sides, as one array with their axes in front."""
    return np.reshape(np.stack(products), heads + shape) if products else np.zeros(heads + shape)


def _transposed(sides: Any, lead: int, block: Any, like: Any, other: Any) -> Any:
    """The product with a block of which the other product gave one row after another: (size of other, *like)."""
    heads = np.shape(sides)[:lead]
    rows = np.reshape(block, (size_of(other), size_of(like)))
    product = np.reshape(sides, (*heads, size_of(like))) @ np.transpose(rows)
    return np.reshape(product, heads + np.shape(other))


def primitive(
    f: Callable[..., Any] | None = None,
    /,
    *,
    vjp: Callable[..., Any] | None = None,
    jvp: Callable[..., Any] | None = None,
    latex: str | None = None,
) -> Any:
    r"""A function that stands on the tape as one equation, with a derivative rule of your own.

    For a function that NumPy does not compute (a solver in C, a table), for one whose derivative you know better than
    its steps do, or for a NumPy function that has no rule yet. Also a decorator: ``@lv.primitive(vjp=...)``.

    Parameters
    ----------
    f : callable
        ``f(*operands, **settings)`` returns one new number or array. Its arguments by position are operands: numbers and
        arrays, which it gets as plain ones, read-only. What comes by keyword only, and what is no number, is a setting,
        and has no gradient.
    vjp : callable, optional
        ``vjp(g, value, *operands, **settings)`` returns a tuple with one adjoint for each operand, of the operand's shape:
        ``g`` (of the value's shape) times ∂value/∂operand. None stands for an operand without a gradient. With a
        single operand the adjoint alone will do.
    jvp : callable, optional
        ``jvp(tangents, value, *operands, **settings)`` returns the tangent of the value, given a tuple with one tangent for
        each operand, of its shape (zeros for the ones that stay).
    latex : str, optional
        How the value is written, over ``$x``, ``$y``, ``$w`` (the first three operands) or ``$args`` (all of them).

    Returns
    -------
    callable
        Takes the arguments of ``f``. Without a recorded value among them it is ``f``.

    Raises
    ------
    RuleError
        Neither ``vjp`` nor ``jvp`` is given; or, when called or differentiated, ``f`` returned something else than a number
        or an array, or a product something else than what fits.

    Notes
    -----
    One of the two rules is enough; the other is made of it by transposition, at the price of one call for each element of
    the value (or operand). Written in NumPy's functions, the rules are recorded in their turn, so ``grad(grad(f))`` works.
    Each is called for one right-hand side at a time, without leading axes. `check_grad` compares a rule with differences.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> def softplus(x):
    ...     return np.logaddexp(0.0, x)
    >>> stable = lv.primitive(
    ...     softplus, vjp=lambda g, z, x: (g * (1 - np.exp(-z)),), latex=r"\operatorname{softplus}($x)"
    ... )
    >>> lv.grad(stable)(0.0), lv.grad(lv.grad(stable))(0.0)
    (0.5, 0.25)

    As a decorator, with a setting:

    >>> @lv.primitive(jvp=lambda tangents, value, x, *, scale: scale * np.cos(scale * x) * tangents[0])
    ... def wave(x, *, scale):
    ...     return np.sin(scale * x)
    >>> lv.grad(wave)(0.0, scale=3.0)
    3.0
    """
    if f is None:
        return functools.partial(primitive, vjp=vjp, jvp=jvp, latex=latex)
    if vjp is None and jvp is None:
        raise RuleError(
            "A primitive needs a rule: primitive(f, vjp=lambda g, value, *operands: (one adjoint for each operand,)), or "
            "jvp=lambda tangents, value, *operands: the tangent of the value."
        )
    rule = _Primitive(f, vjp, jvp, latex)
    register(rule)

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not has_recorded([*args, kwargs]):
            return f(*args, **kwargs)
        operands, settings = rule.sorted(args, kwargs)
        return record_operation(rule, operands, settings)

    return call
