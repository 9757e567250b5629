"""What stands where no script runs: a drawing of graph and system at one step, and the equations as a table."""

from __future__ import annotations

from lagviz.view.still.picture import Picture, picture
from lagviz.view.still.table import table

__all__ = ["Picture", "picture", "table"]
