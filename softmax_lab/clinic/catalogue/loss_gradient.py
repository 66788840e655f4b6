"""What people return as the gradient of the loss with respect to the logits."""

import numpy as np

from softmax_lab.clinic import formulas
from softmax_lab.clinic.catalogue import common, wrong_softmax
from softmax_lab.clinic.formulas import hardened, ratio, vjp
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


def _twice_consistently(case):
    """The true gradient of a loss that applies softmax to h once more."""
    if case.settings.loss == "squared_error":
        return formulas.value(case.change(h=softmax(case.h)))
    return case.shared(vjp(case.h, softmax(case.h) * case.total - case.t))


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


def _through_jacobian(guard=lambda h: h):
    """-t/h, handed back through the Jacobian."""
    return lambda case: case.shared(vjp(case.h, -case.t / guard(case.h)))


def _through_jacobian_where_t(case):
    return case.shared(vjp(case.h, -ratio(case.t, case.h)))


def _fused_guarded(guard):
    """H itself is guarded, and used so in all places."""
    return lambda case: case.shared(guard(case.h) * case.total - case.t)


def _guarded(guards):
    for guard in guards:
        yield _through_jacobian(guard)
        yield _fused_guarded(guard)


MISTAKES = (
    common.sign_flipped(
        formula=r"t - h",
        cure="Return h - t; or, if your update adds the gradient, be aware that t - h is -∂C/∂z.",
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
        formula=r"\operatorname{softmax}(h) - t, \text{ or } J(\operatorname{softmax}(h) - t)",
        replace=lambda case: case.change(h=softmax(case.h)),
        compute=_twice_consistently,
        explanation=(
            "Softmax is applied to what is the output of softmax already, as before a loss that "
            "applies it itself. The result is flattened: no entry can come near 0 or 1, and "
            "training stalls."
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
        cure="Return h - t as it is. (If your loss is ½‖h - t‖², it is right.)",
        lesson=4,
    ),
    Mistake(
        key="binary_cross_entropy",
        formula=r"\frac{h_j - t_j}{h_j (1 - h_j)}, \text{ or } J \text{ times that}",
        compute=(
            lambda case: case.shared(_fused(case) / _slope(case)),
            lambda case: case.shared(vjp(case.h, _fused(case) / _slope(case))),
        ),
        when=common.cross_entropy,
        explanation=(
            "This is the derivative of the binary cross-entropy, which treats each class as a yes "
            "or no of its own: with respect to h, or handed back to z. It belongs to sigmoids."
        ),
        hint="Does your loss contain log(1 - h)?",
        cure="For softmax with cross-entropy return h - t.",
        lesson=4,
    ),
    Mistake(
        key="binary_through_diagonal",
        formula=r"\Bigl(-\frac{t_j}{h_j} + \frac{1 - t_j}{1 - h_j}\Bigr) h_j (1 - h_j)",
        compute=_saturating,
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
        key="division_by_zero",
        formula=r"J^T \Bigl(-\frac{t}{h}\Bigr) \text{ with } \frac{0}{0} = \text{nan}",
        compute=(_through_jacobian(), _through_jacobian_where_t),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "-t/h is handed back through the Jacobian, one step after the other. That is right, "
            "until softmax has rounded an output to 0: then -t/h is nan or infinite, and the "
            "factor h that should cancel it is 0."
        ),
        hint="Multiply it out on paper: what becomes of the h in the denominator?",
        cure="Return h - t (h Σt - t in general), which divides by nothing.",
        lesson=6,
    ),
    Mistake(
        key="log_epsilon_bias",
        formula=r"J^T \Bigl(-\frac{t}{h + \varepsilon}\Bigr)",
        compute=tuple(_guarded(common.USUALLY_ADDED)),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "The ε that keeps -t/h finite bends the gradient: where h is below ε it is nearly 0, "
            "just where it should be largest. The further off the answer, the less is learned "
            "from it."
        ),
        hint="What is your gradient for the true class at h = 1e-20, and what should it be?",
        cure="Return h - t, which divides by nothing and needs no ε.",
        lesson=6,
    ),
    Mistake(
        key="clip_bias",
        formula=r"J^T \Bigl(-\frac{t}{\operatorname{clip}(h, \varepsilon, 1 - \varepsilon)}"
        r"\Bigr)",
        compute=tuple(_guarded(common.USUALLY_CLIPPED)),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Clipping h keeps -t/h finite and bends the gradient: where h is below ε it is nearly "
            "0, just where it should be largest. The further off the answer, the less is learned "
            "from it."
        ),
        hint="What is your gradient for the true class at h = 1e-20, and what should it be?",
        cure="Return h - t, which divides by nothing and needs no clipping.",
        lesson=6,
    ),
    Mistake(
        key="log_forgotten",
        formula=r"-J^T t",
        compute=lambda case: case.shared(-vjp(case.h, case.t)),
        when=common.cross_entropy,
        explanation=(
            "This is the gradient of -Σ t h: the loss has no logarithm. A function that expects "
            "log-probabilities, such as a negative log-likelihood, gives it when handed h."
        ),
        hint="What is the derivative of log h with respect to h, and where is it?",
        cure="Take the logarithm of softmax, z - logsumexp(z): then the gradient is h - t.",
        lesson=4,
    ),
    common.mean_over_classes("(h - t)"),
    *wrong_softmax.outputs(),
    common.MUTATES_INPUT,
)
