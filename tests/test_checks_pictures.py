"""The picture of what checks overlook says in words and in colour what it is given."""

import matplotlib as mpl
import numpy as np

mpl.use("agg")

from matplotlib.colors import to_hex, to_rgb

from softmax_lab import pictures
from softmax_lab.pictures.style import GROUND, POSITIVE

PASSED = {
    "softmax twice": {"$z = 0$": True, "$N = 1$": False, "generic": False},
    "divided by n": {"$z = 0$": False, "$N = 1$": True, "generic": False},
}


def drawn(passed=PASSED):
    ax = pictures.let_through(passed)
    ax.figure.canvas.draw()
    return ax


def cells(ax):
    """The coloured cells by row and column, which their middles say."""
    middles = {cell: cell.get_bbox().get_points().mean(axis=0) for cell in ax.patches}
    return {(round(y), round(x)): cell for cell, (x, y) in middles.items()}


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
    for row, verdicts in enumerate(PASSED.values()):
        for column, through in enumerate(verdicts.values()):
            shown = to_hex(cells(ax)[row, column].get_facecolor())
            assert shown == (POSITIVE if through else GROUND)


def test_between_the_cells_there_is_room():
    ax = drawn()
    assert len(cells(ax)) == len(words(ax)) == 6
    for (row, column), cell in cells(ax).items():
        assert (column - 0.5, row - 0.5) < cell.get_xy()
        assert cell.get_width() < 1
        assert cell.get_height() < 1


def test_words_are_legible_on_their_cells():
    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    ax = drawn()
    for place, text in words(ax).items():
        ground = cells(ax)[place].get_facecolor()
        dark, light = sorted((luminance(text.get_color()), luminance(ground)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
        assert text.get_fontsize() >= 12
