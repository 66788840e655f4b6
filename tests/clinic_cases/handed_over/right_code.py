"""Right code in the many ways in which people write it: nobody is to be alarmed."""

from functools import partial

import numpy as np

from clinic_cases.handed_over.case import handed_over, layer


def softmax_1d(v):
    w = np.exp(v - v.max())
    return w / w.sum()


@handed_over(
    "correct", (), "apply_along_axis of a function of one vector.", role="softmax", takes="z"
)
def softmax_batch(X):
    """Softmax of every row."""
    return np.apply_along_axis(softmax_1d, 1, X)


@handed_over("correct", (), "logaddexp does the shift.", role="softmax", takes="z")
def probabilities(energies):
    logZ = np.logaddexp.reduce(energies, axis=1)
    return np.exp(energies - logZ[:, None])


@handed_over(
    "correct",
    (),
    "Squared error through the matrices, a mean.",
    role="loss_gradient",
    takes="z t",
    loss="squared_error",
    reduction="mean",
)
def mse_through_softmax(z, y):
    batch = z.shape[0]
    grads = []
    for zi, yi in zip(z, y):
        a = softmax_1d(zi)
        J = np.diag(a) - np.outer(a, a)
        grads.append(J @ (2 * (a - yi)))
    return np.stack(grads) / batch


@handed_over(
    "correct",
    (),
    "The division is guarded where the target is 0.",
    role="output_gradient",
    takes="t h",
    reduction="sum",
    serves="both",
)
def d_loss(y_true, y_pred):
    grad = np.zeros_like(y_pred)
    np.divide(-y_true, y_pred, out=grad, where=y_true != 0)
    return grad


@handed_over(
    "correct",
    (),
    "A class that is told the number of units.",
    role="backward",
    asks=lambda f, p: layer(made=(p.n,))(f, p),
)
class Softmax:
    def __init__(self, n_units):
        self.n_units = n_units
        self.probs = None

    def forward(self, scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.probs = e / e.sum(axis=1, keepdims=True)
        return self.probs

    def backward(self, dprobs):
        inner = np.sum(dprobs * self.probs, axis=1, keepdims=True)
        return self.probs * (dprobs - inner)


class SoftmaxFn:
    """Callable, so that it can stand among plain functions."""

    def __call__(self, z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)


handed_over(
    "correct",
    (),
    "An object that is called.",
    role="softmax",
    takes="z",
    name="SoftmaxFn()",
    serves="both",
)(SoftmaxFn())


def _weighted_rows(matrix_of, dout, z):
    return np.array([matrix_of(row).T @ d for row, d in zip(z, dout)])


def _matrix(row):
    s = softmax_1d(row)
    return np.diag(s) - np.outer(s, s)


handed_over(
    "correct",
    (),
    "functools.partial, error first.",
    role="backward",
    takes="v z",
    name="partial of weighted rows",
)(partial(_weighted_rows, _matrix))


@handed_over(
    "correct",
    (),
    "Its own central differences.",
    role="jacobian",
    takes="z",
    serves="single",
    tolerance=1e-5,
)
def numerical_jacobian(x):
    h = 1e-5
    n = x.size
    J = np.zeros((n, n))
    for j in range(n):
        d = np.zeros(n)
        d[j] = h
        J[:, j] = (softmax_1d(x + d) - softmax_1d(x - d)) / (2 * h)
    return J


@handed_over(
    "correct",
    (),
    "Labels first; np.eye makes them one-hot; summed.",
    role="loss_gradient",
    takes="y z",
    reduction="sum",
)
def grad_scores(y, scores):
    onehot = np.eye(scores.shape[1])[y]
    return np.apply_along_axis(softmax_1d, 1, scores) - onehot


@handed_over(
    "correct",
    (),
    "One sample as a row (1, n), vector times matrix.",
    role="backward",
    takes="v h",
    serves="row",
)
def backprop_step(dL_dout, out):
    n = out.shape[1]
    assert out.shape == (1, n)
    S = np.tile(out, (n, 1))
    return dL_dout @ (S.T * (np.eye(n) - S))
