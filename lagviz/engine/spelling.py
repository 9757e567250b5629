"""What somebody meant who misspelt a name, for the end of a refusal."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["meant"]


def meant(word: str, known: Iterable[str]) -> str:
    """Write a sentence that suggests the nearest of the known names, or nothing where none is near.

    Examples
    --------
    >>> meant("fase", ["step", "phase", "speed"])
    ' Did you mean phase?'
    >>> meant("colour", ["step", "phase", "speed"])
    ''
    """
    import difflib  # noqa: PLC0415 - only on the way to an error

    names = list(known)
    begun = [name for name in names if word and name.startswith(word)]
    near = begun or difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""
