"""The figures of lesson 6 that no notebook can make: other libraries where softmax is sure."""

import csv

import numpy as np
import pytest
from mpmath import mpf

import confident_gradient
import peers


def stored(name):
    with (confident_gradient.DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_an_error_is_relative_to_the_truth():
    assert confident_gradient.relative_error(1.0, mpf(4)) == 0.75
    assert confident_gradient.relative_error(0.0, mpf("-5.8e-18")) == 1


@pytest.mark.parametrize("gap", [0, 8, 20, 44])
def test_ours_keeps_its_digits_at_every_gap(gap):
    assert confident_gradient.error_at(peers.ours(), gap) < 1e-15


def test_h_minus_t_by_hand_loses_them_one_by_one():
    errors = [confident_gradient.error_at(peers.scipy(), gap) for gap in (0, 10, 20, 30, 40)]
    assert errors == sorted(errors)
    assert errors[0] < 1e-15
    assert errors[-1] == 1


def test_the_true_class_leads_by_the_gap():
    z = confident_gradient.logits(7)
    assert z.argmax() == 0
    assert z[0] - np.max(z[1:]) == 7


def test_the_stored_curve_is_what_is_measured_for_ours_and_for_scipy():
    header, *rows = stored("confident_gradient.csv")
    assert header[:3] == ["gap", peers.OURS, "SciPy"]
    assert [int(row[0]) for row in rows] == list(confident_gradient.GAPS)
    for row in rows:
        by_scipy = confident_gradient.error_at(peers.scipy(), int(row[0]))
        assert float(row[1]) < 1e-15
        # Below 1e-13 it is a matter of the last digits, which are those of the processor.
        assert float(row[2]) == pytest.approx(by_scipy, rel=0.01, abs=1e-13)


def test_the_stored_worst_errors_are_those_of_the_benchmark():
    header, *rows = stored("confident_ulps.csv")
    assert header == ["library", *confident_gradient.DTYPES]
    assert rows == confident_gradient.copied(confident_gradient.stored_figures())


def test_only_confident_logits_and_the_true_class_are_copied():
    wanted = {"quantity": "its gradient, true class", "family": "confident", "library": "ours"}
    figures = [
        *({**wanted, "dtype": d, "ulps": d[-2:]} for d in confident_gradient.DTYPES),
        {**wanted, "dtype": "float64", "ulps": "wrong", "family": "wide"},
        {**wanted, "dtype": "float64", "ulps": "wrong", "quantity": "softmax"},
    ]
    assert confident_gradient.copied(figures) == [["ours", "64", "32", "16"]]
