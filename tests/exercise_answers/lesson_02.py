"""Wrong answers to the exercises of lesson 2."""

import numpy as np

from softmax_lab import numerical_jacobian, softmax, softmax_jacobian, softmax_jacobian_from_output

LEGIBLE = np.array([[0, -0.10, -0.06], [0, 0, -0.15], [0, 0, 0]])
OFF = LEGIBLE + LEGIBLE.T


def outer(h):
    return h[..., :, None] * h[..., None, :]


def one_vector_at_a_time(h):
    return np.diag(h) - np.outer(h, h)


def delta_left_out(h):
    return h[..., :, None] - outer(h)


def transposed_in_vain(h):
    return h[..., :, None] * np.eye(h.shape[-1]) - (h * h)[..., None, :]


def one_great_matrix(h):
    return np.diag(h.ravel()) - np.outer(h, h)


def for_three_classes(h):
    J = np.zeros((len(h), 3, 3))
    for s in range(len(h)):
        J[s] = one_vector_at_a_time(h[s])
    return J


def identity_for_the_diagonal(h):
    return np.eye(h.shape[-1]) - outer(h)


def products_of_all_samples(h):
    return h[:, :, None] * np.eye(h.shape[1]) - h.T @ h


def nothing_negative(h):
    return h[..., :, None] * (np.eye(h.shape[-1]) + h[..., None, :])


def mean_of_the_matrices(h):
    return np.mean([one_vector_at_a_time(row) for row in h], axis=0)


WRONG = {
    "2.1": [
        (OFF + np.diag([-0.16, -0.25, -0.21]), "the rows sum to -0.32, -0.5, -0.42"),
        (OFF, "a shift of all logits"),
        (OFF + np.diag([1.16, 1.25, 1.21]), "the rows sum to 1, 1, 1"),
        (LEGIBLE + np.diag([0.16, 0.15, 0]), "entries (0, 1) and (1, 0) differ"),
        (LEGIBLE - LEGIBLE.T + np.diag([0.16, 0.25, 0.21]), "change places"),
        (-OFF + np.diag([0.16, 0.25, 0.21]), "Leave them as they were found"),
        (OFF + np.diag([0.16, np.nan, 0.21]), "entry (1, 1) is not a finite number"),
        ([0.16, 0.25, 0.21], "shape (3, 3)"),
    ],
    "2.2": [
        (one_vector_at_a_time, "With a batch, it raised ValueError"),
        (for_three_classes, "could not broadcast input array from shape (4,4)"),
        (delta_left_out, "delta_lost"),
        (transposed_in_vain, "one_dimensional_transpose"),
        (one_great_matrix, "flattened_batch"),
        (identity_for_the_diagonal, "bracket is multiplied out"),
        (products_of_all_samples, "adds up the samples"),
        (nothing_negative, "no entry is negative"),
        (mean_of_the_matrices, "an n × n matrix a sample"),
        (lambda h: h * (1 - h), "diagonal_only"),
        (lambda h: -outer(h), "the diagonal is not"),
        (softmax_jacobian_from_output, "`softmax_jacobian_from_output`"),
        (np.ones((2, 3, 3)), "without calling it"),
    ],
    "2.3": [
        (lambda z, T: one_vector_at_a_time(softmax(z / T)), "the numbers of the given code"),
        (lambda z, T: softmax_jacobian(z) / T, "no longer the output of this layer"),
        (lambda z, T: T * softmax_jacobian(z / T), "went to the wrong side"),
        (lambda z, T: softmax_jacobian(z / T) / T**2, "T divides twice"),
        (lambda z, T: one_vector_at_a_time(softmax(z / T) / T), "T divides h itself"),
        (
            lambda z, T: np.diag(softmax(z / T)) - np.outer(softmax(z / T), softmax(z / T) / T),
            "the outer product only",
        ),
        (lambda z, T: softmax_jacobian(z), "no effect any more"),
        (lambda z, T: softmax_jacobian(z * T) / T, "not right"),
        (
            lambda z, T: numerical_jacobian(lambda z: softmax(z / T), z),
            "`numerical_jacobian`",
        ),
    ],
}
