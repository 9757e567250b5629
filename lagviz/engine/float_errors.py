"""NumPy's warnings of overflow and the like, given at the reader's own line.

NumPy warns where its function was called, which while recording is in a file of lagviz: nobody could tell which line of the
program overflowed.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from lagviz.engine.where import caller

__all__ = ["warned_at_the_line"]


def warned_at_the_line() -> np.errstate:
    """As a context manager: what NumPy would warn of is warned of at the line of the program; other settings stay."""
    warned: dict[str, Any] = {kind: "call" for kind, setting in np.geterr().items() if setting == "warn"}
    return np.errstate(call=_warn, **warned)


def _warn(kind: str, _flag: int) -> None:
    frame = caller()
    message = f"{kind} encountered"
    if frame is None:
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return
    # With the module's own registry, so that a line in a loop is warned of once, as ever.
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        message, RuntimeWarning, frame.f_code.co_filename, frame.f_lineno, frame.f_globals.get("__name__"), registry
    )
