"""The constrained problem behind a tape, its Lagrangian, and the two sets of stationarity conditions.

    L(z, λ) = z_n − Σ_i λ_iᵀ (z_i − f_i(z_a(i)))

∂L/∂λ_i = 0 gives back the sequence, the forward pass; ∂L/∂z_i = 0, times −1, is row i of A λ = e_n, the backward pass.
Y. LeCun, *A theoretical framework for back-propagation*, 1988.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import filling, words, writing
from lagviz.engine.outline import Fold, outline
from lagviz.engine.rules import plain
from lagviz.engine.writing import TEX

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Node, Tape

__all__ = ["Condition", "Lagrangian"]

#: Equations that are written out; of a longer program its scopes are folded, and then its middle left away.
_WRITTEN = 24
#: Terms of a row that are written out.
_TERMS = 9
#: Inputs on a line of the problem.
_ABREAST = 4


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

    def __repr__(self) -> str:
        return f"Condition(node {self.node}: {self.forward[1]}; {self.backward[1]})"

    def _repr_latex_(self) -> str:
        return rf"${self.forward[1]} \qquad {self.backward[1]}$"


class Lagrangian:
    r"""The Lagrangian of ``minimise z_n subject to z_i = f_i``. Made by `Tape.lagrangian`; notebooks show its formulas.

    Attributes
    ----------
    system : AdjointSystem
        The rows that its stationarity conditions become.

    Examples
    --------
    >>> import lagviz as lv
    >>> lagrangian = lv.record(lambda x: x**2, x=3.0).lagrangian()
    >>> print(lagrangian.function())
    L = z_{2} - \sum_i \lambda_i (z_i - f_i)
    >>> condition = lagrangian.stationarity()[0]
    >>> print(*condition.backward, sep=", so ")
    \frac{\partial L}{\partial x} = 0, so -\lambda_{x} + 2 x\,\lambda_{z_{2}} = 0
    >>> print(condition.numbers)
    \lambda_{x} - 6\,\lambda_{z_{2}} = 0
    """

    def __init__(self, tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> None:
        self.system: AdjointSystem = tape.adjoint_system(output)

    @classmethod
    def of(cls, system: AdjointSystem) -> Lagrangian:
        """The Lagrangian that a given system belongs to.

        Parameters
        ----------
        system : AdjointSystem

        Returns
        -------
        Lagrangian
        """
        made = cls.__new__(cls)
        made.system = system
        return made

    def __repr__(self) -> str:
        system = self.system
        results = sorted(system.asked) or system.tape.output_indices[:1]  # an empty array is asked about by nobody
        names = [system.name(index, writing.TEXT) for index in results]
        return (
            f"Lagrangian of {system.tape.title}: {', '.join(names)} subject to {len(system.node_indices):,} equations"
        )

    @property
    def _result(self) -> str:
        if not self.system.questions:  # an empty result
            return self.system.tape.tex_names[self.system.tape.output_indices[0]]
        index, element = self.system.questions[0]
        name = self.system.tape.tex_names[index]
        return name if self.system.sizes[index] == 1 else f"{name}_{{[{element}]}}"

    def objective(self) -> str:
        """``minimise loss subject to``, in LaTeX."""
        return rf"\text{{minimise }} {self._result} \text{{ subject to}}"

    def function(self) -> str:
        """The Lagrangian with a sum over all equations, in LaTeX."""
        transpose = r"^{\top}" if any(size > 1 for size in self.system.sizes) else ""
        return rf"L = {self._result} - \sum_i \lambda_i{transpose} (z_i - f_i)"

    def term(self, index: int) -> str:
        r"""What an equation adds to L.

        Parameters
        ----------
        index : int

        Returns
        -------
        str
            In LaTeX: ``- \lambda_{h} (h - \tanh(a))``.
        """
        tape = self.system.tape
        name = tape.tex_names[index]
        transpose = "" if np.ndim(plain(tape.recorded[index].value)) == 0 else r"^{\top}"
        right = writing.right_side(tape, index, TEX)
        right = rf"\left({right}\right)" if right.startswith("-") or _is_sum(right) else right
        return rf"- \lambda_{{{name}}}{transpose} \left({name} - {right}\right)"

    def condition(self, index: int) -> Condition:
        """Both conditions of one equation.

        Parameters
        ----------
        index : int

        Returns
        -------
        Condition
            With fields, to be filled in, in place of the numbers.
        """
        system, tape = self.system, self.system.tape
        name = tape.tex_names[index]
        price = rf"\lambda_{{{name}}}"
        rows = system.readers[index]
        asked = [element for question, element in system.questions if question == index]
        own = ("1" if system.sizes[index] == 1 else f"e_{{{asked[0]}}}") if asked else ""
        block, entry = self._own_block(index)
        summands = [f"-{block}{price}", *([own] if own else []), *(self._term(k) for k in rows)]
        numbers = [f"{entry}{price}", *(_negated(self._number(k)) for k in rows)]
        return Condition(
            node=index,
            forward=(rf"\frac{{\partial L}}{{\partial {price}}} = 0", writing.equation(tape, index, TEX)),
            backward=(rf"\frac{{\partial L}}{{\partial {name}}} = 0", f"{_summed(summands)} = 0"),
            numbers=f"{_summed(numbers)} = {own or '0'}",
        )

    def _own_block(self, index: int) -> tuple[str, str]:
        """What stands before λ_i in its own row, in symbols and with numbers: nothing, unless the equation is implicit."""
        system, tape = self.system, self.system.tape
        diagonal = system.implicit.get(index)
        if diagonal is None:
            return "", ""
        symbol = rf"{tape.recorded[index].rule.diagonal_tex(tape.tex_names[index])}\,"
        if system.sizes[index] > 1:
            return symbol, symbol
        number = writing.number(diagonal.numbers.item()).replace(writing.MINUS, "-")
        return symbol, rf"({number})\," if number.startswith("-") else rf"{number}\,"

    def _term(self, k: int) -> str:
        """(∂f_j/∂z_i)ᵀ λ_j with the partial written by its rule."""
        system, tape = self.system, self.system.tape
        entry = system.entries[k]
        price = rf"\lambda_{{{tape.tex_names[entry.column]}}}"
        if not system.sizes[entry.row] == system.sizes[entry.column] == 1:
            return words.term_tex(system, k)
        symbol = symbolic(system, k)
        if symbol in {"1", "-1"}:
            return symbol.replace("1", price)
        return rf"\left({symbol}\right) {price}" if _is_sum(symbol) else rf"{symbol}\,{price}"

    def _number(self, k: int) -> str:
        system, tape = self.system, self.system.tape
        entry = system.entries[k]
        price = rf"\lambda_{{{tape.tex_names[entry.column]}}}"
        if system.sizes[entry.row] == system.sizes[entry.column] == 1:
            return rf"({{partial {k}}})\,{price}"
        return words.term_tex(system, k)

    def stationarity(self) -> list[Condition]:
        """Both conditions of every equation with a multiplier; numbers are filled in, see `Condition.numbers`."""
        return [self._with_numbers(index) for index in self.system.node_indices]

    def residual(self, solution: Solution) -> float:
        """Largest absolute value among the conditions ∂L/∂z_i = 0 at a solution; the others hold by recording.

        Parameters
        ----------
        solution : Solution

        Returns
        -------
        float
        """
        return solution.residual

    def latex(self) -> str:
        """The problem, its Lagrangian, both stationarity conditions, and the rows of A λ = e_n they become.

        Returns
        -------
        str
            One ``aligned`` environment. A long program is shortened: its scopes are folded, the first apart, and its
            middle left away, so that there are never more than some fifty lines of each kind.
        """
        system, tape = self.system, self.system.tape
        lines = outline(system.node_indices, tape.scopes, 2 * _WRITTEN)
        inputs = [i for i in lines if isinstance(i, int) and tape.recorded[i].rule.name == "input"]
        given = [writing.equation(tape, i, TEX) for i in inputs]
        rows = [f"&{self.objective()}"]
        rows += [r"&\quad " + r",\quad ".join(given[k : k + _ABREAST]) for k in range(0, len(given), _ABREAST)]
        rows += [
            rf"&\quad {_folded(line) if isinstance(line, Fold) else writing.equation(tape, line, TEX)}"
            for line in lines
            if line not in inputs
        ]
        rows += [f"&{self.function()}"]
        rows += [
            r"&\frac{\partial L}{\partial \lambda_i} = 0 \;\Rightarrow\; z_i = f_i \quad \text{(the equations above)}"
        ]
        for line in lines:
            if isinstance(line, Fold):
                rows.append(f"&{_folded(line)}")
                continue
            condition = self._with_numbers(line)
            left, right = condition.backward
            rows.append(rf"&{left} \;\Rightarrow\; {right} && \times(-1):\; {condition.numbers}")
        return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    @cached_property
    def _solution(self) -> Solution:
        return self.system.solve()

    def _with_numbers(self, index: int) -> Condition:
        c = self.condition(index)
        # Only a negative number has to be set apart from the sign in front of it.
        row = _NUMBER_APART.sub(lambda field: field[0 if self.system.partial(int(field[2])) < 0 else 1], c.numbers)
        return replace(c, numbers=filling.fill(row, self._solution, mode=TEX))


_NUMBER_APART = re.compile(r"\((\{partial (\d+)\})\)")


def symbolic(system: AdjointSystem, k: int) -> str:
    """The partial of entry k in symbols, by its rule; the sum of them where a node is read twice."""
    tape, entry = system.tape, system.entries[k]
    node = tape.recorded[entry.column]
    names = writing.operand_names(tape, entry.column, TEX)
    written = [node.rule.partial_tex(position, names, node.operands) for position in entry.positions]
    if any(one is None for one in written):
        return words.partial_name(system, entry.row, entry.column)
    return writing.apart(" + ".join(one for one in written if one is not None), names)


def _folded(fold: Fold) -> str:
    return rf"\vdots \quad \text{{{fold}}}".replace("_", r"\_")


def _negated(term: str) -> str:
    return term[1:] if term.startswith("-") else f"-{term}"


def _summed(summands: Sequence[str]) -> str:
    """Terms one after another, each with its own sign; of very many the first and the last."""
    if len(summands) > _TERMS:
        summands = [*summands[: _TERMS - 3], r"\cdots", *summands[-2:]]
    first, *others = summands
    return " ".join([first, *(f"- {term[1:]}" if term.startswith("-") else f"+ {term}" for term in others)])


def _is_sum(symbol: str) -> bool:
    """Whether a formula has a plus or minus that a factor beside it would not reach."""
    depth = 0
    for position, letter in enumerate(symbol):
        depth += (letter in "({[") - (letter in ")}]")
        if position and depth == 0 and letter in "+-":
            return True
    return False
