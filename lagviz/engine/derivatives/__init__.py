"""Derivatives as functions of functions: what people call that want numbers and no tape."""

from lagviz.engine.derivatives.checking import check_grad
from lagviz.engine.derivatives.directional import jvp, vjp
from lagviz.engine.derivatives.gradients import grad, value_and_grad
from lagviz.engine.derivatives.jacobians import hessian, jacobian

__all__ = ["check_grad", "grad", "hessian", "jacobian", "jvp", "value_and_grad", "vjp"]
