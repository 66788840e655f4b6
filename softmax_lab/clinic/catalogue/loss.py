"""What people return as the loss."""

import numpy as np

from softmax_lab.clinic.catalogue import common, wrong_softmax
from softmax_lab.clinic.mistake import Mistake
from softmax_lab.softmax import logsumexp, softmax


def _with_log(log):
    """A variant: the cross-entropy with another logarithm."""

    def loss(case):
        h = case.h
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


def _guarded(guards):
    return tuple(_with_log(lambda h, guard=guard: np.log(guard(h))) for guard in guards)


def _binary(case):
    t, h = case.t, case.h
    return case.reduced(-(t * np.log(h) + (1 - t) * np.log(1 - h)).sum(axis=-1))


def _of_the_sum(case):
    return case.reduced(-np.log((case.t * case.h).sum(axis=-1)))


def _swapped(guard=lambda t: t):
    return lambda case: case.reduced(-(case.h * np.log(guard(case.t))).sum(axis=-1))


def _half_shifted(sign):
    """A variant: the largest logit is subtracted in the sum, or beside it, and not in both."""
    return lambda case: case.reduced(
        logsumexp(case.z)
        - (case.t * case.z).sum(axis=-1)
        + sign * case.z.max(axis=-1) * case.total[:, 0]
    )


def _log_of_a_logit(case):
    """A variant: log z at the label, which is nan for most logits."""
    if case.settings.targets != "labels":
        return case.reduced(-(case.t * case.z).sum(axis=-1))
    return case.reduced(-np.log(case.z[np.arange(case.N), case.labels]))


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
        compute=_guarded(common.ADDED),
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
        compute=_guarded(common.CLIPPED),
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
        compute=(_with_log(np.log), _only_nonzero),
        # Of an h that is handed over, a label picks no 0: that would be a loss of infinity.
        when=lambda s: common.cross_entropy(s) and (s.from_logits or common.distributions(s)),
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
    Mistake(
        key="log_of_sum",
        formula=r"-\log \sum_k t_k h_k",
        compute=_of_the_sum,
        when=lambda s: common.cross_entropy(s) and common.distributions(s),
        explanation=(
            "The logarithm of the sum is taken, not the sum of the logarithms. For one-hot targets "
            "the sum has one term, and the two are the same; for soft targets they are not."
        ),
        hint="Try the target [0.5, 0.3, 0.2]: is the logarithm of a sum the sum of logarithms?",
        cure="Take the logarithm first: -np.sum(t * log_h, axis=-1).",
        lesson=4,
    ),
    Mistake(
        key="shift_on_one_side",
        formula=r"\log \sum_k e^{z_k - \max z} - \sum_k t_k z_k",
        compute=(_half_shifted(-1), _half_shifted(1)),
        when=lambda s: common.cross_entropy(s) and s.from_logits,
        explanation=(
            "The largest logit is subtracted on one side only: in the exponentials, or in the "
            "logit that stands beside them. The loss is off by max z, and no longer the same when "
            "one number is added to all logits."
        ),
        hint="Add 5 to all logits: does your loss change?",
        cure="Subtract the largest logit once, and use the shifted logits everywhere.",
        lesson=6,
    ),
    Mistake(
        key="binary_cross_entropy",
        formula=r"-\sum_k t_k \log h_k - \sum_k (1 - t_k) \log(1 - h_k)",
        compute=_binary,
        when=common.cross_entropy,
        explanation=(
            "This is the binary cross-entropy, which treats each class as a yes or no of its own. "
            "It belongs to sigmoids; for softmax the loss is -Σ t log h, without log(1 - h)."
        ),
        hint="What does a class with t = 0 add to your loss?",
        cure="Leave out the terms with 1 - t: -np.sum(t * log_h, axis=-1).",
        lesson=4,
    ),
    Mistake(
        key="softmax_applied_twice",
        formula=r"-\sum_k t_k \log \operatorname{softmax}(h)_k",
        replace=lambda case: case.change(h=softmax(case.h)),
        explanation=(
            "Softmax is applied to what is the output of softmax already, as before a loss that "
            "applies it itself. No probability can come near 1, so the loss cannot come near 0: "
            "with n classes it stays above log(e + n - 1) - 1."
        ),
        hint="What is your loss for a perfect answer, such as [0, 800, 0] for the second class?",
        cure="Apply softmax once: hand the logits to a loss that applies it, or h to one that "
        "does not.",
        lesson=5,
    ),
    Mistake(
        key="log_forgotten",
        formula=r"-\sum_k t_k h_k",
        compute=lambda case: case.reduced(-(case.t * case.h).sum(axis=-1)),
        when=common.cross_entropy,
        explanation=(
            "There is no logarithm: the probabilities themselves are summed. A function that "
            "expects log-probabilities, such as a negative log-likelihood, does this with h."
        ),
        hint="What is your loss for a perfect answer? It should be 0.",
        cure="Hand over log softmax, z - logsumexp(z), in place of h.",
        lesson=4,
    ),
    Mistake(
        key="softmax_forgotten",
        formula=r"-\sum_k t_k z_k",
        compute=(lambda case: case.reduced(-(case.t * case.z).sum(axis=-1)), _log_of_a_logit),
        when=lambda s: common.cross_entropy(s) and common.from_logits(s),
        explanation=(
            "The logits are taken for probabilities, or for their logarithms: softmax, or the "
            "log Σ e^z that it subtracts, is missing. This loss has no minimum, it falls for ever "
            "when all logits are raised."
        ),
        hint="Add 5 to all logits: what does your loss do, and what should it do?",
        cure="Take z - logsumexp(z), which is log softmax, in place of z or log z.",
        lesson=4,
    ),
    Mistake(
        key="swapped_arguments",
        formula=r"-\sum_k h_k \log t_k",
        compute=tuple(map(_swapped, (lambda t: t, *common.USUALLY_ADDED, *common.USUALLY_CLIPPED))),
        when=common.cross_entropy,
        explanation="Output and target have changed places: the logarithm belongs to the output.",
        hint="Which of the two can be exactly 0 without anything being wrong?",
        cure="Return -np.sum(t * log_h); check the order of the parameters against the call.",
        lesson=4,
    ),
    common.log_base(10, "ten", r"-\sum_k t_k \log_{10} h_k"),
    common.log_base(2, "two", r"-\sum_k t_k \log_2 h_k"),
    *wrong_softmax.outputs(losses=True),
    common.MUTATES_INPUT,
)
