"""Samples in columns, classes in rows, as many courses have them."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


@handed_over(
    "correct",
    (),
    "(dA, Z), axis 0.",
    role="backward",
    takes="v z",
    layout="columns",
    serves="batch",
)
def softmax_backward(dA, Z):
    t = np.exp(Z - np.max(Z, axis=0))
    S = t / np.sum(t, axis=0)
    return S * (dA - np.sum(dA * S, axis=0))


@handed_over(
    "correct",
    (),
    "A − Y over m, m the number of columns.",
    role="loss_gradient",
    takes="h t",
    layout="columns",
    reduction="mean",
    undeclared={"correct"},
)
def output_layer_gradient(AL, Y):
    m = Y.shape[1]
    return (1.0 / m) * (AL - Y)


@handed_over(
    "fragile",
    {"shift_over_batch"},
    "np.max of all: a low column underflows.",
    undeclared={"fragile", "wrong"},
    undeclared_mistakes={"shift_over_batch", "wrong_axis"},
    role="softmax",
    takes="z",
    layout="columns",
    breaks="a row far below",
)
def softmax(Z):
    """Z -- shape (number of classes, number of examples)"""
    exps = np.exp(Z - Z.max())
    return exps / np.sum(exps, axis=0)


@handed_over(
    ("wrong", "fragile"),
    {"~over_classes"},
    "Divided by shape[0], which counts classes here.",
    role="loss_gradient",
    takes="z t",
    layout="columns",
    reduction="mean",
    undeclared_mistakes={"~over_classes", "wrong_axis"},
    or_none=True,
    undeclared={"wrong", "fragile"},
)
def grad_Z(Z, Y):
    # Z, Y: (n_classes, m)
    E = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = E / np.sum(E, axis=0, keepdims=True)
    return (A - Y) / Y.shape[0]


@handed_over(
    "fragile",
    {"no_shift"},
    "builtin sum over the first axis; unshifted.",
    undeclared={"fragile", "wrong"},
    undeclared_mistakes={"no_shift", "wrong_axis"},
    role="softmax",
    takes="z",
    layout="columns",
    breaks="large logits",
)
def softmax_mnist(Z):
    A = np.exp(Z) / sum(np.exp(Z))
    return A


@handed_over(
    "fragile",
    {"log_of_zero"},
    "The cost of columns, unguarded.",
    role="loss",
    takes="h t",
    layout="columns",
    reduction="mean",
    breaks="large logits",
)
def compute_cost(AL, Y):
    """AL -- probabilities, shape (10, number of examples)"""
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(AL)) / m
    cost = np.squeeze(cost)
    assert cost.shape == ()
    return cost
