"""f(z): softmax, and whatever is called its derivative, as people have it in their files."""

import math

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "fragile",
    {"no_shift"},
    "The textbook line overflows.",
    role="softmax",
    takes="z",
    breaks="large logits",
)
def softmax(X):
    # probabilities of each class, one row per example
    exp_scores = np.exp(X)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    return probs


@handed_over(
    "correct",
    (),
    "Transposed, divided, transposed back.",
    role="softmax",
    takes="z",
    serves="batch",
)
def softmax_rows(x):
    """Compute softmax values for each row of x."""
    assert len(x.shape) == 2
    e_x = np.exp(x.T - np.max(x, axis=1))
    out = (e_x / np.sum(e_x, axis=0)).T
    assert out.shape == x.shape, "shape changed!"
    return out


@handed_over(
    "fragile",
    {"sum_over_batch", "shift_over_batch"},
    "Meant for one vector; a batch gets one sum.",
    role="softmax",
    takes="z",
    serves="single",
    breaks="batch",
)
def stable_softmax(logits):
    logits = np.asarray(logits, dtype=np.float64)
    shifted = logits - logits.max()
    numer = np.exp(shifted)
    denom = numer.sum()
    return numer / denom


@handed_over(
    "wrong",
    {"mutates_input"},
    "-= writes into the caller's logits.",
    role="softmax",
    takes="z",
)
def activate(z):
    z -= np.max(z, axis=1).reshape(-1, 1)
    np.exp(z, z)
    z /= np.sum(z, axis=1)[:, None]
    return z


@handed_over(
    "correct",
    (),
    "Right for one vector; diag refuses a batch.",
    role="jacobian",
    takes="z",
    serves="single",
)
def softmax_jacobian_of(x):
    # s is 1-D here, so np.diag builds the matrix
    shift = x - np.max(x)
    s = np.exp(shift) / np.exp(shift).sum(axis=0)
    jac = np.diag(s)
    for i in range(len(jac)):
        for j in range(len(jac)):
            if i == j:
                jac[i][j] = s[i] * (1 - s[i])
            else:
                jac[i][j] = -s[i] * s[j]
    return jac


@handed_over(
    "wrong",
    {"diagonal_only"},
    "The sigmoid's rule on softmax.",
    role="jacobian",
    takes="z",
    serves="batch",
)
def softmax_prime(z):
    """Derivative of the softmax function."""

    def sm(v):
        m = v.max(axis=1, keepdims=True)
        return np.exp(v - m) / np.exp(v - m).sum(axis=1, keepdims=True)

    return sm(z) * (1 - sm(z))


@handed_over(
    "wrong",
    {"diagonal_only"},
    "Quotient rule for i = j only.",
    role="jacobian",
    takes="z",
    serves="single",
)
def dsoftmax(inputs):
    total = sum(math.exp(i) for i in inputs)
    grads = []
    for i in inputs:
        e = math.exp(i)
        # (u'v - uv') / v^2
        grads.append((e * total - e * e) / (total**2))
    return np.array(grads)


@handed_over(
    "fragile",
    {"no_shift"},
    "The right matrix from unshifted exponentials.",
    role="jacobian",
    takes="z",
    serves="single",
    breaks="large logits",
)
def softmax_gradient(z):
    sz = np.exp(z) / np.sum(np.exp(z))
    n = sz.shape[0]
    D = np.zeros((n, n))
    for row in range(n):
        for col in range(n):
            D[row, col] = sz[row] * ((row == col) - sz[col])
    return D


@handed_over(
    "fragile",
    {"flattened_batch", "shift_over_batch", "sum_over_batch", "~whole_batch"},
    "reshape(-1, 1) makes one long sample of a batch.",
    role="jacobian",
    takes="z",
    serves="single",
    breaks="batch",
)
def softmax_derivative(x):
    e = np.exp(x - np.max(x))
    soft = e / np.sum(e)
    s = soft.reshape(-1, 1)
    return np.diagflat(s) - np.dot(s, s.T)


@handed_over(
    "wrong",
    {"logits_used_as_output"},
    "x is the input, the formula wants the output.",
    undeclared={"wrong", "correct"},
    role="jacobian",
    takes="z",
    serves="single",
)
def softmax_grad(x):
    # x: the vector that went INTO softmax
    n = len(x)
    M = np.diag(np.asarray(x, float))
    for i in range(n):
        for j in range(n):
            if i == j:
                M[i][j] = x[i] * (1 - x[i])
            else:
                M[i][j] = -x[i] * x[j]
    return M


@handed_over(
    "wrong",
    {"softmax_applied_twice"},
    "softmax of softmax, then the matrix.",
    role="jacobian",
    takes="z",
    serves="single",
)
def grad_softmax(z):
    def softmax_(v):
        t = np.exp(v - max(v))
        return t / sum(t)

    def jac(v):
        p = softmax_(v)
        return np.diag(p) - np.outer(p, p)

    out = softmax_(z)
    return jac(out)


@handed_over(
    "wrong",
    {"~shift_along|shift.*axis|wrong_axis"},
    "max along axis 0, sum along axis 1.",
    role="softmax",
    takes="z",
    or_none=True,
)
def soft_max(scores):
    top = np.max(scores, axis=0)  # for numerical stability
    ex = np.exp(scores - top)
    return ex / ex.sum(axis=1, keepdims=True)
