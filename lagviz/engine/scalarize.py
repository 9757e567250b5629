"""A tape of numbers: each equation of arrays replaced by the equations of its elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.equations import equation_of
from lagviz.engine.lowering import Elements, elements_of, lowered, objects, work
from lagviz.engine.record import recording
from lagviz.engine.recorded import INPUT, Recorded, append_equation
from lagviz.engine.rules import plain, size_of
from lagviz.engine.source import Found, Written
from lagviz.errors import MissingRuleError, TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.recording import Recording
    from lagviz.engine.tape import Tape

__all__ = ["scalarize"]


def scalarize(tape: Tape, most: int) -> Tape:
    """See `Tape.scalarize`."""
    _check(tape, most)
    with recording(2 * most, positions=False) as begun:
        return _Numbers(tape, begun).made()


def _check(tape: Tape, most: int) -> None:
    total = 0
    for index, (node, sources) in enumerate(zip(tape.recorded, tape.operand_sources, strict=True)):
        value = plain(node.value)
        raw = [plain(x.value) if source is not None else x for x, source in zip(node.operands, sources, strict=True)]
        alone = all(np.ndim(x) == 0 for x in (value, *raw))
        total += 1 if alone else size_of(value) if node.rule is INPUT else work(node.rule, raw, node.options, value)
        if node.rule.implicit and not alone:
            raise MissingRuleError(
                f"{tape.names[index]} = {node.rule.name}(…) finds its {size_of(value)} numbers together: it is one equation with "
                "a full block on the diagonal, and cannot be taken apart."
            )
    if total > most:
        raise TooLargeError(
            f"Taken apart this tape would be about {total:,} equations and arrows of numbers, more than {most:,}. Record it with "
            f"smaller arrays. Without a picture it can be had all the same: tape.scalarize(most={total:_})."
        )


class _Numbers:
    """The tape of numbers while it is made."""

    def __init__(self, tape: Tape, begun: Recording) -> None:
        self.tape = tape
        self.begun = begun
        #: For each node of the tape, its elements.
        self.elements: list[Elements] = []
        #: For each new node, the node it comes from, and its name.
        self.origins: list[int] = []
        self.names: dict[int, str] = {}
        self.inputs: dict[str, Recorded] = {}

    def made(self) -> Tape:
        """All of it."""
        from lagviz.engine.tape import Tape  # noqa: PLC0415 - the tape knows its readers by name only

        tape, nodes = self.tape, self.begun.nodes
        guards: list[Recorded] = []
        starts = [0]
        for index in range(len(tape)):
            self._take_apart(index)
            starts.append(len(nodes))
            if index in tape.guards:
                guards += [element for element in self.elements[index].ravel() if isinstance(element, Recorded)]
        returned = tree.rebuild(tape.returned, self._returned)
        scopes = [(name, starts[start], starts[end]) for name, start, end in tape.scopes]
        numbers = Tape(
            nodes=nodes,
            marks=None,
            guards=guards,
            scopes=[scope for scope in scopes if scope[1] < scope[2]],
            inputs=self.inputs,
            outputs=tree.leaves(returned),
            returned=returned,
            function=None,
            arguments=None,
            max_nodes=tape.max_nodes,
            parameters=self._parameters(),
        )
        numbers.title, numbers.argument_names = tape.title, tape.argument_names
        numbers.found = [self._found(position) for position in range(len(nodes))]
        numbers.written = Written(tape.written.listings, [tape.written.files[origin] for origin in self.origins])
        return numbers

    def _take_apart(self, index: int) -> None:
        tape, nodes = self.tape, self.begun.nodes
        node, value = tape.recorded[index], plain(tape.recorded[index].value)
        before = len(nodes)
        if node.rule is INPUT:
            self.elements.append(self._given(index, value))
        else:
            sources = tape.operand_sources[index]
            raw = [plain(x.value) if i is not None else plain(x) for x, i in zip(node.operands, sources, strict=True)]
            operands = [
                self.elements[i] if i is not None else elements_of(x) for x, i in zip(raw, sources, strict=True)
            ]
            self.elements.append(self._computed(index, operands, raw))
        self.origins += [index] * (len(nodes) - before)
        own = elements_of(value)
        number = {id(made): position for position, made in enumerate(nodes[before:], before)}
        for at, element in np.ndenumerate(self.elements[index]):
            if id(element) in number:
                # The digits of the tape: sums of numbers round differently from NumPy's, and a nudge is in no equation.
                element.value = own[at]
                name = self._name(index, at)
                if name is not None:
                    self.names.setdefault(number[id(element)], name)

    def _given(self, index: int, value: Any) -> Elements:
        own, name = elements_of(value), self.tape.names[index]
        is_input = name in self.tape.input_indices
        for at in np.ndindex(own.shape):
            path = tree.element_path(name, at)
            element = append_equation(own[at], INPUT, (), {"name": path if is_input else "constant"}, self.begun)
            own[at] = element
            if is_input:
                self.inputs[path] = element
        return own

    def _computed(self, index: int, operands: list[Elements], raw: list[Any]) -> Elements:
        node, value = self.tape.recorded[index], plain(self.tape.recorded[index].value)
        if np.ndim(value) or any(one.ndim for one in operands):
            return lowered(node.rule, operands, raw, node.options, value)
        # An equation of numbers stays as it is.
        made = equation_of(elements_of(value)[()], node.rule, [one[()] for one in operands], node.options, self.begun)
        self.begun.nodes.append(made)
        return objects(made, ())

    def _name(self, index: int, at: tuple[int, ...]) -> str | None:
        own = self.tape.found[index].name
        return None if own is None else tree.element_path(own, at)

    def _found(self, position: int) -> Found:
        origin = self.tape.found[self.origins[position]] if position < len(self.origins) else None
        if origin is None:
            return Found(None, None, (), returned=False)
        return Found(self.names.get(position), origin.place, (), returned=origin.returned)

    def _returned(self, index: int) -> Any:
        def one(element: Any) -> Recorded:
            if isinstance(element, Recorded):
                return element
            self.origins.append(index)
            return append_equation(element, INPUT, (), {"name": "constant"}, self.begun)

        elements = self.elements[index]
        return tree.rebuild(elements.tolist(), one) if elements.ndim else one(elements[()])

    def _parameters(self) -> list[str] | None:
        if self.tape.parameters is None:
            return None
        chosen = sorted(self.tape.parameters, key=list(self.tape.input_indices).index)
        shapes = {name: self.tape.recorded[self.tape.input_indices[name]].shape for name in chosen}
        return [tree.element_path(name, at) for name, shape in shapes.items() for at in np.ndindex(shape)]
