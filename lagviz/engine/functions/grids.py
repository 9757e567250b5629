"""Numbers between two ends, and between knots."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import as_array, handles, refuse_options
from lagviz.engine.recorded import Recorded, record_operation, settled
from lagviz.engine.refusals import missing
from lagviz.engine.rules import INTERP


def _shares(start: Any, stop: Any, num: int, endpoint: bool) -> Any:
    """From 0 to 1, along a new first axis, in the precision of the ends."""
    ndim = max(np.ndim(start), np.ndim(stop))
    shares = np.linspace(0.0, 1.0, num, endpoint).reshape((-1, *(1,) * ndim))
    return shares.astype(np.result_type(start, stop, 1.0))


@handles("linspace")
def _linspace(  # noqa: PLR0917 - NumPy's order
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    **_device: Any,
) -> Any:
    num = settled(num)
    start, stop = (np.asarray(end) if isinstance(end, list | tuple) else end for end in (start, stop))
    line = start + (stop - start) * _shares(start, stop, num, endpoint)
    line = np.moveaxis(line if dtype is None else astype(line, dtype), 0, axis)
    return (line, (stop - start) / (num - bool(endpoint))) if retstep else line


@handles("logspace")
def _logspace(  # noqa: PLR0917 - NumPy's order
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    powers = base ** np.linspace(start, stop, num, endpoint, axis=axis)
    return powers if dtype is None else astype(powers, dtype)


@handles("geomspace")
def _geomspace(  # noqa: PLR0917 - NumPy's order
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    start, stop = (astype(as_array(end), np.result_type(end, float)) for end in (start, stop))  # as NumPy does
    share = _shares(start, stop, settled(num), endpoint)
    line = np.moveaxis(start * (stop / start) ** share, 0, axis)
    return line if dtype is None else astype(line, dtype)


@handles("interp")
def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:  # noqa: PLR0917
    refuse_options("interp", {"period": period})
    for name, end in (("left", left), ("right", right)):
        if isinstance(end, Recorded):
            raise missing(f"np.interp with a recorded {name}=")
    ends = {name: end for name, end in (("left", left), ("right", right)) if end is not None}
    return record_operation(
        INTERP, (x if isinstance(x, float | int) else as_array(x), as_array(xp), as_array(fp)), ends
    )
