"""The faults of lesson 7 and the points that let them through."""

import numpy as np
import pytest

from softmax_lab import cross_entropy_gradient, softmax, softmax_vjp, squared_error_output_gradient
from softmax_lab.blind_spots import FAULTS, POINTS, entropy, passes, squares, verdicts, weighted

RIGHT = {
    weighted: lambda z, t, v: softmax_vjp(z, v),
    squares: lambda z, t, v: softmax_vjp(z, squared_error_output_gradient(softmax(z), t)),
    entropy: lambda z, t, v: cross_entropy_gradient(z, t),
}


def test_each_convenient_point_lets_something_through_and_the_generic_one_nothing():
    for point in POINTS:
        through = [fault for fault in FAULTS if passes(fault, point)]
        assert bool(through) == (point != "generic"), point


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_let_through_just_where_it_gives_the_right_numbers(fault):
    cost, gradient = FAULTS[fault]
    for point, given in POINTS.items():
        right = np.allclose(gradient(*given), RIGHT[cost](*given), rtol=1e-9, atol=1e-12)
        assert verdicts()[fault][point] == right, point
