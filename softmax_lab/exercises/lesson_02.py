"""Lesson 2: a Jacobian from three of its entries, those of a batch, softmax at a temperature."""

import numpy as np

from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import JACOBIANS, MEASURING, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import softmax, softmax_jacobian, softmax_jacobian_from_output

# 2.1, predict: the other six entries, from what the matrix knows

J = softmax_jacobian_from_output([0.2, 0.5, 0.3])
LEGIBLE = np.triu_indices(3, k=1)


def completes_the_matrix(answer):
    """The three legible entries, their mirror images, and the diagonal, one after the other."""
    matrix = as_numbers(answer)
    if close(matrix, J):
        return None
    if matrix.shape != J.shape or not np.isfinite(matrix).all():
        return difference(matrix, J)
    if not close(matrix[LEGIBLE], J[LEGIBLE]):
        return "the three legible entries have changed. Leave them as they were found."
    for i, j in np.transpose(LEGIBLE):
        if not close(matrix[j, i], matrix[i, j]):
            return (
                f"entries ({i}, {j}) and ({j}, {i}) differ. By which formula does each of them "
                f"come about, and what becomes of it when i and j change places?"
            )
    sums = ", ".join(f"{total:g}" for total in matrix.sum(axis=1).round(6) + 0.0)
    return (
        f"off the diagonal all is well. But the rows sum to {sums}. What does a row sum tell "
        f"about a shift of all logits, and what does such a shift do to h?"
    )


# 2.2, code: one Jacobian for each row of a batch

BATCH = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
SQUARE = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.3, 0.6, 0.1]])
LARGER = np.array(
    [
        [0.1, 0.4, 0.3, 0.2],
        [0.3, 0.1, 0.5, 0.1],
        [0.25, 0.05, 0.4, 0.3],
        [0.15, 0.15, 0.1, 0.6],
        [0.35, 0.2, 0.25, 0.2],
    ]
)

_on_batches = function(
    softmax_jacobian_from_output,
    [(BATCH,), (LARGER,), (SQUARE,)],
    role="jacobian",
    given="output",
    foreseen=[
        (
            lambda h: np.eye(h.shape[-1]) - h[..., :, None] * h[..., None, :],
            "off the diagonal it is right. But what does the factor h_i of the formula do to "
            "δ_ij, when the bracket is multiplied out?",
        ),
        (
            lambda h: h[..., :, None] * np.eye(h.shape[-1]) - h.T @ h,
            "`h.T @ h` adds up the samples: every matrix gets the products of all of them. Of "
            "the three indices, sample, i and j, none may be summed over.",
        ),
        (
            lambda h: h[..., :, None] * (np.eye(h.shape[-1]) + h[..., None, :]),
            "no entry is negative. What do the other outputs do when one of them grows?",
        ),
    ],
)


def makes_one_matrix_a_sample(answer):
    """Right on batches; and what fits one vector only is told so."""
    try:
        return _on_batches(answer)
    except Trouble as trouble:
        if _is_right_for_one_vector(answer):
            return f"right for one vector h. With a batch, {trouble}"
        raise


def _is_right_for_one_vector(answer):
    try:
        return close(as_numbers(call(answer, BATCH[0])), softmax_jacobian_from_output(BATCH[0]))
    except Trouble:
        return False


# 2.3, fault: softmax at a temperature, whose Jacobian has lost a factor


def _at_temperature(z, T):
    return softmax_jacobian(z / T) / T


restores_the_factor = function(
    _at_temperature,
    [(np.array([2.0, 1.0, 0.1]), 2.0), (np.array([-1.0, 0.5, 0.3, 1.2]), 0.5)],
    foreseen=[
        (
            lambda z, T: softmax_jacobian(z / T),
            "these are the numbers of the given code. Its matrix says how h changes when z/T "
            "is nudged. By how much does z/T move when z does?",
        ),
        (
            lambda z, T: softmax_jacobian(z) / T,
            "there is a factor now, but h is no longer the output of this layer. At which point "
            "is the matrix to be taken?",
        ),
        (
            lambda z, T: np.diag(softmax(z) / T) - np.outer(softmax(z), softmax(z)) / T**2,
            "T divides the output here. It belongs to the logits: begin with softmax(z / T), and "
            "ask what one more step of the chain rule brings.",
        ),
        (
            lambda z, T: softmax_jacobian(z / T) * T,
            "a factor T was needed, and it went to the wrong side. A high temperature makes "
            "softmax flat: does it then react more to its logits, or less?",
        ),
        (
            lambda z, T: softmax_jacobian(z / T) / T**2,
            "T divides twice. The chain rule gives one factor for the one step from z to z/T; "
            "the second h in the outer product does not bring another.",
        ),
        (
            lambda z, T: (
                np.diag(softmax(z / T)) / T - np.outer(softmax(z / T), softmax(z / T)) / T**2
            ),
            "T divides h itself, so the outer product is divided twice. Is h/T still an output of "
            "softmax, for which the formula holds?",
        ),
        (
            lambda z, T: np.diag(softmax(z / T)) - np.outer(softmax(z / T), softmax(z / T)) / T,
            "the division reaches the outer product only. Mind which comes first, / or -.",
        ),
        (
            lambda z, T: softmax_jacobian(z),
            "the temperature has no effect any more. It belongs to the layer: keep z / T.",
        ),
    ],
)

EXERCISES = (
    Exercise(
        "2.1",
        "predict",
        completes_the_matrix,
        think=(
            "you never needed h, and yet it is all in there. Divide one legible entry by another: "
            "which ratio of two outputs is it?"
        ),
    ),
    Exercise(
        "2.2",
        "code",
        makes_one_matrix_a_sample,
        think=(
            "a batch of 32 with 1000 classes makes 32 million numbers out of 32 thousand. Must one "
            "have them all? Lesson 3 says no."
        ),
        without=(*JACOBIANS, *PRODUCTS, *MEASURING),
    ),
    Exercise(
        "2.3",
        "fault",
        restores_the_factor,
        think=(
            "symmetry, zero sums and rank are the same for J and for J/T: no law of this lesson "
            "says anything about size. What kind of test does?"
        ),
        without=MEASURING,
    ),
)
