"""Pictures draw what they are given, in one style, and leave the reader's settings alone."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex, to_rgb, to_rgba

from softmax_lab import pictures
from softmax_lab.palette import PAPER, PICTURES, WRITTEN
from softmax_lab.pictures.style import (
    ACCENT,
    DIVERGING,
    INK,
    MUTED,
    NEGATIVE,
    OUTPUT,
    POSITIVE,
    WEIGHT,
    legible_on,
    signed,
)

J = np.array([[0.225, -0.160, -0.065], [-0.160, 0.184, -0.024], [-0.065, -0.024, 0.089]])
VECTOR = np.array([0.4, -0.4, 0.002])
GRID = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))

CALLS = {
    "attended": (J, np.full((3, 3), 1 / 3), [0, 2]),
    "before_and_after": (VECTOR, VECTOR[::-1]),
    "confusion": ({"one": np.diag([3, 4]), "other": np.ones((2, 2), int)},),
    "cost_and_memory": ([1, 10, 100], [1, 2, np.nan], [1, 1, 2], [8, 80, 800], [1, 2, 3]),
    "digits": (np.linspace(0, 1, 192).reshape(3, 64), [7, 0, 1]),
    "ends": ({"one": {"a": ([0.8, 0.9], [2, 2]), "b": ([0.3, 0.4], [2, 1])}}, 2),
    "entry_by_entry": (np.diag(VECTOR), J),
    "error_along_gap": ([0, 20, 40], {"one": [1e-16, 1e-8, 1], "other": [1e-16, 1e-16, 1e-16]}),
    "error_along_shift": ([-1, 0, 1], {"one": [np.nan, 1, 2]}, {"one": [1, 1, 1]}),
    "error_along_step": ([0.1, 1], {"one": [0, 2]}, {"one": [1, 1]}, {"best": 0.5}),
    "error_at_true_class": ([0, 1], {"one": [0, 2]}, {"other": ([1], [1e-3])}),
    "gradient_along_gap": ([-1, 0, 1], {"one": [1, 2, 3], "other": [3, 2, 1]}),
    "gradient_along_width": ([1, 4, 16], {"one": [1, 0.1, 0.01], "other": [1, 1, 1]}),
    "gradient_fields": (*GRID, {"one": GRID, "other": GRID[::-1]}),
    "heatmap": (J,),
    "let_through": ({"one": {"a": True, "b": False}},),
    "matrices": ({"one": J, "other": -J},),
    "simplex": ([[0.2, 0.3, 0.5]],),
    "training_curves": ([0, 1, 2], {"loss": {"one": [3, 2, 1], "other": [3, 9]}}),
    "wires": ({"one": np.diag(VECTOR), "other": J}, 1),
}


def figure_of(axes):
    return np.ravel(axes)[0].figure


def texts(axes):
    return [text.get_text() for ax in np.ravel(axes) for text in ax.texts]


def test_every_picture_is_tried_here():
    assert sorted({*CALLS, "in_words"}) == pictures.__all__


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_returns_its_axes_and_is_not_blank(name):
    axes = getattr(pictures, name)(*CALLS[name])
    figure = figure_of(axes)
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., :3].std() > 5


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_draws_into_the_axes_it_is_given(name):
    draw = getattr(pictures, name)
    panels = np.size(draw(*CALLS[name]))
    plt.close("all")
    figure, given = plt.subplots(1, panels)
    keyword = "ax" if "ax" in inspect.signature(draw).parameters else "axes"
    returned = draw(*CALLS[name], **{keyword: given})
    assert list(np.ravel(returned)) == list(np.ravel(given))
    assert len(plt.get_fignums()) == 1
    assert all(ax.has_data() for ax in np.ravel(given))
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., :3].std() > 5


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_leaves_the_readers_settings_alone(name):
    before = dict(mpl.rcParams)
    getattr(pictures, name)(*CALLS[name])
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_changes_none_of_its_numbers(name):
    before = repr(CALLS[name])
    getattr(pictures, name)(*CALLS[name])
    assert repr(CALLS[name]) == before


@pytest.mark.parametrize("name", CALLS)
def test_no_text_is_too_small_to_read(name):
    figure = figure_of(getattr(pictures, name)(*CALLS[name]))
    written = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in written) >= 12


def test_a_heatmap_writes_every_number():
    assert texts(pictures.heatmap(J)) == [signed(number) for number in J.ravel()]


def on(paper, colour):
    """The colour that is seen where one that may let the paper through is put on it."""
    opacity = to_rgba(colour)[3]
    return opacity * np.array(to_rgb(colour)) + (1 - opacity) * np.array(to_rgb(paper))


def contrast(colour, other):
    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted([luminance(colour), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_zero_is_paper_and_signs_are_symmetric():
    (mesh,) = pictures.heatmap(J, limit=0.5).collections
    assert mesh.norm.vmin == -mesh.norm.vmax == -0.5
    assert on("white", DIVERGING(0.5)) == pytest.approx((1, 1, 1), abs=0.01)
    assert on("black", DIVERGING(0.5)) == pytest.approx((0, 0, 0), abs=0.01)
    assert to_rgba(DIVERGING(0.0)) == to_rgba(NEGATIVE)
    assert to_rgba(DIVERGING(1.0)) == to_rgba(POSITIVE)


def test_matrices_share_one_colour_scale():
    limits = [ax.collections[0].norm.vmax for ax in pictures.matrices({"J": J, "10 J": 10 * J})]
    assert limits == [2.25, 2.25]


def test_an_entry_has_its_cell_in_its_row_and_column():
    ax = pictures.heatmap(J[:2])
    (mesh,) = ax.collections
    assert np.array_equal(mesh.get_array(), J[:2])
    for text, number in zip(ax.texts, J[:2].ravel(), strict=True):
        column, row = text.get_position()
        assert J[row, column] == number
    left, right, bottom, top = (*ax.get_xlim(), *ax.get_ylim())
    assert (left, right, bottom, top) == (-0.5, 2.5, 1.5, -0.5)


def test_a_matrix_of_zeros_can_be_drawn():
    assert texts(pictures.heatmap(np.zeros((2, 2)))) == ["0.000"] * 4


@pytest.mark.parametrize("level", np.linspace(0, 1, 41))
@pytest.mark.parametrize("colours", [DIVERGING, WEIGHT], ids=["diverging", "weight"])
def test_numbers_contrast_with_every_cell_on_light_paper_and_on_dark(colours, level):
    cell = colours(level)
    number = legible_on(cell)
    assert contrast(number, on("white", cell)) >= 4.5
    cell_there = (*to_rgb(PICTURES[to_hex(cell)]), cell[3])
    for paper in (PAPER["dark"], "#14181e", "#121212"):  # as dark pages have it
        assert contrast(PICTURES[number], on(paper, cell_there)) >= 4.5


@pytest.mark.parametrize("node", [ACCENT, OUTPUT, INK, POSITIVE])
def test_what_is_written_on_a_full_colour_is_legible_light_and_dark(node):
    assert contrast(legible_on(node), node) >= 4.5
    assert contrast(PICTURES[legible_on(node)], PICTURES[node]) >= 4.5


@pytest.mark.parametrize("colour", [INK, MUTED, ACCENT, POSITIVE, NEGATIVE])
def test_lines_and_letters_stand_out_light_and_dark(colour):
    least = 4.5 if colour in (INK, MUTED) else 3  # letters, lines (WCAG 2, AA)
    assert contrast(colour, PAPER["light"]) >= least
    assert contrast(PICTURES[colour], PAPER["dark"]) >= least


def test_no_two_colours_of_the_pictures_become_one_but_black_and_white():
    others = [dark for light, dark in PICTURES.items() if light not in WRITTEN.values()]
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.2, "+0.200"), (-0.2, "\N{MINUS SIGN}0.200"), (0, "0.000"), (-1e-9, "0.000")],
)
def test_numbers_carry_their_sign_and_zero_none(number, text):
    assert signed(number) == text


def test_the_corners_of_the_triangle_are_the_certain_answers():
    ax = pictures.simplex({"corner": [0, 1, 0]})
    assert tuple(np.ravel(ax.lines[0].get_xydata())) == (1.0, 0.0)
    assert "corner" in texts(ax)
    assert ax.texts[0].get_color() == INK


def test_wires_join_what_depends_and_light_the_paths_of_one_logit():
    parallel, crossed = pictures.wires({"parallel": np.diag(VECTOR), "crossed": J}, lit=1)
    assert len(parallel.lines) == 3 + 3 + 7  # wires to the outputs, to the cost, and the nodes
    assert len(crossed.lines) == 9 + 3 + 7
    lit = [sum(line.get_linewidth() == 3 for line in ax.lines) for ax in (parallel, crossed)]
    assert lit == [2, 6]
