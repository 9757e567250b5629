"""Notebooks that a test writes for itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

# The smallest widget with a root like ours: it shows that page and kernel talk to each other.
COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.textContent = `pressed ${model.get("pressed")}, doubled ${model.get("doubled")}`; };
        button.addEventListener("click", () => {
          model.set("pressed", model.get("pressed") + 1);
          model.save_changes();
        });
        model.on("change", show);
        show();
        el.append(button);
        el.className = "lagviz";
        el.dataset.step = "0";
      },
    };
    """
    pressed = traitlets.Int(0).tag(sync=True)
    doubled = traitlets.Int(0).tag(sync=True)

    @traitlets.observe("pressed")
    def _double(self, change):
        self.doubled = 2 * change["new"]

Counter()
'''


def write_notebook(path: Path, *cells: str, outputs: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write a notebook of code cells; of the first ones with what they gave when they ran, as MIME bundles."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    for cell, bundle in zip(notebook.cells, outputs, strict=False):
        cell.outputs = [nbformat.v4.new_output("execute_result", dict(bundle), execution_count=1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
