"""softmax before a loss that applies it itself: the most frequent mistake in the threads."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "log_softmax of the probabilities; one-hot; summed.",
    role="loss",
    takes="z t",
    reduction="sum",
    serves="both",
)
def total_loss(activations, desired):
    probs = softmax(activations)
    lse = np.log(np.sum(np.exp(probs), axis=-1, keepdims=True))
    return np.sum(desired * (lse - probs))


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "Target first, softmax of y_pred, which is one already.",
    role="loss_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
    undeclared={"wrong", "correct"},
    undeclared_mistakes={"softmax_applied_twice"},
)
def grad_loss(y_true, y_pred):
    # y_pred: output of the softmax layer
    probs = softmax(y_pred)
    return probs - y_true


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "Two softmax layers, both passed back.",
    role="backward",
    takes="z v",
    or_none=True,
)
def backward_twice(z, dout):
    a = softmax(z)
    b = softmax(a)
    da = b * (dout - np.sum(dout * b, axis=1, keepdims=True))
    dz = a * (da - np.sum(da * a, axis=1, keepdims=True))
    return dz
