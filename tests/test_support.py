"""What the tests themselves stand on: finding a Chromium, counting what ran."""

from pathlib import Path

import pytest

from tests.support import chromium, counts

PASSED = '<testcase classname="{}" name="a"/>'
FAILED = '<testcase classname="{}" name="b"><failure/></testcase>'
SKIPPED = '<testcase classname="{}" name="c"><skipped/></testcase>'


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def write_results(folder: Path, python: str, typescript: str) -> None:
    (folder / "python.xml").write_text(f"<testsuites>{python}</testsuites>", encoding="utf-8")
    (folder / "typescript.xml").write_text(f"<testsuites>{typescript}</testsuites>", encoding="utf-8")


def test_the_chromium_that_was_named_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path / "mine", "echo Chromium")
    monkeypatch.setenv("LAGVIZ_CHROMIUM", str(named))
    assert chromium.find() == named


def test_a_named_chromium_that_does_not_start_is_an_error_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAGVIZ_CHROMIUM", str(program(tmp_path / "broken", "exit 127")))
    with pytest.raises(chromium.NoChromiumError, match="which does not start"):
        chromium.get()


def test_a_chromium_on_the_path_is_found_unless_it_is_a_snap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "chromium", "exec /snap/bin/chromium")
    chrome = program(tmp_path / "google-chrome", "echo Google Chrome")
    monkeypatch.delenv("LAGVIZ_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() == chrome


def test_counts_tell_browser_tests_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = PASSED.format("tests.engine.test_tape") + SKIPPED.format("lagviz.tape") + PASSED.format("tests.browser.x")
    write_results(tmp_path, python, PASSED.format("tests/layout.test.ts") + FAILED.format("tests/layout.test.ts"))
    assert counts.main(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Python: 1 passed, 0 failed, 1 skipped",
        "Browser: 1 passed, 0 failed",
        "TypeScript: 1 passed, 1 failed",
    ]


def test_a_suite_that_ran_nothing_is_no_success(tmp_path: Path) -> None:
    write_results(tmp_path, PASSED.format("tests.engine.test_tape"), PASSED.format("tests/layout.test.ts"))
    assert counts.main(tmp_path) == 1
