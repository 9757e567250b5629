"""How many of what, in words: counts, plurals and lists, right for none, one and many."""

from __future__ import annotations

import math

from lagviz.engine import writing

__all__ = ["count_word", "counted", "joined", "lot", "plural"]

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def count_word(n: int) -> str:
    """``three``; in digits from 13 on."""
    return _WORDS[n] if n < len(_WORDS) else f"{n:,}"


def plural(n: int, what: str) -> str:
    """``equations``, or ``equation`` where there is one."""
    if n == 1:
        return what
    return f"{what[:-1]}ies" if what.endswith("try") else f"{what}es" if what.endswith("s") else f"{what}s"


def counted(n: int, what: str) -> str:
    """``8 multiplications``, ``1 equation``."""
    return f"{n:,} {plural(n, what)}"


def lot(shape: tuple[int, ...], what: str) -> str:
    """As many as an array has: ``8 × 4 numbers``, ``1 price``."""
    return f"{writing.shape(shape)} {plural(math.prod(shape), what)}".lstrip()


def joined(parts: list[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:  # noqa: PLR2004
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
