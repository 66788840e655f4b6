"""What pictures say of themselves is made of the numbers drawn, and as true as they are."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from IPython.core.formatters import DisplayFormatter

mpl.use("agg")

import matplotlib.pyplot as plt

from softmax_lab import pictures
from softmax_lab.pictures import words
from softmax_lab.pictures.style import signed
from softmax_lab.pictures.words import course, number
from test_pictures import CALLS, GRID, VECTOR, J

# For each picture the same call with something else to see.
OTHERWISE = {
    "attended": (J, np.array([[0.2, 0.3, 0.5], [0, 1, 0], [0.5, 0.3, 0.2]]), [0, 2]),
    "before_and_after": (VECTOR, VECTOR),
    "confusion": ({"one": np.diag([3, 4]), "other": np.array([[1, 0], [2, 1]])},),
    "cost_and_memory": ([1, 10, 100], [1, 2, 5], [1, 1, 2], [8, 80, 800], [1, 2, 3]),
    "digits": (np.linspace(0, 1, 192).reshape(3, 64), [7, 0, 2]),
    "ends": ({"one": {"a": ([0.8, 0.9], [2, 2]), "b": ([0.3, 0.4], [2, 2])}}, 2),
    "entry_by_entry": (np.diag(VECTOR), J.T * 2),
    "error_along_gap": ([0, 20, 40], {"one": [1e-16, 1e-8, 1], "other": [1e-16, 1e-9, 1e-6]}),
    "error_along_shift": ([-1, 0, 1], {"one": [1, 1, np.nan]}, {"one": [1, 1, 1]}),
    "error_along_step": ([0.1, 1], {"one": [0, 1e-4]}, {"one": [1, 1]}, {"best": 0.5}),
    "error_at_true_class": ([0, 1], {"one": [0, 2]}, {"other": ([1], [1e-5])}),
    "gradient_along_gap": ([-1, 0, 1], {"one": [1, 2, 3], "other": [3, 2, 0]}),
    "gradient_along_width": ([1, 4, 16], {"one": [1, 0.1, 0.02], "other": [1, 1, 1]}),
    "gradient_fields": (*GRID, {"one": GRID, "other": GRID}),
    "heatmap": (2 * J,),
    "let_through": ({"one": {"a": False, "b": True}},),
    "matrices": ({"one": J, "other": J},),
    "simplex": ([[0.2, 0.2, 0.6]],),
    "training_curves": ([0, 1, 2], {"loss": {"one": [3, 2, 1], "other": [3, 2]}}),
    "wires": ({"one": np.diag(VECTOR), "other": J}, 2),
}

finite = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


def drawn(name, *given, **more):
    return getattr(pictures, name)(*given, **more)


def said(name, *given, **more):
    axes = drawn(name, *given, **more)
    text = pictures.in_words(axes)
    plt.close("all")
    return text


def numbers_in(text):
    """The numbers of a text, as they are written."""
    return re.findall(r"[+\N{MINUS SIGN}]?\d+(?:,\d{3})*(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", text)


# ---- every picture


@pytest.mark.parametrize("name", CALLS)
def test_every_picture_says_what_it_shows_in_plain_sentences(name):
    text = said(name, *CALLS[name])
    assert text.endswith(".")
    assert len(text) > 60
    assert not re.search(r"[$\\{}<>]|  |\bnan\b(?<!before nan)|None(?! is)|array|,,|\.\.", text)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_said_is_another_when_what_is_drawn_is(name):
    assert said(name, *CALLS[name]) != said(name, *OTHERWISE[name])


@pytest.mark.parametrize("name", CALLS)
def test_what_is_said_is_the_same_of_the_same(name):
    assert said(name, *CALLS[name]) == said(name, *CALLS[name])


def test_a_picture_in_part_of_a_figure_is_said_of_the_whole():
    figure = plt.figure()
    left, right = figure.subfigures(1, 2)
    axes = left.subplots(), right.subplots()
    pictures.heatmap(J, ax=axes[0])
    pictures.heatmap(2 * J, ax=axes[1])
    whole = pictures.in_words(axes[0])
    assert whole == pictures.in_words(axes[1])
    assert signed(J[0, 0]) in whole
    assert signed(2 * J[0, 0]) in whole


def test_what_was_cleared_is_no_longer_said():
    ax = pictures.before_and_after([0.1, 0.9], [0.2, 0.8])
    ax.clear()
    assert pictures.in_words(ax) == ""
    pictures.before_and_after([0.3, 0.7], [0.4, 0.6], ax=ax)
    assert "from 0.3 to 0.4" in pictures.in_words(ax)
    assert "from 0.1" not in pictures.in_words(ax)


def test_two_pictures_in_one_pair_of_axes_are_both_said():
    ax = pictures.simplex([[0.2, 0.3, 0.5]])
    pictures.simplex([[0.6, 0.3, 0.1]], ax=ax)
    assert "(0.2, 0.3, 0.5)" in pictures.in_words(ax)
    assert "(0.6, 0.3, 0.1)" in pictures.in_words(ax)


# ---- in notebooks


def test_a_notebook_keeps_the_words_as_text_and_as_alternative_text_of_the_image():
    ax = pictures.heatmap(J)
    data, metadata = DisplayFormatter().format(ax.figure)
    assert data["text/plain"] == metadata["image/png"]["alt"] == pictures.in_words(ax)


def test_of_a_figure_without_a_picture_a_notebook_keeps_what_it_always_does():
    ax = pictures.heatmap(J)
    ax.clear()
    data, metadata = DisplayFormatter().format(ax.figure)
    assert data["text/plain"].startswith("<Figure size")
    assert metadata == {}


def figures_of(notebook):
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    return [output for output in outputs if "image/png" in output.data]


def test_every_figure_of_a_lesson_is_described_and_no_two_alike(stored):
    described = [output.metadata["image/png"]["alt"] for output in figures_of(stored)]
    assert all(len(text) > 60 for text in described)
    assert len(set(described)) == len(described)
    for output, text in zip(figures_of(stored), described, strict=True):
        assert not re.search(r"[$\\{}<>]|  ", text)
        plain = output.data["text/plain"]
        assert plain == text or plain.splitlines()[0].endswith(")")  # an explorer has its state
        assert "<Figure" not in plain


# ---- where numbers are missing

nan = np.nan
HOLES = {
    "attended": ((J, np.full((3, 3), nan), [0]), "Row 1 asks: nan, nan, nan."),
    "confusion": (({"t": np.zeros((2, 2), int)},), "the commonest mistakes are none."),
    "cost_and_memory": (
        ([1, 10], [nan, nan], [1, 2], [1, 2], [3, nan]),
        "“forming J” has no number; “without J” goes from 1 to 2.",
    ),
    "digits": (([np.zeros(64)], [3]), "1 handwritten digit of 8 × 8 pixels"),
    "ends": (({"t": {"x": ([], [])}}, 3), "“x” has no run."),
    "entry_by_entry": (
        (np.array([[nan, 1], [0, 1]]), np.array([[1, 1], [0, nan]])),
        "Of different height are 2: ∂h₁/∂z₁ (nan beside +1.000) and ∂h₂/∂z₂ (+1.000 beside nan).",
    ),
    "error_along_gap": (([0, 1], {"a": [nan, nan], "b": [1, 1]}), "“a” has no number; “b” is 1"),
    "error_along_shift": (([0, 1], {"a": [1, nan]}, {"a": [nan, nan]}), "from c = 0 to 0"),
    "error_along_step": (([0.1, 1], {"a": [nan, nan], "b": [0, 0]}), "“a” has no number. “b”: "),
    "error_at_true_class": (([0, 1], {"a": [nan, 0]}, {"m": ([], [])}), "“m” has no number."),
    "gradient_along_gap": (
        ([0, 1], {"a": [nan, nan], "b": [1, 2]}),
        "“a” has no number; “b” rises",
    ),
    "gradient_along_width": (([1, 2], {"a": [nan, 1]}), "“a” gives no number at 1 and 1 at 2."),
    "heatmap": (([[nan, 1], [2, np.inf]],), "h₁: nan, +1.000; h₂: +2.000, +\N{INFINITY}."),
    "let_through": (({"a": {"x": True}},), "which of 1 check, “x”, pass"),
    "matrices": (({"t": np.array([[nan, 1]])},), "1 panel. A matrix"),
    "simplex": (([[nan, nan, nan]],), "A point at h = (no number, no number, no number)."),
    "training_curves": (([0, 1, 2], {"l": {"a": [], "b": [1]}}), "“b” ends at 0 already"),
    "wires": (({"t": np.zeros((1, 2))}, 0), "h₁ has wires from none"),
}


@pytest.mark.parametrize("name", HOLES)
def test_what_can_be_drawn_can_be_told_where_numbers_are_missing(name):
    arguments, told = HOLES[name]
    assert told in said(name, *arguments)


def test_a_matrix_without_its_numbers_is_told_by_how_far_they_reach():
    assert "numbers from \N{MINUS SIGN}0.16 to 0.225" in said("heatmap", J, digits=None)
    assert said("heatmap", [[nan]], digits=None).endswith(": no number.")


# ---- the numbers are those drawn


@given(arrays(float, (3, 2), elements=finite))
def test_a_matrix_is_told_entry_by_entry_as_it_is_written_in_the_cells(matrix):
    ax = pictures.heatmap(matrix)
    told = pictures.in_words(ax)
    if len({signed(x) for x in matrix.ravel()}) == 1:
        assert f"{signed(matrix[0, 0])} everywhere" in told
    else:
        rows = [", ".join(map(signed, row)) for row in matrix]
        assert f"h₁: {rows[0]}; h₂: {rows[1]}; h₃: {rows[2]}." in told
    plt.close(ax.figure)


@given(arrays(float, 3, elements=finite), arrays(float, 3, elements=finite))
def test_a_change_is_told_with_both_numbers_and_its_direction(before, after):
    told = said("before_and_after", before, after)
    for k, (was, now) in enumerate(zip(before, after, strict=True)):
        name = "h₁h₂h₃"[2 * k : 2 * k + 2]
        if number(was) == number(now):
            assert f"{name} stays at {number(was)}" in told
        else:
            verb = "rises" if now > was else "falls"
            assert f"{name} {verb} from {number(was)} to {number(now)}" in told


@given(st.lists(finite, min_size=2, max_size=9))
def test_a_course_is_told_with_numbers_of_the_curve_and_a_true_verb(y):
    x = 1000 * np.arange(2, 2 + len(y))
    told = course(x, y)
    known = {number(v).lstrip("+") for v in y} | {number(v) for v in x}
    assert set(numbers_in(told)) <= known
    if told.startswith("rises"):
        assert y[-1] > y[0]
    elif told.startswith("falls"):
        assert y[-1] < y[0]
    elif "highest" in told:
        assert number(max(y)) in told
    if "lowest" in told:
        assert number(min(y)) in told


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ([1, 2, 3, 4], "rises from 1 to 4, half of the way by 2"),
        ([4, 1, 1, 1], "falls from 4 to 1, half of the way by 1"),
        ([2, 2, 2, 2], "stays at 2"),
        ([0, 5, 1, 0], "goes from 0 to its highest, 5, at 1, and to 0 at the end"),
        (
            [0, 5, -5, 0],
            "goes from 0 to its highest, 5, at 1, to its lowest, \N{MINUS SIGN}5, at 2, "
            "and to 0 at the end",
        ),
        ([1, np.nan], "is 1"),
        ([np.nan], "has no number"),
    ],
)
def test_a_course_is_told_as_one_would(y, told):
    assert course(range(4), y) == told


def test_a_curve_that_hardly_moves_on_its_axis_stays():
    assert course([0, 1, 2], [1, 1.2, 1.1], scale=10) == "stays between 1 and 1.2"
    assert course([0, 1, 2], [1, 1.2, 1.1], scale=0.3).startswith("goes from 1 to its highest")


def test_on_a_logarithmic_axis_half_of_the_way_is_a_power_of_ten():
    y = [1, 1e-2, 1e-4]
    assert course([0, 1, 2], y, logarithmic=True) == "falls from 1 to 10⁻⁴, half of the way by 1"
    assert course([0, 1, 2], [1, 0.9, 0]) == "falls from 1 to 0, half of the way by 2"


@given(st.floats(1e-9, 1e12), st.sampled_from([-1, 1]))
def test_a_number_is_told_to_three_digits(x, sign):
    text = number(sign * x)
    assert text.startswith("\N{MINUS SIGN}") == (sign < 0)
    back = text.strip("\N{MINUS SIGN}").replace(",", "")
    power_alone = re.fullmatch("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", back)
    digits, _, exponent = ("1", "", power_alone[1]) if power_alone else back.partition("·10")
    plain_exponent = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(digits) * 10.0 ** int(plain_exponent or 0) == pytest.approx(x, rel=6e-3)


def test_where_two_curves_part_and_which_is_higher_is_told():
    x = [1, 2, 3, 4]
    told = words.compared(x, {"a": [0, 0, 5, 9], "b": [0, 0, 2, 3]})
    assert told == "Compared: the two run together from 1 to 2 and “a” is higher from 3 to 4."
    assert words.compared(x, {"a": x, "b": x, "c": x}) == ""


def test_which_paths_are_lit_follows_from_the_zeros():
    crossed = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    told = said("wires", {"some": crossed}, 1)
    assert "h₁ has wires from z₁ and z₂; h₂ has wires from z₂; h₃ has wires from z₃" in told
    assert "the paths from z₂ to C, in colour, lead through h₁ and h₂." in told
    assert "colour" not in said("wires", {"some": crossed})


def test_the_entries_that_a_claim_lacks_are_told_from_those_it_has():
    told = said("entry_by_entry", np.diag(np.diag(J)), J)
    same, other = told.split("Of different height are 6: ")
    assert "Equally high are 3: ∂h₁/∂z₁ (+0.225), " in same
    assert other.startswith("∂h₁/∂z₂ (0.000 beside \N{MINUS SIGN}0.160), ")
    assert "None is of different height." in said("entry_by_entry", J, J)


def test_a_check_that_stops_everything_is_named_and_its_absence_too():
    passed = {"x": {"a": True, "b": False}, "y": {"a": False, "b": False}}
    told = said("let_through", passed)
    assert "“x” passes “a”; “y” passes none. No code passes “b”." in told
    assert "No check fails every code." in said("let_through", {"x": {"a": True}})


@given(st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3))
def test_a_point_of_the_triangle_is_told_where_it_is(weights):
    h = np.array(weights) / sum(weights)
    assert f"A point at h = ({', '.join(map(number, h))})." in said("simplex", [h])


def test_a_curve_of_the_triangle_is_told_by_its_middle_and_its_width():
    angle = np.linspace(0, 2 * np.pi, 121)[:, None]
    long, short = np.array([[1, -1, 0]]) / 2, np.array([[-1, -1, 2]]) / (2 * np.sqrt(3))
    ellipse = 1 / 3 + 0.3 * np.cos(angle) * long + 0.1 * np.sin(angle) * short
    told = said("simplex", curves=[ellipse])
    assert "around (0.333, 0.333, 0.333) 0.3 by 0.1." in told
    open_told = said("simplex", curves=[ellipse[:30]])
    assert f"one from ({', '.join(map(number, ellipse[0]))})" in open_told


def test_limits_are_told_with_where_they_are_passed():
    told = said("cost_and_memory", *CALLS["cost_and_memory"], limits=[("a laptop", 100)])
    assert "A dashed line at 100 bytes is a laptop" in told
    assert "“forming J” is above it from 100 and “without J” stays below it." in told


def test_digits_lost_are_told_with_where_none_is_left():
    gap = np.arange(5)
    told = said("error_along_gap", gap, {"a": [1e-16, 1e-9, 1e-4, 1, 1], "b": [0, 0, 0, 0, 1e-15]})
    assert "“a” goes from below 10⁻¹⁴ to 1, which it is from 3 on; “b” stays below 10⁻¹³." in told


def test_answers_of_a_type_are_told_from_the_first_to_the_last():
    errors = {"float16": [np.nan, 1, 1e-3, 1e-3, np.nan]}
    told = said("error_along_shift", np.arange(-2, 3), errors)
    assert "“float16” has answers from c = \N{MINUS SIGN}1 to 1" in told
    assert "1 at the first, about 10⁻³ at the last." in told


def test_the_best_step_is_told_to_a_power_of_ten():
    step = np.logspace(-12, 0, 25)
    errors = np.maximum(1e-16 / step, step)
    told = said("error_along_step", step, {"forward": errors}, best={"root": 1e-8})
    assert "least, about 10⁻⁸, near s = 10⁻⁸" in told
    assert "Vertical lines mark root = 10⁻⁸." in told


def test_the_commonest_mistakes_are_told_most_frequent_first():
    counts = np.array([[5, 2, 0], [0, 6, 0], [3, 1, 4]])
    told = said("confusion", {"t": counts})
    assert "right are 15 of 21, digit by digit 0: 5 of 7, 1: 6 of 6, 2: 4 of 8;" in told
    assert "2 read as 0 (3 of them), 0 read as 1 (2 of them) and 2 read as 1 (1 of them)." in told


def test_an_arrow_is_told_by_length_and_direction():
    told = said("gradient_fields", *GRID, {"f": (0 * GRID[0] + 3, 0 * GRID[1] - 4)})
    assert told.count("5 pointing right and down") == 5
    assert "pointing" not in said("gradient_fields", *GRID, {"f": (0 * GRID[0], 0 * GRID[1])})


def test_attention_is_told_row_by_row_and_ties_are_no_winner():
    weights = np.array([[0.5, 0.25, 0.25], [0.4, 0.4, 0.2], [1, 0, 0]])
    told = said("attended", J, weights, [0, 1])
    assert "Row 1 asks: 0.50, 0.25, 0.25; most, 0.50, goes to row 1." in told
    assert "Row 2 asks: 0.40, 0.40, 0.20; most, 0.40, goes to rows 1 and 2." in told
