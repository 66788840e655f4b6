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


WRONG = {
    "1.1": [
        ([True, True, True], "entry 2 is the derivative of h₃ by its own logit"),
        ([False, False, True], "the other way round"),
        ([False, False, False], "when z₁ is raised"),
        ([True, False, False], "entry 1 is not right"),
        ([0, 1], "shape (3,)"),
        ("entries 0 and 1", "numbers are asked for"),
    ],
    "1.2": [
        (only_its_own_output, "diagonal_only"),
        (divided_by_half_the_way, "twice too large"),
        (to_one_side, "one side only"),
        (the_wrong_way_round, "the sign is not"),
        (too_large_a_step, "about 3 digits only"),
        (writes_to_its_argument, "mutates_input"),
        (forgets_to_step_back, "overwrites its argument z"),
        (by_the_package, "numerical_jacobian"),
        (softmax_jacobian, "softmax_jacobian"),
        (lambda z: softmax(z), "returns_output"),
        (J, "without calling it"),
    ],
    "1.3": [
        (J, "that is the Jacobian"),
        (np.diag(np.diag(J)), "errors all have one sign"),
        (J + 0.01 * np.eye(3), "this one is caught, at j = 0"),
        (np.full((3, 3), np.nan), "ordinary numbers"),
        (J[0], "shape (3, 3)"),
    ],
}
