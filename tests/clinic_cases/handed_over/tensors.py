"""Functions of single precision, in the style of frameworks, and of tensors where there are any."""

import importlib.util

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "Right to float32's digits.",
    role="backward",
    takes="v h",
    tolerance=1e-5,
)
def softmax_vjp(g, y):
    g, y = np.float32(g), np.float32(y)
    inner = (g * y).sum(-1, keepdims=True, dtype=np.float32)
    return y * (g - inner)


class Context:
    """What forward keeps for backward."""

    def save_for_backward(self, *arrays):
        self.saved_tensors = arrays


def _function(f, p):
    ctx = Context()
    f.forward(ctx, p.z)
    return f.backward(ctx, p.v)


@handed_over(
    "correct",
    (),
    "Static forward(ctx, x) and backward(ctx, g) of a small framework.",
    role="backward",
    asks=_function,
)
class SoftmaxFunction:
    @staticmethod
    def forward(ctx, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        y = e / e.sum(axis=-1, keepdims=True)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return (grad_output - (grad_output * y).sum(axis=-1, keepdims=True)) * y


if importlib.util.find_spec("torch"):
    import torch

    def _apply(f, p):
        z = torch.tensor(p.z, requires_grad=True)
        f.apply(z).backward(torch.tensor(p.v))
        return z.grad

    @handed_over(
        "fragile",
        {"no_shift"},
        "A right backward, an unshifted forward.",
        role="backward",
        asks=_apply,
        breaks="large logits",
    )
    class MySoftmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            x = x.exp()
            x = x / x.sum(dim=-1, keepdim=True)
            ctx.save_for_backward(x)
            return x

        @staticmethod
        def backward(ctx, grad_output):
            (z,) = ctx.saved_tensors
            return z * grad_output - z * (z * grad_output).sum(dim=-1, keepdim=True)

    @handed_over(
        "wrong",
        {"softmax_applied_twice"},
        "cross_entropy applies softmax itself.",
        role="loss",
        targets="labels",
        reduction="mean",
        tolerance=1e-5,
        asks=lambda f, p: f(torch.tensor(p.z), torch.tensor(p.y)),
    )
    def training_loss(logits, labels):
        probs = torch.softmax(logits, dim=-1)  # output layer
        return torch.nn.functional.cross_entropy(probs, labels)
