"""Figures to read beside the widget: what methods cost, where A is filled, how prices shrink or grow, how descent goes.

They are charts for Plotly (``pip install 'lagviz[figures]'``), a file each. Background and text are those of Plotly's
template in use (``plotly.io.templates.default``), so a figure follows a dark notebook; the marks are readable on both.
"""

from lagviz.view.figures.checkpoints import checkpoints
from lagviz.view.figures.costs import costs
from lagviz.view.figures.descent import descent
from lagviz.view.figures.fill_in import fill_in
from lagviz.view.figures.multipliers import multipliers
from lagviz.view.figures.sparsity import sparsity

__all__ = ["checkpoints", "costs", "descent", "fill_in", "multipliers", "sparsity"]
