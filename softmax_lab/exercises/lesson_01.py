"""Lesson 1: which entries fail, a Jacobian by central differences, a check that can be fooled."""

import numpy as np

from softmax_lab.exercises.answers import call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import JACOBIANS, MEASURING, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_jacobian

Z = np.array([2.0, 1.0, 0.1])
J = softmax_jacobian(Z)
DIAGONAL_ONLY = np.diag(np.diag(J))

# 1.1, predict: which entries of the check differ, for the cost C = h_3

UNLIKE = "z₁ and z₂ stand to h₃ in the same way. Can one of them matter to it, and the other not?"

predicts_the_check = numbers(
    np.abs(DIAGONAL_ONLY - J)[2] > 1e-6,
    foreseen=[
        (
            [True, True, True],
            "in the lesson all three entries differed, since every output had a weight. Here only "
            "h₃ has one, and entry 2 is the derivative of h₃ with respect to its own logit.",
        ),
        (
            [False, False, True],
            "it is the other way round: the formula is right where an output meets its own logit.",
        ),
        (
            [False, False, False],
            "the cost is h₃ alone. Does it stay the same when z₁ is raised?",
        ),
        *(([first, not first, last], UNLIKE) for first in (True, False) for last in (True, False)),
    ],
)

# 1.2, code: the Jacobian of softmax by central differences


POINTS = [(Z,), (np.array([0.4, -0.3, 1.6, 0.2]),), (np.array([-1.2, 0.7]),)]
EXACT = 1e-14  # no difference quotient is right to so many


def one_sided(z, step=1e-5):
    """Forward differences, which look at z + s e and at z itself."""
    return (softmax(z + step * np.eye(len(z))) - softmax(z)).T / step


_gives_all_entries = function(
    softmax_jacobian,
    POINTS,
    role="jacobian",
    foreseen=[
        (
            lambda z: 2 * softmax_jacobian(z),
            "everything is twice too large. How far apart are z + s e and z - s e?",
        ),
        (
            lambda z: -softmax_jacobian(z),
            "the size is right, the sign is not. Which output is subtracted from which?",
        ),
        (
            one_sided,
            "it steps to one side only, and is right to about 5 digits. Step to both sides, and "
            "divide by the whole distance.",
        ),
    ],
)


def measures_all_entries(answer):
    """Right, and not to more digits than a measurement can have."""
    if said := _gives_all_entries(answer):
        return said
    off = [np.abs(as_numbers(call(answer, *at)) - softmax_jacobian(*at)).max() for at in POINTS]
    if max(off) < EXACT:
        return (
            "right, and to more digits than a difference of two outputs can be: is it a formula? "
            "Measure this time, as if you knew none: step to both sides of z, and look at h."
        )
    return None


# 1.3, fault: a check that adds up the errors of a column before it looks at their size


def fools_the_check(answer):
    """A wrong matrix whose errors cancel in every column."""
    matrix = as_numbers(answer)
    if matrix.shape != J.shape:
        return difference(matrix, J)
    if not np.isfinite(matrix).all():
        return (
            "nan does slip through, since `nan > 1e-6` is False: a second fault of the same line. "
            "Now find a matrix of ordinary numbers, for the first one."
        )
    if close(matrix, DIAGONAL_ONLY):
        return (
            "the diagonal alone is caught: within a column its errors all have one sign. What "
            "would become of errors of both signs?"
        )
    sums = np.abs((matrix - J).sum(axis=0))
    if (sums > 1e-6).any():
        return (
            f"this one is caught, at j = {(sums > 1e-6).argmax()}. What happens there to the three "
            f"errors of the column, before anything is compared with 1e-6?"
        )
    if np.abs(matrix - J).max() < 0.01:
        return "that is the Jacobian, or nearly: the check is right to let it through."
    return None


EXERCISES = (
    Exercise(
        "1.1",
        "predict",
        predicts_the_check,
        think=(
            "and if σ were (1, 1, 1)? The cost is then the sum of the outputs, and you know what "
            "its gradient has to be."
        ),
    ),
    Exercise(
        "1.2",
        "code",
        measures_all_entries,
        think=(
            "what was measured knows nothing of a denominator that the outputs share, and yet the "
            "entries off the diagonal are there. Where do they come from?"
        ),
        without=(*MEASURING, *JACOBIANS, *PRODUCTS),
    ),
    Exercise(
        "1.3",
        "fault",
        fools_the_check,
        think=(
            "this check never looks at an entry by itself. With which upstream error would the "
            "check of a cost be just as blind?"
        ),
    ),
)
