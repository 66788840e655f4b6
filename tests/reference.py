"""Softmax and its companions to sixty digits, the logits to measure them on, and awkward arrays.

The references take float64 logits as exact numbers, so every difference is the fault of the
function under test.
"""

import math

import numpy as np
from mpmath import exp, fsum, log, log1p, mp, mpf, workdps


def softmax(z):
    return softmax_of(mpf(float(z_k)) for z_k in z)


def softmax_of(z):
    """Softmax of numbers that have sixty digits already."""
    with workdps(60):
        e = [exp(z_k) for z_k in z]
        return [e_k / fsum(e) for e_k in e]


def complements(z):
    """1 - h without cancellation, however sure softmax is: Σ of the others."""
    with workdps(60):
        h = softmax(z)
        return [fsum(h[:j] + h[j + 1 :]) for j in range(len(h))]


def log_softmax(z):
    with workdps(60):
        pairs = zip(softmax(z), complements(z), strict=True)
        return [log1p(-rest) if h_k > 0.5 else log(h_k) for h_k, rest in pairs]


def cross_entropy(z, label):
    with workdps(60):
        return -log_softmax(z)[label]


def gradient(z, label):
    with workdps(60):
        h = softmax(z)
        return [*h[:label], -complements(z)[label], *h[label + 1 :]]


def gradient_at_the_true_class(z, label):
    return gradient(z, label)[label]


def jacobian_diagonal(z):
    with workdps(60):
        return [h_k * rest for h_k, rest in zip(softmax(z), complements(z), strict=True)]


def attention(q, k, v, upstream, mask=None):
    """Output and gradients of attention for one sample: arrays of sixty digits."""
    with workdps(60):
        q, k, v, u = (mp.matrix(x.astype(float).tolist()) for x in (q, k, v, upstream))
        root = mp.sqrt(q.cols)
        z, sigma = q * k.T / root, u * v.T
        h, at_z = mp.matrix(q.rows, k.rows), mp.matrix(q.rows, k.rows)
        for i in range(q.rows):
            keys = [j for j in range(k.rows) if mask is None or mask[i, j]]
            weights = softmax_of(z[i, j] for j in keys)
            average = mp.fdot(weights, [sigma[i, j] for j in keys])
            for j, weight in zip(keys, weights, strict=True):
                h[i, j], at_z[i, j] = weight, weight * (sigma[i, j] - average)
        results = h * v, at_z * k / root, at_z.T * q / root, h.T * u
        return [np.array(x.tolist(), dtype=object) for x in results]


def ulps(computed, exact):
    """The largest error, in units in the last place of the exact values in the same dtype."""
    return max(map(error, np.atleast_1d(computed), np.atleast_1d(exact)))


def error(computed, exact):
    """The error of one number, in units in the last place of the exact one in the same dtype."""
    with np.errstate(over="ignore"):
        nearest = computed.dtype.type(float(exact))
    if not (np.isfinite(computed) and np.isfinite(nearest)):
        return 0.0 if computed == nearest else math.inf
    with workdps(60):
        return float(abs(mpf(float(computed)) - exact) / mpf(float(np.spacing(abs(nearest)))))


def ulps_of_the_largest(computed, exact):
    """The largest error of all entries, in units in the last place of the largest exact one."""
    scale = np.spacing(computed.dtype.type(float(np.abs(exact).max())))
    with workdps(60):
        pairs = zip(computed.ravel(), exact.ravel(), strict=True)
        return max(float(abs(mpf(float(a)) - b) / mpf(float(scale))) for a, b in pairs)


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


def wide_logits(count=200):
    """Pairs whose logits are up to hundreds apart."""
    rng = np.random.default_rng(3)
    for _ in range(count):
        z = rng.normal(scale=100, size=rng.integers(2, 11))
        yield z, int(rng.integers(z.size))


def masked_logits(count=200):
    """Ordinary pairs of which some logits, but not that of the label, are -inf."""
    rng = np.random.default_rng(4)
    for z, label in ordinary_logits(count):
        impossible = rng.random(z.size) < 0.4
        impossible[label] = False
        yield np.where(impossible, -np.inf, z), label


def equal_logits(count=200):
    """Pairs whose logits are all the same number."""
    rng = np.random.default_rng(5)
    for _ in range(count):
        n = rng.integers(2, 11)
        yield np.full(n, rng.normal(scale=10)), int(rng.integers(n))


def huge_logits(count=200, size=1e308):
    """Pairs whose logits are so large that their differences overflow."""
    rng = np.random.default_rng(6)
    for _ in range(count):
        z = rng.choice([-size, size], size=rng.integers(2, 11))
        yield z, int(z.argmax())


LOGITS = {
    "ordinary": ordinary_logits,
    "confident": confident_logits,
    "confident, on a grid": confident_logits_on_a_grid,
    "wide": wide_logits,
    "masked": masked_logits,
    "all equal": equal_logits,
    "huge": huge_logits,
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
    x = np.asanyarray(x, order="K").view()
    x.flags.writeable = False
    return x
