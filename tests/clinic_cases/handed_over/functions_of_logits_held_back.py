"""f(z): softmax, and whatever is called its derivative, as people have it in their files."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "fragile",
    {"no_shift"},
    "Overflows; loops over the rows.",
    role="softmax",
    takes="z",
    breaks="large logits",
)
def Softmax(Z):
    result = np.zeros(Z.shape)
    for k, row in enumerate(Z):
        result[k] = np.exp(row) / np.sum(np.exp(row))
    return result


@handed_over(
    "correct",
    (),
    "log-sum-exp and back.",
    role="softmax",
    takes="z",
    serves="both",
)
def softmax_via_logs(a, axis=-1):
    """Softmax through logs, see any text on numerics."""
    b = np.amax(a, axis=axis, keepdims=True)
    lse = b + np.log(np.sum(np.exp(a - b), axis=axis, keepdims=True))
    return np.exp(a - lse)


@handed_over(
    "wrong",
    {"sum_over_batch", "no_shift"},
    "One sum for the whole batch.",
    role="softmax",
    takes="z",
)
def predict_proba(scores):
    n_samples, n_classes = scores.shape
    e = np.exp(scores)
    probabilities = e / np.sum(e)
    return probabilities.reshape(n_samples, n_classes)


@handed_over(
    "fragile",
    {"shift_over_batch"},
    "np.max of everything: a low row underflows.",
    role="softmax",
    takes="z",
    breaks="a row far below",
)
def softmax_fn(x):
    z = x - np.max(x)
    t = np.exp(z)
    return np.divide(t, np.sum(t, axis=-1, keepdims=True))


@handed_over(
    "wrong",
    {"~inside|paren|exponent"},
    "The division landed inside the exponential.",
    role="softmax",
    takes="z",
    or_none=True,
)
def output_activation(y):
    return np.exp(y / np.sum(np.exp(y), axis=1, keepdims=True))


@handed_over(
    "fragile",
    {"logits_clipped"},
    "Clipping keeps exp alive and changes large logits.",
    role="softmax",
    takes="z",
    breaks="two large logits",
)
def safe_softmax(x):
    x = np.clip(x, -500, 500)  # avoid overflow
    e = np.exp(x)
    return e / e.sum(axis=1)[:, np.newaxis]


@handed_over(
    "correct",
    (),
    "A stack of matrices.",
    role="jacobian",
    takes="z",
)
def batch_jacobian(Z):
    Z = Z - Z.max(1)[:, None]
    S = np.exp(Z)
    S = S / S.sum(1)[:, None]
    n_classes = S.shape[1]
    jacobians = np.empty((S.shape[0], n_classes, n_classes))
    for idx, s in enumerate(S):
        col = s[:, None]
        jacobians[idx] = np.diagflat(s) - col.dot(col.T)
    return jacobians


@handed_over(
    "wrong",
    {"diagonal_only", "no_shift"},
    "The diagonal of the matrix, and no shift.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmaxDeriv(arr):
    exps = np.exp(arr)
    p = exps / np.sum(exps)
    jac = np.diag(p) - np.outer(p, p)
    return jac.diagonal()


@handed_over(
    "wrong",
    {"off_diagonal_sign"},
    "Plus where the minus belongs.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmax_deriv(z):
    a = np.exp(z - z.max())
    a /= a.sum()
    m = len(a)
    mat = np.zeros((m, m))
    for i in range(m):
        for j in range(m):
            mat[i, j] = a[i] * (1 - a[i]) if i == j else a[i] * a[j]
    return mat


@handed_over(
    "fragile",
    {"no_shift"},
    "einsum's matrices are right, exp is not shifted.",
    role="jacobian",
    takes="z",
    breaks="large logits",
)
def d_softmax_dz(z):
    y = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    eye = np.eye(z.shape[-1])
    return np.einsum("ij,jk->ijk", y, eye) - np.einsum("ij,ik->ijk", y, y)


@handed_over(
    "wrong",
    {"row_sums", "no_shift"},
    "The rows are summed to get the shape of the input back: always 0.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmaxBackprop(x):
    s = np.exp(x) / np.exp(x).sum()
    full = np.diag(s) - np.outer(s, s)
    # full jacobian does not fit the other layers so collapse it
    return np.sum(full, axis=1)


@handed_over(
    "wrong",
    {"sigmoid_derivative"},
    "The logistic function's derivative under softmax's name.",
    role="jacobian",
    takes="z",
    serves="batch",
)
def softmax_der(z):
    sig = 1.0 / (1.0 + np.exp(-z))
    return sig * (1.0 - sig)


@handed_over(
    "wrong",
    {"~column", "~one_row"},
    "Each g[i] is overwritten by the inner loop: the last column is left.",
    role="jacobian",
    takes="z",
    serves="single",
    or_none=True,
)
def local_gradient(z):
    value = np.exp(z - np.max(z))
    value = value / value.sum()
    gradient = np.zeros_like(value)
    for i in range(len(value)):
        for j in range(len(z)):
            if i == j:
                gradient[i] = value[i] * (1 - value[i])
            else:
                gradient[i] = -value[i] * value[j]
    return gradient
