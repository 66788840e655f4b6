"""f(h): the derivative written with the output, as people have it in their files."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "Loops over pairs, one sample.",
    role="jacobian",
    takes="h",
    serves="single",
)
def softmax_backward_matrix(out):
    size = out.size
    J = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            kronecker = 1.0 if i == j else 0.0
            J[i, j] = out[i] * (kronecker - out[j])
    return J


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "Is given the output and applies softmax again.",
    undeclared={"wrong", "correct"},
    role="jacobian",
    takes="h",
    serves="single",
)
def softmax_prime(a):
    e = np.exp(a - a.max())
    p = e / e.sum()
    return np.diag(p) - np.outer(p, p)


@handed_over(
    "wrong",
    {"diagonal_only", "flattened_batch"},
    "diagonal of the long matrix: h(1 - h) again.",
    role="jacobian",
    takes="h",
    serves="batch",
)
def derivative(predictions):
    flat = predictions.flatten()
    matrix = np.diag(flat) - np.outer(flat, flat)
    return np.diagonal(matrix).reshape(predictions.shape)


@handed_over(
    "wrong",
    {"returns_output"},
    "As exp is its own derivative.",
    role="jacobian",
    takes="h",
    serves="both",
)
def softmax_gradient(activation):
    return activation


@handed_over(
    "wrong",
    {"outer_product_doubled", "~outer"},
    "The outer product is subtracted twice.",
    role="jacobian",
    takes="h",
    serves="single",
    or_none=True,
)
def jacobian_from_output(p):
    outer = np.outer(p, p)
    J = np.diag(p) - outer
    J -= outer  # both i != j terms
    return J


@handed_over(
    "wrong",
    {"~dot|outer|transpose"},
    "np.dot of two vectors is a number.",
    role="jacobian",
    takes="h",
    serves="single",
    or_none=True,
)
def grad_of_softmax(sm):
    sm = sm.flatten()
    return np.diag(sm) - np.dot(sm, sm.T)


@handed_over(
    "correct",
    (),
    "Written with repeat and eye, for one sample in a column.",
    role="jacobian",
    takes="h",
    serves="column",
)
def prime(output):
    n = np.size(output)
    assert output.shape == (n, 1)
    wide = np.repeat(output, n, axis=1)
    return wide * np.eye(n) - wide * wide.T
