"""Pictures of one derivative in two forms draw what they are given, where it belongs."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from softmax_lab import pictures

ERRORS = {"subtracted": [1e-16, 1e-8, 1], "added up": [1e-16, 1e-16, 2e-16]}
CALLS = {
    "error_along_gap": ([0, 20, 40], ERRORS),
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


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


def test_each_error_is_named_and_drawn_on_a_logarithmic_axis():
    ax = pictures.error_along_gap(*CALLS["error_along_gap"])
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(ERRORS)
    for line, values in zip(ax.lines, ERRORS.values(), strict=False):
        assert list(line.get_ydata()) == values
    low, high = ax.get_ylim()
    assert low < 1e-16 < 1 < high
