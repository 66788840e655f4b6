"""Lesson 7: digits beside a large constant, a comparison of digits, a slope by one call."""

import numpy as np

from softmax_lab.cross_entropy import cross_entropy
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import require_function
from softmax_lab.gradient_check import DEFAULT_STEPS, numerical_gradient
from softmax_lab.softmax import softmax

# 7.1, predict: how many digits three methods leave of a gradient, when the cost is large

EPSILON = np.finfo(float).eps
CONSTANT = 1e7


def digits_left(size):
    """The digits that rounding leaves of a derivative of size 1 of a cost of some size."""
    forward = EPSILON * size / DEFAULT_STEPS["forward"]
    central = EPSILON * size / (2 * DEFAULT_STEPS["central"])
    return np.array([*-np.log10([forward, central]).round(), 15])


FOR_A_SMALL_COST = (
    "that is what a cost of the size of 1 would leave. Rounding moves a number by up to half an ε "
    "times the number itself, and this one is near 10⁷."
)
UNIT = "near 10⁷ the cost is stored in units of 2·10⁻⁹."
ASKED = {
    "forward": "how much is one unit, divided by the step of 1.5·10⁻⁸?",
    "central": "how much is one unit, divided by the whole distance, twice 6·10⁻⁶?",
    "complex": "which part of C(z + is) does the method look at, and is the 10⁷ in it?",
}


def estimates_the_digits(answer):
    """Each number may be off by one; each that is wrong gets a question of its own."""
    said, right = as_numbers(answer), digits_left(CONSTANT)
    if said.shape != right.shape or not np.isfinite(said).all():
        return difference(said, right)
    if (np.abs(said - digits_left(1)) <= 1).all():
        return FOR_A_SMALL_COST
    hints = [
        f"{method.capitalize()}, too {'many' if a > b else 'few'}: {ask}"
        for (method, ask), a, b in zip(ASKED.items(), said, right, strict=True)
        if abs(a - b) > 1
    ]
    return " ".join([UNIT, *hints]) if hints else None


# 7.2, fault: a comparison with an absolute tolerance

ORDINARY = np.array([0.6, -0.1, -0.5])
BATCH = np.array([[0.25, -0.75, 0.5], [0.125, 0.375, -0.5]])
IN_THE_FIFTH_DIGIT = np.array([0, 0, 1e-5])
IN_ONE_ENTRY = np.array([[0, 0, 0], [0, 1e-3, 0]])
NEARLY = 1 + 1e-9
SAME, DIFFERENT = True, False
COMPARED = (
    (ORDINARY, ORDINARY * NEARLY, SAME, "two gradients, equal in nine digits"),
    (1e-8 * ORDINARY, 1e-8 * ORDINARY * NEARLY, SAME, "two tiny ones, equal in nine digits"),
    (1e7 * ORDINARY, 1e7 * ORDINARY * NEARLY, SAME, "two large ones, equal in nine digits"),
    (np.zeros(3), np.zeros(3), SAME, "zeros and zeros"),
    (BATCH, BATCH.copy(), SAME, "a batch and its copy"),
    (-BATCH, -BATCH * NEARLY, SAME, "a batch of the other sign, equal in nine digits"),
    (
        *(np.full(3, -0.5), np.full(3, -0.5) * NEARLY, SAME),
        "two whose entries are all negative, equal in nine digits",
    ),
    (ORDINARY, 2 * ORDINARY, DIFFERENT, "a gradient and twice that gradient"),
    (2 * ORDINARY, ORDINARY, DIFFERENT, "twice a gradient and that gradient"),
    (ORDINARY, -ORDINARY, DIFFERENT, "a gradient and its negative"),
    (1e-8 * ORDINARY, 2e-8 * ORDINARY, DIFFERENT, "a tiny gradient and twice that gradient"),
    (1e-8 * ORDINARY, np.zeros(3), DIFFERENT, "a tiny gradient and zeros"),
    (np.zeros(3), 1e-8 * ORDINARY, DIFFERENT, "zeros and a tiny gradient"),
    (ORDINARY, ORDINARY + IN_THE_FIFTH_DIGIT, DIFFERENT, "two that differ in the fifth digit"),
    (BATCH, BATCH + IN_ONE_ENTRY, DIFFERENT, "two batches that differ in one entry"),
    (1e7 * BATCH, 1e7 * BATCH + 100, DIFFERENT, "two large batches, 100 apart"),
    (
        np.array([1.0, 0.0, -1.0]),
        np.array([1.0, 1e-11, -1.0]),
        SAME,
        "an entry that is 0 and was measured as 10⁻¹¹, beside entries of 1",
    ),
    (ORDINARY, np.array([0.6, np.nan, -0.5]), DIFFERENT, "a gradient and one with a nan"),
    (np.full(3, np.nan), np.full(3, np.nan), DIFFERENT, "nan and nan"),
    (ORDINARY, np.array([0.6, np.inf, -0.5]), DIFFERENT, "a gradient and one with an infinity"),
    (np.array([np.inf, 1]), np.array([np.inf, 1]), DIFFERENT, "infinity and infinity"),
    (np.full((2, 3), 0.5), np.full(3, 0.5), DIFFERENT, "shapes (2, 3) and (3,), all entries alike"),
    (np.full(3, 0.5), np.full((3, 1), 0.5), DIFFERENT, "shapes (3,) and (3, 1), all entries alike"),
    (np.full(3, 0.5), np.full(1, 0.5), DIFFERENT, "shapes (3,) and (1,), all entries alike"),
)
ASIDE = {
    "zeros and zeros": "The largest entry is 0 there. Is anything divided by it?",
    "a tiny gradient and twice that gradient": (
        "What is the difference compared with: a fixed number, or the size of the gradients?"
    ),
    "two large ones, equal in nine digits": (
        "What is the difference compared with: a fixed number, or the size of the gradients?"
    ),
    "shapes (2, 3) and (3,), all entries alike": "NumPy stretches the one until it fits the other.",
    "an entry that is 0 and was measured as 10⁻¹¹, beside entries of 1": (
        "An entry that should be 0 is never measured as 0: what is it to be compared with?"
    ),
    "two whose entries are all negative, equal in nine digits": (
        "What is the largest entry, in size? Is an absolute value missing?"
    ),
    "a gradient and its negative": "Is an absolute value missing?",
}


def judges_digits(answer):
    """Each pair of gradients must get its verdict, as a single True or False."""
    require_function(answer)
    for analytic, numeric, same, words in COMPARED:
        said = as_numbers(call(answer, analytic, numeric))
        if said.shape != () or not np.isin(said, (0, 1)):
            raise Trouble(
                f"a single True or False is asked for; for {words} it returned "
                f"{'an array of shape ' + str(said.shape) if said.shape else said}."
            )
        if bool(said) != same:
            aside = f" {ASIDE[words]}" if words in ASIDE else ""
            return f"it says {bool(said)} for {words}.{aside}"
    return None


# 7.3, code: the slope in a direction, by one call of the function


def weighted_output(z):
    """One number from softmax, whose slope along (1, 1, 1) is not zero."""
    return (np.array([0.9, -1.4, 0.3]) * softmax(z)).sum() + (z * z).sum() / 2


def cost_of_a_batch(z):
    """The mean cross-entropy of two samples."""
    return cross_entropy(z, np.array([1, 0]))


LOGITS, WHOLE = np.array([2.0, 1.0, 0.1]), np.array([1, 2, 4])
ROWS, DIRECTION = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3]]), np.array([0.7, -1.1, 0.4])
ALONG = (
    (weighted_output, LOGITS, DIRECTION),
    (weighted_output, LOGITS, np.array([0.0, 0.0, 3.0])),
    (cost_of_a_batch, ROWS, np.array([[0.3, -0.6, 1.2], [0.9, 0.1, -0.5]])),
    (weighted_output, WHOLE, DIRECTION),
    (weighted_output, WHOLE, np.array([1, -2, 3])),
)
TEN_DIGITS = 1e-10
FAR_TOO_LARGE = 1e15


class Counted:
    """A function that counts how often it is called, and remembers what it was given."""

    def __init__(self, function):
        self.function, self.calls, self.complex = function, 0, False

    def __call__(self, x):
        """Call it, and take note."""
        self.calls += 1
        self.complex |= np.iscomplexobj(x)
        return self.function(x)

    def __deepcopy__(self, memo):  # what is counted in a copy would be lost
        return self


def slopes_in_one_call(answer):
    """The slope along each direction, to ten digits and by one call of the function."""
    require_function(answer)
    for function, x, u in ALONG:
        counted = Counted(function)
        said = as_numbers(call(answer, counted, x, u))
        gradient = numerical_gradient(function, x, "complex")
        right = (gradient * u).sum()
        if said.shape == () and close(said, right, TEN_DIGITS):
            if counted.calls != 1:
                return f"right, but it called `f` {counted.calls} times, and once will do."
            continue
        return _what_is_wrong(said, right, gradient, u, x, counted)
    return None


def _what_is_wrong(said, right, gradient, u, x, counted):
    if said.shape == gradient.shape and close(said, gradient * u):
        return "these are the parts of the slope, one an entry. What becomes of them?"
    if said.shape == gradient.shape and close(said, gradient):
        return "this is the gradient. A slope along u is a single number, with u in it."
    if said.shape == () and close(said, gradient.sum()) and not close(gradient.sum(), 0):
        return "this is the slope along (1, 1, …, 1), whatever u is."
    if said.shape == () and close(said, right / np.sqrt((u * u).sum())):
        return "this is the slope for a step of length 1: u is not to be shortened."
    if said.shape == () and close(said, -right):
        return "the sign is the other way round."
    if said.shape == () and close(said, 0):
        return (
            "it answers 0. Is the imaginary part taken, or the real one? And does the step arrive "
            "at f at all: what is 2 + 10⁻²⁰?"
            if np.issubdtype(x.dtype, np.floating)
            else "it answers 0 for an x of integers. Is x made complex before the step is added?"
        )
    if said.shape == () and close(said, right, 1e-3) and not counted.complex:
        return "nearly right, as a difference is. The complex step gives all the digits."
    if said.shape == () and abs(said) > FAR_TOO_LARGE:
        return "this is f itself, divided by the step. Which part of f(x + isu) holds the change?"
    where = "" if np.issubdtype(x.dtype, np.floating) else "for an x of integers: "
    return f"{where}{difference(said, right)}"


EXERCISES = (
    Exercise(
        "7.1",
        "predict",
        estimates_the_digits,
        think=(
            "the best step depends on |C| as well. Put 10⁷ into SymPy's formula for central "
            "differences, try a step of that size, and win two digits back."
        ),
    ),
    Exercise(
        "7.2",
        "fault",
        judges_digits,
        think=(
            "one entry of 1 and a thousand of 10⁻⁹ each: which mistakes in the small ones does "
            "your comparison still let through, and would you want it to see them?"
        ),
        without=("check_gradient",),
    ),
    Exercise(
        "7.3",
        "code",
        slopes_in_one_call,
        think=(
            "a direction cannot see a mistake that is orthogonal to it. How likely is that with a "
            "random u, and how likely with u = (1, 1, …, 1)?"
        ),
        without=MEASURING,
    ),
)
