"""Right answers to another question than softmax with cross-entropy: not mistakes."""

import numpy as np

from clinic_cases.handed_over import truth
from clinic_cases.handed_over.case import handed_over
from clinic_cases.handed_over.other_questions import NOT_MINE, log_softmax_vjp

CLASS_WEIGHTS = np.array([1.0, 2.0, 0.5, 3.0])


def weighted(p):
    w = CLASS_WEIGHTS[: p.n]
    gradient = truth.by_sample(
        lambda z, t: truth.differences(lambda x: truth.sample_loss("cross_entropy", x, t), z),
        p.z,
        w * p.t,
    )
    return gradient / w[p.y].sum()


def logistic_loss(z, t):
    return (np.log1p(np.exp(z)) - t * z).sum()


@handed_over(
    NOT_MINE,
    {"~log_softmax"},
    "σ − softmax(z) Σσ: log-softmax, error first.",
    role="backward",
    takes="v z",
    or_none=True,
    really=log_softmax_vjp,
    says=("log-softmax", "log softmax", "log_softmax"),
)
def log_softmax_grad(gy, x):
    p = np.exp(x - x.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return gy - p * np.sum(gy, axis=-1, keepdims=True)


@handed_over(
    NOT_MINE,
    {"~log_softmax"},
    "δ − h_j: the Jacobian of log-softmax.",
    role="jacobian",
    takes="z",
    serves="single",
    or_none=True,
    says=("log-softmax", "log softmax", "log_softmax"),
    really=lambda p: truth.by_sample(lambda z: truth.differences(truth.log_softmax, z), p.z),
)
def jacobian_log_softmax(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    n = len(p)
    return np.eye(n) - np.tile(p, (n, 1))


@handed_over(
    NOT_MINE,
    {"~weight"},
    "Class weights, a mean by Σw.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    or_none=True,
    says=("weight",),
    really=weighted,
)
def weighted_ce_grad(logits, y, weights=CLASS_WEIGHTS):
    N, K = logits.shape
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(N), y] -= 1
    w = weights[y]
    return p * w[:, None] / w.sum()


@handed_over(
    NOT_MINE,
    {"~binary|sigmoid"},
    "Sigmoids with binary cross-entropy: σ(z) − t.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    or_none=True,
    says=("sigmoid", "logistic", "binary"),
    really=lambda p: truth.by_sample(
        lambda z, t: truth.differences(lambda x: logistic_loss(x, t), z), p.z, p.t
    ),
)
def bce_with_logits_backward(z, y):
    """gradient of binary cross entropy with logits, several labels per sample"""
    prob = 1 / (1 + np.exp(-z))
    return prob - y


@handed_over(
    NOT_MINE,
    {"~half", "missing_factor_two"},
    "½ Σ (h − t)², a number half of Σ.",
    role="loss",
    takes="h t",
    loss="squared_error",
    reduction="sum",
    or_none=True,
    says=("½", "half", "1/2"),
    really=lambda p: ((p.h - p.t) ** 2).sum() / 2,
)
def quadratic_cost(a, y):
    return 0.5 * np.sum((a - y) ** 2)


@handed_over(
    NOT_MINE,
    {"~smooth"},
    "The loss of smoothed labels.",
    role="loss",
    takes="z y",
    reduction="mean",
    or_none=True,
    says=("smooth",),
    really=lambda p: truth.by_sample(
        lambda z, t: truth.sample_loss("cross_entropy", z, t), p.z, 0.8 * p.t + 0.2 / p.n
    ).mean(),
)
def label_smoothing_loss(pred, target, smoothing=0.2):
    n_class = pred.shape[1]
    pred = pred - pred.max(axis=1, keepdims=True)
    log_prob = pred - np.log(np.exp(pred).sum(axis=1, keepdims=True))
    weight = np.full(pred.shape, smoothing / n_class)
    weight[np.arange(len(target)), target] += 1.0 - smoothing
    return -(weight * log_prob).sum(axis=1).mean()
