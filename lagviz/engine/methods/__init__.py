"""Ways of solving A λ = e_n: one file each, and the registry that the widget and the docs read."""

from lagviz.engine.methods import back_substitution
from lagviz.engine.methods.method import Method
from lagviz.errors import UnknownNameError

__all__ = ["METHODS", "Method", "get"]

#: Every method by name, in the order in which they are offered.
METHODS: dict[str, Method] = {method.name: method for method in (back_substitution.METHOD,)}


def get(name: str) -> Method:
    """The method of a name, or an error that lists those there are."""
    if name not in METHODS:
        raise UnknownNameError(f"There is no method {name!r}. There are: {', '.join(METHODS)}.")
    return METHODS[name]
