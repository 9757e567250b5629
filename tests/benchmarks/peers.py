"""The others: how each of them computes a value and all gradients of a program."""

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import autograd
import autograd.numpy
import numpy as np

from tests.benchmarks.harness import Side
from tests.benchmarks.programs import Program

__all__ = ["HAS_TORCH", "autograd_side", "torch_jacobian", "torch_numbers", "torch_side"]

#: PyTorch takes gigabytes in its usual form, so it is raced against where somebody has installed it.
HAS_TORCH = importlib.util.find_spec("torch") is not None


def _torch() -> Any:
    import torch  # noqa: PLC0415 - an extra of its own, and slow to import

    torch.set_num_threads(1)
    return torch


def autograd_side(program: Callable[..., Program]) -> Side:
    f, inputs = program(autograd.numpy)
    # `autograd.value_and_grad` takes one argument only; this is what it does inside.
    pair = autograd.make_vjp(f, argnum=tuple(range(len(inputs))))

    def run() -> Any:
        product, value = pair(*inputs)
        return value, *product(1.0)

    return Side("autograd", run)


def torch_side(program: Callable[..., Program]) -> Side:
    """PyTorch as it comes: eager, here on one thread and in double precision like everybody."""
    torch = _torch()
    f, inputs = program(torch)
    return _eager(torch, f, inputs)


def torch_numbers(f: Callable[..., Any], numbers: Sequence[float]) -> Side:
    """The same for a function of numbers, each a tensor of its own."""
    return _eager(_torch(), f, numbers)


def _eager(torch: Any, f: Callable[..., Any], inputs: Sequence[Any]) -> Side:
    leaves = [torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in inputs]

    def run() -> Any:
        value = f(*leaves)
        gradients = torch.autograd.grad(value, leaves)
        return [part.detach().numpy() for part in (value, *gradients)]

    return Side("PyTorch, eager", run)


def torch_jacobian(program: Callable[..., Program]) -> Side:
    torch = _torch()
    f, (x,) = program(torch)
    jacobian, tensor = torch.func.jacrev(f), torch.from_numpy(np.array(x))
    return Side("torch.func.jacrev", lambda: [jacobian(tensor).numpy()])
