"""What people return as the loss."""

import numpy as np

from softmax_lab.clinic.catalogue import common
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


def _with_log(log, softmax=lambda case: case.h):
    """A variant: the cross-entropy with another logarithm, or another softmax."""

    def loss(case):
        h = softmax(case)
        if case.settings.targets == "labels":
            rows = -log(h[np.arange(case.N), case.labels])
        else:
            rows = -(case.t * log(h)).sum(axis=-1)
        return case.reduced(rows)

    return loss


def _only_nonzero(case):
    """A variant: classes with t = 0 are left out, so that 0 · inf cannot happen."""
    used = case.t != 0
    return case.reduced(-np.where(used, case.t * np.log(np.where(used, case.h, 1)), 0).sum(-1))


def _textbook_softmax(case):
    e = np.exp(case.z)
    return e / e.sum(axis=-1, keepdims=True)


def _added(epsilon):
    return _with_log(lambda h: np.log(h + epsilon))


def _clipped(low, high):
    return _with_log(lambda h: np.log(np.clip(h, low, high)))


MISTAKES = (
    Mistake(
        key="missing_minus",
        formula=r"+\sum_k t_k \log h_k",
        scale=lambda case: -1,
        when=common.cross_entropy,
        explanation="The logarithm of a probability is negative; the loss is minus its average.",
        hint="Is your loss negative?",
        cure="Put a minus in front of the sum.",
        lesson=4,
    ),
    common.mean_over_entries("C"),
    Mistake(
        key="log_epsilon_bias",
        formula=r"-\sum_k t_k \log(h_k + \varepsilon)",
        compute=tuple(_added(epsilon) for epsilon in EPSILONS),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "The ε that keeps the logarithm from -inf also bends the loss: below h = ε it is flat, "
            "and a sure mistake costs no more than a bad one. The gradient h - t does not know of "
            "ε, so a gradient check with small h fails."
        ),
        hint="What is your loss for h = 1e-20, and what should it be?",
        cure="Compute log softmax from the logits: z - logsumexp(z). It needs no ε.",
        lesson=6,
    ),
    Mistake(
        key="clip_bias",
        formula=r"-\sum_k t_k \log \operatorname{clip}(h_k, \varepsilon, 1 - \varepsilon)",
        compute=(
            *(_clipped(epsilon, 1 - epsilon) for epsilon in EPSILONS),
            *(_clipped(epsilon, 1) for epsilon in EPSILONS),
        ),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Clipping keeps the logarithm from -inf, and makes the loss flat below ε: its true "
            "gradient is 0 there, while h - t is not."
        ),
        hint="What is your loss for h = 1e-20, and what should it be?",
        cure="Compute log softmax from the logits: z - logsumexp(z). It needs no clipping.",
        lesson=6,
    ),
    Mistake(
        key="log_of_zero",
        formula=r"-\sum_k t_k \log h_k \text{ with } 0 \cdot \infty = \text{nan}",
        compute=(
            _with_log(np.log),
            _with_log(np.log, _textbook_softmax),
            _only_nonzero,
        ),
        when=common.cross_entropy,
        fragile=True,
        explanation=(
            "Softmax rounds to exactly 0 when the logits are far apart. Then the logarithm is "
            "-inf, and 0 · inf is nan even for a class that does not count."
        ),
        hint="Try the logits [0, 800, 0].",
        cure="Compute log softmax from the logits: z - logsumexp(z), and never take log(h).",
        lesson=6,
    ),
    common.soft_target_argmax(
        formula=r"-\log h_k, \; k = \arg\max t",
        cure="Sum over all classes: -np.sum(t * log_h).",
        when=lambda s: common.cross_entropy(s) and common.distributions(s),
    ),
    common.MUTATES_INPUT,
)
