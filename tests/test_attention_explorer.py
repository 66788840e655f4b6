"""The Python side of AttentionExplorer: what reaches q, K and V, and what it refuses."""

import re

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from softmax_lab import numerical_gradient, softmax
from softmax_lab.attention import attention, attention_vjp
from softmax_lab.explorers import AttentionExplorer

coordinate = st.floats(-3, 3).map(lambda x: round(x, 3))
point = st.tuples(coordinate, coordinate)


@st.composite
def explorers(draw):
    n = draw(st.integers(2, 5))
    points = st.lists(point, min_size=n, max_size=n)
    mask = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(any))
    vectors = {"q": draw(point), "k": draw(points), "v": draw(points), "upstream": draw(point)}
    return AttentionExplorer(**vectors, mask=mask, scaled=draw(st.booleans()))


def size(explorer):
    """Of what may cancel in a gradient."""
    return 1 + abs(np.array(explorer.v)).max() * abs(np.array(explorer.upstream)).max()


# ---- laws


@given(explorers())
def test_weights_are_the_softmax_of_scores_and_the_output_is_their_mean_of_the_values(explorer):
    np.testing.assert_allclose(explorer.weights, softmax(explorer.scores), rtol=1e-12)
    np.testing.assert_allclose(explorer.output, explorer.weights @ explorer.v, atol=1e-14)
    np.testing.assert_array_equal(explorer.h, explorer.weights)


@given(explorers())
def test_the_gradients_are_those_of_the_cost(explorer):
    x = np.ravel([explorer.q, *explorer.k, *explorer.v])
    numeric = numerical_gradient(explorer.cost, x, method="complex").reshape(-1, 2)
    ours = [explorer.query_gradient[None], explorer.key_gradient, explorer.value_gradient]
    np.testing.assert_allclose(np.vstack(ours), numeric, atol=1e-12 * size(explorer))


@given(explorers())
def test_the_average_error_is_a_dot_product_already_at_hand(explorer):
    by_weights = explorer.weights @ explorer.upstream_at_weights
    assert explorer.average_error == pytest.approx(by_weights, abs=1e-13 * size(explorer))


@given(explorers())
def test_what_passes_on_is_the_weight_times_the_error_above_the_average(explorer):
    errors = explorer.upstream_at_weights - explorer.average_error
    dust = 1e-13 * size(explorer)
    np.testing.assert_allclose(explorer.score_gradient, explorer.weights * errors, atol=dust)
    assert abs(explorer.score_gradient.sum()) < dust


@given(explorers())
def test_what_reaches_the_keys_is_parallel_to_the_query_and_sums_to_zero(explorer):
    dust = 1e-12 * size(explorer)
    q, at_keys = np.array(explorer.q), explorer.key_gradient
    np.testing.assert_allclose(at_keys.sum(axis=0), 0, atol=dust)
    np.testing.assert_allclose(at_keys[:, 0] * q[1], at_keys[:, 1] * q[0], atol=dust)


@given(explorers())
def test_what_reaches_the_values_is_parallel_to_the_error_and_sums_to_it(explorer):
    upstream = np.array(explorer.upstream)
    np.testing.assert_allclose(explorer.value_gradient.sum(axis=0), upstream, atol=1e-14)
    expected = np.outer(explorer.weights, upstream)
    np.testing.assert_allclose(explorer.value_gradient, expected, atol=1e-14)


@given(explorers())
def test_a_masked_key_has_weight_and_gradients_exactly_zero(explorer):
    masked = ~np.array(explorer.mask)
    assert (explorer.scores[masked] == -np.inf).all()
    for each in (
        explorer.weights,
        explorer.score_gradient,
        explorer.key_gradient,
        explorer.value_gradient,
    ):
        assert (each[masked] == 0).all()


def test_values_that_agree_pass_nothing_on():
    explorer = AttentionExplorer(v=[[0.8, y] for y in (1.5, 0.1, -0.7, -1.3)], upstream=[-1, 0])
    assert (explorer.score_gradient == 0).all()
    assert (explorer.query_gradient == 0).all()
    assert (explorer.key_gradient == 0).all()
    assert abs(explorer.value_gradient).max() > 0.5


def test_of_a_query_at_zero_no_key_hears():
    explorer = AttentionExplorer(q=[0, 0])
    assert (explorer.key_gradient == 0).all()
    assert abs(explorer.query_gradient).max() > 0.1
    np.testing.assert_allclose(explorer.output, np.mean(explorer.v, axis=0))


def test_it_shows_what_the_package_computes():
    explorer = AttentionExplorer(mask=[True, False, True, True])
    arrays = np.array([explorer.q]), np.array(explorer.k), np.array(explorer.v)
    np.testing.assert_array_equal(explorer.output, attention(*arrays, explorer.mask)[0])
    at_q, at_k, at_v = attention_vjp(*arrays, [explorer.upstream], explorer.mask)
    np.testing.assert_array_equal(explorer.query_gradient, at_q[0])
    np.testing.assert_array_equal(explorer.key_gradient, at_k)
    np.testing.assert_array_equal(explorer.value_gradient, at_v)


def test_without_the_root_of_d_scores_are_larger_by_it():
    scaled, bare = AttentionExplorer(), AttentionExplorer(scaled=False)
    np.testing.assert_allclose(bare.scores, np.sqrt(2) * scaled.scores)
    assert bare.weights.max() > scaled.weights.max()


@pytest.mark.parametrize("scaled", [True, False])
def test_the_check_passes_and_a_wrong_gradient_would_not(scaled):
    explorer = AttentionExplorer(mask=[True, True, False, True], scaled=scaled)
    assert explorer.check().passed
    explorer.cost = lambda x: 1.001 * type(explorer).cost(explorer, x)
    assert not explorer.check().passed


# ---- the state


def test_the_state_is_six_traits_and_reset_brings_it_back():
    explorer = AttentionExplorer(mask=[True, False, True, True])
    before = explorer.value
    assert set(before) == {"q", "k", "v", "upstream", "mask", "scaled"}
    explorer.set_state({"q": [3, 0], "k": [[1, 0], [0, 1]], "scaled": False})  # as from the page
    assert (explorer.n, len(explorer.v), len(explorer.mask)) == (2, 2, 2)
    explorer.reset()
    assert explorer.value == before


def test_n_cuts_off_and_continues():
    k, v = [[1, 0], [0, 1], [1, 1]], [[0, 0], [1, 0], [0, 1]]
    explorer = AttentionExplorer(k=k, v=v, mask=[True, False, True])
    explorer.n = 2
    assert (explorer.k, explorer.v, explorer.mask) == (k[:2], v[:2], [True, False])
    explorer.n = 5
    assert explorer.k[:2] == k[:2]
    assert len(explorer.k) == len(explorer.v) == len(explorer.mask) == 5
    assert explorer.mask == [True, False, True, True, True]
    usual = AttentionExplorer(n=5)
    assert (explorer.k[3:], explorer.v[3:]) == (usual.k[3:], usual.v[3:])


def test_the_last_key_left_is_attended_to():
    explorer = AttentionExplorer(mask=[False, False, False, True])
    explorer.n = 2
    assert explorer.mask == [False, True]
    assert explorer.weights.tolist() == [0, 1]


def test_k_says_how_many_keys_there_are():
    explorer, seen = AttentionExplorer(), []
    explorer.observe(lambda change: seen.append((change.old, change.new)), "n")
    explorer.k = explorer.k[:3]
    explorer.set_state({"k": [[1, 0], [0, 1]], "v": [[1, 1], [2, 2]], "mask": [True, False]})
    assert (explorer.v, explorer.mask) == ([[1, 1], [2, 2]], [True, False])
    assert seen == [(4, 3), (3, 2)]


def test_its_repr_makes_it_again():
    for explorer in (AttentionExplorer(n=5, scaled=False), AttentionExplorer(mask=[True, False])):
        assert repr(eval(repr(explorer))) == repr(explorer)


def test_it_links_like_any_widget():
    left, right = AttentionExplorer(), AttentionExplorer()
    for name in ("q", "k"):
        traitlets.link((left, name), (right, name))
    left.q = np.array([2, 1])
    right.k = [[1, 0], [0, 1], [1, 1]]
    assert (right.q, left.n) == ([2.0, 1.0], 3)
    np.testing.assert_array_equal(left.weights, right.weights)


def test_it_keeps_a_copy_of_what_it_was_given():
    k = np.eye(2)
    explorer = AttentionExplorer(k=k)
    k[0] = 9
    assert explorer.k == [[1, 0], [0, 1]]


# ---- what it refuses

REFUSED = [
    ({"q": [1]}, "q must be a point of the plane, two numbers each; received [1]"),
    ({"q": [[1, 2]]}, "q must be a point of the plane"),
    ({"q": "here"}, "q must be a point of the plane"),
    ({"q": None}, "q must be a point of the plane"),
    ({"q": [1, np.nan]}, "q must be finite, from -30 to 30"),
    ({"upstream": [1e9, 0]}, "upstream must be finite, from -30 to 30"),
    ({"upstream": [1, 2, 3]}, "For more dimensions use attention itself"),
    ({"k": [1, 2]}, "k must be a list of points of the plane"),
    ({"k": [[1, 2], [3]]}, "k must be a list of points of the plane"),
    ({"k": [[1, 2]]}, "k must have 2 to 5 keys; received 1"),
    ({"k": [[1, 2]] * 6}, "k must have 2 to 5 keys; received 6"),
    ({"v": [[1, 2]] * 3}, "v must have one entry for each of the 4 keys; received 3"),
    ({"v": [[1, 2, 3]] * 4}, "v must be a list of points of the plane"),
    ({"mask": [True] * 3}, "mask must have one entry for each of the 4 keys; received 3"),
    ({"mask": [False] * 4}, "mask must leave a key to attend to"),
    ({"mask": [1, 0, 1, 1]}, "mask must be a list of booleans"),
    ({"mask": None}, "mask must be a list of booleans"),
    ({"n": 1}, "n must be a whole number from 2 to 5; received 1"),
    ({"n": 6}, "n must be a whole number from 2 to 5; received 6"),
    ({"n": 2.5}, "n must be a whole number"),
]


@pytest.mark.parametrize(("state", "complaint"), REFUSED, ids=lambda x: str(x)[:40])
def test_what_cannot_be_shown_is_refused_and_changes_nothing(state, complaint):
    explorer = AttentionExplorer()
    before = explorer.get_state()
    ((name, value),) = state.items()
    with pytest.raises(ValueError, match=re.escape(complaint)):
        setattr(explorer, name, value)
    assert explorer.get_state() == before


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        *((s, c) for s, c in REFUSED if "4 keys" not in c and None not in s.values()),
        ({"k": np.eye(2), "n": 3}, "k must have one entry for each of the 3 keys; received 2"),
        ({"k": np.eye(2), "v": np.ones((3, 2))}, "v must have one entry for each of the 2 keys"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_what_cannot_be_shown_is_refused_from_the_beginning(state, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        AttentionExplorer(**state)


def test_a_message_from_a_page_that_does_not_fit_changes_nothing():
    explorer = AttentionExplorer()
    before = explorer.get_state()
    with pytest.raises(ValueError, match="received"):
        explorer.set_state({"k": [[1, 0], [0, 1]], "v": [[1, 2]] * 3})
    assert explorer.get_state() == before


# ---- linked explorers


@pytest.mark.parametrize("names", [("k",), ("k", "v"), ("k", "v", "mask")])
@pytest.mark.parametrize("sizes", [(5, 2, 3), (2, 5, 3)])
def test_linked_explorers_follow_each_other_through_any_number_of_keys(names, sizes):
    pair = AttentionExplorer(mask=[True, False, False, True]), AttentionExplorer(q=[0, 1])
    for name in names:
        traitlets.link((pair[0], name), (pair[1], name))
    for mover, n in zip([pair[0], pair[1], pair[0]], sizes, strict=True):
        mover.n = n
        for explorer in pair:
            assert len(explorer.k) == len(explorer.v) == len(explorer.mask) == n
        for name in names:
            assert getattr(pair[0], name) == getattr(pair[1], name)


def test_a_message_with_all_lists_reaches_a_linked_explorer_whole():
    left, right = AttentionExplorer(), AttentionExplorer()
    for name in ("k", "v", "mask"):
        traitlets.link((left, name), (right, name))
    state = {"k": [[1, 0], [0, 1]], "v": [[1, 1], [2, 2]], "mask": [True, False]}
    left.set_state(state)
    for explorer in (left, right):
        assert {name: getattr(explorer, name) for name in state} == state
    right.reset()
    assert left.k == right.k == AttentionExplorer().k


def test_a_page_that_changes_the_number_of_keys_is_told_nothing_that_it_knows():
    explorer, sent = AttentionExplorer(), []
    explorer.comm.send = lambda data, **_: sent.append(data)
    explorer.set_state({"k": [[1, 0], [0, 1]], "v": [[1, 1], [2, 2]], "mask": [True, False]})
    assert [message["method"] for message in sent] == ["echo_update"] * len(sent)
