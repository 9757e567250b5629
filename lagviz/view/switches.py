"""The switches of the widget: how the same thing is shown, and what is tried on it. Each is a trait, so Python can turn it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from lagviz.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["Switches"]


class Switches(traitlets.HasTraits):
    """What a reader turns on and off; the program and its solution stay as they are.

    Attributes
    ----------
    as_a : bool
        The matrix as A itself, whose entries are the partials with their signs turned.
    broken : bool
        Readers overwrite each other's part of λ instead of adding to it. What comes out is wrong, and is shown beside what
        a nudge measures; ``solution`` stays right.
    sizes : bool
        Nodes carry the size of their λ as a power of ten, so that vanishing and exploding ones are seen.
    projector : bool
        Everything larger and two panels only, for a room.
    descent : bool
        The act *Use*: steps of gradient descent on the parameters.
    predict : bool
        Each λ is asked for before it is shown: it is hidden in the page until somebody has answered, or stepped on. A wrong
        answer is told why it is off. Only a number is asked for, by the methods that find a λ from those of its readers, and
        not while ``broken``.
    order : list of int
        The nodes in the order in which the rows of A are drawn; empty for the program's own order.
    tied : list of str
        Two scalar inputs that are one knob: moving one moves the other. Empty for none.
    """

    tape: Tape

    as_a = traitlets.Bool(False).tag(sync=True)
    broken = traitlets.Bool(False).tag(sync=True)
    sizes = traitlets.Bool(False).tag(sync=True)
    projector = traitlets.Bool(False).tag(sync=True)
    descent = traitlets.Bool(False).tag(sync=True)
    predict = traitlets.Bool(False).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    tied = traitlets.List(traitlets.Unicode()).tag(sync=True)

    @traitlets.validate("order")
    def _checked_order(self, proposal: Any) -> list[int]:
        order = list(proposal["value"])
        rows = [index for index in range(len(self.tape)) if self.tape.has_row(index)]
        if order and sorted(order) != rows:
            raise InputError(
                f"order= must name each equation with a multiplier once, by index: {rows} in any order, or [] for the "
                "program's own."
            )
        return order

    @traitlets.validate("tied")
    def _checked_tied(self, proposal: Any) -> list[str]:
        names = list(proposal["value"])
        inputs: Mapping[str, float] = self.inputs  # type: ignore[attr-defined]  # the widget's own trait
        unknown = [name for name in names if name not in inputs]
        if unknown:
            known = ", ".join(inputs) or "none"
            raise UnknownNameError(f"There is no scalar input named {unknown[0]!r} to be tied. There are: {known}.")
        if names and len(set(names)) != 2:  # noqa: PLR2004
            raise InputError(f"tied= takes the names of two inputs, or [] for none, not {names}.")
        return names

    def keep_fitting(self) -> None:
        """Give up an order, or ties, of a program that is not shown any more."""
        rows = [index for index in range(len(self.tape)) if self.tape.has_row(index)]
        if self.order and sorted(self.order) != rows:
            self.order = []
        if not set(self.tied) <= set(self.tape.input_indices):
            self.tied = []

    def with_tied(self, wanted: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
        """New inputs, of which the tied ones are one knob: the one that was moved says where it stands.

        Parameters
        ----------
        wanted : dict of str to float
            The inputs that are asked for.
        now : dict of str to float
            Those that are shown.

        Returns
        -------
        dict of str to float
        """
        moved = [name for name in self.tied if name in wanted and wanted[name] != now.get(name)]
        return {**wanted, **dict.fromkeys(self.tied, wanted[moved[0]])} if moved else dict(wanted)
