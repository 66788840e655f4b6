"""Lesson 6: what breaks, a guarded logarithm, log-sum-exp in blocks."""

from itertools import permutations

import numpy as np

from softmax_lab.cross_entropy import cross_entropy
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import naive_softmax, softmax

# 6.1, predict: what becomes of six rows of logits in the textbook formula

ROWS = (
    (np.float16, (12, 0, 0), "e¹² is about 163,000. What is the largest float16?"),
    (np.float16, (11, 11, 0), "each exponential fits. Does their sum?"),
    (np.float32, (88, 0, 1), "is 88 inside the range of float32, and does the sum add much to it?"),
    (
        *(np.float32, (-100, -101, -102)),
        "e⁻¹⁰⁰ is not 0 in float32. But how many digits has a number so near the lower end?",
    ),
    (
        *(np.float64, (0, -800, 5)),
        "one exponential vanishes. What should that output be, and are the two others harmed?",
    ),
    (np.float64, (1000, 1000, 1000), "all outputs should be 1/3. What is the first exponential?"),
)
WORDS = ("right", "wrong", "nan")
THREE_DIGITS = 1e-3


@np.errstate(all="ignore")
def outcome(dtype, logits):
    """What the textbook formula makes of a row, in one word."""
    z = np.array(logits, dtype)
    h, truth = naive_softmax(z), softmax(z.astype(np.float64))
    if np.isnan(h).any():
        return "nan"
    smallest = np.finfo(dtype).smallest_subnormal
    return "right" if np.allclose(h, truth, THREE_DIGITS, smallest) else "wrong"


OUTCOMES = [outcome(dtype, logits) for dtype, logits, _ in ROWS]


def predicts_what_breaks(answer):
    """A word for each row; the hint is for the first that is not what comes out."""
    answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    if not isinstance(answer, list | tuple) or len(answer) != len(ROWS):
        raise Trouble("a list of six words is asked for, in the order of the rows.")
    if not all(isinstance(word, str) and word in WORDS for word in answer):
        raise Trouble("each word is 'right', 'wrong' or 'nan'.")
    wrong = [k for k, pair in enumerate(zip(answer, OUTCOMES, strict=True)) if len(set(pair)) > 1]
    if not wrong:
        return None
    more = f" (Not right yet: {len(wrong)} of 6.)"
    return f"look at row {wrong[0] + 1} again: {ROWS[wrong[0]][2]}{more}"


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
        (np.array([[0.4, 800.0, -0.3]]), np.array([[0.0, 1.0, 0.0]])),
        (np.array([[-810.0, -400.5, -803.0]]), np.array([[0.3, 0.6, 0.1]])),
        (FAR_APART, TARGETS),
    ],
    role="loss",
    foreseen=[
        (
            lambda z, t: (softmax(z) - t) / len(z),
            "this is a gradient, and the one that there was is right. At (0, 40, 0) the first "
            "class is all but impossible: which of the two functions goes on saying so as the gap "
            "grows, and which has stopped?",
        ),
        (
            lambda z, t: -(t * np.log(softmax(z) + 1e-300)).sum(axis=-1).mean(),
            "a smaller guard is flat further out, and flat all the same: past a gap of 691 the "
            "cost stays at 691. Need a probability be computed before its logarithm?",
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
        predicts_what_breaks,
        think=(
            "which of the six would you notice in training, and which would quietly teach it "
            "something else?"
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
