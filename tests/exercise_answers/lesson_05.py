"""Wrong answers to the exercises of lesson 5."""

import math

import numpy as np

from softmax_lab import softmax, softmax_vjp


class Layer:
    def forward(self, z):
        self.h = softmax(z)
        return self.h

    def backward(self, upstream):
        return self.h * (upstream - (self.h * upstream).sum(axis=-1, keepdims=True))


def as_it_was(z, t):
    layer = Layer()
    error = layer.forward(z)
    error -= t
    error *= 2 / len(z)
    return layer.backward(error)


def only_the_factor_moved(z, t):
    layer = Layer()
    error = layer.forward(z)
    error -= t
    return layer.backward(error * 2 / len(z))


def by_another_name(z, t):
    layer = Layer()
    h = layer.forward(z)
    error = h
    error -= t
    error *= 2 / len(z)
    return layer.backward(error)


def without_the_two(z, t):
    layer = Layer()
    return layer.backward((layer.forward(z) - t) / len(z))


def mean_over_all_entries(z, t):
    layer = Layer()
    return layer.backward(2 / z.size * (layer.forward(z) - t))


def diagonal(z, t):
    h = softmax(z)
    return 2 / len(z) * (h - t) * h * (1 - h)


def never_through_the_layer(z, t):
    return 2 / len(z) * (Layer().forward(z) - t)


def of_cross_entropy(z, t):
    return (Layer().forward(z) - t) / len(z)


def writes_to_the_targets(z, t):
    layer = Layer()
    t -= layer.forward(z)
    t *= -2 / len(z)
    return layer.backward(t)


def by_the_package(z, t):
    return softmax_vjp(z, 2 / len(z) * (softmax(z) - t))


def slope_alone(a, upstream):
    return 1 - np.exp(-a)


def by_subtraction(a, upstream):
    return upstream * (1 - np.exp(-a))


def by_overflow(a, upstream):
    return upstream * np.expm1(a) / np.exp(a)


def sigmoid_of_the_output(a, upstream):
    return upstream / (1 + np.exp(-a))


def sigmoid_s_own_form(a, upstream):
    return upstream * a * (1 - a)


def one_minus_the_slope(a, upstream):
    return upstream * np.exp(-a)


def sign_left_over(a, upstream):
    return upstream * np.expm1(-a)


def exponential_of_z(a, upstream):
    return upstream * (np.exp(a) - 1)


def one_line(z, t):
    layer = Layer()
    return layer.backward((layer.forward(z) - t) * 2 / len(z))


def of_a_copy(z, t):
    layer = Layer()
    error = layer.forward(z).copy()
    error -= t
    error *= 2 / len(z)
    return layer.backward(error)


def sample_after_sample(z, t):
    layer, rows = Layer(), []
    for k in range(len(z)):
        rows.append(layer.backward(2 / len(z) * (layer.forward(z[k : k + 1]) - t[k : k + 1]))[0])
    return rows


def by_einsum(z, t):
    h = softmax(z)
    J = np.einsum("si,ij->sij", h, np.eye(h.shape[1])) - np.einsum("si,sj->sij", h, h)
    return np.einsum("sij,si->sj", J, 2 / len(z) * (h - t))


def softplus_in_a_loop(a, upstream):
    return [-math.expm1(-x) * v for x, v in zip(a, upstream, strict=True)]


def softplus_by_einsum(a, upstream):
    return np.einsum("k,k->k", -np.expm1(-a), upstream)


def softplus_on_a_copy(a, upstream):
    error = upstream.copy()
    error *= np.expm1(-a)
    return np.negative(error, out=error)


def softplus_by_tanh(a, upstream):
    return upstream * 2 / (1 + 1 / np.tanh(a / 2))


RIGHT = {
    "5.2": [one_line, of_a_copy, sample_after_sample, by_einsum],
    "5.3": [softplus_in_a_loop, softplus_by_einsum, softplus_on_a_copy, softplus_by_tanh],
}


def overwrites_the_error(a, upstream):
    upstream *= -np.expm1(-a)
    return upstream


WRONG = {
    "5.1": [
        (
            [False, True, True, True, True],
            "2 of 5 are right. Try each of them. sigmoid: if `x` were z",
        ),
        ([True, True, True, False, True], "4 of 5 are right. Try each of them. sigmoid:"),
        ([True, False, False, False, True], "leaky ReLU: all that it asks"),
        ([True, False, True, True, False], "ELU: for z < 0"),
        ([True, False, True, True, True], "softplus: at z = 0"),
        ([False, True, False, True, False], "all five are the other way round"),
        (["a", "z", "a", "z", "a"], "something else in it"),
        ([True, False], "shape (5,)"),
        ([2, 0, 1, 0, 1], "`True` or `False` is asked for"),
    ],
    "5.2": [
        (lambda z, t: one_line(z, t) * len(z), "N times too large"),
        (as_it_was, "it is still there"),
        (only_the_factor_moved, "which one changes it"),
        (by_another_name, "it is still there"),
        (without_the_two, "half of what is right"),
        (mean_over_all_entries, "averaged over all N·n entries"),
        (diagonal, "as for a sigmoid"),
        (never_through_the_layer, "back through the layer"),
        (of_cross_entropy, "belongs to cross-entropy"),
        (writes_to_the_targets, "what it returns is right, but it overwrites `t`"),
        (by_the_package, "softmax_vjp"),
        ("error -= t", "a function is asked for"),
    ],
    "5.3": [
        (overwrites_the_error, "it overwrites `upstream`"),
        (slope_alone, "`upstream`, is not in it"),
        (by_subtraction, "fewer than ten digits"),
        (by_overflow, "at z = 800"),
        (sigmoid_of_the_output, "the z-form, fed a"),
        (sigmoid_s_own_form, "it can be 800"),
        (one_minus_the_slope, "what the sigmoid lacks to 1"),
        (sign_left_over, "the sign is not"),
        (exponential_of_z, "divided by something"),
        (lambda a, upstream: upstream, "passed on as it came"),
        (lambda a, upstream: upstream[:1], "shape (3,)"),
        (np.array([0.2, 0.6]), "without calling it"),
    ],
}
