"""A recording while it runs: what it collects, what it locks, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from types import CodeType
from typing import TYPE_CHECKING, Any, NoReturn

from lagviz.engine.constants import Constants
from lagviz.engine.where import is_ours, place
from lagviz.errors import EndlessError, ForeignValueError, RefusedError

if TYPE_CHECKING:
    from lagviz.engine.recorded import Recorded

__all__ = ["ENTRIES", "Recording", "innermost", "running"]

#: The innermost recording of this thread or task.
running: ContextVar[Recording | None] = ContextVar("running", default=None)

#: Code that calls the reader's function: above it the source is not what was recorded. Filled by `lagviz.engine.record`.
ENTRIES: set[CodeType] = set()

_frame = sys._getframe  # noqa: SLF001 - one call a node: the documented ways are ten times slower


class Recording:
    """What a running recording collects.

    Parameters
    ----------
    limit : int
        Number of nodes at which recording stops with an error.
    positions : bool
        Whether to keep where in the source each node was made (about 100 ns a node).
    """

    __slots__ = (
        *("_code", "_open", "captured", "constants", "guards", "limit", "marks", "nodes", "outer", "refusal", "scopes"),
    )

    def __init__(self, limit: int, *, positions: bool) -> None:
        self.nodes: list[Recorded] = []
        self.limit = limit
        self.marks: list[Any] | None = [] if positions else None
        self.guards: list[Recorded] = []
        self.constants = Constants(keep_all=positions)
        self.outer = running.get()
        #: Of a recording that stands for itself, with plain values only: the input that each value recorded further out has
        #: become. None of one that reads such values as they are.
        self.captured: dict[int, tuple[Recorded, Recorded]] | None = None
        #: What was refused first. Where nobody stops at it, the program has caught it.
        self.refusal: RefusedError | None = None
        #: (name, start, end) in the order in which they were begun, so the outer of two comes first.
        self.scopes: list[tuple[str, int, int]] = []
        #: Scopes that have not ended: who began each, and its place in `scopes`.
        self._open: list[tuple[object, int]] = []
        self._code: CodeType | None = None

    def mark(self, depth: int) -> None:
        """Keep where in the reader's code the last node was made: ``depth`` frames from here, or further up."""
        frame = _frame(depth)
        if frame.f_code is not self._code:  # most often it is the same function as before
            while is_ours(frame.f_code) and frame.f_code not in ENTRIES and frame.f_back is not None:
                frame = frame.f_back
            self._code = frame.f_code
        assert self.marks is not None  # noqa: S101 - whoever calls has asked
        self.marks += frame.f_code, frame.f_lasti
        if len(self.nodes) > self.limit:
            self.too_long()

    def enter(self, opener: object, name: str) -> None:
        """Begin a scope."""
        self._open.append((opener, len(self.scopes)))
        self.scopes.append((name, len(self.nodes), len(self.nodes)))

    def leave(self, opener: object, *, keep: bool = True) -> None:
        """End the last scope that ``opener`` began, and those begun in it; nothing if it has ended.

        Scopes without an equation are dropped, and this one too unless it is to be kept.
        """
        if all(opener is not one for one, _ in self._open):
            return
        now, begun_by = len(self.nodes), None
        while begun_by is not opener:
            begun_by, position = self._open.pop()
            name, start, _ = self.scopes[position]
            if start == now or (begun_by is opener and not keep):
                del self.scopes[position]
            else:
                self.scopes[position] = (name, start, now)

    def leave_all(self) -> None:
        """End the scopes that a generator has left open."""
        while self._open:
            self.leave(self._open[-1][0])

    def encloses(self, other: Recording) -> bool:
        """Whether ``other`` was begun while this one was running."""
        recording: Recording | None = other
        while recording is not None:
            if recording is self:
                return True
            recording = recording.outer
        return False

    def close(self) -> None:
        """End the recording: let go of the nodes (no reference cycle is left) and unlock what was held."""
        self.refusal = None
        self.constants.release()
        self.nodes = _Ended()

    @property
    def ended(self) -> bool:
        """Whether nothing more can be recorded."""
        return isinstance(self.nodes, _Ended)

    def must_run(self) -> None:
        """Raise an error if the recording has ended, for what appends nothing and so would not find out."""
        if self.ended:
            raise _too_late()

    def stop_if_too_long(self) -> None:
        """Have the next equation refused, if there are more than allowed."""
        if len(self.nodes) > self.limit:
            full = _Full(self.nodes)
            full.too_long = self.too_long
            self.nodes = full

    def too_long(self) -> NoReturn:
        """Stop, because there are more equations than allowed."""
        raise EndlessError(
            f"Recording stopped at {self.limit:,} equations, at {place()}. A loop without an end has no gradient; if "
            f"this program is meant to be that long, pass a larger max_nodes (now max_nodes={self.limit:_})."
        )


def _hear(refusal: RefusedError) -> None:
    recording = running.get()
    if recording is not None and recording.refusal is None:
        recording.refusal = refusal


RefusedError.heard_by.append(_hear)


class _Full(list["Recorded"]):
    """The nodes of a recording that takes no more of them."""

    too_long: Callable[[], NoReturn]

    def append(self, node: Recorded) -> NoReturn:
        del node
        self.too_long()


class _Ended(list["Recorded"]):
    """The nodes of a recording that has ended."""

    def append(self, node: Recorded) -> NoReturn:
        del node
        raise _too_late()


def _too_late() -> ForeignValueError:
    return ForeignValueError(
        f"A recorded value was used after its recording had ended, at {place()}. Return what you need from the "
        "function instead of keeping it outside."
    )


def innermost(a: Recording, b: Recording) -> Recording:
    """Of two recordings, the one that was begun while the other ran."""
    if a.encloses(b):
        return b
    if b.encloses(a):
        return a
    raise ForeignValueError(
        f"Values of two recordings that know nothing of each other met, at {place()}. A recorded value can be used only "
        "while the function it was made in is running, or in a function that one calls. Return what is to be kept from the "
        "function, beside its result with has_aux=True."
    )
