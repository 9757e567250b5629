"""Python's cyclic collector while anything is recorded: it hardly ever runs, and looks for loops without an end when it does.

A tape is many small objects that all stay alive; the collector would walk them again and again, and take longer than the
recording. But it is also the one thing that is called now and then in a loop of additions and multiplications, which itself
asks nothing, for the sake of its speed.
"""

from __future__ import annotations

import gc
import threading
from typing import Any

from lagviz.engine.recording import running

__all__ = ["collector_paused"]

#: Objects made between two looks; and how seldom what has survived one is looked at again: never.
_RARELY = (2_000_000, 1_000_000_000, 1_000_000_000)


class _Pause:
    """As a context manager: for the length of a recording the collector runs rarely.

    Recordings overlap (threads, tasks), so they are counted: a remembered state restored by each would leave the collector
    slowed down for good. One that was off stays off.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._before = gc.get_threshold()

    def __enter__(self) -> None:
        with self._lock:
            if self._count == 0:
                self._before = gc.get_threshold()
                gc.set_threshold(*_RARELY)
                gc.callbacks.append(_look)
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0:
                gc.callbacks.remove(_look)
                gc.set_threshold(*self._before)


def _look(phase: str, _info: dict[str, Any]) -> None:
    """Stop the recordings of this thread that have become too long: an exception would not get out of here."""
    recording = running.get() if phase == "start" else None
    while recording is not None:
        recording.stop_if_too_long()
        recording = recording.outer


collector_paused = _Pause()
