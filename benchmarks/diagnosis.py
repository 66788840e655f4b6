"""How long the clinic takes for a diagnosis: it should be possible after every edit.

    python benchmarks/diagnosis.py

Prints the median of each role, for a function that is right, one whose mistake is named, and one
that no entry of the catalogue explains, with everything declared and with nothing; and the first
diagnosis of all, which loads the catalogue. ``reception.py`` times code as people write it.
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

GOALS = {"declared": 0.05, "undeclared": 0.3}  # seconds
USUAL = {
    "given": "logits",
    "loss": "cross_entropy",
    "reduction": "mean",
    "targets": "distribution",
    "layout": "rows",
}


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


def seconds(function, declared):
    start = time.perf_counter()
    diagnose(function, **declared)
    return time.perf_counter() - start


def main():
    for kind, goal in GOALS.items():
        print(f"seconds for a diagnosis, {kind}; goal for the median {goal}")
        print(f"{'role':14} {'first':>8} {'right':>8} {'named':>8} {'unnamed':>8}")
        medians = []
        for role, functions in FUNCTIONS.items():
            declared = {"role": role, **USUAL} if kind == "declared" else {}
            times = [seconds(functions[0], declared)]
            times += [median(seconds(f, declared) for _ in range(9)) for f in functions]
            medians += times[1:]
            print(f"{role:14}", *(f"{t:8.4f}" for t in times))
        mark = "" if median(medians) <= goal else "   goal not met"
        print(f"median {median(medians):.4f}{mark}\n")


if __name__ == "__main__":
    main()
