"""The gradient of a loss at the logits, from logits or from the output."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "The network already ends in softmax; the gradient of its loss applies it once more.",
    role="loss_gradient",
    takes="h y",
    reduction="mean",
    undeclared={"wrong", "correct"},
    undeclared_mistakes={"softmax_applied_twice"},
)
def dloss(net_output, labels):
    """net_output: output of the network (it ends with softmax), shape (N, classes)"""
    N = net_output.shape[0]
    p = softmax(net_output)
    p[np.arange(N), labels] -= 1
    return p / N


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "J at h times softmax(h) − t: the consistent gradient of the doubled softmax.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
    or_none=True,
)
def backward_from_loss(z, labels):
    h = softmax(z)  # model(x) returns probabilities
    q = softmax(h)  # the criterion applies softmax itself
    q[np.arange(len(q)), labels] -= 1
    g = q / len(q)
    return h * (g - (g * h).sum(axis=1, keepdims=True))


@handed_over(
    "correct",
    (),
    "Labels, softmax inside, mean.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
)
def delta_cross_entropy(X, y):
    N = X.shape[0]
    P = softmax(X)
    minus_one = np.zeros_like(P)
    minus_one[np.arange(N), y] = -1.0
    return (P + minus_one) / N


@handed_over(
    "wrong",
    {"mutates_input"},
    "-= 1 writes into the caller's probabilities.",
    role="loss_gradient",
    takes="h y",
    reduction="mean",
)
def gradient_of_scores(probs, y):
    num_examples = len(y)
    dscores = probs
    dscores[range(num_examples), y] -= 1
    dscores /= num_examples
    return dscores


@handed_over(
    "fragile",
    {"no_shift"},
    "h − t from unshifted exponentials.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    breaks="large logits",
)
def delta3(z2, y):
    exp_scores = np.exp(z2)
    a2 = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    return a2 - y


@handed_over(
    "wrong",
    {"fused_times_diagonal"},
    "h − t already contains softmax's derivative.",
    role="loss_gradient",
    takes="h t",
    reduction="sum",
    serves="both",
    undeclared={"wrong"},
    undeclared_mistakes={"fused_times_diagonal", "diagonal_only", "missing_factor_two"},
)
def output_delta(output, target):
    error = output - target
    return error * output * (1 - output)


@handed_over(
    "wrong",
    {"fused_times_jacobian"},
    "h − t is multiplied with the matrix again.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    serves="single",
    undeclared={"wrong", "correct"},
    undeclared_mistakes={"fused_times_jacobian", "missing_factor_two"},
)
def grad_ce(logits, onehot):
    """Gradient of the cross entropy w.r.t. the logits for one sample."""
    p = softmax(logits)
    dL = p - onehot
    jac = np.diag(p) - np.outer(p, p)
    return jac.dot(dL)


@handed_over(
    "wrong",
    {"softmax_forgotten"},
    "The scores are used where the probabilities belong.",
    undeclared={"wrong", "correct"},
    role="loss_gradient",
    takes="z y",
    reduction="mean",
)
def ce_backward(scores, y):
    batch = scores.shape[0]
    onehot = np.zeros_like(scores)
    onehot[np.arange(batch), y] = 1
    return (scores - onehot) / batch


@handed_over(
    "wrong",
    {"label_off_by_one"},
    "Labels counted from 1 in a file that counts from 0.",
    role="loss_gradient",
    takes="z y",
    reduction="mean",
)
def softmax_gradient(f, y):
    p = softmax(f)
    for i in range(len(y)):
        p[i, y[i] - 1] -= 1
    return p / len(y)


@handed_over(
    "fragile",
    {"division_by_zero"},
    "−t/h through n matrices: right until h is 0.",
    role="loss_gradient",
    takes="z t",
    reduction="sum",
    serves="single",
    or_none=True,
    breaks="large logits",
)
def chain(z, y):
    s = softmax(z)
    dC_ds = -y / s
    ds_dz = np.diag(s) - np.outer(s, s)
    return ds_dz.T @ dC_ds


@handed_over(
    ("wrong", "fragile"),
    {"mean_twice"},
    "The loss layer has already divided by the batch.",
    role="loss_gradient",
    takes="h t",
    reduction="mean",
)
def dZ_output(A, Y):
    m = A.shape[0]
    dZ = (A - Y) / m
    # average over the batch
    return (1.0 / m) * dZ
