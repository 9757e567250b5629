"""Find a Chromium for the browser tests, or get one.

    python -m tests.support.chromium            print the path of the one that is here
    python -m tests.support.chromium --install  get one first, if there is none

The order: `LAGVIZ_CHROMIUM`, then `chromium` or `google-chrome` on the PATH, then the one Playwright installed. With
`--install` also: `playwright install chromium`, then `apt-get install chromium` (as root, on Debian and its kin).

Playwright's driver is a Node of its own, and needs a library that a bare Debian lacks; apt gets it with Chromium.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
DRIVER = (sys.executable, "-m", "playwright")
PACKAGES = ["chromium", "fonts-dejavu-core", "libatomic1"]
ADVICE = """No Chromium that Playwright can drive was found for the browser tests. To get one, type

    {command}

or set LAGVIZ_CHROMIUM to the path of a Chromium or Chrome that is somewhere else."""


class NoChromiumError(RuntimeError):
    """There is no Chromium here, or the one that was asked for does not start."""


def find() -> Path:
    """Return the first Chromium that starts."""
    if named := os.environ.get("LAGVIZ_CHROMIUM"):
        if not starts(named):
            raise NoChromiumError(f"LAGVIZ_CHROMIUM is {named!r}, which does not start.")
        return Path(named)
    if starts(*DRIVER):
        for path in places():
            if starts(path):
                return path
    raise NoChromiumError(ADVICE.format(command=command_to_type()))


def get() -> Path:
    """Return a Chromium, after installing one if none is here."""
    try:
        return find()
    except NoChromiumError:
        if "LAGVIZ_CHROMIUM" in os.environ:
            raise
    for install in (install_by_playwright, install_by_apt):
        with contextlib.suppress(NoChromiumError):
            if install():
                return find()
    return find()


def places() -> Iterator[Path]:
    """Where a Chromium may be, best first."""
    for name in NAMES:
        if (found := shutil.which(name)) and not is_snap(Path(found)):
            yield Path(found)
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def is_snap(path: Path) -> bool:
    """Whether this is Ubuntu's snap, which may not read the temporary folders the tests write to."""
    resolved = path.resolve()
    if resolved.is_relative_to("/snap") or resolved.name == "snap":
        return True
    with resolved.open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"/snap/bin" in head


def starts(*program: str | Path) -> bool:
    """Whether a program runs at all: a downloaded one may lack the system's libraries."""
    try:
        asked = subprocess.run([*program, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def install_by_playwright() -> bool:
    """Let Playwright download its own; the system's libraries it needs are another matter, so `find` tries it."""
    return starts(*DRIVER) and carried_out([*DRIVER, "install", "chromium"])


def install_by_apt() -> bool:
    """Take Debian's package, where we may."""
    if not debian_has_it() or os.geteuid() != 0:
        return False
    return carried_out(["apt-get", "update"]) and carried_out(
        ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    )


def debian_has_it() -> bool:
    """Whether apt has a Chromium: on Ubuntu the package of that name only installs the snap."""
    if not shutil.which("apt-get"):
        return False
    return "ID=ubuntu" not in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()


def carried_out(command: list[str]) -> bool:
    """Run an installer in plain sight, and say whether it did its work."""
    print("No Chromium yet:", *command, file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            timeout=600,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def command_to_type() -> str:
    """Return the one command that helps on this system."""
    if sys.platform == "darwin":
        return "brew install --cask chromium"
    if debian_has_it():
        return f"sudo apt-get install {' '.join(PACKAGES)}"
    return f"sudo {sys.executable} -m playwright install --with-deps chromium"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--install", action="store_true", help="get one if there is none")
    act: Callable[[], Path] = get if arguments.parse_args().install else find
    try:
        print(act())
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
