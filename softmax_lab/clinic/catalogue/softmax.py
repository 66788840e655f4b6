"""What people return as softmax itself."""

import numpy as np

from softmax_lab.clinic.catalogue import common
from softmax_lab.clinic.mistake import RAISES, Mistake
from softmax_lab.softmax import softmax

# Where people clip; the clinic tries them all.
BOUNDS = (
    *(1, 2, 3, 5, 6, 8, 10, 15, 16, 20, 25, 30, 32, 36, 40, 50, 60, 64, 70, 75, 80, 85, 87, 88),
    *(88.7, 90, 100, 128, 150, 200, 250, 256, 300, 350, 400, 450, 500, 512, 600, 700, 709, 710),
)


def _divided(e):
    return e / e.sum(axis=-1, keepdims=True)


def _shifted(z):
    return z - z.max(axis=-1, keepdims=True)


def _misaligned(shift):
    def without_keepdims(case):
        if case.n != case.N:
            return RAISES
        e = np.exp(shift(case.z))
        return e / e.sum(axis=1)

    return without_keepdims


def _truncated_result(case):
    return np.trunc(case.h) if case.integer else case.h


def _truncated_exponentials(shift):
    def truncated(case):
        e = np.exp(shift(case.z))
        return _divided(np.trunc(e)) if case.integer else case.h

    return truncated


def _truncated_twice(case):
    return np.trunc(_divided(np.trunc(np.exp(case.z)))) if case.integer else case.h


def _clipped(low, high, shift=lambda z: z):
    return lambda case: _divided(np.exp(_shifted(np.clip(shift(case.z), low, high))))


MISTAKES = (
    Mistake(
        key="no_shift",
        formula=r"\frac{e^{z_j}}{\sum_k e^{z_k}}",
        compute=lambda case: _divided(np.exp(case.z)),
        fragile=True,
        explanation=(
            "This is the textbook formula, and right on paper. In floating point e^z overflows "
            "above 709 and inf / inf is nan; far below 0 all exponentials vanish, and so is 0 / 0."
        ),
        hint="Try [0, 800, 0]. What may you subtract from all logits without changing softmax?",
        cure="Subtract the maximum first: e = np.exp(z - z.max(axis=-1, keepdims=True)).",
        lesson=6,
    ),
    Mistake(
        key="shift_over_batch",
        formula=r"\frac{e^{z_{nj} - M}}{\sum_k e^{z_{nk} - M}}, \quad M = \max_{m,k} z_{mk}",
        compute=lambda case: _divided(np.exp(case.z - case.z.max())),
        fragile=True,
        needs_batch=True,
        explanation=(
            "The maximum of the whole batch is subtracted. A sample that lies far below another "
            "one then has exponentials of 0 only, and 0 / 0 is nan."
        ),
        hint="np.max without an axis looks at all samples. What if one lies 900 below another?",
        cure="Subtract each row's own maximum: z.max(axis=-1, keepdims=True).",
        lesson=6,
    ),
    Mistake(
        key="max_outside_exp",
        formula=r"\frac{e^{z_j} - \max z}{\sum_k (e^{z_k} - \max z)}",
        compute=tuple(
            make(top)
            for top in (
                lambda z: z.max(axis=-1, keepdims=True),
                lambda z: z.max(),
                lambda z: np.exp(z).max(axis=-1, keepdims=True),
            )
            for make in (
                lambda top: lambda case: _divided(np.exp(case.z) - top(case.z)),
                lambda top: (
                    lambda case: (
                        (np.exp(case.z) - top(case.z)) / np.exp(case.z).sum(axis=-1, keepdims=True)
                    )
                ),
                lambda top: (
                    lambda case: (
                        (np.exp(case.z) - top(case.z))
                        / np.exp(case.z - top(case.z)).sum(axis=-1, keepdims=True)
                    )
                ),
            )
        ),
        explanation=(
            "The maximum is subtracted after the exponential, not before: np.exp(z) - z.max() is "
            "not np.exp(z - z.max()). The result can even be negative."
        ),
        hint="Look at the parentheses.",
        cure="Write np.exp(z - z.max(axis=-1, keepdims=True)).",
        lesson=6,
    ),
    Mistake(
        key="wrong_axis",
        formula=r"\frac{e^{z_{nk}}}{\sum_m e^{z_{mk}}}",
        sideways=True,
        needs_batch=True,
        explanation="Softmax is normalised over the samples of the batch, not over the classes.",
        hint="Which axis of h sums to 1?",
        cure="Sum over the axis of the classes: axis=-1 for samples in rows.",
        lesson=4,
    ),
    Mistake(
        key="sum_over_batch",
        formula=r"\frac{e^{z_{nk}}}{\sum_{m,j} e^{z_{mj}}}",
        compute=(
            lambda case: softmax(case.z.reshape(-1)).reshape(case.z.shape),
            lambda case: np.exp(_shifted(case.z)) / np.exp(_shifted(case.z)).sum(),
        ),
        needs_batch=True,
        explanation=(
            "For one sample this is right. In a batch the sum runs over all entries, so that the "
            "whole batch sums to 1, and not each sample."
        ),
        hint="np.sum without an axis sums over everything. What does each row of h sum to?",
        cure="Write e / e.sum(axis=-1, keepdims=True).",
        lesson=4,
    ),
    Mistake(
        key="missing_keepdims",
        formula=r"\frac{e^{z_{nk}}}{S_k}, \quad S_m = \sum_j e^{z_{mj}}",
        compute=(
            _misaligned(lambda z: z),
            _misaligned(_shifted),
            _misaligned(lambda z: z - z.max(axis=1)),
            _misaligned(lambda z: z - z.max()),
        ),
        needs_batch=True,
        explanation=(
            "Without keepdims=True the sums of the samples line up with the classes. With N ≠ n "
            "that raises; with N = n it divides by the sums of other samples, silently."
        ),
        hint="Print the shape of the sum that you divide by.",
        cure="Write e / e.sum(axis=-1, keepdims=True).",
        lesson=4,
    ),
    Mistake(
        key="exp_missing_in_sum",
        formula=r"\frac{e^{z_j}}{\sum_k z_k}",
        compute=lambda case: np.exp(case.z) / case.z.sum(axis=-1, keepdims=True),
        explanation="The denominator sums the logits, not their exponentials.",
        hint="Do your outputs sum to 1?",
        cure="Compute e = np.exp(...) once, and return e / e.sum(axis=-1, keepdims=True).",
        lesson=1,
    ),
    Mistake(
        key="exp_missing",
        formula=r"\frac{z_j}{\sum_k z_k}",
        compute=lambda case: case.z / case.z.sum(axis=-1, keepdims=True),
        explanation="The logits are normalised as they are; the exponential is missing.",
        hint="What happens to a negative logit?",
        cure="Exponentiate first: e = np.exp(z - z.max(axis=-1, keepdims=True)).",
        lesson=1,
    ),
    Mistake(
        key="division_missing",
        formula=r"\sum_k e^{z_k}, \text{ or } e^{z_j}",
        compute=(
            lambda case: np.exp(case.z).sum(axis=-1),
            lambda case: np.exp(_shifted(case.z)).sum(axis=-1),
            lambda case: np.exp(case.z),
            lambda case: np.exp(_shifted(case.z)),
        ),
        explanation="The exponentials are there, but they are not divided by their sum.",
        hint="Do your outputs sum to 1?",
        cure="Return e / e.sum(axis=-1, keepdims=True).",
        lesson=1,
    ),
    Mistake(
        key="logits_clipped",
        formula=r"\operatorname{softmax}(\operatorname{clip}(z, -c, c))",
        compute=(
            *(_clipped(-c, c) for c in BOUNDS),
            *(_clipped(None, c) for c in BOUNDS),
            *(_clipped(-c, None, _shifted) for c in BOUNDS),
        ),
        fragile=True,
        explanation=(
            "Logits beyond a bound are cut off before the exponential. That avoids the overflow, "
            "but two large logits become equal: the classes can no longer be told apart, and the "
            "gradient there is 0."
        ),
        hint="Compare the results for [801, 800, 0] and [800, 801, 0].",
        cure="Subtract the maximum instead: no exponential overflows, and nothing is lost.",
        lesson=6,
    ),
    common.MUTATES_INPUT,
    Mistake(
        key="integer_truncation",
        formula=r"\lfloor h_j \rfloor \text{ for integer logits}",
        compute=(
            _truncated_result,
            _truncated_exponentials(_shifted),
            _truncated_exponentials(lambda z: z),
            _truncated_twice,
        ),
        fragile=True,
        explanation=(
            "The result is written to an array that took its integer type from the logits, as "
            "np.zeros_like(z) or z.copy() do. Numbers between 0 and 1 become 0 there."
        ),
        hint="Try [1, 2, 3], without decimal points. What is np.zeros_like(z).dtype?",
        cure="Make the array of floats: np.zeros_like(z, dtype=float), or z = z.astype(float).",
        lesson=6,
    ),
)
