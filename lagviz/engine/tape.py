"""The recorded sequence z_i = f_i(z_a(i)): a tape is a list of equations, each of which reads only earlier ones.

Reading this file and `lagviz.engine.methods.back_substitution` is reading the project's idea.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import CodeType
from typing import IO, TYPE_CHECKING, Any, NoReturn, SupportsIndex, overload

import numpy as np

from lagviz.engine import naming, tree, writing
from lagviz.engine.collector import collector_paused
from lagviz.engine.node import Node, is_finite
from lagviz.engine.rules import plain
from lagviz.engine.source import Found, Written, find, written
from lagviz.engine.where import is_ours
from lagviz.errors import ForeignValueError, InputError, NoEquationError, UnknownNameError

if TYPE_CHECKING:
    import inspect
    import os

    import networkx as nx

    from lagviz.engine.compiled import Compiled
    from lagviz.engine.lagrangian import Lagrangian
    from lagviz.engine.recorded import Recorded
    from lagviz.engine.tape_system import TapeSystem

__all__ = ["Node", "Tape"]

#: What has been found out about a tape and holds for any values of the same program.
_OF_PROGRAM = {"operand_sources", "scopes_of", "found", "written", "letter", "names", "labels", "tex_names", "_short"}
_OF_PROGRAM |= {"title", "argument_names", "compiled"}


class Tape:
    """The equations of one run of a function, in the order in which they were computed.

    Made by `record`. ``len(tape)`` is the number of equations n; ``tape[i]`` is a `Node`, ``tape["w1"]`` the input of
    that name, or else the last node of that name.

    Attributes
    ----------
    function : callable or None
        What was recorded.
    result : object
        What it returned, containers and all, as plain values.
    scopes : list of (str, int, int)
        Name, first node and the node after the last of each scope, in the order in which they were begun. Any two are
        nested or apart.

    Examples
    --------
    >>> import lagviz as lv
    >>> tape = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5)
    >>> tape
    z₁  x = 3
    z₂  w = 0.5
    z₃  z₃ = w·x = 1.500
    z₄  z₄ = z₃² = 2.250
    >>> len(tape), tape["w"].value, tape.output.name, tape.result
    (4, 0.5, 'z4', 2.25)
    """

    def __init__(
        self,
        *,
        nodes: list[Recorded],
        marks: list[Any] | None,
        guards: Sequence[Recorded],
        scopes: Sequence[tuple[str, int, int]],
        inputs: Mapping[str, Recorded],
        outputs: Sequence[Recorded],
        returned: object,
        function: Callable[..., Any] | None,
        arguments: inspect.BoundArguments | None,
        max_nodes: int,
        parameters: Sequence[str] | None,
    ) -> None:
        self.recorded = nodes
        self.marks = marks
        self.scopes = list(scopes)
        self.function = function
        self.arguments = arguments
        self.max_nodes = max_nodes
        #: Scratch slots of the nodes are in use while a sweep runs; one at a time.
        self.lock = threading.Lock()
        # An index of all nodes would take as much memory as they do; kept is only where these few are.
        asked = {id(node) for node in (*guards, *inputs.values(), *outputs)}
        at = {id(node): index for index, node in enumerate(nodes) if id(node) in asked}
        self.guards = frozenset(at[id(node)] for node in guards)
        self.input_indices = {name: at[id(node)] for name, node in inputs.items()}
        self.output_indices = tuple(at[id(node)] for node in outputs)
        self.parameters = self._checked_parameters(parameters)
        remaining = iter(self.output_indices)
        #: What the function returned, with the index of a node for each leaf.
        self.returned = tree.rebuild(returned, lambda _leaf: next(remaining))

    def _checked_parameters(self, parameters: Sequence[str] | None) -> frozenset[str] | None:
        if parameters is None:
            return None
        names = [parameters] if isinstance(parameters, str) else list(parameters)
        chosen = set()
        for name in names:
            # `params` stands for every leaf of that argument.
            own = {path for path in self.input_indices if path == name or path.startswith((f"{name}[", f"{name}."))}
            if not own:
                raise UnknownNameError(
                    f"parameters= names {name!r}, which is no input. Inputs are: {', '.join(self.input_indices)}."
                )
            chosen |= own
        return frozenset(chosen)

    # --- the sequence -------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.recorded)

    def __iter__(self) -> Iterator[Node]:
        return (Node(self, index) for index in range(len(self)))

    @overload
    def __getitem__(self, key: SupportsIndex | str | Node) -> Node: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Node, ...]: ...

    def __getitem__(self, key: SupportsIndex | str | Node | slice) -> Node | tuple[Node, ...]:
        if isinstance(key, slice):
            return tuple(Node(self, index) for index in range(*key.indices(len(self))))
        return Node(self, self.index(key))

    def __contains__(self, key: object) -> bool:
        """Whether there is an equation of this name, or whether a node is one of this tape."""
        return key.tape is self if isinstance(key, Node) else key in self.input_indices or key in self.names

    def index(self, key: SupportsIndex | str | Node) -> int:
        """Index of a node, given as such, by name, or by index.

        Parameters
        ----------
        key : int, str or Node

        Returns
        -------
        int

        Raises
        ------
        UnknownNameError, IndexError
        ForeignValueError
            It is a node of another program's tape. That of the same program on other values is good for both.
        """
        if isinstance(key, Node):
            if key.tape is not self and not self._has_alike(key):
                raise ForeignValueError(
                    f"{key.name} is an equation of another tape, {key.tape.title}, and this is {self.title}. Name it by its "
                    f"name or index here, or take it from this tape: tape[{key.name!r}]."
                )
            return key.index
        if isinstance(key, str):
            if key in self.input_indices:
                return self.input_indices[key]
            for index in range(len(self) - 1, -1, -1):
                if self.names[index] == key:
                    return index
            import difflib  # noqa: PLC0415 - only on the way to an error

            known = list(dict.fromkeys(self.names))
            near = difflib.get_close_matches(key, known, n=3) or known[:8]
            raise UnknownNameError(f"No equation is named {key!r}. There are: {', '.join(near)}.")
        key = operator.index(key)
        if not -len(self) <= key < len(self):
            raise NoEquationError(f"There is no equation {key}: the tape has {len(self)}, numbered from 0.")
        return key % len(self)

    def _has_alike(self, node: Node) -> bool:
        """Whether a node of another tape stands here too: the two are of one program, replayed, loaded or recorded again."""
        if len(node.tape) != len(self):
            return False
        own, i = Node(self, node.index), node.index
        alike = own.name == node.name and own.op == node.op and own.source == node.source
        return alike and list(self.reads(i)) == list(node.tape.reads(i))

    def locate(self, key: int | str | Node | tuple[Any, ...]) -> tuple[int, int | None]:
        """A node, or an element of one.

        Parameters
        ----------
        key : int, str, Node or tuple
            ``("p", 0)`` is element 0 of p.

        Returns
        -------
        index : int
        element : int or None
            Its position in C order; None of the whole.

        Raises
        ------
        UnknownNameError, IndexError
        """
        if not isinstance(key, tuple):
            return self.index(key), None
        index = self.index(key[0])
        shape = self.recorded[index].shape
        try:
            return index, int(np.ravel_multi_index(key[1:], shape)) if shape else 0
        except ValueError:
            raise UnknownNameError(f"{self.names[index]} has shape {shape}, so it has no element {key[1:]}.") from None

    def reads(self, index: int) -> list[tuple[int, int]]:
        """What an equation reads.

        Parameters
        ----------
        index : int

        Returns
        -------
        list of (int, int)
            For each recorded operand its position among the operands, and the index of the node.
        """
        return [(k, i) for k, i in enumerate(self.operand_sources[index]) if i is not None]

    @cached_property
    def operand_sources(self) -> list[tuple[int | None, ...]]:
        """For each node, the index of the node that each operand is, or None for a constant."""
        find = {id(node): index for index, node in enumerate(self.recorded)}.get
        sources: list[tuple[int | None, ...]] = []
        keep = sources.append
        with collector_paused:
            for node in self.recorded:
                arity = node.rule.arity
                if arity == 2:  # noqa: PLR2004 - most often, and a third of the time that `operands` would take
                    keep((find(id(node.left)), find(id(node.right))))
                elif arity == 1:
                    keep((find(id(node.left)),))
                else:
                    keep(tuple([find(id(operand)) for operand in node.operands]))
        return sources

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, in order."""
        return tuple(self)

    @property
    def inputs(self) -> dict[str, Node]:
        """The inputs by their path in the arguments."""
        return {name: Node(self, index) for name, index in self.input_indices.items()}

    @property
    def output(self) -> Node:
        """The node that was returned; of several, the first."""
        return Node(self, self.output_indices[0])

    @property
    def surrogates(self) -> tuple[Node, ...]:
        """The nodes whose partial is not the derivative of their value: an indicator with a surrogate, `stop_gradient`.

        Where there are any, differences measure something else than λ.
        """
        return tuple(Node(self, i) for i, node in enumerate(self.recorded) if not node.rule.faithful)

    @property
    def result(self) -> Any:
        """What the function returned, as plain values; inside a recording around this one, that one's."""
        return tree.rebuild(self.returned, lambda index: self.recorded[index].value)

    @cached_property
    def scopes_of(self) -> list[tuple[str, ...]]:
        """For each node, the names of the scopes it was recorded in, outermost first."""
        names: list[tuple[str, ...]] = [()] * len(self)
        for name, start, end in self.scopes:
            for index in range(start, end):
                names[index] += (name,)
        return names

    def has_row(self, index: int) -> bool:
        """Whether a node owns a row of A. Decisions, and whatever is no real number, do not.

        Parameters
        ----------
        index : int

        Returns
        -------
        bool
        """
        return self._rows[index]

    @cached_property
    def _rows(self) -> list[bool]:
        rows: list[bool] = []
        for index, node in enumerate(self.recorded):
            value = plain(node.value)
            if type(value) is float:
                rows.append(index not in self.guards)
            elif index in self.guards or isinstance(value, bool | np.bool_):
                rows.append(False)
            elif np.asarray(value).dtype.kind == "f":
                rows.append(True)
            elif node.rule.name == "input":
                # A Python int may be data of a real function: f(2, 3) has a gradient. An array of integers has none.
                rows.append(isinstance(value, int))
            else:
                # What is computed of such ints by a real operation has one too; what counts or compares has none.
                rows.append(node.rule.differentiable and any(rows[i] for _, i in self.reads(index)))
        return rows

    # --- in words -----------------------------------------------------------------------------------------------------

    @cached_property
    def found(self) -> list[Found]:
        """What the source says of each node."""
        nothing = Found(None, None, (), returned=False)
        if self.marks is None:
            return [nothing] * len(self)
        marks = self.marks
        return [
            nothing if self.code(index) is None else find(marks[2 * index], marks[2 * index + 1])
            for index in range(len(self))
        ]

    def code(self, index: int) -> CodeType | None:
        """The reader's code object that made a node.

        Parameters
        ----------
        index : int

        Returns
        -------
        code or None
            None for inputs, and where there is none.
        """
        if self.marks is None or self.recorded[index].rule.name == "input":
            return None
        code: CodeType = self.marks[2 * index]
        return None if is_ours(code) else code

    @cached_property
    def letter(self) -> str:
        """What equations without a name are called by, with their place in the sequence: ``z`` most often."""
        return naming.letter(self)

    @cached_property
    def names(self) -> list[str]:
        """A name for each node: an input's path, the variable's own name, or ``z7``."""
        return naming.names(self)

    @cached_property
    def labels(self) -> list[str]:
        """The names as they are shown, each once: w₁, h⁽²⁾ for the second h, W for ``params['W']``."""
        return writing.distinct([writing.label(short) for short in self._short], writing.TEXT)

    @cached_property
    def tex_names(self) -> list[str]:
        """The same in LaTeX."""
        return writing.distinct([writing.tex_name(short) for short in self._short], writing.TEX)

    @cached_property
    def _short(self) -> list[str]:
        return naming.short_names(self)

    @cached_property
    def written(self) -> Written:
        """The text of the functions it was recorded from."""
        return written(self.function, [self.code(index) for index in range(len(self))])

    @cached_property
    def title(self) -> str:
        """Name of the recorded function."""
        name = getattr(self.function, "__name__", "f")
        return name if name.isidentifier() else "f"

    @cached_property
    def argument_names(self) -> list[str]:
        """Names of its arguments, as far as they are recorded."""
        return [] if self.arguments is None else list(self.arguments.arguments)

    def __repr__(self) -> str:
        shown = 40
        numbered = [f"{self.letter}{writing.subscript(i + 1)}  {self[i]!r}" for i in range(min(len(self), shown))]
        if len(self) > shown:
            numbered.append(f"… {len(self) - shown:,} more")
        return "\n".join(numbered)

    def first_nonfinite(self) -> Node | None:
        """The first node whose value is NaN or infinite, `Node.nonfinite` says how; None if all are finite."""
        return next((Node(self, index) for index, node in enumerate(self.recorded) if not is_finite(node.value)), None)

    def renewed(self, nodes: list[Recorded]) -> Tape:
        """The same program with other numbers.

        Parameters
        ----------
        nodes : list of Recorded
            This tape's equations, one for one, with values of their own.

        Returns
        -------
        Tape
        """
        another = object.__new__(Tape)
        found_out = {name for name in vars(self) if isinstance(getattr(Tape, name, None), cached_property)}
        kept = {name: value for name, value in vars(self).items() if name not in found_out - _OF_PROGRAM}
        vars(another).update(kept, recorded=nodes, lock=threading.Lock())
        return another

    # Nothing changes a tape, so a copy is the tape itself.

    def __copy__(self) -> Tape:
        return self

    def __deepcopy__(self, memo: object) -> Tape:
        return self

    def __reduce__(self) -> NoReturn:
        raise InputError(
            "A tape is not pickled: it would take your function and its arguments along. Write it with tape.save(path), and "
            "read it with lv.Tape.load(path)."
        )

    # --- what can be made of it ---------------------------------------------------------------------------------------

    def adjoint_system(self, output: int | str | Node | tuple[Any, ...] | None = None) -> TapeSystem:
        """The adjoint system A λ = e_n of this tape.

        Parameters
        ----------
        output : node, optional
            The result asked about: a name, an index, a `Node`, or, for one element of an array, a tuple of one of these
            and the element's index: ``("p", 0)``. By default what the function returned; of several numbers, or an
            array, each is a right-hand side.

        Returns
        -------
        AdjointSystem

        Raises
        ------
        UnknownNameError, IndexError
            There is no such node, or it has no such element.
        ResultError
            It is a decision or an integer, which has no multiplier.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> tape = lv.record(lambda x: x * x, np.array([1.0, 2.0]))
        >>> tape.adjoint_system().solve()["x"]  # of both numbers, with a last axis for them
        array([[2., 0.],
               [0., 4.]])
        >>> tape.adjoint_system((tape.output, 1)).solve()["x"]
        array([0., 4.])
        """
        from lagviz.engine.tape_system import TapeSystem  # noqa: PLC0415 - the tape knows its readers by name only

        return TapeSystem(self, output)

    def lagrangian(self, output: int | str | Node | tuple[Any, ...] | None = None) -> Lagrangian:
        """The constrained problem behind the tape, its Lagrangian and its stationarity conditions.

        Parameters
        ----------
        output : node, optional
            As for `adjoint_system`.

        Returns
        -------
        Lagrangian

        Examples
        --------
        >>> import lagviz as lv
        >>> lv.record(lambda x: x**2, x=3.0).lagrangian()
        Lagrangian of f: z₂ subject to 2 equations
        """
        from lagviz.engine.lagrangian import Lagrangian  # noqa: PLC0415

        return Lagrangian(self, output)

    def replay(
        self, /, *, perturb: Mapping[int | str | Node | tuple[Any, ...], Any] | None = None, **inputs: Any
    ) -> Tape:
        """Run the same equations again, on new inputs, or with something added to an equation.

        Random numbers and other constants stay as they were recorded, and so does this tape.

        Parameters
        ----------
        perturb : dict, optional
            What to add to an equation's value, by node: ``{"a": 0.01}`` computes a = w₁·x + 0.01. The result then changes
            by λ_a · 0.01, which is what λ means. To an array a number is added in each place, an array of its shape
            elementwise; ``{("p", 0): 0.01}`` adds to one element.
        **inputs
            New values of inputs, by name. Of a container, all of it, ``params={"W": …, "b": …}``, or a part by its path,
            ``**{"params['W']": …}``.

        Returns
        -------
        Tape
            The new values. If a recorded decision comes out differently, a shape is another, or a whole number is whole
            no more, the function is recorded anew.

        Raises
        ------
        BranchFlippedError
            A decision flipped, and with `perturb`, or without the function, the program cannot be recorded anew.
        InputError
            An input has another shape or kind, likewise; or something was to be added to what is no real number.

        Examples
        --------
        >>> import lagviz as lv
        >>> tape = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5)
        >>> tape.replay(w=1.0).result
        9.0
        >>> (tape.replay(perturb={"w": 1e-6}).result - tape.result) / 1e-6, tape.adjoint_system().solve()["w"]
        (9.0, 9.0)
        """
        from lagviz.engine.replay import replay  # noqa: PLC0415

        return replay(self, perturb or {}, inputs)

    def to_networkx(self, *, plainly: bool = False) -> nx.DiGraph[int]:
        """The tape as a directed graph, along the flow of data: an edge leads from a node to each of its readers.

        Parameters
        ----------
        plainly : bool
            With nothing but texts, numbers and lists in it, so that ``networkx.node_link_data`` of it is JSON; NaN and
            infinities are written as text.

        Returns
        -------
        networkx.DiGraph
            Its nodes are indices of the tape, with ``name``, ``label``, ``kind``, ``op``, ``equation``, ``value``,
            ``shape``, ``scope`` and ``row`` (whether it has a multiplier). An edge has ``operands`` (as which it is read),
            ``entry`` (whether A stores a block for it; decisions are read without), the block's ``structure``, and
            ``partial``, ∂reader/∂node where both are single numbers. The graph has ``name``, ``inputs`` (by path),
            ``outputs`` and ``scopes``.

        Examples
        --------
        >>> import lagviz as lv, networkx as nx
        >>> graph = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).to_networkx()
        >>> nx.dag_longest_path(graph), graph.edges[2, 3]["partial"]
        ([1, 2, 3], 3.0)
        """
        from lagviz.engine.networks import to_networkx  # noqa: PLC0415 - networkx takes long to import

        return to_networkx(self, plainly=plainly)

    def transcript(
        self,
        output: int | str | Node | tuple[Any, ...] | None = None,
        *,
        method: str = "back_substitution",
        most: int = 200,
    ) -> str:
        r"""Every step as text: recording, the Lagrangian, and the solving of A λ = e_n.

        Parameters
        ----------
        output : node or tuple, optional
            As for `adjoint_system`; of an array, without an element named, its first.
        method : str
            The way of solving whose steps are told.
        most : int
            Lines for each of the three; a longer program has its scopes folded, the first apart, and its middle left out.

        Returns
        -------
        str

        Examples
        --------
        >>> import lagviz as lv
        >>> print(*lv.record(lambda x: 2 * x, x=3.0).transcript().splitlines()[2:5], sep="\n")
        Recording
          1. Given: x = 3. It reads nothing, so its column holds only its own 1.
          2. z₂ = 2·x = 2 × 3 = 6. It reads only x. z₂ turns 1 into 2. Nothing reads z₂: it is what we ask about.
        """
        from lagviz.engine.question import asked  # noqa: PLC0415
        from lagviz.engine.transcript import transcript  # noqa: PLC0415

        return "\n".join(transcript(asked(self, output), method, most))

    def value_and_grad(self, /, **inputs: Any) -> tuple[Any, dict[str, Any]]:
        """The result on new inputs, and λ of every input: what a replay and its solution say, for many calls.

        A long tape of numbers is turned into arrays by the first call, and the next ones take a fraction of the time of
        `lagviz.grad`: equations that do not read each other are computed at once. Functions such as ``tanh`` may then
        differ in the last digit.

        Parameters
        ----------
        **inputs
            As for `replay`.

        Returns
        -------
        result : object
            As the function returned it.
        multipliers : dict of str to number or array
            λ of each input by its path; with several results, or an array, with a last axis for them. Integers and
            decisions have none.

        Raises
        ------
        BranchFlippedError, InputError
            As `replay`.

        Examples
        --------
        >>> import lagviz as lv
        >>> tape = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5)
        >>> tape.value_and_grad(w=1.0)
        (9.0, {'x': 6.0, 'w': 18.0})
        """
        from lagviz.engine.replay import value_and_grad  # noqa: PLC0415

        return value_and_grad(self, inputs)

    @cached_property
    def compiled(self) -> Compiled | None:
        """The program as arrays, where it is one of many numbers."""
        from lagviz.engine.compiled import compiled  # noqa: PLC0415

        return compiled(self)

    def scalarize(self, *, most: int = 100_000) -> Tape:
        """The same program over numbers: each equation of arrays replaced by the equations of its elements.

        Elements are called ``W[0,1]``; a selection (an index, a transpose, a join) gives no equation, since what it selects
        is there already. Operations that are no sums and products of elements (``max``, ``solve``) become one equation
        for each element of their result, which reads every element of their operands; its partials are exact.

        Parameters
        ----------
        most : int
            Equations, and arrows into equations of the last kind, above which it is refused.

        Returns
        -------
        Tape
            With the values of this one (in double precision), its scopes and its source, but without the function. Its
            inputs are elements, for which `replay` takes arrays too; an array in the result is a nested list. λ of each
            number is that element of this tape's λ.

        Raises
        ------
        TooLargeError
            It would have more equations.
        MissingRuleError
            An implicit equation of arrays cannot be taken apart.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> numbers = lv.record(lambda W, x: np.sum(W @ x), np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones(2)).scalarize()
        >>> len(numbers), numbers.result, numbers.adjoint_system().solve()["x[0]"]
        (13, 10.0, 4.0)
        """
        from lagviz.engine.scalarize import scalarize  # noqa: PLC0415

        return scalarize(self, most)

    def save(self, file: str | os.PathLike[str] | IO[bytes]) -> None:
        """Write the tape to a file, from which `Tape.load` reads it.

        The file is NumPy's .npz with a header in JSON, compressed. It holds values, constants, names, scopes and the text of
        the recorded functions with their file names, but no code: no pickle, and not the function itself.

        Parameters
        ----------
        file : path or binary file
            At a path the file is put in place when it is complete, instead of one that may be there.

        Raises
        ------
        TapeFileError
            An equation has a rule or a setting that cannot be written down: a function, say.

        Examples
        --------
        >>> import io, lagviz as lv
        >>> file = io.BytesIO()
        >>> lv.record(lambda x: x**2, x=3.0).save(file)
        >>> _ = file.seek(0)
        >>> lv.Tape.load(file).adjoint_system().solve()["x"]
        6.0
        """
        from lagviz.engine.saving import save  # noqa: PLC0415

        save(self, file)

    @staticmethod
    def load(file: str | os.PathLike[str] | IO[bytes]) -> Tape:
        """The tape that `save` wrote. Nothing of the file is executed.

        Rules made with `lv.primitive` have to be defined, under the same names, before.

        Parameters
        ----------
        file : path or binary file

        Returns
        -------
        Tape
            Exactly the one that was saved, but without its function: `replay` works as long as no decision comes out
            differently.

        Raises
        ------
        TapeFileError
            It is no tape, it is damaged, a newer lagviz wrote it, or it has a rule that is not known here.

        Examples
        --------
        >>> import tempfile, lagviz as lv
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     lv.record(lambda x: x**2, x=3.0).save(f"{folder}/square.npz")
        ...     lv.Tape.load(f"{folder}/square.npz").replay(x=4.0).result
        16.0
        """
        from lagviz.engine.saving import load  # noqa: PLC0415

        return load(file)
