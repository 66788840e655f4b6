"""How much memory a call takes at its peak, its result included, in arrays of the size of z."""

import tracemalloc
from functools import partial
from typing import NamedTuple

import numpy as np

from goals import MEMORY, met
from peers import CROSS_ENTROPY, GRADIENT_ALONE, OURS, SOFTMAX, VJP

CASES = [
    (SOFTMAX, (10**6,)),
    (VJP, (10**6,)),
    (SOFTMAX, (10**6, 10)),
    (GRADIENT_ALONE, (10**6, 10)),
    (CROSS_ENTROPY, (10**6, 10)),
]


class Peak(NamedTuple):
    """One figure: what a call of one library takes."""

    function: str
    shape: tuple
    library: str
    arrays: float
    goal: float | None
    met: bool | None


def peak_bytes(call):
    """As tracemalloc sees it: NumPy tells it of every array."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measure(peers):
    """Ours, and the peers that allocate with NumPy."""
    rng = np.random.default_rng(8)
    for function, shape in CASES:
        z, upstream = rng.normal(size=(2, *shape))
        labels = rng.integers(shape[-1], size=shape[:-1])
        for peer in peers:
            if peer.array is not np.asarray or not peer.has(function, z):
                continue
            more = peer.beside(function, z, labels, upstream)
            arrays = peak_bytes(partial(peer.functions[function], z, *more)) / z.nbytes
            goal = MEMORY[function] if peer.name == OURS else None
            yield Peak(function, shape, peer.name, arrays, goal, met(arrays, goal))
