"""Attention beside PyTorch and JAX: time, error in units in the last place, and memory.

All figures are rows of one table; ``quantity`` says what is measured, and in which unit.
"""

import gc
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from goals import attention_goal, met
from memory import peak_bytes
from peers import ATTENTION, ATTENTION_VJP, BLOCKWISE, BLOCKWISE_VJP, OURS
from speed import interleaved, keep_freed_memory, median_ratio

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
import reference

TIME = "time of ours over theirs"
ULPS = "worst error, in units in the last place of the largest entry"
MEMORY = "peak memory, in rows of the weights"

SHAPES = [(8, 8, 16), (8, 256, 64), (1024, 64), (2048, 64)]  # samples, queries = keys, d = values
DTYPES = ["float64", "float32"]
IN_ONE = {BLOCKWISE: ATTENTION, BLOCKWISE_VJP: ATTENTION_VJP}  # what the peers have for it
PARTS = ["output", "∂C/∂q", "∂C/∂k", "∂C/∂v"]
SAMPLES = 50
KEYS, QUERIES, WIDTH = 16_384, 256, 64


class Figure(NamedTuple):
    """One figure of one library."""

    quantity: str
    function: str
    case: str
    dtype: str
    library: str
    figure: float
    goal: float | None
    met: bool | None


def as_figure(quantity, function, case, dtype, library, figure):
    ours = library == OURS or quantity == TIME  # times are ours over theirs
    goal = attention_goal(quantity, function, case, library) if ours else None
    return Figure(quantity, function, case, dtype, library, figure, goal, met(figure, goal))


# Time


def inputs(shape, dtype):
    """Queries, keys, values and an error arriving."""
    return np.random.default_rng(9).normal(size=(4, *shape)).astype(dtype)


def measure_time(peers, function, shape, dtype):
    count = 4 if function in (ATTENTION_VJP, BLOCKWISE_VJP) else 3
    arrays = inputs(shape, dtype)[:count]
    calls = {}
    for peer in peers:
        name = function if peer.name == OURS else IN_ONE.get(function, function)
        if name in peer.functions:
            calls[peer.name] = partial(peer.functions[name], *map(peer.array, arrays))
    gc.collect()
    gc.disable()
    times = interleaved(calls)
    gc.enable()
    ours = times.pop(OURS)
    case = " × ".join(map(str, shape))
    for name, theirs in times.items():
        yield as_figure(TIME, function, case, dtype, name, median_ratio(ours, theirs))
    print(f"{function}, {case}, {dtype}: {1e3 * median(ours):.3g} ms", flush=True)


# Exactness


def ordinary(rng):
    q, k = rng.normal(size=(4, 16)), rng.normal(size=(7, 16))
    return q, k, rng.normal(size=(7, 3)), rng.normal(size=(4, 3)), np.ones((4, 7), dtype=bool)


def masked(rng):
    """Ordinary, and causal: the first query has a single key left."""
    *arrays, _ = ordinary(rng)
    return *arrays, np.tri(4, 7, dtype=bool)


def confident(rng):
    """One query that one key fits best, by a gap of 8 to 45."""
    k = rng.normal(size=(7, 16))
    along = rng.normal(size=16)
    k -= np.outer(k @ along / (along @ along), along)  # all keys fit alike ...
    k[3] += along  # ... but for one
    q = along / (along @ along) * 4 * rng.uniform(8, 45)
    return q[None], k, rng.normal(size=(7, 3)), rng.normal(size=(1, 3)), np.ones((1, 7), dtype=bool)


FAMILIES = {"ordinary": ordinary, "causal": masked, "confident": confident}


def answers(peer, arrays, mask, forward, backward):
    """Output and gradients of one sample, in NumPy's arrays."""
    arrays, mask = [peer.array(x) for x in arrays], peer.array(mask)
    found = peer.functions[forward](*arrays[:3], mask), *peer.functions[backward](*arrays, mask)
    return [peer.numbers(x) for x in found]


def measure_exactness(peers, family, dtype):
    rng = np.random.default_rng(10)
    worst = {}
    for _ in range(SAMPLES):
        *arrays, mask = FAMILIES[family](rng)
        arrays = [x.astype(dtype) for x in arrays]
        exact = reference.attention(*arrays, mask)
        for peer in peers:
            for forward, backward in ((ATTENTION, ATTENTION_VJP), (BLOCKWISE, BLOCKWISE_VJP)):
                if forward not in peer.functions:
                    continue
                found = answers(peer, arrays, mask, forward, backward)
                for part, computed, truth in zip(PARTS, found, exact, strict=True):
                    key = f"{forward}: {part}", peer.name
                    error = reference.ulps_of_the_largest(computed, truth)
                    worst[key] = max(error, worst.get(key, 0.0))
    for (function, name), error in worst.items():
        yield as_figure(ULPS, function, family, dtype, name, error)


# Memory


def measure_memory(peers):
    """Ours alone: PyTorch and JAX do not tell of their arrays."""
    rng = np.random.default_rng(11)
    q, upstream = rng.normal(size=(2, QUERIES, WIDTH))
    k, v = rng.normal(size=(2, KEYS, WIDTH))
    case = f"{QUERIES} queries, {KEYS} keys"
    for function in (ATTENTION, BLOCKWISE, ATTENTION_VJP, BLOCKWISE_VJP):
        backward = function in (ATTENTION_VJP, BLOCKWISE_VJP)
        arguments = (q, k, v, upstream) if backward else (q, k, v)
        results = q.nbytes + k.nbytes + v.nbytes if backward else q.nbytes
        peak = peak_bytes(partial(peers[0].functions[function], *arguments)) - results
        yield as_figure(MEMORY, function, case, "float64", OURS, peak / (8 * KEYS))


def measure(peers):
    """Ours and the peers that have attention."""
    keep_freed_memory()
    peers = [peer for peer in peers if ATTENTION in peer.functions]
    for function in (ATTENTION, ATTENTION_VJP, BLOCKWISE, BLOCKWISE_VJP):
        for shape in SHAPES:
            for dtype in DTYPES:
                yield from measure_time(peers, function, shape, dtype)
    for family in FAMILIES:
        for dtype in DTYPES:
            yield from measure_exactness(peers, family, dtype)
    yield from measure_memory(peers)
