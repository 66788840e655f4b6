"""What the right answer is, and the same formulas for an h or a t that is not the right one.

Cases hold samples as rows: z, h, v and t of shape (N, n).
"""

from functools import cache

import numpy as np

from softmax_lab.clinic.settings import ATTENTION
from softmax_lab.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    squared_error,
    squared_error_output_gradient,
)
from softmax_lab.softmax import (
    softmax,
    softmax_jacobian,
    softmax_jacobian_from_output,
    softmax_vjp,
    softmax_vjp_from_output,
)


@cache
def truth(case):
    """The right answer, from the package's own functions."""
    role, settings = case.settings.role, case.settings
    logits = settings.given == "logits"
    if role in ATTENTION:
        return case.truth
    if role == "softmax":
        return softmax(case.z)
    if role == "jacobian":
        return softmax_jacobian(case.z) if logits else softmax_jacobian_from_output(case.h)
    if role == "backward":
        return softmax_vjp(case.z, case.v) if logits else softmax_vjp_from_output(case.h, case.v)
    squared = settings.loss == "squared_error"
    if role == "loss":
        if squared:
            return squared_error(case.h, case.t, settings.reduction)
        if logits:
            return cross_entropy(case.z, case.t, settings.reduction)
    elif role == "output_gradient" and squared:
        return squared_error_output_gradient(case.h, case.t, settings.reduction)
    elif role == "loss_gradient" and squared:
        upstream = squared_error_output_gradient(case.h, case.t, settings.reduction)
        return (
            softmax_vjp(case.z, upstream) if logits else softmax_vjp_from_output(case.h, upstream)
        )
    elif role == "loss_gradient" and logits:
        return cross_entropy_gradient(case.z, case.t, settings.reduction)
    return value(case)


@np.errstate(all="ignore")
def value(case):
    """The formula of the role, put down as it stands, for whatever case.h and case.t are."""
    role, h, t = case.settings.role, case.h, case.t
    squared = case.settings.loss == "squared_error"
    if role == "softmax":
        return h
    if role == "jacobian":
        return jacobian(h)
    if role == "backward":
        return vjp(h, case.v)
    if role == "loss":
        return case.reduced(((h - t) ** 2).sum(axis=-1) if squared else -xlogy(t, h))
    if role == "loss_gradient":
        return case.shared(vjp(h, 2 * (h - t)) if squared else h * case.total - t)
    return case.shared(2 * (h - t) if squared else -ratio(t, h))


def jacobian(h):
    """diag(h) - h hᵀ for each row."""
    return diagonal(h) - h[:, :, None] * h[:, None, :]


def diagonal(x):
    """diag(x) for each row."""
    return x[:, :, None] * np.eye(x.shape[1])


def vjp(h, v):
    """H (v - Σ h v) for each row."""
    return h * (v - (h * v).sum(axis=-1, keepdims=True))


def xlogy(t, h):
    """Σ t log h for each row, where t = 0 adds nothing."""
    return (t * np.log(np.where(t == 0, 1, h))).sum(axis=-1)


def ratio(t, h):
    """T / h, where t = 0 gives 0 even for h = 0."""
    return t / np.where(t == 0, 1, h)


def hardened(t):
    """Each row with all its weight on its largest class."""
    return one_hot(t.argmax(axis=-1), t.shape[-1])
