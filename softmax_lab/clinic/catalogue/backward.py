"""What people return as the error at the logits, given the error arriving at the output."""

import numpy as np

from softmax_lab.clinic.catalogue import common, wrong_softmax
from softmax_lab.clinic.catalogue.jacobian import (
    TRANSPOSED_IN_VAIN,
    WITHOUT_DELTA,
    doubled,
    sign_lost,
)
from softmax_lab.clinic.formulas import jacobian, vjp
from softmax_lab.clinic.mistake import RAISES, Mistake
from softmax_lab.softmax import softmax


def _first_nonzero(case):
    k = (case.v != 0).argmax(axis=-1)[:, None]
    h_k, v_k = (np.take_along_axis(a, k, axis=-1) for a in (case.h, case.v))
    return v_k * h_k * ((k == np.arange(case.n)) - case.h)


def _weights_of_rows(case):
    return (case.h * case.v).sum(axis=-1)


def _leaking(case):
    return case.h * (case.v - (case.h * case.v).sum())


def _leaking_altogether(case):
    """A variant: softmax is normalised over the whole batch, too."""
    return _leaking(case.change(h=softmax(case.z.reshape(-1)).reshape(case.z.shape)))


def _sum_misaligned(case):
    return RAISES if case.n != case.N else case.h * (case.v - _weights_of_rows(case))


OVER_SAMPLES = wrong_softmax.put_in(lambda z: softmax(z, axis=0))


def _over_samples(case):
    return case.h * (case.v - (case.h * case.v).sum(axis=0))


def _over_samples_altogether(case):
    return _over_samples(OVER_SAMPLES(case))


MISTAKES = (
    Mistake(
        key="diagonal_only",
        formula=r"\sigma_j h_j (1 - h_j)",
        compute=lambda case: case.v * case.h * (1 - case.h),
        explanation=(
            "The error is multiplied elementwise with h(1 - h), as one does for a sigmoid. A "
            "sigmoid's Jacobian is diagonal; that of softmax is a whole matrix, and what comes "
            "back to z_j is a sum over all outputs: Σ_i σ_i h_i (δ_ij - h_j). The terms with "
            "i ≠ j are missing."
        ),
        hint="Raise z_j a little: every output h_i changes, and the error σ_i of each matters.",
        cure=(
            "Multiply by the whole matrix: (np.diag(h) - np.outer(h, h)).T @ upstream. The "
            "dimensions do fit: (n, n) times (n,) is (n,). Without the matrix: "
            "h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True))."
        ),
        lesson=3,
    ),
    Mistake(
        key="pass_through",
        formula=r"\sigma_j",
        compute=lambda case: case.v,
        explanation=(
            "The arriving error is passed on unchanged. That is right only if it already is the "
            "error at the logits, h - t, because the loss has dealt with softmax."
        ),
        hint="Is what arrives ∂C/∂h or ∂C/∂z?",
        cure="Return h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True)).",
        lesson=4,
    ),
    Mistake(
        key="upstream_ignored",
        formula=r"J, \text{ its row sums, or its diagonal}",
        compute=(
            lambda case: jacobian(case.h),
            lambda case: np.zeros_like(case.h),
            lambda case: case.h * (1 - case.h),
        ),
        explanation=(
            "The result does not contain the arriving error at all. Summing J's rows without the "
            "weights σ gives 0, always."
        ),
        hint="Where does upstream occur in your formula?",
        cure="Weight the rows of J with the error: J.T @ upstream.",
        lesson=3,
    ),
    Mistake(
        key="elementwise_upstream",
        formula=r"\sigma_j J_{ij}",
        product=(lambda J, v: v[:, None, :] * J, lambda J, v: v[:, :, None] * J),
        explanation=(
            "upstream * J multiplies by broadcasting and leaves an n × n matrix; the sum that "
            "makes it a vector again is missing."
        ),
        hint="What is the shape of your result, and what is that of z?",
        cure="Use a matrix product, J.T @ upstream, instead of *.",
        lesson=3,
    ),
    Mistake(
        key="one_dimensional_transpose",
        formula=r"J^T \sigma \text{ with } \delta_{ij} h_j - h_j^2"
        r"\text{, or } \delta_{ij} h_j - \textstyle\sum_k h_k^2\text{, for } J_{ij}",
        matrix=TRANSPOSED_IN_VAIN,
        explanation=(
            "For a vector h the matrix is not the Jacobian: transposing one dimension does "
            "nothing; h * h.T is h², a vector (as h * h of a column is a column), and "
            "np.dot(h, h.T) is a number, Σ h². That is subtracted from diag(h), entry by entry, "
            "where the outer product was meant."
        ),
        hint="Print (h * h.T).shape, or np.dot(h, h.T).",
        cure="Use np.outer(h, h): (np.diagflat(h) - np.outer(h, h)).T @ upstream.",
        lesson=2,
    ),
    Mistake(
        key="off_diagonal_sign",
        formula=r"J^T \sigma \text{ with } {+h_i h_j} \text{ off the diagonal of } J",
        matrix=sign_lost,
        explanation=(
            "Off the diagonal, the entries of the Jacobian have the wrong sign. The outputs share "
            "a sum of 1: when one grows, the others must shrink."
        ),
        hint="The outputs always sum to 1. What must each column of the matrix sum to?",
        cure="Off the diagonal, use -h[i] * h[j].",
        lesson=2,
    ),
    Mistake(
        key="outer_product_doubled",
        formula=r"(\operatorname{diag}(h) - 2 h h^T)\, \sigma",
        matrix=doubled,
        explanation="The outer product is subtracted twice: the diagonal of J must be h - h².",
        hint="Put in one entry of the diagonal by hand and compare with h_j(1 - h_j).",
        cure="Use np.diag(h) - np.outer(h, h) for J.",
        lesson=2,
    ),
    Mistake(
        key="delta_lost",
        formula=r"J^T \sigma \text{ with } h_j - h_i h_j \text{ for } J_{ij}",
        matrix=WITHOUT_DELTA,
        explanation=(
            "The Kronecker delta δ_ij is missing: h was broadcast into every row of the matrix, "
            "where only the diagonal has the term h_j."
        ),
        hint="What is h - np.outer(h, h) off the diagonal, and what should it be there?",
        cure="Write np.diag(h), not h, in front of the outer product.",
        lesson=2,
    ),
    Mistake(
        key="swapped_arguments",
        formula=r"\sigma_j \Bigl(h_j - \sum_i h_i \sigma_i\Bigr)",
        compute=lambda case: vjp(case.v, case.h),
        explanation=(
            "Output and arriving error have changed places. The output stands in front of the "
            "bracket, and the error in it: h_j (σ_j - Σ_i h_i σ_i)."
        ),
        hint="Would twice the error give twice the result?",
        cure="Return h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True)).",
        lesson=3,
    ),
    Mistake(
        key="missing_dot_product",
        formula=r"h_j \sigma_j",
        compute=lambda case: case.h * case.v,
        explanation=(
            "The second half of the Jacobian is missing: from each σ_j the average error "
            "Σ_i h_i σ_i has to be subtracted before it is multiplied with h_j."
        ),
        hint="If all errors are equal, what must come out?",
        cure="Return h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True)).",
        lesson=3,
    ),
    Mistake(
        key="upstream_minus_output",
        formula=r"h_j (\sigma_j - h_j)",
        compute=lambda case: case.h * (case.v - case.h),
        explanation=(
            "h_j itself is subtracted from the error, where the average error Σ_i h_i σ_i belongs."
        ),
        hint="Write out Σ_i σ_i h_i (δ_ij - h_j): what stands behind the minus sign?",
        cure="Return h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True)).",
        lesson=3,
    ),
    Mistake(
        key="jacobian_times_output",
        formula=r"\sum_j J_{ij} h_j",
        compute=lambda case: vjp(case.h, case.h),
        explanation="The Jacobian is multiplied with the output h, not with the arriving error.",
        hint="Which vector did you multiply the matrix with?",
        cure="Return J.T @ upstream.",
        lesson=3,
    ),
    Mistake(
        key="first_nonzero_only",
        formula=r"\sigma_k J_{kj}, \; k \text{ the first with } \sigma_k \ne 0",
        compute=_first_nonzero,
        explanation=(
            "Only one row of the Jacobian is used, that of the first non-zero error. This is right "
            "when cross-entropy with a one-hot target is on top, and for nothing else."
        ),
        hint="What if two of the errors are not 0?",
        cure="Sum over all rows: J.T @ upstream.",
        lesson=3,
    ),
    Mistake(
        key="cross_entropy_assumed",
        formula=r"h_j - [\sigma_j \ne 0]",
        compute=lambda case: case.h - (case.v != 0),
        explanation=(
            "The function guesses a one-hot target from where the error is not 0 and returns h - t."
            " The error itself is not used."
        ),
        hint="Would twice the error give twice the result?",
        cure="Return h * (upstream - np.sum(h * upstream, axis=-1, keepdims=True)).",
        lesson=4,
    ),
    Mistake(
        key="softmax_of_upstream",
        formula=r"J \text{ at } \operatorname{softmax}(\sigma)",
        compute=(
            lambda case: jacobian(softmax(case.v)),
            lambda case: vjp(softmax(case.v), case.v),
            lambda case: vjp(softmax(case.v), case.h),
            lambda case: softmax(case.v) * (1 - softmax(case.v)),
        ),
        explanation=(
            "Softmax is applied to the arriving error. The derivative has to be taken at the "
            "logits of the forward pass; this result does not depend on them as it should."
        ),
        hint="Which of the two arguments does softmax belong to?",
        cure="Keep h = softmax(z) in the forward pass and use it here.",
        lesson=5,
    ),
    Mistake(
        key="logits_used_as_output",
        formula=r"z_j \Bigl(\sigma_j - \sum_i z_i \sigma_i\Bigr)",
        replace=lambda case: case.change(h=case.z),
        when=lambda settings: settings.from_logits,
        explanation=(
            "The formula is written with the output h = softmax(z), and here it is fed the logits. "
            "It is the derivative at z, written with h."
        ),
        hint="Which quantity do the letters of your formula stand for: z, or softmax(z)?",
        cure="Compute h = softmax(z) first, or keep it from the forward pass, and use h.",
        lesson=5,
    ),
    Mistake(
        key="softmax_applied_twice",
        formula=r"J^T \sigma \text{ with } J \text{ at } \operatorname{softmax}(h)",
        replace=lambda case: case.change(h=softmax(case.h)),
        explanation=(
            "Softmax is applied to what is the output of softmax already, so the Jacobian is "
            "taken at another point."
        ),
        hint="Count how often softmax is applied between the logits and your formula.",
        cure="Use h as it is; or pass the logits to the function that applies softmax.",
        lesson=5,
    ),
    Mistake(
        key="batch_sum_leak",
        formula=r"h_{nj} \Bigl(\sigma_{nj} - \sum_{m,i} h_{mi} \sigma_{mi}\Bigr)",
        compute=(_leaking, _leaking_altogether),
        needs_batch=True,
        explanation=(
            "For one sample this is right. In a batch the sum runs over all samples, so that the "
            "error of one leaks into the others."
        ),
        hint="np.sum without an axis sums over everything.",
        cure="Write np.sum(h * upstream, axis=-1, keepdims=True).",
        lesson=3,
    ),
    Mistake(
        key="wrong_axis",
        formula=r"h_{nk} \Bigl(\sigma_{nk} - \sum_m h_{mk} \sigma_{mk}\Bigr)"
        r"\text{, or } h_{nk} = \frac{e^{z_{nk}}}{\sum_m e^{z_{mk}}}",
        compute=(_over_samples, _over_samples_altogether),
        replace=OVER_SAMPLES,
        needs_batch=True,
        explanation=(
            "A sum runs over the samples of the batch (axis 0), not over the classes: that of the "
            "products h σ, that of softmax, or both. For one sample as a vector it is right."
        ),
        hint="Along which axis do your sums run, and what lies along it?",
        cure="Sum over the axis of the classes: axis=-1, keepdims=True for samples in rows.",
        lesson=3,
    ),
    Mistake(
        key="missing_keepdims",
        formula=r"h_{nk} (\sigma_{nk} - s_k), \; s_m = \sum_i h_{mi} \sigma_{mi}",
        compute=_sum_misaligned,
        replace=tuple(map(wrong_softmax.put_in, wrong_softmax.WITHOUT_KEEPDIMS)),
        needs_batch=True,
        explanation=(
            "Without keepdims=True the sums (or the maxima) of the samples line up with the "
            "classes. With N ≠ n that raises; with N = n those of other samples are taken, "
            "silently."
        ),
        hint="Print the shape of the sum that you subtract, and of those in softmax.",
        cure="Write np.sum(h * upstream, axis=-1, keepdims=True), and so in softmax.",
        lesson=3,
    ),
    *wrong_softmax.outputs(without=("wrong_axis", "missing_keepdims")),
    common.MUTATES_INPUT,
)
