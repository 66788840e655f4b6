"""Wrong answers to the exercises of lesson 1."""

import numpy as np

from softmax_lab import numerical_jacobian, softmax, softmax_jacobian

Z = np.array([2.0, 1.0, 0.1])
J = softmax_jacobian(Z)
STEP = 1e-5


def only_its_own_output(z):
    moved = [softmax(z + STEP * e) - softmax(z - STEP * e) for e in np.eye(len(z))]
    return np.diag([change[j] for j, change in enumerate(moved)]) / (2 * STEP)


def divided_by_half_the_way(z):
    moved = [softmax(z + STEP * e) - softmax(z - STEP * e) for e in np.eye(len(z))]
    return np.transpose(moved) / STEP


def to_one_side(z):
    moved = [softmax(z + STEP * e) - softmax(z) for e in np.eye(len(z))]
    return np.transpose(moved) / STEP


def the_wrong_way_round(z):
    moved = [softmax(z - STEP * e) - softmax(z + STEP * e) for e in np.eye(len(z))]
    return np.transpose(moved) / (2 * STEP)


def too_large_a_step(z):
    moved = [softmax(z + 0.1 * e) - softmax(z - 0.1 * e) for e in np.eye(len(z))]
    return np.transpose(moved) / 0.2


def writes_to_its_argument(z):
    J = np.zeros((len(z), len(z)))
    for j in range(len(z)):
        z[j] += STEP
        above = softmax(z)
        z[j] -= 2 * STEP
        J[:, j] = (above - softmax(z)) / (2 * STEP)
        z[j] += STEP
    return J


def forgets_to_step_back(z):
    J = np.zeros((len(z), len(z)))
    for j in range(len(z)):
        z[j] += STEP
        above = softmax(z)
        z[j] -= 2 * STEP
        J[:, j] = (above - softmax(z)) / (2 * STEP)
    return J


def by_the_package(z):
    return numerical_jacobian(softmax, z)


def column_by_column(z):
    n = len(z)
    J = np.zeros((n, n))
    for j in range(n):
        zp, zm = z.copy(), z.copy()
        zp[j] += STEP
        zm[j] -= STEP
        J[:, j] = (softmax(zp) - softmax(zm)) / (2 * STEP)
    return J


def entry_by_entry(z):
    def one(i, j):
        e = np.eye(len(z))[j]
        return (softmax(z + STEP * e)[i] - softmax(z - STEP * e)[i]) / (2 * STEP)

    return [[one(i, j) for j in range(len(z))] for i in range(len(z))]


def all_at_once(z):
    steps = STEP * np.eye(len(z))
    return (softmax(z + steps) - softmax(z - steps)).T / (2 * STEP)


def by_einsum(z):
    steps = STEP * np.eye(len(z))
    return np.einsum("ji,->ij", softmax(z + steps) - softmax(z - steps), 0.5 / STEP)


def puts_back(z):
    J = np.zeros((len(z), len(z)))
    for j in range(len(z)):
        old = z[j]
        z[j] = old + STEP
        above = softmax(z)
        z[j] = old - STEP
        below = softmax(z)
        z[j] = old
        J[:, j] = (above - below) / (2 * STEP)
    return J


def by_the_formula(z):
    h = softmax(z)
    return np.diag(h) - np.outer(h, h)


RIGHT = {"1.2": [column_by_column, entry_by_entry, all_at_once, by_einsum, puts_back]}


WRONG = {
    "1.1": [
        ([False, True, False], "in the same way"),
        ([False, True, True], "in the same way"),
        ([0.5, 0.5, 0.5], "`True` or `False` is asked for"),
        ([True, True, True], "entry 2 is the derivative of h₃ with respect to its own logit"),
        ([False, False, True], "the other way round"),
        ([False, False, False], "when z₁ is raised"),
        ([True, False, False], "in the same way"),
        ([0, 1], "shape (3,)"),
        ("entries 0 and 1", "numbers are asked for"),
    ],
    "1.2": [
        (by_the_formula, "is it a formula?"),
        (only_its_own_output, "what happens to the other outputs"),
        (divided_by_half_the_way, "twice too large"),
        (to_one_side, "one side only"),
        (the_wrong_way_round, "the sign is not"),
        (too_large_a_step, "about 3 digits only"),
        (writes_to_its_argument, "does not put back quite what was there"),
        (forgets_to_step_back, "Besides, it overwrites `z`"),
        (by_the_package, "numerical_jacobian"),
        (softmax_jacobian, "softmax_jacobian"),
        (lambda z: softmax(z), "The exponential is its own derivative"),
        (J, "without calling it"),
    ],
    "1.3": [
        (J, "that is the Jacobian"),
        (np.diag(np.diag(J)), "errors all have one sign"),
        (J + 0.01 * np.eye(3), "this one is caught, at j = 0"),
        (J + np.diag([0, 0.1, 0]), "caught, at j = 1. What happens there to the three errors"),
        (J + 0.1 * np.array([[1, -1, 0], [0, 0, 0], [0, 0, 0]]), "this one is caught, at j = 0"),
        (J + 0.005 * np.array([[1, 0, 0], [-1, 0, 0], [0, 0, 0]]), "the Jacobian, or nearly"),
        (np.full((3, 3), np.nan), "ordinary numbers"),
        (J[0], "shape (3, 3)"),
    ],
}
