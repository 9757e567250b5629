"""What went wrong, for the page: an exception inside a message reaches nobody unless it is sent as words."""

from __future__ import annotations

import traceback

from lagviz.engine.where import is_ours

__all__ = ["problem"]


def problem(error: BaseException) -> dict[str, str | int | None]:
    """An exception in words, with the line of the reader's own code that raised it."""
    if isinstance(error, KeyboardInterrupt):
        return {"text": "The recording was interrupted; what is shown is the last one.", "line": None}
    name = type(error).__name__
    text = f"{name}: {error}" if str(error) else name
    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if not is_ours(frame.f_code)]
    if not frames:
        return {"text": text, "line": None}
    frame, number = frames[-1]
    written = traceback.FrameSummary(frame.f_code.co_filename, number, frame.f_code.co_name).line
    return {"text": f"{text}\nAt: {written}" if written else text, "line": number}
