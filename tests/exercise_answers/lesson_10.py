"""Wrong answers to the exercises of lesson 10."""

import numpy as np

from softmax_lab import cross_entropy, cross_entropy_gradient, one_hot, softmax

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


def factor_forgotten(z, t, T):
    return (softmax(z / T) - t) / len(z)


def factor_upside_down(z, t, T):
    return (softmax(z / T) - t) * T / len(z)


def factor_twice(z, t, T):
    return (softmax(z / T) - t) / (len(z) * T**2)


def temperature_ignored(z, t, T):
    return (softmax(z) - t) / len(z)


def temperature_outside_only(z, t, T):
    return (softmax(z) - t) / (len(z) * T)


def colder_for_hotter(z, t, T):
    return (softmax(z * T) - t) * T / len(z)


def mean_forgotten(z, t, T):
    return (softmax(z / T) - t) / T


def sign_flipped(z, t, T):
    return (t - softmax(z / T)) / (len(z) * T)


def softmax_twice(z, t, T):
    return (softmax(softmax(z / T)) - t) / (len(z) * T)


def diagonal_alone(z, t, T):
    h = softmax(z / T)
    return -t / h * h * (1 - h) / (len(z) * T)


def no_shift(z, t, T):
    e = np.exp(z / T)
    return (e / e.sum(axis=-1, keepdims=True) - t) / (len(z) * T)


def root_of_temperature(z, t, T):
    return (softmax(z / T) - t) / (len(z) * np.sqrt(T))


def by_the_package(z, t, T):
    return cross_entropy_gradient(z / T, t) / T


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


def tempered_in_a_loop(z, t, T):
    return [(softmax(a / T) - b) / T / len(z) for a, b in zip(z, t, strict=True)]


def tempered_by_einsum(z, t, T):
    return np.einsum("nk,->nk", softmax(z / T) - t, 1 / (T * len(z)))


def tempered_on_a_copy(z, t, T):
    y = z.copy()
    y /= T
    h = softmax(y)
    h -= t
    h /= T * len(z)
    return h


def tempered_by_hand(z, t, T):
    e = np.exp((z - z.max(axis=1, keepdims=True)) / T)
    return (e / e.sum(axis=1, keepdims=True) - t) / T / z.shape[0]


def overwrites_the_logits(z, t, T):
    z /= T
    return (softmax(z) - t) / (len(z) * T)


def by_own_differences(z, t, T):
    gradient = np.zeros_like(z)
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = 1e-5
        above, below = cross_entropy((z + step) / T, t), cross_entropy((z - step) / T, t)
        gradient[place] = (above - below) / 2e-5
    return gradient


RIGHT = {
    "10.1": [tuple(VERDICTS), np.array(VERDICTS), np.array(VERDICTS, dtype=object)],
    "10.2": [smoothed_in_a_loop, smoothed_by_filling, smoothed_by_einsum, smoothed_on_a_copy],
    "10.3": [tempered_in_a_loop, tempered_by_einsum, tempered_on_a_copy, tempered_by_hand],
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
        (overwrites_the_logits, "it overwrites `z`"),
        (by_own_differences, "measured with a step"),
        (
            lambda z, t, T: tempered_on_a_copy(z, t, T) + 0.3,
            "ordinary cross-entropy: What was seen",
        ),
        (factor_forgotten, "elsewhere T times too large"),
        (factor_upside_down, "The derivative of z/T with respect to z is not T"),
        (factor_twice, "one T too many"),
        (temperature_ignored, "T occurs nowhere in it"),
        (temperature_outside_only, "which logits does softmax get to see?"),
        (colder_for_hotter, "flatter, or sharper?"),
        (
            mean_forgotten,
            "already at T = 1, where this is the ordinary cross-entropy: `missing_mean`",
        ),
        (
            mean_forgotten,
            "`diagnose(lambda z, t: mean_forgotten(z, t, 1.0), 'loss_gradient', reduc",
        ),
        (lambda z, t, T: tempered_on_a_copy(z, t, T) + 0.3, "`diagnose(lambda z, t: your_answer(z"),
        (sign_flipped, "`sign_flipped`"),
        (softmax_twice, "`softmax_applied_twice`"),
        (diagonal_alone, "`diagonal_only`"),
        (no_shift, "not on large ones"),
        (
            root_of_temperature,
            "2.5: a common factor is wrong: everything is 1.58 times too large",
        ),
        (by_the_package, "cross_entropy_gradient"),
        (lambda z, t: softmax(z) - t, "raised TypeError"),
        (0.5, "without calling it"),
    ],
}
