"""NumPy's `numpy.fft` and recorded values: transforms are complex, so they are refused by name; shifts are recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from lagviz.engine.conversions import COMPLEX_TRANSFORM
from lagviz.engine.handling import handles
from lagviz.engine.recorded import settled
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError

__all__: list[str] = []

_TRANSFORMS = ("fft", "fft2", "fftn", "hfft", "ifft", "ifft2", "ifftn", "ihfft")
_REAL_TRANSFORMS = ("irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn")


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        raise MissingRuleError(f"np.fft.{name} is not recorded, at {place()}. {COMPLEX_TRANSFORM}.")

    return refuse


for _name in (*_TRANSFORMS, *_REAL_TRANSFORMS):
    handles(f"fft.{_name}")(_refusal(_name))


def _shifted(x: Any, axes: Any, by: Callable[[int], int]) -> Any:
    axes = settled(range(np.ndim(x)) if axes is None else axes)
    axes = tuple(axes) if isinstance(axes, list | tuple | range) else (axes,)
    return np.roll(x, tuple(by(np.shape(x)[axis]) for axis in axes), axes)


@handles("fft.fftshift")
def _fftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: n // 2)


@handles("fft.ifftshift")
def _ifftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: -(n // 2))
