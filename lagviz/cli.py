"""The command line: ``lagviz demo`` and ``lagviz export``."""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lagviz import __version__
from lagviz.errors import InputError, LagvizError

__all__ = ["main"]

_NOTEBOOK = "01-backprop-is-back-substitution.ipynb"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="lagviz", description="See backpropagation as back substitution.")
    parser.add_argument("--version", action="version", version=f"lagviz {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="open JupyterLab on the first notebook")
    demo.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    export = commands.add_parser("export", help="write a page that steps through a function, without Jupyter")
    export.add_argument("function", metavar="FILE.py:FUNCTION")
    export.add_argument(
        "--input", "-i", action="append", default=[], metavar="NAME=VALUE", help="an argument; repeatable"
    )
    export.add_argument("--output", "-o", default="lagviz.html", metavar="PAGE.html")
    given = parser.parse_args(arguments)
    try:
        return _demo(browser=not given.no_browser) if given.command == "demo" else _export(given)
    except LagvizError as error:
        print(f"lagviz: {error}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1


def _demo(*, browser: bool) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        raise InputError("JupyterLab is not installed. Install it with lagviz: pip install 'lagviz[lab]'.")
    checkouts = (Path.cwd(), Path(__file__).resolve().parents[1])
    folder = next((one / "notebooks" for one in checkouts if (one / "notebooks" / _NOTEBOOK).exists()), None)
    if folder is None:
        raise InputError(f"notebooks/{_NOTEBOOK} is not here. Run lagviz demo in a checkout of the project.")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{_NOTEBOOK}",
    ]
    if not browser or not _has_screen():
        command.append("--no-browser")  # JupyterLab then prints its address
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # Where a process can become another, whoever stops this command stops JupyterLab.
    return subprocess.call(command) if os.name == "nt" else os.execv(sys.executable, command)  # noqa: S603, S606


def _has_screen() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _export(given: argparse.Namespace) -> int:
    import lagviz  # noqa: PLC0415 - numpy and scipy are not needed for --help

    file, _, name = given.function.rpartition(":")
    if not file or not Path(file).is_file():
        raise InputError(f"{given.function!r} is not FILE.py:FUNCTION with a file that is here.")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file} cannot be read as Python.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not callable(function):
        raise InputError(f"{file} has no function named {name}.")
    inputs = dict(_argument(one) for one in given.input)
    missing = [name for name in _required(function) if name not in inputs]
    if missing:
        raise InputError(
            f"{name} also needs {', '.join(missing)}: add {' '.join(f'--input {one}=…' for one in missing)}."
        )
    tape = lagviz.record(function, **inputs)
    print(lagviz.save_html(tape, given.output))  # noqa: T201
    return 0


def _required(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments that it cannot be called without."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in named and parameter.default is inspect.Parameter.empty
    ]


def _argument(written: str) -> tuple[str, Any]:
    """``x=1.5`` or ``x=[1, 2]`` as a name and a value."""
    import ast  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    name, _, text = written.partition("=")
    try:
        value = ast.literal_eval(text)
        return name, np.array(value, dtype=float) if isinstance(value, list) else value
    except (ValueError, SyntaxError):
        raise InputError(f"--input {written}: write NAME=VALUE with a number or a list of numbers.") from None
