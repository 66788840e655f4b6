"""Functions that return several things: (loss, gradient), (output, cache)."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "fragile",
    {"no_shift"},
    "(loss, probs, gradient) from unshifted exponentials.",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: f(p.z, p.y)[2],
    breaks="large logits",
    undeclared_mistakes={"no_shift", "log_of_zero"},
)
def criterion(logits, labels):
    batch = len(labels)
    e = np.exp(logits)
    probs = e / e.sum(axis=1).reshape(batch, 1)
    loss = np.mean(-np.log(probs[range(batch), labels]))
    delta = np.array(probs)
    delta[range(batch), labels] -= 1.0
    return loss, probs, delta / batch


@handed_over(
    "correct",
    (),
    "(output, cache) with a dict.",
    role="softmax",
    asks=lambda f, p: f(p.z)[0],
)
def softmax_activation(Z):
    shift = Z - np.max(Z, axis=1, keepdims=True)
    A = np.exp(shift)
    A /= np.sum(A, axis=1, keepdims=True)
    cache = {"Z": Z, "A": A}
    return A, cache


@handed_over(
    "wrong",
    {"sign_flipped"},
    "The gradient of +log p beside the loss −log p.",
    role="loss_gradient",
    reduction="mean",
    asks=lambda f, p: f(p.z, p.t)[1],
)
def cross_entropy_with_grad(z, t):
    z = z - z.max(axis=1, keepdims=True)
    lse = np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(z - lse)
    return np.sum(t * (lse - z)) / len(z), (t - p) / len(z)


@handed_over(
    "wrong",
    {"whole_batch_softmax", "sum_over_batch"},
    "One softmax over the whole batch, in a tuple.",
    role="loss_gradient",
    reduction="mean",
    asks=lambda f, p: f(p.z, p.t)[1],
    or_none=True,
)
def get_loss_and_gradient(output, y):
    m, _ = output.shape
    e = np.exp(output - np.max(output))
    soft = e / np.sum(e)
    loss = -np.sum(y * np.log(soft + 1e-12)) / m
    gradient = (soft - y) / m
    return loss, gradient


@handed_over(
    "wrong",
    {"pass_through"},
    "A list of one gradient that is the error itself.",
    role="backward",
    given="output",
    asks=lambda f, p: f(p.v, p.h)[0],
)
def backward(dout, probs):
    dx = np.array(dout, copy=True)  # loss already took care of softmax
    return [dx]
