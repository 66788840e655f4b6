"""Functions that claim to be the derivative of softmax."""

import math

import numpy as np

from clinic_cases.case import case, correct, fragile, pair, wrong

NOTHING = ()


def soft(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def naive(z):
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


# Correct


@correct("jacobian", serves="single")
def two_cases_in_scalar_loops(z):
    top = max(z)
    e = [math.exp(x - top) for x in z]
    h = [x / sum(e) for x in e]
    J = []
    for i in range(len(h)):
        row = []
        for j in range(len(h)):
            if i == j:
                row.append(h[i] * (1 - h[i]))
            else:
                row.append(-h[i] * h[j])
        J.append(row)
    return J


@correct("jacobian", serves="single")
def diag_minus_outer(z):
    h = soft(z)
    return np.diag(h) - np.outer(h, h)


@correct("jacobian", serves="single", given="output")
def diag_minus_outer_transposed(h):
    return (np.diag(h) - np.outer(h, h)).T


@correct("jacobian")
def stack_by_broadcasting(z):
    h = soft(z)
    return h[:, :, None] * (np.eye(z.shape[1]) - h[:, None, :])


@correct("jacobian", given="output")
def stack_by_einsum(a):
    n = a.shape[1]
    outer = np.einsum("ij,ik->ijk", a, a)
    diagonal = np.einsum("ij,jk->ijk", a, np.eye(n, n))
    return diagonal - outer


@correct("jacobian", layout="columns")
def columns_to_n_n_N(Z):
    E = np.exp(Z - Z.max(axis=0))
    H = E / E.sum(axis=0)
    n, N = H.shape
    J = np.zeros((n, n, N))
    for s in range(N):
        J[:, :, s] = np.diag(H[:, s]) - np.outer(H[:, s], H[:, s])
    return J


@correct("jacobian", layout="columns", given="output")
def columns_of_outputs_to_n_n_N(A):
    return np.eye(A.shape[0])[:, :, None] * A[None] - A[:, None, :] * A[None, :, :]


@correct("jacobian", serves="single", given="output")
def with_the_vector_of_ones(h):
    n = len(h)
    a, e = h.reshape(-1, 1), np.ones((n, 1))
    return a @ e.T * (np.eye(n) - e @ a.T)


@correct("jacobian", serves="single")
def by_the_complex_step(z):
    z = np.asarray(z, dtype=complex)
    n, tiny = z.size, 1e-30
    J = np.empty((n, n))
    for j in range(n):
        w = z.copy()
        w[j] += 1j * tiny
        e = np.exp(w - z.real.max())
        J[:, j] = (e / e.sum()).imag / tiny
    return J


@correct("jacobian", serves="both")
def single_precision_any_shape(z):
    h = soft(np.asarray(z, dtype=np.float32))
    eye = np.eye(h.shape[-1], dtype=np.float32)
    return h[..., :, None] * (eye - h[..., None, :])


@correct("jacobian", serves="single")
def quotient_rule_spelled_out(z):
    e = np.exp(z - z.max())
    S = e.sum()
    n = len(z)
    return np.array(
        [[((e[i] * S if i == j else 0.0) - e[i] * e[j]) / S**2 for j in range(n)] for i in range(n)]
    )


@correct("jacobian")
def list_of_matrices(z):
    matrices = []
    for row in soft(z):
        J = -np.outer(row, row)
        J[np.diag_indices(len(row))] += row
        matrices.append(J)
    return matrices


@fragile("jacobian", "flattened_batch", serves="both", given="output")
def fill_diagonal(s):
    J = -np.outer(s, s)
    np.fill_diagonal(J, s * (1 - s))
    return J


# Right until something unusual comes


@fragile("jacobian", "flattened_batch", serves="both", given="output")
def famous_reshape(h):
    s = h.reshape(-1, 1)
    return np.diagflat(s) - np.dot(s, s.T)


@fragile("jacobian", "flattened_batch", serves="both")
def ravel_then_outer(z):
    h = soft(z).ravel()
    return np.diag(h) - np.outer(h, h)


@case("jacobian", "fragile", [{"no_shift"}, NOTHING], serves="single")
def right_matrix_from_naive_exponentials(z):
    h = naive(z)
    return np.diag(h) - np.outer(h, h)


@case("jacobian", "fragile", [{"no_shift"}, NOTHING])
def right_stack_from_naive_exponentials(z):
    h = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return np.array([np.diagflat(row) - np.outer(row, row) for row in h])


# Wrong, with a name


@wrong("jacobian", "diagonal_only", serves="both")
def like_logistic_regression(z):
    s = soft(z)
    return s * (1 - s)


@wrong("jacobian", "diagonal_only", serves="both", given="output")
def diagonal_from_the_output(a):
    return a * (1.0 - a)


@wrong("jacobian", "diagonal_only", serves="both")
def diagonal_with_naive_exponentials(z):
    p = np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
    return p - p**2


@wrong("jacobian", "diagonal_only", serves="single", given="output")
def diagonal_as_a_matrix(h):
    return np.diag(h * (1 - h))


@wrong("jacobian", "diagonal_only", serves="single")
def diagonal_extracted(z):
    h = soft(z)
    return np.diagonal(np.diag(h) - np.outer(h, h)).copy()


@wrong("jacobian", "diagonal_only", serves="single")
def diagonal_as_a_list(z):
    top = max(z)
    total = sum(math.exp(x - top) for x in z)
    return [math.exp(x - top) / total * (1 - math.exp(x - top) / total) for x in z]


@wrong("jacobian", "diagonal_only", layout="columns")
def diagonal_in_columns(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    A = E / E.sum(axis=0, keepdims=True)
    return np.multiply(A, 1 - A)


@wrong("jacobian", "diagonal_only", serves="single", given="output")
def diagonal_as_a_column(h):
    column = np.reshape(h, (len(h), 1))
    return column * (1 - column)


@wrong("jacobian", "off_diagonal_sign", serves="single")
def plus_off_the_diagonal(z):
    h = soft(z)
    n = len(h)
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            J[i, j] = h[i] * (1 - h[i]) if i == j else h[i] * h[j]
    return J


@wrong("jacobian", "off_diagonal_sign", given="output")
def absolute_values_in_a_stack(h):
    n = h.shape[1]
    return np.abs(h[:, :, None] * (np.eye(n) - h[:, None, :]))


@wrong("jacobian", "logits_used_as_output", serves="single")
def derivative_written_with_a_fed_z(z):
    return np.diag(z) - np.outer(z, z)


@wrong("jacobian", "logits_used_as_output", serves="single")
def loops_over_the_logits(x):
    n = len(x)
    return [[x[i] * ((1 if i == j else 0) - x[j]) for j in range(n)] for i in range(n)]


@wrong("jacobian", "softmax_applied_twice", serves="single", given="output")
def softmax_of_the_output(a):
    s = soft(a)
    return np.diag(s) - np.outer(s, s)


@wrong("jacobian", "softmax_applied_twice", given="output")
def naive_softmax_of_the_output_in_a_stack(a):
    p = naive(a)
    return np.einsum("bi,ij->bij", p, np.eye(a.shape[1])) - np.einsum("bi,bj->bij", p, p)


@wrong("jacobian", "softmax_applied_twice", serves="single")
def softmax_twice_from_the_logits(z):
    s = soft(soft(z))
    return np.diag(s) - np.outer(s, s)


@wrong("jacobian", "one_dimensional_transpose", serves="single")
def transpose_of_a_vector(z):
    h = soft(z)
    return np.diag(h) - h * h.T


@wrong("jacobian", "one_dimensional_transpose", serves="single", given="output")
def square_taken_from_every_row(h):
    J = np.zeros((h.size, h.size))
    for i in range(h.size):
        for j in range(h.size):
            J[i][j] = (h[j] if i == j else 0) - h[j] * h[j]
    return J


@wrong("jacobian", "outer_product_doubled", serves="single")
def outer_product_twice(z):
    h = soft(z)
    J = np.diag(h)
    J = J - np.outer(h, h)
    J -= np.outer(h, h)
    return J


@wrong("jacobian", "outer_product_doubled", serves="single", given="output")
def factor_two_before_the_product(h):
    s = h.reshape((-1, 1))
    return np.diag(h) - 2 * s.dot(s.T)


@wrong("jacobian", "delta_lost", serves="single")
def output_broadcast_into_rows(z):
    h = soft(z)
    return h - np.outer(h, h)


@wrong("jacobian", "delta_lost", given="output")
def delta_lost_in_a_stack(h):
    return h[:, None, :] - h[:, :, None] * h[:, None, :]


@wrong("jacobian", "row_sums", serves="single")
def reduced_by_summing_rows(z):
    h = soft(z)
    J = np.diag(h) - np.outer(h, h)
    return J.sum(axis=1)


@wrong("jacobian", "row_sums", given="output")
def stack_reduced_by_summing(h):
    J = h[:, :, None] * (np.eye(h.shape[1]) - h[:, None, :])
    return np.sum(J, axis=1)


@wrong("jacobian", "returns_output", serves="both")
def derivative_of_exp_is_exp(z):
    return soft(z)


@wrong("jacobian", "returns_output", serves="single", given="output")
def returns_its_argument_as_a_list(h):
    return list(h)


@wrong("jacobian", "one_minus_output", serves="both")
def one_minus(z):
    return 1 - soft(z)


@wrong("jacobian", "returns_ones", serves="both")
def derivative_left_to_the_loss(z):
    return np.ones_like(z)


@wrong("jacobian", "returns_ones", serves="single", given="output")
def list_of_ones(h):
    return [1.0 for _ in h]


@wrong("jacobian", "sigmoid_derivative", serves="both")
def logistic_derivative(z):
    s = 1.0 / (1.0 + np.exp(-z))
    return s * (1 - s)


@wrong("jacobian", "sigmoid_derivative", serves="single")
def logistic_derivative_in_scalars(z):
    return [math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2 for x in z]


@wrong("jacobian", "first_column_only", serves="single")
def only_the_first_column(z):
    h = soft(z)
    return (np.diag(h) - np.outer(h, h))[:, 0]


@wrong("jacobian", "first_column_only", given="output")
def returns_inside_the_loop(h):
    for j in range(h.shape[1]):
        delta = np.zeros(h.shape[1])
        delta[j] = 1
        return h * (delta - h[:, [j]])
    return None


@wrong("jacobian", "flattened_batch")
def one_matrix_for_the_whole_batch(z):
    N, n = z.shape
    s = soft(z).reshape(N * n, 1)
    return np.diagflat(s) - s @ s.T


@wrong("jacobian", "wrong_axis")
def stack_of_downward_softmax(z):
    e = np.exp(z - z.max(axis=0))
    h = e / e.sum(axis=0)
    return np.array([np.diag(row) - np.outer(row, row) for row in h])


@wrong("jacobian", "missing_keepdims", square=True)
def stack_without_keepdims(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    h = e / np.sum(e, axis=1)
    return np.array([np.diag(row) - np.outer(row, row) for row in h])


@pair("jacobian", "diagonal_only", "softmax_applied_twice", serves="both", given="output")
def diagonal_of_softmax_of_the_output(a):
    s = soft(a)
    return s * (1 - s)


@pair("jacobian", "flattened_batch", "softmax_applied_twice", serves="both", given="output")
def famous_reshape_of_softmax_of_the_output(a):
    s = soft(a).reshape(-1, 1)
    return np.diagflat(s) - s @ s.T


@pair("jacobian", "diagonal_only", "logits_used_as_output", serves="both")
def both_askers_at_once(z):
    return z * (1 - z)


# Wrong, and in no catalogue


@wrong("jacobian", serves="single")
def squared_output_on_the_diagonal(z):
    h = soft(z)
    return np.diag(h**2) - np.outer(h, h)


@wrong("jacobian", serves="single", given="output")
def squares_in_the_product(h):
    return np.diag(h) - np.outer(h, h**2)


@wrong("jacobian", serves="both", given="output")
def tanh_derivative(a):
    return 1 - a**2


@wrong("jacobian", serves="single")
def index_slipped_by_one(z):
    h = soft(z)
    n = len(h)
    return [[h[i] * ((i == j) - h[(j + 1) % n]) for j in range(n)] for i in range(n)]


@wrong("jacobian", serves="single")
def last_class_dropped(z):
    h = soft(z)
    J = np.diag(h) - np.outer(h, h)
    J[-1, :] = 0
    return J


@wrong("jacobian", serves="single")
def derivative_of_log_softmax(z):
    return np.eye(len(z)) - np.tile(soft(z), (len(z), 1))


@wrong("jacobian", serves="single", given="output")
def upper_triangle_only(h):
    return np.triu(np.diag(h) - np.outer(h, h))


@wrong("jacobian", serves="single")
def plus_the_outer_product(z):
    h = soft(z)
    return np.diag(h) + np.outer(h, h)


@wrong("jacobian", serves="single", given="output")
def diagonal_lost(h):
    return [[-h_i * h_j for h_j in h] for h_i in h]


@case("jacobian", "wrong", [{"delta_lost"}, NOTHING], serves="single", given="output")
def outer_product_with_one_minus(h):
    return np.outer(h, 1 - h)


@wrong("jacobian", serves="both", given="output")
def one_plus(h):
    return h * (1 + h)


@wrong("jacobian", serves="both")
def vector_of_squares(z):
    return soft(z) ** 2


@wrong("jacobian", serves="single", multiple=True)
def twice_the_matrix(z):
    h = soft(z)
    return 2 * (np.diag(h) - np.outer(h, h))


@wrong("jacobian", given="output")
def stack_with_the_batch_in_the_product(h):
    return h[:, :, None] * (np.eye(h.shape[1]) - h.mean(axis=0))


@correct("jacobian", serves="both", given="output")
class JacobianOfAnyShape:
    def __call__(self, h):
        h = np.asarray(h)
        eye = np.identity(h.shape[-1])
        return np.einsum("...i,ij->...ij", h, eye) - np.einsum("...i,...j->...ij", h, h)


@correct("jacobian", serves="single")
def by_central_differences(z):
    n, step = len(z), 1e-5
    J = np.zeros((n, n))
    for j in range(n):
        e = step * np.eye(n)[j]
        J[:, j] = (soft(z + e) - soft(z - e)) / (2 * step)
    return J


@correct("jacobian")
def stack_of_lists(z):
    n = z.shape[1]
    return [
        [[float(h[i]) * ((i == j) - float(h[j])) for j in range(n)] for i in range(n)]
        for h in soft(z)
    ]


@correct("jacobian", serves="single", given="output")
def identity_minus_a_row(h):
    return h[:, None] * (np.eye(len(h)) - h[None, :])


@wrong("jacobian", serves="single", given="output")
def identity_minus_a_column_times_itself(h):
    return (np.eye(len(h)) - np.outer(h, h)) * h[:, None]


@wrong("jacobian", "diagonal_only")
class DiagonalOfAStack:
    def __call__(self, z):
        h = np.exp(z) / np.exp(z).sum(axis=1).reshape(len(z), 1)
        J = np.einsum("ni,ij->nij", h, np.eye(z.shape[1])) - np.einsum("ni,nj->nij", h, h)
        return np.einsum("nii->ni", J)


@wrong("jacobian", "softmax_applied_twice", layout="columns", given="output")
def columns_softmaxed_again(A):
    E = np.exp(A - A.max(axis=0))
    S = E / E.sum(axis=0)
    return np.stack([np.diag(s) - np.outer(s, s) for s in S.T], axis=2)


@pair("jacobian", "off_diagonal_sign", "softmax_applied_twice", serves="single", given="output")
def plus_off_the_diagonal_and_softmax_twice(a):
    e = [math.exp(x) for x in a]
    h = [x / sum(e) for x in e]
    n = len(h)
    return [[h[i] * (1 - h[i]) if i == j else h[i] * h[j] for j in range(n)] for i in range(n)]


@correct("jacobian", serves="one", given="output")
def one_row_only(h):
    assert h.shape[0] == 1
    return np.diag(h[0]) - h.T @ h


@correct("jacobian", serves="one", layout="columns", given="output")
def one_column_only(a):
    n, one = a.shape
    assert one == 1
    return a @ np.ones((1, n)) * (np.eye(n) - np.ones((n, 1)) @ a.T)


@wrong("jacobian", "diagonal_only", serves="one", layout="columns", given="output")
def diagonal_of_one_column(a):
    _, one = a.shape
    assert one == 1
    return a * (1 - a)


@wrong("jacobian", serves="one", given="output")
def square_root_of_one_row(h):
    assert h.shape[0] == 1
    return np.diag(np.sqrt(h[0])) - h.T @ h
