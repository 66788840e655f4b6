"""Faults that the first catalogue had no name for, or only in another role."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"first_column_only", "~column"},
    "Only the first logit is moved: one column of J.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmax_derivative(x):
    s = softmax(x)
    # derivative of every output w.r.t. the first input
    d = -s * s[0]
    d[0] = s[0] * (1 - s[0])
    return d


@handed_over(
    "wrong",
    {"one_dimensional_transpose", "elementwise_upstream"},
    "* for @, and a transpose of one dimension.",
    role="backward",
    takes="v h",
    serves="single",
)
def back(grad, value):
    n = len(value)
    g = value * (np.eye(n) - value)
    return grad * g


@handed_over(
    "fragile",
    {"missing_keepdims", "~keepdims"},
    "The maximum lost its axis: silent for N = n.",
    role="softmax",
    takes="z",
    serves="single",
    breaks="as many samples as classes in a batch",
)
def stable_softmax(z):
    e = np.exp(z - np.max(z, axis=-1))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "fragile",
    {"clip_bias", "~clip"},
    "−t / clip(h): a gradient capped at 10¹².",
    role="output_gradient",
    takes="h t",
    reduction="mean",
    breaks="very unlikely classes",
)
def loss_derivative(y_pred, y_true):
    y_pred = np.clip(y_pred, 1e-12, 1.0 - 1e-12)
    return -(y_true / y_pred) / y_pred.shape[0]


@handed_over(
    "fragile",
    {"no_shift", "integer_truncation"},
    "A buffer of the logits' dtype, and no shift.",
    role="softmax",
    takes="z",
    breaks=("integer logits", "large logits"),
)
def softmax_loop(Z):
    out = np.zeros_like(Z)
    for i in range(Z.shape[0]):
        total = 0.0
        for j in range(Z.shape[1]):
            total += np.exp(Z[i, j])
        for j in range(Z.shape[1]):
            out[i, j] = np.exp(Z[i, j]) / total
    return out


@handed_over(
    "correct",
    (),
    "For the sample with an index; labels.",
    role="loss_gradient",
    targets="labels",
    reduction="sum",
    asks=lambda f, p: [f(p.z, p.y, i) for i in range(p.N)],
)
def grad_of_sample(scores, labels, i):
    """dL_i / dscores[i]"""
    p = softmax(scores[i])
    p[labels[i]] -= 1
    return p


@handed_over(
    "fragile",
    {"logits_clipped"},
    "Clipped logits in a backward pass.",
    role="backward",
    takes="v z",
    breaks="two large logits",
)
def softmax_backward(dout, x):
    x = np.clip(x, -500, 500)
    e = np.exp(x)
    p = e / e.sum(axis=1, keepdims=True)
    return p * (dout - (p * dout).sum(axis=1, keepdims=True))


@handed_over(
    "wrong",
    {"wrong_axis"},
    "softmax along axis 0 of rows, in a stack of matrices.",
    layout="rows",
    role="jacobian",
    takes="z",
    undeclared={"wrong", "correct", "fragile"},
)
def jacobians(scores):
    """scores: (batch, classes)"""
    e = np.exp(scores - scores.max(axis=0))
    p = e / e.sum(axis=0)
    return np.array([np.diag(row) - np.outer(row, row) for row in p])
