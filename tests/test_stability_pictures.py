"""The pictures of rounding errors: on logarithmic axes, where 0 and nan have to go somewhere."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

from matplotlib.colors import to_rgb

from softmax_lab import pictures

SHIFT = np.arange(-4, 5)
ENDS_EARLY = np.array([np.nan, 1, 1e-3, 0, 1e-16, 1e-16, 1e-8, np.nan, np.nan])
STEADY = np.full(9, 1e-16)
GAP = np.arange(4.0)
STEP = np.logspace(-8, 0, 9)


def along_shift(**more):
    return pictures.error_along_shift(SHIFT, {"float64": ENDS_EARLY}, **more)


def at_true_class(**more):
    return pictures.error_at_true_class(GAP, {"h - 1": [1e-16, 1e-8, 1e-3, 1]}, **more)


def along_step(**more):
    errors = {"forward": STEP, "central": STEP**2}
    return pictures.error_along_step(STEP, errors, **{"best": {"here": 1e-4}} | more)


every_picture = pytest.mark.parametrize("draw", [along_shift, at_true_class, along_step])


def line(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def line_colour(ax, label):
    return line(ax, label).get_color()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


@every_picture
def test_errors_have_one_logarithmic_scale_in_all_pictures(draw):
    ax = draw()
    assert ax.get_yscale() == "log"
    assert ax.get_ylim() == (2e-17, 30)


@every_picture
def test_all_that_is_written_stays_inside_the_figure(draw):
    ax = draw()
    ax.figure.canvas.draw()
    written = [*ax.texts, *ax.get_legend().get_texts(), ax.xaxis.label, ax.yaxis.label]
    for text in written:
        box = text.get_window_extent()
        assert ax.figure.bbox.contains(*box.min), text.get_text()
        assert ax.figure.bbox.contains(*box.max), text.get_text()


def test_an_error_of_0_is_drawn_as_one_rounding_and_nan_not_at_all():
    y = line(along_shift(), "float64").get_ydata()
    assert y[3] == 1e-16
    assert np.array_equal(np.isnan(y), np.isnan(ENDS_EARLY))
    assert np.array_equal(y[[1, 2, 6]], ENDS_EARLY[[1, 2, 6]])


def test_an_error_of_0_in_float16_is_drawn_too():
    # 1e-16 is no float16: it would be 0 again, which a logarithmic axis cannot show.
    ax = pictures.error_at_true_class(GAP, {"h - 1": np.zeros(4, np.float16)})
    assert np.array_equal(line(ax, "h - 1").get_ydata(), np.full(4, 1e-16))


def test_crosses_stand_where_the_answers_end():
    crosses = next(line for line in along_shift().lines if line.get_marker() == "X")
    assert crosses.get_xydata().tolist() == [[-3, 1], [2, 1e-8]]


def test_a_shift_reaches_to_both_sides_of_0():
    ax = along_shift()
    assert ax.get_xscale() == "symlog"
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels[0] == "\N{MINUS SIGN}700"
    assert labels[-1] == "700"


def test_the_steady_formula_is_dashed_in_the_colour_of_the_other():
    ax = along_shift(steady={"float64": STEADY})
    dashed = [line for line in ax.lines if line.is_dashed() and len(line.get_xdata()) == len(SHIFT)]
    assert [line.get_color() for line in dashed] == [line_colour(ax, "float64")]
    assert legend(ax) == ["float64", "shifted where needed"]
    assert legend(along_shift()) == ["float64"]


def test_what_was_measured_is_drawn_as_marks_where_it_was_measured():
    ax = at_true_class(measured={"SciPy": ([1, 3], [1e-8, 1])})
    marks = line(ax, "SciPy")
    assert marks.get_linestyle() == "None"
    assert marks.get_xydata().tolist() == [[1, 1e-8], [3, 1]]
    assert legend(ax) == ["h - 1", "SciPy"]


def test_five_libraries_have_five_marks():
    libraries = {f"library {n}": (GAP, GAP) for n in range(5)}
    ax = at_true_class(measured=libraries)
    assert len({line(ax, name).get_marker() for name in libraries}) == 5


@every_picture
def test_the_curves_of_a_picture_have_different_colours(draw):
    ax = draw()
    colours = {to_rgb(line(ax, name).get_color()) for name in legend(ax)}
    assert len(colours) == len(legend(ax))


@pytest.mark.parametrize("draw", [along_shift, at_true_class])
def test_a_line_says_where_no_digit_is_right(draw):
    ax = draw()
    assert [text.get_text() for text in ax.texts] == ["no digit is right"]
    assert ax.texts[0].xy[1] == 1


def test_a_step_is_drawn_on_two_logarithmic_axes():
    ax = along_step()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_only_what_was_expected_is_dashed_and_in_the_colour_of_its_curve():
    ax = along_step(expected={"central": 2 * STEP**2})
    dashed = [line for line in ax.lines if line.is_dashed() and len(line.get_xdata()) == len(STEP)]
    assert [line.get_color() for line in dashed] == [line_colour(ax, "central")]
    assert legend(ax) == ["forward", "central", "expected"]


def test_curves_that_coincide_are_both_seen():
    ax = along_step()
    above, below = line(ax, "forward"), line(ax, "central")
    assert above.get_zorder() > below.get_zorder()
    assert above.get_linewidth() < below.get_linewidth()


def test_the_best_steps_are_marked_by_name_at_their_place():
    ax = along_step(best={"forward": 1e-8, "central": 1e-5})
    marked = {text.get_text(): text.xy[0] for text in ax.texts}
    assert marked == {"forward": 1e-8, "central": 1e-5}
    assert [line.get_xdata()[0] for line in ax.lines[-2:]] == [1e-8, 1e-5]
