"""Wrong answers to the exercises of lesson 10."""

import numpy as np

from softmax_lab import (
    cross_entropy,
    log_softmax,
    one_hot,
    softmax,
    softmax_vjp,
)

VERDICTS = ["correct", "correct", "fragile", "fragile", "wrong"]
EPS = 0.1


def but(k, verdict):
    """The right verdicts, with another one for patient k."""
    return [*VERDICTS[:k], verdict, *VERDICTS[k + 1 :]]


def as_it_was(labels, n, eps=EPS):
    return one_hot(labels, n) * (1 - eps) + eps / (n - 1)


def shared_by_all(labels, n, eps=EPS):
    return one_hot(labels, n) * (1 - eps) + eps / n


def normalised(labels, n, eps=EPS):
    t = as_it_was(labels, n, eps)
    return t / t.sum(axis=-1, keepdims=True)


def none_for_the_others(labels, n, eps=EPS):
    return one_hot(labels, n) * (1 - eps)


def same_for_any_eps(labels, n, eps=EPS):
    t = np.full((len(labels), n), 0.1 / (n - 1))
    t[np.arange(len(labels)), labels] = 0.9
    return t


def for_any_sum(z, t):
    return (softmax(z) * t.sum(axis=-1, keepdims=True) - t) / len(z)


def slope_as_it_was(z, t):
    return (softmax(z) - t) / len(z)


def total(upstream):
    return upstream.sum(axis=-1, keepdims=True)


def not_transposed(log_h, upstream):
    return upstream - total(np.exp(log_h) * upstream)


def of_softmax(log_h, upstream):
    h = np.exp(log_h)
    return h * (upstream - total(h * upstream))


def without_the_exponential(log_h, upstream):
    return upstream - log_h * total(upstream)


def diagonal_alone(log_h, upstream):
    return upstream * (1 - np.exp(log_h))


def as_behind_cross_entropy(log_h, upstream):
    return np.exp(log_h) + upstream


def minus_h(log_h, upstream):
    return upstream - np.exp(log_h)


def over_the_batch(log_h, upstream):
    return upstream - np.exp(log_h) * np.sum(upstream)


def over_the_samples(log_h, upstream):
    return upstream - np.exp(log_h) * upstream.sum(axis=0)


def mean_over_classes(log_h, upstream):
    return upstream - np.exp(log_h) * upstream.mean(axis=-1, keepdims=True)


def no_keepdims(log_h, upstream):
    return upstream - np.exp(log_h) * upstream.sum(axis=-1)


def sign_flipped(log_h, upstream):
    return np.exp(log_h) * total(upstream) - upstream


def smoothed_in_a_loop(labels, n, eps=EPS):
    rows = []
    for label in labels:
        row = [eps / (n - 1)] * n
        row[label] = 1 - eps
        rows.append(row)
    return rows


def smoothed_by_filling(labels, n, eps=EPS):
    t = np.full((len(labels), n), eps / (n - 1))
    t[np.arange(len(labels)), labels] = 1 - eps
    return t


def smoothed_by_einsum(labels, n, eps=EPS):
    others = np.full((n, n), eps / (n - 1))
    np.fill_diagonal(others, 1 - eps)
    return np.einsum("nk,kj->nj", one_hot(labels, n), others)


def smoothed_on_a_copy(labels, n, eps=EPS):
    t = one_hot(labels, n).copy()
    t *= 1 - eps - eps / (n - 1)
    t += eps / (n - 1)
    return t


def overwrites_the_labels(labels, n, eps=EPS):
    t = smoothed_by_filling(labels, n, eps)
    labels[0] = 0 if labels[0] else 1
    return t


def through_in_a_loop(log_h, upstream):
    return [v - np.exp(y) * sum(v) for y, v in zip(log_h, upstream, strict=True)]


def through_by_einsum(log_h, upstream):
    return upstream - np.einsum("nj,ni->nj", np.exp(log_h), upstream)


def through_by_matrices(log_h, upstream):
    rows = []
    for y, v in zip(log_h, upstream, strict=True):
        J = np.eye(len(y)) - np.exp(y)
        rows.append(J.T @ v)
    return np.array(rows)


def through_on_a_copy(log_h, upstream):
    passed_on = upstream.copy()
    passed_on -= softmax(log_h) * upstream.sum(axis=1)[:, None]
    return passed_on


def overwrites_the_errors(log_h, upstream):
    upstream -= np.exp(log_h) * total(upstream)
    return upstream


def by_own_differences(log_h, upstream):
    passed_on = np.zeros_like(log_h)
    for place in np.ndindex(log_h.shape):
        step = np.zeros_like(log_h)
        step[place] = 1e-5
        above, below = (upstream * log_softmax(log_h + s) for s in (step, -step))
        passed_on[place] = (above - below).sum() / 2e-5
    return passed_on


RIGHT = {
    "10.1": [tuple(VERDICTS), np.array(VERDICTS), np.array(VERDICTS, dtype=object)],
    "10.2": [smoothed_in_a_loop, smoothed_by_filling, smoothed_by_einsum, smoothed_on_a_copy],
    "10.3": [through_in_a_loop, through_by_einsum, through_by_matrices, through_on_a_copy],
}


WRONG = {
    "10.1": [
        (np.array(but(2, "correct")), "make it 0/0"),
        (but(0, "fragile"), "`one_matrix` again: on one sample it is right"),
        (but(0, "wrong"), "a wrong answer in silence"),
        (but(1, "fragile"), "Which reduction is declared?"),
        (but(1, "wrong"), "Which reduction is declared?"),
        (but(2, "correct"), "make it 0/0"),
        (but(2, "wrong"), "the formula is right"),
        (but(3, "correct"), "one maximum for all rows"),
        (but(4, "correct"), "the caller's array"),
        (but(4, "fragile"), "or with ordinary ones, too?"),
        (["wrong"] * 5, "Not right yet: 4 of 5"),
        (but(1, "right"), "a verdict is 'correct', 'fragile' or 'wrong'"),
        (VERDICTS[:4], "a list of five verdicts"),
        ("correct", "a list of five verdicts"),
    ],
    "10.2": [
        (overwrites_the_labels, "it overwrites `labels`"),
        (as_it_was, "What do the rows of its targets sum to?"),
        (shared_by_all, "more than the docstring promises"),
        (normalised, "moved the true class away"),
        (none_for_the_others, "what the others should share"),
        (
            same_for_any_eps,
            "right at first, but called with [1, 0, 3], 4, 0.3: every entry is wrong",
        ),
        (for_any_sum, "You have changed the one that noticed"),
        (slope_as_it_was, "this one is healthy"),
        (lambda z, t: cross_entropy(z, t), "this one is healthy"),
        (lambda z, t: softmax(z) - t, "What do they have in common"),
        (as_it_was([0, 1], 3), "without calling it"),
        (np.exp, "What do they have in common"),
    ],
    "10.3": [
        (overwrites_the_errors, "it overwrites `upstream`"),
        (not_transposed, "over which of its two indices"),
        (of_softmax, "that is what a softmax layer passes back"),
        (lambda log_h, upstream: softmax_vjp(log_h, upstream), "Here the output is the logarithm"),
        (without_the_exponential, "The formula asks for h"),
        (diagonal_alone, "the diagonal of J alone"),
        (as_behind_cross_entropy, "sum to -1"),
        (minus_h, "What stands before h"),
        (over_the_batch, "one sum for the whole batch"),
        (over_the_samples, "Each sample has a sum of its own"),
        (mean_over_classes, "where the chain rule adds up"),
        (no_keepdims, "operands could not be broadcast"),
        (lambda log_h, upstream: upstream, "Where else does it occur?"),
        (sign_flipped, "sign"),
        (by_own_differences, "right at first, but called with"),
        (lambda log_h: log_h, "raised TypeError"),
        (0.5, "without calling it"),
    ],
}
