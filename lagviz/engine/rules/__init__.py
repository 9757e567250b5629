"""The rules of differentiation, a table for each family; and which of them a NumPy function stands for."""

from lagviz.engine.rules.elementwise import OPERATORS, SQUARE, UFUNCS, Elementwise
from lagviz.engine.rules.products import MATMUL, OUTER
from lagviz.engine.rules.reductions import REDUCTIONS
from lagviz.engine.rules.rule import Entries, Rule, lead_of, plain, size_of
from lagviz.engine.rules.selections import CONCATENATE, GETITEM, SELECTIONS, STACK, WHERE, add_at

__all__ = [
    "CONCATENATE",
    "GETITEM",
    "MATMUL",
    "OPERATORS",
    "OUTER",
    "REDUCTIONS",
    "SELECTIONS",
    "SQUARE",
    "STACK",
    "UFUNCS",
    "WHERE",
    "Elementwise",
    "Entries",
    "Rule",
    "add_at",
    "lead_of",
    "plain",
    "size_of",
]
