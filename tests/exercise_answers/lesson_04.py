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


def sample_after_sample(z, t):
    rows = []
    for logits, target in zip(z, t, strict=True):
        h = softmax(logits)
        sigma = 2 * (h - target) / len(z)
        rows.append(h * (sigma - h @ sigma))
    return rows


def by_einsum(z, t):
    h = softmax(z)
    J = np.einsum("si,ij->sij", h, np.eye(h.shape[1])) - np.einsum("si,sj->sij", h, h)
    return np.einsum("sij,si->sj", J, error(z, t))


def in_place_on_a_copy(z, t):
    sigma = z.copy()
    sigma[...] = error(z, t)
    sigma -= (softmax(z) * sigma).sum(axis=-1, keepdims=True)
    sigma *= softmax(z)
    return sigma


def multiplied_out(z, t):
    h = softmax(z)
    return 2 / len(z) * (h * (h - t) - h * ((h - t) * h).sum(axis=1)[:, None])


def overwrites_the_logits(z, t):
    z -= z.max(axis=-1, keepdims=True)
    return carried(z, error(z, t))


def weighted_in_a_loop(z, t, w):
    h, total = softmax(z), sum(a * b for a, b in zip(w, t, strict=True))
    return [h[k] * total - w[k] * t[k] for k in range(len(z))]


def weighted_by_einsum(z, t, w):
    return softmax(z) * np.einsum("k,k->", w, t) - np.einsum("k,k->k", w, t)


def weighted_on_a_copy(z, t, w):
    target = t.copy()
    target *= w
    return softmax(z) * target.sum() - target


def weighted_by_the_jacobian(z, t, w):
    return softmax_jacobian(z).T @ (-w * t / softmax(z))


def overwrites_the_target(z, t, w):
    t *= w
    return softmax(z) * t.sum() - t


RIGHT = {
    "4.2": [sample_after_sample, by_einsum, in_place_on_a_copy, multiplied_out],
    "4.3": [
        weighted_in_a_loop,
        weighted_by_einsum,
        weighted_on_a_copy,
        weighted_by_the_jacobian,
        lambda z, t, w: cross_entropy_gradient(z, w * t, reduction="sum"),
    ],
}


WRONG = {
    "4.1": [
        (FRESH, "right for the sum over the samples"),
        (FRESH / 6, "not over the six entries"),
        ([FRESH[0] / 2, FRESH[0] / 2], "divided between two classes"),
        ([FRESH[0], FRESH[0]], "the cost is a mean. The second row"),
        (-FRESH / 2, "the sign is not"),
        ([[-1.5, 0, 0], [-0.75, -0.75, 0]], "what arrives at the output"),
        ([[-3, 0, 0], [-1.5, -1.5, 0]], "for each sample by itself"),
        (FRESH / 6 + 1e-3, "every entry is wrong"),
        (np.round(FRESH / 2, 3), "digits only"),
        (np.round(FRESH / 2, 2), "rounded to two digits"),
        (FRESH[0] / 2, "shape (2, 3)"),
    ],
    "4.2": [
        (overwrites_the_logits, "it overwrites `z`"),
        (lambda z, t: diagonal_only(z, t) / 2, "And the 2 of the square was lost"),
        (lambda z, t: diagonal_without_mean(z, t) / 2, "So is the 2 of the square"),
        (diagonal_only, "does only its own output move?"),
        (diagonal_without_mean, "The mean over the samples is missing, too"),
        (lambda z, t: carried(z, error(z, t)) / 2, "the 2 of the square was lost"),
        (lambda z, t: carried(z, error(z, t)) * len(z), "the gradient of the sum over the samples"),
        (lambda z, t: carried(z, softmax(z) - t), "both were lost"),
        (lambda z, t: carried(z, error(z, t)) / z.shape[-1], "averaged over all N·n entries"),
        (lambda z, t: -carried(z, error(z, t)), "Everything is right but the sign"),
        (error, "∂E/∂h"),
        (lambda z, t: softmax(z) - t, "still has J before it"),
        (cross_entropy_gradient, "the gradient of cross-entropy"),
        (average_of_all_samples, "over the whole batch"),
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
        (overwrites_the_target, "it overwrites `t`"),
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
