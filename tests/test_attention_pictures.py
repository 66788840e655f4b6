"""Pictures of attention draw the weights, curves and ends that they are given."""

import matplotlib as mpl
import numpy as np

mpl.use("agg")

from matplotlib.colors import to_rgb

from softmax_lab import pictures
from softmax_lab.pictures.style import INK, OUTPUT, POSITIVE

IMAGE = np.array([[0.0, 1.0], [0.5, 0.0], [0.0, 0.0]])
WEIGHTS = np.array([[0.5, 0.3, 0.2], [0.0, 1.0, 0.0], [0.1, 0.15, 0.75]])
RUNS = {
    "whole": {"right": ([0.8, 0.9], [30, 30]), "wrong": ([0.3, 0.4], [30, 2])},
    "causal": {"right": ([0.85, 0.95], [30, 30]), "wrong": ([0.2, 0.1], [5, 7])},
}
CURVES = {"without": [1.0, 0.1, 0.001], "with": [1.0, 0.9, 0.8]}
CALLS = {
    "attended": (IMAGE, WEIGHTS, [0, 2]),
    "ends": (RUNS, 30),
    "gradient_along_width": ([4, 16, 64], CURVES),
}


def test_a_row_that_asks_is_framed_and_its_weights_stand_beside_the_rows():
    axes = pictures.attended(*CALLS["attended"])
    for ax, query in zip(axes, [0, 2], strict=True):
        assert ax.get_title() == f"row {query + 1} asks"
        assert [text.get_text() for text in ax.texts] == [f"{w:.2f}" for w in WEIGHTS[query]]
        assert [text.get_position()[1] for text in ax.texts] == [0, 1, 2]
        assert set(ax.patches[0].get_xy()[:, 1]) == {query - 0.5, query + 0.5}


def test_paper_is_the_deeper_the_larger_the_weight_and_ink_stays_ink():
    axes = pictures.attended(*CALLS["attended"])
    for ax, query in zip(axes, [0, 2], strict=True):
        ink = ax.images[0]
        assert np.array_equal(ink.get_array(), IMAGE)
        assert [ink.to_rgba(full)[3] for full in (0.0, 1.0)] == [0, 1]
        assert ink.to_rgba(1.0)[:3] == to_rgb(INK)
        # On one scale for all panels: the largest weight of those drawn has the full colour.
        for row, ground in enumerate(ax.collections):
            (colour,) = ground.get_facecolor()
            np.testing.assert_allclose(colour, (*to_rgb(OUTPUT), WEIGHTS[query, row] / 0.75))
            heights = ground.get_paths()[0].vertices[:, 1]
            assert (heights.min(), heights.max()) == (row - 0.5, row + 0.5)
            assert ground.get_zorder() < ink.get_zorder()


def test_each_curve_is_named_and_drawn_on_logarithmic_axes():
    ax = pictures.gradient_along_width(*CALLS["gradient_along_width"])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(CURVES)
    for line, values in zip(ax.lines, CURVES.values(), strict=True):
        assert list(line.get_ydata()) == values
    assert [label.get_text() for label in ax.get_xticklabels()] == ["4", "16", "64"]


def marked(ax, marker):
    """Points of one mark, as pairs of line and accuracy."""
    lines = [line for line in ax.lines if line.get_marker() == marker]
    return sorted((y, x) for line in lines for x, y in line.get_xydata())


def test_a_run_that_ended_early_is_a_cross_and_every_other_a_dot():
    whole, causal = pictures.ends(*CALLS["ends"])
    assert marked(whole, "o") == [(0, 0.8), (0, 0.9), (1, 0.3)]
    assert marked(whole, "X") == [(1, 0.4)]
    assert marked(causal, "o") == [(0, 0.85), (0, 0.95)]
    assert marked(causal, "X") == [(1, 0.1), (1, 0.2)]


def test_the_first_run_of_each_network_stands_on_top_and_in_ink():
    whole, causal = pictures.ends(*CALLS["ends"])
    for ax in (whole, causal):
        bottom, top = ax.get_ylim()
        assert bottom > top
        colours = {
            line.get_ydata()[0]: line.get_color()
            for line in ax.lines
            if line.get_xydata().size and line.get_marker() in "oX"
        }
        assert colours == {0: INK, 1: POSITIVE}
    assert [label.get_text() for label in whole.get_yticklabels()] == ["right", "wrong"]
