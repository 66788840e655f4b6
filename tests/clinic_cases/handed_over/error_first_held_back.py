"""The arriving error or the target comes first, as it stands in most files."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "Right, loop over the batch, error first.",
    role="backward",
    takes="v z",
)
def activation_backward(grad_output, pre_activation):
    shifted = pre_activation - pre_activation.max(axis=1)[:, None]
    y = np.exp(shifted)
    y = y / y.sum(axis=1)[:, None]
    weighted = grad_output * y
    return weighted - y * weighted.sum(axis=1)[:, None]


@handed_over(
    "fragile",
    {"no_shift"},
    "The right product from unshifted exponentials, error first.",
    role="backward",
    takes="v z",
    breaks="large logits",
)
def dSoftmax(dA, Z):
    ez = np.exp(Z)
    A = ez / np.sum(ez, axis=1, keepdims=True)
    return A * (dA - (A * dA).sum(axis=1, keepdims=True))


@handed_over(
    "wrong",
    {"pass_through"},
    "The error is handed on as it came.",
    role="backward",
    takes="v h",
    serves="both",
)
def softmax_back(delta, a):
    # derivative is included in the loss
    return delta


@handed_over(
    "wrong",
    {"missing_dot_product"},
    "J without its outer product: only h σ.",
    role="backward",
    takes="v h",
    serves="both",
)
def backward_softmax(dout, probs):
    dx = probs * dout
    return dx


@handed_over(
    "wrong",
    {"diagonal_only", "elementwise_upstream"},
    "np.diag of the matrix times the error.",
    role="backward",
    takes="v h",
    serves="single",
)
def grad_through_softmax(upstream_grad, y):
    dydz = np.diag(y) - np.outer(y, y)
    return upstream_grad * np.diag(dydz)


@handed_over(
    ("wrong", "fragile"),
    {"mean_over_entries"},
    "size counts the entries, not the samples.",
    role="loss_gradient",
    takes="t h",
    reduction="mean",
    serves="batch",
)
def loss_prime(expected, got):
    return (got - expected) / expected.size


@handed_over(
    "correct",
    (),
    "∂C/∂z of the mean, target first.",
    role="loss_gradient",
    takes="t h",
    reduction="mean",
)
def grad(y_true, y_hat):
    n_examples = len(y_true)
    diff = y_hat - y_true
    return diff / n_examples


@handed_over(
    "fragile",
    {"log_epsilon_bias", "~epsilon"},
    "−t/(h + ε) is wrong where h is tiny.",
    role="output_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
    or_none=True,
    breaks="unlikely classes",
)
def cross_entropy_derivative(y_true, y_pred):
    return -y_true / (y_pred + 10**-10)


@handed_over(
    "wrong",
    {"binary_cross_entropy"},
    "The derivative of the two-class loss.",
    role="output_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
    undeclared={"wrong", "fragile"},
)
def loss_derivative(y, p):
    """d(-y log p - (1-y) log(1-p)) / dp, elementwise"""
    return (1 - y) / (1 - p) - y / p


@handed_over(
    ("wrong", "fragile"),
    {"missing_factor_two"},
    "The 2 of the square is lost.",
    role="output_gradient",
    takes="t h",
    loss="squared_error",
    reduction="sum",
    serves="both",
    undeclared={"correct", "wrong", "fragile"},
    undeclared_mistakes={"missing_factor_two", "missing_mean", "~half"},
)
def squared_loss_grad(targets, outputs):
    # E = sum (o - t)^2
    return outputs - targets


@handed_over(
    "fragile",
    {"clip_bias", "~clip"},
    "Clipped, target first: flat below 1e-7.",
    role="loss",
    takes="t h",
    reduction="mean",
    breaks="unlikely classes",
)
def categorical_crossentropy(target, output):
    output = np.clip(output, 1e-7, 1 - 1e-7)
    per_sample = np.sum(target * -np.log(output), axis=-1, keepdims=False)
    return np.mean(per_sample)


@handed_over(
    "wrong",
    {"jacobian_times_output"},
    "The matrix is multiplied with the output, not the error.",
    role="backward",
    takes="v h",
    serves="single",
)
def chain_rule(error, out):
    s = out.reshape(-1, 1)
    J = np.diagflat(s) - s @ s.T
    return (J @ s).reshape(error.shape)
