"""What people return as the gradient of the loss with respect to the output."""

from softmax_lab.clinic.catalogue import common
from softmax_lab.clinic.mistake import Mistake


def _binary(sign):
    return lambda case: case.shared(-case.t / case.h + sign * (1 - case.t) / (1 - case.h))


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
    common.missing_mean("∂C/∂h"),
    common.mean_over_entries("∂C/∂h"),
    Mistake(
        key="swapped_arguments",
        formula=r"-\frac{h_j}{t_j}",
        compute=lambda case: case.shared(-case.h / case.t),
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
    common.MUTATES_INPUT,
)
