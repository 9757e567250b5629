"""Everything lagviz refuses, as exceptions that are also the built-in a caller would expect.

A message says what happened, where in the reader's own code, and what to write instead. The words stand where the
refusal happens; the classes, and nothing else, stand here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar


class LagvizError(Exception):
    """Base of every error that lagviz raises on purpose.

    Each is also the built-in that a caller would expect: TypeError, ValueError, KeyError and so on.

    Examples
    --------
    >>> import lagviz as lv
    >>> try:
    ...     lv.grad(lambda x: x)(1 + 2j)
    ... except lv.LagvizError as error:
    ...     print(error)
    argument 0 is complex ((1+2j)). Only real numbers are recorded: pass its .real and .imag.
    """


class RefusedError(LagvizError):
    """A recorded value was asked for what a plain one would have given.

    A program that catches it goes on another way than it goes on plain values, so the recording hears of it as it is made.

    Parameters
    ----------
    message : str
    plain_too : bool
        Whether a plain value would have raised an error as well, so that nothing is lost if the program catches it.
    """

    #: Who hears; filled by `lagviz.engine.recording`.
    heard_by: ClassVar[list[Callable[[RefusedError], None]]] = []

    def __init__(self, message: str, *, plain_too: bool = False) -> None:
        super().__init__(message)
        if not plain_too:
            for hear in self.heard_by:
                hear(self)


class InputError(LagvizError, TypeError):
    """An argument is of a kind that cannot be recorded: a string, a complex number, an array of objects."""


class LeavesTapeError(RefusedError, TypeError):
    """A recorded value was turned into a plain number, so its gradient would be lost without a word."""


class InPlaceError(RefusedError, TypeError):
    """An array was to be overwritten while it is recorded."""


class ResultError(LagvizError, TypeError):
    """A function returned what cannot be differentiated."""


class MissingRuleError(RefusedError, NotImplementedError):
    """A function was met for which no derivative rule is known."""


class RuleError(LagvizError, ValueError):
    """A rule of a reader's own (`primitive`) is missing, or does not fit its function."""


class MissingAttributeError(RefusedError, AttributeError):
    """A NumPy array has this attribute or method, a recorded value has not."""


class EndlessError(LagvizError, RuntimeError):
    """More equations were recorded than allowed; most often a loop without an end."""


class BranchFlippedError(LagvizError, ValueError):
    """On new inputs a recorded decision came out differently, so the tape is that of another program."""


class BranchError(LagvizError, ValueError):
    """The two sides of a branch, or its condition, do not fit."""


class NoMarginError(LagvizError, ValueError):
    """A surrogate was asked for where nothing says how far a condition is from changing."""


class ForeignValueError(RefusedError, ValueError):
    """A value was used whose recording is neither the running one nor one that encloses it."""


class GradientError(LagvizError, AssertionError):
    """A derivative is not what differences of the function measure."""


class NotConvergedError(LagvizError, RuntimeError):
    """An implicit equation was not solved: what was to settle did not."""


class UnknownNameError(LagvizError, KeyError):
    """No node, input or method has this name."""

    def __str__(self) -> str:
        # KeyError prints the repr of its argument, which turns a sentence into a quoted string.
        return str(self.args[0]) if self.args else ""


class NoEquationError(LagvizError, IndexError):
    """A position at which the tape has no equation."""


class TapeFileError(LagvizError, ValueError):
    """A file is no tape, is damaged, or needs what is not there; or a tape holds what no file can."""


class UnknownOptionError(LagvizError, TypeError):
    """A keyword that is neither an argument of the function nor an option of lagviz."""


class NotApplicableError(LagvizError, ValueError):
    """A way of solving does not apply to this system; the message says why."""


class SingularError(LagvizError, ValueError):
    """The unknowns of a block are not determined by its equations."""


class TooLargeError(LagvizError, MemoryError):
    """What was asked for would not fit in memory; the message names a way that does."""


class ConstantWarning(UserWarning):
    """The result reads no input: every gradient is 0, which is seldom what was meant."""


class NotYetError(LagvizError, NotImplementedError):
    """Something that has a name already and is not there yet; the message says what is there instead."""


class MissingPackageError(LagvizError, ImportError):
    """A package that an extra brings is not installed."""
