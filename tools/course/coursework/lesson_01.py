"""Lesson 1: what a check will measure, what a formula leaves out, a check without a size."""

import numpy as np

from coursework.question import Question, distribution, drawn, listed, shown, vector
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import JACOBIANS, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_jacobian, softmax_vjp

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, numerical_gradient, softmax
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (measures(drawn(seed, 1.4)), leaves_out(drawn(seed, 1.5)), has_no_size(drawn(seed, 1.6)))


def measures(rng):
    """1.4: the three numbers that a check will measure, from h alone."""
    h, weight, k = distribution(rng, 3, 10), float(rng.integers(2, 6)), int(rng.integers(3))
    J = np.diag(h) - np.outer(h, h)
    truth, own = weight * J[k], np.eye(3)[k] * weight * J[k, k]
    j = (k + 1) % 3
    judge = numbers(
        truth,
        foreseen=[
            (
                own,
                "that is what h_j(1 - h_j) claims. When another logit is raised, does the output "
                "that the cost listens to stay where it is?",
            ),
            (J[k], "right for the output alone. What does the cost make of a change of it?"),
            (
                np.abs(truth),
                "the sizes are right. Raise a logit of another class: does this output gain?",
            ),
            (-truth, "the other way round: raising an output's own logit makes it larger."),
            (
                weight * J.diagonal(),
                "each entry is what an output does with its own logit. But the cost listens to "
                "one output only, and all three logits reach that one.",
            ),
            (np.eye(3)[k] * weight, "that is σ, the error that arrives at the output."),
        ],
    )
    return Question(
        Exercise(
            "1.4",
            "predict",
            judge,
            think="the three numbers sum to zero: shift all logits, and the cost does not notice.",
        ),
        f"A softmax layer has answered $h = {shown(h)}$. The cost listens to one output alone, "
        f"$C = {weight:g}\\,h_{k + 1}$. Somebody claims that $\\partial C/\\partial z$ has a "
        f"single entry that is not 0. What will the gradient check *measure* at the three logits? "
        f"No computer is needed; products such as `0.2 * 0.8` will do.",
        "measured",
        "measured = [..., ..., ...]",
        f"measured = {listed(truth)}",
        f"The output has $h_{k + 1}(1 - h_{k + 1}) = {J[k, k]:.3g}$ for its own logit and "
        f"$-h_{k + 1}h_j$ for the others, such as ${J[k, j]:.3g}$ for $z_{j + 1}$; the cost "
        f"multiplies each by {weight:g}.",
        partly=lambda a: _own_entry(a, truth, k),
        half="the entry of the output's own logit, and a negative one beside it.",
    )


def _own_entry(answer, truth, k):
    a = as_numbers(answer)
    if a.shape != truth.shape:
        return difference(a, truth)
    others = np.delete(a, k)
    return None if close(a[k], truth[k]) and (others < 0).any() else "that entry is not right."


def leaves_out(rng):
    """1.5: the part of a gradient that h_j(1 - h_j) does not have."""

    def truth(z, upstream):
        h = softmax(z)
        return softmax_vjp(z, upstream) - upstream * h * (1 - h)

    examples = [(vector(rng, n), vector(rng, n)) for n in (3, 5, 3)]
    judge = function(
        truth,
        examples,
        foreseen=[
            (
                lambda z, v: -truth(z, v),
                "the size is right, the sign is not: what is asked for has to be *added* to the "
                "formula.",
            ),
            (
                softmax_vjp,
                "that is the whole gradient. Of it, what does the formula have already?",
            ),
            (
                lambda z, v: v * softmax(z) * (1 - softmax(z)),
                "that is what the formula has. What does the check measure besides?",
            ),
            (
                lambda z, v: truth(z, np.ones(len(z))),
                "σ is not in it: each output counts as much as the cost says.",
            ),
            (
                lambda z, v: -softmax(z) * (softmax(z) @ v),
                "nearly. It also takes away what an output does with its own logit, which is in "
                "1 - h_j already.",
            ),
        ],
    )
    return Question(
        Exercise(
            "1.5",
            "code",
            judge,
            think="by which letters would you write what you have just measured? Lesson 2 does.",
            without=(*JACOBIANS, *PRODUCTS),
        ),
        "For the cost $C = \\sum_i \\sigma_i h_i$ somebody's formula gives "
        "$\\sigma_j h_j(1 - h_j)$. Write `left_out(z, upstream)`: the vector that has to be "
        "**added** to it to make it the gradient, found by measuring (`numerical_gradient` is at "
        "your disposal, the functions for the Jacobian are not). For any number of logits.",
        "left_out",
        'def left_out(z, upstream):\n    """What the formula lacks, one number for each logit."""\n'
        "    raise NotImplementedError",
        'def left_out(z, upstream):\n    """What the formula lacks, one number for each logit."""\n'
        "    h = softmax(z)\n"
        "    measured = numerical_gradient(lambda z: upstream @ softmax(z), z)\n"
        "    return measured - upstream * h * (1 - h)",
        "The measured gradient of $C$, minus what the formula has. By hand it is "
        "$-h_j\\sum_{i\\ne j}\\sigma_i h_i$: what the other outputs lose or win.",
        example=f"np.array({listed(examples[0][0])}), np.array({listed(examples[0][1])})",
        partly=function(lambda z, v: -truth(z, v), examples),
        half="the right numbers, with the other sign.",
    )


def has_no_size(rng):
    """1.6: a check that compares errors with a limit, but not their size."""
    z = np.sort(vector(rng, 3))[::-1] + np.array([0.4, 0.2, 0.0])
    J = softmax_jacobian(z)

    def judge(answer):
        a = as_numbers(answer)
        if a.shape != J.shape:
            return difference(a, J)
        if not np.isfinite(a).all():
            return "a nan does get through. Now find a matrix of ordinary numbers."
        if close(a, np.diag(J.diagonal())):
            return (
                "the diagonal alone is caught: where the true entry is negative it has 0, and "
                "0 is larger. In which direction may an entry be wrong, then?"
            )
        if (a - J > 1e-6).any():
            i, j = np.argwhere(a - J > 1e-6)[0]
            return f"this one is caught, at entry ({i}, {j}). Which sign has its error there?"
        if np.abs(a - J).max() < 0.01:
            return "that is the Jacobian, or nearly: the check is right to let it through."
        return None

    return Question(
        Exercise(
            "1.6",
            "fault",
            judge,
            think="half of all random mistakes in one entry would pass this check. And of nine?",
        ),
        "A colleague's check measures all nine entries and compares each of them:",
        "gets_through",
        "gets_through = ...",
        "gets_through = np.full((3, 3), -1.0)",
        "`.max()` of the errors with their signs: an entry that is too *small* makes a negative "
        "error, and no negative number exceeds 1e-6. It lacks `abs`. Every matrix that is nowhere "
        "larger than the Jacobian passes.",
        given=f"z = np.array({listed(z)})\n\n\n"
        "def all_entries_agree(J, z, step=1e-5):\n"
        "    nudges = step * np.eye(len(z))\n"
        "    measured = (softmax(z + nudges) - softmax(z - nudges)).T / (2 * step)\n"
        "    return (J - measured).max() < 1e-6\n\n\n"
        'print("the diagonal alone passes:", '
        "all_entries_agree(np.diag(softmax(z) * (1 - softmax(z))), z))",
        then="It catches the wrong gradient of the lesson. Find its fault, and prove it: a "
        "$3\\times3$ matrix of numbers that is far from the Jacobian at this $z$, and gets "
        "through.",
    )
