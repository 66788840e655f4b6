"""How a result is read whatever its shape, and when it is what was predicted."""

import numpy as np
import pytest

from softmax_lab.clinic import reading
from softmax_lab.clinic.mistake import RAISES
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.settings import Settings

NAN, INF = np.nan, np.inf


def case_of(N, n, role="softmax", **options):
    """A probe of this size."""
    return next(c for c in cases(Settings(role, **options), "generic") if (c.N, c.n) == (N, n))


def numbers(*shape):
    return np.random.default_rng(4).normal(size=shape)


def read(value, case, way="batch"):
    return [a.tolist() for a in reading.readings(value, case, way)]


# Readings


@pytest.mark.parametrize("shape", [(5, 3), (5, 3, 3), (15, 15), (5,), (7, 2), (2, 2, 2, 2)])
def test_rows_are_read_as_they_are(shape):
    value = numbers(*shape)
    assert read(value, case_of(5, 3)) == [value.tolist()]


def test_lengths_of_one_count_for_nothing():
    value = numbers(5, 3)
    for shape in [(5, 1, 3), (1, 5, 3), (5, 3, 1)]:
        assert read(value.reshape(shape), case_of(5, 3)) == [value.tolist()]
    assert read(np.ones((1, 1)), case_of(5, 3)) == [1.0]


def test_samples_may_come_last_and_where_both_fit_both_are_read():
    value = numbers(3, 3, 5)
    (a,) = reading.readings(value, case_of(5, 3, "jacobian"), "batch")
    assert a.shape == (5, 3, 3)
    assert all((a[k] == value[..., k]).all() for k in range(5))
    square = numbers(4, 4, 4)
    first, last = reading.readings(square, case_of(4, 4, "jacobian"), "batch")
    assert (first == square).all()
    assert all((last[k] == square[..., k]).all() for k in range(4))


def test_columns_are_turned_into_rows_and_rows_are_not_taken_for_them():
    case = case_of(5, 3, layout="columns")
    value = numbers(3, 5)
    assert read(value, case) == [value.T.tolist()]
    (a,) = reading.readings(numbers(5, 3), case, "batch")
    assert a.shape == (1, 5, 3)
    assert not reading.fits(numbers(5, 3), case, "batch")
    square = numbers(4, 4)
    assert read(square, case_of(4, 4, layout="columns")) == [square.T.tolist()]


def test_the_jacobian_of_a_whole_batch_in_columns_is_put_in_order():
    case = case_of(5, 3, "jacobian", layout="columns")
    big = numbers(15, 15)
    (a,) = reading.readings(big, case, "batch")
    # Entry (class i, sample j) of a column layout stands at i·N + j, of rows at j·n + i.
    for i, j, k, m in [(0, 0, 0, 0), (1, 4, 2, 3), (2, 1, 0, 4), (2, 4, 2, 4), (0, 3, 1, 0)]:
        assert a[j * 3 + i, m * 3 + k] == big[i * 5 + j, k * 5 + m]


@pytest.mark.parametrize("way", ["single", "column", "row"])
def test_one_sample_is_a_batch_of_one(way):
    case = cases(Settings("jacobian"), "generic", True)[0]
    vector, matrix = numbers(3), numbers(3, 3)
    for shape in [(3,), (3, 1), (1, 3)]:
        assert read(vector.reshape(shape), case, way) == [[vector.tolist()]]
    assert read(matrix, case, way) == [[matrix.tolist()]]
    assert read(numbers(4), case, way) == [numbers(4).tolist()]
    assert read(vector, case.row(0)) == [[vector.tolist()]]


def test_of_one_sample_handed_over_alone_nothing_is_turned():
    case = cases(Settings("softmax", layout="columns"), "generic", True)[0]
    square = numbers(3, 3)
    assert read(square, case, "single") == [[square.tolist()]]
    batch = case_of(4, 4, layout="columns")
    assert read(square[:2], batch, "single") == [square[:2].tolist()]
    assert read(numbers(4, 4), batch, "single") == [[numbers(4, 4).tolist()]]


def test_attention_is_read_as_it_is():
    case = cases(Settings("softmax"), "generic")[0]
    case = case.change(settings=Settings("attention"))
    value = numbers(1, 7, 1)
    assert reading.readings(value, case, "batch") == [value]
    assert list(reading._forms(value, value, case)) == [value]


# What fits


@pytest.mark.parametrize(
    ("role", "fitting", "other"),
    [
        ("softmax", [(5, 3), (5, 1, 3)], [(3, 5), (5,), (), (5, 3, 3)]),
        ("loss_gradient", [(5, 3)], [(5, 3, 3), (3,)]),
        ("jacobian", [(5, 3), (5, 3, 3), (3, 3, 5)], [(15, 15), (5,), (3, 5)]),
        ("loss", [(), (5,), (1,), (5, 1)], [(5, 3), (3,)]),
    ],
)
def test_a_result_fits_if_a_right_one_could_have_its_shape(role, fitting, other):
    case = case_of(5, 3, role)
    assert all(reading.fits(np.ones(shape), case, "batch") for shape in fitting)
    assert not any(reading.fits(np.ones(shape), case, "batch") for shape in other)


# Agreement


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ([1.0, 2.0], [1.0, 2.0], True),
        # By the largest number of what is right, and the limit itself is allowed.
        ([2e-6, 2.0], [0.0, 2.0], True),
        ([2.1e-6, 2.0], [0.0, 2.0], False),
        ([0.0, 2.1], [2.1e-6, 0.0], False),
        # Of small numbers by the floor.
        ([0.0, 9e-9], [0.0, 0.0], True),
        ([0.0, 1.1e-8], [0.0, 0.0], False),
        ([-1.1e-8, 0.0], [0.0, 0.0], False),
        # What is not finite, whatever its kind, in the same places.
        ([NAN, 2.0], [INF, 2.0], True),
        ([-INF, 2.0], [INF, 2.0], True),
        ([NAN, 2.0], [1.0, 2.0], False),
        ([1.0, 2.0], [NAN, 2.0], False),
        ([2.0, NAN], [NAN, 2.0], False),
        ([NAN, 2.1], [NAN, 2.0], False),
        ([NAN, NAN], [NAN, INF], True),
        ([NAN, 1.1e-8], [NAN, 0.0], False),
        ([], [], True),
        ([1.0], [1.0, 1.0], False),
        ([[1.0, 1.0]], [1.0, 1.0], False),
    ],
)
def test_arrays_are_the_same_relative_to_the_largest_number(a, b, alike):
    with np.errstate(all="ignore"):
        assert reading.same(np.array(a), np.array(b), 1e-6, 0.01) is alike


@pytest.mark.parametrize(
    ("role", "dtype", "tolerance"),
    [
        ("softmax", np.float64, 1e-6),
        ("output_gradient", np.float64, 1e-5),
        ("softmax", np.float32, 3e-5),
        ("output_gradient", np.float32, 3e-5),
        ("softmax", np.float16, 2e-2),
    ],
)
def test_how_near_is_near_goes_by_what_the_numbers_are_kept_in(role, dtype, tolerance):
    case = case_of(5, 3, role)
    assert reading.tolerance_of(np.zeros(3, dtype), case) == pytest.approx(tolerance)


def agrees(value, prediction, case, **options):
    return reading.agrees(Outcome(np.asarray(value)), prediction, case, "batch", **options)


def test_ordinary_numbers_are_held_to_more_than_extreme_ones():
    case = case_of(5, 3)
    small = np.full((5, 3), 1e-3) * np.arange(3)
    assert not agrees(small + 5e-7, small, case)
    assert agrees(small + 5e-7, small, case, extreme=True)
    assert not agrees(small + 1.1e-6, small, case, extreme=True)


def test_what_raises_is_predicted_as_that_and_nothing_else_is():
    case = case_of(5, 3)
    for extreme in (False, True):
        raised = Outcome(problem="raised")
        assert reading.agrees(raised, RAISES, case, "batch", extreme)
        assert not reading.agrees(raised, np.ones((5, 3)), case, "batch", extreme)
        assert not reading.agrees(Outcome(problem="nothing"), RAISES, case, "batch", extreme)
        assert not reading.agrees(Outcome(np.ones((5, 3))), RAISES, case, "batch", extreme)


def test_an_overflow_that_raises_is_an_infinite_number_far_out():
    case = case_of(5, 3)
    infinite = np.where(np.eye(5, 3), NAN, 1.0)
    aloud = Outcome(problem="raised", overflowed=True)
    assert reading.agrees(aloud, infinite, case, "batch", extreme=True)
    assert not reading.agrees(aloud, infinite, case, "batch")
    assert not reading.agrees(aloud, np.ones((5, 3)), case, "batch", extreme=True)
    other = Outcome(problem="raised")
    assert not reading.agrees(other, infinite, case, "batch", extreme=True)


# Other forms of the same


def test_a_vector_may_be_the_diagonal_of_a_matrix():
    case = case_of(5, 3, "jacobian")
    vector = numbers(5, 3)
    matrices = np.array([np.diag(row) for row in vector])
    assert agrees(matrices, vector, case)
    assert not agrees(matrices, 2 * vector, case)
    assert not agrees(matrices[0], vector[0], case)
    assert not agrees(matrices, vector, case_of(5, 3, "backward"))


@pytest.mark.parametrize("shape", [(), (5,), (3,), (5, 3)])
def test_a_constant_may_be_one_number_or_one_for_each_sample_or_class(shape):
    case = case_of(5, 3)
    assert agrees(np.full(shape, 0.5), np.full((5, 3), 0.5), case)
    assert not agrees(np.full(shape, 0.6), np.full((5, 3), 0.5), case)
    assert agrees(np.full(shape, 0.5), np.full((5, 3), 0.5), case) != (
        agrees(np.full((4, *shape), 0.5), np.full((5, 3), 0.5), case)
    )


def test_what_is_no_constant_is_not_one_number():
    case = case_of(5, 3)
    nearly = np.full((5, 3), 0.5) + 1e-10 * np.arange(3)
    assert not agrees(0.5, nearly, case)
    assert agrees(0.0, np.where(np.eye(5, 3), 9e-13, 0.0), case)
    assert not agrees(0.0, np.where(np.eye(5, 3), 1e-12, 0.0), case)
    assert agrees(0.5 * np.ones((5, 3)), nearly, case)
    assert not agrees(np.ones(()), np.ones((5, 0)), case)


def test_of_infinite_predictions_nobody_is_warned():
    assert not agrees(0.5, np.full((5, 3), INF), case_of(5, 3))
    assert agrees(np.full((5, 3), -INF), np.full((5, 3), INF), case_of(5, 3))


@pytest.mark.parametrize("number", [0.7, INF, NAN])
@pytest.mark.parametrize("role", ["softmax", "loss"])
def test_an_array_of_one_number_may_be_that_number_though_it_is_not_finite(role, number):
    case = cases(Settings(role, reduction="none"), "generic", True)[0]
    assert reading.agrees(Outcome(np.array(number)), np.array([number]), case, "single", True)
    assert not reading.agrees(Outcome(np.array(1.7)), np.array([number]), case, "single", True)


def test_the_first_of_several_numbers_is_not_all_of_them():
    single = cases(Settings("loss", reduction="none"), "generic", True)[0]
    for some in ([0.7, 0.3], [[0.7, 0.3, 0.1]]):
        assert not reading.agrees(Outcome(np.array(0.7)), np.array(some), single, "single")
    batch = case_of(5, 3, "loss", reduction="none")
    assert not agrees(0.7, np.array([0.7, 0.7, 0.7, 0.7, 0.8]), batch)
