"""Functions with further arguments: n, axis, a flag, a rate, an index, weights."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "axis has an obvious value.",
    role="softmax",
    asks=lambda f, p: f(p.z, 1),
)
def softmax(x, axis):
    """Compute softmax along the given axis."""
    x = x - np.max(x, axis=axis, keepdims=True)
    num = np.exp(x)
    den = np.sum(num, axis=axis, keepdims=True)
    return num / den


@handed_over(
    "wrong",
    {"diagonal_only", "shift_over_batch"},
    "With derivative=True it is the diagonal.",
    role="jacobian",
    asks=lambda f, p: f(p.z, derivative=True),
    undeclared={"wrong", "fragile"},
    undeclared_mistakes={"diagonal_only", "shift_over_batch"},
)
def softmax_flag(x, derivative=False):
    exps = np.exp(x - x.max())
    s = exps / np.sum(exps, axis=-1, keepdims=True)
    if derivative:
        return s * (1 - s)
    return s


@handed_over(
    "correct",
    (),
    "learning_rate is not used.",
    role="backward",
    given="output",
    asks=lambda f, p: f(p.v, 0.1, p.h),
)
def backward_propagate(output_error, learning_rate, outputs):
    input_error = np.zeros(output_error.shape)
    for i in range(outputs.shape[0]):
        J = np.diag(outputs[i]) - np.outer(outputs[i], outputs[i])
        input_error[i] = np.dot(output_error[i], J)
    return input_error


@handed_over(
    "correct",
    (),
    "The number of classes is handed over.",
    role="loss_gradient",
    reduction="mean",
    targets="labels",
    asks=lambda f, p: f(p.z, p.y, p.n),
)
def xent_grad(scores, y, num_classes):
    T = np.eye(num_classes)[y]
    scores = scores - scores.max(axis=1, keepdims=True)
    P = np.exp(scores)
    P = P / P.sum(axis=1, keepdims=True)
    return (P - T) / y.shape[0]


@handed_over(
    "fragile",
    {"no_shift"},
    "Temperature with a default.",
    role="softmax",
    asks=lambda f, p: f(p.z),
    breaks="large logits",
)
def boltzmann(q_values, tau=1.0):
    """Softmax policy over the action values (one row per state)."""
    preferences = np.exp(q_values / tau)
    return preferences / preferences.sum(axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "z, a, y as a cost class hands them over; softmax of a.",
    role="loss_gradient",
    reduction="sum",
    asks=lambda f, p: f(p.z, p.h, p.t),
    undeclared_mistakes={"softmax_applied_twice"},
    or_none=True,
)
def delta(z, a, y):
    """z is not used, it is there for the other cost functions"""
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) - y


@handed_over(
    "wrong",
    {"pass_through"},
    "The cache is handed over and not used.",
    role="backward",
    asks=lambda f, p: f(p.v, {"Z": p.z, "A": p.h}),
    or_none=True,
)
def softmax_backward(dA, cache):
    Z, A = cache["Z"], cache["A"]
    # gradient of softmax with cross entropy is simply passed on
    dZ = np.array(dA, copy=True)
    assert dZ.shape == Z.shape
    return dZ
