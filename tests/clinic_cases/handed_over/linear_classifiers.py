"""A linear classifier's loss and the gradient of its weights, as in homework."""

import numpy as np

from clinic_cases.handed_over import truth
from clinic_cases.handed_over.case import handed_over

SETTINGS = {"role": "loss_gradient", "targets": "labels", "reduction": "mean"}


def with_identity(part=1, transposed=False, reg=0.0):
    """∂C/∂z: with one feature a sample, X = I, the weights are the scores."""

    def ask(f, p):
        W = p.z.T.copy() if transposed else p.z
        answer = f(W, np.eye(p.N), p.y, *([reg] if reg is not None else []))
        answer = answer if part is None else answer[part]
        return np.asarray(answer).T if transposed else answer

    return ask


@handed_over("correct", (), "Loops, the shift, 1/N, and 2 reg W.", asks=with_identity(), **SETTINGS)
def softmax_loss_naive(W, X, y, reg):
    """
    Cross-entropy of a linear classifier, one example after the other.

    W is D x C, X is N x D, y holds N class numbers, reg scales the L2 penalty.
    Gives back the loss and dW.
    """
    loss = 0.0
    dW = np.zeros(W.shape)
    num_train = X.shape[0]
    for i in range(num_train):
        f = X[i].dot(W)
        f = f - np.max(f)
        total = np.sum(np.exp(f))
        loss += np.log(total) - f[y[i]]
        for c in range(W.shape[1]):
            dW[:, c] += (np.exp(f[c]) / total - (c == y[i])) * X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


@handed_over(
    ("wrong", "fragile"),
    {"missing_mean"},
    "The loss is divided by N, dW is not.",
    undeclared={"wrong", "fragile", "correct"},
    asks=with_identity(),
    **SETTINGS,
)
def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    scores = X @ W
    scores -= np.max(scores, axis=1, keepdims=True)
    P = np.exp(scores)
    P /= P.sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(N), y]).sum() / N + reg * np.sum(W**2)
    P[np.arange(N), y] -= 1
    dW = X.T @ P + 2 * reg * W
    return loss, dW


@handed_over(
    "fragile",
    {"no_shift"},
    "(theta, X, y) → gradient, classes in rows, no shift.",
    asks=with_identity(part=None, transposed=True, reg=None),
    breaks="large logits",
    **SETTINGS,
)
def compute_gradient(theta, X, y):
    """theta: (k, d), one row of parameters per class"""
    n = X.shape[0]
    H = np.exp(np.dot(X, theta.T))
    H = H / H.sum(axis=1, keepdims=True)
    indicator = np.zeros((n, theta.shape[0]))
    indicator[np.arange(n), y] = 1
    return -np.dot((indicator - H).T, X) / n


@handed_over(
    "wrong",
    {"sign_flipped"},
    "X.T @ (onehot − P) is the way uphill.",
    asks=with_identity(),
    **SETTINGS,
)
def svm_or_softmax(w, x, labels, lam=0.0):
    m = x.shape[0]
    onehot = np.eye(w.shape[1])[labels]
    z = np.dot(x, w)
    z = z - np.amax(z, axis=1)[:, None]
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
    loss = -np.sum(onehot * np.log(p)) / m + 0.5 * lam * np.sum(w * w)
    grad = np.dot(x.T, onehot - p) / m + lam * w
    return loss, grad


def penalized(p, reg=0.5):
    """The gradient of the mean loss and of reg ΣW²."""
    gradient = truth.by_sample(
        lambda z, t: truth.differences(lambda x: truth.sample_loss("cross_entropy", x, t), z),
        p.z,
        p.t,
    )
    return gradient / p.N + 2 * reg * p.z


@handed_over(
    ("wrong", "fragile"),
    {"~regular|penalty|factor"},
    "The loss adds reg ΣW², the gradient reg W: half of the penalty's.",
    asks=with_identity(reg=0.5),
    or_none=True,
    really=penalized,
    **SETTINGS,
)
def loss_with_l2(W, X, y, reg=1e-3):
    N = X.shape[0]
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(N), y].mean() + reg * np.sum(W**2)
    err = np.exp(logp)
    err[np.arange(N), y] -= 1
    return loss, X.T @ err / N + reg * W
