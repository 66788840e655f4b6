"""The picture of what checks overlook says in words and in colour what it is given."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb

from softmax_lab import pictures
from softmax_lab.pictures.style import POSITIVE

PASSED = {
    "softmax twice": {"$z = 0$": True, "$N = 1$": False, "generic": False},
    "divided by n": {"$z = 0$": False, "$N = 1$": True, "generic": False},
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def drawn(passed=PASSED):
    ax = pictures.let_through(passed)
    ax.figure.canvas.draw()
    return ax


def words(ax):
    return {tuple(map(int, text.get_position()[::-1])): text for text in ax.texts}


def test_each_verdict_stands_in_the_row_of_its_code_and_the_column_of_its_check():
    ax = drawn()
    for row, verdicts in enumerate(PASSED.values()):
        for column, through in enumerate(verdicts.values()):
            assert words(ax)[row, column].get_text() == ("passes" if through else "fails")
    assert [label.get_text() for label in ax.get_yticklabels()] == list(PASSED)
    assert [label.get_text() for label in ax.get_xticklabels()] == list(PASSED["softmax twice"])


def test_the_first_code_is_the_upper_row():
    bottom, top = drawn().get_ylim()
    assert bottom > top


def test_what_slips_through_is_coloured_and_what_is_caught_is_not():
    ax = drawn()
    shown = ax.images[0].to_rgba(ax.images[0].get_array())[..., :3]
    for row, verdicts in enumerate(PASSED.values()):
        for column, through in enumerate(verdicts.values()):
            coloured = np.allclose(shown[row, column], to_rgb(POSITIVE), atol=0.01)
            assert coloured == through


def test_a_column_in_which_nothing_passes_is_not_taken_for_one_in_which_everything_does():
    shown = [
        drawn({"one": {"a": verdict, "b": verdict}}).images[0].to_rgba(np.array([[verdict]]))
        for verdict in (False, True)
    ]
    assert not np.allclose(*shown)


def test_words_are_legible_on_their_cells():
    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    ax = drawn()
    cells = ax.images[0].to_rgba(ax.images[0].get_array())
    for place, text in words(ax).items():
        dark, light = sorted((luminance(text.get_color()), luminance(cells[place][:3])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
        assert text.get_fontsize() >= 12
