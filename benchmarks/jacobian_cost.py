"""Measure what forming the Jacobian costs against the product without it, for lesson 3.

    python benchmarks/jacobian_cost.py

prints a table and writes it to softmax_lab/data/jacobian_cost.csv. The two are timed in turn in one
process, and the median taken. A matrix of more than 8 GB is not formed: its time is left out, its
size is known all the same.
"""

import time
import tracemalloc
from statistics import median

import numpy as np

from softmax_lab import measurements, softmax_jacobian, softmax_vjp

TABLE = measurements.FOLDER / "jacobian_cost.csv"
SIZES = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]
LARGEST = 8e9  # bytes of a matrix that is still formed


def forming(z, upstream):
    return softmax_jacobian(z).T @ upstream


def seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def peak_bytes(function, *arguments):
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measure(n):
    rng = np.random.default_rng(n)
    z, upstream = rng.normal(size=(2, n))
    fits = 8 * n * n <= LARGEST
    forming_times, product_times = [], []
    for _ in range(5 if n > 3000 else 51):
        forming_times.append(seconds(forming, z, upstream) if fits else np.nan)
        product_times += [seconds(softmax_vjp, z, upstream) for _ in range(10)]
    memory = peak_bytes(softmax_vjp, z, upstream)
    return n, median(forming_times), median(product_times), 8 * n * n, memory


def main():
    print(f"{'n':>7} {'forming J':>12} {'without J':>12} {'ratio':>8} {'J, bytes':>14}")
    rows = []
    for n in SIZES:
        row = measure(n)
        rows.append(row)
        print(f"{n:7d} {row[1]:10.2e} s {row[2]:10.2e} s {row[1] / row[2]:8.1f} {row[3]:14,d}")
    header = "n,seconds,seconds_without,bytes,bytes_without"
    np.savetxt(
        TABLE,
        rows,
        delimiter=",",
        header=header,
        comments="",
        fmt=["%d", "%.3g", "%.3g", "%d", "%d"],
    )


if __name__ == "__main__":
    main()
