"""Lesson 1: which entries fail, a Jacobian by central differences, a check that can be fooled."""

import numpy as np

from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import clinic, numbers
from softmax_lab.softmax import softmax, softmax_jacobian

Z = np.array([2.0, 1.0, 0.1])
J = softmax_jacobian(Z)
DIAGONAL_ONLY = np.diag(np.diag(J))

# 1.1, predict: which entries of the check differ, for the cost C = h_3

predicts_the_check = numbers(
    np.abs(DIAGONAL_ONLY - J)[2] > 1e-6,
    foreseen=[
        (
            [True, True, True],
            "in the lesson all three entries differed, since every output had a weight. Here only "
            "h₃ has one, and entry 2 is the derivative of h₃ by its own logit.",
        ),
        (
            [False, False, True],
            "it is the other way round: the formula is right where an output meets its own logit.",
        ),
        (
            [False, False, False],
            "the cost is h₃ alone. Does it stay the same when z₁ is raised?",
        ),
    ],
)

# 1.2, code: the Jacobian of softmax by central differences


def one_sided(z, step=1e-5):
    """Forward differences, which look at z + s e and at z itself."""
    moved = softmax(z[..., None, :] + step * np.eye(z.shape[-1]))
    return np.swapaxes(moved - softmax(z)[..., None, :], -1, -2) / step


measures_all_entries = clinic(
    "jacobian",
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
            "nowhere did you say that the outputs share a denominator, and yet the entries off "
            "the diagonal are there. Who told them?"
        ),
        without=(
            "numerical_jacobian",
            "numerical_gradient",
            "check_gradient",
            "softmax_jacobian",
            "softmax_jacobian_from_output",
            "softmax_vjp",
            "softmax_vjp_from_output",
        ),
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
