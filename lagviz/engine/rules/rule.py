"""What one operation knows of itself: its value, its partials as products and as entries, and how it is written.

The families (elementwise, selections, reductions, linear algebra) are subclasses; the operations are rows in their tables.

Every product is *lead-agnostic*: an adjoint ``g`` or a tangent ``t`` may carry any number of leading axes, one
right-hand side each, before the axes of the value. So one gradient, and a whole Jacobian, take the same rule. And
every product is written in NumPy's functions and operators, so it can itself be recorded; that is how
``grad(grad(f))`` works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Template
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

__all__ = ["Entries", "Rule", "decided", "is_array", "is_recorded", "lead_of", "plain", "size_of"]

#: Entries of ∂f_j/∂z_i in coordinates: positions in z_j, positions in z_i, numbers.
Entries = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]

_NO_OPTIONS: Mapping[str, Any] = {}


class Rule:
    """One operation.

    Parameters
    ----------
    name : str
        The field's word for it: ``"multiply"``.
    compute : callable
        ``compute(*operands, **options)`` is the value.
    arity : int
        1 or 2 where the operands are kept as such on the tape; 0 where they are kept as a tuple, with options.
    pill : str, optional
        The operation as a short sign, for a card; `name` where there is none.
    tex, text : str, optional
        The value in LaTeX and in plain text, over ``$x``, ``$y`` (operands), ``$args`` (all of them) and ``$options``.
    differentiable : bool
        False for operations whose partial is 0 wherever it exists, or that have none (comparisons, ``argmax``).
    """

    __slots__ = ("arity", "compute", "differentiable", "name", "pill", "tex", "text")

    def __init__(
        self,
        name: str,
        compute: Callable[..., Any],
        *,
        arity: int = 0,
        pill: str | None = None,
        tex: str | None = None,
        text: str | None = None,
        differentiable: bool = True,
    ) -> None:
        self.name = name
        self.compute = compute
        self.arity = arity
        self.pill = pill or name
        self.tex = Template(tex or rf"\operatorname{{{name.replace('_', ' ')}}}\left($args$options\right)")
        self.text = Template(text or f"{name}($args$options)")
        self.differentiable = differentiable

    def __repr__(self) -> str:
        return f"<rule {self.name}>"

    # --- products ------------------------------------------------------------------------------------------------

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """The adjoint ``g`` of the value times ∂z/∂operand k: what row i of A λ = e_n gathers from this reader."""
        raise NotImplementedError

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """∂z/∂operand k times the tangent ``t`` of that operand."""
        raise NotImplementedError

    # --- something added to the equation -------------------------------------------------------------------------------

    def perturbed(self, epsilon: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """The value of ``z = f(…) + ε``; an implicit equation is solved with ε in it."""
        return self.compute(*operands, **options) + epsilon

    #: Whether the adjoints of all operands are found at once, because finding one costs as much as finding all.
    together = False

    def reverse_together(
        self, wanted: Sequence[int], g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """`reverse` of each of the operands ``wanted``, in that order."""
        return [self.reverse(k, g, z, operands, options) for k in wanted]

    # --- the diagonal block: only an implicit equation has one of its own ---------------------------------------------

    @property
    def implicit(self) -> bool:
        """Whether the equation reads its own result, z = g(z, θ), so that its block on the diagonal is no identity."""
        return False

    def diagonal(self, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.float64]:
        """A_ii of shape (size of z, size of z): ``I − g_zᵀ``, or ``r_zᵀ`` of a residual."""
        del operands, options
        return np.eye(size_of(z))

    def diagonal_tex(self, name: str) -> str:
        """A_ii in symbols, as LaTeX over the name of z; for a single number without transposes."""
        del name
        return "I"

    def settle(self, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """λ_i with ``A_ii λ_i = g``, where ``g`` is what the readers have handed back."""
        del z, operands, options
        return g

    def settle_tangent(self, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """The tangent ż_i with ``A_iiᵀ ż_i = t``, where ``t`` is what the operands have handed on."""
        del z, operands, options
        return t

    # --- the block, looked at -------------------------------------------------------------------------------------

    def active(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> bool:
        """Whether the block of operand k is there at all; the side of a branch that was not taken is not."""
        del k, z, operands, options
        return self.differentiable

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        """The shape of the block's sparsity: scalar, identity, diagonal, selection, sparse or dense."""
        del options
        return "scalar" if np.ndim(z) == 0 and np.ndim(operands[k]) == 0 else "dense"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        """How many entries the block stores, known before any is computed."""
        del options
        return size_of(z) * size_of(operands[k])

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        """The block as numbers. Dense unless a family knows better: one reverse product for each element of z."""
        rows, columns = size_of(z), size_of(operands[k])
        unit = np.eye(rows).reshape((rows, *np.shape(z)))
        block = np.asarray(self.reverse(k, unit, z, operands, options), dtype=np.float64).reshape(rows, columns)
        j, i = np.indices((rows, columns))
        return j.ravel(), i.ravel(), block.ravel()

    @property
    def faithful(self) -> bool:
        """Whether the partial is the derivative of the value. A surrogate's is not: differences measure something else."""
        return True

    # --- in words -------------------------------------------------------------------------------------------------

    def remark(self, options: Mapping[str, Any]) -> str | None:
        """A sentence on what is not as one would expect; None where all is."""
        del options
        return None

    def slope_tex(self, z: str, x: str) -> str:
        """The partial as a fraction of differentials, in LaTeX over the names of the value and of an operand."""
        return rf"\frac{{\partial {z}}}{{\partial {x}}}"

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        """The partial in symbols, as LaTeX over the names of ``$x``, ``$y`` and ``$z``; None where a letter must do."""
        del k, names, operands
        return None

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        """The partial in symbols, as plain text."""
        del k, names, operands
        return None

    def uses(self, k: int) -> str:
        """Which stored values the partial is computed from: letters of ``x``, ``y``, ``w`` and ``z`` (the result)."""
        del k
        return ""

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        """The reverse product of arrays in LaTeX, ``price`` being λ of the value; None where a letter must do."""
        del k, names, price, operands, options
        return None


def size_of(value: Any) -> int:
    """Number of elements; 1 for a number."""
    size: int = getattr(value, "size", 1)  # `np.size` makes an array of a plain number first
    return size


def lead_of(g: Any, z: Any) -> int:
    """How many leading axes, one right-hand side each, ``g`` carries before the axes of ``z``."""
    return getattr(g, "ndim", 0) - getattr(z, "ndim", 0)  # `np.ndim` makes an array of a plain number first


def is_array(value: Any) -> TypeGuard[NDArray[Any]]:
    """Whether a value is an array of NumPy's: ``isinstance`` says so of a recorded one too."""
    return issubclass(type(value), np.ndarray)


def is_recorded(value: Any) -> bool:
    """Whether a value is recorded: for a rule, further out than the equation it belongs to."""
    return hasattr(value, "recording")


def decided(value: Any) -> Any:
    """Whole numbers or conditions as plain ones; where they are recorded that is a decision, which replaying checks."""
    if is_recorded(value):  # handled as NumPy's own functions are
        return value.__array_function__(decided, (type(value),), (value,), {})
    return value


def plain(value: Any) -> Any:
    """The number or array under any layers of recording: for decisions that no derivative passes through."""
    while hasattr(value, "recording"):
        value = value.value
    return value
