"""The README keeps its word: its code runs and gives what it says, its commands and links exist."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lagviz.cli import main
from tests.support.tree import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^    ([a-z].*?)(?: +#.*)?$", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL), re.MULTILINE)
LINKS = re.findall(r'\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"', TEXT)

NUMBER = r"-?\d+(?:\.\d+)?"
STATED = re.compile(rf"# ({NUMBER}|\({NUMBER}(?:, {NUMBER})*\))(?:,|$)")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path) -> Iterator[tuple[str, object]]:
    """Run the Python blocks as one program; yield each number a comment states, with what its expression gave."""
    file = folder / "network.py"  # lagviz reads names from source, so there must be a file
    source = "\n".join(PYTHON)
    file.write_text(source, encoding="utf-8")
    lines = source.splitlines()
    scope: dict[str, Any] = {}
    for statement in ast.parse(source, file).body:
        comment = STATED.search(lines[(statement.end_lineno or 0) - 1])
        if isinstance(statement, ast.Expr):
            given = eval(compile(ast.Expression(statement.value), file, "eval"), scope)  # noqa: S307 - our own words
            if comment:
                yield comment[1], given
        else:
            exec(compile(ast.Module([statement], []), file, "exec"), scope)  # noqa: S102


def test_its_python_gives_what_it_says(here: Path) -> None:
    checked = 0
    for stated, given in run(here):
        numbers = re.findall(NUMBER, stated)
        found = list(map(float, np.atleast_1d(np.asarray(given, dtype=float))))
        assert [
            f"{one:.{len(number.partition('.')[2])}f}" for number, one in zip(numbers, found, strict=True)
        ] == numbers
        checked += 1
    assert checked == sum(bool(STATED.search(line)) for block in PYTHON for line in block.splitlines()) == 6
    assert (here / "loss.html").stat().st_size > 0


def test_its_command_line_makes_a_page(here: Path) -> None:
    (here / "network.py").write_text(PYTHON[0].rpartition("lv.explore")[0], encoding="utf-8")
    (command,) = (words[1:] for words in map(shlex.split, COMMANDS) if words[0] == "lagviz")
    assert main(command) == 0
    assert "<title>loss: back substitution</title>" in (here / "loss.html").read_text(encoding="utf-8")


def test_the_make_targets_it_names_exist() -> None:
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", TEXT, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_the_extras_it_names_exist() -> None:
    extras = set(re.findall(r"\.\[([a-z]+)\]", TEXT))
    assert all(
        re.search(rf"^{extra} = \[", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
        for extra in extras
    )


def test_its_local_links_and_pictures_exist() -> None:
    local = {link for pair in LINKS for link in pair if link and not link.startswith("https://")}
    assert len(local) >= 7
    assert sorted(link for link in local if not (ROOT / link).exists()) == []


def test_binder_opens_notebooks_that_exist() -> None:
    opened = re.findall(
        r"https://mybinder\.org/v2/gh/lagviz/lagviz/v[\d.]+\?urlpath=(lab/tree|voila/render)/(\S+?)\)", TEXT
    )
    assert {place for place, _ in opened} == {"lab/tree", "voila/render"}
    assert all((ROOT / notebook).is_file() for _, notebook in opened)


def test_it_holds_the_marks_that_make_bench_writes_between() -> None:
    assert re.search(r"^<!-- bench -->\n(.*\n)*<!-- /bench -->$", TEXT, re.MULTILINE)
