"""The constrained problem behind a tape, its Lagrangian, and the two sets of stationarity conditions.

    L(z, λ) = z_n − Σ_i λ_iᵀ (z_i − f_i(z_a(i)))

∂L/∂λ_i = 0 gives back the sequence, the forward pass; ∂L/∂z_i = 0, times −1, is row i of A λ = e_n, the backward pass.
Y. LeCun, *A theoretical framework for back-propagation*, 1988.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import words, writing
from lagviz.engine.rules import plain
from lagviz.engine.writing import TEX

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Node, Tape

__all__ = ["Condition", "Lagrangian"]

#: Equations written out in full; of a longer program, this many from each end.
_WRITTEN = 24


@dataclass(frozen=True, slots=True)
class Condition:
    """The two conditions that belong to one equation, in LaTeX.

    Attributes
    ----------
    node : int
    forward : tuple of str
        ∂L/∂λ_i = 0, and the equation that it gives back.
    backward : tuple of str
        ∂L/∂z_i = 0, and what it says in symbols.
    numbers : str
        The same times −1, which is row i of A λ = e_n, with the partials as numbers.
    """

    node: int
    forward: tuple[str, str]
    backward: tuple[str, str]
    numbers: str


class Lagrangian:
    """The Lagrangian of ``minimise z_n subject to z_i = f_i``."""

    def __init__(self, tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> None:
        self.system: AdjointSystem = tape.adjoint_system(output)

    @classmethod
    def of(cls, system: AdjointSystem) -> Lagrangian:
        """The Lagrangian that a given system belongs to."""
        made = cls.__new__(cls)
        made.system = system
        return made

    @property
    def _result(self) -> str:
        index, element = self.system.questions[0]
        name = self.system.tape.tex_names[index]
        return name if self.system.sizes[index] == 1 else f"{name}_{{[{element}]}}"

    def objective(self) -> str:
        """``minimise loss subject to``, in LaTeX."""
        return rf"\text{{minimise }} {self._result} \text{{ subject to}}"

    def function(self) -> str:
        """The Lagrangian with a sum over all equations, in LaTeX."""
        return (
            rf"L = {self._result} - \sum_i \lambda_i^{{\top}} (z_i - f_i)"
            if self._has_arrays()
            else (rf"L = {self._result} - \sum_i \lambda_i\,(z_i - f_i)")
        )

    def term(self, index: int) -> str:
        r"""``- \lambda_{h} (h - \tanh(a))``: what equation ``index`` adds to L."""
        tape = self.system.tape
        name = tape.tex_names[index]
        transpose = "" if np.ndim(plain(tape.recorded[index].value)) == 0 else r"^{\top}"
        right = writing.right_side(tape, index, TEX)
        right = rf"\left({right}\right)" if _is_sum(tape, index) else right
        return rf"- \lambda_{{{name}}}{transpose} \left({name} - {right}\right)"

    def condition(self, index: int) -> Condition:
        """Both conditions of one equation."""
        system, tape = self.system, self.system.tape
        name = tape.tex_names[index]
        price = rf"\lambda_{{{name}}}"
        rows = system.readers[index]
        asked = [element for question, element in system.questions if question == index]
        own = ("1" if system.sizes[index] == 1 else f"e_{{{asked[0]}}}") if asked else ""
        symbols = [self._term(k) for k in rows]
        backward = (
            " ".join([f"-{price}", *(f"+ {own}" for _ in asked[:1]), *(f"+ {term}" for term in symbols)]) + " = 0"
        )
        numbers = [price, *(f"- {self._number(k)}" for k in rows)]
        return Condition(
            node=index,
            forward=(rf"\frac{{\partial L}}{{\partial {price}}} = 0", writing.equation(tape, index, TEX)),
            backward=(rf"\frac{{\partial L}}{{\partial {name}}} = 0", backward),
            numbers=" ".join(numbers) + f" = {own or '0'}",
        )

    def _term(self, k: int) -> str:
        """(∂f_j/∂z_i)ᵀ λ_j with the partial written by its rule."""
        system, tape = self.system, self.system.tape
        entry = system.entries[k]
        price = rf"\lambda_{{{tape.tex_names[entry.column]}}}"
        symbol = symbolic(system, k)
        if system.sizes[entry.row] == system.sizes[entry.column] == 1:
            if symbol == "1":
                return price
            plainly = symbol.replace("\\", "").replace("_{", "").replace("}", "").isalnum()
            return rf"{symbol}\,{price}" if plainly else rf"\left({symbol}\right) {price}"
        return words.term_tex(system, k)

    def _number(self, k: int) -> str:
        system, tape = self.system, self.system.tape
        entry = system.entries[k]
        price = rf"\lambda_{{{tape.tex_names[entry.column]}}}"
        if system.sizes[entry.row] == system.sizes[entry.column] == 1:
            return rf"({{partial {k}}})\,{price}"
        return words.term_tex(system, k)

    def stationarity(self) -> list[Condition]:
        """Both conditions of every equation with a multiplier; numbers are filled in, see `Condition.numbers`."""
        solution = self.system.solve()
        return [
            Condition(c.node, c.forward, c.backward, words.fill(c.numbers, solution, mode=TEX))
            for c in (self.condition(index) for index in self.system.node_indices)
        ]

    def residual(self, solution: Solution) -> float:
        """Largest absolute value among the conditions ∂L/∂z_i = 0 at a solution; the others hold by recording."""
        return solution.residual

    def latex(self) -> str:
        """The problem, its Lagrangian and the conditions, in LaTeX; a long program is shortened in the middle."""
        tape, indices = self.system.tape, self.system.node_indices
        shown = indices if len(indices) <= 2 * _WRITTEN else [*indices[:_WRITTEN], -1, *indices[-_WRITTEN:]]
        rows = [rf"&{self.objective()}"]
        rows += [r"&\quad \vdots" if i < 0 else rf"&\quad {writing.equation(tape, i, TEX)}" for i in shown]
        rows.append(rf"&{self.function()}")
        for i in shown:
            if i < 0:
                rows.append(r"&\quad \vdots")
                continue
            left, right = self.condition(i).backward
            rows.append(rf"&{left} \;\Rightarrow\; {right}")
        return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def _has_arrays(self) -> bool:
        return any(size != 1 for size in self.system.sizes if size)


def symbolic(system: AdjointSystem, k: int) -> str:
    """The partial of entry k in symbols, by its rule; the sum of them where a node is read twice."""
    tape, entry = system.tape, system.entries[k]
    node = tape.recorded[entry.column]
    names = writing.operand_names(tape, entry.column, TEX)
    written = [node.rule.partial_tex(position, names, node.operands) for position in entry.positions]
    if any(one is None for one in written):
        return words.partial_name(tape, entry.row, entry.column)
    return " + ".join(one for one in written if one is not None)


def _is_sum(tape: Tape, index: int) -> bool:
    node = tape.recorded[index]
    value = plain(node.value)
    negative = node.rule.name == "input" and np.ndim(value) == 0 and value < 0
    return negative or node.rule.name in {"add", "subtract", "negative"}
