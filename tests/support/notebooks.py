"""Notebooks that a test writes for itself."""

from pathlib import Path

import nbformat


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells, without outputs."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
