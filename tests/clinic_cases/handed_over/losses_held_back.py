"""Losses, with softmax inside or given its output."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


def stable_softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "fragile",
    {"log_of_zero"},
    "Labels and an unguarded log: inf for a missed class.",
    role="loss",
    takes="z y",
    reduction="mean",
    breaks="large and missed",
)
def cross_entropy(X, y):
    p = stable_softmax(X)
    total = 0
    for row, label in zip(p, y):
        total = total - np.log(row[label])
    return total / len(y)


@handed_over(
    "fragile",
    {"no_shift"},
    "log Σ exp without the shift.",
    role="loss",
    takes="z y",
    reduction="none",
    breaks="large logits",
)
def crossentropy_of_scores(scores, answers):
    of_answer = np.array([row[k] for row, k in zip(scores, answers)])
    normalizer = np.log(np.exp(scores).sum(axis=-1))
    return normalizer - of_answer


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "softmax inside, and the caller's helper applies it too.",
    role="loss",
    takes="z t",
    reduction="mean",
)
def train_loss(scores, one_hot):
    out = stable_softmax(scores)
    out = stable_softmax(out)  # make sure these are probabilities
    return -(one_hot * np.log(out)).sum(axis=1).mean()


@handed_over(
    "wrong",
    {"~binary"},
    "Binary cross-entropy of each unit behind softmax.",
    role="loss",
    takes="h t",
    reduction="mean",
    or_none=True,
    undeclared={"wrong", "correct", "fragile"},
    undeclared_mistakes={"~binary", "log_of_zero"},
)
def cost_function(a, y):
    m = a.shape[0]
    return np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a)) / m


@handed_over(
    "fragile",
    {"clip_bias", "~log_of_sum|soft_target"},
    "−log Σ t h, clipped: right for one-hot targets.",
    role="loss",
    takes="h t",
    reduction="none",
    right_on="one-hot targets",
    breaks="soft targets",
    or_none=True,
)
def forward(y_pred, y_true):
    tiny = 1e-7
    inside = np.minimum(np.maximum(y_pred, tiny), 1 - tiny)
    confidence = (inside * y_true).sum(axis=1)
    return -np.log(confidence)


@handed_over(
    "correct",
    (),
    "Through log-softmax, distributions, summed.",
    role="loss",
    takes="z t",
    reduction="sum",
    serves="both",
)
def total_cross_entropy(logits, targets):
    logits = np.atleast_2d(logits)
    targets = np.atleast_2d(targets)
    total = 0.0
    for x, t in zip(logits, targets):
        m = x.max()
        lse = m + np.log(np.exp(x - m).sum())
        total += (t * (lse - x)).sum()
    return total


@handed_over(
    "correct",
    (),
    "Σ (h − t)² behind softmax, a mean over the samples.",
    role="loss",
    takes="z t",
    loss="squared_error",
    reduction="mean",
)
def brier_score(logits, y_onehot):
    diff = stable_softmax(logits) - y_onehot
    return np.mean(np.sum(diff**2, axis=1))
