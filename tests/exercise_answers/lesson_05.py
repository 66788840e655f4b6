"""Wrong answers to the exercises of lesson 5."""

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


WRONG = {
    "5.1": [
        ([False, True, True, True, True], "2 of 5 are right. sigmoid: if `x` were z"),
        ([True, True, True, False, True], "4 of 5 are right. tanh:"),
        ([True, False, False, False, True], "leaky ReLU: all that it asks"),
        ([True, False, True, True, False], "ELU: for z < 0"),
        ([True, False, True, True, True], "softplus: at z = 0"),
        ([False, True, False, True, False], "all five are the other way round"),
        (["a", "z", "a", "z", "a"], "something else in it"),
        ([True, False], "shape (5,)"),
        ([2, 0, 1, 0, 1], "entry 0 is not right"),
    ],
    "5.2": [
        (as_it_was, "it is still there"),
        (only_the_factor_moved, "which one changes it"),
        (by_another_name, "it is still there"),
        (without_the_two, "half of what is right"),
        (mean_over_all_entries, "mean_over_entries"),
        (diagonal, "diagonal_only"),
        (never_through_the_layer, "back through the layer"),
        (of_cross_entropy, "belongs to cross-entropy"),
        (writes_to_the_targets, "mutates_input"),
        (by_the_package, "softmax_vjp"),
        ("error -= t", "a function is asked for"),
    ],
    "5.3": [
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
