"""Wrong answers to the exercises of lesson 3."""

import numpy as np

from softmax_lab import (
    numerical_gradient,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    softmax_vjp_from_output,
)


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


def rows_added_up(z, upstream):
    h, passed_on = softmax(z), np.zeros(len(z))
    for i, error in enumerate(upstream):
        if error != 0:
            row = -error * h[i] * h
            row[i] += error * h[i]
            passed_on += row
    return passed_on


def by_the_balance(z, upstream):
    h = softmax(z)
    return h * (upstream - h @ upstream)


def by_einsum(z, upstream):
    return np.einsum("ij,i->j", softmax_jacobian(z), upstream)


def in_place_on_a_copy(z, upstream):
    error = upstream.copy()
    error -= softmax(z) @ upstream
    error *= softmax(z)
    return error


def back_by_loops(q, K, V, upstream):
    h = softmax(K @ q)
    arriving = [sum(V[i, k] * upstream[k] for k in range(V.shape[1])) for i in range(len(h))]
    average = sum(h[i] * arriving[i] for i in range(len(h)))
    scores = [h[i] * (arriving[i] - average) for i in range(len(h))]
    return [sum(K[i, c] * scores[i] for i in range(len(h))) for c in range(len(q))]


def back_by_einsum(q, K, V, upstream):
    J = softmax_jacobian(K @ q)
    return np.einsum("ic,ij,jk,k->c", K, J, V, upstream)


def back_in_place(q, K, V, upstream):
    h = softmax(K @ q)
    error = np.array(V @ upstream)
    error -= h @ error
    error *= h
    return error @ K


def back_by_the_output(q, K, V, upstream):
    return softmax_vjp_from_output(softmax(K @ q), V @ upstream) @ K


RIGHT = {
    "3.2": [rows_added_up, by_the_balance, by_einsum, in_place_on_a_copy],
    "3.3": [back_by_loops, back_by_einsum, back_in_place, back_by_the_output],
}


def by_own_differences(q, K, V, upstream):
    moved = [(q + 1e-6 * e, q - 1e-6 * e) for e in np.eye(len(q))]
    cost = [upstream @ (attention(a, K, V) - attention(b, K, V)) for a, b in moved]
    return np.array(cost) / 2e-6


def by_relative_differences(q, K, V, upstream):
    steps = 1e-6 * np.abs(q).max() * np.eye(len(q))
    cost = [upstream @ (attention(q + e, K, V) - attention(q - e, K, V)) for e in steps]
    return np.array(cost) / (2 * steps.max())


def overwrites_the_error(z, upstream):
    upstream -= softmax(z) @ upstream
    return softmax(z) * upstream


WRONG = {
    "3.1": [
        ([True, True, True], "errors are positive, too"),
        ([False, False, True], "plain average"),
        ([True, False, False], "the other way round"),
        ([False, False, False], "sum to zero"),
        ([True, True, False], "Which number is it?"),
        ([-0.91, 0.34, 0.57], "these are the entries themselves"),
        ([2, 5, 9], "`True` or `False` is asked for"),
        ("the last two", "numbers are asked for"),
    ],
    "3.2": [
        (lambda z, upstream: softmax_jacobian(z).sum(axis=1), "every row and every column"),
        (lambda z, upstream: softmax(z) * (upstream - upstream.mean()), "the plain one"),
        (lambda z, upstream: softmax(z) * (upstream - softmax(z)), "own output h_j is subtracted"),
        (overwrites_the_error, "it overwrites `upstream`"),
        (first_error_only, "Only one row of the Jacobian is used"),
        (last_error_only, "the last error wins"),
        (entries_replaced, "throws away"),
        (own_logit_twice, "two of your lines"),
        (own_logit_forgotten, "its own logit"),
        (mean_over_the_paths, "mean over the paths"),
        (forgets_the_error, "every row and every column of J sums to 0"),
        (lambda z, upstream: -softmax_jacobian(z) @ upstream, "the sign is not"),
        (lambda z, upstream: upstream * softmax(z) * (1 - softmax(z)), "as one does for a sigmoid"),
        (lambda z, upstream: softmax_jacobian(z) * upstream, "leaves an n × n matrix"),
        (softmax_vjp, "`softmax_vjp`"),
    ],
    "3.3": [
        (
            lambda q, K, V, upstream: K.T @ softmax_vjp(softmax(K @ q), V @ upstream),
            "softmax is applied twice",
        ),
        (lambda q, K, V, upstream: K.T @ softmax_vjp(V @ upstream, K @ q), "in the wrong order"),
        (by_own_differences, "measured with a step"),
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
            "softmax was taken for a sigmoid",
        ),
        (lambda q, K, V, upstream: K.T @ V @ upstream, "as if nothing were there"),
        (lambda q, K, V, upstream: K.T @ softmax_vjp(K @ q, upstream), "not yet at h"),
        (lambda q, K, V, upstream: softmax_vjp(K @ q, V @ upstream), "One step is left"),
        (lambda q, K, V, upstream: upstream @ attention(q, K, V), "shape (3,)"),
        (by_differences, "`numerical_gradient`"),
    ],
}
