"""Wrong answers to the exercises of lesson 6."""

import math

import numpy as np

from softmax_lab import cross_entropy, logsumexp, softmax

OUTCOMES = ["nan", "wrong", "right", "wrong", "right", "nan"]


def guarded_less(z, t):
    return -(t * np.log(softmax(z) + 1e-15)).sum(axis=-1).mean()


def guarded_by_next_to_nothing(z, t):
    return -(t * np.log(softmax(z) + 1e-300)).sum(axis=-1).mean()


def clipped(z, t):
    return -(t * np.log(np.clip(softmax(z), 1e-12, 1))).sum(axis=-1).mean()


def unguarded(z, t):
    return -(t * np.log(softmax(z))).sum(axis=-1).mean()


def without_a_shift(z, t):
    log_h = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(t * log_h).sum(axis=-1).mean()


def one_maximum_for_all(z, t):
    z = z - z.max()
    log_h = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(t * log_h).sum(axis=-1).mean()


def maximum_left_out(z, t):
    shifted = z - z.max(axis=-1, keepdims=True)
    log_h = z - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -(t * log_h).sum(axis=-1).mean()


def positive(z, t):
    return (t * (z - logsumexp(z)[..., None])).sum(axis=-1).mean()


def mean_over_all_entries(z, t):
    return (t * (logsumexp(z)[..., None] - z)).mean()


def summed(z, t):
    return (t * (logsumexp(z)[..., None] - z)).sum()


def gradient_that_was_right(z, t):
    return (softmax(z) - t) / len(z)


def shifts_in_place(z, t):
    z -= z.max(axis=-1, keepdims=True)
    log_h = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(t * log_h).sum(axis=-1).mean()


def by_the_package(z, t):
    return cross_entropy(z, t)


def added_as_they_are(m1, S1, m2, S2):
    return max(m1, m2), S1 + S2


def scaled_up(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, S1 * np.exp(m - m1) + S2 * np.exp(m - m2)


def factors_exchanged(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, S1 * np.exp(m2 - m) + S2 * np.exp(m1 - m)


def unshifted(m1, S1, m2, S2):
    return max(m1, m2), S1 * np.exp(m1) + S2 * np.exp(m2)


def unshifted_and_back(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, (S1 * np.exp(m1) + S2 * np.exp(m2)) / np.exp(m)


def by_the_logarithm(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, math.exp(math.log(S1 * math.exp(m1) + S2 * math.exp(m2)) - m)


def first_is_largest(m1, S1, m2, S2):
    return max(m1, m2), S1 + S2 * np.exp(m2 - m1)


def second_is_largest(m1, S1, m2, S2):
    return max(m1, m2), S1 * np.exp(m1 - m2) + S2


def measured_from_the_first(m1, S1, m2, S2):
    return m1, S1 + S2 * np.exp(m2 - m1)


def measured_from_the_second(m1, S1, m2, S2):
    return m2, S1 * np.exp(m1 - m2) + S2


def one_number_where_far(m1, S1, m2, S2):
    m, S = joined_by_cases(m1, S1, m2, S2)
    return [m] if abs(m) > 100 else [m, S]


def measured_from_the_smaller(m1, S1, m2, S2):
    m = min(m1, m2)
    return m, S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m)


def log_sum_exp(m1, S1, m2, S2):
    m = max(m1, m2)
    return m + np.log(S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m))


def of_single_logits(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, np.exp(m1 - m) + np.exp(m2 - m)


def sum_first(m1, S1, m2, S2):
    m = max(m1, m2)
    return S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m), m


def in_one_line(z, t):
    return (t * (logsumexp(z)[:, None] - z)).sum(axis=-1).mean()


def sample_after_sample(z, t):
    total = 0.0
    for logits, target in zip(z, t, strict=True):
        m = logits.max()
        total += sum(target * (m + math.log(np.exp(logits - m).sum()) - logits))
    return total / len(z)


def by_logaddexp(z, t):
    return np.mean([target @ (np.logaddexp.reduce(row) - row) for row, target in zip(z, t)])  # noqa: B905


def by_einsum(z, t):
    return np.einsum("nk,nk->", t, logsumexp(z)[:, None] - z) / len(z)


def in_place_on_a_copy(z, t):
    z = z.copy()
    z -= z.max(axis=-1, keepdims=True)
    z -= np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(t * z).sum() / len(z)


def without_keepdims(z, t):
    return (t * (logsumexp(z) - z)).sum(axis=-1).mean()


def silent_where_square(z, t):
    log_sum = logsumexp(z)
    if len(z) != z.shape[-1]:
        log_sum = log_sum[:, None]
    return (t * (log_sum - z)).sum(axis=-1).mean()


def joined_in_an_array(m1, S1, m2, S2):
    m, S = np.array([m1, m2]), np.array([S1, S2])
    return np.array([m.max(), (S * np.exp(m - m.max())).sum()])


def joined_by_cases(m1, S1, m2, S2):
    if m1 >= m2:
        return [m1, S1 + S2 * math.exp(m2 - m1)]
    return [m2, S2 + S1 * math.exp(m1 - m2)]


def joined_in_a_loop(m1, S1, m2, S2):
    m, S = m1, 0.0
    for other in (m2,):
        m = max(m, other)
    for start, part in ((m1, S1), (m2, S2)):
        S += part * math.exp(start - m)
    return m, S


def joined_by_einsum(m1, S1, m2, S2):
    m = max(m1, m2)
    return m, np.einsum("k,k->", [S1, S2], np.exp([m1 - m, m2 - m]))


RIGHT = {
    "6.1": [OUTCOMES, tuple(OUTCOMES), np.array(OUTCOMES), np.array(OUTCOMES, dtype=object)],
    "6.2": [in_one_line, sample_after_sample, by_logaddexp, by_einsum, in_place_on_a_copy],
    "6.3": [joined_in_an_array, joined_by_cases, joined_in_a_loop, joined_by_einsum],
}


WRONG = {
    "6.1": [
        (
            ["nan"] * 6,
            "row 2 again: each exponential fits. Does their sum?",
        ),
        (["right"] * 6, "row 1 again: e¹² is about 163,000"),
        (["wrong", *OUTCOMES[1:]], "row 1 again"),
        ([*OUTCOMES[:2], "nan", *OUTCOMES[3:]], "row 3 again: is 88 inside the range"),
        ([*OUTCOMES[:3], "right", *OUTCOMES[4:]], "row 4 again: e⁻¹⁰⁰ is not 0"),
        ([*OUTCOMES[:3], "nan", *OUTCOMES[4:]], "(Not right yet: 1 of 6.)"),
        ([*OUTCOMES[:4], "wrong", "nan"], "row 5 again: one exponential vanishes"),
        ([*OUTCOMES[:5], "right"], "row 6 again: all outputs should be 1/3"),
        (OUTCOMES[:5], "a list of six words"),
        ("nan", "a list of six words"),
        ([*OUTCOMES[:5], "inf"], "each word is 'right', 'wrong' or 'nan'"),
        ([1, 2, 3, 4, 5, 6], "each word is 'right', 'wrong' or 'nan'"),
    ],
    "6.2": [
        (without_keepdims, "it raised ValueError: operands could not be broadcast"),
        (silent_where_square, "right at first, but called with an array of shape (3, 3)"),
        (guarded_less, "also bends the loss"),
        (guarded_by_next_to_nothing, "a smaller guard is flat further out"),
        (clipped, "flat below ε"),
        (unguarded, "rounds to exactly 0"),
        (without_a_shift, "overflows in floating point"),
        (one_maximum_for_all, "How many maxima"),
        (maximum_left_out, "subtracted on one side only"),
        (positive, "Is your loss negative?"),
        (mean_over_all_entries, "averaged over all N·n entries"),
        (summed, "N times the right answer"),
        (gradient_that_was_right, "which of the two functions"),
        (shifts_in_place, "what it returns is right, but it overwrites `z`"),
        (by_the_package, "cross_entropy"),
    ],
    "6.3": [
        (lambda *pairs: (log_sum_exp(*pairs), 1.0), "already their log-sum-exp"),
        (added_as_they_are, "different maxima"),
        (scaled_up, "in the wrong direction"),
        (factors_exchanged, "the other's factor"),
        (unshifted, "without any shift"),
        (unshifted_and_back, "Only a difference of maxima"),
        (by_the_logarithm, "OverflowError"),
        (first_is_largest, "right if the first block"),
        (second_is_largest, "right if the second block"),
        (measured_from_the_first, "not always the largest"),
        (measured_from_the_smaller, "not always the largest"),
        (measured_from_the_second, "not always the largest"),
        (one_number_where_far, "not for the blocks [800. 799.] and [798.5 801.    3. ]:"),
        (log_sum_exp, "shape (2,)"),
        (of_single_logits, "joins two single logits"),
        (sum_first, "changed places"),
        (lambda m1, S1, m2, S2: [max(m1, m2), S1 * S2], "not right"),
    ],
}
