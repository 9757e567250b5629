"""The adjoint system A λ = e_n: how it looks as numbers, and what can be done with it.

    A = I − Jᵀ,    J_ji = ∂f_j/∂z_i,    A_ij = −(∂f_j/∂z_i)ᵀ for each reader j of i

A is (block) upper triangular, because no equation reads its future; its diagonal is the identity but for implicit
equations. Which blocks are stored is `lagviz.engine.structure`'s; where they come from is told by the kinds of system:
`lagviz.engine.tape_system` reads them off a tape, `lagviz.engine.numeric_system` is given them as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine import methods
from lagviz.engine.blocks import Identity
from lagviz.engine.structure import Structure
from lagviz.errors import TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.comparing import Comparison
    from lagviz.engine.condensing import CondensedSystem
    from lagviz.engine.methods.method import Estimate
    from lagviz.engine.numeric_system import MatrixSystem
    from lagviz.engine.solution import Solution
    from lagviz.engine.tape import Node

__all__ = ["AdjointSystem"]

#: Stored entries above which the matrix is not written out: 50 M entries are 0.8 GB.
LARGEST_MATRIX = 50_000_000
#: Rows above which A⁻¹ is not written out.
LARGEST_INFLUENCE = 2000


class AdjointSystem(Structure):
    """A λ = e_n, over the nodes of a tape or of a matrix; its structure is that of `Structure`.

    Made by `Tape.adjoint_system`, `from_matrix` and `condense`.

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> system
    A λ = e_n: 4 nodes, 4 rows, 3 blocks off the diagonal
    >>> system.matrix.toarray()
    array([[ 1. ,  0. , -0.5,  0. ],
           [ 0. ,  1. , -3. ,  0. ],
           [ 0. ,  0. ,  1. , -3. ],
           [ 0. ,  0. ,  0. ,  1. ]])
    >>> system.rhs, system.solve().vector
    (array([0., 0., 0., 1.]), array([1.5, 9. , 3. , 1. ]))
    """

    @staticmethod
    def from_matrix(matrix: Any, rhs: Any) -> MatrixSystem:
        """A plain system A x = b, in block triangular form by its strongly connected components.

        Every way of solving works on it. ``solution.vector`` is x in the given order.

        Parameters
        ----------
        matrix : array or sparse array of shape (n, n)
            Any square matrix of real numbers.
        rhs : array of shape (n,) or (n, m)

        Returns
        -------
        MatrixSystem

        Raises
        ------
        InputError
            It is not square, not of real numbers, or the right-hand side does not fit.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> system = lv.AdjointSystem.from_matrix([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 3.0, 1.0]], [1.0, 1.0, 3.0])
        >>> system.groups
        [[2], [0, 1]]
        >>> system.solve("vertex_elimination").vector
        array([0., 1., 0.])
        """
        from lagviz.engine.numeric_system import MatrixSystem  # noqa: PLC0415 - it is one of these

        return MatrixSystem(matrix, rhs)

    @cached_property
    def is_finite(self) -> bool:
        """Whether every entry that a result depends on is a finite number."""
        numbers = self.columns
        if numbers is not None:
            matters = np.isin(self.edges.column, list(self.reaching))
            return bool(np.isfinite(numbers.partial[matters]).all())
        matter = (k for k, j in enumerate(self.edges.column.tolist()) if j in self.reaching)
        return all(np.isfinite(self.block(k).coordinates[2]).all() for k in matter)

    def __repr__(self) -> str:
        asked = f", {self.width} right-hand sides" if self.width != 1 else ""
        stored = f"{len(self.entries):,} blocks off the diagonal"
        return f"A λ = e_n: {len(self.node_indices):,} nodes, {self.rows:,} rows, {stored}{asked}"

    # --- as numbers ---------------------------------------------------------------------------------------------------

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """A, scalars in node order.

        Returns
        -------
        scipy.sparse.csr_array of float64
            (Block) upper triangular, the diagonal stored, zeros where a partial is 0 stored too.

        Raises
        ------
        TooLargeError
            It would hold more than 50 million entries; `blocks` applies it without writing it out.
        """
        n = self.rows
        count = n + int(self.edges.count.sum())
        if count > LARGEST_MATRIX:
            raise TooLargeError(
                f"A would store about {count:,} entries ({count * 16 / 1e9:.1f} GB). Use system.blocks[i, j], which "
                "applies each block without writing it out; solve() needs no matrix either."
            )
        if self.columns is not None:
            return self.columns.upper
        parts = []
        for index in self.node_indices:
            own = self.implicit.get(index)
            i, j, stored = (Identity(self.sizes[index]) if own is None else own).coordinates
            parts.append((i + self.starts[index], j + self.starts[index], stored))
        for k, entry in enumerate(self.entries):
            i, j, partials = self.block(k).coordinates
            parts.append((i + self.starts[entry.row], j + self.starts[entry.column], -partials))
        rows, columns, values = (
            (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else (np.zeros(0, int),) * 3
        )
        return sparse.coo_array((values.astype(np.float64), (rows, columns)), shape=(n, n)).tocsr()

    @cached_property
    def rhs(self) -> NDArray[np.float64]:
        """e_n: shape (rows,), or (rows, results) with several results."""
        right = np.zeros((self.rows, self.width))
        for column, (index, element) in enumerate(self.questions):
            right[self.starts[index] + element, column] = 1.0
        return right[:, 0] if self.single else right

    @property
    def right(self) -> NDArray[np.float64]:
        """The right-hand sides as columns, also where there is one: shape (rows, results)."""
        return self.rhs.reshape(self.rows, self.width)

    def is_number(self, index: int) -> bool:
        """Whether λ of a node is a single number.

        Parameters
        ----------
        index : int

        Returns
        -------
        bool
        """
        return self.single and self.shapes[index] == ()

    def shaped(self, flat: NDArray[np.float64]) -> list[Any]:
        """Numbers for all rows of A as one value for each index.

        Parameters
        ----------
        flat : array of shape (rows, results)

        Returns
        -------
        list
            Each a number or an array of the node's shape, of several results with a last axis for them; None where the
            node owns no row.
        """
        found: list[Any] = []
        if self.single and self.columns is not None:
            numbers, at = flat[:, 0].tolist(), iter(range(self.rows))
            return [numbers[next(at)] if own else None for own in self.owns_row.tolist()]
        for shape, own, part in zip(self.shapes, self.owns_row.tolist(), self.slices, strict=True):
            if not own:
                found.append(None)
            elif self.single:
                found.append(flat[part, 0].reshape(shape) if shape else float(flat[part.start, 0]))
            else:
                found.append(flat[part].reshape(*shape, self.width))
        return found

    def condense(
        self, by: str = "scope", depth: int = 1, *, keep: Iterable[int | str | Node] | None = None
    ) -> CondensedSystem:
        """The system that is left when the inner nodes of each group are eliminated: the Schur complement.

        Parameters
        ----------
        by : str
            What makes a group: ``"scope"``, each scope of the tape.
        depth : int
            At which depth of nesting: 1 for the outermost scopes, 2 for those in them. What is left can be condensed again,
            at a depth further out.
        keep : iterable of node, optional
            In place of groups: the nodes that are to be left, by name, index or as such, besides inputs and results.

        Returns
        -------
        CondensedSystem
            An `AdjointSystem` over inputs and parameters, results, the nodes that are read from outside their group, and
            what belongs to none. They keep their indices on the tape and their multipliers; ``eliminated`` has the indices
            of the others.

        Raises
        ------
        InputError
            `by` is something else, `depth` is below 1, or the system was given as a plain matrix.
        UnknownNameError
            There is no such node in the system.
        TooLargeError
            What is left would not fit in memory.

        Examples
        --------
        >>> import lagviz as lv
        >>> f, inputs = lv.gallery.loop(passes=3)
        >>> system = lv.record(f, **inputs).adjoint_system()
        >>> condensed = system.condense()
        >>> [node.name for node in condensed.nodes]
        ['h', 'w', 'y', 'h', 'h', 'h', 'z10', 'loss']
        >>> condensed.pattern.toarray()[3:6, 3:6].astype(int)  # a chain of passes
        array([[1, 1, 0],
               [0, 1, 1],
               [0, 0, 1]])
        >>> bool(abs(condensed.solve()["w"] - system.solve()["w"]) < 1e-12)
        True
        """
        from lagviz.engine.condensing import condense  # noqa: PLC0415 - what is left is a system again

        return condense(self, by, depth, keep)

    # --- solving ------------------------------------------------------------------------------------------------------

    def solve(self, method: str = "back_substitution", **options: Any) -> Solution:
        """Solve A λ = e_n.

        Parameters
        ----------
        method : str
            One of `lagviz.engine.methods.METHODS`.
        **options
            Of that method: ``order`` of vertex_elimination, for example.

        Returns
        -------
        Solution

        Raises
        ------
        UnknownNameError
            There is no such method; the error lists those there are.
        UnknownOptionError
            The method has no such option, or not with that value.
        NotApplicableError
            The method does not apply to this system; the error says why.
        TooLargeError
            It would not fit in memory; the error names one that does.

        Examples
        --------
        >>> import lagviz as lv
        >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
        >>> system.solve("vertex_elimination", order="markowitz")["w"]
        9.0
        """
        return methods.solve(self, method, options)

    def estimate(self, method: str, **options: Any) -> Estimate:
        """What a method would cost and need here, before any work.

        Parameters
        ----------
        method : str
        **options
            As of `solve`.

        Returns
        -------
        Estimate
            Bounds of multiplications and of memory, or why the method does not apply.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> system = lv.record(lambda x, w: np.tanh(w * x) * x, 1.5, 0.7).adjoint_system()
        >>> system.estimate("back_substitution").multiplications
        (5, 5)
        """
        return methods.estimate(self, method, options)

    def compare(self) -> Comparison:
        """Run every method that applies and would end, and put their costs and residuals side by side.

        Returns
        -------
        Comparison
            Prints as a table; methods that were not run say why.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> table = lv.record(lambda x, w: np.tanh(w * x) * x, 1.5, 0.7).adjoint_system().compare()
        >>> table["neumann"].cost.multiplications
        15
        >>> table["checkpointed"].reason[:46]
        'does not apply: it needs a chain of passes, an'
        """
        from lagviz.engine.comparing import compare  # noqa: PLC0415 - it solves systems

        return compare(self)

    def influence(self) -> NDArray[np.float64]:
        """A⁻¹, the table of all influences: entry (i, j) is what one more in row i makes of row j.

        A backward sweep fills one column of it, everyone's influence on one result; a forward sweep one row, one
        equation's influence on everyone.

        Returns
        -------
        array of shape (rows, rows)

        Raises
        ------
        TooLargeError
            There are more than 2000 rows.
        SingularError
            An implicit equation does not determine its result.

        Examples
        --------
        >>> import lagviz as lv
        >>> lv.record(lambda x: 3 * x * x, 2.0).adjoint_system().influence()
        array([[ 1.,  3., 12.],
               [ 0.,  1.,  2.],
               [ 0.,  0.,  1.]])
        """
        if self.rows > LARGEST_INFLUENCE:
            raise TooLargeError(
                f"The table of all influences would have {self.rows:,} × {self.rows:,} entries. solve() gives one column of it, "
                'solve("forward_substitution") the rows of the inputs.'
            )
        found = np.eye(self.rows)
        for index in reversed(self.node_indices):
            own = self.slices[index]
            for k in self.readers[index]:
                found[own] -= self.block(k) @ found[self.slices[self.entries[k].column]]
            if index in self.implicit:
                found[own] = self.implicit[index].solve(found[own])
        return found
