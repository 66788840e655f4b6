"""Numbers at the edges: byte order, few digits, one class, and arrays of other libraries."""

import sys
import warnings

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
    log_softmax,
    logsumexp,
    naive_softmax,
    one_hot,
    softmax,
    softmax_jacobian,
    softmax_jacobian_from_output,
    softmax_vjp,
    softmax_vjp_from_output,
    squared_error,
    squared_error_output_gradient,
)

INF = np.inf
H = np.array([[0.5, 0.25, 0.125, 0.125], [0.0625, 0.8125, 0.125, 0.0]])
V = np.array([[1.0, -0.5, 0.25, 3.0], [-2.0, 1.5, 0.5, 1.0]])
LABELS = np.array([2, 0])

# Every public function of an array, called with what can be logits or outputs, an array of their
# shape, and labels.
CALLS = {
    "softmax": lambda z, v, y: softmax(z),
    "naive_softmax": lambda z, v, y: naive_softmax(z),
    "log_softmax": lambda z, v, y: log_softmax(z),
    "logsumexp": lambda z, v, y: logsumexp(z),
    "softmax_jacobian": lambda z, v, y: softmax_jacobian(z),
    "softmax_jacobian_from_output": lambda z, v, y: softmax_jacobian_from_output(z),
    "softmax_vjp": lambda z, v, y: softmax_vjp(z, v),
    "softmax_vjp_from_output": lambda z, v, y: softmax_vjp_from_output(z, v),
    "cross_entropy": lambda z, v, y: cross_entropy(z, y),
    "cross_entropy of distributions": lambda z, v, y: cross_entropy(z, v * v),
    "cross_entropy_gradient": lambda z, v, y: cross_entropy_gradient(z, y),
    "value_and_gradient": lambda z, v, y: cross_entropy_value_and_gradient(z, y)[0],
    "cross_entropy_output_gradient": lambda z, v, y: cross_entropy_output_gradient(z, y),
    "kl_divergence": lambda z, v, y: kl_divergence(z, v * v),
    "squared_error": lambda z, v, y: squared_error(z, v),
    "squared_error_output_gradient": lambda z, v, y: squared_error_output_gradient(z, v),
}
each_function = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


# Byte order is not a dtype


@each_function
@pytest.mark.parametrize("code", ["f2", "f4", "f8", "c8", "c16"])
def test_byte_order_changes_no_result(call, code):
    with np.errstate(all="ignore"):
        native = call(H.astype(code), V.astype(code), LABELS)
        for order in "<>":
            there = np.dtype(order + code)
            result = call(H.astype(there), V.astype(there), LABELS.astype(order + "i4"))
            assert result.dtype == native.dtype
            assert result.dtype.isnative
            assert_array_equal(result, native)


def test_many_classes_of_foreign_float16_are_equally_likely():
    assert_allclose(softmax(np.full(3000, 7, ">f2")).astype(float), 1 / 3000, rtol=1e-3)


def test_integers_of_any_byte_order_become_float64():
    assert softmax(np.array([1, 2], ">i4")).dtype == np.float64


# float16 is rounded once


@pytest.mark.parametrize("f", [cross_entropy, kl_divergence, squared_error])
def test_the_mean_of_many_float16_losses_does_not_overflow(f):
    z = np.zeros((30_000, 10), np.float16)
    labels = np.zeros(30_000, int)
    exact = f(z[:1].astype(float), labels[:1])
    assert f(z, labels) == np.float16(exact)
    exact_sum = 30_000 * exact
    assert f(z, labels, "sum") == (exact_sum if f is squared_error else INF)
    if f is cross_entropy:
        assert cross_entropy_value_and_gradient(z, labels)[0] == np.float16(np.log(10))


def test_the_mean_of_many_float32_losses_is_right_to_the_last_digit():
    z = np.random.default_rng(0).normal(size=(100_000, 3)).astype(np.float32)
    exact = cross_entropy(z.astype(float), np.zeros(len(z), int))
    assert_allclose(cross_entropy(z, np.zeros(len(z), int)), exact, rtol=2e-7)


def test_a_float16_vjp_keeps_what_softmax_would_have_rounded_away():
    z, v = np.float16([-47.21875, -29.859375]), np.float16([1064, -818])
    exact = softmax_vjp(z.astype(float), v.astype(float))
    assert_array_equal(softmax_vjp(z, v), exact.astype(np.float16))
    assert softmax_vjp(z, v)[0] > 5e-5


LOGITS_AND_OUTPUTS = {
    "softmax": (softmax, False),
    "log_softmax": (log_softmax, False),
    "logsumexp": (logsumexp, False),
    "softmax_jacobian": (softmax_jacobian, False),
    "softmax_jacobian_from_output": (softmax_jacobian_from_output, True),
    "softmax_vjp": (lambda z: softmax_vjp(z, np.float16([30, -7, 0.5, 11])), False),
    "softmax_vjp_from_output": (
        lambda h: softmax_vjp_from_output(h, np.float16([30, -7, 0.5, 11])),
        True,
    ),
    "cross_entropy": (lambda z: cross_entropy(z, 1), False),
    "cross_entropy_gradient": (lambda z: cross_entropy_gradient(z, 1), False),
    "cross_entropy_output_gradient": (lambda h: cross_entropy_output_gradient(h, 1), True),
    "squared_error": (lambda h: squared_error(h, 1), True),
    "squared_error_output_gradient": (lambda h: squared_error_output_gradient(h, 1), True),
}


@pytest.mark.parametrize("name", LOGITS_AND_OUTPUTS)
@given(z=arrays(np.float16, 4, elements=st.floats(-4, 4, width=16)))
def test_a_float16_result_is_the_float64_one_rounded_once(name, z):
    f, of_output = LOGITS_AND_OUTPUTS[name]
    x = softmax(z) if of_output else z
    exact = f(x.astype(float))
    unit = np.spacing(np.abs(exact).astype(np.float16)).astype(float)
    # Half a unit is the rounding itself; the rest is what float32 leaves where terms cancel.
    assert (np.abs(f(x).astype(float) - exact) <= 0.51 * unit + 1e-5).all()


# Complex logits


def test_the_largest_complex_logit_is_the_one_of_the_largest_real_part():
    assert logsumexp(np.array([1000 + 3j, 0])) == 1000 + 3j
    assert_array_equal(log_softmax(np.array([1000 + 3j, 0])), [0, -1000 - 3j])


@given(z=arrays(np.complex128, st.integers(1, 5), elements=st.complex_numbers(max_magnitude=20)))
def test_exponentials_of_log_softmax_are_softmax_for_complex_logits_too(z):
    total = np.exp(z - z.real.max()).sum()
    if abs(total) > 1e-3:  # else the sum cancels, and so do its digits
        assert_allclose(np.exp(log_softmax(z)), softmax(z), rtol=1e-10, atol=1e-300)
        assert_allclose(np.exp(logsumexp(z) - z.real.max()), total, rtol=1e-10)


# An h of few digits


@given(
    w=arrays(np.float64, st.integers(2, 6), elements=st.floats(0.01, 1)),
    total=st.floats(0.991, 1.009),
    data=st.data(),
)
def test_the_vjp_from_an_output_is_its_jacobian_whatever_the_output_sums_to(w, total, data):
    h = w / w.sum() * total
    if h.max() > 1:
        return
    v = data.draw(arrays(np.float64, h.size, elements=st.floats(-5, 5)))
    J = softmax_jacobian_from_output(h)
    assert_allclose(softmax_vjp_from_output(h, v), J.T @ v, rtol=0, atol=1e-14)
    assert_allclose(J.sum(axis=0), 0, atol=1e-15)
    by_docstring = [h[j] * sum(h[k] * (v[j] - v[k]) for k in range(h.size)) for j in range(h.size)]
    assert_allclose(softmax_vjp_from_output(h, v), by_docstring, rtol=0, atol=1e-14)


# Arrays of other libraries


class Frame:
    """Answers as pandas, JAX or a PyTorch tensor does: by ``__array__``."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __mul__(self, other):
        return Frame(self.values * other.values)


@each_function
def test_what_becomes_an_array_goes_through(call):
    expected = call(H, V, LABELS)
    assert_array_equal(call(Frame(H), Frame(V), Frame(LABELS)), expected)


@each_function
def test_a_subclass_of_array_is_read_as_the_array_it_is(call):
    class Named(np.ndarray):
        pass

    result = call(H.view(Named), V.view(Named), LABELS.view(Named))
    assert_array_equal(result, call(H, V, LABELS))


@pytest.mark.parametrize("z", [np.array([1, 2.5], object), np.zeros(2, "V2")])
def test_a_dtype_that_numpy_does_not_compute_in_is_refused(z):
    with pytest.raises(ValueError, match="of a dtype that NumPy computes in; received"):
        softmax(z)


# Targets


@given(
    h=arrays(np.float64, (3, 2), elements=st.floats(-5, 5)),
    t=arrays(np.float64, (3, 2), elements=st.floats(-5, 5)),
)
def test_the_target_of_a_squared_error_may_be_negative(h, t):
    assert_allclose(squared_error(h, t, "sum"), ((h - t) ** 2).sum(), rtol=1e-13)
    assert_array_equal(squared_error_output_gradient(h, t, "sum"), 2 * (h - t))


def test_class_weights_enter_through_the_target():
    z, y, w = np.array([[0.2, 0.3, 0.5], [0.5, 0.2, 0.3]]), np.array([2, 1]), np.array([2.0, 4, 6])
    t = w * one_hot(y, 3)
    assert_allclose(cross_entropy(z, t), 5.2991553042223005)  # by N
    assert_allclose(cross_entropy(z, t, "sum") / w[y].sum(), 1.05983106084446)  # as PyTorch


def test_a_divergence_from_what_does_not_sum_to_1_can_be_negative():
    h, t = np.array([[0.1132, 0.5477, 0.3390]]), np.array([[0.1541, 0.0511, 0.0947]])
    assert kl_divergence(np.log(h), t) < 0 < kl_divergence(np.log(h), t / t.sum())


# One class


@pytest.mark.parametrize(
    "f",
    [
        cross_entropy,
        cross_entropy_gradient,
        cross_entropy_value_and_gradient,
        kl_divergence,
    ],
)
@pytest.mark.parametrize("target", [[0, 0], [[0.0], [1.0]]])
def test_of_a_single_class_a_warning_says_once_that_nothing_can_be_learned(f, target):
    with pytest.warns(UserWarning, match=r"softmax of one number is 1.* two logits.* sigmoid") as w:
        f([[3.7], [-2.0]], target)
    assert len(w) == 1
    assert w[0].filename == __file__


@pytest.mark.parametrize("f", [cross_entropy, cross_entropy_gradient, kl_divergence])
def test_of_two_classes_there_is_nothing_to_warn_of(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f([[3.7, 1.0]], [0])
        softmax([1.0])
        squared_error([[1.0]], [[2.0]])


# As SciPy, over its own kinds of inputs

KINDS = {
    "one": np.array([1.0]),
    "zeros": np.zeros((2, 3)),
    "a ramp": np.arange(5.0),
    "1000 and above": np.array([1000, 1001.0, 999.0]),
    "far apart": np.array([[1000.0, 1.0], [1e-200, -1e5]]),
    "tiny": np.array([1e-300, 2e-300]),
    "masked": np.array([-INF, 0.0, 1.0]),
    "negative": np.array([[-1e32, -1e32], [-5.0, -1e-32]]),
    "integers": np.arange(12).reshape(3, 4),
    "four axes": np.linspace(-20, 20, 48).reshape(2, 3, 2, 4),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("z", KINDS.values(), ids=KINDS)
def test_every_axis_gives_what_scipy_gives(z, dtype):
    with np.errstate(under="ignore", over="ignore"):
        z = z.astype(dtype)
        error = 20 * np.finfo(dtype).eps
        for axis in range(-z.ndim, z.ndim):
            for ours, theirs in [
                (softmax, scipy.special.softmax),
                (log_softmax, scipy.special.log_softmax),
                (logsumexp, scipy.special.logsumexp),
            ]:
                result, expected = ours(z, axis), theirs(z, axis=axis)
                assert np.shape(result) == np.shape(expected)
                assert_allclose(result, expected, rtol=error, atol=error)


# Small arrays


@pytest.mark.parametrize("shape", [(10,), (64, 10)])
def test_five_calls_at_most_come_before_the_first_exponential(shape):
    z = np.random.default_rng(0).normal(size=shape)
    softmax(z)
    before = []

    def watch(frame, event, argument):
        # A ufunc is no function to the profiler; the one that calls it is the last before it.
        if event == "call" and "exponentials" not in before:
            before.append(frame.f_code.co_name)

    sys.setprofile(watch)
    try:
        softmax(z)
    finally:
        sys.setprofile(None)
    assert before[-1] == "exponentials"
    assert len(before) <= 5
