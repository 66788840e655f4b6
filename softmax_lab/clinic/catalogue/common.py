"""What several roles share: the faults of the mean, and conditions on the settings."""

import numpy as np

from softmax_lab.clinic.formulas import hardened
from softmax_lab.clinic.mistake import Mistake

# The small numbers that people add or clip to; the clinic tries them all.
EPSILONS = (
    *(10.0**-k for k in range(2, 21)),
    *(5 * 10.0**-k for k in range(3, 17)),
    np.finfo(float).eps,
    float(np.finfo(np.float32).eps),
    2.0**-23 / 2,
    np.finfo(float).eps / 2,
)


def added(epsilons):
    """Functions that add a small number, for each of some."""
    return tuple(lambda h, e=epsilon: h + e for epsilon in epsilons)


def clipped(epsilons):
    """Functions that clip to [ε, 1 - ε], or from below only, for each ε of some."""
    return (
        *(lambda h, e=epsilon: np.clip(h, e, 1 - e) for epsilon in epsilons),
        *(lambda h, e=epsilon: np.clip(h, e, 1) for epsilon in epsilons),
    )


ADDED, CLIPPED = added(EPSILONS), clipped(EPSILONS)
USUAL = (*EPSILONS[:19], *EPSILONS[-4:-2])  # the powers of ten, and the two machine precisions
USUALLY_ADDED, USUALLY_CLIPPED = added(USUAL), clipped(USUAL)


def from_logits(settings):
    """The function is given z, so that softmax is its own business."""
    return settings.from_logits


def cross_entropy(settings):
    """The declared loss is cross-entropy."""
    return settings.loss == "cross_entropy"


def mean(settings):
    """The declared loss is a mean over the samples."""
    return settings.reduction == "mean"


def distributions(settings):
    """Targets are handed over as distributions, soft ones among them."""
    return settings.targets != "labels"


def sign_flipped(formula, cure):
    """The entry for a gradient with the wrong sign."""
    return Mistake(
        key="sign_flipped",
        formula=formula,
        scale=lambda case: -1,
        explanation=(
            "Everything is right but the sign. A step against this gradient climbs: the loss grows."
        ),
        hint="For the true class, should the gradient be positive or negative?",
        cure=cure,
        lesson=4,
    )


def missing_mean(gradient):
    """The entry for a gradient that lacks the mean's 1/N."""
    return Mistake(
        key="missing_mean",
        formula=gradient + r" \text{ without the 1/N}",
        scale=lambda case: case.N,
        when=mean,
        needs_batch=True,
        explanation=(
            "The loss is a mean over the N samples, so its gradient has a factor 1/N. Without it "
            "the gradient is N times too large, and the step size depends on the batch size."
        ),
        hint="Repeat every sample of the batch: the loss stays the same. Does your gradient?",
        cure="Divide by the number of samples, or declare reduction='sum' if you meant the sum.",
        lesson=4,
    )


def mean_twice(gradient):
    """The entry for a gradient with 1/N²."""
    return Mistake(
        key="mean_twice",
        formula=gradient + r" / N^2",
        scale=lambda case: 1 / case.N,
        when=mean,
        needs_batch=True,
        explanation=(
            "The gradient is divided by N twice, often once in the loss layer and once more where "
            "the gradients of the samples are added up."
        ),
        hint="How often does your code divide by the number of samples?",
        cure="Divide by N in one place only.",
        lesson=4,
    )


def mean_over_entries(gradient):
    """The entry for a gradient divided by N n."""
    return Mistake(
        key="mean_over_entries",
        formula=gradient + " / (N n)",
        scale=lambda case: 1 / case.n if mean(case.settings) else 1 / (case.N * case.n),
        explanation=(
            "The result is averaged over all N·n entries, where the loss is a sum over the "
            "classes: it is n times too small, for n classes. np.mean without an axis does this."
        ),
        hint="How many numbers did you divide by, and how many samples are there?",
        cure="Sum over the classes, and divide by the number of samples only.",
        lesson=4,
    )


def mean_over_classes(gradient):
    """The entry for a gradient divided by n, the number of classes."""
    return Mistake(
        key="mean_over_classes",
        formula=gradient + " / n",
        scale=lambda case: case.N / case.n if mean(case.settings) else 1 / case.n,
        needs_batch=True,
        explanation=(
            "The gradient is divided by n, the number of classes, where the loss is a sum over "
            "the classes. A mean is taken over the N samples, or not at all."
        ),
        hint="How long is the axis by whose length you divide, and what lies along it?",
        cure="For samples in rows, divide by len(z) for a mean, and by nothing for a sum.",
        lesson=4,
    )


def log_base(number, letters, formula):
    """The entry for a logarithm to another base."""
    return Mistake(
        key=f"log_base_{letters}",
        formula=formula,
        scale=lambda case: 1 / np.log(number),
        when=cross_entropy,
        explanation=(
            f"The logarithm is taken to base {letters}, not to base e: everything is divided by "
            f"ln {number} = {np.log(number):.4g}. The minimum stays where it is, but h - t is the "
            "gradient for the natural logarithm only."
        ),
        hint="What is the derivative of your logarithm at 1?",
        cure="Use np.log.",
        lesson=4,
    )


def soft_target_argmax(formula, cure, when=distributions):
    """The entry for a target reduced to its largest class."""
    return Mistake(
        key="soft_target_argmax",
        formula=formula,
        replace=lambda case: case.change(t=hardened(case.t)),
        when=when,
        explanation=(
            "The target is reduced to its largest class. For one-hot targets nothing is lost; soft "
            "targets, such as smoothed labels, are not used as they are."
        ),
        hint="Try the target [0.5, 0.3, 0.2]: which of its numbers does your code use?",
        cure=cure,
        lesson=4,
    )


MUTATES_INPUT = Mistake(
    key="mutates_input",
    formula=r"\text{(the caller's array is overwritten)}",
    explanation=(
        "The function writes to the array that it was given (with -=, *=, out= or x[i] = …). "
        "NumPy hands over the array itself, not a copy, so the caller's numbers are gone: the "
        "next use of the logits, outputs or targets computes something else."
    ),
    hint="Print the argument before and after the call.",
    cure="Work on a copy, z = z.copy(), or write z = z - z.max() instead of z -= z.max().",
    lesson=7,
)
