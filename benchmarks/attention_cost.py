"""Measure what forming the weights of attention costs against going over blocks, for lesson 9.

    python benchmarks/attention_cost.py

prints a table and writes it to softmax_lab/data/attention_cost.csv: for n queries and n keys of 64
numbers, with the backward pass, the median time and the peak memory beside the results. Weights of
more than 2 GB are not formed: their time is left out, their size is known all the same.
"""

from functools import partial
from statistics import median

import numpy as np

from memory import peak_bytes
from softmax_lab import attention_blockwise_vjp, attention_vjp, measurements
from speed import seconds_per_call

TABLE = measurements.FOLDER / "attention_cost.csv"
SIZES = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384]
WIDTH = 64
LARGEST = 2e9  # bytes of weights that are still formed


def measure(n):
    """n, seconds and seconds_by_blocks, bytes of the weights, bytes and bytes_by_blocks."""
    q, k, v, upstream = np.random.default_rng(n).normal(size=(4, n, WIDTH))
    weights, results = 8 * n * n, 3 * q.nbytes
    calls = [partial(f, q, k, v, upstream) for f in (attention_vjp, attention_blockwise_vjp)]
    rounds = 1 if n > 8000 else 3 if n > 2000 else 15
    times, peaks = [], []
    for call, fits in zip(calls, (weights <= LARGEST, True), strict=True):
        taken = [seconds_per_call(call, 1) for _ in range(rounds)] if fits else [np.nan]
        times.append(median(taken))
        peaks.append(peak_bytes(call) - results if fits else np.nan)
    return n, *times, weights, *peaks


def main():
    names = "n,seconds,seconds_by_blocks,bytes_of_weights,bytes,bytes_by_blocks"
    rows = []
    for n in SIZES:
        rows.append(measure(n))
        print("{:6d} {:10.3g} s {:10.3g} s {:14,d} {:14,.0f} {:12,d}".format(*rows[-1]), flush=True)
    formats = ["%d", "%.3g", "%.3g", "%d", "%.0f", "%d"]
    np.savetxt(TABLE, rows, delimiter=",", header=names, comments="", fmt=formats)


if __name__ == "__main__":
    main()
