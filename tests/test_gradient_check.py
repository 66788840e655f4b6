"""Numerical derivatives, and the check of a hand-made gradient against them."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

import reference
from softmax_lab import (
    GradientCheck,
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    kl_divergence,
    numerical_gradient,
    numerical_jacobian,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    squared_error,
    squared_error_output_gradient,
)

METHODS = ["central", "forward", "complex"]
EPSILON = np.finfo(np.float64).eps
each_method = pytest.mark.parametrize("method", METHODS)
each_method_and_error = pytest.mark.parametrize(
    ("method", "error"), [("central", 1e-8), ("forward", 1e-6), ("complex", 1e-14)]
)
each_derivative = pytest.mark.parametrize("derivative", [numerical_gradient, numerical_jacobian])

A = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
X = np.array([[0.5, -1.5, 2.0], [1.0, 0.75, -0.5]])

GRADIENTS = {
    "vector": (lambda x: (x**3).sum(), lambda x: 3 * x**2, np.array([0.5, -2.0, 1.0])),
    "mixed": (
        lambda x: np.sin(x[0]) * np.exp(x[1]),
        lambda x: np.exp(x[1]) * np.array([np.cos(x[0]), np.sin(x[0])]),
        np.array([0.3, -0.7]),
    ),
    "matrix": (lambda x: (A * x**2).sum(), lambda x: 2 * A * x, X),
    "matrix, not symmetric": (lambda x: (x @ x).trace(), lambda x: 2 * x.T, X[:, :2]),
    "single number": (lambda x: x**2, lambda x: 2 * x, np.array(3.0)),
    "empty": (lambda x: x.sum(), lambda x: x, np.zeros(0)),
    "empty matrix": (lambda x: x.sum(), lambda x: x, np.zeros((0, 3))),
    "single entry": (lambda x: 1 / x[0, 0], lambda x: -1 / x**2, np.array([[2.0]])),
}
JACOBIANS = {
    "linear": (lambda x: A @ x, lambda x: A, np.array([1.0, 2.0, 3.0])),
    "entry by entry": (np.exp, lambda x: np.diag(np.exp(x)), np.array([0.5, -1.0])),
    "matrix of a vector": (
        lambda x: x[:, None] * x,
        lambda x: np.eye(2)[:, None, :] * x[:, None] + np.eye(2)[None] * x[:, None, None],
        np.array([2.0, 5.0]),
    ),
    "vector of a matrix": (
        lambda x: x.sum(axis=1),
        lambda x: np.broadcast_to(np.eye(2)[:, :, None], (2, 2, 3)),
        X,
    ),
    "no output": (lambda x: x[:0], lambda x: np.zeros((0, 2)), np.array([1.0, 2.0])),
    **GRADIENTS,
}
each_gradient = pytest.mark.parametrize(("f", "gradient", "x"), GRADIENTS.values(), ids=GRADIENTS)
each_jacobian = pytest.mark.parametrize(("f", "jacobian", "x"), JACOBIANS.values(), ids=JACOBIANS)


def squares(x):
    return (x**2).sum()


# Numerical derivatives


@each_method_and_error
@each_gradient
def test_the_numerical_gradient_is_the_known_one(f, gradient, x, method, error):
    numeric = numerical_gradient(f, x, method)
    assert numeric.shape == x.shape
    assert_allclose(numeric, gradient(x), rtol=error, atol=error)


@each_method_and_error
@each_jacobian
def test_the_numerical_jacobian_is_the_known_one(f, jacobian, x, method, error):
    numeric = numerical_jacobian(f, x, method)
    assert numeric.shape == np.shape(f(x)) + x.shape
    assert_allclose(numeric, jacobian(x), rtol=error, atol=error)


@given(x=arrays(np.float64, array_shapes(max_dims=3, max_side=2), elements=st.floats(-2, 2)))
def test_the_methods_agree(x):
    def f(x):
        return np.sin(x).sum() * np.exp(x / 2).sum()

    exact = numerical_gradient(f, x, "complex")
    assert_allclose(numerical_gradient(f, x, "central"), exact, rtol=0, atol=1e-7)
    assert_allclose(numerical_gradient(f, x, "forward"), exact, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("method", "order"), [("forward", 1), ("central", 2), ("complex", 2)])
def test_the_error_shrinks_with_the_order_of_the_method(method, order):
    x = np.array([0.3, -0.8])

    def error(step):
        return np.abs(numerical_gradient(lambda x: np.exp(x).sum(), x, method, step) - np.exp(x))

    assert_allclose(error(1e-2) / error(1e-3), 10**order, rtol=0.05)


@pytest.mark.parametrize(
    ("method", "step"),
    [("central", EPSILON ** (1 / 3)), ("forward", EPSILON ** (1 / 2)), ("complex", 1e-20)],
)
def test_the_default_step_suits_the_method(method, step):
    x = [0.3, -0.8]
    given_none = numerical_gradient(squares, x, method)
    assert_array_equal(given_none, numerical_gradient(squares, x, method, step))


@pytest.mark.parametrize("step", [1e-2, np.float32(0.5), 1])
def test_a_step_may_be_any_real_number(step):
    assert_allclose(numerical_gradient(squares, [1.0, 2.0], "central", step), [2, 4], rtol=1e-12)


@each_derivative
def test_the_method_is_central_unless_said_otherwise(derivative):
    x = [0.3, -0.8]
    assert_array_equal(derivative(squares, x), derivative(squares, x, method="central"))


@pytest.mark.parametrize("method", ["central", "forward"])
@pytest.mark.parametrize("x", [0.1, 3.7, 1000.3, 1e6 + 0.1])
def test_the_step_is_the_one_that_x_plus_step_really_takes(method, x):
    assert numerical_gradient(lambda x: x.sum(), [x], method) == 1


@each_method
@each_derivative
@pytest.mark.parametrize("x", [[1, 2, 3], np.array([1, 2, 3], np.uint8), np.float32([1, 2, 3])])
def test_x_is_taken_to_float64(derivative, method, x):
    seen = set()

    def f(x):
        seen.add(x.dtype)
        return (x**3).sum()

    result = derivative(f, x, method)
    assert result.dtype == np.float64
    assert_allclose(result, [3, 12, 27], rtol=1e-6)
    assert seen <= {np.dtype(np.float64), np.dtype(np.complex128)}


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble, np.int64, bool])
def test_a_result_of_any_real_dtype_is_taken_to_float64(dtype):
    assert numerical_jacobian(lambda x: np.ones(2, dtype), [1.0]).dtype == np.float64


def test_booleans_are_subtracted_as_numbers():
    assert_array_equal(numerical_jacobian(lambda x: x > 0, [0.0], "central", 0.5), [[1]])


@each_method
@each_derivative
def test_an_f_that_writes_to_its_argument_does_no_harm(derivative, method):
    x = np.array([1.0, 2.0])

    def f(x):
        x *= 2
        x += 1
        return (x**2).sum()

    assert_allclose(derivative(f, x, method), 4 * (2 * x + 1), rtol=1e-6)
    assert_array_equal(x, [1, 2])


@each_method
@each_derivative
def test_every_call_of_f_has_an_array_of_its_own(derivative, method):
    kept = []

    def f(x):
        kept.append(x)
        return (x**2).sum()

    derivative(f, [1.0, 2.0], method)
    for i, a in enumerate(kept):
        assert not any(np.shares_memory(a, b) for b in kept[:i])


@each_method
@each_derivative
def test_every_memory_layout_gives_the_same_derivative(derivative, method):
    expected = derivative(squares, X, method)
    for x in reference.layouts(X):
        assert_allclose(derivative(squares, x, method), expected, rtol=1e-12)
    one_number = np.broadcast_to(1.5, (2, 3))
    assert_allclose(derivative(squares, one_number, method), np.full((2, 3), 3.0), rtol=1e-6)


def test_the_complex_step_keeps_the_digits_of_a_tiny_derivative():
    assert_allclose(numerical_gradient(np.exp, -600.0, "complex"), np.exp(-600.0), rtol=1e-14)


# The check: what it passes

POINTS = {
    "ordinary": np.array([0.5, -1.0, 2.0, 0.25]),
    "confident": np.array([30.0, 0.5, -0.25, 0.0]),
    "saturated": np.array([0.0, 800.0, 3.0, 1.0]),
    "offset": np.array([1000.5, 999.25, 1001.0, 998.0]),
    "negative offset": np.array([-1000.5, -999.25, -1001.0, -1024.0]),
}
V = np.array([1.5, -0.5, 0.25, 3.0])
T = np.array([0.125, 0.5, 0.25, 0.125])
RIGHT = {
    "jacobian": (softmax, softmax_jacobian),
    "vjp": (lambda z: V @ softmax(z), lambda z: softmax_vjp(z, V)),
    "soft": (lambda z: cross_entropy(z, T), lambda z: cross_entropy_gradient(z, T)),
    "kl": (lambda z: kl_divergence(z, T), lambda z: cross_entropy_gradient(z, T)),
    "weights": (lambda z: cross_entropy(z, 3 * T), lambda z: cross_entropy_gradient(z, 3 * T)),
    "label 0": (lambda z: cross_entropy(z, 0), lambda z: cross_entropy_gradient(z, 0)),
    "label 1": (lambda z: cross_entropy(z, 1), lambda z: cross_entropy_gradient(z, 1)),
    "squared": (
        lambda z: squared_error(softmax(z), T),
        lambda z: softmax_vjp(z, squared_error_output_gradient(softmax(z), T)),
    ),
}
WRONG = {
    "only the diagonal": (softmax, lambda z: np.diag(softmax(z) * (1 - softmax(z)))),
    "identity": (softmax, lambda z: np.eye(4)),
    "sign of the jacobian": (softmax, lambda z: -softmax_jacobian(z)),
    "elementwise product": (lambda z: V @ softmax(z), lambda z: softmax(z) * V),
    "sum of rows": (lambda z: V @ softmax(z), lambda z: softmax_jacobian(z).sum(axis=0)),
    "softmax twice": (lambda z: V @ softmax(z), lambda z: softmax_vjp(softmax(z), V)),
    "t - h": (lambda z: cross_entropy(z, T), lambda z: T - softmax(z)),
    "missing factor": (lambda z: cross_entropy(z, T) / 4, lambda z: softmax(z) - T),
    "lost 2": (lambda h: squared_error(h, T), lambda h: h - T),
    "sum of t forgotten": (lambda z: cross_entropy(z, 3 * T), lambda z: softmax(z) - 3 * T),
    "a part in 100 000": (
        lambda z: cross_entropy(z, T),
        lambda z: 1.00001 * cross_entropy_gradient(z, T),
    ),
}


@pytest.mark.parametrize("z", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize(("f", "gradient"), RIGHT.values(), ids=RIGHT)
def test_a_right_gradient_passes(f, gradient, z):
    check = check_gradient(f, gradient, z)
    assert check.passed, str(check)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_right_gradient_of_a_batch_passes(reduction):
    z = np.stack([POINTS["ordinary"], POINTS["confident"], POINTS["offset"]])
    check = check_gradient(
        lambda z: cross_entropy(z, [1, 0, 3], reduction),
        lambda z: cross_entropy_gradient(z, [1, 0, 3], reduction),
        z,
    )
    assert check.passed, str(check)


@each_jacobian
def test_a_right_derivative_of_any_shape_passes(f, jacobian, x):
    assert check_gradient(f, jacobian, x).passed


@pytest.mark.parametrize("z", [POINTS["ordinary"], POINTS["offset"]], ids=["ordinary", "offset"])
@pytest.mark.parametrize(("f", "gradient"), WRONG.values(), ids=WRONG)
def test_a_wrong_gradient_fails(f, gradient, z):
    check = check_gradient(f, gradient, z)
    assert check.passed is False
    assert check.max_relative_error > 1e-6


def test_t_minus_h_fails_where_softmax_is_confidently_wrong():
    z = POINTS["confident"]
    assert not check_gradient(
        lambda z: cross_entropy(z, 1), lambda z: -cross_entropy_gradient(z, 1), z
    ).passed


def test_h_minus_t_fails_where_softmax_is_confidently_right():
    z = np.array([40.0, 0.0, 0.5])
    t = np.array([1.0, 0.0, 0.0])
    assert not check_gradient(lambda z: cross_entropy(z, t), lambda z: softmax(z) - t, z).passed


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1, 1e12, 1e30])
@pytest.mark.parametrize(("factor", "passed"), [(1, True), (1.001, False), (0, False), (-1, False)])
def test_a_check_does_not_depend_on_the_size_of_the_function(scale, factor, passed):
    check = check_gradient(
        lambda x: scale * (x**3).sum(), lambda x: factor * 3 * scale * x**2, [1.0, 2.0]
    )
    assert check.passed is passed


def test_noise_in_an_entry_of_zero_is_no_failure():
    assert check_gradient(lambda x: np.exp(x[0]), lambda x: [np.exp(x[0]), 0], [1.0, 2.0]).passed


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_fails(bad):
    check = check_gradient(squares, lambda x: [2.0, bad], [1.0, 2.0])
    assert not check.passed
    assert check.max_relative_error == np.inf


def test_a_function_that_is_not_finite_fails():
    check = check_gradient(lambda x: np.nan * x.sum(), lambda x: x, [1.0, 2.0])
    assert not check.passed


# The check: what it is given


@pytest.mark.parametrize("gradient", [[2, 4], (2.0, 4.0), np.array([2.0, 4.0], np.float32)])
def test_the_gradient_may_be_an_array(gradient):
    assert check_gradient(squares, gradient, [1.0, 2.0]).passed


def test_integers_are_checked_as_floats():
    assert check_gradient(squares, lambda x: 2 * x, [1, 2]).passed


def test_functions_that_write_to_their_argument_do_no_harm():
    x = np.array([1.0, 2.0])

    def f(x):
        x *= 2
        return (x**2).sum()

    def gradient(x):
        x *= 8
        return x

    assert check_gradient(f, gradient, x).passed
    assert_array_equal(x, [1, 2])


def test_the_arguments_of_a_check_may_be_read_only_and_are_not_changed():
    for x in reference.layouts(X):
        gradient = reference.read_only(2 * X)
        assert check_gradient(squares, gradient, x).passed
        assert_array_equal(x, X)
        assert_array_equal(gradient, 2 * X)


def test_a_gradient_handed_back_again_and_again_is_kept_as_it_was():
    shared = np.array([2.0, 4.0])
    check = check_gradient(squares, lambda x: shared, [1.0, 2.0])
    shared[:] = 0
    assert_array_equal(check.analytic, [2, 4])


# The check: what it says


@pytest.fixture
def wrong_in_one_entry():
    return check_gradient(squares, lambda x: [2, 4, 5], [1.0, 2.0, 3.0])


def rows(check):
    """The table of a check's text: entry, analytic, numeric, and whether it is marked."""
    for line in str(check).splitlines()[2:]:
        *entry, analytic, numeric = line.replace("<-- differs", "").split()
        yield " ".join(entry), float(analytic), float(numeric), "<-- differs" in line


def test_a_check_keeps_both_gradients_and_the_error(wrong_in_one_entry):
    check = wrong_in_one_entry
    assert isinstance(check, GradientCheck)
    assert_array_equal(check.analytic, [2, 4, 5])
    assert_allclose(check.numeric, [2, 4, 6], rtol=1e-8)
    assert_allclose(check.max_relative_error, 1 / 6, rtol=1e-6)
    assert check.passed is False


def test_a_failed_check_marks_the_wrong_entries_and_no_other(wrong_in_one_entry):
    assert str(wrong_in_one_entry).startswith("gradient check FAILED: relative error up to 0.17,")
    assert list(rows(wrong_in_one_entry)) == [
        ("0", 2, 2, False),
        ("1", 4, 4, False),
        ("2", 5, 6, True),
    ]


def test_a_passed_check_shows_both_gradients_and_marks_nothing():
    check = check_gradient(squares, lambda x: 2 * x, [1.0, 2.0])
    assert str(check).startswith("gradient check passed: relative error at most 1e-06")
    assert list(rows(check)) == [("0", 2, 2, False), ("1", 4, 4, False)]


def test_the_entries_of_a_jacobian_are_named_by_row_and_column():
    wrong = A.copy()
    wrong[1, 2] += 1
    check = check_gradient(lambda x: A @ x, wrong, [1.0, 2.0, 3.0])
    table = list(rows(check))
    assert [entry for entry, *_ in table] == ["0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"]
    assert [entry for entry, *_, marked in table if marked] == ["1, 2"]


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1, 1e12])
def test_the_text_shows_by_how_much_the_gradients_differ(scale):
    check = check_gradient(lambda x: scale * squares(x), lambda x: scale * x, [1.0, 2.0])
    for _, analytic, numeric, marked in rows(check):
        assert marked
        assert analytic != numeric
        assert_allclose(numeric, 2 * analytic, rtol=1e-5)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (4, "The numerical gradient is 4.000 times yours in every entry: a factor n or N lost"),
        (
            0.25,
            "Yours is 4.000 times the numerical gradient in every entry: a mean without its 1/n",
        ),
        (-1, "The numerical gradient is -1 times yours in every entry: a sign lost?"),
        (-3, "The numerical gradient is -3.000 times yours in every entry"),
        (-0.5, "Yours is -2.000 times the numerical gradient in every entry"),
        (1.001, "The numerical gradient is 1.001 times yours in every entry"),
        (1e6, "The numerical gradient is 1000000 times yours in every entry"),
    ],
)
@pytest.mark.parametrize("scale", [1e-200, 1, 1e200])
def test_a_common_factor_is_stated_in_its_direction(factor, words, scale):
    check = check_gradient(
        lambda x: factor * (scale * x**2).sum(), lambda x: 2 * scale * x, [1.0, -2.0, 0.5]
    )
    assert words in str(check).splitlines()[0]


def test_a_common_factor_of_a_jacobian_is_stated():
    check = check_gradient(lambda x: A @ x, A / 3, [1.0, 2.0, 3.0])
    assert "is 3.000 times yours in every entry" in str(check)


@pytest.mark.parametrize(
    "gradient", [[2, 4, 5], [2, 4, -6], [2, 0, 0], [2, 4, np.nan], [2, 4, np.inf], [2, 4, 6]]
)
def test_no_common_factor_is_made_up(gradient):
    assert "in every entry" not in str(check_gradient(squares, gradient, [1.0, 2.0, 3.0]))


@pytest.mark.parametrize("factor", [2.5, 1 / 2.5, 1.0001, 235390, 1 / 235390])
def test_a_factor_that_counts_nothing_is_stated_without_a_guess(factor):
    check = check_gradient(lambda x: factor * squares(x), lambda x: 2 * x, [1.0, 2.0])
    assert str(check).splitlines()[0].endswith("in every entry")


def test_of_a_single_entry_no_factor_is_said_to_be_common():
    assert "in every entry" not in str(check_gradient(squares, [1.0], [1.0]))


@pytest.mark.parametrize("f", [lambda x: 3.0, lambda x: np.round(x).sum(), lambda x: (x > 0).sum()])
def test_a_numerical_gradient_of_nothing_but_zeros_is_explained(f):
    text = str(check_gradient(f, lambda x: x, [1.1, 2.2]))
    assert "The numerical gradient is 0 in every entry: f does not depend on x here." in text


def test_a_gradient_of_nothing_but_zeros_is_named():
    text = str(check_gradient(squares, lambda x: 0 * x, [1.0, 2.0]))
    assert "Yours is 0 in every entry, and the numerical gradient is not" in text


def test_where_both_gradients_are_zero_there_is_nothing_to_explain():
    assert "every entry" not in str(check_gradient(lambda x: 1.0, lambda x: 0 * x, [1.0, 2.0]))


# The check: large, and of few digits


@pytest.mark.parametrize("changed", [0, 1, 25])
def test_of_a_large_check_the_worst_entries_and_a_count_are_printed(changed):
    gradient = np.full((60, 60), 2.0)
    gradient.ravel()[:: 3600 // max(changed, 1)][:changed] += np.arange(1, changed + 1)
    check = check_gradient(lambda x: 2 * x.sum(), gradient, np.ones((60, 60)))
    *table, count = str(check).splitlines()[2:]
    assert len(table) == 10
    assert sum("<-- differs" in line for line in table) == min(changed, 10)
    differ = "differs" if changed == 1 else "differ"
    expected = f"The worst 10 of 3600 entries are shown, of which {changed} in all {differ}."
    assert count == expected


def test_the_worst_entries_are_those_of_the_largest_error():
    gradient = np.full(100, 2.0)
    gradient[50:] += np.arange(1, 51)
    check = check_gradient(lambda x: 2 * x.sum(), gradient, np.ones(100))
    assert [int(line.split()[0]) for line in str(check).splitlines()[2:-1]] == list(range(90, 100))


@pytest.mark.parametrize("size", [39, 40])
def test_a_check_that_is_not_large_is_printed_whole(size):
    check = check_gradient(squares, lambda x: 2 * x, np.ones(size))
    assert len(str(check).splitlines()) == 2 + size


def in_precision(dtype):
    """Functions that answer in dtype, with their right gradients, at 200 random points."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        n = int(rng.integers(2, 8))
        z, v, label = rng.normal(size=n), rng.normal(size=n), int(rng.integers(n))
        few = v.astype(dtype)
        loss = partial(lambda k, x: cross_entropy(x.astype(dtype), k), label)
        yield loss, cross_entropy_gradient(z, label), z
        yield lambda x: softmax(x.astype(dtype)), softmax_jacobian(z), z
        yield partial(lambda w, x: w @ softmax(x.astype(dtype)), few), softmax_vjp(z, v), z


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_right_gradient_of_a_function_of_few_digits_passes(dtype):
    for f, gradient, z in in_precision(dtype):
        check = check_gradient(f, gradient, z)
        assert check.passed, str(check)


def only_diagonal(gradient):
    return np.diag(np.diag(gradient)) if gradient.ndim == 2 else 0 * gradient


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("wrong", [lambda g: 2 * g, lambda g: -g, only_diagonal])
def test_a_wrong_gradient_of_a_function_of_few_digits_fails(dtype, wrong):
    resolved = {np.float32: 1e-3, np.float16: 0.05}[dtype]
    for f, gradient, z in in_precision(dtype):
        if np.abs(wrong(gradient) - gradient).max() > resolved * max(1, np.abs(f(z)).max()):
            assert not check_gradient(f, wrong(gradient), z).passed


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("factor", [1, 2])
def test_a_function_of_few_digits_is_named(dtype, factor):
    check = check_gradient(lambda x: squares(x.astype(dtype)), lambda x: 2 * factor * x, [1.0, 2.0])
    name = np.dtype(dtype).name
    assert f"f answers in {name}, which resolves only a few digits" in str(check)
    assert check.precision == name
    assert check.passed is (factor == 1)


def test_large_numbers_of_few_digits_are_stepped_over_too():
    for dtype, x in [(np.float32, 3e5), (np.float16, 300.0)]:
        assert check_gradient(lambda x, d=dtype: x.astype(d).sum(), [1.0, 1.0], [x, -x]).passed


def test_a_function_of_float64_is_held_to_the_usual_tolerance():
    check = check_gradient(squares, lambda x: 2 * x, [1.0, 2.0])
    assert (check.tolerance, check.precision) == (1e-6, "float64")
    assert "f answers in" not in str(check)


# The complex step: an imaginary part that is lost


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.vdot(x, x),
        lambda x: x.conj() @ A[:, :2].T @ x[:2] if x.size == 2 else x.conj() @ x,
        lambda x: np.abs(x).sum() + 0j,
        lambda x: x.real @ x,
        lambda x: np.exp(x.real).sum() + x[0],
    ],
)
@each_derivative
def test_a_complex_step_through_an_f_that_loses_it_is_refused(derivative, f):
    with pytest.raises(ValueError, match=r"conj, vdot, abs, .real and astype\(float\)"):
        derivative(f, [1.5, 2.0], "complex")


@given(x=arrays(np.float64, st.integers(1, 4), elements=st.floats(-30, 30)))
def test_a_complex_step_through_an_analytic_f_is_never_refused(x):
    for f in (np.exp, np.sin, lambda x: x**3, softmax, lambda x: 1e-9 * x, lambda x: 1e9 + x):
        numerical_jacobian(f, x, "complex")


def test_a_complex_step_that_is_large_is_the_readers_choice():
    rough = numerical_gradient(lambda x: (x**3).sum(), [0.5], "complex", 0.5)
    assert_allclose(rough, 3 * 0.25 - 0.25)


@pytest.mark.parametrize("scale", [1, 1e12])
def test_the_columns_of_the_text_are_aligned(scale):
    check = check_gradient(lambda x: scale * squares(x), lambda x: 2 * scale * x, [1.0, 200.0])
    assert len({len(line) for line in str(check).splitlines()[1:]}) == 1


def test_a_nan_is_marked():
    check = check_gradient(squares, [2.0, np.nan], [1.0, 2.0])
    assert [marked for *_, marked in rows(check)] == [False, True]


@pytest.mark.parametrize("gradient", [[2.0, 4.0], [2.0, 5.0], [2.0]])
def test_the_representation_is_the_text(gradient):
    check = check_gradient(squares, gradient, [1.0, 2.0])
    assert repr(check) == str(check)


@pytest.mark.parametrize(
    ("f", "gradient", "shape", "numeric"),
    [
        (softmax, lambda z: softmax(z) * (1 - softmax(z)), "(4,)", "(4, 4)"),
        (squares, lambda x: x[:3], "(3,)", "(4,)"),
        (squares, lambda x: x[:, None], "(4, 1)", "(4,)"),
        (squares, 1.0, "()", "(4,)"),
    ],
)
def test_a_wrong_shape_fails_and_both_shapes_are_named(f, gradient, shape, numeric):
    check = check_gradient(f, gradient, POINTS["ordinary"])
    assert check.passed is False
    assert check.max_relative_error == np.inf
    assert str(check) == (
        f"gradient check FAILED: the gradient has shape {shape}, "
        f"the numerical derivative shape {numeric}"
    )


# Where the check draws its lines


def found(analytic, numeric, error=0.0, **of):
    """A check that has found this."""
    analytic, numeric = np.array(analytic, float), np.array(numeric, float)
    return GradientCheck(analytic, numeric, np.broadcast_to(error, analytic.shape), **of)


def headline(check):
    return str(check).splitlines()[0]


def test_an_error_of_just_the_tolerance_passes_and_is_not_marked():
    check = found([1.0, 2.0], [1.0, 2.0], [0, 1e-6])
    assert check.passed
    assert not any(marked for *_, marked in rows(check))
    large = found(np.ones(50), np.ones(50), 1e-6)
    assert str(large).endswith("of which 0 in all differ.")


@pytest.mark.parametrize(("error", "passed"), [(5e-11, True), (2e-10, False)])
@pytest.mark.parametrize(
    ("f", "first"),
    [
        (lambda x: x[0] - 0.5 + 1e-7 * x[1], 1),  # the largest is a derivative
        (lambda x: 1 + 1e-7 * (x[0] + x[1]), 1e-7),  # the largest is a value
    ],
)
def test_an_entry_far_below_the_largest_number_is_measured_against_a_ten_thousandth_of_that(
    f, first, error, passed
):
    assert check_gradient(f, [first, 1e-7 + error], [0.5, 0.25]).passed is passed


@pytest.mark.parametrize(("error", "passed"), [(1e-7, True), (1e-5, False)])
def test_an_entry_a_thousandth_of_the_largest_is_measured_by_itself(error, passed):
    check = check_gradient(lambda x: x @ [1, 1e-3], [1, 1e-3 * (1 + error)], [0.5, 0.25])
    assert check.passed is passed


def test_where_differences_are_rounded_by_a_large_value_the_check_allows_for_it():
    assert check_gradient(lambda x: 1e6 + x[0] + 1e-3 * x[1], [1, 1e-3], [0.3, 0.7]).passed


def test_gradients_of_opposite_sign_fail_however_large_they_are():
    assert not check_gradient(lambda x: 1e308 * x[0], [-1e308], [0.0]).passed


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_of_few_digits_the_gradient_of_nothing_passes(dtype):
    assert check_gradient(lambda x: x.astype(dtype).sum(), np.zeros(0), np.zeros(0)).passed


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_step_of_few_digits_is_taken_exactly(dtype):
    numeric = check_gradient(lambda x: x.astype(dtype).sum(), [1, 1], [0.5, 1.0]).numeric
    assert_array_equal(numeric, [1, 1])


@pytest.mark.parametrize(
    ("dtype", "entry", "wrong"), [(np.float32, 0.2, 0.201), (np.float16, 0.6, 0.624)]
)
def test_of_few_digits_an_entry_not_far_below_the_largest_is_measured_by_itself(
    dtype, entry, wrong
):
    def f(x):
        return x.astype(dtype) @ np.array([1, entry], dtype)

    assert check_gradient(f, [1, entry], [0.5, 0.25]).passed
    assert not check_gradient(f, [1, wrong], [0.5, 0.25]).passed


# What a check can be asked


def test_what_a_check_has_found_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign"):
        found([1.0], [1.0]).tolerance = 1


def test_checks_can_be_told_apart_and_collected():
    one, other = (found([1.0, 2.0], [1.0, 2.0]) for _ in range(2))
    assert one != other
    assert len({one, other, one}) == 2


@pytest.mark.parametrize(
    ("largest", "shown"),
    [
        (0.0, "0.00000000"),
        (0.000999, "9.9900000e-04"),
        (0.001, "0.00100000"),
        (0.5, "0.50000000"),
        (9999.5, "9999.50000000"),
        (10000, "1.0000000e+04"),
        (10000.5, "1.0000500e+04"),
    ],
)
def test_numbers_of_usual_size_are_shown_without_an_exponent(largest, shown):
    assert str(found([largest], [largest])).split()[-2:] == [shown, shown]


def test_a_gradient_of_zeros_is_shown_beside_large_numbers_in_their_form():
    text = str(found([0, 0], [1e12, 2e12], 1))
    assert "1 0.0000000e+00 2.0000000e+12 <-- differs" in " ".join(text.split())


@pytest.mark.parametrize("which", [0, 1])
def test_a_gradient_without_a_single_number_is_shown_too(which):
    both = [[1.0, 2.0], [1.0, 2.0]]
    both[which] = [np.nan, np.inf]
    table = list(rows(found(*both, np.inf)))
    assert [row[2 - which] for row in table] == [1, 2]
    assert_array_equal([row[1 + which] for row in table], [np.nan, np.inf])


def test_of_entries_that_are_wrong_alike_the_first_are_shown():
    text = str(found(np.full(100, 3.0), np.full(100, 2.0), np.resize([0.3, 0.5], 100)))
    assert [int(line.split()[0]) for line in text.splitlines()[2:-1]] == list(range(1, 21, 2))


def test_a_check_of_one_entry_more_than_is_shown_is_cut():
    assert len(str(found(np.ones(41), np.ones(41))).splitlines()) == 2 + 10 + 1


@pytest.mark.parametrize("tolerance", [1e-6, 1e-3])
def test_a_factor_close_to_1_is_stated_only_if_all_entries_have_it(tolerance):
    exact = np.array([2.0, 4.0, 6.0])
    for wrong in ([0, 0, 1], [0, 1, 1], [1, 1, 1]):
        error = 4 * tolerance * np.array(wrong)
        check = found(exact * (1 + error), exact, error, tolerance=tolerance)
        assert ("in every entry" in headline(check)) is all(wrong)
        assert "a 2" not in headline(check)


@pytest.mark.parametrize(
    ("analytic", "numeric"),
    [
        ([1, 1, 1], [2, 2.02, 2]),
        ([1, 1e-4, 1], [2, 1.9e-4, 2]),
        ([1, 1, 1], [2, np.inf, 2]),
        ([1, 0, 1], [2, 1e-3, 2]),
    ],
)
@pytest.mark.parametrize("scale", [1e-100, 1, 1e100])
def test_a_factor_that_one_entry_contradicts_is_not_stated(analytic, numeric, scale):
    check = found(scale * np.array(analytic), scale * np.array(numeric), 0.5)
    assert "in every entry" not in headline(check)


def test_entries_that_are_zero_in_both_contradict_no_factor():
    check = check_gradient(lambda x: 2 * x[0] ** 2 + x[2], [2, 0, 0.5], [1.0, 2.0, 3.0])
    assert "The numerical gradient is 2.000 times yours in every entry" in headline(check)


def test_one_numerical_entry_of_zero_is_not_said_to_be_every_entry():
    assert "every entry" not in str(check_gradient(lambda x: x[0], [2.0, 3.0], [1.0, 2.0]))


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2, "2.000 times yours in every entry: a factor n or N lost, or a 2?"),
        (784, "784.000 times yours in every entry: a factor n or N lost, or a 2?"),
        (1000, "1000 times yours in every entry: a factor n or N lost, or a 2?"),
        (1001, "1001 times yours in every entry"),
        (1.5, "1.500 times yours in every entry"),
        (1.0001, "1.0001 times yours in every entry"),
    ],
)
@pytest.mark.parametrize("noise", [0, 1e-7])
def test_only_a_whole_factor_up_to_a_thousand_classes_is_taken_for_a_count(factor, words, noise):
    numeric = [factor, 2 * factor * (1 + noise)]
    assert headline(found([1, 2], numeric, 0.5)).endswith(f"The numerical gradient is {words}")


# The complex step: what it has to find, and what it must not mistake


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.vdot(x, x), [1.5e9, 2e9]),
        (lambda x: 1e-6 * np.vdot(x, x), [1.5, 2.0]),
        (lambda x: np.exp(x.real).sum() + x[0], [0.0, 0.0]),
        (lambda x: np.array([x @ x, np.vdot(x, x)]), [1.5, 2.0]),
    ],
    ids=["large x", "small f", "x of 0", "in one output of two"],
)
def test_a_lost_imaginary_part_is_found_wherever_it_is(f, x):
    with pytest.raises(ValueError, match=r"conj, vdot, abs, .real and astype\(float\)"):
        numerical_jacobian(f, x, "complex")


@pytest.mark.parametrize(
    ("f", "derivative", "x"),
    [
        (np.exp, np.exp, 709.781),  # beside which it overflows
        (lambda x: np.sin(1e5 * x), lambda x: 1e5 * np.cos(1e5 * x), 0.1),
    ],
    ids=["to the end", "strongly curved"],
)
def test_what_differences_resolve_badly_the_complex_step_resolves_well(f, derivative, x):
    assert_allclose(numerical_gradient(f, x, "complex"), derivative(x), rtol=1e-12)


def test_noise_in_the_tenth_digit_is_not_taken_for_a_lost_imaginary_part():
    x = np.linspace(0.1, 1, 50)
    J = numerical_jacobian(lambda x: np.sin(x) + 1e-10 * np.sin(1e12 * x.real), x, "complex")
    assert_allclose(J, np.diag(np.cos(x)), rtol=1e-12)


def test_a_real_difference_is_not_asked_for_an_imaginary_part():
    assert_allclose(numerical_gradient(np.abs, 0.0, "forward"), 1)
