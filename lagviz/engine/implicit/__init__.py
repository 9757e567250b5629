"""Implicit equations: how they are solved, what the tape keeps of them, and their derivatives."""

from lagviz.engine.implicit.solving import fixed_point, root

__all__ = ["fixed_point", "root"]
