"""Functions that answer for one class, or one pair of classes, at a time."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "fragile",
    {"no_shift"},
    "The k-th output as a number; unshifted.",
    role="softmax",
    serves="single",
    asks=lambda f, p: [f(p.z, k) for k in range(p.z.size)],
    breaks="large logits",
)
def softmax_k(x, k):
    return np.exp(x[k]) / np.sum(np.exp(x))


@handed_over(
    "wrong",
    {"off_diagonal_sign"},
    "(i, j) first, then the output; the sign is lost.",
    role="jacobian",
    given="output",
    serves="single",
    asks=lambda f, p: [[f(i, j, p.h) for j in range(p.h.size)] for i in range(p.h.size)],
)
def d(i, j, s):
    if i == j:
        return s[i] * (1 - s[i])
    else:
        return s[i] * s[j]


@handed_over(
    "correct",
    (),
    "One row of J for an output index.",
    role="jacobian",
    serves="single",
    asks=lambda f, p: [f(p.z, i) for i in range(p.z.size)],
)
def grad_of_output(logits, index):
    """Gradient of softmax(logits)[index] w.r.t. all logits."""
    w = np.exp(logits - logits.max())
    pi = w / w.sum()
    g = -pi[index] * pi
    g[index] += pi[index]
    return g
