"""The pictures of lesson 8: digits, curves over epochs, confusions."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex, to_rgba

from softmax_lab import pictures
from softmax_lab.pictures.style import INK, OUTPUT, POSITIVE

IMAGES = np.linspace(0, 1, 3 * 64).reshape(3, 64)
COUNTS = np.diag([5, 6, 7]) + np.array([[0, 4, 0], [0, 0, 0], [1, 0, 0]])
EPOCHS = np.arange(4)
PANELS = {
    "loss": {"one": [3, 2, 1, 0.5], "other": [3, 9]},
    "accuracy": {"one": [0.1, 0.5, 0.8, 0.9], "other": [0.1, 0.1]},
}
CALLS = {
    "confusion": ({"one": COUNTS, "other": COUNTS.T},),
    "digits": (IMAGES, [7, 0, 1]),
    "training_curves": (EPOCHS, PANELS),
}


def figure_of(axes):
    return np.ravel(axes)[0].figure


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_is_public_returns_its_axes_and_is_not_blank(name):
    assert name in pictures.__all__
    figure = figure_of(getattr(pictures, name)(*CALLS[name]))
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., :3].std() > 5


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_draws_into_the_axes_it_is_given(name):
    draw = getattr(pictures, name)
    panels = np.size(draw(*CALLS[name]))
    plt.close("all")
    _, given = plt.subplots(1, panels)
    assert "axes" in inspect.signature(draw).parameters
    returned = draw(*CALLS[name], axes=given)
    assert list(np.ravel(returned)) == list(np.ravel(given))
    assert len(plt.get_fignums()) == 1
    assert all(ax.has_data() for ax in np.ravel(given))


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_leaves_settings_and_numbers_alone(name):
    settings, numbers = dict(mpl.rcParams), repr(CALLS[name])
    getattr(pictures, name)(*CALLS[name])
    assert dict(mpl.rcParams) == settings
    assert repr(CALLS[name]) == numbers


@pytest.mark.parametrize("name", CALLS)
def test_no_text_is_too_small_to_read_and_none_is_cut_off(name):
    figure = figure_of(getattr(pictures, name)(*CALLS[name]))
    figure.canvas.draw()
    inside = figure.bbox.padded(1)
    written = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    shown = [text for text in written if text.get_visible() and text.get_window_extent().width]
    assert min(text.get_fontsize() for text in shown) >= 12
    for legend in figure.legends:
        box = legend.get_window_extent()
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1


def test_a_digit_is_drawn_row_after_row_with_ink_dark():
    (axes,) = pictures.digits(*CALLS["digits"])
    image = axes[1].images[0]
    assert np.array_equal(image.get_array(), IMAGES[1].reshape(8, 8))
    assert to_hex(image.cmap(1.0)) == INK
    assert [image.cmap(full)[3] for full in (0.0, 1.0)] == [0, 1]  # paper is whatever is below
    assert [ax.get_title() for ax in axes] == ["7", "0", "1"]


def test_digits_fill_rows_of_ten_and_leave_the_rest_empty():
    axes = pictures.digits(np.tile(IMAGES, (4, 1)), range(12))
    assert axes.shape == (2, 10)
    assert [ax.get_title() for ax in np.ravel(axes)[:12]] == [str(k) for k in range(12)]
    assert not any(ax.axison for ax in np.ravel(axes)[12:])


def test_a_curve_that_ended_early_is_marked_where_it_ended():
    loss, accuracy = pictures.training_curves(*CALLS["training_curves"])
    for ax in (loss, accuracy):
        whole, ended = ax.lines
        assert whole.get_marker() == "o"
        assert ended.get_marker() == "X"
        assert ended.get_markevery() == [-1]
        assert list(ended.get_xdata()) == [0, 1]


def test_every_run_is_named_once_and_looks_the_same_in_every_panel():
    axes = pictures.training_curves(*CALLS["training_curves"])
    (legend,) = figure_of(axes).legends
    assert [text.get_text() for text in legend.get_texts()] == ["one", "other"]
    looks = [[(line.get_color(), line.get_linestyle()) for line in ax.lines] for ax in axes]
    assert looks[0] == looks[1]
    assert len(set(looks[0])) == 2


def test_many_points_get_no_marks():
    ax = pictures.training_curves(np.arange(30), {"loss": {"one": np.arange(30)}})
    assert ax.lines[0].get_marker() == "None"


def test_a_run_can_keep_its_look_without_the_runs_before_it():
    names = ("a", "b", "c", "d", "e")
    every = pictures.training_curves(EPOCHS, {"loss": {name: EPOCHS for name in names}})
    few = pictures.training_curves(EPOCHS, {"loss": {"a": EPOCHS, "d": EPOCHS}}, looks=(0, 3))
    colours = [line.get_color() for line in every.lines]
    assert len(set(colours)) == 5
    assert [line.get_color() for line in few.lines] == [colours[0], colours[3]]


def test_a_logarithmic_axis_has_plain_numbers():
    x = np.array([1, 10, 100])
    ax = pictures.training_curves(x, {"loss": {"one": x}}, xscale="log", yscale="log")
    for axis in (ax.xaxis, ax.yaxis):
        assert {"1", "10", "100"} <= {text.get_text() for text in axis.get_ticklabels()}


def test_a_confusion_writes_every_count_but_zero():
    ax = pictures.confusion({"one": COUNTS})
    assert [text.get_text() for text in ax.texts] == ["5", "4", "6", "1", "7"]


def test_in_a_confusion_right_answers_are_violet_and_the_commonest_mistake_is_deepest():
    left, _ = pictures.confusion(*CALLS["confusion"])
    colours = np.asarray(left.collections[0].get_array())
    assert all(np.allclose(colours[k, k], to_rgba(OUTPUT), atol=0.01) for k in range(3))
    assert to_hex(colours[0, 1]) == to_hex(colours[2, 0]) == POSITIVE
    opacity = colours[..., 3]
    assert opacity[0, 1] > opacity[2, 0] > opacity[0, 2] == 0


def test_a_confusion_without_a_mistake_can_be_drawn():
    ax = pictures.confusion({"perfect": np.diag([1, 2])})
    assert len(ax.texts) == 2


def test_a_confusion_looks_the_same_each_time_it_is_drawn():
    figure = figure_of(pictures.confusion({"one": COUNTS, "other": COUNTS.T}))
    places = []
    for _ in range(3):
        figure.draw_without_rendering()
        places.append([ax.get_position().bounds for ax in figure.axes])
    np.testing.assert_allclose(places[1:], [places[0]] * 2, atol=1e-6)
