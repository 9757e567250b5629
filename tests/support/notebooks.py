"""Notebooks that a test writes for itself."""

from pathlib import Path

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


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells, without outputs."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
