"""How numbers, names and equations are written: for people, in text and in LaTeX.

The page writes numbers by the same rules (``js/src/format.ts``); shared test vectors hold the two together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lagviz.engine.rules import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lagviz.engine.tape import Tape

__all__ = [
    "TEX",
    "TEXT",
    "apart",
    "arithmetic",
    "equation",
    "label",
    "number",
    "operand_names",
    "price",
    "shape",
    "subscript",
    "tex_name",
]

MINUS = "−"
Mode = Literal["tex", "text"]
TEX: Mode = "tex"
TEXT: Mode = "text"

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GREEK = (
    *(
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
    ),
    *("pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi"),
    *("Sigma", "Phi", "Psi", "Omega"),
)
_GREEK_LETTERS = dict(zip(_GREEK, "αβγδεζηθικλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))


def number(value: Any, digits: int = 4) -> str:
    """A number for reading, with a true minus sign.

    As it is where it has at most ``digits`` significant digits (1.5, −1.1, 0), else with exactly that many (1.050);
    plainly from 0.001 to 99999, integer parts whole, else as 1.234e−5. Rounded half up.
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    x = float(value)
    if math.isnan(x):
        return "NaN"
    sign, size = (MINUS if x < 0 else ""), abs(x)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    shortest = Decimal(repr(size)).normalize()
    exact = len(shortest.as_tuple().digits) <= digits
    return sign + _written(shortest if exact else rounded(Decimal(size), digits), 1 if exact else digits)


def rounded(value: Decimal, digits: int) -> Decimal:
    """A positive or negative decimal rounded half up to so many digits; no digit of an integer part is rounded away."""
    if not value:
        return Decimal(0)
    whole = value.adjusted() + 1
    keep = max(digits, whole) if whole <= 5 else digits  # noqa: PLR2004 - plain up to 99999
    return value.quantize(Decimal((0, (1,), value.adjusted() - keep + 1)), rounding=ROUND_HALF_UP)


def _written(value: Decimal, keep: int) -> str:
    """A decimal with all its digits, `keep` of them significant where it has fewer."""
    if not value:
        return "0"
    sign = MINUS if value < 0 else ""
    value = abs(value)
    point = value.adjusted()
    digits = "".join(map(str, value.normalize().as_tuple().digits)).ljust(keep, "0")
    if not -3 <= point < 5:  # noqa: PLR2004
        fraction = f".{digits[1:]}" if digits[1:] else ""
        return f"{sign}{digits[0]}{fraction}e{MINUS if point < 0 else ''}{abs(point)}"
    if point < 0:
        return f"{sign}0.{'0' * (-point - 1)}{digits}"
    if len(digits) <= point + 1:
        return sign + digits.ljust(point + 1, "0")
    return f"{sign}{digits[: point + 1]}.{digits[point + 1 :]}"


def parsed(written: str) -> Decimal:
    """What `number` wrote, as the decimal it shows."""
    return Decimal(written.replace(MINUS, "-"))


def arithmetic(sign: str, a: float, b: float) -> tuple[str, str, str, str]:
    """Two factors, "=" or "≈", and a result that is right for the factors *as displayed*.

    "=" where the displayed factors give at most four digits, and the same four as the true result, which is then written as
    everywhere; else "≈" and three digits of what the displayed factors give.
    """
    left, right = number(a), number(b)
    with np.errstate(all="ignore"):
        truth = float(_OPERATIONS[sign](np.float64(a), np.float64(b)))
    if not (math.isfinite(a) and math.isfinite(b)) or (sign == "÷" and b == 0):
        return left, right, "=", number(truth)
    shown = _OPERATIONS[sign](parsed(left), parsed(right))
    exact = len(shown.normalize().as_tuple().digits) <= 4  # noqa: PLR2004
    if exact and math.isfinite(truth) and shown == parsed(number(truth)):
        return left, right, "=", number(truth)
    return left, right, "≈", _written(rounded(shown, 3), 3)


_OPERATIONS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
}


def price(value: float) -> str:
    """The size of a small effect: two significant digits, one where the second is 0."""
    if not math.isfinite(value) or value == 0:
        return number(abs(value), 2)
    return number(float(rounded(Decimal(abs(value)), 2)), 2)


def shape(dimensions: tuple[int, ...]) -> str:
    """``100 × 4``."""
    return " × ".join(map(str, dimensions))


def subscript(index: int) -> str:
    """A number in subscript digits."""
    return str(index).translate(_SUBSCRIPTS)


# --- names ------------------------------------------------------------------------------------------------------------------


def label(name: str) -> str:
    """A name as text on a card: ``w1`` is w₁, ``alpha`` is α."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name)
    stem, index = (match[1], subscript(int(match[2]))) if match else (name, "")
    return _GREEK_LETTERS.get(stem, stem) + index


def tex_name(name: str) -> str:
    r"""A name in LaTeX: ``w1`` is w_{1}, ``alpha`` is \alpha, ``loss`` is set in one piece."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name)
    if match:
        return f"{tex_name(match[1])}_{{{match[2]}}}"
    if name in _GREEK:
        return f"\\{name}"
    if len(name) == 1:
        return name
    element = re.fullmatch(r"([A-Za-z_]\w*)((?:\[[\d,]+\])+)", name)
    if element:
        return tex_name(element[1]) + element[2]
    escaped = re.sub(r"([_#$%&{}])", r"\\\1", name)
    return rf"\mathit{{{escaped}}}" if name.isidentifier() else rf"\texttt{{{escaped}}}"


def last_part(path: str) -> str:
    """``W`` of ``params['W']``, ``b`` of ``layers[0].b``, with the numbers behind it: ``W[0,1]`` of ``params['W'][0,1]``."""
    match = re.search(r"(?:\['([^']+)'\]|\.(\w+))((?:\[[\d,]+\])*)$", path)
    return (match[1] or match[2]) + match[3] if match else path


def are_numbered(paths: Sequence[str]) -> bool:
    """Whether paths differ in nothing, or one list index that counts 0, 1, 2: ``layers[0].W``, ``layers[1].W``."""
    if len(paths) == 1:
        return True
    if len({re.sub(r"\[\d+\]", "[]", path) for path in paths}) > 1:
        return False
    counts = zip(*(map(int, re.findall(r"\[(\d+)\]", path)) for path in paths), strict=True)
    varying = [list(column) for column in counts if len(set(column)) > 1]
    return varying == [list(range(len(paths)))]


def distinct(written: list[str], mode: Mode) -> list[str]:
    """Number the names that occur more than once, in the order of the tape: h⁽¹⁾, h⁽²⁾."""
    counts, seen = Counter(written), Counter[str]()
    result = []
    for name in written:
        if counts[name] == 1:
            result.append(name)
            continue
        seen[name] += 1
        if mode == TEX:
            # In braces of its own, so that a square of it is no double superscript.
            result.append(f"{{{name}^{{({seen[name]})}}}}")
        else:
            result.append(f"{name}⁽{str(seen[name]).translate(SUPERSCRIPTS)}⁾")
    return result


def apart(formula: str, names: Mapping[str, str]) -> str:
    """A formula in which numbered names that are raised to a power stand in brackets: (h⁽²⁾)², not h⁽²⁾²."""
    for name in {name for name in names.values() if _NUMBERED.search(name)}:
        formula = re.sub(rf"(?<!\(){re.escape(name)}(?={_RAISED})", lambda found: f"({found[0]})", formula)
    return formula


_NUMBERED = re.compile(r"⁾$|\^\{\(\d+\)\}\}$")
#: A power in text or in LaTeX; a transpose cannot be taken for one.
_RAISED = r"[²³⁻]|\}?\^(?!\{\\top)"


def _constant(value: Any, mode: Mode) -> str:
    """An operand that is not recorded."""
    value = plain(value)
    if np.ndim(value) == 0:
        written = number(value)
        written = f"({written})" if written.startswith(MINUS) else written
        return written.replace(MINUS, "-").replace("∞", r"\infty") if mode == TEX else written
    text = f"constant[{shape(np.shape(value))}]"
    return rf"\text{{{text}}}" if mode == TEX else text


#: Operands of one equation that are written one by one.
_LIST = 8


def operand_names(tape: Tape, index: int, mode: Mode) -> dict[str, str]:
    """What to put for ``$x``, ``$y``, ``$w``, ``$z``, ``$args`` and options in a rule's templates."""
    node = tape.recorded[index]
    own = tape.tex_names if mode == TEX else tape.labels
    reads = dict(tape.reads(index))
    written = [own[reads[k]] if k in reads else _constant(operand, mode) for k, operand in enumerate(node.operands)]
    names = dict(zip(("x", "y", "w"), written, strict=False))
    options = node.options
    names["z"] = own[index]
    names["args"] = ", ".join(written if len(written) <= _LIST else [*written[: _LIST - 2], "…", written[-1]])
    names["operation"] = getattr(options.get("rule"), "name", node.rule.name)
    names["options"] = _options(options, mode)
    names["index"] = _index(options.get("index"))
    names["products"] = _products(options.get("subscripts", "->"), written, mode)
    return names


def _products(subscripts: str, written: list[str], mode: Mode) -> str:
    """A sum of products as it is written with indices: Σⱼ A[i,j]·x[j]."""
    left, _, output = subscripts.partition("->")
    terms = left.split(",")
    summed = "".join(dict.fromkeys(letter for term in terms for letter in term if letter not in output))
    factors = zip(written, terms, strict=False)
    if mode == TEX:
        total = rf"\sum_{{{summed}}} " if summed else ""
        return total + r"\,".join(f"{{{name}}}_{{{term}}}" if term else name for name, term in factors)
    total = f"Σ_{summed} " if summed else ""
    return total + "·".join(f"{name}[{','.join(term)}]" if term else name for name, term in factors)


def _options(options: Mapping[str, Any], mode: Mode) -> str:
    parts = [f"{key}={_setting(value)}" for key, value in options.items() if key not in {"index", "subscripts"}]
    if not parts:
        return ""
    text = ", ".join(parts)
    return rf",\ \texttt{{{text.replace('_', chr(92) + '_')}}}" if mode == TEX else f", {text}"


def _setting(value: Any) -> str:
    if isinstance(value, np.ndarray | np.dtype):
        return f"array of {shape(value.shape)}" if isinstance(value, np.ndarray) else str(value)
    text = str(value)
    return text if len(text) <= _LONGEST else "…"


#: Characters of a setting that is written out.
_LONGEST = 40


def _index(index: Any) -> str:
    if isinstance(index, tuple):
        return ", ".join(_index(part) for part in index)
    if isinstance(index, slice):
        ends = ["" if end is None else str(end) for end in (index.start, index.stop, index.step)]
        return ":".join(ends[:2] if index.step is None else ends)
    if isinstance(index, np.ndarray | list):
        return "…"
    return "…" if index is Ellipsis else "new" if index is None else str(index)


def right_side(tape: Tape, index: int, mode: Mode) -> str:
    """f_i(z_a(i)), or the number itself for an input."""
    node = tape.recorded[index]
    if node.rule.name == "input":
        value = plain(node.value)
        if np.ndim(value) == 0:
            written = number(value)
            return written.replace(MINUS, "-") if mode == TEX else written
        dimensions = np.shape(value)
        if mode == TEX:
            power = r" \times ".join(map(str, dimensions))
            return rf"\text{{given, }} {power}"
        return f"given, {shape(dimensions)}"
    template = node.rule.tex if mode == TEX else node.rule.text
    names = operand_names(tape, index, mode)
    return apart(template.safe_substitute(names), names)


def equation(tape: Tape, index: int, mode: Mode) -> str:
    """The whole equation: ``h = tanh(a)``."""
    name = tape.tex_names[index] if mode == TEX else tape.labels[index]
    return f"{name} = {right_side(tape, index, mode)}"
