"""How fast lagviz is, beside other tools.

python -m tests.benchmarks            measure, print the table, store the figures in .results/benchmarks.json
python -m tests.benchmarks heat       only the rows whose work has this in its name
python -m tests.benchmarks --write    also put the table into README.md, between its `<!-- bench -->` marks
"""

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import one_thread  # noqa: F401 - before whatever computes

# isort: split
import numpy as np

from tests.benchmarks import arrays, scalars, scenes, solving
from tests.benchmarks.harness import Figure, Race, Result
from tests.benchmarks.peers import HAS_TORCH
from tests.support.tree import ROOT

STORED = ROOT / ".results/benchmarks.json"
README = ROOT / "README.md"
MARKS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
HEAD = ("| work | beside | lagviz | the other | times faster |", "|---|---|--:|--:|--:|")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="measure only the rows whose work has this in its name")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    chosen = parser.parse_args()
    if chosen.write and (chosen.only or not MARKS.search(README.read_text(encoding="utf-8"))):
        parser.error("--write takes all rows, and a README.md with the marks <!-- bench --> and <!-- /bench -->")
    rows: list[Callable[[], Race | Figure]] = [*scalars.ROWS, *arrays.ROWS, *solving.ROWS, *scenes.ROWS]
    results: list[Result] = []
    print(*HEAD, sep="\n")
    for row in rows:
        one = row()
        if chosen.only in one.work:
            results += (measured := one.measure())
            print(*map(line, measured), sep="\n", flush=True)
    print(f"\n{conditions()}")
    if not HAS_TORCH:
        print(
            "Without the rows beside PyTorch, which is not installed here: pip install 'lagviz[torch]' (its CPU build will do)."
        )
    for result in results:
        if not result.reached:
            print(f"Below its goal: {result.work}{result.peer and ', beside '}{result.peer} ({goal(result)}).")
    STORED.parent.mkdir(exist_ok=True)
    stored = {"conditions": conditions(), "load": os.getloadavg(), "results": [asdict(one) for one in results]}
    STORED.write_text(json.dumps(stored, indent=1, ensure_ascii=False), encoding="utf-8")
    if chosen.write:
        table = "\n".join([*HEAD, *map(line, results), "", conditions(), ""])
        text = README.read_text(encoding="utf-8")
        README.write_text(MARKS.sub(lambda found: found[1] + table + found[2], text), encoding="utf-8")


def line(result: Result) -> str:
    cells = [result.work, result.peer, shown(result.ours, result.unit), "", ""]
    if result.theirs is not None and result.ratio is not None:
        cells[3:] = [shown(result.theirs, result.unit), f"{result.ratio:.3g}"]
    return f"| {' | '.join(cells)} |"


def goal(result: Result) -> str:
    return f"≤ {shown(result.must, result.unit)}" if result.ratio is None else f"≥ {result.must:g}"


def shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.3g} {unit}"
    for factor, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= factor:
            return f"{value / factor:.3g} {name}"
    return f"{value / 1e-9:.3g} ns"


def conditions() -> str:
    """When and on what: the line under the table."""
    listed = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", listed.read_text(encoding="utf-8")) if listed.exists() else []
    machine = names[0] if names else platform.processor() or platform.machine()
    torch = f", PyTorch {importlib.metadata.version('torch')}" if HAS_TORCH else ""
    return (
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {machine}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, NumPy {np.__version__}{torch}, one thread each. Medians, measured in turns in "
        "one run; the ratios hold on a busy machine, the times do not."
    )


main()
