"""A tape as a file, and back: NumPy's .npz, with a header in JSON and columns of numbers.

The file holds what the tape holds: values, rules by name, settings, constants, names, scopes, decisions, and the text of
the source. It holds no code, and reading it runs none: no pickle is written or accepted. The function itself is not in it.
An implicit equation is written as what it is to the tape: how it is solved, and its residual as a tape of its own.
"""

from __future__ import annotations

import errno
import json
import os
import tokenize
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.collector import collector_paused
from lagviz.engine.equations import equation_of
from lagviz.engine.implicit.converging import Solver
from lagviz.engine.implicit.equation import Equation, Equilibrium
from lagviz.engine.implicit.residual import Residual
from lagviz.engine.recording import Recording
from lagviz.engine.registry import is_own, rule_named
from lagviz.engine.rules import Rule, plain
from lagviz.engine.source import Found, Listing, Place, Written
from lagviz.engine.storage import Columns, contained, container, known_rule, packed, set_down, taken_up, unpacked
from lagviz.errors import TapeFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from lagviz.engine.recorded import Recorded
    from lagviz.engine.tape import Tape

__all__ = ["load", "save"]

FORMAT = "lagviz tape"
VERSION = 1


# --- writing ------------------------------------------------------------------------------------------------------------------


def save(tape: Tape, file: str | os.PathLike[str] | IO[bytes]) -> None:
    """See `Tape.save`."""
    with collector_paused:
        header, columns = _written(tape)
    text = json.dumps(header, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    columns["header"] = np.frombuffer(text, dtype=np.uint8)
    if not isinstance(file, str | os.PathLike):
        np.savez_compressed(file, **columns)  # type: ignore[arg-type] # its stubs take a keyword for allow_pickle
        return
    # Written beside and moved into place: whoever reads finds the old file or the new one, and no half.
    path = Path(file)
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder to save a tape in", str(path.parent))
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as opened:
            np.savez_compressed(opened, **columns)  # type: ignore[arg-type]
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _written(tape: Tape) -> tuple[dict[str, Any], Columns]:
    """A tape as JSON, and as columns of numbers."""
    rules, constants, settings, found, places = _Numbered(), _Numbered(), _Numbered(), _Numbered(), _Numbered()
    rows: list[tuple[int, int, int]] = []
    operands: list[int] = []
    for index, (node, sources) in enumerate(zip(tape.recorded, tape.operand_sources, strict=True)):
        if node.rule not in rules:
            _check_rule(tape, index, node.rule)
        operands += [
            -1 - constants.add(plain(operand)) if source is None else source
            for source, operand in zip(sources, node.operands, strict=True)
        ]
        setting = -1
        if node.options:
            try:
                setting = settings.add_text(json.dumps(set_down(node.options, constants.add), allow_nan=False))
            except TapeFileError as error:
                raise TapeFileError(f"Equation {tape.names[index]} cannot be saved. {error}") from None
        rows.append((rules.add(node.rule), setting, len(sources)))
    for one in tape.found:
        if one not in found:
            found.add(one)
            for where in (one.place, *one.operands):
                if where is not None:
                    places.add(where)
    named, residuals = _rules_written(rules.all, constants.add)
    value_kinds, values = packed((plain(node.value) for node in tape.recorded), "value")
    constant_kinds, constant_values = packed(constants.all, "constant")
    listings, files = tape.written.listings, tape.written.files
    header = {
        "format": FORMAT,
        "version": VERSION,
        "title": tape.title,
        "arguments": tape.argument_names,
        "max_nodes": tape.max_nodes,
        "parameters": None if tape.parameters is None else sorted(tape.parameters),
        "inputs": list(tape.input_indices.items()),
        "outputs": tape.output_indices,
        "returned": container(tape.returned),
        "guards": sorted(tape.guards),
        "scopes": tape.scopes,
        "rules": named,
        "settings": settings.all,
        "value_kinds": value_kinds,
        "constant_kinds": constant_kinds,
        "places": [[p.file, p.line, p.column, p.end_line, p.end_column, p.text] for p in places.all],
        "found": [
            [one.name, places.at(one.place), [places.at(where) for where in one.operands], one.returned, one.parts]
            for one in found.all
        ],
        "listings": [[one.name, one.lines, one.first_line, one.indent, one.missing] for one in listings],
    }
    columns = {
        **values,
        **constant_values,
        **residuals,
        "equation": np.array(rows, dtype=np.int64).reshape(-1, 3),
        "operand": np.array(operands, dtype=np.int64),
        "found": np.array([found.at(one) for one in tape.found], dtype=np.int64),
        "listing": np.array([-1 if file is None else file for file in files], dtype=np.int64),
    }
    return header, columns


class _Numbered:
    """Things in the order in which they were first met, each once, told apart by identity."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._at: dict[Any, int] = {}

    def __contains__(self, thing: object) -> bool:
        return id(thing) in self._at

    def add(self, thing: Any) -> int:
        """Its number, a new one if it has none."""
        return self._number(id(thing), thing)

    def add_text(self, text: str) -> int:
        """The same for what is told apart by what it says."""
        return self._number(text, text)

    def _number(self, key: Any, thing: Any) -> int:
        if key not in self._at:
            self._at[key] = len(self.all)
            self.all.append(thing)  # kept, so that nothing else gets its identity
        return self._at[key]

    def at(self, thing: Any) -> int | None:
        """Its number, or None of None."""
        return None if thing is None else self._at[id(thing)]


def _check_rule(tape: Tape, index: int, rule: Rule) -> None:
    if not isinstance(rule, Equilibrium) and rule_named(rule.name, own=is_own(rule)) is not rule:
        raise TapeFileError(
            f"Equation {tape.names[index]} cannot be saved: its rule {rule.name!r} is no rule that a file could name. Of a "
            "function of your own, lv.primitive(f, …) makes one that goes by the function's name; give a lambda one with "
            "def, and record again what was recorded before a primitive was defined anew."
        )


def _rules_written(rules: Sequence[Rule], keep: Callable[[Any], int]) -> tuple[list[Any], Columns]:
    """Rules by name, and implicit equations with the columns of their residuals."""
    written: list[Any] = []
    columns: Columns = {}
    for number, rule in enumerate(rules):
        if isinstance(rule, Equilibrium):
            header, own = _written(rule.equation.residual.tape)
            written.append({"equation": _equation_written(rule.equation, keep), "residual": header})
            columns |= {_of_residual(number) + key: column for key, column in own.items()}
        else:
            written.append([rule.name, is_own(rule)])
    return written, columns


def _equation_written(equation: Equation, keep: Callable[[Any], int]) -> Any:
    solver = equation.solver
    return set_down(
        {
            "kind": equation.kind,
            "called": equation.called,
            "start": equation.start,
            "epsilon": equation.epsilon,
            "solver": [solver.method, solver.tolerance, solver.max_iterations, solver.what],
        },
        keep,
    )


def _of_residual(rule: int) -> str:
    """How the columns of the residual of an implicit rule are told from the tape's own."""
    return f"residual {rule}: "


# --- reading ------------------------------------------------------------------------------------------------------------------

#: What a file that is damaged on purpose or by accident makes NumPy, zip, JSON and this module raise.
_DAMAGED = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, EOFError),
    *(OSError, RuntimeError, zipfile.BadZipFile, zlib.error, tokenize.TokenError),
)


def load(file: str | os.PathLike[str] | IO[bytes]) -> Tape:
    """See `Tape.load`."""
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:
            return _load(opened, Path(file).name)
    return _load(file, getattr(file, "name", None) or "What was given")


def _load(opened: IO[bytes], name: str) -> Tape:
    try:
        with collector_paused:
            return _tape(*_parts(opened, name))
    except TapeFileError:
        raise
    except _DAMAGED as error:
        raise TapeFileError(
            f"{name} is damaged, so nothing was read from it ({type(error).__name__}: {error})."
        ) from error


def _parts(opened: IO[bytes], name: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    foreign = TapeFileError(f"{name} is no tape: only what tape.save wrote can be read.")
    start = opened.read(4)
    if start[:2] != b"PK":
        raise foreign
    opened.seek(-len(start), os.SEEK_CUR)
    with np.load(opened, allow_pickle=False) as archive:
        if "header" not in archive.files:
            raise foreign
        header = json.loads(archive["header"].tobytes().decode("utf-8", "surrogatepass"))
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise foreign
        if type(header["version"]) is not int or header["version"] > VERSION:
            raise TapeFileError(
                f"{name} was written by a newer lagviz (format {header['version']}); this one reads up to format {VERSION}. "
                "Update lagviz."
            )
        return header, {key: archive[key] for key in archive.files if key != "header"}


def _tape(header: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> Tape:
    from lagviz.engine.tape import Tape  # noqa: PLC0415 - the tape knows its readers by name only

    nodes = _nodes(header, columns)
    n = len(nodes)
    indices = [*header["outputs"], *header["guards"], *(index for _, index in header["inputs"])]
    if any(type(index) is not int or not 0 <= index < n for index in indices) or not header["outputs"]:
        raise ValueError("an input, an output or a decision is no equation")
    scopes = [(name, start, end) for name, start, end in header["scopes"]]
    if any(type(name) is not str or not 0 <= start <= end <= n for name, start, end in scopes):
        raise ValueError("a scope has no equations")
    tape = Tape(
        nodes=nodes,
        marks=None,
        guards=[nodes[index] for index in header["guards"]],
        scopes=scopes,
        inputs={str(name): nodes[index] for name, index in header["inputs"]},
        outputs=[nodes[index] for index in header["outputs"]],
        returned=contained(header["returned"]),
        function=None,
        arguments=None,
        max_nodes=int(header["max_nodes"]),
        parameters=header["parameters"],
    )
    tape.title = str(header["title"])
    tape.argument_names = [str(name) for name in header["arguments"]]
    tape.found, tape.written = _source(header, columns, n)
    return tape


def _nodes(header: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> list[Recorded]:
    constants = unpacked(header["constant_kinds"], columns, "constant")
    rules = [_rule(rule, number, columns, constants) for number, rule in enumerate(header["rules"])]
    settings = [taken_up(json.loads(text), constants) for text in header["settings"]]
    values = unpacked(header["value_kinds"], columns, "value")
    recording = Recording(0, positions=False)
    recording.close()
    operands = columns["operand"].tolist()
    nodes: list[Recorded] = []
    start = 0
    for value, (rule, setting, count) in zip(values, columns["equation"].tolist(), strict=True):
        reads = operands[start : start + count]
        start += count
        if len(reads) != count or not all(-len(constants) <= read < len(nodes) for read in reads):
            raise ValueError(f"equation {len(nodes) + 1} reads what is not there")
        if rule < 0 or not _takes(rules[rule], count) or setting < -1:
            raise ValueError(f"equation {len(nodes) + 1} is no operation")
        given = [nodes[read] if read >= 0 else constants[-1 - read] for read in reads]
        nodes.append(equation_of(value, rules[rule], given, {} if setting < 0 else settings[setting], recording))
    if start != len(operands):
        raise ValueError("there are operands that nobody reads")
    return nodes


def _rule(written: Any, number: int, columns: Mapping[str, NDArray[Any]], constants: Sequence[Any]) -> Rule:
    if not isinstance(written, dict):
        return known_rule(*written)
    prefix = _of_residual(number)
    inner = {key.removeprefix(prefix): column for key, column in columns.items() if key.startswith(prefix)}
    residual = _tape(written["residual"], inner)
    equation = taken_up(written["equation"], constants)
    if equation["kind"] not in {"fixed_point", "root"} or residual.input_indices.get("z") != 0:
        raise ValueError("an implicit equation is of no known kind")
    return Equilibrium(
        Equation(
            equation["kind"],
            str(equation["called"]),
            Residual(residual),
            Solver(*equation["solver"]),
            equation["start"],
            equation["epsilon"],
        )
    )


def _takes(rule: Rule, count: int) -> bool:
    """Whether an equation with that many operands may be of the rule."""
    if isinstance(rule, Equilibrium):
        return len(rule.equation.residual.tape.input_indices) == 1 + count
    return rule.arity in {0, count}


def _name(name: Any) -> str | None:
    return None if name is None else str(name)


def _source(header: Mapping[str, Any], columns: Mapping[str, NDArray[Any]], n: int) -> tuple[list[Found], Written]:
    places = [
        Place(str(file), int(line), int(column), int(end_line), int(end_column), str(text))
        for file, line, column, end_line, end_column, text in header["places"]
    ]

    def at(position: int | None) -> Place | None:
        return None if position is None else places[position]

    found = [
        Found(_name(name), at(where), tuple(map(at, operands)), returned=bool(returned), parts=tuple(map(_name, parts)))
        for name, where, operands, returned, parts in header["found"]
    ]
    listings = tuple(
        Listing(
            str(name), tuple(map(str, lines)), int(first), int(indent), missing if missing is None else str(missing)
        )
        for name, lines, first, indent, missing in header["listings"]
    )
    each: Sequence[int] = columns["found"].tolist()
    files: Sequence[int] = columns["listing"].tolist()
    if len(each) != n or len(files) != n or any(not -1 <= file < len(listings) for file in files):
        raise ValueError("the source is of another tape")
    return [found[one] for one in each], Written(listings, [None if file < 0 else file for file in files])
