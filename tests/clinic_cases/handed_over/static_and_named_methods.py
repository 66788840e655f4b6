"""Static methods, and classes whose methods are called derivative, prime, delta."""

import numpy as np

from clinic_cases.handed_over.case import handed_over


class ActivationFunctions:
    @staticmethod
    def softmax(x):
        e_x = np.exp(x - np.max(x, axis=0))
        return e_x / np.sum(e_x, axis=0)

    @staticmethod
    def backward_softmax(x):
        sof = ActivationFunctions.softmax(x).reshape(-1, 1)
        return np.diagflat(sof) - np.dot(sof, sof.T)


handed_over(
    "fragile",
    {"flattened_batch", "wrong_axis"},
    "A static method; a batch becomes one matrix.",
    role="jacobian",
    takes="z",
    serves="single",
    breaks="batch",
    name="ActivationFunctions.backward",
)(ActivationFunctions.backward_softmax)


@handed_over(
    "wrong",
    {"diagonal_only"},
    "function() and derivative(), both static.",
    role="jacobian",
    asks=lambda f, p: f.derivative(p.z),
)
class Softmax:
    @staticmethod
    def function(x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    @staticmethod
    def derivative(x):
        s = Softmax.function(x)
        return s - s**2


@handed_over(
    "correct",
    (),
    "prime() is the matrix of one vector.",
    role="jacobian",
    serves="single",
    asks=lambda f, p: f().prime(p.z),
)
class SoftmaxActivation:
    def activation(self, z):
        e = np.exp(z - np.max(z))
        return e / np.sum(e)

    def prime(self, z):
        a = self.activation(z)
        return np.diag(a) - np.outer(a, a)


@handed_over(
    "correct",
    (),
    "delta(z, a, y) of a cost class, static: a − y.",
    role="loss_gradient",
    given="output",
    reduction="sum",
    asks=lambda f, p: f.delta(p.z, p.h, p.t),
    undeclared={"correct", "fragile"},
    undeclared_mistakes={"log_of_zero"},
)
class LogLikelihoodCost:
    @staticmethod
    def fn(a, y):
        """Cost of an output ``a`` and desired output ``y``."""
        return -np.sum(y * np.log(a))

    @staticmethod
    def delta(z, a, y):
        """Error at the output layer; z is kept for a common interface."""
        return a - y


class Loss:
    @staticmethod
    def crossentropy(y_pred, y_true):
        return -np.sum(y_true * np.log(np.clip(y_pred, 1e-12, 1.0))) / len(y_pred)

    @staticmethod
    def crossentropy_grad(y_pred, y_true):
        return (y_true / np.clip(y_pred, 1e-12, 1.0)) / len(y_pred)


handed_over(
    "wrong",
    {"sign_flipped", "clip_bias"},
    "t/h without the minus.",
    role="output_gradient",
    takes="h t",
    reduction="mean",
    name="Loss.crossentropy_grad",
)(Loss.crossentropy_grad)
