"""What people return as softmax itself."""

import numpy as np

from softmax_lab.clinic.catalogue import common, wrong_softmax
from softmax_lab.clinic.catalogue.wrong_softmax import divided, shifted
from softmax_lab.clinic.mistake import Mistake
from softmax_lab.softmax import softmax


def _truncated_result(case):
    return np.trunc(case.h) if case.integer else case.h


def _truncated_exponentials(shift):
    def truncated(case):
        e = np.exp(shift(case.z))
        return divided(np.trunc(e)) if case.integer else case.h

    return truncated


def _truncated_twice(case):
    return np.trunc(divided(np.trunc(np.exp(case.z)))) if case.integer else case.h


def _one_added(shift):
    def with_one(case):
        e = np.exp(shift(case.z))
        return e / (1 + e.sum(axis=-1, keepdims=True))

    return with_one


def _divided_inside(case):
    return np.exp(case.z / np.exp(case.z).sum(axis=-1, keepdims=True))


MISTAKES = (
    *wrong_softmax.outputs(without=("wrong_axis", "whole_batch_softmax", "missing_keepdims")),
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
                lambda top: lambda case: divided(np.exp(case.z) - top(case.z)),
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
            lambda case: np.exp(shifted(case.z)) / np.exp(shifted(case.z)).sum(),
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
        replace=tuple(map(wrong_softmax.put_in, wrong_softmax.WITHOUT_KEEPDIMS)),
        needs_batch=True,
        explanation=(
            "Without keepdims=True the sums (or the maxima) of the samples line up with the "
            "classes. With N ≠ n that raises; with N = n it takes those of other samples, silently."
        ),
        hint="Print the shape of the sum that you divide by, and of the maximum.",
        cure="Write e / e.sum(axis=-1, keepdims=True), and z.max(axis=-1, keepdims=True).",
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
            lambda case: np.exp(shifted(case.z)).sum(axis=-1),
            lambda case: np.exp(case.z),
            lambda case: np.exp(shifted(case.z)),
        ),
        explanation="The exponentials are there, but they are not divided by their sum.",
        hint="Do your outputs sum to 1?",
        cure="Return e / e.sum(axis=-1, keepdims=True).",
        lesson=1,
    ),
    Mistake(
        key="division_inside_exp",
        formula=r"e^{z_j / \sum_k e^{z_k}}",
        compute=_divided_inside,
        explanation=(
            "The logits are divided by the sum before the exponential is taken, not after: "
            "np.exp(z / np.sum(np.exp(z))) is not np.exp(z) / np.sum(np.exp(z))."
        ),
        hint="Look at the parentheses. Do your outputs sum to 1?",
        cure="Compute e = np.exp(...) once, and return e / e.sum(axis=-1, keepdims=True).",
        lesson=1,
    ),
    Mistake(
        key="one_added_to_sum",
        formula=r"\frac{e^{z_j}}{1 + \sum_k e^{z_k}}",
        compute=(_one_added(lambda z: z), _one_added(shifted)),
        explanation=(
            "There is a 1 in the denominator. It belongs to a sigmoid, where it is the exponential "
            "of a second logit, 0; with it the outputs no longer sum to 1."
        ),
        hint="Do your outputs sum to 1? What is missing from the sum?",
        cure="Leave the 1 out: e / e.sum(axis=-1, keepdims=True).",
        lesson=1,
    ),
    Mistake(
        key="softmax_applied_twice",
        formula=r"\operatorname{softmax}(\operatorname{softmax}(z))",
        replace=lambda case: case.change(h=softmax(case.h)),
        explanation=(
            "Softmax is applied to what is the output of softmax already. The result is flattened: "
            "no output can come near 0 or 1."
        ),
        hint="Count how often softmax is applied. What comes out for [0, 800, 0]?",
        cure="Apply softmax once.",
        lesson=5,
    ),
    common.MUTATES_INPUT,
    Mistake(
        key="integer_truncation",
        formula=r"\lfloor h_j \rfloor \text{ for integer logits}",
        compute=(
            _truncated_result,
            _truncated_exponentials(shifted),
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
        lesson=7,
    ),
)
