"""Wrong answers to the exercises of lesson 8."""

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


WRONG = {
    "8.1": [
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
    "8.2": [
        (as_it_was, "What do the rows of its targets sum to?"),
        (shared_by_all, "more than the docstring promises"),
        (normalised, "moved the true class away"),
        (none_for_the_others, "what the others should share"),
        (same_for_any_eps, "called with [1, 0, 3], 4, 0.3: all entries are not right"),
        (for_any_sum, "You have mended the one who noticed"),
        (slope_as_it_was, "this one is healthy"),
        (lambda z, t: cross_entropy(z, t), "this one is healthy"),
        (lambda z, t: softmax(z) - t, "What do they have in common"),
        (as_it_was([0, 1], 3), "without calling it"),
        (np.exp, "What do they have in common"),
    ],
    "8.3": [
        (factor_forgotten, "elsewhere T times too large"),
        (factor_upside_down, "The derivative of z/T by z is not T"),
        (factor_twice, "one T too many"),
        (temperature_ignored, "T occurs nowhere in it"),
        (temperature_outside_only, "which logits does softmax get to see?"),
        (colder_for_hotter, "flatter, or sharper?"),
        (mean_forgotten, "`missing_mean`"),
        (sign_flipped, "`sign_flipped`"),
        (softmax_twice, "`softmax_applied_twice`"),
        (diagonal_alone, "`diagonal_only`"),
        (no_shift, "nan on large ones"),
        (
            root_of_temperature,
            "at T = 2.5: a common factor is wrong: everything is 1.58 times too large",
        ),
        (by_the_package, "cross_entropy_gradient"),
        (lambda z, t: softmax(z) - t, "raised TypeError"),
        (0.5, "without calling it"),
    ],
}
