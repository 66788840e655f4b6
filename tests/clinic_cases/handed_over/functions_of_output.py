"""f(h): the derivative written with the output, as people have it in their files."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "Right for one vector; np.diag of a batch does not fit.",
    role="jacobian",
    takes="h",
    serves="single",
)
def softmax_jacobian(s):
    return np.diag(s) - np.outer(s, s)


@handed_over(
    "fragile",
    {"flattened_batch"},
    "One matrix for a whole batch.",
    role="jacobian",
    takes="h",
    serves="single",
    breaks="batch",
)
def softmax_grad(softmax):
    # needs a column, otherwise there is no outer product
    col = softmax.reshape(-1, 1)
    on_diagonal = np.diagflat(col)
    return on_diagonal - col.dot(col.T)


@handed_over(
    "wrong",
    {"diagonal_only"},
    "As for a sigmoid.",
    role="jacobian",
    takes="h",
    serves="both",
)
def softmax_d(a):
    """Derivative of softmax, given its activation a."""
    return a * (1 - a)


@handed_over(
    "wrong",
    {"one_dimensional_transpose"},
    "y.T of one dimension is y: h_j² in each column.",
    role="jacobian",
    takes="h",
    serves="single",
    or_none=True,
)
def softmax_matrix(y):
    return np.diag(y) - y * y.T


@handed_over(
    "wrong",
    {"returns_ones"},
    "Leans on a loss whose gradient is already h − t.",
    role="jacobian",
    takes="h",
    serves="both",
)
def softmax_derivative(probs):
    # combined with cross-entropy, nothing to multiply with
    return np.ones(probs.shape)


@handed_over(
    "correct",
    (),
    "Batch of matrices by broadcasting.",
    role="jacobian",
    takes="h",
)
def dh_dz(a):
    batch, k = a.shape
    ident = np.identity(k)[None, :, :]
    return a[:, :, None] * ident - a[:, :, None] * a[:, None, :]


@handed_over(
    "wrong",
    {"delta_lost"},
    "The output is broadcast into each row instead of diag(y).",
    role="jacobian",
    takes="h",
    serves="single",
    or_none=True,
)
def jac(y):
    y = np.asarray(y)
    J = y - np.outer(y, y)
    return J
