"""Measure the gradient at the true class where softmax is sure, library by library, for lesson 6.

    python benchmarks/confident_gradient.py

writes two tables to softmax_lab/data/: confident_gradient.csv, the relative error of each library
that is installed against the lead of the true class, and confident_ulps.csv, the worst errors of
all libraries that `make bench` has seen, copied from results/exactness.csv.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from mpmath import mpf, workdps

import peers
import report
from goals import GRADIENT_AT_TRUE

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
import reference
from softmax_lab import measurements

DATA = measurements.FOLDER
GAPS = range(46)
DTYPES = ["float64", "float32", "float16"]


def logits(gap):
    """Three classes, the first of them ahead of the next by the gap: those of the lesson."""
    return np.array([gap, 0.0, -1.0])


def relative_error(computed, exact):
    with workdps(60):
        return float(abs((mpf(float(computed)) - exact) / exact))


def error_at(peer, gap):
    """The relative error of a library's ∂C/∂z at the true class, for a batch of one sample."""
    z = logits(gap)
    labels = peer.labels(np.array([0]), z.dtype)
    gradient = peer.functions[peers.CROSS_ENTROPY](peer.array(z[None]), labels)[1]
    return relative_error(peer.numbers(gradient)[0, 0], reference.gradient_at_the_true_class(z, 0))


def copied(figures):
    """The worst errors on confident logits, one row a library, one column a dtype."""
    wanted = {"quantity": GRADIENT_AT_TRUE, "family": "confident"}
    worst = {}
    for figure in figures:
        if wanted.items() <= figure.items():
            worst.setdefault(figure["library"], {})[figure["dtype"]] = figure["ulps"]
    return [[name, *(errors[dtype] for dtype in DTYPES)] for name, errors in worst.items()]


def stored_figures():
    with (report.RESULTS / "exactness.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(name, header, rows):
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    report.show(name, header, rows)


def main():
    libraries, missing = peers.installed()
    for name in missing:
        print(f"{name}: not installed, left out")
    rows = [[str(gap), *(f"{error_at(peer, gap):.3g}" for peer in libraries)] for gap in GAPS]
    write("confident_gradient.csv", ["gap", *(peer.name for peer in libraries)], rows)
    write("confident_ulps.csv", ["library", *DTYPES], copied(stored_figures()))


if __name__ == "__main__":
    main()
