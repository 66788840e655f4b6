"""Static methods, and classes whose methods are called derivative, prime, delta."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


class Activation:
    @staticmethod
    def softmax(x):
        exp_x = np.exp(x - np.max(x))
        return exp_x / exp_x.sum(axis=1, keepdims=True)


handed_over(
    "fragile",
    {"shift_over_batch"},
    "A static method; the maximum of everything.",
    role="softmax",
    takes="z",
    breaks="a row far below",
    name="Activation.softmax",
)(Activation.softmax)


@handed_over(
    "wrong",
    {"returns_output"},
    "derivative() is softmax itself.",
    role="jacobian",
    asks=lambda f, p: f.derivative(p.z),
)
class SoftmaxFunctions:
    @staticmethod
    def function(x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    @staticmethod
    def derivative(x):
        # the exponential is its own derivative
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)


@handed_over(
    "correct",
    (),
    "compute and compute_derivative, a stack of matrices.",
    role="jacobian",
    asks=lambda f, p: f().compute_derivative(p.z),
)
class SoftMax:
    def __init__(self):
        self.is_diff = True

    def compute(self, a):
        m = np.max(a, axis=1, keepdims=True)
        sm = np.exp(a - m)
        return sm / np.sum(sm, axis=1, keepdims=True)

    def compute_derivative(self, a):
        s = self.compute(a)
        return np.stack([np.diag(row) - np.outer(row, row) for row in s])


class Network:
    def __init__(self, sizes=(4, 3)):
        self.sizes = sizes

    def softmax_backward(self, dA, A):
        """dA * derivative of softmax"""
        dZ = np.zeros_like(A)
        for i in range(A.shape[0]):
            row = A[i]
            dZ[i] = dA[i] * (row * (1 - row))
        return dZ

    def cost_derivative(self, activations, desired):
        return activations - desired


handed_over(
    "wrong",
    {"diagonal_only"},
    "A bound method of a network.",
    role="backward",
    takes="v h",
    name="Network.softmax_backward",
)(Network().softmax_backward)

handed_over(
    ("wrong", "fragile"),
    {"missing_mean"},
    "A bound method: a − y, under a mean.",
    role="loss_gradient",
    takes="h t",
    reduction="mean",
    name="Network.cost_derivative",
    undeclared={"correct"},
    undeclared_mistakes=(),
)(Network().cost_derivative)


@handed_over(
    "wrong",
    {"binary_cross_entropy"},
    "derivative(y, p) of a two-class loss.",
    role="output_gradient",
    reduction="sum",
    asks=lambda f, p: f().derivative(p.t, p.h),
    undeclared={"wrong", "fragile", "correct"},
    undeclared_mistakes={"binary_cross_entropy", "~binary", "log_of_zero"},
)
class CrossEntropy:
    def loss(self, y, p):
        p = np.clip(p, 1e-15, 1 - 1e-15)
        return np.sum(-y * np.log(p) - (1 - y) * np.log(1 - p))

    def derivative(self, y, p):
        # avoid division by zero
        p = np.clip(p, 1e-15, 1 - 1e-15)
        return -(y / p) + (1 - y) / (1 - p)
