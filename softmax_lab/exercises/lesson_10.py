"""Lesson 10: verdicts foretold, targets that fail a check, and a softmax with a temperature."""

import inspect
from functools import cache

import numpy as np

from softmax_lab.clinic import diagnose
from softmax_lab.cross_entropy import cross_entropy, cross_entropy_gradient, one_hot
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import consulted, function, require_function
from softmax_lab.softmax import softmax

Z = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, 1.7, -0.8], [1.1, -0.6, 1.5]])
SOFT = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], [0.25, 0.4, 0.35]])

# 8.1, predict: the clinic's verdicts


def one_matrix(h):
    """The Jacobian of one sample; a batch raises an error."""
    return np.diag(h) - np.outer(h, h)


def not_shared(h, t):
    """The gradient of a sum of losses."""
    return h - t


def at_the_output(h, t):
    """The derivative with respect to the output, with 0/0 where both are 0."""
    return -t / h / len(h)


def less_the_largest(z):
    """Softmax with one maximum for the whole batch."""
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


def in_place(z):
    """Softmax that writes to the caller's logits."""
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


PATIENTS = (
    (one_matrix, "jacobian", {"given": "output"}),
    (not_shared, "loss_gradient", {"given": "output", "reduction": "sum"}),
    (at_the_output, "output_gradient", {"given": "output"}),
    (less_the_largest, "softmax", {}),
    (in_place, "softmax", {}),
)
VERDICTS = ("correct", "fragile", "wrong")
HINTS = (
    "on one sample it is right. Try a batch: does it give wrong numbers there, or none at all? A "
    "function need not take both; what the clinic holds against it is a wrong answer in silence.",
    "h - t is not divided by N. Which reduction is declared?",
    "the formula is right. Which t and h would make it 0/0, and can softmax give such an h?",
    "on one sample it is what everybody writes. In a batch there is one maximum for all rows: what "
    "is left of a row that lies a thousand below it?",
    "what it returns is right. What has become of the caller's array, and with which inputs does "
    "that happen: with some, or with ordinary ones, too?",
)


@cache
def verdicts():
    """What the clinic says of each patient."""
    return [diagnose(patient, role, **settings).verdict for patient, role, settings in PATIENTS]


def foretells_the_clinic(answer):
    """A verdict for each patient; the hint is for the first that is not the clinic's."""
    answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    if not isinstance(answer, list | tuple) or len(answer) != len(PATIENTS):
        raise Trouble("a list of five verdicts is asked for, in the order of the patients.")
    if not all(isinstance(word, str) and word in VERDICTS for word in answer):
        raise Trouble("a verdict is 'correct', 'fragile' or 'wrong'.")
    wrong = [k for k, pair in enumerate(zip(answer, verdicts(), strict=True)) if len(set(pair)) > 1]
    if not wrong:
        return None
    more = f" (Not right yet: {len(wrong)} of 5.)"
    return f"look at `{PATIENTS[wrong[0]][0].__name__}` again: {HINTS[wrong[0]]}{more}"


# 8.2, fault: smoothed targets that sum to more than 1


def shared_by_the_others(labels, n, eps):
    """Targets with 1 - eps for the true class and eps for all others together."""
    true = one_hot(labels, n)
    return true * (1 - eps) + (1 - true) * eps / (n - 1)


def as_it_was(labels, n, eps):
    """The faulty ones, which sum to more than 1."""
    return one_hot(labels, n) * (1 - eps) + eps / (n - 1)


def shared_by_all(labels, n, eps):
    """A usual kind, in which the true class has its share of eps, too."""
    return one_hot(labels, n) * (1 - eps) + eps / n


def normalised(labels, n, eps):
    """The faulty ones, divided by their sum."""
    t = as_it_was(labels, n, eps)
    return t / t.sum(axis=1, keepdims=True)


LABELS = [0, 2, 1, 2]

_smooths_rightly = function(
    shared_by_the_others,
    [(LABELS, 3, 0.1), ([1, 0, 3], 4, 0.3)],
    foreseen=[
        (as_it_was, "it still does what it did. What do the rows of its targets sum to?"),
        (
            shared_by_all,
            "its rows sum to 1, and h - t belongs to such targets. Many share eps among all "
            "classes like this. But it gives the true class more than the docstring promises: who "
            "are the others?",
        ),
        (
            normalised,
            "now the rows sum to 1. But dividing by the sum has moved the true class away from "
            "the 1 - eps of the docstring. Where did the surplus come from?",
        ),
        (
            lambda labels, n, eps: one_hot(labels, n) * (1 - eps),
            "the surplus is gone, and with it what the others should share.",
        ),
    ],
)


def puts_the_targets_right(answer):
    """The function that makes the targets, put right; the two others are healthy."""
    try:
        inspect.signature(answer).bind(LABELS, 3, 0.1)
    except (TypeError, ValueError):  # it takes something else, or does not say what
        return _healthy_hint(answer)
    return _smooths_rightly(answer)


def _healthy_hint(answer):
    require_function(answer)
    value, t = as_numbers(call(answer, Z, 1.5 * SOFT)), 1.5 * SOFT
    if close(value, cross_entropy_gradient(Z, t)):
        return (
            "with h Σt - t the check passes: it is the gradient for targets of any sum. But are "
            "these targets meant to have any sum? You have changed the one that noticed."
        )
    if close(value, (softmax(Z) - t) / len(Z)) or close(value, cross_entropy(Z, t)):
        return (
            "this one is healthy, as the clinic says. It works with what it is given: look there."
        )
    return (
        "the clinic found the loss and the gradient healthy, each for itself. What do they have "
        "in common, and what is declared about it where they were examined?"
    )


# 8.3, code: the gradient of cross-entropy on a softmax with a temperature

TEMPERED = (
    (
        lambda z, t, T: (softmax(z / T) - t) / len(z),
        "right at T = 1, and elsewhere T times too large. h - t is the derivative with respect to "
        "what softmax is given, and that is not z.",
    ),
    (
        lambda z, t, T: (softmax(z / T) - t) * T / len(z),
        "right at T = 1. The derivative of z/T with respect to z is not T. (Distillation "
        "multiplies its cost by T²; this cost is not multiplied by anything.)",
    ),
    (
        lambda z, t, T: (softmax(z / T) - t) / len(z) / T**2,
        "right at T = 1, and elsewhere one T too many. How often does T occur in the forward pass?",
    ),
    (
        lambda z, t, T: (softmax(z) - t) / len(z),
        "right at T = 1, and T occurs nowhere in it, or has no effect.",
    ),
    (
        lambda z, t, T: (softmax(z) - t) / len(z) / T,
        "right at T = 1. The factor outside is there; which logits does softmax get to see?",
    ),
    (
        lambda z, t, T: (softmax(z * T) - t) / len(z) * T,
        "right at T = 1. Does a high temperature make the output flatter, or sharper?",
    ),
)


def by_formula(z, t, T):
    """The gradient of the mean cross-entropy of softmax(z / T)."""
    return cross_entropy_gradient(z / T, t) / T


WIDE = np.array([[0.3, 1.6, -0.7, 0.9], [-1.3, 0.2, 1.1, 0.6]])
SHARES = np.array([[0.4, 0.3, 0.2, 0.1], [0.0, 0.0, 0.0, 1.0]])
OTHER_TEMPERATURES = ((Z, SOFT, 2.5), (Z[:3], SOFT[:3], 0.5), (WIDE, SHARES, 3.0))
TINY = 1e-8  # smaller than any sensible step
CHILLED = (TINY * Z, SOFT, TINY)

_at_other_temperatures = function(by_formula, OTHER_TEMPERATURES, foreseen=TEMPERED)


def knows_the_temperature(answer):
    """First at T = 1, where the clinic knows the mistakes; then at other temperatures."""
    require_function(answer)
    at_one = [(Z, SOFT), (WIDE, SHARES)]
    if wrong := next((given for given in at_one if not _right(answer, *given, 1.0)), None):
        named, seen = consulted(lambda z, t: answer(z, t, 1.0), "loss_gradient", keys=True)
        said = (
            named
            or seen
            or difference(as_numbers(call(answer, *wrong, 1.0)), by_formula(*wrong, 1.0))
        )
        name = getattr(answer, "__name__", "")
        name = name if name.isidentifier() else "your_answer"
        return (
            f"already at T = 1, where this is the ordinary cross-entropy: {said}\n\n"
            f"`diagnose(lambda z, t: {name}(z, t, 1.0), 'loss_gradient', reduction='mean')` shows "
            f"its numbers beside the right ones."
        )
    if not _right(answer, 800 * Z, SOFT, 1.0):
        return (
            "right on ordinary logits, and not on large ones, where an exponential overflows. "
            "`softmax` of the package subtracts the largest logit first."
        )
    if said := _at_other_temperatures(answer):
        return said
    if not _right(answer, *CHILLED):
        return (
            "right at ordinary temperatures, and wrong where z and T are tiny, though z/T is what "
            "it was. Is it a derivative measured with a step?"
        )
    return None


def _right(answer, z, t, T):
    return close(as_numbers(call(answer, z, t, T)), by_formula(z, t, T))


EXERCISES = (
    Exercise(
        "10.1",
        "predict",
        foretells_the_clinic,
        think=(
            "none of the five has a wrong formula. Which of them would a check have found, at one "
            "generic point and with one batch?"
        ),
    ),
    Exercise(
        "10.2",
        "fault",
        puts_the_targets_right,
        think=(
            "with a thousand classes the rows would have summed to 1.0001. Would the check still "
            "have noticed? Would the training?"
        ),
    ),
    Exercise(
        "10.3",
        "code",
        knows_the_temperature,
        think=(
            "in distillation t comes from a softmax of the same temperature, and for large T h - t "
            "shrinks like 1/T by itself. By what would you multiply the cost, so that its gradient "
            "keeps its size?"
        ),
        without=("cross_entropy_gradient", "cross_entropy_value_and_gradient", *MEASURING),
    ),
)
