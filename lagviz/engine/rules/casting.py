"""Numbers in another dtype: the same ones as floats, and integers or decisions, which have no gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.rule import Entries, Rule, size_of

__all__ = ["CAST", "TO_WHOLE"]


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype) if hasattr(x, "astype") else np.asarray(x).astype(dtype)[()]


class _Cast(Rule):
    """Rounding to fewer digits is no part of the derivative: the partial is 1."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k, z, operands, options
        return g

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del k, z, operands, options
        return t

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del k, operands, options
        return "identity" if np.ndim(z) else "scalar"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, operands, options
        return size_of(z)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del k, operands, options
        at = np.arange(size_of(z))
        return at, at, np.ones(len(at))

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del k, names, operands, options
        return price


CAST = _Cast("astype", _astype)
TO_WHOLE = Rule("to whole", _astype, differentiable=False)
