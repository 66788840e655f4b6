"""The Python side of the explorers: their state, what follows from it, and what they refuse."""

import json
import re

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.embed import embed_data
from traitlets import TraitError

from softmax_lab import numerical_gradient, numerical_jacobian, softmax, softmax_vjp
from softmax_lab.explorers import JacobianExplorer, SimplexExplorer, modules

MODES = ["free", "cross_entropy", "squared_error", "ones"]
Z = [2.0, 1.0, 0.1]

any_mode = st.sampled_from(MODES)
number = st.floats(-8, 8).map(lambda x: round(x, 3))


@st.composite
def jacobian_explorers(draw, mode=any_mode):
    n = draw(st.integers(2, 8))
    vector = st.lists(number, min_size=n, max_size=n)
    shares = np.array(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))) + 0.1
    return JacobianExplorer(
        z=draw(vector),
        upstream=draw(vector),
        target=shares / shares.sum(),
        mode=draw(mode),
        temperature=draw(st.sampled_from([1.0, 0.5, 2.5])),
    )


# ---- laws


@given(jacobian_explorers())
def test_the_result_is_the_transposed_jacobian_times_sigma(explorer):
    size = 1 + abs(explorer.sigma * explorer.h).max()
    expected = explorer.jacobian.T @ explorer.sigma
    np.testing.assert_allclose(explorer.result, expected, atol=1e-12 * size)
    np.testing.assert_allclose(explorer.weighted.sum(axis=0), expected, atol=1e-12 * size)


@given(jacobian_explorers())
def test_the_result_is_the_gradient_of_the_cost(explorer):
    numeric = numerical_gradient(explorer.cost, explorer.z, method="complex")
    size = 1 + abs(explorer.sigma * explorer.h).max()
    np.testing.assert_allclose(explorer.result, numeric, atol=1e-10 * size)


@given(jacobian_explorers())
def test_the_jacobian_is_the_derivative_of_the_output(explorer):
    def output(z):
        return softmax(z / explorer.temperature)

    numeric = numerical_jacobian(output, explorer.z, method="complex")
    np.testing.assert_allclose(explorer.jacobian, numeric, atol=1e-13)


@given(jacobian_explorers(mode=st.just("cross_entropy")))
def test_cross_entropy_lands_on_h_minus_t(explorer):
    landing = (explorer.h - explorer.target) / explorer.temperature
    np.testing.assert_allclose(explorer.result, landing, atol=1e-13)


@given(jacobian_explorers(mode=st.just("ones")))
def test_all_ones_give_zero(explorer):
    assert abs(explorer.result).max() == 0


@given(jacobian_explorers())
def test_the_diagonal_alone_is_right_only_where_j_is_diagonal(explorer):
    off = explorer.jacobian - np.diag(np.diag(explorer.jacobian))
    missing = explorer.result - explorer.diagonal_only
    size = 1 + abs(explorer.sigma * explorer.h).max()
    np.testing.assert_allclose(missing, off.T @ explorer.sigma, atol=1e-12 * size)


@pytest.mark.parametrize("mode", MODES)
def test_the_check_passes(mode):
    assert JacobianExplorer(n=5, mode=mode, temperature=2.0).check().passed


def test_a_target_that_does_not_sum_to_one_is_taken_as_it_is():
    explorer = JacobianExplorer(Z, target=[1, 1, 0], mode="cross_entropy")
    np.testing.assert_allclose(explorer.result, 2 * explorer.h - [1, 1, 0])


def test_where_h_is_zero_the_result_of_cross_entropy_is_exact():
    explorer = JacobianExplorer([0, 800, 0], target=[1, 0, 0], mode="cross_entropy")
    assert explorer.sigma[0] == -np.inf
    assert np.isnan(explorer.weighted[0]).all()
    assert explorer.result.tolist() == [-1, 1, 0]


@given(st.lists(number, min_size=3, max_size=3), st.floats(0, 360))
def test_the_simplex_changes_lie_across_the_direction_that_does_nothing(z, direction):
    explorer = SimplexExplorer(z, direction=direction, radius=2.0)
    assert abs(explorer.change.sum()) < 1e-14
    assert np.linalg.norm(explorer.change) == pytest.approx(2)
    np.testing.assert_allclose(explorer.jacobian @ np.ones(3), 0, atol=1e-15)
    slope = (softmax(z + explorer.change * 1e-6) - softmax(z - explorer.change * 1e-6)) / 2e-6
    np.testing.assert_allclose(explorer.result, slope, atol=1e-9)


# ---- the state


def test_what_was_dragged_is_at_hand_in_the_next_cell():
    explorer = JacobianExplorer(Z)
    explorer.set_state({"z": [0, 3, 1], "upstream": [1, 0, 2]})  # as a message from the page
    assert explorer.z == [0.0, 3.0, 1.0]
    np.testing.assert_allclose(explorer.result, softmax_vjp([0, 3, 1], [1, 0, 2]))


def test_one_message_can_change_the_number_of_classes():
    explorer = JacobianExplorer(Z)
    state = {"z": [1, 2, 3, 4], "upstream": [0, 0, 0, 1], "target": [0, 0, 1, 0]}
    explorer.set_state(state)
    assert {name: getattr(explorer, name) for name in state} == state
    explorer.set_state({"target": [1, 0], "upstream": [1, 2], "z": [5, 6]})
    assert (explorer.n, explorer.z) == (2, [5, 6])


def test_n_cuts_off_and_continues():
    explorer = JacobianExplorer(z=[3, 2, 1], upstream=[1, 2, 3])
    explorer.n = 2
    assert (explorer.z, explorer.upstream, explorer.target) == ([3, 2], [1, 2], [0, 1])
    explorer.n = 4
    assert explorer.z[:3] == [3, 2, 1]
    assert len(explorer.z) == len(explorer.upstream) == len(explorer.target) == 4
    assert sum(explorer.target) == 1


def test_z_says_how_many_classes_there_are():
    explorer = JacobianExplorer(z=[3, 2, 1], upstream=[1, 2, 3])
    seen = []
    explorer.observe(lambda change: seen.append((change.old, change.new)), "n")
    explorer.z = [5, 6]
    assert (explorer.n, explorer.upstream, explorer.target) == (2, [1, 2], [0, 1])
    explorer.z = [1, 2, 3, 4]
    assert (explorer.n, len(explorer.upstream), sum(explorer.target)) == (4, 4, 1)
    explorer.set_state({"z": [7, 8]})  # a message from a page that tells of z alone
    assert (explorer.n, len(explorer.upstream), len(explorer.target)) == (2, 2, 2)
    assert seen == [(3, 2), (2, 4), (4, 2)]
    explorer.z = [8, 9]
    assert len(seen) == 3


def test_a_page_that_changes_the_number_of_classes_is_told_nothing_that_it_knows():
    # It could take our vectors for a later change of its own.
    explorer, sent = JacobianExplorer(Z), []
    explorer.comm.send = lambda data, **_: sent.append(data)
    explorer.set_state({"z": [1, 2], "upstream": [0, 1], "target": [1, 0]})
    assert [message["method"] for message in sent] == ["echo_update"] * len(sent)


def test_a_target_cut_off_keeps_its_sum():
    explorer = JacobianExplorer(n=4, target=[0.1, 0.2, 0.3, 0.4])
    explorer.n = 2
    np.testing.assert_allclose(explorer.target, [1 / 3, 2 / 3])
    explorer = JacobianExplorer(n=3, target=[0, 0, 1])
    explorer.n = 2
    assert explorer.target == [0, 1]


def test_reset_returns_to_the_beginning():
    explorer = JacobianExplorer(Z, mode="ones", stage=2, compare=True)
    before = repr(explorer)
    explorer.n = 6
    explorer.set_trait("mode", "free")
    explorer.z = [0.0] * 6
    explorer.reset()
    assert repr(explorer) == before


def test_its_repr_makes_it_again():
    for explorer in (JacobianExplorer(n=4, mode="squared_error"), SimplexExplorer([1, 2, 3])):
        assert repr(eval(repr(explorer))) == repr(explorer)


def test_arrays_tuples_and_integers_are_taken():
    explorer = JacobianExplorer(z=np.array([1, 2]), upstream=(np.float32(0.5), 1))
    assert explorer.z == [1.0, 2.0]
    assert all(type(x) is float for x in explorer.z + explorer.upstream)


def test_it_keeps_a_copy_of_what_it_was_given():
    z = [1.0, 2.0, 3.0]
    explorer = JacobianExplorer(z)
    z[0] = 9.0
    assert explorer.z == [1, 2, 3]


def test_it_can_be_observed():
    seen = []
    explorer = JacobianExplorer(Z)
    explorer.observe(lambda change: seen.append(change.new), "z")
    explorer.z = [0, 0, 1]
    assert seen == [[0, 0, 1]]


def test_it_links_and_stands_in_boxes_like_any_widget():
    explorer, other = JacobianExplorer(Z), JacobianExplorer(Z)
    slider = ipywidgets.FloatSlider(value=1, min=0.2, max=5)
    ipywidgets.jslink((slider, "value"), (explorer, "temperature"))
    ipywidgets.link((explorer, "z"), (other, "z"))
    explorer.z = [3, 2, 1]
    assert other.z == [3, 2, 1]
    assert ipywidgets.HBox([explorer, slider]).children[0] is explorer


def test_interactive_output_follows_it():
    explorer, seen = JacobianExplorer(Z), []
    ipywidgets.interactive_output(lambda state: seen.append(state["z"]), {"state": explorer})
    explorer.z = [3, 2, 1]
    assert seen == [Z, [3, 2, 1]]
    assert explorer.value == {name: getattr(explorer, name) for name in explorer.parameters}


# ---- what it refuses

WRONG = [
    ({"z": [1]}, "must have 2 to 8 numbers, one for each class; received 1"),
    ({"z": [0] * 9}, "must have 2 to 8 numbers, one for each class; received 9"),
    ({"upstream": [1, 2]}, "one number for each of the 3 classes; received 2"),
    ({"upstream": [1, 2, 3, 4]}, "received 4"),
    ({"z": [1, np.nan, 2]}, "must be finite; received"),
    ({"upstream": [np.inf, 0, 0]}, "must be finite"),
    ({"z": "abc"}, "must be a list of numbers"),
    ({"z": [[1, 2, 3]]}, "must be a list of numbers"),
    ({"z": None}, "must be a list of numbers"),
    ({"target": [0, -1, 2]}, "no negative entry"),
    ({"target": [0, 0, 0]}, "a positive sum"),
    ({"n": 1}, "from 2 to 8; received 1"),
    ({"n": 9}, "from 2 to 8; received 9"),
    ({"n": 3.5}, "a whole number"),
    ({"n": True}, "a whole number"),
    ({"mode": "kl"}, "one of 'free', 'cross_entropy'"),
    ({"mode": ["free"]}, "one of 'free'"),
    ({"stage": 4}, "from 1 to 3"),
    ({"temperature": 0}, "from 0.05 to 20"),
    ({"temperature": np.nan}, "from 0.05 to 20"),
    ({"temperature": "hot"}, "a number"),
]


@pytest.mark.parametrize(("state", "complaint"), WRONG, ids=lambda x: str(x)[:40])
def test_what_cannot_be_shown_is_refused_and_changes_nothing(state, complaint):
    explorer = JacobianExplorer(Z)
    before = explorer.get_state()
    ((name, value),) = state.items()
    with pytest.raises(ValueError, match=complaint) as error:
        setattr(explorer, name, value)
    assert isinstance(error.value, TraitError)
    assert str(error.value).startswith(name)
    assert explorer.get_state() == before


@pytest.mark.parametrize(
    "state", [s for s, _ in WRONG if "n" not in s and "z" not in s], ids=lambda x: str(x)[:40]
)
def test_what_cannot_be_shown_is_refused_from_the_beginning(state):
    with pytest.raises(ValueError, match="received"):
        JacobianExplorer(Z, **state)


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        ({"z": Z, "n": 5}, "each of the 5 classes; received 3"),
        ({"n": 9}, "from 2 to 8"),
        ({"z": [1.0]}, "z must have 2 to 8 numbers, one for each class; received 1"),
        ({"z": [1, 2], "target": [0, 1, 0]}, "target must have one number for each of the 2"),
        ({"z": [1, 2], "upstream": [1, 2, 3]}, "upstream must have one number for each of the 2"),
    ],
)
def test_what_does_not_fit_together_is_refused(state, complaint):
    with pytest.raises(ValueError, match=complaint):
        JacobianExplorer(**state)


def test_a_message_from_a_page_that_does_not_fit_changes_nothing():
    explorer = JacobianExplorer(Z)
    before = explorer.get_state()
    with pytest.raises(ValueError, match="received"):
        explorer.set_state({"z": [1, 2], "upstream": [3, 2, 1]})  # of two lengths
    assert explorer.get_state() == before


def test_the_simplex_wants_three_logits():
    with pytest.raises(ValueError, match="three numbers"):
        SimplexExplorer([1, 2])
    explorer = SimplexExplorer()
    for state in ({"z": [1, 2, 3, 4]}, {"radius": 0}, {"direction": 400}):
        with pytest.raises(ValueError, match="received"):
            explorer.set_trait(*next(iter(state.items())))
    assert repr(explorer) == repr(SimplexExplorer())


# ---- pages

EXPLORERS = [
    JacobianExplorer,
    SimplexExplorer,
    lambda: JacobianExplorer(n=8, mode="cross_entropy", compare=True),
    lambda: JacobianExplorer([0, 800, 0], target=[1, 0, 0], mode="cross_entropy"),
    lambda: SimplexExplorer([9, 0, -1], true_image=True),
]


@pytest.mark.parametrize("make", EXPLORERS)
def test_a_view_without_widgets_gets_the_state_and_a_sentence_on_where_it_moves(make):
    explorer = make()
    data, _ = explorer._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/plain"} == set(data)
    state, sentence = data["text/plain"].split("\n")
    assert state == repr(explorer)
    assert re.search(r"JupyterLab \(https://\S+\)", sentence)


def test_a_saved_page_holds_the_whole_state_and_the_modules_once():
    explorers = [JacobianExplorer(n=5), SimplexExplorer(), JacobianExplorer()]
    state = embed_data(views=explorers)["manager_state"]["state"]
    for explorer in explorers:
        saved = state[explorer.model_id]["state"]
        assert {name: saved[name] for name in explorer.parameters} == {
            name: getattr(explorer, name) for name in explorer.parameters
        }
        assert len(json.dumps(saved)) < 4000
        assert saved["_module"] in state[explorer._modules.model_id]["state"]["sources"]


def test_the_modules_come_back_after_all_widgets_were_closed():
    first = JacobianExplorer()
    ipywidgets.Widget.close_all()
    second = JacobianExplorer()
    assert second._modules is not first._modules
    assert second._modules.sources == modules.sources()
    assert SimplexExplorer()._modules is second._modules


def test_every_module_that_is_imported_is_there():
    sources = modules.sources()
    for name, source in sources.items():
        for imported in re.findall(r'from "\./([\w-]+\.js)"', source):
            assert imported in sources, name
    assert {explorer()._module for explorer in EXPLORERS[:2]} <= set(sources)


# ---- progress and stage, linked explorers


def test_a_stage_is_where_the_progress_has_come_to():
    explorer = JacobianExplorer(Z)
    assert (explorer.progress, explorer.stage) == (0, 1)
    seen = []
    explorer.observe(lambda change: seen.append((change.old, change.new)), "stage")
    for progress, stage in ((0.9, 1), (1, 2), (1.99, 2), (2, 3)):
        explorer.progress = progress
        assert explorer.stage == stage
    explorer.stage = 1
    assert explorer.progress == 0
    explorer.set_state({"progress": 1.5})
    assert explorer.stage == 2
    assert seen == [(1, 2), (2, 3), (3, 1), (1, 2)]
    assert JacobianExplorer(Z, stage=3).value["progress"] == 2


def linked(*names):
    """Two explorers, linked by these traits."""
    left, right = JacobianExplorer(Z), JacobianExplorer([0.0, 1.0, 2.0])
    for name in names:
        traitlets.link((left, name), (right, name))
    return left, right


@pytest.mark.parametrize("names", [("z",), ("z", "upstream"), ("z", "upstream", "target")])
@pytest.mark.parametrize("sizes", [(5, 2, 8), (2, 8, 3)])
def test_linked_explorers_follow_each_other_through_any_number_of_classes(names, sizes):
    pair = linked(*names)
    for mover, n in zip([pair[0], pair[1], pair[0]], sizes, strict=True):
        mover.n = n
        for explorer in pair:
            assert len(explorer.z) == len(explorer.upstream) == len(explorer.target) == n
        for name in names:
            assert getattr(pair[0], name) == getattr(pair[1], name)


def test_a_message_with_all_vectors_reaches_a_linked_explorer_whole():
    left, right = linked("z", "upstream", "target")
    state = {"z": [1, 2, 3, 4], "upstream": [4, 3, 2, 1], "target": [0, 0, 1, 0]}
    left.set_state(state)
    for explorer in (left, right):
        assert {name: getattr(explorer, name) for name in state} == state
    right.reset()
    assert left.z == right.z == [0, 1, 2]


def test_a_vector_of_another_length_is_refused_in_linked_explorers_too():
    left, right = linked("z", "upstream")
    with pytest.raises(ValueError, match="one number for each"):
        left.upstream = [1, 2]
    assert left.upstream == right.upstream == JacobianExplorer(Z).upstream
