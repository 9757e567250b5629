"""What recorded values refuse, in words: what happened, at which line, and what to write instead."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
from numpy import ndarray

from lagviz.engine.rules import UFUNCS
from lagviz.engine.where import call_text, caller, place
from lagviz.errors import InputError, LeavesTapeError, MissingAttributeError, MissingRuleError

__all__ = ["leaves", "missing", "not_recorded", "unrecordable"]


def missing(name: str) -> MissingRuleError:
    """The error for a function without a rule."""
    return MissingRuleError(
        f"{name} has no derivative rule, at {place()}. Write it with functions that have one, or give it a rule of your "
        f"own: f = lv.primitive({name}, vjp=lambda g, value, *operands: (one adjoint for each operand,))."
    )


#: Functions of the math module that NumPy calls something else.
_NAMES_IN_NUMPY = {"acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "pow": "power"}


def unrecordable(value: Any) -> InputError:
    """The error for a constant or a result that is not made of real numbers."""
    what = f"an array of {value.dtype}" if type(value) is ndarray else f"a {type(value).__name__}"
    return InputError(
        f"A recorded value met {what}, at {place()}. Real numbers and NumPy arrays of them are recorded: of complex ones "
        "use .real and .imag, and turn what else holds numbers into an array with np.asarray(…, dtype=float)."
    )


def leaves(what: str, instead: str) -> LeavesTapeError:
    """The error for a value that is turned into something without a gradient."""
    frame = caller()
    call = call_text(frame)
    if call is not None and call[0].startswith("math."):
        name = call[0].removeprefix("math.")
        name = _NAMES_IN_NUMPY.get(name, name)
        known = getattr(np, name, None) in UFUNCS
        instead = f"Use np.{name}({call[1]})" if known else "Write it with NumPy's functions"
        return LeavesTapeError(
            f"{call[0]}({call[1]}) leaves the tape, at {place(frame)}: the math module knows plain numbers only, so the "
            f"gradient would be lost. {instead}."
        )
    return LeavesTapeError(
        f"A recorded value was turned into {what}, at {place(frame)}. There it leaves the tape and its gradient would be "
        f"lost: {instead}."
    )


def not_recorded(name: str, _value: object) -> NoReturn:
    """Refuse an attribute that NumPy's arrays have."""
    if name in {"item", "tolist", "tobytes", "tofile", "data"}:
        instead = "There it would leave the tape: compute with the value as it is"
    else:
        instead = "Write it with NumPy's functions that have a derivative rule"
    raise MissingAttributeError(f".{name} of a recorded value is not recorded, at {place()}. {instead}.")
