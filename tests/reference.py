"""Softmax and its companions to sixty digits, the logits to measure them on, and awkward arrays.

The references take float64 logits as exact numbers, so every difference is the fault of the
function under test.
"""

import numpy as np
from mpmath import exp, fsum, log, mpf, workdps


def softmax(z):
    with workdps(60):
        e = [exp(mpf(float(z_k))) for z_k in z]
        return [e_k / fsum(e) for e_k in e]


def log_softmax(z):
    with workdps(60):
        return [log(h_k) for h_k in softmax(z)]


def cross_entropy(z, label):
    return -log_softmax(z)[label]


def gradient_at_the_true_class(z, label):
    with workdps(60):
        return softmax(z)[label] - 1


def jacobian_diagonal(z):
    with workdps(60):
        return [h_k * (1 - h_k) for h_k in softmax(z)]


def ulps(computed, exact):
    """The largest error, in units in the last place of the exact float64 value."""
    with workdps(60):
        return max(
            float(abs(mpf(float(a)) - b) / mpf(float(np.spacing(abs(float(b))))))
            for a, b in zip(np.atleast_1d(computed), np.atleast_1d(exact), strict=True)
        )


def ordinary_logits(count=200):
    """(logits, label) pairs of two to ten classes that softmax is in some doubt about."""
    rng = np.random.default_rng(1)
    for _ in range(count):
        z = rng.normal(scale=2, size=rng.integers(2, 11))
        yield z, int(rng.integers(z.size))


def confident_logits(count=200):
    """(logits, label) pairs whose true class leads every other by a gap of 8 to 45."""
    rng = np.random.default_rng(2)
    for _ in range(count):
        z = rng.normal(size=rng.integers(2, 11))
        label = int(rng.integers(z.size))
        z[label] = np.delete(z, label).max() + rng.uniform(8, 45)
        yield z, label


def confident_logits_on_a_grid(count=200):
    """The same, in multiples of 1/64: z - max z is then exact, and adds no error of its own."""
    for z, label in confident_logits(count):
        yield np.round(z * 64) / 64, label


LOGITS = {
    "ordinary": ordinary_logits,
    "confident": confident_logits,
    "confident, on a grid": confident_logits_on_a_grid,
}


def layouts(x):
    """The same numbers in every memory layout NumPy has, all of them read-only."""
    spread = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    spread[..., ::2] = x
    yield from map(
        read_only,
        [
            np.ascontiguousarray(x),
            np.asfortranarray(x),
            spread[..., ::2],
            np.ascontiguousarray(x[..., ::-1])[..., ::-1],
            np.ascontiguousarray(x[::-1])[::-1],
        ],
    )


def read_only(x):
    x = np.array(x, copy=None, order="K").view()
    x.flags.writeable = False
    return x
