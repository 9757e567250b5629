"""NumPy's functions that are refused on recorded values: why, and what to write instead, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from lagviz.engine.conversions import words_for_numpy
from lagviz.engine.handling import handles
from lagviz.engine.where import place
from lagviz.errors import InPlaceError, LeavesTapeError, MissingRuleError

__all__ = ["REFUSED"]

_IN_PLACE = (
    "writes into an array that exists, where a recorded value would be lost",
    "Build the new array instead: np.where(mask, new, old), np.concatenate, or np.broadcast_to(x, shape) of one number",
    InPlaceError,
)
_BITS = (
    "works on the bits of whole numbers, which have no gradient",
    "Use % and // on numbers, and &, | and ~ on conditions",
    MissingRuleError,
)
_SETS = (
    "compares numbers as members of a set: how many it finds is no equation",
    "Find them outside of the recorded function and index with them: x[np.unique(labels, return_index=True)[1]]",
    MissingRuleError,
)
_COUNTS = (
    "counts, so its derivative is 0 wherever it exists",
    "Count outside of the recorded function; for weights that carry a gradient use np.bincount(bins, weights=w)",
    MissingRuleError,
)
_FILES = (
    "puts numbers where they leave the tape",
    "Return the value from the recorded function and store it there",
    LeavesTapeError,
)
_POLYNOMIALS = (
    "has no derivative rule",
    "Write it with np.polyval, np.convolve and arithmetic on the coefficients, or give it a rule with lv.primitive",
    MissingRuleError,
)
_DATES = ("works on dates", "Turn dates into numbers before the recorded function", MissingRuleError)
_FLOATS = (
    "takes a number apart as the machine stores it",
    "Write it with np.log2, np.exp2 and np.floor",
    MissingRuleError,
)
_NAN_ORDER = (
    "is not recorded",
    "Leave the NaN out first, x[~np.isnan(x)], and use the function without nan in its name",
    MissingRuleError,
)
_COMPLEX = ("works on complex numbers", "Compute with real and imaginary part as two arrays", MissingRuleError)
_ORDERS = (
    "is not recorded",
    "Use np.argsort for one key, and np.sort or np.take for the values",
    MissingRuleError,
)
_TRIMS = (
    "cuts where zeros begin, which depends on the values",
    "Index with the positions you want: x[np.nonzero(x)]",
    MissingRuleError,
)
_PIECES = (
    "calls functions on parts that depend on the values",
    "Write np.where(condition, f(x), g(x)), or np.select for several conditions",
    MissingRuleError,
)
_AXES = ("is not recorded", "Call the function with axis=(0, 1), or once for each axis", MissingRuleError)
_BESSEL = ("is not recorded", "Use scipy.special.i0", MissingRuleError)

#: By NumPy name: what it does, what to write instead, and the kind of error.
REFUSED: dict[str, tuple[str, str, type[Exception]]] = {
    **dict.fromkeys(("copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"), _IN_PLACE),
    **dict.fromkeys(
        (
            "bitwise_count",
            "left_shift",
            "right_shift",
            "gcd",
            "lcm",
            "packbits",
            "unpackbits",
        ),
        _BITS,
    ),
    **dict.fromkeys(
        (
            "in1d",
            "intersect1d",
            "setdiff1d",
            "setxor1d",
            "union1d",
            "unique",
            "unique_all",
            "unique_counts",
            "unique_inverse",
            "unique_values",
        ),
        _SETS,
    ),
    **dict.fromkeys(("histogram", "histogram2d", "histogram_bin_edges", "histogramdd"), _COUNTS),
    **dict.fromkeys(("save", "savetxt", "savez", "savez_compressed"), _FILES),
    **dict.fromkeys(
        ("poly", "polyadd", "polyder", "polydiv", "polyfit", "polyint", "polymul", "polysub", "roots"), _POLYNOMIALS
    ),
    **dict.fromkeys(("busday_count", "busday_offset", "datetime_as_string", "is_busday", "isnat"), _DATES),
    **dict.fromkeys(("frexp", "nextafter", "spacing"), _FLOATS),
    **dict.fromkeys(("nanmedian", "nanpercentile", "nanquantile"), _NAN_ORDER),
    "sort_complex": _COMPLEX,
    "lexsort": _ORDERS,
    "trim_zeros": _TRIMS,
    "piecewise": _PIECES,
    "apply_over_axes": _AXES,
    "i0": _BESSEL,
}


def _refusal(name: str) -> Callable[..., NoReturn]:
    what, instead, kind = REFUSED[name]

    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        words = words_for_numpy()  # of a function that is made of this one
        if words is not None:
            raise kind(f"{words[0]}, at {place()}. {words[1]}.")
        raise kind(f"np.{name} {what}, at {place()}. {instead}.")

    return refuse


for _name in REFUSED:
    handles(_name)(_refusal(_name))
