"""What people return as the gradient of the loss with respect to the output."""

import numpy as np

from softmax_lab.clinic.catalogue import common
from softmax_lab.clinic.mistake import Mistake


def _binary(sign):
    return lambda case: case.shared(-case.t / case.h + sign * (1 - case.t) / (1 - case.h))


GUARDS = (*common.USUALLY_ADDED, *common.USUALLY_CLIPPED)


def _guarded(guards):
    for guard in guards:
        yield lambda case, g=guard: case.shared(-case.t / g(case.h))


MISTAKES = (
    Mistake(
        key="missing_factor_two",
        formula=r"h - t",
        scale=lambda case: 0.5,
        when=lambda settings: settings.loss == "squared_error",
        explanation=(
            "The derivative of (h - t)² is 2(h - t). Without the 2 this is the gradient of "
            "½ Σ(h - t)², which is a different, and equally good, loss."
        ),
        hint="Differentiate the square. Does your loss have a ½ in front?",
        cure="Return 2 * (h - t), or put the ½ into the loss as well.",
        lesson=4,
    ),
    common.sign_flipped(
        formula=r"-∂C/∂h",
        cure="Put a minus in front, or take it away: for cross-entropy it is -t / h.",
    ),
    common.missing_mean("∂C/∂h"),
    common.mean_over_entries("∂C/∂h"),
    Mistake(
        key="swapped_arguments",
        formula=r"-\frac{h_j}{t_j}",
        compute=(
            lambda case: case.shared(-case.h / case.t),
            lambda case: case.shared(
                -np.where(case.t == 0, 0, case.h / np.where(case.t == 0, 1, case.t))
            ),
            *(lambda case, g=guard: case.shared(-case.h / g(case.t)) for guard in GUARDS),
        ),
        when=common.cross_entropy,
        explanation="Output and target have changed places: the derivative of -t log h is -t/h.",
        hint="Which of the two does the logarithm of the loss contain?",
        cure="Return -t / h; check the order of the parameters against that of the call.",
        lesson=4,
    ),
    common.soft_target_argmax(
        formula=r"-\frac{[j = \arg\max t]}{h_j}",
        cure="Use all of t: -t / h.",
    ),
    Mistake(
        key="binary_cross_entropy",
        formula=r"-\frac{t_j}{h_j} + \frac{1 - t_j}{1 - h_j}",
        compute=_binary(1),
        when=common.cross_entropy,
        explanation=(
            "This is the derivative of the binary cross-entropy, which treats each class as a yes "
            "or no of its own. For softmax the loss is -Σ t log h, without log(1 - h)."
        ),
        hint="Does your loss contain log(1 - h)?",
        cure="Return -t / h.",
        lesson=4,
    ),
    Mistake(
        key="binary_sign",
        formula=r"-\frac{t_j}{h_j} - \frac{1 - t_j}{1 - h_j}",
        compute=_binary(-1),
        when=common.cross_entropy,
        explanation=(
            "This is the derivative of the binary cross-entropy with a sign lost: the inner "
            "derivative of log(1 - h) is -1. And softmax needs the other loss, -Σ t log h."
        ),
        hint="Differentiate log(1 - h) by the chain rule; then ask whether it belongs there.",
        cure="Return -t / h.",
        lesson=4,
    ),
    Mistake(
        key="division_by_zero",
        formula=r"-\frac{t_j}{h_j} \text{ with } \frac{0}{0} = \text{nan}",
        compute=lambda case: case.shared(-case.t / case.h),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Where softmax has rounded an output to 0 and the target is 0 as well, this is 0/0. "
            "The loss -t log h has no such term, so the derivative there is 0."
        ),
        hint="Try h = [0, 1, 0] with t = [0, 1, 0].",
        cure=(
            "Divide only where t is not 0: np.divide(-t, h, where=t != 0, out=np.zeros_like(h)); "
            "or skip ∂C/∂h and use h - t, the gradient at the logits."
        ),
        lesson=6,
    ),
    Mistake(
        key="log_epsilon_bias",
        formula=r"-\frac{t_j}{h_j + \varepsilon}",
        compute=tuple(_guarded(common.USUALLY_ADDED)),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "The ε that keeps -t/h finite also bends it: below h = ε it stops growing. It is the "
            "derivative of -t log(h + ε), and belongs to that loss only."
        ),
        hint="What is your gradient for the true class at h = 1e-20, and what should it be?",
        cure="Skip ∂C/∂h and use h - t, the gradient at the logits: it needs no ε.",
        lesson=6,
    ),
    Mistake(
        key="clip_bias",
        formula=r"-\frac{t_j}{\operatorname{clip}(h_j, \varepsilon, 1 - \varepsilon)}",
        compute=tuple(_guarded(common.USUALLY_CLIPPED)),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Clipping h keeps -t/h finite, and bends it: below h = ε it stops growing. And it is "
            "not the derivative of a loss with clipped h either, which is 0 there."
        ),
        hint="What is your gradient for the true class at h = 1e-20, and what should it be?",
        cure="Skip ∂C/∂h and use h - t, the gradient at the logits: it needs no clipping.",
        lesson=6,
    ),
    Mistake(
        key="log_forgotten",
        formula=r"-t_j",
        compute=lambda case: case.shared(-case.t),
        when=common.cross_entropy,
        explanation=(
            "This is the derivative of -Σ t h, a loss without a logarithm; that of -Σ t log h is "
            "-t/h."
        ),
        hint="Does your gradient depend on h?",
        cure="Return -t / h.",
        lesson=4,
    ),
    common.mean_over_classes("∂C/∂h"),
    common.log_base(10, "ten", r"-\frac{t_j}{h_j \ln 10}"),
    common.log_base(2, "two", r"-\frac{t_j}{h_j \ln 2}"),
    common.MUTATES_INPUT,
)
