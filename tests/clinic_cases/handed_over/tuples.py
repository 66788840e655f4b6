"""Functions that return several things: (loss, gradient), (output, cache)."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "The loss and its gradient, labels, a mean.",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: f(p.z, p.y)[1],
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"log_of_zero"},
)
def softmax_loss(x, y):
    """
    Scores x (N, C) and class numbers y (N,).

    Gives the average loss, and what to send back to the scores.
    """
    count = len(x)
    pick = (np.arange(count), y)
    p = np.exp(x - x.max(axis=1)[:, None])
    p = p / p.sum(axis=1)[:, None]
    loss = -np.log(p[pick]).mean()
    back = p / count
    back[pick] -= 1 / count
    return loss, back


@handed_over(
    ("wrong", "fragile"),
    {"missing_mean"},
    "The loss is divided by N, its gradient is not.",
    undeclared={"wrong", "fragile", "correct"},
    role="loss_gradient",
    reduction="mean",
    asks=lambda f, p: f(p.z, p.t)[1],
)
def loss_and_grad(scores, targets):
    n = scores.shape[0]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(targets * log_p).sum() / n
    grad = np.exp(log_p) - targets
    return loss, grad


@handed_over(
    "fragile",
    {"no_shift"},
    "(output, cache) of a forward step.",
    role="softmax",
    asks=lambda f, p: f(p.z)[0],
    breaks="large logits",
)
def softmax_forward(Z):
    """Returns A (probabilities) and the cache needed by the backward step."""
    expZ = np.exp(Z)
    A = expZ / np.sum(expZ, axis=1, keepdims=True)
    cache = Z
    return A, cache


@handed_over(
    "wrong",
    {"diagonal_only"},
    "(activation, derivative) in one call; the second is diagonal.",
    role="jacobian",
    asks=lambda f, p: f(p.z)[1],
    undeclared={"wrong", "correct"},
    undeclared_mistakes={"diagonal_only"},
)
def softmax_and_derivative(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    da = a * (1 - a)
    return a, da


@handed_over(
    "correct",
    (),
    "The gradient and nothing for the target, as autograd functions return it.",
    role="backward",
    given="output",
    asks=lambda f, p: f(p.v, p.h)[0],
)
def softmax_bwd(grad_output, result):
    g = grad_output * result
    grad_input = g - result * g.sum(axis=-1, keepdims=True)
    return grad_input, None
