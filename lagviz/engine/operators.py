"""The operators that loops consist of, on numbers and on arrays: without a call, and with few questions.

Each does what `append_equation` does without calling it, and asks first for what is most often there: recording takes three
quarters of the time. Handing the sign over as a function would cost a call again; so they are written once, as text. What
they do not know they leave to the operators of `Recorded`, and whether there are too many nodes to others.
"""

from __future__ import annotations

from numpy import ndarray

from lagviz.engine.recorded import NOTHING, Array, Recorded, Scalar, append_equation
from lagviz.engine.rules import OPERATORS, SQUARE, Rule

__all__: list[str] = []

_METHOD = """
def {name}({parameters}):
    recording = self.recording
    try:
        {cases}
        else:
            return Recorded.{name}({arguments})
    except ZeroDivisionError:
        return Recorded.{name}({arguments})
    if type(value) is not kept:
        return append_equation(value, rule, {operands}, recording)
    node = Kind()
    node.value = value
    node.rule = rule
    node.left, node.right = {operands}
    node.recording = recording
    node.adjoint = NOTHING
    recording.nodes.append(node)
    if recording.marks is not None:
        recording.mark(2)
    return node
"""

_OWN = "(type(other) is Kind or type(other) is Other) and other.recording is recording"
_NUMBER = "type(other) is float or type(other) is int"


def _write(
    kind: type[Recorded], name: str, rule: Rule, operands: str, cases: dict[str, str], *, more: str = ""
) -> None:
    """Give a class a method: ``cases`` are the values, by the condition under which it knows them."""
    written = "\n        el".join(f"if {condition}:\n            value = {value}" for condition, value in cases.items())
    words = {
        "Kind": kind,
        "Other": Array if kind is Scalar else Scalar,
        "NOTHING": NOTHING,
        "Recorded": Recorded,
        "append_equation": append_equation,
        "kept": float if kind is Scalar else ndarray,
        "rule": rule,
    }
    arguments = f"self, other{more}"
    parameters = f"{arguments}=None" if more else arguments
    text = _METHOD.format(name=name, parameters=parameters, arguments=arguments, operands=operands, cases=written)
    exec(compile(text, __file__, "exec"), words)  # noqa: S102 - nothing but the lines above
    setattr(kind, name, words[name])


for _kind in (Scalar, Array):
    for _name, _sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("truediv", "/")):
        _rule = OPERATORS[_name]
        _values = {_OWN: f"self.value {_sign} other.value", _NUMBER: f"self.value {_sign} other"}
        _write(_kind, f"__{_name}__", _rule, "self, other", _values)
        _write(_kind, f"__r{_name}__", _rule, "other, self", {_NUMBER: f"other {_sign} self.value"})
    _square = {"type(other) is int and other == 2 and modulo is None": "self.value * self.value"}
    _write(_kind, "__pow__", SQUARE, "self, None", _square, more=", modulo")
