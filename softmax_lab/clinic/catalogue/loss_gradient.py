"""What people return as the gradient of the loss with respect to the logits."""

import numpy as np

from softmax_lab.clinic.catalogue import common
from softmax_lab.clinic.formulas import hardened, vjp
from softmax_lab.clinic.mistake import RAISES, Mistake
from softmax_lab.softmax import softmax


def _fused(case):
    return case.h - case.t


def _slope(case):
    return case.h * (1 - case.h)


def _chained(case):
    """∂C/∂h, as far as it is multiplied elementwise: -t/h, or 2 (h - t)."""
    squared = case.settings.loss == "squared_error"
    return 2 * _fused(case) if squared else -case.t / case.h


def _half_chained(case):
    return _chained(case) / 2


def _shift_labels(step):
    def shifted(case):
        if case.settings.targets == "labels":
            return case.change(t=np.eye(case.n)[(case.labels + step) % case.n])
        return case.change(t=np.roll(case.t, step, axis=-1))

    return shifted


def _next_label(case):
    """As the last label has no successor, code that adds 1 raises there."""
    if case.settings.targets != "labels" or (case.labels == case.n - 1).any():
        return RAISES
    return case.shared(case.h - np.eye(case.n)[case.labels + 1])


def _hard_shift(step):
    def shifted(case):
        return case.shared(case.h - np.roll(hardened(case.t), step, axis=-1))

    return shifted


def _saturating(case):
    h, t = case.h, case.t
    return case.shared((-t / h + (1 - t) / (1 - h)) * _slope(case))


def _saturating_naively(case):
    e = np.exp(case.z)
    return _saturating(case.change(h=e / e.sum(axis=-1, keepdims=True)))


def _whole_softmax(case):
    return case.change(h=softmax(case.z.reshape(-1)).reshape(case.z.shape))


MISTAKES = (
    Mistake(
        key="sign_flipped",
        formula=r"t - h",
        scale=lambda case: -1,
        explanation=(
            "Everything is right but the sign. A step against this gradient climbs: the loss grows."
        ),
        hint="For the true class, should the gradient be positive or negative?",
        cure="Return h - t; or, if your update adds the gradient, be aware that t - h is -∂C/∂z.",
        lesson=4,
    ),
    common.missing_mean("(h - t)"),
    common.mean_twice("(h - t)"),
    common.mean_over_entries("(h - t)"),
    Mistake(
        key="softmax_forgotten",
        formula=r"z - t",
        replace=lambda case: case.change(h=case.z),
        when=common.from_logits,
        explanation="The target is subtracted from the logits; softmax was never applied.",
        hint="Do the numbers that you subtract t from sum to 1?",
        cure="Compute h = softmax(z) first, then h - t.",
        lesson=4,
    ),
    Mistake(
        key="softmax_applied_twice",
        formula=r"\operatorname{softmax}(h) - t",
        replace=lambda case: case.change(h=softmax(case.h)),
        explanation=(
            "Softmax is applied to what is the output of softmax already. The result is flattened: "
            "no entry can come near 0 or 1, and training stalls."
        ),
        hint="Count how often softmax is applied between the logits and h - t.",
        cure="Apply softmax once: either in the network, or in the loss.",
        lesson=5,
    ),
    Mistake(
        key="diagonal_only",
        formula=r"(∂C/∂h_j)\, h_j (1 - h_j)",
        compute=(
            lambda case: case.shared(_chained(case) * _slope(case)),
            lambda case: case.shared(_half_chained(case) * _slope(case)),
        ),
        explanation=(
            "∂C/∂h is multiplied elementwise with h(1 - h), the diagonal of the Jacobian. But "
            "every output depends on every logit, so each z_j collects the errors of all outputs: "
            "Σ_i (∂C/∂h_i) h_i (δ_ij - h_j). For cross-entropy it is the wrong classes, with "
            "t_j = 0, that get no gradient at all."
        ),
        hint="What gradient does a class with t_j = 0 get, and should its logit not shrink?",
        cure=(
            "Multiply ∂C/∂h by the whole Jacobian: J.T @ upstream. For cross-entropy and Σt = 1 "
            "that is h - t."
        ),
        lesson=3,
    ),
    Mistake(
        key="fused_times_diagonal",
        formula=r"(h_j - t_j)\, h_j (1 - h_j)",
        compute=lambda case: case.shared(_fused(case) * _slope(case)),
        when=common.cross_entropy,
        explanation=(
            "h - t already is ∂C/∂z: the derivative of softmax is in it. Here it is multiplied "
            "with h(1 - h) once more, as one does with squared error and a sigmoid."
        ),
        hint="With respect to what is h - t the derivative of the cross-entropy: h or z?",
        cure="Return h - t as it is.",
        lesson=4,
    ),
    Mistake(
        key="fused_times_jacobian",
        formula=r"J (h - t)",
        compute=lambda case: case.shared(vjp(case.h, _fused(case))),
        when=common.cross_entropy,
        explanation=(
            "h - t already is ∂C/∂z: the Jacobian of softmax is in it, and is applied here a "
            "second time. What you have is the gradient of ½‖h - t‖², another loss."
        ),
        hint="With respect to what is h - t the derivative of the cross-entropy: h or z?",
        cure="Return h - t as it is. (For ½‖h - t‖² this would be right: declare the loss.)",
        lesson=4,
    ),
    Mistake(
        key="binary_cross_entropy",
        formula=r"\frac{h_j - t_j}{h_j (1 - h_j)}",
        compute=lambda case: case.shared(_fused(case) / _slope(case)),
        when=common.cross_entropy,
        explanation=(
            "This is ∂C/∂h of the binary cross-entropy, which treats each class as a yes or no of "
            "its own, and it is not yet multiplied with any derivative of softmax."
        ),
        hint="Does your loss contain log(1 - h)?",
        cure="For softmax with cross-entropy return h - t.",
        lesson=4,
    ),
    Mistake(
        key="binary_through_diagonal",
        formula=r"\Bigl(-\frac{t_j}{h_j} + \frac{1 - t_j}{1 - h_j}\Bigr) h_j (1 - h_j)",
        compute=(_saturating, _saturating_naively),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Two errors cancel: the derivative of the binary cross-entropy instead of -t/h, and "
            "the diagonal instead of the whole Jacobian. The numbers are those of h - t, until "
            "some h saturates at 0 or 1: then it is 0 · inf = nan."
        ),
        hint="Simplify your formula on paper. What is left?",
        cure="Return h - t, which divides by nothing.",
        lesson=6,
    ),
    common.soft_target_argmax(
        formula=r"h_j - [j = \arg\max t]",
        cure="Subtract t itself: h - t.",
    ),
    Mistake(
        key="label_off_by_one",
        formula=r"h_j - [j = \text{label} \pm 1]",
        replace=(_shift_labels(-1), _shift_labels(1)),
        compute=(_next_label, _hard_shift(-1), _hard_shift(1)),
        explanation="The 1 is subtracted at the neighbour of the true class.",
        hint="Are your classes counted from 0 or from 1?",
        cure="Python counts from 0: use the label as the index, without adding or taking away 1.",
        lesson=4,
    ),
    Mistake(
        key="target_sum_ignored",
        formula=r"h - t \text{ where } \textstyle\sum t \ne 1",
        compute=lambda case: case.shared(_fused(case)),
        when=lambda s: common.cross_entropy(s) and s.targets == "any",
        explanation="h - t is the gradient only if Σt = 1. In general it is h Σt - t.",
        hint="Use the row sums of J: what must the entries of the gradient sum to?",
        cure="Return h * t.sum(axis=-1, keepdims=True) - t.",
        lesson=4,
    ),
    Mistake(
        key="wrong_axis",
        formula=r"h - t \text{ with } h_{nk} = \frac{e^{z_{nk}}}{\sum_m e^{z_{mk}}}",
        replace=lambda case: case.change(h=softmax(case.z, axis=0)),
        when=common.from_logits,
        needs_batch=True,
        explanation="Softmax is normalised over the samples of the batch, not over the classes.",
        hint="Which axis of h sums to 1?",
        cure="Sum over the axis of the classes: axis=-1 for samples in rows.",
        lesson=4,
    ),
    Mistake(
        key="whole_batch_softmax",
        formula=r"h - t \text{ with } h_{nk} = \frac{e^{z_{nk}}}{\sum_{m,j} e^{z_{mj}}}",
        replace=_whole_softmax,
        when=common.from_logits,
        needs_batch=True,
        explanation=(
            "For one sample this is right. In a batch, softmax is normalised over all entries, so "
            "that the whole batch sums to 1, and not each sample."
        ),
        hint="np.sum without an axis sums over everything. What does each row of h sum to?",
        cure="Write e / e.sum(axis=-1, keepdims=True).",
        lesson=4,
    ),
    common.MUTATES_INPUT,
)
