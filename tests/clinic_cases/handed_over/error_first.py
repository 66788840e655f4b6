"""The arriving error or the target comes first, as it stands in most files."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "correct",
    (),
    "Right, in the order (error, logits).",
    role="backward",
    takes="v z",
    serves="both",
)
def softmax_backward(dA, Z):
    """dA: gradient of the cost w.r.t. the activation; Z: stored by the forward step."""
    S = softmax(Z)
    dZ = S * (dA - np.sum(dA * S, axis=-1, keepdims=True))
    assert dZ.shape == Z.shape
    return dZ


@handed_over(
    "wrong",
    {"diagonal_only"},
    "dA * s * (1 - s), as its neighbours sigmoid and relu.",
    role="backward",
    takes="v z",
    serves="both",
)
def softmax_bwd(dA, activation_cache):
    s = softmax(activation_cache)
    return dA * s * (1 - s)


@handed_over(
    "correct",
    (),
    "One matrix a sample, in the order (error, output).",
    role="backward",
    takes="v h",
)
def backprop_softmax(d_out, out):
    d_in = np.empty_like(d_out)
    for n in range(len(out)):
        o = out[n].reshape(-1, 1)
        local = np.diagflat(o) - o @ o.T
        d_in[n] = local @ d_out[n]
    return d_in


@handed_over(
    "wrong",
    {"softmax_of_upstream"},
    "softmax is taken of the error, and the matrix returned.",
    role="backward",
    takes="v z",
    serves="single",
)
def softmax_derivative(dA, Z):
    e = np.exp(dA - np.max(dA))
    s = (e / e.sum()).reshape(-1, 1)
    return np.diagflat(s) - np.dot(s, s.T)


@handed_over(
    "correct",
    (),
    "∂C/∂z of the sum, in the order (target, output).",
    role="loss_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
)
def categorical_crossentropy_prime(y_true, y_pred):
    # simplified: softmax output + cross entropy
    return y_pred - y_true


@handed_over(
    ("wrong", "fragile"),
    {"missing_mean"},
    "The loss is a mean; the gradient lacks 1/N.",
    role="loss_gradient",
    takes="t h",
    reduction="mean",
    serves="batch",
    undeclared={"correct"},
    undeclared_mistakes=(),
)
def delta_output(target, output):
    N, K = output.shape
    delta = np.zeros((N, K))
    for n in range(N):
        delta[n] = output[n] - target[n]
    return delta


@handed_over(
    "fragile",
    {"division_by_zero"},
    "−t/h: nan where both are 0.",
    role="output_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
    breaks="large logits",
)
def cce_derivative(y_true, y_pred):
    return -(y_true / y_pred)


@handed_over(
    "wrong",
    {"swapped_arguments"},
    "−h/t: the arguments have changed places.",
    role="output_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
    right_on="ordinary",
)
def cross_entropy_prime(y, y_hat):
    eps = 1e-15
    y = np.clip(y, eps, 1 - eps)
    return -y_hat / y


@handed_over(
    "fragile",
    {"log_epsilon_bias"},
    "log(p + 1e-9) is flat where h is tiny.",
    role="loss",
    takes="t h",
    reduction="mean",
    serves="batch",
    breaks="unlikely classes",
)
def categorical_cross_entropy(y_true, y_pred):
    m = y_true.shape[0]
    cost = -(1.0 / m) * np.sum(y_true * np.log(y_pred + 1e-9))
    return float(np.squeeze(cost))


@handed_over(
    "correct",
    (),
    "2 (h − t), squared error, target first.",
    role="output_gradient",
    takes="t h",
    loss="squared_error",
    reduction="sum",
    serves="both",
)
def mse_prime(actual, predicted):
    return -2 * (actual - predicted)


@handed_over(
    "wrong",
    {"sign_flipped"},
    "target minus output, while the update subtracts.",
    role="loss_gradient",
    takes="t h",
    reduction="mean",
)
def output_error(labels, predictions):
    """Gradient of the mean cross-entropy w.r.t. the scores."""
    return (labels - predictions) / labels.shape[0]
