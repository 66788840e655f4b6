"""Samples in columns, classes in rows, as many courses have them."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "wrong",
    {"diagonal_only"},
    "(dA, cache) in columns: dA s (1 − s).",
    role="backward",
    takes="v z",
    layout="columns",
)
def softmax_backward(dA, cache):
    Z = cache
    e = np.exp(Z - np.max(Z, axis=0))
    s = e / e.sum(axis=0)
    dZ = dA * s * (1 - s)
    assert dZ.shape == Z.shape
    return dZ


@handed_over(
    "correct",
    (),
    "Column by column through the matrix.",
    role="backward",
    takes="v h",
    layout="columns",
)
def softmax_gradient(dA, A):
    n, m = A.shape
    dZ = np.zeros((n, m))
    for i in range(m):
        a = A[:, i : i + 1]
        dZ[:, i : i + 1] = (np.diagflat(a) - a @ a.T) @ dA[:, i : i + 1]
    return dZ


@handed_over(
    "correct",
    (),
    "(n, n, m) stack of matrices.",
    role="jacobian",
    takes="z",
    layout="columns",
)
def softmax_derivate(z):
    """
    z: (classes, batch), returns (classes, classes, batch)
    """
    e = np.exp(z - np.max(z, axis=0))
    y = e / e.sum(axis=0)
    k, batch = y.shape
    stack = -np.einsum("ib,jb->ijb", y, y)
    for i in range(k):
        stack[i, i, :] += y[i]
    return stack


@handed_over(
    "wrong",
    {"wrong_axis", "~axis"},
    "Columns declared by the docstring, softmax along axis 1.",
    role="loss_gradient",
    takes="z t",
    layout="columns",
    reduction="mean",
    or_none=True,
    undeclared={"wrong", "fragile"},
    undeclared_mistakes={"wrong_axis", "~axis", "~over_classes"},
)
def backward_output(ZL, Y):
    """ZL, Y: (classes, examples)"""
    P = np.exp(ZL - np.max(ZL, axis=1, keepdims=True))
    P = P / np.sum(P, axis=1, keepdims=True)
    return (P - Y) / Y.shape[1]


@handed_over(
    "fragile",
    {"no_shift"},
    "exp / sum down the columns.",
    role="loss_gradient",
    takes="z t",
    layout="columns",
    reduction="mean",
    breaks="large logits",
)
def dZ2(Z2, one_hot_Y):
    m = one_hot_Y.shape[1]
    A2 = np.exp(Z2)
    A2 = A2 / A2.sum(axis=0)
    return 1 / m * (A2 - one_hot_Y)
