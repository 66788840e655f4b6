"""Functions with further arguments: n, axis, a flag, a rate, an index, weights."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "dim with the obvious value -1.",
    role="backward",
    given="output",
    asks=lambda f, p: f(p.v, p.h, -1),
)
def softmax_backward_from(grad_output, output, dim):
    weighted = (grad_output * output).sum(dim, keepdims=True)
    return output * (grad_output - weighted)


@handed_over(
    "correct",
    (),
    "deriv=True gives the matrix of one vector.",
    role="jacobian",
    serves="single",
    asks=lambda f, p: f(p.z, deriv=True),
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"sum_over_batch", "wrong_axis"},
)
def act_softmax(y, deriv=False):
    ex = np.exp(y - np.max(y))
    ex = ex / ex.sum(axis=0)
    if not deriv:
        return ex
    return np.diag(ex) - np.outer(ex, ex)


@handed_over(
    "wrong",
    {"diagonal_only"},
    "A learning rate and the diagonal.",
    role="backward",
    given="output",
    asks=lambda f, p: f(p.v, p.h, 0.01),
)
def backward_pass(accum_grad, layer_output, lr=0.01):
    return accum_grad * layer_output * (1 - layer_output)


@handed_over(
    ("wrong", "fragile"),
    {"~over_classes"},
    "Divides by the number of classes, not of samples.",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: f(p.z, p.y, p.n),
    or_none=True,
)
def error_signal(scores, labels, K):
    P = np.exp(scores - scores.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    for n, k in enumerate(labels):
        P[n, k] -= 1
    return P / K


@handed_over(
    "fragile",
    {"log_epsilon_bias"},
    "eps is a parameter with a default.",
    role="loss",
    given="output",
    reduction="mean",
    asks=lambda f, p: f(p.h, p.t),
    breaks="unlikely classes",
)
def crossentropy(p, q, eps=1e-9):
    return np.mean(np.sum(-q * np.log(p + eps), axis=-1))


@handed_over(
    "correct",
    (),
    "The batch size is handed over.",
    role="loss_gradient",
    given="output",
    reduction="mean",
    asks=lambda f, p: f(p.h, p.t, p.N),
)
def dLdz(y_hat, y, m):
    return (1 / m) * (y_hat - y)


@handed_over(
    "fragile",
    {"no_shift"},
    "The cache is the logits, the flag does nothing.",
    role="backward",
    asks=lambda f, p: f(p.v, p.z),
    breaks="large logits",
)
def softmax_grad(dout, cache, training=True):
    x = cache
    exp_x = np.exp(x)
    total = exp_x.sum(axis=1, keepdims=True)
    # d/dx of exp(x) / total, term by term
    dexp = dout / total - (dout * exp_x).sum(axis=1, keepdims=True) / total**2
    return dexp * exp_x
