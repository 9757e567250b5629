"""What people install: the wheel holds the front end, and importing it stays light."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.support.tree import ROOT, copy_tree

IN_THE_WHEEL = {
    "lagviz/py.typed",
    "lagviz/view/scene.json",
    "lagviz/view/static/licences.txt",
    "lagviz/view/static/page.css",
    "lagviz/view/static/page.js",
    "lagviz/view/static/widget.css",
    "lagviz/view/static/widget.js",
}
HEAVY = {"IPython", "anywidget", "ipykernel", "ipywidgets", "jax", "plotly", "torch"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an sdist of the repository and the wheel made from it, as on a machine without Node."""
    tools = tmp_path_factory.mktemp("tools")
    for name in ("env", "sh"):
        (tools / name).symlink_to(shutil.which(name) or name)
    tree = copy_tree(tmp_path_factory.mktemp("tree"))
    dist = tmp_path_factory.mktemp("dist")
    build = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", dist, tree],
        env=os.environ | {"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    return dist


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.mark.network
def test_the_wheel_holds_the_front_end(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {file.filename: file.file_size for file in archive.infolist()}
    assert set(sizes) >= IN_THE_WHEEL
    assert {name for name in IN_THE_WHEEL if "static" in name and sizes[name] == 0} == set()
    assert {name.split("/")[0] for name in sizes if ".dist-info" not in name} == {"lagviz"}


@pytest.mark.network
def test_the_sdist_holds_the_sources_of_the_front_end_and_nothing_built(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {"js/build.mjs", "js/package-lock.json", "js/src/widget.ts", "js/src/page.ts", "js/src/theme.css"}
    assert not [name for name in names if "node_modules" in name or name.startswith("lagviz/view/static")]


@pytest.mark.network
def test_the_wheel_imports_from_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(wheel, tmp_path, "zip")
    where = modules_after("import lagviz; print(lagviz.__file__)", PYTHONPATH=str(tmp_path))[0]
    assert Path(where).is_relative_to(tmp_path)


def test_importing_lagviz_brings_neither_jupyter_nor_a_framework() -> None:
    loaded = modules_after("import sys, lagviz; print(*sorted({name.split('.')[0] for name in sys.modules}))")
    heavy = {name for name in loaded if name in HEAVY or name.startswith("jupyter")}
    assert not heavy


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "js/package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_the_lock_file_holds_what_every_kind_of_machine_needs() -> None:
    # npm leaves out a platform it could not fetch when the lock was written, and `npm ci` then refuses on all of them.
    packages = json.loads((ROOT / "js/package-lock.json").read_text(encoding="utf-8"))["packages"]
    held = {name.rpartition("node_modules/")[2] for name in packages}
    assert {name for package in packages.values() for name in package.get("optionalDependencies", {})} <= held


def test_the_citation_names_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])


def test_the_changelog_speaks_of_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    released = project["version"].partition(".dev")[0]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(released)}\b", changelog, flags=re.MULTILINE)


def modules_after(program: str, **environment: str) -> list[str]:
    """Run a program in an interpreter of its own, away from the repository, and return the words it prints."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd="/",
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split()
