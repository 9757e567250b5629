"""Say how many tests ran and how they ended, from the JUnit files in a folder.

    python -m tests.support.counts .results

Exits with 1 if a suite did not run or ran no test, so that nothing passes by not being there.
"""

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

SUITES = {"Python": "python.xml", "Browser": "python.xml", "TypeScript": "typescript.xml"}


def outcomes(file: Path) -> list[tuple[str, str]]:
    """Return (where, how it ended) for each test in a JUnit file."""
    if not file.exists():
        return []
    cases = ET.parse(file).iter("testcase")  # noqa: S314 - written by our own test runners, a moment ago
    return [(case.get("classname", ""), outcome(case)) for case in cases]


def outcome(case: "ET.Element[str]") -> str:
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"


def count(suite: str, folder: Path) -> Counter[str]:
    """Count one suite; those that drive a browser are told apart by where they live."""
    found = outcomes(folder / SUITES[suite])
    if suite == "TypeScript":
        return Counter(how for _, how in found)
    return Counter(how for where, how in found if where.startswith("tests.browser") == (suite == "Browser"))


def main(folder: Path) -> int:
    """Print a line for each suite."""
    counts = {suite: count(suite, folder) for suite in SUITES}
    for suite, counted in counts.items():
        line = f"{suite}: {counted['passed']} passed, {counted['failed']} failed"
        print(line + (f", {counted['skipped']} skipped" if counted["skipped"] else ""))
    return 0 if all(map(Counter.total, counts.values())) else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
