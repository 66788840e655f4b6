"""Faults that the first catalogue had no name for, or only in another role."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"~one_added|one_plus|added"},
    "1 + Σ: one class too many.",
    role="softmax",
    takes="z",
    or_none=True,
)
def quiet_softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / (1 + e.sum(axis=-1, keepdims=True))


@handed_over(
    "wrong",
    {"swapped_arguments"},
    "Output and error have changed places.",
    role="backward",
    takes="h v",
    or_none=True,
)
def softmax_grad(probs, upstream):
    inner = np.sum(probs * upstream, axis=-1, keepdims=True)
    return upstream * (probs - inner)


@handed_over(
    "fragile",
    {"shift_over_batch"},
    "The maximum of the whole batch, in h − t.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    breaks="a row far below",
)
def loss_grad(z, y):
    e = np.exp(z - z.max())
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


@handed_over(
    "fragile",
    {"log_epsilon_bias", "~epsilon|division|ratio"},
    "−t/(h + ε) through the matrices: no longer h − t where h is tiny.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    or_none=True,
    breaks="unlikely classes",
)
def full_chain(z, y):
    out = []
    for zi, yi in zip(z, y):
        s = softmax(zi)
        dL = -yi / (s + 1e-10)
        J = np.diag(s) - np.outer(s, s)
        out.append(J @ dL)
    return np.array(out)


@handed_over(
    ("fragile", "wrong"),
    {"~dot|outer|transpose"},
    "np.dot of two vectors for the outer product, in backward.",
    role="backward",
    takes="v h",
    serves="single",
    or_none=True,
)
def backward_step(dvalue, output):
    jacobian = np.diagflat(output) - np.dot(output, output.T)
    return np.dot(jacobian, dvalue)


@handed_over(
    "fragile",
    {"wrong_axis", "missing_keepdims", "batch_sum_leak", "~axis"},
    "The product is summed over axis 0: right for one vector.",
    undeclared={"fragile", "correct"},
    layout="rows",
    role="backward",
    takes="h v",
    serves="single",
    breaks="batch",
)
def softmax_vjp(y, g):
    return y * (g - np.sum(y * g, axis=0))


@handed_over(
    "fragile",
    {"no_shift", "log_of_zero", "log_epsilon_bias"},
    "exp without a shift, then log.",
    role="loss",
    takes="z t",
    reduction="mean",
    breaks="large logits",
)
def objective(scores, onehot):
    prob = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    return -np.mean(np.sum(onehot * np.log(prob), axis=1))


@handed_over(
    "wrong",
    {"~log_forgotten|forgotten"},
    "The logarithm is missing: −Σ t h.",
    role="loss",
    takes="h t",
    reduction="mean",
    or_none=True,
)
def cross_entropy(predictions, targets):
    return -np.sum(targets * predictions) / predictions.shape[0]
