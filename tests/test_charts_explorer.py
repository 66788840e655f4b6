"""The Python side of ChartsExplorer: one slope, whether written with the input or the output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_lab import numerical_gradient
from softmax_lab.explorers import ChartsExplorer

inputs = st.floats(-4, 4)
activations = st.sampled_from(["sigmoid", "tanh"])


def output_of(explorer, z):
    return ChartsExplorer(z=float(z), activation=explorer.activation).a


@given(inputs, activations)
def test_both_forms_give_the_slope_each_fed_its_own_number(z, activation):
    explorer = ChartsExplorer(z=z, activation=activation)
    assert explorer.slope_from_output == pytest.approx(explorer.slope, rel=1e-9)
    inside = min(max(z, -3.9), 3.9)
    twin = ChartsExplorer(z=inside, activation=activation)
    numeric = numerical_gradient(lambda z: output_of(twin, z[0]), [inside])[0]
    assert twin.slope == pytest.approx(numeric, abs=1e-8)


@given(inputs, activations)
def test_fed_the_output_the_input_form_gives_the_slope_at_another_place(z, activation):
    explorer = ChartsExplorer(z=z, activation=activation)
    there = ChartsExplorer(z=explorer.a, activation=activation)
    assert explorer.input_form_at_output == there.slope


def test_fed_the_input_the_output_form_can_be_negative_which_no_slope_is():
    assert ChartsExplorer(z=1.2).output_form_at_input == pytest.approx(-0.24)
    assert all(ChartsExplorer(z=z, activation="tanh").slope > 0 for z in (-4, 0, 4))


@pytest.mark.parametrize("state", [{"z": 4.5}, {"z": float("nan")}, {"activation": "relu"}])
def test_what_it_cannot_show_is_refused_and_nothing_changes(state):
    explorer = ChartsExplorer(z=0.5)
    with pytest.raises(ValueError, match="must be"):
        explorer.set_trait(*next(iter(state.items())))
    assert explorer.value == {"z": 0.5, "activation": "sigmoid"}
