"""Lesson 10: verdicts predicted, targets that fail a check, the way back through log-softmax."""

import inspect
from functools import cache

import numpy as np

from softmax_lab.clinic import diagnose
from softmax_lab.cross_entropy import cross_entropy, cross_entropy_gradient, one_hot
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function, require_function
from softmax_lab.softmax import log_softmax, softmax, softmax_vjp

Z = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, 1.7, -0.8], [1.1, -0.6, 1.5]])
SOFT = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], [0.25, 0.4, 0.35]])

# 10.1, predict: the clinic's verdicts


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


def predicts_the_clinic(answer):
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


# 10.2, fault: smoothed targets that sum to more than 1


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


# 10.3, code: what a log-softmax layer passes back, from its output


def through_log_softmax(log_h, upstream):
    """The errors with h times their sum subtracted, sample by sample."""
    return upstream - np.exp(log_h) * upstream.sum(axis=-1, keepdims=True)


def through_softmax(log_h, upstream):
    """The backward pass of softmax, which loses digits where h has rounded to 1."""
    h = np.exp(log_h)
    return h * (upstream - (h * upstream).sum(axis=-1, keepdims=True))


OF_SOFTMAX = (
    "that is what a softmax layer passes back. Here the output is the logarithm of h, and its "
    "derivative another one."
)
FORESEEN = (
    (
        lambda log_h, upstream: upstream - (np.exp(log_h) * upstream).sum(axis=-1, keepdims=True),
        "that is J times the error. This Jacobian is not symmetric: over which of its two indices "
        "are the paths to one logit added up?",
    ),
    *((passes, OF_SOFTMAX) for passes in (softmax_vjp, through_softmax)),
    (
        lambda log_h, upstream: upstream - log_h * upstream.sum(axis=-1, keepdims=True),
        "the layer has kept the logarithm of h. The formula asks for h.",
    ),
    (
        lambda log_h, upstream: upstream * (1 - np.exp(log_h)),
        "the diagonal of J alone. Every output contains the logarithm of the sum over all logits.",
    ),
    (
        lambda log_h, upstream: upstream + np.exp(log_h),
        "right where the errors of a sample sum to -1, as those of cross-entropy do. Others may "
        "arrive.",
    ),
    (
        lambda log_h, upstream: upstream - np.exp(log_h),
        "right where the errors of a sample sum to 1, and only there. What stands before h in "
        "general?",
    ),
    (
        lambda log_h, upstream: upstream - np.exp(log_h) * upstream.sum(),
        "one sum for the whole batch: the errors of one sample leak into the others.",
    ),
    (
        lambda log_h, upstream: upstream - np.exp(log_h) * upstream.sum(axis=0),
        "the errors were added up over the samples. Each sample has a sum of its own.",
    ),
    (
        lambda log_h, upstream: upstream - np.exp(log_h) * upstream.mean(axis=-1, keepdims=True),
        "a mean over the classes, where the chain rule adds up.",
    ),
    (
        lambda log_h, upstream: upstream,
        "z_j itself is in y_j, and gets its error. Where else does it occur?",
    ),
)
WIDE = np.array([[0.3, 1.6, -0.7, 0.9], [-1.3, 0.2, 1.1, 0.6]])
ERRORS = np.array([[0.9, -1.4, 0.3], [-0.7, 1.6, 0.4], [1.2, 0.8, -0.5], [0.6, -2.2, 1.1]])
FAR = 1e9  # logits so large that no derivative can be measured with a step
WIDE_ERRORS = np.array([[0.4, -1.3, 0.8, 1.2], [0.0, 0.0, 2.5, 0.0]])

passes_log_softmax = function(
    through_log_softmax,
    [
        (log_softmax(Z), ERRORS),
        (log_softmax(WIDE), WIDE_ERRORS),
        (log_softmax(Z[:3]), ERRORS[:3]),
        (log_softmax(FAR * Z), ERRORS),
    ],
    FORESEEN,
)


EXERCISES = (
    Exercise(
        "10.1",
        "predict",
        predicts_the_clinic,
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
        passes_log_softmax,
        think=(
            "what does your function pass back for the errors -t of cross-entropy, with targets "
            "that sum to 1, and what if they do not?"
        ),
        without=MEASURING,
    ),
)
