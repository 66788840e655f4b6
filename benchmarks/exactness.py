"""How many units in the last place softmax_lab and its peers are off, against sixty digits.

The references are those of the tests. Logits are exact numbers of the dtype under test, and every
error is measured in units of that dtype.
"""

import math
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mpmath import mpf

from goals import GRADIENT, GRADIENT_AT_TRUE, LOSS, ULPS_OF_A_MILLION, met, ulps_goal
from peers import CROSS_ENTROPY, LOG_SOFTMAX, LOGSUMEXP, OURS, SOFTMAX

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
import reference

DTYPES = ["float64", "float32", "float16"]
HUGE = {"float64": 1e308, "float32": 2e38, "float16": 4e4}  # twice as much is infinite
ROWS = 200
MILLION = 10**6


class Error(NamedTuple):
    """One figure: the worst error of one library in one family of logits."""

    quantity: str
    family: str
    dtype: str
    library: str
    ulps: float
    goal: float | None
    met: bool | None


FAMILIES = {
    "ordinary": lambda dtype: reference.ordinary_logits(ROWS),
    "confident": lambda dtype: reference.confident_logits(ROWS),
    "wide": lambda dtype: reference.wide_logits(ROWS),
    "masked": lambda dtype: reference.masked_logits(ROWS),
    "all equal": lambda dtype: reference.equal_logits(ROWS),
    "huge": lambda dtype: reference.huge_logits(ROWS, HUGE[dtype]),
}


def exact_answers(z, label):
    """Each quantity to sixty digits."""
    gradient = reference.gradient(z, label)
    return {
        SOFTMAX: reference.softmax(z),
        LOG_SOFTMAX: reference.log_softmax(z),
        LOSS: [reference.cross_entropy(z, label)],
        GRADIENT: gradient,
        GRADIENT_AT_TRUE: [gradient[label]],
    }


def answers(peer, z, label):
    """What the library answers for each quantity, without those that it has not in this dtype."""
    loss, gradient = answer(peer, CROSS_ENTROPY, z, label)
    found = {
        SOFTMAX: answer(peer, SOFTMAX, z),
        LOG_SOFTMAX: answer(peer, LOG_SOFTMAX, z),
        LOSS: loss,
        GRADIENT: gradient,
        GRADIENT_AT_TRUE: None if gradient is None else gradient[label],
    }
    return {k: np.atleast_1d(a) for k, a in found.items() if a is not None and a.dtype == z.dtype}


def answer(peer, function, z, label=None):
    more = () if label is None else (peer.labels(np.array(label), z.dtype),)
    try:
        with np.errstate(over="ignore"):
            result = peer.functions[function](peer.array(z), *more)
    except (KeyError, NotImplementedError, RuntimeError, TypeError):
        return None if label is None else (None, None)
    return tuple(map(peer.numbers, result)) if more else peer.numbers(result)


def worst_errors(peers, family, dtype):
    """The largest error by quantity, by library."""
    worst = {}
    for z, label in FAMILIES[family](dtype):
        z = z.astype(dtype)
        exact = exact_answers(z, label)
        for peer in peers:
            for quantity, computed in answers(peer, z, label).items():
                error = reference.ulps(computed, exact[quantity])
                errors = worst.setdefault(quantity, {})
                errors[peer.name] = max(error, errors.get(peer.name, 0.0))
    return worst


def errors_of_a_million(peers):
    """How far a million float32 probabilities are from 1 in sum, and log-sum-exp from the truth.

    float64 and math.fsum are exact enough to measure float32 by.
    """
    z = np.random.default_rng(7).normal(scale=3, size=MILLION).astype(np.float32)
    one = np.array(1, np.float32)
    exact = mpf(math.log(math.fsum(np.exp(z.astype(np.float64)))))
    worst = {"softmax: its sum": {}, LOGSUMEXP: {}}
    for peer in peers:
        total = math.fsum(answer(peer, SOFTMAX, z))
        worst["softmax: its sum"][peer.name] = abs(total - 1) / float(np.spacing(one))
        worst[LOGSUMEXP][peer.name] = reference.ulps(answer(peer, LOGSUMEXP, z), exact)
    return worst


def as_rows(worst, family, dtype, goal=None):
    for quantity, errors in worst.items():
        best = min((e for name, e in errors.items() if name != OURS), default=None)
        limit = goal or ulps_goal(quantity, family, dtype, best)
        for name, error in errors.items():
            is_ours = name == OURS
            yield Error(
                *(quantity, family, dtype, name, error),
                *((limit, met(error, limit)) if is_ours else (None, None)),
            )


def measure(peers):
    peers = [peer for peer in peers if LOG_SOFTMAX in peer.functions]
    for dtype in DTYPES:
        for family in FAMILIES:
            yield from as_rows(worst_errors(peers, family, dtype), family, dtype)
    yield from as_rows(errors_of_a_million(peers), "a million", "float32", ULPS_OF_A_MILLION)
