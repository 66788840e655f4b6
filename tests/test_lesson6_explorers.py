"""The Python side of the explorers of lesson 6: their state, what follows from it, the refusals."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.embed import embed_data
from traitlets import TraitError

from softmax_lab import (
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    naive_softmax,
    numerical_gradient,
    softmax,
    softmax_vjp,
)
from softmax_lab.explorers import GradientCheckExplorer, StabilityExplorer
from softmax_lab.gradient_check import DEFAULT_STEPS

Z, UPSTREAM = [2.0, 1.0, 0.1], [0.9, -1.4, -0.8]
METHODS = ["forward", "central", "complex"]
DTYPES = ["float64", "float32", "float16"]

number = st.floats(-5, 5).map(lambda x: round(x, 2))
vector = st.lists(number, min_size=3, max_size=3)
label = st.integers(0, 2)


# ---- GradientCheckExplorer: laws


@given(vector, vector, label)
def test_the_right_gradient_agrees_with_the_complex_step(z, upstream, label):
    for mode in ("free", "cross_entropy"):
        explorer = GradientCheckExplorer(
            z, upstream, mode=mode, label=label, method="complex", step=1e-20
        )
        np.testing.assert_allclose(explorer.result, explorer.numeric, atol=1e-13)


@pytest.mark.parametrize("mode", ["free", "cross_entropy"])
@pytest.mark.parametrize("method", METHODS)
def test_the_numbers_are_those_of_numerical_gradient(mode, method):
    explorer = GradientCheckExplorer(Z, UPSTREAM, mode=mode, method=method, step=1e-4)
    cost = {"free": lambda z: UPSTREAM @ softmax(z), "cross_entropy": lambda z: cross_entropy(z, 1)}
    expected = numerical_gradient(cost[mode], Z, method, 1e-4)
    assert explorer.numeric.tolist() == expected.tolist()
    gradients = {"free": softmax_vjp(Z, UPSTREAM), "cross_entropy": cross_entropy_gradient(Z, 1)}
    assert explorer.result.tolist() == gradients[mode].tolist()


@pytest.mark.parametrize("checked", ["right", "diagonal_only", "doubled"])
@pytest.mark.parametrize("mode", ["free", "cross_entropy"])
def test_the_error_at_the_default_step_is_that_of_check_gradient(checked, mode):
    explorer = GradientCheckExplorer(
        Z, UPSTREAM, checked=checked, mode=mode, step=DEFAULT_STEPS["central"]
    )
    check = check_gradient(explorer.cost, explorer.result, Z)
    assert explorer.error == check.max_relative_error
    assert explorer.check().passed == check.passed == (checked == "right")


@given(vector, vector, label)
def test_the_diagonal_alone_leaves_the_other_outputs_out(z, upstream, label):
    explorer = GradientCheckExplorer(z, upstream, checked="diagonal_only", label=label)
    h = explorer.h
    np.testing.assert_allclose(explorer.result, upstream * h * (1 - h))
    explorer.mode = "cross_entropy"
    np.testing.assert_allclose(explorer.result, explorer.sigma * h * (1 - h), atol=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_error_has_the_shape_of_a_v_and_the_complex_step_does_not(dtype):
    explorer = GradientCheckExplorer(Z, UPSTREAM, dtype=dtype)
    eps = np.finfo(dtype).eps
    for method, best in (("forward", eps ** (1 / 2)), ("central", eps ** (1 / 3))):
        tip = explorer.error_by(method, best)
        assert explorer.error_by(method, 1e3 * best) > 30 * tip
        assert explorer.error_by(method, 1e-3 * best) > 30 * tip
    assert max(explorer.error_by("complex", s) for s in (1e-8, 1e-14, 1e-20)) < 20 * eps


def test_a_wrong_gradient_stays_on_its_plateau_whatever_the_step():
    explorer = GradientCheckExplorer(Z, UPSTREAM, checked="diagonal_only")
    errors = [explorer.error_by(m, s) for m in METHODS for s in (1e-3, 1e-5, 1e-8)]
    assert max(errors) - min(errors) < 1e-3
    assert min(errors) > 0.5


def test_where_the_step_vanishes_there_is_no_number():
    explorer = GradientCheckExplorer(Z, UPSTREAM, step=1e-17)
    assert np.isnan(explorer.numeric).all()
    assert np.isnan(explorer.error)
    explorer.method = "complex"
    assert explorer.error < 1e-13


def test_a_check_in_float32_is_recognised_and_asks_for_fewer_digits():
    explorer = GradientCheckExplorer(Z, UPSTREAM)
    exact = explorer.check()
    explorer.dtype = "float32"
    assert explorer.cost(Z).dtype == np.float32
    found = explorer.check()
    assert found.passed
    assert found.tolerance > 100 * exact.tolerance
    assert "float32" in str(found)


# ---- StabilityExplorer: laws


@given(vector, st.integers(-20, 20), st.sampled_from(DTYPES), label)
def test_it_gives_what_the_package_gives_in_that_float_type(z, shift, dtype, label):
    explorer = StabilityExplorer(z, shift=shift, dtype=dtype, label=label)
    stored = (np.array(z) + shift).astype(dtype)
    assert explorer.stored.tobytes() == stored.tobytes()
    with np.errstate(all="ignore"):
        assert explorer.exponentials.tobytes() == np.exp(stored).tobytes()
    assert explorer.naive.tobytes() == naive_softmax(stored).tobytes()
    assert explorer.h.tobytes() == softmax(stored).tobytes()
    inside = stored.astype("float32" if dtype == "float16" else dtype)
    assert (
        explorer.shifted_softmax.tobytes()
        == naive_softmax(inside - inside.max()).astype(dtype).tobytes()
    )
    assert explorer.result.tobytes() == cross_entropy_gradient(stored, label).tobytes()
    assert {g.dtype for g in explorer.gradients.values()} == {np.dtype(dtype)}


@given(vector, label)
def test_three_ways_to_one_gradient(z, label):
    explorer = StabilityExplorer(z, label=label)
    for gradient in explorer.gradients.values():
        np.testing.assert_allclose(gradient, explorer.exact, atol=1e-12)


@pytest.mark.parametrize(("dtype", "limit"), [("float16", 11), ("float32", 88), ("float64", 709)])
def test_one_logit_beyond_the_limit_overflows_and_the_shift_mends_it(dtype, limit):
    explorer = StabilityExplorer([limit, 0, 0], dtype=dtype)
    assert np.isfinite(explorer.naive).all()
    explorer.shift = 1
    assert np.isinf(explorer.exponentials[0])
    assert np.isnan(explorer.naive[0])
    assert explorer.h[0] == 1


def test_an_underflow_is_mended_too():
    explorer = StabilityExplorer([-800, -801, -802])
    assert (explorer.exponentials == 0).all()
    assert np.isnan(explorer.naive).all()
    np.testing.assert_allclose(explorer.h, softmax([2, 1, 0]))


def test_confidently_wrong_only_the_long_way_fails():
    explorer = StabilityExplorer([0, 800, 0], label=0)
    assert np.isnan(explorer.long_way).any()
    assert explorer.h_minus_t.tolist() == explorer.result.tolist() == [-1, 1, 0]


def test_confidently_right_h_minus_t_has_no_digit_left():
    explorer = StabilityExplorer([40, 0, -1], label=0)
    assert explorer.h_minus_t[0] == 0
    np.testing.assert_allclose(explorer.result[0], -np.exp(-40.0) - np.exp(-41.0), rtol=1e-15)


# ---- the state


@pytest.mark.parametrize("make", [GradientCheckExplorer, StabilityExplorer])
def test_its_repr_makes_it_again(make):
    explorer = make([3, 1, 2], dtype="float32", label=2)
    assert repr(eval(repr(explorer))) == repr(explorer)


def test_what_was_dragged_is_at_hand_in_the_next_cell():
    explorer = GradientCheckExplorer()
    explorer.set_state({"z": [0, 3, 1], "step": 1e-3, "checked": "doubled"})  # a page's message
    np.testing.assert_allclose(explorer.result, 2 * softmax_vjp([0, 3, 1], UPSTREAM))
    explorer = StabilityExplorer()
    explorer.set_state({"z": [0, 3, 1], "shift": 5, "dtype": "float16"})
    assert explorer.stored.tolist() == [5, 8, 6]


WRONG = [
    (GradientCheckExplorer, {"z": [1, 2]}, "three numbers, one for each class; received 2"),
    (GradientCheckExplorer, {"upstream": [1, np.nan, 2]}, "must be finite; received"),
    (GradientCheckExplorer, {"mode": "squared_error"}, "one of 'free', 'cross_entropy'"),
    (GradientCheckExplorer, {"checked": "halved"}, "one of 'right'"),
    (GradientCheckExplorer, {"method": "backward"}, "one of 'central', 'forward', 'complex'"),
    (GradientCheckExplorer, {"dtype": "float16"}, "one of 'float64', 'float32'"),
    (GradientCheckExplorer, {"step": 0}, "from 1e-20 to 1; received 0"),
    (GradientCheckExplorer, {"step": 10.0}, "from 1e-20 to 1"),
    (GradientCheckExplorer, {"label": 3}, "a whole number from 0 to 2; received 3"),
    (StabilityExplorer, {"z": [1, 2, 3, 4]}, "three numbers, one for each class; received 4"),
    (StabilityExplorer, {"z": [0, 2000, 0]}, "from -1000 to 1000; received"),
    (StabilityExplorer, {"shift": 1e4}, "from -1000 to 1000"),
    (StabilityExplorer, {"dtype": "float8"}, "one of 'float64', 'float32', 'float16'"),
    (StabilityExplorer, {"label": 1.5}, "a whole number from 0 to 2"),
]


@pytest.mark.parametrize(("make", "state", "complaint"), WRONG, ids=lambda x: str(x)[:40])
def test_what_cannot_be_shown_is_refused_and_changes_nothing(make, state, complaint):
    explorer = make(Z)
    before = explorer.get_state()
    ((name, value),) = state.items()
    with pytest.raises(ValueError, match=complaint) as error:
        setattr(explorer, name, value)
    assert isinstance(error.value, TraitError)
    assert str(error.value).startswith(name)
    assert explorer.get_state() == before
    with pytest.raises(ValueError, match="received"):
        make(**state)


# ---- pages


def test_a_saved_page_holds_the_whole_state():
    explorers = [GradientCheckExplorer(step=1e-7), StabilityExplorer([0, 800, 0], shift=-3)]
    state = embed_data(views=explorers)["manager_state"]["state"]
    for explorer in explorers:
        saved = state[explorer.model_id]["state"]
        assert {name: saved[name] for name in explorer.parameters} == {
            name: getattr(explorer, name) for name in explorer.parameters
        }
        assert len(json.dumps(saved)) < 4000
        assert saved["_module"] in state[explorer._modules.model_id]["state"]["sources"]
