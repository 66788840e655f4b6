"""Code that does not answer: it raises, prints, never ends, or answers differently each time."""

import sys

import numpy as np

from clinic_cases.handed_over.case import NOT_JUDGED, handed_over

UNANSWERED = {"wrong", NOT_JUDGED}


@handed_over(
    NOT_JUDGED,
    (),
    "Never ends: killed by the limit, so nothing is known.",
    role="softmax",
    takes="z",
    hostile=True,
)
def iterate_until_converged(z):
    p = np.full(z.shape, 1.0 / z.shape[-1])
    while np.abs(p - np.exp(z)).max() > 1e-9:
        p = p / p.sum(axis=-1, keepdims=True)
    return p


@handed_over(
    NOT_JUDGED,
    (),
    "Holds the interpreter's lock for long.",
    role="jacobian",
    takes="h",
    hostile=True,
)
def slow_jacobian(s):
    checksum = sum(range(2 * 10**9))
    return (np.diag(s) - np.outer(s, s)) * (checksum > 0)


@handed_over(
    UNANSWERED,
    (),
    "Not written yet.",
    role="backward",
    takes="v z",
    hostile=True,
)
def softmax_backward(dA, Z):
    """TODO: Jacobian of softmax times dA"""
    raise NotImplementedError("softmax_backward")


@handed_over(
    UNANSWERED,
    (),
    "Prints and forgets to return.",
    role="softmax",
    takes="z",
    hostile=True,
)
def show_softmax(z):
    e = np.exp(z - np.max(z))
    print("probabilities:", e / e.sum())


@handed_over(
    UNANSWERED,
    (),
    "Leaves the interpreter.",
    role="loss_gradient",
    takes="h t",
    hostile=True,
)
def check_and_quit(y_pred, y_true):
    if not np.allclose(y_pred.sum(axis=-1), 1.0, rtol=0, atol=0):
        print("not a distribution!")
    sys.exit(0)
