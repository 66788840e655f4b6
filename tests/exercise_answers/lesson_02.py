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


def sample_after_sample(h):
    return np.array([one_vector_at_a_time(row) for row in h])


def entry_by_entry(h):
    N, n = h.shape
    J = np.zeros((N, n, n))
    for s in range(N):
        for i in range(n):
            for j in range(n):
                J[s, i, j] = h[s, i] * ((i == j) - h[s, j])
    return J


def by_einsum(h):
    return np.einsum("si,ij->sij", h, np.eye(h.shape[1])) - np.einsum("si,sj->sij", h, h)


def in_place_on_its_own_array(h):
    J = -outer(h)
    J[:, range(h.shape[1]), range(h.shape[1])] += h
    return J


def factor_outside(z, T):
    h = softmax(z / T)
    J = np.diag(h)
    J -= np.outer(h, h)
    J /= T
    return J


def entries_in_a_loop(z, T):
    h = softmax(z / T)
    n = range(len(z))
    return [[h[i] * ((i == j) - h[j]) / T for j in n] for i in n]


def tempered_by_einsum(z, T):
    h = softmax(np.divide(z, T))
    return (np.einsum("i,ij->ij", h, np.eye(len(h))) - np.einsum("i,j->ij", h, h)) / T


RIGHT = {
    "2.2": [sample_after_sample, entry_by_entry, by_einsum, in_place_on_its_own_array],
    "2.3": [factor_outside, entries_in_a_loop, tempered_by_einsum],
}


WRONG = {
    "2.1": [
        (OFF + np.diag([-0.16, -0.25, -0.21]), "the rows sum to -0.32, -0.5, -0.42"),
        (OFF, "a shift of all logits"),
        (OFF + np.diag([1.16, 1.25, 1.21]), "the rows sum to 1, 1, 1"),
        (LEGIBLE + np.diag([0.16, 0.15, 0]), "entries (0, 1) and (1, 0) differ"),
        (LEGIBLE - LEGIBLE.T + np.diag([0.16, 0.25, 0.21]), "change places"),
        (-OFF + np.diag([0.16, 0.25, 0.21]), "Leave them as they were found"),
        (OFF + np.diag([0.16, np.nan, 0.21]), "entry (1, 1) is not finite"),
        ([0.16, 0.25, 0.21], "shape (3, 3)"),
    ],
    "2.2": [
        (one_vector_at_a_time, "With a batch, it raised ValueError"),
        (
            for_three_classes,
            "right at first, but called with an array of shape (3, 4): it raised",
        ),
        (delta_left_out, "δ_ij is missing"),
        (transposed_in_vain, "Transposing a one-dimensional array does nothing"),
        (one_great_matrix, "flattened into one long vector"),
        (identity_for_the_diagonal, "bracket is multiplied out"),
        (products_of_all_samples, "adds up the samples"),
        (nothing_negative, "no entry is negative"),
        (mean_of_the_matrices, "shape (2, 3, 3) is asked for"),
        (lambda h: h * (1 - h), "what happens to the other outputs"),
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
        (lambda z, T: softmax_jacobian(z * T) / T, "every entry is wrong"),
        (
            lambda z, T: numerical_jacobian(lambda z: softmax(z / T), z),
            "`numerical_jacobian`",
        ),
    ],
}
