"""Wrong gradients, and the convenient points at which a gradient check lets them through.

Each fault is a gradient together with the cost that it is checked against. Each point gives logits,
targets and an upstream gradient, one sample a row; all but the generic one have something special.
"""

import numpy as np

from softmax_lab.cross_entropy import cross_entropy, one_hot, squared_error
from softmax_lab.gradient_check import check_gradient
from softmax_lab.softmax import softmax, softmax_jacobian, softmax_vjp

Z = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, 1.7, -0.8], [1.1, -0.6, 1.5]])
SOFT = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], [0.25, 0.4, 0.35]])
UPSTREAM = np.array([[0.9, -1.4, 0.3], [-0.7, 1.6, 0.4], [1.2, 0.8, -0.5], [0.6, -2.2, 1.1]])
OF_TWO = SOFT[:, :2] / SOFT[:, :2].sum(axis=1, keepdims=True)

POINTS = {
    "$n = 2$": (Z[:, :2], OF_TWO, UPSTREAM[:, :2]),
    "$z = 0$": (0 * Z, SOFT, UPSTREAM),
    r"$\sigma = 1$": (Z, SOFT, np.ones((4, 3))),
    "one-hot": (Z, one_hot([1, 0, 2, 1], 3), UPSTREAM),
    "$N = 1$": (Z[:1], SOFT[:1], UPSTREAM[:1]),
    "$N = n$": (Z[:3], SOFT[:3], UPSTREAM[:3]),
    "generic": (Z, SOFT, UPSTREAM),
}


def weighted(z, t, v):
    """The outputs weighted with v: its gradient is what softmax passes on of v."""
    return (v * softmax(z)).sum()


def squares(z, t, v):
    """The mean squared error."""
    return squared_error(softmax(z), t)


def entropy(z, t, v):
    """The mean cross-entropy."""
    return cross_entropy(z, t)


def diagonal_doubled(z, t, v):
    """The diagonal of J alone, and a 2 put in because half of what was wanted came out."""
    h = softmax(z)
    return 4 * (h - t) * h * (1 - h) / len(z)


def softmax_twice(z, t, v):
    """The output taken for logits."""
    return softmax_vjp(softmax(z), v)


def rows_summed(z, t, v):
    """J summed up, and v nowhere."""
    return softmax_jacobian(z).sum(axis=-1)


def largest_target(z, t, v):
    """All of a target but its largest class thrown away."""
    return (softmax(z) - one_hot(t.argmax(axis=1), z.shape[1])) / len(z)


def summed_over_batch(z, t, v):
    """One average error for all samples together."""
    h = softmax(z)
    return h * (v - np.sum(h * v))


def divided_by_n(z, t, v):
    """The mean taken over the classes instead of the samples."""
    return (softmax(z) - t) / z.shape[1]


FAULTS = {
    "diagonal, doubled": (squares, diagonal_doubled),
    "softmax twice": (weighted, softmax_twice),
    r"$J$ summed, no $\sigma$": (weighted, rows_summed),
    "largest target only": (entropy, largest_target),
    "summed over the batch": (weighted, summed_over_batch),
    "divided by $n$": (entropy, divided_by_n),
}


def passes(fault, point):
    """Whether a gradient check at a point lets a fault through; both by their names."""
    cost, gradient = FAULTS[fault]
    z, t, v = POINTS[point]
    return check_gradient(lambda z: cost(z, t, v), gradient(z, t, v), z).passed


def verdicts():
    """For each fault, which points let it through."""
    return {fault: {point: passes(fault, point) for point in POINTS} for fault in FAULTS}
