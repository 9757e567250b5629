"""The command line does what the README says it does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lagviz as lv
from lagviz.cli import main

PROGRAM = "import numpy as np\n\ndef f(x, w):\n    return np.sum(np.tanh(w * x))\n"


def test_export_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, page = tmp_path / "program.py", tmp_path / "page.html"
    program.write_text(PROGRAM)
    assert main(["export", f"{program}:f", "--input", "x=[1, 2]", "-i", "w=0.5", "-o", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page)
    assert 'id="lagviz-scene"' in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{file}"], "is not FILE.py:FUNCTION"),
        (["{file}:g"], "has no function named g"),
        (["{file}:f", "-i", "x=one"], "write NAME=VALUE"),
        (["{file}:f", "-i", "x=1.0"], "f also needs w: add --input w=…"),
        (["{file}:f", "-i", "x=1", "-i", "w=1", "-i", "v=1"], "v= is neither an argument of f(x, w) nor an option"),
    ],
)
def test_what_it_cannot_do_it_says(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    assert main(["export", *(part.format(file=program) for part in arguments)]) == 1
    assert words in capsys.readouterr().err


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"lagviz {lv.__version__}\n"


def test_demo_serves_the_first_notebook_and_prints_its_address() -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "lagviz", "demo", "--no-browser"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert demo.stdout is not None
    with demo.stdout as lines:
        said = next((line for line in lines if "/lab/tree/01-backprop-is-back-substitution.ipynb" in line), "")
        demo.kill()  # a polite request that arrives while it starts can be lost, and would be waited for in vain
    demo.wait()
    assert re.search(r"http://(localhost|127\.0\.0\.1):\d+/", said)
