"""Losses, with softmax inside or given its output."""

import numpy as np

from clinic_cases.handed_over.case import handed_over

EPS = 1e-8


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "fragile",
    {"log_of_zero"},
    "0 · log 0 is nan.",
    role="loss",
    takes="h t",
    reduction="mean",
    breaks="large logits",
)
def compute_cost(AL, Y):
    m = Y.shape[0]
    logprobs = np.multiply(np.log(AL), Y)
    return -np.sum(logprobs) / m


@handed_over(
    "fragile",
    {"clip_bias"},
    "Labels, clipped probabilities.",
    role="loss",
    takes="h y",
    reduction="mean",
    breaks="unlikely classes",
)
def nll(probs, y):
    n = probs.shape[0]
    picked = np.maximum(probs[range(n), y], 1e-10)
    return (-np.log(picked)).sum() / n


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "The network ends in softmax, and the loss applies it again.",
    role="loss",
    takes="z y",
    reduction="mean",
)
def network_loss(logits, labels):
    """Mean cross entropy of the network for raw scores."""
    y_prob = softmax(logits)  # last layer of the network

    def cross_entropy_with_logits(x, target):
        logp = x - x.max(1, keepdims=True)
        logp = logp - np.log(np.exp(logp).sum(1, keepdims=True))
        return -logp[np.arange(len(x)), target].mean()

    return cross_entropy_with_logits(y_prob, labels)


@handed_over(
    "wrong",
    {"missing_minus", "sign_flipped"},
    "The log-likelihood, not its negative.",
    role="loss",
    takes="h t",
    reduction="mean",
)
def log_loss(y_hat, y):
    return np.sum(y * np.log(y_hat + 1e-12)) / y.shape[0]


@handed_over(
    "correct",
    (),
    "log-sum-exp with the shift, labels, a mean.",
    role="loss",
    takes="z y",
    reduction="mean",
)
def cross_entropy_loss(scores, labels):
    c = np.max(scores, axis=1, keepdims=True)
    lse = np.log(np.sum(np.exp(scores - c), axis=1)) + c[:, 0]
    correct = scores[np.arange(scores.shape[0]), labels]
    return np.mean(lse - correct)


@handed_over(
    ("wrong", "fragile"),
    {"mean_over_entries"},
    "np.mean over all entries divides by N n.",
    role="loss",
    takes="h t",
    reduction="mean",
    undeclared_mistakes={"mean_over_entries", "log_of_zero"},
)
def ce(pred, true):
    return -np.mean(true * np.log(pred))


@handed_over(
    "wrong",
    {"~log10|base|logarithm"},
    "log10 in place of ln.",
    role="loss",
    takes="h t",
    reduction="sum",
    serves="both",
    or_none=True,
)
def entropy_cost(output, target):
    cost = -np.sum(target * np.log10(output + EPS))
    return cost


@handed_over(
    "fragile",
    {"soft_target_argmax"},
    "Picks the class of the largest target.",
    role="loss",
    takes="z t",
    reduction="mean",
    right_on="one-hot targets",
    breaks="soft targets",
)
def softmax_loss_value(scores, onehot):
    shifted = scores - scores.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    idx = onehot.argmax(axis=1)
    return -logp[np.arange(len(idx)), idx].mean()
