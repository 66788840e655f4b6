"""Pictures of one derivative in two forms draw what they are given, where it belongs."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from softmax_lab import pictures

X = np.linspace(-1, 1, 5)
RIGHT, WRONG = [(0.5, 0.2), (0.75, 0.2)], [(0.75, 0.1), (0.5, -0.3)]
ERRORS = {"subtracted": [1e-16, 1e-8, 1], "added up": [1e-16, 1e-16, 2e-16]}
CALLS = {
    "error_along_gap": ([0, 20, 40], ERRORS),
    "two_readings": ((X, X**2), (2 * X, X**3), RIGHT, WRONG),
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def points(ax, marker):
    return [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == marker]


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_is_drawn_into_the_axes_it_is_given_and_changes_no_setting(name):
    settings, numbers = dict(mpl.rcParams), repr(CALLS[name])
    draw = getattr(pictures, name)
    panels = np.size(draw(*CALLS[name]))
    plt.close("all")
    figure, given = plt.subplots(1, panels)
    returned = draw(*CALLS[name], **{"ax" if panels == 1 else "axes": given})
    assert list(np.ravel(returned)) == list(np.ravel(given))
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., :3].std() > 5
    assert dict(mpl.rcParams) == settings
    assert repr(CALLS[name]) == numbers


@pytest.mark.parametrize("name", CALLS)
def test_no_text_is_too_small_to_read(name):
    figure = np.ravel(getattr(pictures, name)(*CALLS[name]))[0].figure
    written = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in written) >= 12


def test_each_chart_shows_its_own_curve_and_its_own_two_points():
    axes = pictures.two_readings(*CALLS["two_readings"])
    for ax, (x, y), right, wrong in zip(axes, CALLS["two_readings"][:2], RIGHT, WRONG, strict=True):
        assert any(np.array_equal(line.get_xydata(), np.column_stack([x, y])) for line in ax.lines)
        assert points(ax, "o") == [right]
        assert points(ax, "X") == [wrong]


def test_two_charts_share_their_height_so_that_readings_can_be_compared():
    left, right = pictures.two_readings(*CALLS["two_readings"])
    assert left.get_ylim() == right.get_ylim()
    dashed = [line for ax in (left, right) for line in ax.lines if line.get_linestyle() == "--"]
    assert [set(line.get_ydata()) for line in dashed] == [{0.2}, {0.2}]


def test_without_wrong_points_none_is_drawn_or_named():
    axes = pictures.two_readings(*CALLS["two_readings"][:3])
    assert [points(ax, "X") for ax in axes] == [[], []]
    names = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert names == ["fed its own number", "what outputs can be"]


def test_each_error_is_named_and_drawn_on_a_logarithmic_axis():
    ax = pictures.error_along_gap(*CALLS["error_along_gap"])
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(ERRORS)
    for line, values in zip(ax.lines, ERRORS.values(), strict=False):
        assert list(line.get_ydata()) == values
    low, high = ax.get_ylim()
    assert low < 1e-16 < 1 < high
