"""How long the clinic takes for a diagnosis: it should be possible after every edit.

    python benchmarks/diagnosis.py

Prints the median of each role, for a function that is right, one whose mistake is named, and one
that no entry of the catalogue explains; and the first diagnosis of all, which loads the catalogue.
"""

import time
from statistics import median

import numpy as np

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    diagnose,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)

GOAL = 0.1  # seconds


def diagonal(z):
    h = softmax(z)
    return h * (1 - h)


FUNCTIONS = {  # right, named, unnamed
    "softmax": (softmax, lambda z: np.exp(z), lambda z: softmax(2 * z)),
    "jacobian": (softmax_jacobian, diagonal, lambda z: softmax_jacobian(2 * z)),
    "backward": (softmax_vjp, lambda z, v: v * diagonal(z), lambda z, v: softmax_vjp(2 * z, v)),
    "loss": (
        cross_entropy,
        lambda z, t: -cross_entropy(z, t),
        lambda z, t: cross_entropy(2 * z, t),
    ),
    "loss_gradient": (
        cross_entropy_gradient,
        lambda z, t: t - softmax(z),
        lambda z, t: cross_entropy_gradient(2 * z, t),
    ),
}


def seconds(function, role):
    start = time.perf_counter()
    diagnose(function, role)
    return time.perf_counter() - start


def main():
    print(f"seconds for a diagnosis; goal {GOAL}")
    print(f"{'role':14} {'first':>8} {'right':>8} {'named':>8} {'unnamed':>8}")
    for role, functions in FUNCTIONS.items():
        times = [seconds(functions[0], role)]
        times += [median(seconds(f, role) for _ in range(9)) for f in functions]
        mark = "" if max(times) <= GOAL else "   goal not met"
        print(f"{role:14}", *(f"{t:8.4f}" for t in times), mark)


if __name__ == "__main__":
    main()
