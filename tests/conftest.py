"""How random the randomised tests are, and which tests run side by side."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Deadlines fail on busy machines and say nothing about the code; `make bench` measures speed.
settings.register_profile("default", deadline=None)
# The same examples every time: a change is judged by what it changed.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "default")

BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group tests for two processes (`--dist=loadgroup`): what waits for a browser beside what calculates.

    One process has the one Chromium and the one JupyterLab; files stay whole, for what their tests share.
    """
    for item in items:
        group = BROWSER if item.path.is_relative_to(BROWSER) else item.path
        item.add_marker(pytest.mark.xdist_group(group.name))
