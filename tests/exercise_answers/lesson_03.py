"""Wrong answers to the exercises of lesson 3."""

import numpy as np

from softmax_lab import numerical_gradient, softmax, softmax_jacobian, softmax_vjp


def first_error_only(z, upstream):
    first = np.flatnonzero(upstream)[0]
    return upstream[first] * softmax_jacobian(z)[first]


def last_error_only(z, upstream):
    h = softmax(z)
    for i, error in enumerate(upstream):
        row = -error * h[i] * h
        row[i] = error * h[i] * (1 - h[i])
    return row


def entries_replaced(z, upstream):
    h, passed_on = softmax(z), np.zeros(len(z))
    for i, error in enumerate(upstream):
        passed_on += -error * h[i] * h
        passed_on[i] = error * h[i] * (1 - h[i])
    return passed_on


def own_logit_twice(z, upstream):
    h, passed_on = softmax(z), np.zeros(len(z))
    for i, error in enumerate(upstream):
        passed_on += -error * h[i] * h
        passed_on[i] += error * h[i] * (1 - h[i])
    return passed_on


def own_logit_forgotten(z, upstream):
    h = softmax(z)
    return sum(-error * h[i] * h for i, error in enumerate(upstream))


def mean_over_the_paths(z, upstream):
    return softmax_jacobian(z) @ upstream / len(z)


def forgets_the_error(z, upstream):
    return softmax_jacobian(z).sum(axis=0)


def attention(q, K, V):
    return softmax(K @ q) @ V


def by_differences(q, K, V, upstream):
    return numerical_gradient(lambda q: upstream @ attention(q, K, V), q)


WRONG = {
    "3.1": [
        ([True, True, True], "errors are positive, too"),
        ([False, False, True], "plain average"),
        ([True, False, False], "the other way round"),
        ([False, False, False], "sum to zero"),
        ([True, True, False], "Which number is it?"),
        ([-0.91, 0.34, 0.57], "these are the entries themselves"),
        ([2, 5, 9], "not right"),
        ("the last two", "numbers are asked for"),
    ],
    "3.2": [
        (first_error_only, "first_nonzero_only"),
        (last_error_only, "the last error wins"),
        (entries_replaced, "throws away"),
        (own_logit_twice, "two of your lines"),
        (own_logit_forgotten, "its own logit"),
        (mean_over_the_paths, "mean over the paths"),
        (forgets_the_error, "upstream_ignored"),
        (lambda z, upstream: -softmax_jacobian(z) @ upstream, "the sign is not"),
        (lambda z, upstream: upstream * softmax(z) * (1 - softmax(z)), "diagonal_only"),
        (lambda z, upstream: softmax_jacobian(z) * upstream, "elementwise_upstream"),
        (softmax_vjp, "`softmax_vjp`"),
    ],
    "3.3": [
        (
            lambda q, K, V, upstream: K @ softmax_vjp(K @ q, V @ upstream),
            "right down to the scores",
        ),
        (lambda q, K, V, upstream: K.T @ softmax_vjp(K @ q, V.T @ upstream), "through o = Vᵀh"),
        (lambda q, K, V, upstream: K @ softmax_vjp(K @ q, V.T @ upstream), "both matrices are"),
        (
            lambda q, K, V, upstream: (
                K.T @ (softmax(K @ q) * (1 - softmax(K @ q)) * (V @ upstream))
            ),
            "diagonal_only",
        ),
        (lambda q, K, V, upstream: K.T @ V @ upstream, "pass_through"),
        (lambda q, K, V, upstream: K.T @ softmax_vjp(K @ q, upstream), "not yet at h"),
        (lambda q, K, V, upstream: softmax_vjp(K @ q, V @ upstream), "One step is left"),
        (lambda q, K, V, upstream: upstream @ attention(q, K, V), "shape (3,)"),
        (by_differences, "`numerical_gradient`"),
    ],
}
