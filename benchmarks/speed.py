"""How long softmax_lab takes, over how long its peers take.

All are timed in turn in one process, so that whatever slows the machine slows all of them; of the
ratios of each round the median is taken.
"""

import ctypes
import gc
import sys
import time
from itertools import product
from math import ceil
from statistics import median
from typing import NamedTuple

import numpy as np

from goals import met, speed_goal
from peers import CROSS_ENTROPY, JACOBIAN, LOGSUMEXP, OURS, SOFTMAX, VJP

SHAPES = [(10,), (64, 10), (1024, 1000), (10**6,)]
DTYPES = ["float64", "float32"]
CASES = [
    *product([SOFTMAX, LOGSUMEXP, CROSS_ENTROPY], SHAPES, DTYPES),
    *product([VJP], [(10,), (1000,), *SHAPES[1:]], DTYPES),
    *product([JACOBIAN], [(10,), (100,), (1000,)], DTYPES),
]
UNUSUAL = ["sd 100", "sd 1000", "half are -inf"]
UNUSUAL_CASES = list(product([SOFTMAX, CROSS_ENTROPY], UNUSUAL, [(1024, 1000)], DTYPES))

SECONDS = 0.9  # of measuring a case
ROUNDS = (15, 300)  # at the least, and at the most
ROUND = 1e-4  # seconds that a call is repeated for within a round


class Ratio(NamedTuple):
    """One figure: how ours compares with one peer in one case."""

    function: str
    logits: str
    shape: tuple
    dtype: str
    peer: str
    layout: str
    ours_seconds: float
    theirs_seconds: float
    ratio: float
    goal: float | None
    met: bool | None


def inputs(logits, shape, dtype):
    """Logits, labels and an upstream error."""
    rng = np.random.default_rng(6)
    spread = {"sd 100": 100, "sd 1000": 1000}.get(logits, 3)
    z = rng.normal(scale=spread, size=shape).astype(dtype)
    labels = rng.integers(shape[-1], size=shape[:-1])
    if logits == "half are -inf":
        impossible = rng.random(shape) < 0.5
        np.put_along_axis(impossible, labels[..., None], False, axis=-1)
        z[impossible] = -np.inf
    return z, labels, rng.normal(size=shape).astype(dtype)


def prepared(peer, function, z, labels, upstream):
    """A call without arguments; where the peer takes several memory layouts, of the fastest."""
    more = peer.beside(function, z, labels, upstream)

    def call_with(z):
        return lambda: peer.functions[function](z, *more)

    orders = peer.orders if z.ndim > 1 else ("C",)
    calls = {order: call_with(peer.array(np.array(z, order=order))) for order in orders}
    if len(calls) == 1:
        return "C", calls["C"]
    times = interleaved(calls, seconds=SECONDS / 5)
    layout = min(times, key=lambda order: median(times[order]))
    return layout, calls[layout]


def interleaved(calls, seconds=SECONDS):
    """The times of every call, taken in turn, one from each a round."""
    repeats = {}
    for name, call in calls.items():
        call()  # compiles, where that is what the library does
        seconds_per_call(call, 1)
        repeats[name] = ceil(ROUND / seconds_per_call(call, 3))
    times = {name: [] for name in calls}
    least, most = ROUNDS
    end = time.perf_counter() + seconds
    for done in range(most):
        if done >= least and time.perf_counter() > end:
            break
        for name, call in calls.items():
            times[name].append(seconds_per_call(call, repeats[name]))
    return times


def seconds_per_call(call, repeat):
    start = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - start) / repeat


def median_ratio(ours, theirs):
    """The median of the ratios, round by round."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def measure_case(peers, function, logits, shape, dtype):
    z, labels, upstream = inputs(logits, shape, dtype)
    layouts, calls = {}, {}
    for peer in peers:
        if peer.has(function, z):
            layouts[peer.name], calls[peer.name] = prepared(peer, function, z, labels, upstream)
    gc.collect()
    gc.disable()
    times = interleaved(calls)
    gc.enable()
    ours = times.pop(OURS)
    for name, theirs in times.items():
        ratio = median_ratio(ours, theirs)
        goal = speed_goal(function, name, shape, logits)
        seconds = median(ours), median(theirs)
        yield Ratio(
            *(function, logits, shape, dtype, name, layouts[name]),
            *(*seconds, ratio, goal, met(ratio, goal)),
        )


def keep_freed_memory():
    """Let glibc keep what is freed, as a long run of equal steps makes it do.

    Left alone it returns some large arrays to the system and asks for them anew, in one run from
    one library and in the next from another, at the cost of twice the arithmetic.
    """
    trim_threshold, mmap_threshold, gigabyte = -1, -3, 2**30
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(mmap_threshold, gigabyte // 32)  # the most it takes
        mallopt(trim_threshold, gigabyte)


def measure(peers):
    keep_freed_memory()
    for function, shape, dtype in CASES:
        yield from measure_case(peers, function, "ordinary", shape, dtype)
    for function, logits, shape, dtype in UNUSUAL_CASES:
        yield from measure_case(peers, function, logits, shape, dtype)
