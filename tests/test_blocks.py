"""The machinery under the formulas changes no result: blocks of rows, memory layouts, float16."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from softmax_lab import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_value_and_gradient,
    kl_divergence,
    log_softmax,
    logsumexp,
    rows,
    softmax,
    softmax_vjp,
    softmax_vjp_from_output,
)


def some(*shape):
    return np.random.default_rng(shape).normal(scale=3, size=shape)


def labels(z):
    return np.random.default_rng(5).integers(z.shape[-1], size=z.shape[:-1])


CALLS = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "softmax_vjp": lambda z: softmax_vjp(z, np.sin(z)),
    "softmax_vjp_from_output": lambda z: softmax_vjp_from_output(softmax(z), np.sin(z)),
    "cross_entropy of labels": lambda z: cross_entropy(z, labels(z), "none"),
    "cross_entropy of distributions": lambda z: cross_entropy(z, np.abs(z), "none"),
    "kl_divergence": lambda z: kl_divergence(z, np.abs(z), "none"),
    "gradient at labels": lambda z: cross_entropy_gradient(z, labels(z), "none"),
    "gradient at distributions": lambda z: cross_entropy_gradient(z, np.abs(z), "none"),
    "value": lambda z: cross_entropy_value_and_gradient(z, labels(z), "none")[0],
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@each_call
@pytest.mark.parametrize("shape", [(7, 5), (3, 4, 5), (1, 5), (11, 2, 3)])
def test_blocks_change_no_result(call, shape, monkeypatch):
    z = some(*shape)
    whole = call(z)
    for block in (2 * z[0].nbytes, 1):
        monkeypatch.setattr(rows, "BLOCK", block)
        assert_allclose(call(z), whole, rtol=1e-14, atol=1e-18)


@pytest.mark.parametrize(
    ("shape", "blocks"),
    [
        ((1000, 1000), [131] * 7 + [83]),
        ((3, 2**18), [1, 1, 1]),  # not even one row fits
        ((2, 2**16), [2]),  # all just fit
        ((2, 3, 2**15), [1, 1]),
    ],
)
def test_blocks_have_as_many_rows_as_fit(shape, blocks):
    seen = []
    z = np.zeros(shape)
    rows.over_rows(lambda x, out: seen.append(len(x)), z, np.empty(shape))
    assert seen == blocks


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_an_array_of_many_blocks_is_its_rows(name):
    z = some(9000, 20)
    assert z.nbytes > rows.BLOCK
    whole = CALLS[name](z)
    for row in (0, 4321, 8999):
        assert_allclose(whole[row], CALLS[name](z[row]), rtol=1e-14)


@each_call
def test_three_axes_in_fortran_order_are_read_and_written_right(call):
    z = some(4, 3, 5)
    assert_allclose(call(np.asfortranarray(z)), call(z), rtol=1e-14)


@each_call
def test_an_array_behind_a_broken_block_is_checked_too(call, monkeypatch):
    z = some(7, 5)
    z[-1, -1] = np.nan
    monkeypatch.setattr(rows, "BLOCK", 1)
    with pytest.raises(ValueError, match=r"finite|negative|0 to 1"):
        call(z)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "value"])
def test_float16_is_rounded_once(name):
    z = some(200, 6).astype(np.float16)
    exact = CALLS[name](z.astype(np.float64))
    assert CALLS[name](z).dtype == np.float16
    error = np.abs(CALLS[name](z).astype(np.float64) - exact)
    # Half a unit in the last place is the rounding itself.
    assert (error <= 0.51 * np.spacing(np.abs(exact).astype(np.float16)).astype(float)).all()


def test_a_float16_row_of_many_classes_does_not_overflow():
    z = np.zeros(70_000, np.float16)
    assert_allclose(softmax(z), 1 / 70_000, rtol=1e-2)
    assert_allclose(float(logsumexp(z)), np.log(70_000), rtol=1e-3)


def test_what_overflows_in_float16_is_infinite_without_a_warning():
    assert_array_equal(log_softmax(np.float16([60000, -60000])), [0, -np.inf])


def test_float16_logits_are_left_alone():
    z = some(3, 4).astype(np.float16)
    z.flags.writeable = False
    before = z.copy()
    softmax(z)
    cross_entropy_gradient(z, [0, 1, 2])
    assert_array_equal(z, before)


def test_small_probabilities_are_not_flushed_to_zero():
    # e^{-740} lies below the normal numbers, where exp is slow; it is kept all the same.
    assert softmax([0.0, -740.0])[1] == np.exp(-740.0) > 0
    assert softmax([0.0, -750.0])[1] == 0


def test_a_million_float32_sum_to_one():
    h = softmax(some(1_000_000).astype(np.float32))
    assert h.dtype == np.float32
    assert abs(h.sum(dtype=np.float64) - 1) < 4 * np.finfo(np.float32).eps
