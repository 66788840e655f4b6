"""Code that does not answer: it raises, prints, never ends, or answers differently each time."""

import time

import numpy as np

from clinic_cases.handed_over.case import NOT_JUDGED, handed_over

UNANSWERED = {"wrong", NOT_JUDGED}
rng = np.random.default_rng()
_cache = {}


@handed_over(
    UNANSWERED,
    (),
    "Noise in the answer: another one each time.",
    role="softmax",
    takes="z",
    hostile=True,
)
def noisy_softmax(z):
    z = z + rng.gumbel(size=z.shape)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@handed_over(
    UNANSWERED,
    (),
    "Remembers its first answer for each shape.",
    role="loss_gradient",
    takes="h t",
    reduction="sum",
    hostile=True,
)
def memoized_gradient(h, t):
    key = h.shape
    if key not in _cache:
        _cache[key] = h - t
    return _cache[key]


@handed_over(
    {"correct", NOT_JUDGED},
    (),
    "Right, and half a second a call.",
    role="backward",
    takes="h v",
    hostile=True,
)
def patient_backward(h, upstream):
    time.sleep(0.5)
    return h * (upstream - (h * upstream).sum(axis=-1, keepdims=True))


@handed_over(
    UNANSWERED,
    (),
    "Returns text.",
    role="jacobian",
    takes="h",
    hostile=True,
)
def pretty_jacobian(s):
    return "\n".join(str(row) for row in np.diag(s.ravel()) - np.outer(s, s))


@handed_over(
    UNANSWERED,
    (),
    "Asks the person at the keyboard.",
    role="softmax",
    takes="z",
    hostile=True,
)
def interactive_softmax(z):
    axis = int(input("axis? "))
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@handed_over(
    {"wrong", NOT_JUDGED},
    (),
    "Calls itself forever.",
    role="softmax",
    takes="z",
    hostile=True,
)
def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return softmax(x) / np.sum(np.exp(x), axis=-1, keepdims=True)
