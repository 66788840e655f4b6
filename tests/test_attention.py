"""Attention, whole and by blocks: laws, masks, values to the last digits, memory."""

import importlib.util
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import reference
import softmax_lab
from softmax_lab import (
    attention,
    attention_blockwise,
    attention_blockwise_vjp,
    attention_vjp,
    attention_weights,
    check_gradient,
    numerical_gradient,
    softmax,
    softmax_jacobian,
)

# Every public function of the module, called alike.
FORWARD = {
    "attention": attention,
    "attention_blockwise": lambda q, k, v, mask=None: attention_blockwise(q, k, v, mask, block=3),
}
BACKWARD = {
    "attention_vjp": attention_vjp,
    "attention_blockwise_vjp": lambda q, k, v, upstream, mask=None: attention_blockwise_vjp(
        q, k, v, upstream, mask, block=3
    ),
}
CALLS = {
    "attention_weights": lambda q, k, v, u, mask=None: [attention_weights(q, k, mask)],
    **{name: lambda q, k, v, u, mask=None, f=f: [f(q, k, v, mask)] for name, f in FORWARD.items()},
    **BACKWARD,
}
each_forward = pytest.mark.parametrize("attend", FORWARD.values(), ids=FORWARD)
each_backward = pytest.mark.parametrize("vjp", BACKWARD.values(), ids=BACKWARD)
each_function = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]
BLOCKS = [1, 2, 3, 5, 7, 8, 100]


@pytest.fixture(autouse=True, scope="module")
def floating_point_errors_raise():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def example(seed=0, samples=(2,), queries=4, keys=7, d=5, values=3, scale=1.0):
    """Queries, keys, values, and an error arriving at the output."""
    rng = np.random.default_rng(seed)
    q = rng.normal(scale=scale, size=(*samples, queries, d))
    k = rng.normal(scale=scale, size=(*samples, keys, d))
    v = rng.normal(size=(*samples, keys, values))
    return q, k, v, rng.normal(size=(*samples, queries, values))


def some_mask(shape, seed=0):
    """A mask that leaves every query the key of its own number, and others by chance."""
    return (np.random.default_rng(seed).random(shape) < 0.5) | np.eye(*shape[-2:], dtype=bool)


sizes = st.integers(1, 5)
examples = st.builds(
    example,
    seed=st.integers(0, 2**32 - 1),
    samples=st.sampled_from([(), (1,), (2,), (2, 3)]),
    queries=sizes,
    keys=sizes,
    d=sizes,
    values=sizes,
)


def test_the_table_of_calls_is_complete():
    public = {name: getattr(softmax_lab, name) for name in softmax_lab.__all__}
    assert set(CALLS) == {n for n, f in public.items() if f.__module__ == "softmax_lab.attention"}


# Laws of the forward pass


@given(arrays=examples)
def test_the_weights_of_a_query_are_a_distribution(arrays):
    h = attention_weights(*arrays[:2])
    assert (h > 0).all()
    assert_allclose(h.sum(axis=-1), 1, rtol=1e-14)


@each_forward
@given(arrays=examples)
def test_the_output_is_the_weighted_mean_of_the_values(attend, arrays):
    q, k, v, _ = arrays
    z = np.einsum("...ia,...ja->...ij", q, k) / np.sqrt(q.shape[-1])
    expected = np.einsum("...ij,...jb->...ib", softmax(z), v)
    assert_allclose(attend(q, k, v), expected, rtol=1e-13, atol=1e-14)


@each_forward
@given(arrays=examples, data=st.data())
def test_the_order_of_keys_and_values_does_not_matter(attend, arrays, data):
    q, k, v, _ = arrays
    p = data.draw(st.permutations(range(k.shape[-2])))
    assert_allclose(attend(q, k[..., p, :], v[..., p, :]), attend(q, k, v), rtol=0, atol=1e-14)


@each_forward
@given(arrays=examples, data=st.data())
def test_queries_do_not_see_one_another(attend, arrays, data):
    q, k, v, _ = arrays
    p = data.draw(st.permutations(range(q.shape[-2])))
    assert_allclose(attend(q[..., p, :], k, v), attend(q, k, v)[..., p, :], rtol=0, atol=1e-14)


@each_forward
@given(arrays=examples, seed=st.integers(0, 99))
def test_a_shift_of_all_scores_of_a_query_changes_nothing(attend, arrays, seed):
    q, k, v, _ = arrays
    # A vector added to every key adds the same ⟨q, shift⟩/√d to all scores of a query.
    shift = np.random.default_rng(seed).normal(size=k.shape[-1])
    assert_allclose(attend(q, k + shift, v), attend(q, k, v), rtol=0, atol=1e-13)


@each_forward
def test_equal_keys_give_the_mean_of_the_values(attend):
    q, k, v, _ = example()
    k = np.broadcast_to(k[:, :1], k.shape)
    mean = np.broadcast_to(v.mean(axis=1, keepdims=True), (2, 4, 3))
    assert_allclose(attend(q, k, v), mean, rtol=0, atol=1e-15)


@each_forward
def test_a_single_key_is_attended_to_whatever_the_query(attend):
    q, k, v, _ = example(keys=1)
    assert_array_equal(attend(q, k, v), np.broadcast_to(v, (2, 4, 3)))


@each_forward
def test_a_query_that_fits_one_key_far_better_gets_its_value(attend):
    k = 100 * np.eye(4)
    v = np.arange(8.0).reshape(4, 2)
    assert_array_equal(attend(100 * np.eye(4)[[2, 0]], k, v), v[[2, 0]])


def test_values_of_one_in_a_place_read_the_weights_off():
    q, k, _, _ = example()
    places = np.broadcast_to(np.eye(7), (2, 7, 7))
    assert_array_equal(attention(q, k, places), attention_weights(q, k))


@pytest.mark.parametrize("block", BLOCKS)
@given(arrays=examples, masked=st.booleans(), seed=st.integers(0, 99))
def test_the_size_of_the_blocks_changes_no_more_than_the_last_digits(block, arrays, masked, seed):
    q, k, v, upstream = arrays
    mask = some_mask((q.shape[-2], k.shape[-2]), seed) if masked else None
    if masked and not mask.any(axis=-1).all():
        mask[:, 0] = True
    o = attention(q, k, v, mask)
    eps = np.finfo(float).eps
    found = attention_blockwise(q, k, v, mask, block)
    assert_allclose(found, o, rtol=0, atol=8 * eps * np.abs(v).max())
    whole = attention_vjp(q, k, v, upstream, mask)
    # What adds up to a gradient: σ times a key or a query, or the error at the output.
    size = 1 + np.abs(upstream).sum() * np.abs(v).max() * max(np.abs(q).max(), np.abs(k).max())
    for part, expected in zip(
        attention_blockwise_vjp(q, k, v, upstream, mask, block), whole, strict=True
    ):
        assert_allclose(part, expected, rtol=0, atol=8 * eps * size)


@pytest.mark.parametrize("scale", [1e-3, 1, 30, 1e4])
@pytest.mark.parametrize("block", BLOCKS)
def test_scores_of_any_size_rise_through_the_blocks(block, scale):
    q, k, v, _ = example(keys=40, scale=scale)
    k = np.sort(k, axis=1)  # the largest score is the last, or the first
    assert_allclose(
        attention_blockwise(q, k, v, block=block), attention(q, k, v), rtol=0, atol=1e-14
    )


# Laws of the backward pass


def errors_of(attend, arrays, mask):
    """C = Σ u o as a function of q, of k, and of v, the other two kept."""
    q, k, v, upstream = arrays
    yield q, lambda q: (upstream * attend(q, k, v, mask)).sum()
    yield k, lambda k: (upstream * attend(q, k, v, mask)).sum()
    yield v, lambda v: (upstream * attend(q, k, v, mask)).sum()


@each_forward
@each_backward
@given(arrays=examples, masked=st.booleans())
def test_the_gradients_are_those_of_the_complex_step(attend, vjp, arrays, masked):
    q, k, v, upstream = arrays
    mask = None
    if masked:
        mask = some_mask((q.shape[-2], k.shape[-2]))
        mask[:, 0] = True
    gradients = vjp(q, k, v, upstream, mask)
    for gradient, (x, cost) in zip(gradients, errors_of(attend, arrays, mask), strict=True):
        by_step = numerical_gradient(cost, x, "complex")
        assert_allclose(gradient, by_step, rtol=1e-11, atol=1e-13)


@each_forward
@each_backward
@pytest.mark.parametrize("mask", [None, np.tri(4, 7, dtype=bool)])
def test_the_gradients_pass_the_check(attend, vjp, mask):
    arrays = example(samples=())
    gradients = vjp(*arrays, mask)
    for gradient, (x, cost) in zip(gradients, errors_of(attend, arrays, mask), strict=True):
        assert check_gradient(cost, gradient, x).passed


@each_backward
@given(arrays=examples)
def test_the_gradients_are_those_with_the_jacobian_written_out(vjp, arrays):
    q, k, v, upstream = arrays
    root = np.sqrt(q.shape[-1])
    J = softmax_jacobian(q @ np.swapaxes(k, -1, -2) / root)  # one matrix for each query
    at_h = np.einsum("...ib,...jb->...ij", upstream, v)
    at_z = np.einsum("...kij,...ki->...kj", J, at_h)
    expected = (
        np.einsum("...ij,...ja->...ia", at_z, k) / root,
        np.einsum("...ij,...ia->...ja", at_z, q) / root,
        np.einsum("...ij,...ib->...jb", attention_weights(q, k), upstream),
    )
    for gradient, other in zip(vjp(q, k, v, upstream), expected, strict=True):
        assert_allclose(gradient, other, rtol=1e-11, atol=1e-13)


@given(arrays=examples)
def test_the_average_error_is_the_output_times_the_error_arriving_there(arrays):
    q, k, v, upstream = arrays
    sigma = upstream @ np.swapaxes(v, -1, -2)
    average = (attention_weights(q, k) * sigma).sum(axis=-1)
    assert_allclose((attention(q, k, v) * upstream).sum(axis=-1), average, rtol=0, atol=1e-13)


@each_backward
@given(arrays=examples)
def test_moving_all_keys_alike_costs_nothing(vjp, arrays):
    _, at_k, _ = vjp(*arrays)
    assert_allclose(at_k.sum(axis=-2), 0, atol=1e-13)


@each_backward
@given(arrays=examples)
def test_each_query_hands_its_whole_error_to_the_values(vjp, arrays):
    *_, upstream = arrays
    _, _, at_v = vjp(*arrays)
    assert_allclose(at_v.sum(axis=-2), upstream.sum(axis=-2), rtol=0, atol=1e-13)


@each_backward
@given(arrays=examples)
def test_queries_and_keys_share_one_slope(vjp, arrays):
    # Scores know q and k by their product only: 2q with k/2 is nothing new.
    q, k, *_ = arrays
    at_q, at_k, _ = vjp(*arrays)
    assert_allclose(
        (q * at_q).sum(axis=(-1, -2)), (k * at_k).sum(axis=(-1, -2)), rtol=1e-9, atol=1e-12
    )


@each_backward
def test_errors_of_several_queries_add_up_at_keys_and_values(vjp):
    q, k, v, upstream = example(samples=())
    at_q, at_k, at_v = vjp(q, k, v, upstream)
    single = [vjp(q[[i]], k, v, upstream[[i]]) for i in range(len(q))]
    assert_allclose(at_q, np.concatenate([x[0] for x in single]), rtol=0, atol=1e-15)
    assert_allclose(at_k, sum(x[1] for x in single), rtol=0, atol=1e-15)
    assert_allclose(at_v, sum(x[2] for x in single), rtol=0, atol=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_without_the_root_of_d_most_queries_get_hardly_any_gradient(seed):
    q, k, v, upstream = example(seed, samples=(), d=256, queries=200)

    def median(q):
        return np.median(np.linalg.norm(attention_vjp(q, k, v, upstream)[0], axis=-1))

    assert median(16 * q) < 0.01 * median(q)  # √256 = 16 times the score is the score without it


# Masks


@each_forward
def test_a_masked_key_might_as_well_not_be_there(attend):
    q, k, v, _ = example()
    keys = np.array([True, False, True, True, False, True, False])
    expected = attend(q, k[:, keys], v[:, keys])
    assert_allclose(attend(q, k, v, keys), expected, rtol=0, atol=1e-15)


@each_function
def test_a_mask_that_leaves_everything_changes_nothing(call):
    arrays = example()
    for found, expected in zip(call(*arrays, np.array(True)), call(*arrays), strict=True):
        assert_array_equal(found, expected)


@each_backward
@pytest.mark.parametrize("scale", [1, 100])
def test_exactly_nothing_reaches_a_key_and_a_value_that_are_masked(vjp, scale):
    q, k, v, upstream = example(scale=scale)
    keys = np.array([False, True, True, False, True, True, False])
    at_q, at_k, at_v = vjp(q, k, v, upstream, keys)
    assert np.isfinite(at_q).all()
    assert_array_equal(at_k[:, ~keys], 0)
    assert_array_equal(at_v[:, ~keys], 0)
    rest = vjp(q, k[:, keys], v[:, keys], upstream)
    for found, expected in zip((at_q, at_k[:, keys], at_v[:, keys]), rest, strict=True):
        assert_allclose(found, expected, rtol=0, atol=1e-13)


@each_backward
def test_a_query_with_a_single_key_left_has_no_slope(vjp):
    q, k, v, upstream = example()
    mask = np.tri(4, 7, dtype=bool)
    at_q, _, _ = vjp(q, k, v, upstream, mask)
    assert_allclose(at_q[:, 0], 0, rtol=0, atol=1e-15)
    assert np.abs(at_q[:, 1:]).min() > 1e-4


@each_forward
def test_a_causal_mask_hides_what_comes_later(attend):
    q, k, v, _ = example(queries=7)
    mask = np.tri(7, dtype=bool)
    before = attend(q, k, v, mask)
    k[:, 4:], v[:, 4:] = 9, -9
    after = attend(q, k, v, mask)
    assert_array_equal(after[:, :4], before[:, :4])
    assert (after[:, 4:] != before[:, 4:]).all()


@each_function
@pytest.mark.parametrize("shape", [(7,), (1, 7), (4, 7), (4, 1), (1, 4, 7), (2, 1, 7), (2, 4, 7)])
def test_a_mask_broadcasts_to_the_scores(call, shape):
    arrays = example()
    mask = np.random.default_rng(1).random(shape) < 0.7
    mask[..., 0] = True
    whole = np.broadcast_to(mask, (2, 4, 7)).copy()
    for found, expected in zip(call(*arrays, mask), call(*arrays, whole), strict=True):
        assert_array_equal(found, expected)


@each_forward
@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_blocks_may_be_masked_from_their_first_key_to_their_last(attend, block):
    q, k, v, _ = example(queries=7, scale=10)
    for mask in (np.tri(7, dtype=bool), np.tri(7, dtype=bool)[::-1, ::-1], np.eye(7, dtype=bool)):
        found = attention_blockwise(q, k, v, mask, block)
        assert_allclose(found, attend(q, k, v, mask), rtol=0, atol=1e-14)


def test_minus_a_billion_is_no_mask_in_float16():
    q, k, v, _ = example(samples=(), queries=1)
    q, k, v = (x.astype(np.float16) for x in (q, k, v))
    keys = np.array([False, True, True, True, True, True, True])
    assert attention_weights(q, k, keys)[0, 0] == 0
    with np.errstate(over="ignore"):
        assert np.float16(-1e9) == -np.inf


# Values


# In units in the last place of the largest entry, since sums of either sign cancel. Where a query
# has a key or two left, the D of the blocks has fewer digits than the ⟨h, σ⟩ of the whole.
@pytest.mark.parametrize(
    ("attend", "vjp", "bound"),
    list(zip(FORWARD.values(), BACKWARD.values(), [5, 25], strict=True)),
    ids=FORWARD,
)
@pytest.mark.parametrize("masked", [False, True])
def test_the_last_digits_are_right(attend, vjp, bound, masked):
    for seed in range(20):
        arrays = example(seed, samples=(), scale=1.5)
        mask = some_mask((4, 7), seed) if masked else None
        found = [attend(*arrays[:3], mask), *vjp(*arrays, mask)]
        for computed, answer in zip(found, reference.attention(*arrays, mask), strict=True):
            assert reference.ulps_of_the_largest(computed, answer) <= bound


def test_the_whole_form_keeps_its_digits_where_softmax_is_sure_and_the_blocks_do_not():
    q, k = np.array([[50.0]]), np.array([[1.0], [0.2], [0.0]])
    v, upstream = np.array([[3.0], [-1.0], [0.7]]), np.array([[1.1]])
    answer = reference.attention(q, k, v, upstream)[1]
    assert reference.ulps(attention_vjp(q, k, v, upstream)[0][0], answer[0]) <= 4
    assert reference.ulps(attention_blockwise_vjp(q, k, v, upstream)[0][0], answer[0]) > 1e6


def by_torch(q, k, v, upstream, mask):
    """Output and gradients by PyTorch, its plain formula and not a fused kernel."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    tensors = [torch.tensor(x, requires_grad=True) for x in (q, k, v)]
    with sdpa_kernel(SDPBackend.MATH):
        o = torch.nn.functional.scaled_dot_product_attention(
            *tensors, attn_mask=None if mask is None else torch.tensor(mask)
        )
    o.backward(torch.tensor(upstream))
    return [o.detach().numpy(), *(x.grad.numpy() for x in tensors)]


def by_complex_step(q, k, v, upstream, mask):
    costs = errors_of(attention, (q, k, v, upstream), mask)
    return [attention(q, k, v, mask), *(numerical_gradient(f, x, "complex") for x, f in costs)]


WITNESSES = [by_complex_step]
if importlib.util.find_spec("torch"):
    WITNESSES.append(by_torch)


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("mask", [None, np.tri(4, 7, dtype=bool), np.arange(7) != 3])
@pytest.mark.parametrize("scale", [0.1, 1, 10])
def test_output_and_gradients_are_those_of_other_witnesses(witness, mask, scale):
    if mask is not None:
        mask = np.broadcast_to(mask, (2, 4, 7)).copy()
    arrays = example(scale=scale)
    expected = witness(*arrays, mask)
    for attend, vjp in zip(FORWARD.values(), BACKWARD.values(), strict=True):
        found = [attend(*arrays[:3], mask), *vjp(*arrays, mask)]
        for ours, theirs in zip(found, expected, strict=True):
            assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)


# Extremes


@each_function
def test_scores_of_thousands_neither_overflow_nor_give_nan(call):
    q, k, v, upstream = example(scale=1e3)
    for found in call(q, k, v, upstream):
        assert np.isfinite(found).all()


@each_forward
def test_scores_as_large_as_they_can_be(attend):
    q, k = np.array([[1e154]]), np.array([[1e154], [-1e154]])
    assert_array_equal(attend(q, k, [[3.0], [4.0]]), [[3.0]])
    assert_array_equal(attend(-q, k, [[3.0], [4.0]]), [[4.0]])


@each_function
def test_scores_that_overflow_float16_do_not_overflow_float32(call):
    q, k, v, upstream = (x.astype(np.float16) for x in example(scale=200))
    with np.errstate(over="ignore"):
        assert np.isinf(q @ np.swapaxes(k, -1, -2)).any()
    for found in call(q, k, v, upstream):
        assert found.dtype == np.float16
        assert not np.isnan(found).any()


# Memory


def peak_beside_results(call):
    """The most memory that a call needs at once, without its results."""
    tracemalloc.start()
    try:
        results = call()
        return tracemalloc.get_traced_memory()[1] - sum(x.nbytes for x in results)
    finally:
        tracemalloc.stop()


KEYS = 16_384
ROW = 8 * KEYS  # bytes of the weights of one query


def test_the_blocks_need_a_few_rows_of_the_weights_and_not_all_of_them():
    q, k, v, upstream = example(samples=(), queries=256, keys=KEYS, d=8, values=8)
    forward = peak_beside_results(lambda: [attention_blockwise(q, k, v)])
    backward = peak_beside_results(lambda: attention_blockwise_vjp(q, k, v, upstream))
    assert forward < 5 * ROW
    assert backward < 8 * ROW
    assert peak_beside_results(lambda: [attention(q, k, v)]) > 256 * ROW


def test_a_mask_of_one_boolean_a_key_is_not_written_out_by_the_blocks():
    q, k, v, _ = example(samples=(), queries=256, keys=KEYS, d=8, values=8)
    mask = np.arange(KEYS) % 3 > 0
    assert peak_beside_results(lambda: [attention_blockwise(q, k, v, mask)]) < 5 * ROW


# Samples, dtypes, layouts, arguments


@each_function
def test_a_batch_is_its_samples_one_by_one(call):
    arrays = example(samples=(2, 3))
    together = call(*arrays)
    for index in np.ndindex(2, 3):
        apart = call(*(x[index] for x in arrays))
        for x, y in zip(together, apart, strict=True):
            assert_allclose(x[index], y, rtol=0, atol=1e-14)


@each_function
@pytest.mark.parametrize("empty", [{"samples": (0,)}, {"queries": 0}, {"values": 0}])
def test_nothing_asked_is_answered_with_nothing(call, empty):
    arrays = example(**empty)
    mask = np.ones((arrays[0].shape[-2], 7), dtype=bool)
    for found, shaped in zip(call(*arrays, mask), call(*arrays), strict=True):
        assert found.shape == shaped.shape
        assert not found.any() or "values" in empty


@each_function
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_floating_dtype_is_kept_and_is_as_exact_as_it_can_be(call, dtype):
    arrays = [x.astype(dtype) for x in example()]
    best = call(*(x.astype(np.result_type(dtype, np.longdouble)) for x in arrays))
    error = float(100 * max(np.finfo(dtype).eps, np.finfo(np.longdouble).eps))
    for found, expected in zip(call(*arrays), best, strict=True):
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=0, atol=error)


@each_function
def test_integers_booleans_and_lists_become_float64(call):
    q, k, v, upstream = [[1, 0]], [[0, 1], [1, 1]], [[1, 2], [3, 4]], [[1, -1]]
    floats = [np.array(x, dtype=float) for x in (q, k, v, upstream)]
    for found, expected in zip(call(q, k, v, upstream), call(*floats), strict=True):
        assert found.dtype == np.float64
        assert_array_equal(found, expected)


@pytest.mark.parametrize("vjp", BACKWARD.values(), ids=BACKWARD)
def test_arrays_of_several_dtypes_meet_in_the_widest(vjp):
    q, k, v, upstream = example()
    mixed = q.astype(np.float16), k.astype(np.float32), v.astype(np.float32), upstream
    same = [x.astype(np.float32) for x in mixed]
    assert attention(*mixed[:3]).dtype == np.float32
    for found, expected in zip(vjp(*mixed), vjp(*same), strict=True):
        assert found.dtype == np.float32
        assert_array_equal(found, expected)


@each_function
def test_complex_arrays_of_no_imaginary_part_give_the_real_result(call):
    arrays = example()
    for found, expected in zip(call(*(x + 0j for x in arrays)), call(*arrays), strict=True):
        assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@each_function
def test_every_memory_layout_gives_the_same_result(call):
    arrays = example()
    expected = call(*arrays)
    for same in zip(*map(reference.layouts, arrays), strict=True):
        for x, y in zip(call(*same), expected, strict=True):
            assert_allclose(x, y, rtol=0, atol=1e-14)


@each_function
def test_a_sample_repeated_without_copying_gives_the_same_result(call):
    repeated = [np.broadcast_to(x, (3, *x.shape)) for x in example(samples=())]
    for x, y in zip(call(*repeated), call(*(x.copy() for x in repeated)), strict=True):
        assert_allclose(x, y, rtol=0, atol=1e-14)


@each_function
@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.complex128])
def test_no_argument_is_changed_and_no_result_shares_its_memory(call, dtype):
    arrays = [x.astype(dtype) for x in example()]
    mask = np.tri(4, 7, dtype=bool)
    before = [x.tobytes() for x in (*arrays, mask)]
    results = call(*arrays, mask)
    assert [x.tobytes() for x in (*arrays, mask)] == before
    assert not any(np.shares_memory(x, y) for x in results for y in (*arrays, mask))


# At the edges of a dtype


@each_forward
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(
    ("mask", "mean"), [(None, 4), ([True, True, True, False], 3), ([False, False, False, True], 7)]
)
def test_scores_as_low_as_they_can_be_are_scores_all_the_same(attend, dtype, mask, mean):
    q, v = np.ones((1, 1), dtype), np.array([[1], [3], [5], [7]], dtype)
    k = np.full((4, 1), np.finfo(dtype).min)
    assert_array_equal(attend(q, k, v, mask), [[mean]])


@each_backward
def test_of_errors_that_overflow_either_way_the_product_is_named_without_a_warning(vjp):
    huge = np.array([[1e200, 1e200]])
    with pytest.raises(ValueError, match="upstream vᵀ must fit into float64"):
        vjp([[1.0]], [[1.0]], huge * [1, -1], huge)


@each_backward
def test_gradients_that_overflow_float16_are_infinite_without_a_warning(vjp):
    arrays = [[1.0]], [[400.0], [399.0]], [[300.0], [-300.0]], [[800.0]]
    at_q, at_k, at_v = vjp(*map(np.float16, arrays))
    # h = 1/(1 + 1/e): by q and k the error is h(1 - h) · 600 · 800 = 94,373 > 65,504.
    assert_array_equal(at_q, [[np.inf]])
    assert_array_equal(at_k, [[np.inf], [-np.inf]])
    assert_allclose(at_v, [[800 / (1 + 1 / np.e)], [800 / (1 + np.e)]], rtol=1e-3)
