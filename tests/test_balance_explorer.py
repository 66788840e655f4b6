"""The Python side of BalanceExplorer: where the beam balances, and what is passed back."""

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from softmax_lab import numerical_gradient
from softmax_lab.explorers import BalanceExplorer, JacobianExplorer

MODES = ["free", "cross_entropy", "squared_error", "ones"]
Z = [2.0, 1.0, 0.1]
number = st.floats(-8, 8).map(lambda x: round(x, 3))


any_mode = st.sampled_from(MODES)


@st.composite
def balances(draw, mode=any_mode):
    n = draw(st.integers(2, 8))
    vector = st.lists(number, min_size=n, max_size=n)
    shares = np.array(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))) + 0.1
    return BalanceExplorer(draw(vector), draw(vector), target=shares, mode=draw(mode))


@given(balances())
def test_what_is_passed_back_are_the_moments_about_the_average(balance):
    terms = balance.h * (balance.sigma - balance.average)
    size = 1 + abs(balance.sigma * balance.h).max()
    np.testing.assert_allclose(balance.result, terms, atol=1e-12 * size)


@given(balances())
def test_the_moments_cancel(balance):
    assert abs(balance.result.sum()) < 1e-12 * (1 + abs(balance.sigma * balance.h).max())


@given(balances())
def test_the_result_is_the_gradient_of_the_cost(balance):
    numeric = numerical_gradient(balance.cost, balance.z, method="complex")
    size = 1 + abs(balance.sigma * balance.h).max()
    np.testing.assert_allclose(balance.result, numeric, atol=1e-10 * size)


@given(balances(mode=st.just("cross_entropy")), st.integers(0, 7))
def test_cross_entropy_balances_at_minus_one_whatever_z_is(balance, k):
    balance.target = np.eye(balance.n)[k % balance.n]
    assert balance.average == pytest.approx(-1, abs=1e-12)
    np.testing.assert_allclose(balance.result, balance.h - balance.target, atol=1e-12)


def test_where_h_is_zero_the_beam_still_balances_at_minus_one():
    balance = BalanceExplorer([0, 800, 0], target=[1, 0, 0], mode="cross_entropy")
    assert balance.sigma[0] == -np.inf
    assert balance.average == -1


@given(balances())
def test_the_diagonal_alone_measures_each_weight_from_its_own_share(balance):
    own = balance.h * (balance.sigma - balance.h * balance.sigma)
    size = 1 + abs(balance.sigma * balance.h).max()
    np.testing.assert_allclose(balance.diagonal_only, own, atol=1e-12 * size)


@pytest.mark.parametrize("mode", MODES)
def test_the_check_passes(mode):
    assert BalanceExplorer(n=5, mode=mode).check().passed


def test_the_state_is_five_traits_and_reset_brings_it_back():
    balance = BalanceExplorer(Z, mode="ones", compare=True)
    before = balance.value
    assert set(before) == {"z", "upstream", "target", "mode", "compare"}
    balance.set_state({"z": [1, 2, 3, 4], "mode": "free"})  # as a message from the page
    assert (balance.n, len(balance.upstream), len(balance.target)) == (4, 4, 4)
    balance.reset()
    assert balance.value == before


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        ({"z": [1.0]}, "z must have 2 to 8 numbers, one for each class; received 1"),
        ({"z": list(range(9))}, "z must have 2 to 8 numbers, one for each class; received 9"),
        ({"z": [1, 2], "upstream": [1, 2, 3]}, "upstream must have one number for each of the 2"),
        ({"z": [1, np.nan]}, "z must be finite"),
        ({"mode": "cross"}, "mode must be one of"),
        ({"target": [0, 0, 0]}, "a positive sum"),
    ],
)
def test_what_cannot_be_shown_is_refused(state, complaint):
    with pytest.raises(ValueError, match=complaint):
        BalanceExplorer(**state)


def test_what_is_refused_changes_nothing():
    balance = BalanceExplorer(Z)
    before = balance.get_state()
    with pytest.raises(ValueError, match="received"):
        balance.upstream = [1, 2]
    assert balance.get_state() == before


def test_linked_to_a_jacobian_explorer_each_follows_the_other():
    jacobian, balance = JacobianExplorer(Z), BalanceExplorer(Z)
    for name in ("z", "upstream"):
        traitlets.link((jacobian, name), (balance, name))
    balance.set_state({"upstream": [1, 2, 3]})
    jacobian.z = [0, 1, 5]
    assert (jacobian.upstream, balance.z) == ([1, 2, 3], [0, 1, 5])
    np.testing.assert_array_equal(jacobian.result, balance.result)
