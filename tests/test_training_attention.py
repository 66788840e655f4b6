"""Nine backward passes of attention: only one is right, and what tells each of the others."""

import numpy as np
import pytest

from softmax_lab import attention_blockwise_vjp, attention_vjp, one_hot
from softmax_lab.training import check
from softmax_lab.training import right as right_at_the_logits
from softmax_lab.training_attention import BACKWARD, row_reader

CAUSAL = np.tri(8, dtype=bool)
ONLY_MASKED = {"mask_after_softmax"}  # is wrong where there is a mask
WRONG = [name for name in BACKWARD if name != "right"]


def example(seed=0, samples=(3,), rows=5, d=4, values=2):
    """Queries, keys, values and an error arriving, as many keys as queries."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(*samples, rows, width)) for width in (d, d, values, values)]


def small_reader(vjp, mask=None, seed=0):
    """A reader of digits of general parameters, three samples, and one-hot targets."""
    rng = np.random.default_rng(seed)
    network = row_reader(rng, mask, vjp, numbers=2, classes=3)
    return network, rng.random(size=(3, 64)), one_hot([0, 2, 1], 3)


@pytest.mark.parametrize("mask", [None, CAUSAL], ids=["whole", "causal"])
@pytest.mark.parametrize("name", BACKWARD)
def test_only_the_right_one_passes_the_check_of_the_whole_network(name, mask):
    passed = check(*small_reader(BACKWARD[name], mask), right_at_the_logits).passed
    assert passed == (name == "right" or (name in ONLY_MASKED and mask is None))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_one_is_told_from_every_other(name):
    arrays, mask = example(), np.tri(5, dtype=bool)
    found = BACKWARD[name](*arrays, mask)
    for other in BACKWARD:
        same = all(map(np.allclose, found, BACKWARD[other](*arrays, mask)))
        assert same == (name == other)


@pytest.mark.parametrize("name", BACKWARD)
def test_shapes_are_those_of_queries_keys_and_values(name):
    arrays = example()
    assert [x.shape for x in BACKWARD[name](*arrays)] == [x.shape for x in arrays[:3]]


@pytest.mark.parametrize("name", BACKWARD)
def test_nothing_reaches_what_is_masked_unless_the_weights_are_transposed(name):
    arrays, keys = example(), np.array([True, False, True, True, False])
    _, at_k, at_v = BACKWARD[name](*arrays, keys)
    reached = bool(at_k[:, ~keys].any() or at_v[:, ~keys].any())
    assert reached == (name == "weights_transposed")


def test_the_values_get_their_error_whatever_happens_at_the_scores():
    arrays = example()
    expected = attention_vjp(*arrays)[2]
    of_values = {name: np.allclose(BACKWARD[name](*arrays)[2], expected) for name in BACKWARD}
    assert [name for name, same in of_values.items() if not same] == ["weights_transposed"]


def test_a_forgotten_root_is_a_factor_of_queries_and_keys_alone():
    arrays = example(d=9)
    found, true = BACKWARD["root_forgotten"](*arrays), attention_vjp(*arrays)
    for x, y, factor in zip(found, true, (3, 3, 1), strict=True):
        assert np.allclose(x, factor * y)


def test_moving_all_keys_alike_costs_nothing_unless_the_errors_of_a_query_are_out_of_balance():
    at_keys = {name: BACKWARD[name](*example())[1].sum(axis=-2) for name in BACKWARD}
    balanced = {name for name, total in at_keys.items() if np.allclose(total, 0, atol=1e-12)}
    assert set(BACKWARD) - balanced == {
        "diagonal_only",
        "pass_through",
        "upstream_as_target",
        "wrong_axis",
        "weights_transposed",
    }


def test_the_transposed_weights_are_found_by_shapes_where_queries_and_keys_differ_in_number():
    q, k, v, upstream = example()
    with pytest.raises(ValueError, match="could not be broadcast"):
        BACKWARD["weights_transposed"](q[:, :3], k, v, upstream[:, :3])


def test_a_mask_after_softmax_is_right_without_a_mask_and_too_small_with_one():
    q, k, v, upstream = arrays = example()
    assert all(map(np.allclose, BACKWARD["mask_after_softmax"](*arrays), attention_vjp(*arrays)))
    mask = np.tri(5, dtype=bool)
    # The first query has one key: its weight is 1, and not what softmax gave it among five.
    ones = np.ones_like(upstream)
    right, wrong = (
        f(q, k, v, ones, mask)[2].sum(axis=-2)
        for f in (attention_vjp, BACKWARD["mask_after_softmax"])
    )
    assert np.allclose(right, 5)
    assert (wrong < 4).all()


def test_the_blockwise_backward_pass_trains_as_well():
    network, x, t = small_reader(attention_blockwise_vjp, CAUSAL)
    assert check(network, x, t, right_at_the_logits).passed
