"""Lesson 6: digits beside a large constant, a guarded logarithm, log-sum-exp in blocks."""

from itertools import permutations

import numpy as np

from softmax_lab.cross_entropy import cross_entropy
from softmax_lab.exercises.answers import call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.gradient_check import DEFAULT_STEPS
from softmax_lab.softmax import softmax

# 6.1, predict: how many digits three methods leave of a gradient, when the cost is large

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


# 6.2, fault: the ε inside a logarithm, of which the gradient h - t does not know

FAR_APART = np.array([[0.4, 800.0, -0.3], [1.2, 0.3, -0.8]])
TARGETS = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])

ORDINARY = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, 1.7, -0.8], [1.1, -0.6, 1.5]])
SOFT = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], [0.25, 0.4, 0.35]])

_gives_the_cost = function(
    cross_entropy,
    [
        (ORDINARY, SOFT),
        (ORDINARY[:3], SOFT[:3]),
        (ORDINARY, np.eye(3)[[1, 0, 2, 2]]),
        (np.array([[0.3, 1.6, -0.7, 0.9]]), np.array([[0.4, 0.3, 0.2, 0.1]])),
        (np.array([[0.0, 40.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])),
        (np.array([[0.4, 800.0, -0.3]]), np.array([[0.0, 1.0, 0.0]])),
        (np.array([[-810.0, -400.5, -803.0]]), np.array([[0.3, 0.6, 0.1]])),
        (FAR_APART, TARGETS),
    ],
    role="loss",
    foreseen=[
        (
            lambda z, t: cross_entropy(z, t) * len(z),
            "everything is N times the right answer: the cost is the mean over the samples.",
        ),
        (
            lambda z, t: (softmax(z) - t) / len(z),
            "this is a gradient, and the one that there was is right. At (0, 40, 0) the first "
            "class is all but impossible: which of the two functions goes on saying so as the gap "
            "grows, and which has stopped?",
        ),
    ],
)


def costs_what_it_should(answer):
    """Right for batches of any logits; one maximum for all rows has no name in the clinic."""
    said = _gives_the_cost(answer)
    if said and _shares_a_maximum(answer):
        return (
            "each row is right by itself. In a batch with a row around 800 and one around 0, the "
            "second one comes out infinite. How many maxima does a batch have?"
        )
    return said


def _shares_a_maximum(answer):
    rows = [as_numbers(call(answer, FAR_APART[k : k + 1], TARGETS[k : k + 1])) for k in range(2)]
    right = [cross_entropy(z, t) for z, t in zip(FAR_APART, TARGETS, strict=True)]
    if not all(map(close, rows, right)):
        return False
    return not np.isfinite(as_numbers(call(answer, FAR_APART, TARGETS))).all()


# 6.3, code: the pair of maximum and shifted sum, for two blocks of logits together


def kept(block):
    """A block's largest logit, and the sum of its exponentials measured from there."""
    m = block.max()
    return m, np.exp(block - m).sum()


def pair_of_both(m1, S1, m2, S2):
    """The pair of two blocks together: both sums brought to the larger maximum."""
    m = max(m1, m2)
    return np.array([m, S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m)])


def m_and_log(pair):
    """Log-sum-exp, from the pair."""
    return pair[0] + np.log(pair[1])


def measured_from(origin, m1, S1, m2, S2):
    """The same sum measured from anywhere."""
    return np.array([origin, S1 * np.exp(m1 - origin) + S2 * np.exp(m2 - origin)])


HIGH, LOW, MIXED = np.array([2.0, 1.0, 0.1]), np.array([0.4, -1.3]), np.array([-0.5, 1.0, 0.7])
FAR = [
    (np.array([800.0, 799.0]), np.array([798.5, 801.0, 3.0])),
    (np.array([-800.0, -801.0]), np.array([-802.5])),
    (np.array([-800.0]), np.array([1.5, 2.0])),
]
NOT_THE_LARGEST = (
    "a true pair of its kind, for m + log S is right, but its first number is not always the "
    "largest logit of both. Measured from a smaller one, an exponential can overflow."
)

_joins_ordinary = function(
    pair_of_both,
    [(*map(float, kept(a)), *map(float, kept(b))) for a, b in permutations([HIGH, LOW, MIXED], 2)],
    foreseen=[
        (
            lambda m1, S1, m2, S2: [max(m1, m2), S1 + S2],
            "the two sums are measured from different maxima, one in units of e^m₁ and the other "
            "in units of e^m₂. What has to happen to them before they may be added?",
        ),
        (
            lambda m1, S1, m2, S2: [
                m := max(m1, m2),
                S1 * np.exp(m - m1) + S2 * np.exp(m - m2),
            ],
            "you scale in the wrong direction. Each term e^(z - m₁) has to become e^(z - m), "
            "which is smaller, or the same.",
        ),
        (
            lambda m1, S1, m2, S2: [
                m := max(m1, m2),
                S1 * np.exp(m2 - m) + S2 * np.exp(m1 - m),
            ],
            "each sum has got the other's factor. Whose sum stays as it is: that of the block "
            "with the larger maximum, or that of the other?",
        ),
        (
            lambda m1, S1, m2, S2: [max(m1, m2), S1 * np.exp(m1) + S2 * np.exp(m2)],
            "the second number is Σ e^z, without any shift. S is measured from m; around 800 "
            "there is no Σ e^z.",
        ),
        (
            lambda m1, S1, m2, S2: [max(m1, m2), S1 + S2 * np.exp(m2 - m1)],
            "right if the first block has the largest logit. If the second one has it, the sum "
            "has to be measured from there.",
        ),
        (
            lambda m1, S1, m2, S2: [max(m1, m2), S1 * np.exp(m1 - m2) + S2],
            "right if the second block has the largest logit. If the first one has it, the sum "
            "has to be measured from there.",
        ),
        (
            lambda m1, S1, m2, S2: pair_of_both(m1, 1, m2, 1),
            "S₁ and S₂ are not in it: this joins two single logits. A block may hold many.",
        ),
        (
            lambda *pairs: pair_of_both(*pairs)[::-1],
            "the two numbers have changed places: m comes first, then S.",
        ),
        (lambda *pairs: measured_from(pairs[0], *pairs), NOT_THE_LARGEST),
        (lambda *pairs: measured_from(pairs[2], *pairs), NOT_THE_LARGEST),
        (lambda *pairs: measured_from(min(pairs[0], pairs[2]), *pairs), NOT_THE_LARGEST),
        (
            lambda *pairs: measured_from(m_and_log(pair_of_both(*pairs)), *pairs),
            "a true pair of its kind, for m + log S is right. But the m that is asked for is the "
            "largest logit of both blocks, and yours is already their log-sum-exp.",
        ),
    ],
)


def joins_blocks(answer):
    """On ordinary blocks of either order, then on those whose exponentials do not fit."""
    if said := _joins_ordinary(answer):
        return said
    for a, b in FAR:
        pair = as_numbers(call(answer, *map(float, (*kept(a), *kept(b)))))
        right = kept(np.concatenate([a, b]))
        if pair.shape != (2,) or not all(map(close, pair, right)):
            return (
                f"right for ordinary logits, but not for the blocks {a} and {b}: for an m of that "
                f"size e^m is inf, or 0. Only a difference of maxima may stand in an exponent."
            )
    return None


EXERCISES = (
    Exercise(
        "6.1",
        "predict",
        estimates_the_digits,
        think=(
            "the best step depends on |C| as well. Put 10⁷ into SymPy's formula for central "
            "differences, try a step of that size, and win two digits back."
        ),
    ),
    Exercise(
        "6.2",
        "fault",
        costs_what_it_should,
        think=(
            "had the gradient been made to fit the guarded cost, the check would have passed, and "
            "training would have stood still just where it has most to learn."
        ),
        without=(
            "cross_entropy",
            "cross_entropy_value_and_gradient",
            "kl_divergence",
            "log_softmax",
        ),
    ),
    Exercise(
        "6.3",
        "code",
        joins_blocks,
        think=(
            "attention over long texts is computed block by block in just this way. It needs "
            "Σ h_k v_k as well, for vectors v_k: what third quantity would a block have to keep?"
        ),
        without=("logsumexp", "log_softmax"),
    ),
)
