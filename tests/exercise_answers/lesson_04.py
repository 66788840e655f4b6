"""Wrong answers to the exercises of lesson 4."""

import numpy as np

from softmax_lab import (
    cross_entropy_gradient,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    squared_error_gradient,
)

FRESH = np.array([[-2.0, 1.0, 1.0], [-0.5, -0.5, 1.0]]) / 3


def carried(z, sigma):
    h = softmax(z)
    return h * (sigma - (h * sigma).sum(axis=-1, keepdims=True))


def error(z, t):
    return 2 * (softmax(z) - t) / len(z)


def diagonal_only(z, t):
    h = softmax(z)
    return error(z, t) * h * (1 - h)


def diagonal_without_mean(z, t):
    return diagonal_only(z, t) * len(z)


def average_of_all_samples(z, t):
    h = softmax(z)
    return h * (error(z, t) - (h * error(z, t)).sum())


def averages_of_classes(z, t):
    h = softmax(z)
    return h * (error(z, t) - (h * error(z, t)).sum(axis=0))


def without_keepdims(z, t):
    h = softmax(z)
    return h * (error(z, t) - (h * error(z, t)).sum(axis=1))


def one_sample_only(z, t):
    h = softmax(z)
    return (np.diag(h) - np.outer(h, h)) @ (2 * (h - t))


WRONG = {
    "4.1": [
        (FRESH, "missing_mean"),
        (FRESH / 6, "mean_over_entries"),
        ([FRESH[0] / 2, FRESH[0] / 2], "soft_target_argmax"),
        ([FRESH[0], FRESH[0]], "the cost is a mean. The second row"),
        (-FRESH / 2, "the sign is not"),
        ([[-1.5, 0, 0], [-0.75, -0.75, 0]], "what arrives at the output"),
        ([[-3, 0, 0], [-1.5, -1.5, 0]], "for each sample by itself"),
        (FRESH / 6 + 1e-3, "not right"),
        (np.round(FRESH / 2, 3), "digits only"),
        (np.round(FRESH / 2, 2), "rounded to two digits"),
        (FRESH[0] / 2, "shape (2, 3)"),
    ],
    "4.2": [
        (diagonal_only, "diagonal_only"),
        (diagonal_without_mean, "missing_mean"),
        (lambda z, t: carried(z, error(z, t)) / 2, "the 2 of the square was lost"),
        (lambda z, t: carried(z, error(z, t)) * len(z), "missing_mean"),
        (lambda z, t: carried(z, softmax(z) - t), "both were lost"),
        (lambda z, t: carried(z, error(z, t)) / z.shape[-1], "mean_over_entries"),
        (lambda z, t: -carried(z, error(z, t)), "sign_flipped"),
        (error, "∂E/∂h"),
        (lambda z, t: softmax(z) - t, "still has J before it"),
        (cross_entropy_gradient, "the gradient of cross-entropy"),
        (average_of_all_samples, "batch_sum_leak"),
        (averages_of_classes, "class by class"),
        (without_keepdims, "it raised ValueError"),
        (one_sample_only, "it raised ValueError"),
        (lambda z, t: softmax_jacobian(z) @ error(z, t)[..., None], "shape"),
        (lambda z, t: softmax_vjp(z, error(z, t)), "`softmax_vjp`"),
        (
            lambda z, t: carried(z, squared_error_gradient(softmax(z), t)),
            "`squared_error_gradient`",
        ),
    ],
    "4.3": [
        (lambda z, t, w: w * (softmax(z) - t), "the numbers of the given code"),
        (lambda z, t, w: softmax(z) - w * t, "had a condition"),
        (lambda z, t, w: softmax(z) * w.sum() - w * t, "not of the weights alone"),
        (lambda z, t, w: w[t.argmax()] * (softmax(z) - t), "a part of every weight"),
        (lambda z, t, w: (w @ t) * (softmax(z) - t), "so does what each t_k is multiplied by"),
        (lambda z, t, w: (softmax(z) * (w @ t) - w * t) / w.sum(), "divides by it"),
        (lambda z, t, w: (softmax(z) * (w @ t) - w * t) / (w @ t), "weighted mean"),
        (lambda z, t, w: w * t * (softmax(z) - t), "Should its logit not shrink"),
        (lambda z, t, w: softmax(z) - t, "no effect any more"),
        (lambda z, t, w: w * t - softmax(z) * (w @ t), "the sign is not"),
    ],
}
