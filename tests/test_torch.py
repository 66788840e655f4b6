"""The clinic on functions of real PyTorch tensors; collected only where PyTorch is installed."""

import pytest
import torch

from softmax_lab import diagnose

CALLED = torch.nn.functional


def jacobian_by_autograd(z):
    if z.ndim == 2:
        return torch.stack([jacobian_by_autograd(row) for row in z])
    return torch.autograd.functional.jacobian(lambda x: torch.softmax(x, dim=-1), z)


def backward_by_autograd(z, upstream):
    z = z.clone().requires_grad_()
    torch.softmax(z, dim=-1).backward(upstream)
    return z.grad


def gradient_by_autograd(logits, target):
    logits = logits.clone().requires_grad_()
    CALLED.cross_entropy(logits, target).backward()
    return logits.grad


def backward_in_single_precision(z, grad):
    h, grad = torch.softmax(z.float(), dim=1), grad.float()
    return h * (grad - (h * grad).sum(1, keepdim=True))


def diagonal_only(z):
    h = torch.softmax(z, dim=-1)
    return h * (1 - h)


class Passed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        h = torch.softmax(x, dim=-1)
        ctx.save_for_backward(h)
        return h

    @staticmethod
    def backward(ctx, grad):
        (h,) = ctx.saved_tensors
        return h * (grad - (h * grad).sum(-1, keepdim=True))


class Elementwise(Passed):
    @staticmethod
    def backward(ctx, grad):
        (h,) = ctx.saved_tensors
        return grad * h * (1 - h)


class MeanLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, labels):
        h = torch.softmax(logits, dim=-1)
        ctx.save_for_backward(h, labels)
        return -torch.log(h[torch.arange(len(h)), labels]).mean()

    @staticmethod
    def backward(ctx, grad):
        h, labels = ctx.saved_tensors
        d = h.clone()
        d[torch.arange(len(h)), labels] -= 1
        return grad * d / len(h), None


class ForgottenMean(MeanLoss):
    @staticmethod
    def backward(ctx, grad):
        d, _ = MeanLoss.backward(ctx, grad)
        return d * len(d), None


class Unshifted(torch.nn.Module):
    def forward(self, x):
        e = torch.exp(x)
        return e / e.sum(dim=-1, keepdim=True)


class SoftmaxBeforeTheLoss(torch.nn.Module):
    def forward(self, x, y):
        return CALLED.cross_entropy(torch.softmax(x, dim=1), y)


def nll_of_probabilities(x, y):
    return CALLED.nll_loss(torch.softmax(x, dim=1), y)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        (lambda z: torch.softmax(z, dim=-1), "softmax"),
        (torch.softmax, "softmax"),
        (torch.nn.Softmax(dim=-1), "softmax"),
        (jacobian_by_autograd, "jacobian"),
        (backward_by_autograd, "backward"),
        (backward_in_single_precision, "backward"),
        (Passed, "backward"),
        (CALLED.cross_entropy, "loss"),
        (torch.nn.CrossEntropyLoss(), "loss"),
        (gradient_by_autograd, "loss_gradient"),
        (MeanLoss, "loss_gradient"),
    ],
)
@pytest.mark.parametrize("declare", [True, False], ids=["declared", "undeclared"])
def test_what_torch_computes_is_correct(function, role, declare):
    declared = {"role": role} if declare else {}
    if function is MeanLoss and declare:
        declared["targets"] = "labels"
    diagnosis = diagnose(function, **declared)
    assert (diagnosis.verdict, diagnosis.mistakes) == ("correct", []), str(diagnosis)
    assert diagnosis.settings.role == role
    assert "astype" not in str(diagnosis)


@pytest.mark.parametrize(
    ("function", "verdict", "mistakes"),
    [
        (diagonal_only, "wrong", ["diagonal_only"]),
        (Elementwise, "wrong", ["diagonal_only"]),
        (ForgottenMean, "wrong", ["missing_mean"]),
        (Unshifted, "fragile", ["no_shift"]),
        (Unshifted(), "fragile", ["no_shift"]),
        (SoftmaxBeforeTheLoss, "wrong", ["softmax_applied_twice"]),
        (nll_of_probabilities, "wrong", ["log_forgotten"]),
        (lambda x: torch.softmax(x, dim=0), "fragile", ["wrong_axis"]),
    ],
)
def test_a_mistake_made_with_tensors_is_named(function, verdict, mistakes):
    role = "jacobian" if function is diagonal_only else None
    diagnosis = diagnose(function, role)
    assert (diagnosis.verdict, diagnosis.mistakes) == (verdict, mistakes), str(diagnosis)


def test_weights_of_single_precision_are_met_by_tensors_of_theirs():
    layer = torch.nn.Linear(3, 3, bias=False)
    layer.weight.data = torch.eye(3)
    diagnosis = diagnose(lambda z: torch.softmax(layer(z), -1), "softmax")
    assert diagnosis.verdict == "correct"
    said = " ".join(diagnosis.symptoms)
    assert "It takes tensors of single precision, float32" in said
    assert "three classes only" in said
    assert "shapes" not in said


class Attended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, v):
        h = torch.softmax(q @ k.T / q.shape[-1] ** 0.5, dim=-1)
        ctx.save_for_backward(q, k, v, h)
        return h @ v

    @staticmethod
    def backward(ctx, grad):
        q, k, v, h = ctx.saved_tensors
        s = grad @ v.T
        at_z = h * (s - (h * s).sum(-1, keepdim=True)) / q.shape[-1] ** 0.5
        return at_z @ k, at_z.T @ q, h.T @ grad


class AverageKept(Attended):
    @staticmethod
    def backward(ctx, grad):
        q, k, v, h = ctx.saved_tensors
        at_z = h * (grad @ v.T) / q.shape[-1] ** 0.5
        return at_z @ k, at_z.T @ q, h.T @ grad


class MaskedAttention(torch.nn.Module):
    def forward(self, query, key, value, mask=None):
        scores = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask == 0, -1e9)
        return torch.softmax(scores, dim=-1) @ value


@pytest.mark.parametrize(
    ("function", "role", "mistakes"),
    [
        (CALLED.scaled_dot_product_attention, "attention", []),
        (MaskedAttention, "attention", []),
        (Attended, "attention_backward", []),
        (AverageKept, "attention_backward", ["missing_dot_product"]),
        (lambda q, k, v: torch.softmax(q @ k.T, dim=-1) @ v, "attention", ["missing_scale"]),
    ],
)
def test_attention_of_tensors_is_judged(function, role, mistakes):
    diagnosis = diagnose(function)
    verdict = "wrong" if mistakes else "correct"
    assert (diagnosis.verdict, diagnosis.mistakes) == (verdict, mistakes), str(diagnosis)
    assert diagnosis.settings.role == role


def test_kl_div_of_a_batch_is_the_divergence():
    def divergence(z, target):
        return CALLED.kl_div(torch.log_softmax(z, dim=-1), target, reduction="batchmean")

    assert diagnose(divergence).answer.question.key == "kl_divergence"
