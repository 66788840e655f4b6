"""The clinic on functions of real PyTorch tensors; collected only where PyTorch is installed."""

import pytest
import torch

from softmax_lab import diagnose


def jacobian_by_autograd(z):
    if z.ndim == 2:
        return torch.stack([jacobian_by_autograd(row) for row in z])
    return torch.autograd.functional.jacobian(lambda x: torch.softmax(x, dim=-1), z)


def backward_by_autograd(z, upstream):
    z = z.clone().requires_grad_()
    torch.softmax(z, dim=-1).backward(upstream)
    return z.grad


def diagonal_only(z):
    h = torch.softmax(z, dim=-1)
    return h * (1 - h)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        (lambda z: torch.softmax(z, dim=-1), "softmax"),
        (jacobian_by_autograd, "jacobian"),
        (backward_by_autograd, "backward"),
        (torch.nn.functional.cross_entropy, "loss"),
    ],
)
def test_what_torch_computes_is_correct(function, role):
    diagnosis = diagnose(function, role)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", [])


def test_a_mistake_made_with_tensors_is_named():
    diagnosis = diagnose(diagonal_only, "jacobian")
    assert (diagnosis.verdict, diagnosis.mistakes) == ("wrong", ["diagonal_only"])
