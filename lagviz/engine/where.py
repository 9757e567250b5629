"""Where in the reader's own code something happened: for errors while recording, and for positions on the tape.

What is kept while recording is only a code object and an offset into it; `lagviz.engine.source` makes names and text of that
pair when somebody looks.
"""

from __future__ import annotations

import ast
import dis
import sys
import sysconfig
import traceback
from pathlib import Path
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

import executing
import numpy as np
import scipy

__all__ = [
    "call_text",
    "called",
    "caller",
    "entered",
    "formats",
    "is_ours",
    "is_subscript",
    "place",
    "place_of",
    "resolve",
    "scipy_package",
    "stores",
    "updates",
]

_PACKAGE = Path(__file__).parent.parent
_OURS = (
    str(_PACKAGE / "engine"),
    str(_PACKAGE / "view"),
    str(_PACKAGE / "special.py"),
    str(Path(np.__file__).parent),
    str(Path(scipy.__file__).parent),
)


#: Python's own modules. What people install may lie in a folder of theirs.
_PYTHONS = sysconfig.get_path("stdlib")
_INSTALLED = ("site-packages", "dist-packages")


def is_ours(code: CodeType) -> bool:
    """Whether a piece of code belongs to lagviz, NumPy, SciPy or Python itself, and so is not what a reader wrote."""
    file = code.co_filename
    if file.startswith(_PYTHONS):
        file_of_python = not any(folder in file for folder in _INSTALLED)
        return file_of_python or file.startswith(_OURS)
    return file.startswith(_OURS)


def caller() -> FrameType | None:
    """The innermost running frame that a reader wrote."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way is ten times slower
    while frame is not None and is_ours(frame.f_code):
        frame = frame.f_back
    return frame


def is_subscript(frame: FrameType | None) -> bool:
    """Whether what a frame is doing at this moment is reading ``x[index]``."""
    running = _instruction(frame)
    # From Python 3.14 on a subscript is one of the binary operators.
    return running is not None and (running.opname == "BINARY_SUBSCR" or running.argrepr == "[]")


def stores(frame: FrameType | None) -> bool:
    """Whether what a frame is doing at this moment is writing ``x[index] = value``."""
    running = _instruction(frame)
    return running is not None and running.opname.startswith("STORE_S")  # STORE_SUBSCR, STORE_SLICE


def formats(frame: FrameType) -> bool:
    """Whether what a frame is doing is ``"%.3f" % x``: no other remainder asks a value for a plain number."""
    running = _instruction(frame)
    return running is not None and running.argrepr in {"%", "%="}


def updates(frame: FrameType | None) -> str | None:
    """Whether what a frame is doing is an update in place: of a ``"name"``, ``x += y``, or a ``"part"``, ``x[index] += y``."""
    running = _instruction(frame)
    if frame is None or running is None or running.opname != "BINARY_OP" or not running.argrepr.endswith("="):
        return None
    after = [
        one.opname for one in dis.get_instructions(frame.f_code) if one.offset > frame.f_lasti and one.opname != "CACHE"
    ]
    is_part = next((name for name in after if name.startswith("STORE_")), "").startswith("STORE_S")
    return "part" if is_part else "name"


def _instruction(frame: FrameType | None) -> dis.Instruction | None:
    if frame is None:
        return None
    return next((one for one in dis.get_instructions(frame.f_code) if one.offset == frame.f_lasti), None)


def resolve(code: CodeType, offset: int) -> Any:
    """What `executing` knows of an instruction: its source, syntax node and enclosing statement.

    `executing` asks a frame for no more than its code, its position and where to find the text, so a finished call can
    be looked up too.
    """
    line = line_of(code, offset)
    stand_in = SimpleNamespace(f_code=code, f_lasti=offset, f_lineno=line, f_globals={})
    return executing.Source.executing(stand_in)  # type: ignore[arg-type]


def line_of(code: CodeType, offset: int) -> int:
    """Line number of an instruction, from 1."""
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return line
    return code.co_firstlineno


def place(frame: FrameType | None = None) -> str:
    """'line 3 of loss: h = math.tanh(a)', or '' where nothing of the reader's is running."""
    frame = frame or caller()
    if frame is None:
        return ""
    code = frame.f_code
    found = executing.Source.for_frame(frame)
    line = frame.f_lineno
    text = found.lines[line - 1].strip() if 0 < line <= len(found.lines) else ""
    name = "" if code.co_name == "<module>" else f" of {code.co_name}"
    return f"line {line}{name}" + (f": {text}" if text else "")


def place_of(error: BaseException) -> str:
    """The place in the reader's own code where an exception was raised."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if not is_ours(frame.f_code)]
    return place(frames[-1]) if frames else ""


def call_text(frame: FrameType | None) -> tuple[str, list[str]] | None:
    """Function and arguments of the call that is running in a frame, as written: ``("math.sin", ["x"])``."""
    if frame is None:
        return None
    node = executing.Source.executing(frame).node
    if not isinstance(node, ast.Call):
        return None
    return ast.unparse(node.func), [ast.unparse(argument) for argument in node.args]


def called(frame: FrameType | None) -> Any:
    """The function whose call is running in a frame, found by its name there; None where it is not called by a name."""
    call = call_text(frame)
    if frame is None or call is None:
        return None
    first, *rest = call[0].split(".")
    found = frame.f_locals.get(first, frame.f_globals.get(first))
    for name in rest:
        found = getattr(found, name, None)
    return found


def entered() -> tuple[str, str]:
    """Module and name of the function of NumPy that the reader's line has called; empty where it is not written in Python."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    found = "", ""
    while frame is not None and is_ours(frame.f_code):
        module = frame.f_globals.get("__name__", "")
        if module.startswith("numpy"):
            found = module, frame.f_code.co_qualname
        frame = frame.f_back
    return found


def scipy_package() -> str:
    """The package of SciPy that the reader's code is in at this moment, ``"scipy.stats"``; empty where it is in none."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    found = ""
    while frame is not None and is_ours(frame.f_code):
        module = frame.f_globals.get("__name__", "")
        if module.startswith("scipy.") and not module.startswith("scipy._"):
            found = ".".join(module.split(".")[:2])
        frame = frame.f_back
    return found
