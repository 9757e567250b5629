"""Arrays that recorded equations refer to but do not own: nobody may change them before the gradient is known.

While a recording runs they are locked, so that writing into one is an error at that line. A lock does not reach another
view of the same memory that was there before, nor a buffer that is no array; so a copy is kept beside it, and compared at
the end.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy import ndarray

from lagviz.engine.refusals import unrecordable

__all__ = ["Constants"]

#: Arrays whose operators are not NumPy's.
_UNLIKE_ARRAYS = (np.matrix, np.ma.MaskedArray)

#: Bytes up to which all is compared where every microsecond counts: copying and comparing so much takes a few.
_SMALL = 65_536
#: Numbers of a larger array that are compared there, evenly spread.
_SAMPLE = 128

Plain = ndarray[Any, Any]


class Constants:
    """What one recording refers to.

    Parameters
    ----------
    keep_all : bool
        Whether to copy, and compare at the end, also all of what is large. A tape needs the copies; a gradient does without:
        there twice a pass over all data would take as long as the gradient itself, and a sample is compared. It shows
        that an array was filled anew; a single number of it that was written past the lock it may miss.
    """

    __slots__ = ("_keep_all", "_kept", "_locked")

    def __init__(self, *, keep_all: bool) -> None:
        self._keep_all = keep_all
        self._locked: dict[int, Plain] = {}
        #: By identity: the array, which thereby stays alive and keeps its identity, and its copy or the bytes to know it by.
        self._kept: dict[int, tuple[Plain, Plain | bytes]] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def hold(self, constant: Plain) -> None:
        """Lock an array, and keep what it holds."""
        key = id(constant)
        if key in self._kept:
            return
        if constant.dtype.kind not in "fiub" or (
            type(constant) is not ndarray and isinstance(constant, _UNLIKE_ARRAYS)
        ):
            raise unrecordable(constant)
        _lock(constant, self._locked)
        self._kept[key] = constant, constant.copy() if self._keep_all else _known_by(constant)

    def copy_of(self, constant: Plain) -> Plain:
        """The copy of an array, made now if there is none yet."""
        self.hold(constant)
        array, known = self._kept[id(constant)]
        if isinstance(known, ndarray):
            return known
        whole = len(known) == array.nbytes
        copy = np.frombuffer(known, array.dtype).reshape(array.shape) if whole else array.copy()
        if whole or _same(array, known):  # else `changed` has yet to find it
            self._kept[id(constant)] = array, copy
        return copy

    def changed(self) -> Plain | None:
        """An array that is no longer what it was when it was first held."""
        for constant, copy in self._kept.values():
            if not _same(constant, copy):
                return constant
        return None

    def release(self) -> None:
        """Unlock what no other recording holds."""
        if self._locked:
            _unlock(self._locked)
            self._locked = {}
        self._kept = {}


def _known_by(constant: Plain) -> bytes:
    """All bytes of a small array, and some of a large one: at odd distances, so not always in the same column."""
    return (constant if constant.nbytes <= _SMALL else constant.flat[:: constant.size // _SAMPLE | 1]).tobytes()


def _same(constant: Plain, copy: Plain | bytes) -> bool:
    if type(copy) is bytes:
        return _known_by(constant) == copy
    return np.array_equal(constant, copy, equal_nan=True)


# --- locks -----------------------------------------------------------------------------------------------------------------

#: How many recordings hold an array that they have locked, by identity; those of several threads may share one. None may be
#: left where the array behind a view is still held: the view cannot be unlocked before.
_holders: dict[int, int] = {}
#: Views that wait for that.
_waiting: dict[int, Plain] = {}
_guard = threading.Lock()


def _lock(constant: Plain, locked: dict[int, Plain]) -> None:
    """Lock an array, and add to ``locked`` what is to be unlocked again: not what somebody else had made read-only."""
    # What a view shows can also be changed through the array behind it, which therefore comes first.
    base = constant.base
    with _guard:
        for array in (base, constant) if isinstance(base, ndarray) else (constant,):
            key = id(array)
            if key in locked:
                continue
            if key in _holders:
                _holders[key] += 1
            elif array.flags.writeable:
                array.setflags(write=False)
                _holders[key] = 1
            else:
                continue
            locked[key] = array


def _unlock(locked: dict[int, Plain]) -> None:
    with _guard:
        for key in locked:
            _holders[key] -= 1
        candidates = {**locked, **_waiting} if _waiting else locked
        _waiting.clear()
        for key, array in candidates.items():
            if _holders[key]:
                continue
            try:
                array.setflags(write=True)
            except ValueError:
                _waiting[key] = array
            else:
                del _holders[key]
