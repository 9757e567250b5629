"""A real JupyterLab, as a person would start it, that neither reads nor writes anything of theirs."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Locator, Page

START_SECONDS = 120
FLAGS = [
    "--no-browser",
    "--ip=127.0.0.1",
    "--port=0",
    "--allow-root",
    "--IdentityProvider.token=",
    "--ServerApp.password=",
    "--LabApp.expose_app_in_browser=True",  # `window.jupyterapp`, to wait for kernels and run commands
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
SETTINGS = {
    # Cells scrolled away are taken out of the page otherwise, and the widgets in them.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}


class JupyterLab:
    """JupyterLab in a process of its own; `url` is known once it listens.

    Parameters
    ----------
    root
        The folder it serves.
    private
        A folder for everything it would write elsewhere.
    python
        The interpreter of the environment it runs in.
    """

    def __init__(self, *, root: Path, private: Path, python: str = sys.executable) -> None:
        self.root = root
        self.url = ""
        self.log: list[str] = []
        settings = private / "settings"
        for name, value in SETTINGS.items():
            file = settings / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(value), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
        environment |= {
            "IPYTHONDIR": str(private / "ipython"),
            "JUPYTER_CONFIG_DIR": str(private / "config"),
            "JUPYTER_DATA_DIR": str(private / "data"),
            "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        }
        self._process = subprocess.Popen(
            [python, "-m", "jupyterlab", *FLAGS],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Reads to the end: a pipe nobody reads fills up, and the server would stand still.
        self._reader = threading.Thread(target=self._read)
        self._settled = threading.Event()

    def __enter__(self) -> Self:
        self._reader.start()
        self._settled.wait(START_SECONDS)
        if not self.url:
            self._stop()
            raise RuntimeError("JupyterLab did not start:\n" + "".join(self.log))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.log.append(line)
                if not self.url and (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)):
                    self.url = found[0]
                    self._settled.set()
        self._settled.set()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()

    def show(self, page: Page, notebook: str) -> Locator:
        """Open a notebook, run it, and return its first widget once that has drawn itself."""
        self.open(page, notebook)
        self.run_all(page)
        widget = page.locator(".lagviz[data-step]").first
        widget.wait_for()
        return widget

    def open(self, page: Page, notebook: str) -> None:
        """Open a notebook, given by its path under `root`, in a fresh workspace, and wait for its kernel."""
        page.goto(f"{self.url}/lab/tree/{notebook}?reset")
        page.wait_for_function(
            "path => globalThis.jupyterapp?.shell.currentWidget?.context?.path === path", arg=notebook
        )
        page.evaluate(
            """async () => {
                const { context, sessionContext } = globalThis.jupyterapp.shell.currentWidget;
                await Promise.all([globalThis.jupyterapp.restored, context.ready, sessionContext.ready]);
                await sessionContext.session.kernel.info;
            }"""
        )

    def run_all(self, page: Page) -> None:
        """Run every cell of the notebook on screen; a cell that raises fails the test with its own words."""
        self._run(page, "notebook:run-all-cells")

    def run_next(self, page: Page) -> None:
        """Run the cell that is selected, the first one at first, and select the next."""
        self._run(page, "notebook:run-cell-and-select-next")

    def _run(self, page: Page, command: str) -> None:
        raised: list[str] = page.evaluate(
            """async command => {
                const { commands, shell } = globalThis.jupyterapp;
                await commands.execute(command);
                return [...shell.currentWidget.context.model.cells]
                    .flatMap((cell) => cell.toJSON().outputs ?? [])
                    .filter((output) => output.output_type === "error")
                    .map((output) => output.traceback.join("\\n"));
            }""",
            command,
        )
        assert not raised, "\n".join(raised)
