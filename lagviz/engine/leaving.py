"""Ways off the tape: what a recorded value answers where Python asks it for a plain one. It refuses, and says what to write.

Copies and pickles are in `lagviz.engine.attributes`. Whole numbers are the exception, in `lagviz.engine.recorded`: an index, a
count and a key are guards.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from lagviz.engine.recording import Recording
from lagviz.engine.refusals import leaves
from lagviz.engine.rules import plain
from lagviz.engine.where import formats
from lagviz.errors import LeavesTapeError

__all__ = ["Leaving"]


class Leaving:
    """The conversions that Python knows by their special methods, and those of ``float`` and ``int`` by name."""

    __slots__ = ()

    size: Any
    value: Any
    recording: Recording

    def _leaves(self, what: str, instead: str) -> LeavesTapeError:
        self.recording.must_run()
        return leaves(what, instead, plain_too=self.size != 1)  # of several numbers Python makes none either

    def __float__(self) -> float:
        if formats(sys._getframe(1)):  # noqa: SLF001 - text is not followed, as it is not in an f-string
            return float(plain(self.value))
        raise self._leaves(
            "a plain float",
            "compute with it as it is, build arrays with lv.array([...]), and write it into text with an f-string",
        )

    def __complex__(self) -> complex:
        raise self._leaves("a complex number", "complex numbers are not recorded")

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise self._leaves("a rounded number", f"use np.round(x{'' if digits is None else f', {digits}'})")

    def __floor__(self) -> NoReturn:
        raise self._leaves("a plain int", "use np.floor")

    def __ceil__(self) -> NoReturn:
        raise self._leaves("a plain int", "use np.ceil")

    def __trunc__(self) -> NoReturn:
        raise self._leaves("a plain int", "use np.trunc")

    def as_integer_ratio(self) -> NoReturn:
        """Refused; the statistics module asks for it."""
        raise self._leaves(
            "a ratio of plain integers", "write the formula, or np.mean, np.var and np.std of lv.array([...])"
        )

    def hex(self) -> NoReturn:
        """Refused."""
        raise self._leaves("text", "write it into text with an f-string")

    def bit_length(self) -> NoReturn:
        """Refused."""
        raise self._leaves("a plain int", "use np.floor(np.log2(x)) + 1")

    def _refuse_bits(self, _other: Any) -> NoReturn:
        raise self._leaves("a row of bits", "write x * 2**n in place of x << n, and x // 2**n in place of x >> n")

    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refuse_bits
