"""Functions of single precision, in the style of frameworks, and of tensors where there are any."""

import importlib.util

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "Right to float32's digits; labels, a mean.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    tolerance=1e-5,
)
def xent_backward(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    x = logits.astype(np.float32)
    x = x - x.max(axis=-1, keepdims=True)
    p = np.exp(x)
    p /= p.sum(axis=-1, keepdims=True)
    p[np.arange(len(targets)), targets] -= np.float32(1)
    return p / np.float32(len(targets))


@handed_over(
    "wrong",
    {"diagonal_only"},
    "Single precision and the diagonal.",
    role="backward",
    takes="h v",
    tolerance=1e-5,
)
def softmax_bwd_kernel(y, dy):
    y, dy = y.astype("float32"), dy.astype("float32")
    return dy * y * (np.float32(1) - y)


if importlib.util.find_spec("torch"):
    import torch

    def _apply(f, p):
        z = torch.tensor(p.z, requires_grad=True)
        f.apply(z).backward(torch.tensor(p.v))
        return z.grad

    @handed_over(
        "wrong",
        {"diagonal_only"},
        "autograd.Function with s (1 − s).",
        role="backward",
        asks=_apply,
    )
    class SoftmaxDiag(torch.autograd.Function):
        @staticmethod
        def forward(ctx, input):
            out = torch.softmax(input, dim=-1)
            ctx.save_for_backward(out)
            return out

        @staticmethod
        def backward(ctx, grad_output):
            out = ctx.saved_tensors[0]
            return grad_output * out * (1 - out)

    @handed_over(
        "correct",
        (),
        "A module in the output's place, without weights.",
        role="softmax",
        asks=lambda f, p: f()(torch.tensor(p.z)),
    )
    class Head(torch.nn.Module):
        def forward(self, x):
            x = x - x.max(dim=1, keepdim=True).values
            return x.exp() / x.exp().sum(dim=1, keepdim=True)
