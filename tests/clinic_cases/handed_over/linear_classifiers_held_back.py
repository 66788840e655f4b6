"""A linear classifier's loss and the gradient of its weights, as in homework."""

import numpy as np

from clinic_cases.handed_over.case import handed_over
from clinic_cases.handed_over.linear_classifiers import SETTINGS, with_identity


@handed_over("correct", (), "Vectorized, shift and 1/N, reg/2.", asks=with_identity(), **SETTINGS)
def softmax_loss(W, X, y, reg):
    num = len(y)
    logits = X.dot(W)
    logits = logits - logits.max(axis=1).reshape(-1, 1)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1)).reshape(-1, 1)
    loss = -log_probs[range(num), y].mean()
    loss += 0.5 * reg * np.sum(W * W)
    dscores = np.exp(log_probs)
    dscores[range(num), y] -= 1
    dW = X.T.dot(dscores / num)
    dW += reg * W
    return loss, dW


@handed_over(
    "fragile",
    {"no_shift", "log_of_zero"},
    "Loops and exp without a shift.",
    asks=with_identity(),
    breaks="large logits",
    **SETTINGS,
)
def naive_loss(W, X, y, reg):
    N, D = X.shape
    C = W.shape[1]
    loss, dW = 0.0, np.zeros((D, C))
    for i in range(N):
        e = np.exp(X[i] @ W)
        prob = e / np.sum(e)
        loss -= np.log(prob[y[i]])
        for j in range(C):
            if j == y[i]:
                dW[:, j] += X[i] * (prob[j] - 1)
            else:
                dW[:, j] += X[i] * prob[j]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W


@handed_over(
    ("wrong", "fragile"),
    {"mean_twice"},
    "dscores is divided by N, and dW once more.",
    asks=with_identity(),
    **SETTINGS,
)
def loss_fn(weights, data, target, reg_strength=0.0):
    n = data.shape[0]
    scores = data @ weights
    scores = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(probs[np.arange(n), target]))
    probs[np.arange(n), target] -= 1
    probs /= n
    dweights = data.T @ probs / n
    return loss, dweights + 2 * reg_strength * weights


@handed_over(
    "wrong",
    {"label_off_by_one"},
    "y counts from 1 in this file's labels.",
    asks=with_identity(),
    **SETTINGS,
)
def grad_and_cost(theta, X, y, lmbda=0.0):
    m = X.shape[0]
    S = X @ theta
    S = np.exp(S - S.max(axis=1, keepdims=True))
    P = S / S.sum(axis=1, keepdims=True)
    Y = np.zeros(P.shape)
    for i in range(m):
        Y[i, y[i] - 1] = 1
    cost = -np.sum(Y * np.log(P)) / m + lmbda / 2 * np.sum(theta**2)
    return cost, X.T @ (P - Y) / m + lmbda * theta
