"""Lesson 10: formulas from their numbers, a cost with one more term, softmax before a loss."""

import numpy as np

from coursework.question import (
    Question,
    all_but_one,
    distribution,
    drawn,
    listed,
    named,
    shown,
    vector,
)
from softmax_lab.cross_entropy import cross_entropy_gradient
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import logsumexp, softmax, softmax_vjp, softmax_vjp_from_output

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, cross_entropy, cross_entropy_gradient, diagnose, logsumexp
from softmax_lab import softmax
from softmax_lab.exercises import ready"""

# The clinic's names, what each computes for one sample, and a hint that does not name it.
PATIENTS = {
    "sign_flipped": (lambda h, t: t - h, "compare it with h - t, entry by entry."),
    "diagonal_only": (
        lambda h, t: -t * (1 - h),
        "a single entry is not 0, and that one is right. What is missing from the others?",
    ),
    "fused_times_diagonal": (
        lambda h, t: (h - t) * h * (1 - h),
        "divide each entry by that of h - t. Is it h(1 - h)?",
    ),
    "fused_times_jacobian": (
        lambda h, t: softmax_vjp_from_output(h, h - t),
        "its entries sum to 0. Which matrix makes sums of 0 out of h - t?",
    ),
    "softmax_applied_twice": (
        lambda h, t: softmax(h) - t,
        "add t. What is left sums to 1 and is flatter than h. What is it?",
    ),
    "label_off_by_one": (
        lambda h, t: h - np.roll(t, 1),
        "compare it with h: from which class was 1 subtracted?",
    ),
}


def questions(seed):
    """The three questions."""
    return (by_numbers(drawn(seed, 10.4)), one_term(drawn(seed, 10.5)), before(drawn(seed, 10.6)))


def by_numbers(rng):
    """10.4: four mistakes, recognised by what they compute."""
    h, t = distribution(rng, 3, 10), np.eye(3)[int(rng.integers(3))]
    names = [sorted(PATIENTS)[k] for k in rng.permutation(len(PATIENTS))[:4]]
    rows = [PATIENTS[name][0](h, t) for name in names]
    table = "\n".join(f"| {k} | ${shown(np.round(row, 4) + 0.0)}$ |" for k, row in enumerate(rows))
    every = ", ".join(f"`{name}`" for name in sorted(PATIENTS))
    return Question(
        Exercise(
            "10.4",
            "predict",
            named(names, tuple(PATIENTS), [PATIENTS[name][1] for name in names]),
            think="with one sample, which mistakes of the lesson could no table have shown?",
        ),
        f"One sample: $h = {shown(h)}$, $t = {shown(t)}$, cross-entropy. The gradient at the "
        f"logits is $h - t = {shown(h - t)}$. Four patients return something else:\n\n"
        f"| | returned |\n|---|---|\n{table}\n\nFrom the numbers alone, which mistake is whose? "
        f"Give the clinic's name for each, out of these: {every}.",
        "named",
        "named = [..., ..., ..., ...]",
        f"named = {names!r}",
        "Compare each row with $h - t$: by sign, by which entries agree, by the quotient of the "
        "entries, by their sum.",
        partly=all_but_one(names),
        half="all but one.",
    )


def _with_term(z, t, weight):
    s = logsumexp(z)[:, None]
    return (softmax(z) - t + 2 * weight * s * softmax(z)) / len(z)


def one_term(rng):
    """10.5: a cost with one more term, which keeps the logits small."""

    def example(N, n, weight, soft):
        t = softmax(vector(rng, N, n)) if soft else np.eye(n)[rng.integers(0, n, N)]
        return vector(rng, N, n), t, weight

    examples = [example(4, 3, 0.1, False), example(2, 5, 0.5, True), example(3, 3, 1.0, False)]

    def wrong(change):
        def mistaken(z, t, w):
            return change(z, t, w, softmax(z), logsumexp(z)[:, None]) / len(z)

        return mistaken

    judge = function(
        _with_term,
        examples,
        foreseen=[
            (
                wrong(lambda z, t, w, h, s: h - t + w * s * h),
                "the 2 of the square was lost.",
            ),
            (
                wrong(lambda z, t, w, h, s: h - t + 2 * w * s),
                "the derivative of s² by s is there. One step is left, from s to the logits: what "
                "is the derivative of log-sum-exp?",
            ),
            (
                wrong(lambda z, t, w, h, s: h - t + 2 * w * h),
                "2λ times the derivative of s. The derivative of s² has one factor more.",
            ),
            (
                wrong(lambda z, t, w, h, s: len(z) * (h - t + 2 * w * s * h)),
                "that is the gradient of the sum over the samples. The cost is their mean.",
            ),
            (
                wrong(lambda z, t, w, h, s: h - t + len(z) * 2 * w * s * h),
                "the mean goes over both terms. The second one has lost it.",
            ),
            (
                wrong(lambda z, t, w, h, s: h - t - 2 * w * s * h),
                "the term is added to the cost. What sign has it in the gradient?",
            ),
            (wrong(lambda z, t, w, h, s: h - t), "λ has no effect. It belongs to the cost."),
        ],
    )
    z, t, weight = example(2, 3, 0.1, False)
    return Question(
        Exercise(
            "10.5",
            "code",
            judge,
            think="which law of h - t does this gradient break, and was it meant to?",
            without=MEASURING,
        ),
        "A shift of all logits changes neither $h$ nor the cross-entropy, so in long training "
        "logits can drift away. Some large models add a term that keeps $s = \\log\\sum_k "
        "e^{z_k}$ near 0. The cost is the mean over the samples of\n\n"
        "$$-\\sum_k t_k\\log h_k + \\lambda\\, s^2$$\n\nWrite its gradient for logits of shape "
        "$(N, n)$. The rows of $t$ sum to 1.",
        "with_term",
        'def with_term(z, t, weight):\n    """The gradient at the logits; weight is λ."""\n'
        "    raise NotImplementedError",
        'def with_term(z, t, weight):\n    """The gradient at the logits; weight is λ."""\n'
        "    s = logsumexp(z)[:, None]\n"
        "    return (softmax(z) - t + 2 * weight * s * softmax(z)) / len(z)",
        "$\\partial s/\\partial z_j = h_j$, so the term gives $2\\lambda\\, s\\, h_j$; the mean "
        "divides both by $N$.",
        example=f"np.array({listed(z)}), np.array({listed(t)}), {weight}",
        partly=function(lambda *given: _with_term(*given) * len(given[0]), examples),
        half="every sample by itself, without the mean.",
    )


def _of_weights(W, x, t):
    return x.T @ cross_entropy_gradient(x @ W, t)


def before(rng):
    """10.6: healthy parts, and softmax before a loss that applies it itself."""

    def example(N, d, n):
        t = np.eye(n)[rng.integers(0, n, N)]
        return vector(rng, d, n), vector(rng, N, d), t

    examples = [example(4, 2, 3), example(3, 3, 3), example(2, 3, 5)]
    judge = function(
        _of_weights,
        examples,
        foreseen=[
            (
                lambda W, x, t: x.T @ cross_entropy_gradient(softmax(x @ W), t),
                "these are the numbers of the given code. What does `cross_entropy_gradient` do "
                "first with what it is given?",
            ),
            (
                lambda W, x, t: x.T @ softmax_vjp(x @ W, cross_entropy_gradient(softmax(x @ W), t)),
                "now softmax's Jacobian is in it, and the gradient would pass a check, of a cost "
                "that applies softmax twice. That is not the cost that is meant: where may the "
                "outer softmax go?",
            ),
            (
                lambda W, x, t: _of_weights(W, x, t) * len(x),
                "the sum over the samples, where the cost is their mean.",
            ),
            (
                lambda W, x, t: x.T @ softmax_vjp(x @ W, (softmax(x @ W) - t) / len(x)),
                "h - t is at the logits already; softmax's Jacobian comes on top of it here.",
            ),
            (
                lambda W, x, t: -_of_weights(W, x, t),
                "the size is right, the sign is not.",
            ),
        ],
    )
    W, x, t = examples[0]
    return Question(
        Exercise(
            "10.6",
            "fault",
            judge,
            think="how small can the cost of the given code become at best, with three classes?",
            without=MEASURING,
        ),
        "A model with one matrix $W$, and the gradient with which it learns. Each part is healthy "
        "by itself, and the clinic says so of both functions of the package:",
        "fixed",
        'def fixed(W, x, t):\n    """The gradient of the mean cross-entropy of softmax(x W), at '
        'W."""\n    raise NotImplementedError',
        'def fixed(W, x, t):\n    """The gradient of the mean cross-entropy of softmax(x W), at '
        'W."""\n    return x.T @ cross_entropy_gradient(x @ W, t)',
        "`cross_entropy_gradient` takes *logits* and applies softmax itself. It was given "
        "probabilities, so softmax was applied twice. This is the most frequent mistake in "
        "questions about softmax: a layer too many before a loss that has one.",
        given=f"W = np.array({listed(W)})\nx = np.array({listed(x)})\n"
        f"t = np.array({listed(t)})\n\n\n"
        "def model(W, x):\n    return softmax(x @ W)\n\n\n"
        "def learns_with(W, x, t):\n    return x.T @ cross_entropy_gradient(model(W, x), t)\n\n\n"
        'print("model:   ", diagnose(softmax, "softmax").verdict)\n'
        'print("gradient:", diagnose(cross_entropy_gradient, "loss_gradient").verdict)\n'
        "check_gradient(lambda W: cross_entropy(x @ W, t), learns_with(W, x, t), W)",
        then="And yet the check against the cost that is meant fails. Find the fault, and write "
        "the gradient at $W$ without it.",
        example="W, x, t",
    )
