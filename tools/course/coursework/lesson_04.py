"""Lesson 4: smoothed labels by hand, learning from a teacher, a cost that likes to be unsure."""

import numpy as np

from coursework.question import Question, drawn, listed, vector
from softmax_lab.cross_entropy import one_hot
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, cross_entropy, cross_entropy_gradient, softmax, softmax_vjp
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (smoothed(drawn(seed, 4.4)), teacher(drawn(seed, 4.5)), unsure(drawn(seed, 4.6)))


def smoothed(rng):
    """4.4: the gradient for smoothed labels, where all logits are equal."""
    n, eps = 4, float(rng.choice([0.2, 0.4]))
    labels = rng.permutation(n)[:2]
    true = one_hot(labels, n)

    def gradient(t):
        return (np.full((2, n), 1 / n) - t) / 2

    t = (1 - eps) * true + eps / n
    truth = gradient(t)
    judge = numbers(
        truth,
        foreseen=[
            (gradient(true), "that is for one-hot targets. Which t belongs to the true class now?"),
            (
                gradient((1 - eps) * true + (1 - true) * eps / (n - 1)),
                "you shared ε among the others only. Here the true class has its part of it, too.",
            ),
            (2 * truth, "each row is right by itself. But the cost is a mean over the samples."),
            (
                gradient((1 - eps) * true),
                "these targets sum to less than 1: the ε that was taken away went nowhere.",
            ),
            (-truth, "the size is right, the sign is not."),
            (t, "these are the targets. The gradient is asked for."),
            (
                gradient(true) * 2,
                "that is for one-hot targets, and for a sum. Which t belongs to the true class?",
            ),
        ],
    )
    return Question(
        Exercise(
            "4.4",
            "predict",
            judge,
            think="with smoothed labels, where does the gradient vanish? Can logits get there?",
        ),
        f"A network gives equal logits for all {n} classes, whatever it is shown. Two samples are "
        f"in the batch, of class {labels[0]} and of class {labels[1]} (counted from 0). Their "
        f"labels are smoothed with $\\varepsilon = {eps:g}$: $t = (1 - \\varepsilon)$ "
        f"one-hot $+\\; \\varepsilon/{n}$ in every class. The cost is the *mean* cross-entropy. "
        f"What is $\\partial C/\\partial z$? No computer is needed; a row for each sample.",
        "predicted",
        f"predicted = [\n    [{', '.join(n * ['...'])}],\n    [{', '.join(n * ['...'])}],\n]",
        f"predicted = {listed(truth)}",
        f"$h = 1/{n}$ everywhere. The targets are ${1 - eps + eps / n:.3g}$ in the true class and "
        f"${eps / n:.3g}$ elsewhere, and the mean over two samples halves $h - t$: "
        f"${truth.min():.4g}$ and ${truth.max():.4g}$.",
        partly=numbers(2 * truth),
        half="each sample by itself, without the mean.",
    )


def _distilled(z, t, p, T, share):
    return (share * (softmax(z) - t) + (1 - share) * T * (softmax(z / T) - p)) / len(z)


def teacher(rng):
    """4.5: the gradient of a cost with two terms, one of them at a temperature."""

    def example(N, n, T, share, soft):
        t = softmax(vector(rng, N, n)) if soft else np.eye(n)[rng.integers(0, n, N)]
        return vector(rng, N, n), t, softmax(vector(rng, N, n)), T, share

    examples = [example(4, 3, 2.0, 0.3, False), example(2, 5, 4.0, 0.8, True)]
    examples.append(example(3, 3, 0.5, 0.5, False))
    judge = function(
        _distilled,
        examples,
        foreseen=[
            (
                lambda z, t, p, T, s: (
                    (s * (softmax(z) - t) + (1 - s) * T**2 * (softmax(z / T) - p)) / len(z)
                ),
                "T² is there, as in the cost. But h - t is the derivative at what softmax was "
                "given, and the second one was given z/T.",
            ),
            (
                lambda z, t, p, T, s: (
                    (s * (softmax(z) - t) + (1 - s) * (softmax(z / T) - p)) / len(z)
                ),
                "the second term has lost all its factors of T. It begins with T², and the chain "
                "rule adds something for the step from z to z/T.",
            ),
            (
                lambda z, t, p, T, s: (
                    (s * (softmax(z) - t) + (1 - s) / T * (softmax(z / T) - p)) / len(z)
                ),
                "the chain rule's 1/T is there. And the T² that the cost has?",
            ),
            (
                lambda z, t, p, T, s: _distilled(z, t, p, T, s) * len(z),
                "this is the gradient of the sum over the samples. The cost is their mean.",
            ),
            (
                lambda z, t, p, T, s: _distilled(z, t, p, T, 1 - s),
                "α belongs to the labels, 1 - α to the teacher. You have exchanged them.",
            ),
            (
                lambda z, t, p, T, s: (
                    (s * (softmax(z) - t) + (1 - s) * T * (softmax(z) - p)) / len(z)
                ),
                "the factors are right. But the second term is taken at the temperature T: what "
                "does softmax get there?",
            ),
            (
                lambda z, t, p, T, s: s * (softmax(z) - t) / len(z),
                "only the labels are in it. The teacher teaches, too.",
            ),
        ],
    )
    z, t, p, *_ = example(2, 3, 2.0, 0.3, False)
    return Question(
        Exercise(
            "4.5",
            "code",
            judge,
            think="T(h_T - p) has one T left: without the T² of the cost, what would become of "
            "the teacher's part at high temperatures?",
            without=MEASURING,
        ),
        "A small network learns from the labels $t$ and from a large one, its *teacher*, whose "
        "outputs $p$ were taken at the temperature $T$. For logits of shape $(N, n)$ the cost is "
        "the mean over the samples of\n\n"
        "$$\\alpha\\,\\mathrm{CE}(\\operatorname{softmax}(z),\\, t) + (1 - \\alpha)\\,T^2\\,"
        "\\mathrm{CE}(\\operatorname{softmax}(z/T),\\, p)$$\n\nwith the cross-entropy "
        "$\\mathrm{CE}(h, t) = -\\sum_k t_k\\log h_k$. The rows of $t$ and $p$ sum to 1. Write "
        "$\\partial C/\\partial z$.",
        "taught",
        'def taught(z, t, p, T, share):\n    """The gradient at the logits, shape (N, n); share is '
        'α."""\n    raise NotImplementedError',
        'def taught(z, t, p, T, share):\n    """The gradient at the logits, shape (N, n); share is '
        'α."""\n    of_labels = softmax(z) - t\n    of_teacher = T * (softmax(z / T) - p)\n'
        "    return (share * of_labels + (1 - share) * of_teacher) / len(z)",
        "Each term is a cross-entropy, so each gives $h - t$ at what its softmax was given. The "
        "second was given $z/T$: the chain rule brings $1/T$, and $T^2/T = T$. The mean divides "
        "both by $N$.",
        example=f"np.array({listed(z)}), np.array({listed(t)}), np.array({listed(p.round(2))}), "
        "2.0, 0.3",
        partly=function(lambda *given: _distilled(*given) * len(given[0]), examples),
        half="every sample by itself, without the mean.",
    )


def _entropy(h):
    return -(h * np.log(h)).sum(axis=-1, keepdims=True)


def _unsure(z, t, beta):
    h = softmax(z)
    return h - t + beta * h * (np.log(h) + _entropy(h))


def unsure(rng):
    """4.6: two terms of a gradient that were taken at two different places."""
    examples = [
        (vector(rng, n), np.eye(n)[int(rng.integers(n))], beta)
        for n, beta in [(3, 0.1), (4, 0.5), (5, 1.0)]
    ]
    examples.append((vector(rng, 3), softmax(vector(rng, 3)), 0.3))
    z, t, _ = examples[0]
    judge = function(
        _unsure,
        examples,
        foreseen=[
            (
                lambda z, t, b: softmax(z) - t + b * (np.log(softmax(z)) + 1),
                "these are the numbers of the given code. At which place is h - t a derivative, "
                "and at which one log h + 1?",
            ),
            (
                lambda z, t, b: 2 * (softmax(z) - t) - _unsure(z, t, b),
                "the second term has come to the logits, with the wrong sign: the cost subtracts "
                "the entropy, and the entropy has a minus of its own.",
            ),
            (
                lambda z, t, b: softmax(z) - t,
                "β has no effect any more. It belongs to the cost.",
            ),
            (
                lambda z, t, b: (
                    softmax(z) - t + b * softmax(z) * (1 - softmax(z)) * (np.log(softmax(z)) + 1)
                ),
                "the second term goes through h(1 - h), as if softmax were a sigmoid.",
            ),
            (
                lambda z, t, b: (h := softmax(z)) * ((s := h - t + b * (np.log(h) + 1)) - h @ s),
                "now both terms have gone through softmax. One of them was at the logits already.",
            ),
        ],
    )
    return Question(
        Exercise(
            "4.6",
            "fault",
            judge,
            think="where all outputs are equal the entropy is largest. What is its part there?",
            without=MEASURING,
        ),
        "To keep a network from being too sure, somebody rewards it for being unsure: from the "
        "cross-entropy $\\beta$ times the entropy $H = -\\sum_k h_k\\log h_k$ is subtracted. The "
        "gradient was put together from two terms that are both known to be right, "
        "$h - t$ and $\\partial(-H)/\\partial h = \\log h + 1$:",
        "fixed",
        'def fixed(z, t, beta):\n    """The gradient of rewarded_cost at the logits."""\n'
        "    raise NotImplementedError",
        'def fixed(z, t, beta):\n    """The gradient of rewarded_cost at the logits."""\n'
        "    h = softmax(z)\n    return h - t + beta * softmax_vjp(z, np.log(h) + 1)",
        "$h - t$ is a derivative with respect to the *logits*, and $\\log h + 1$ one with respect "
        "to the *outputs*. They may be added only when both are at one place, so the second has to "
        "go back through softmax: $h\\circ(\\log h + H)$.",
        given=f"z, t = np.array({listed(z)}), np.array({listed(t)})\n\n\n"
        "def rewarded_cost(z, t, beta):\n    h = softmax(z)\n"
        "    return cross_entropy(z, t) + beta * (h * np.log(h)).sum()\n\n\n"
        "def its_gradient(z, t, beta):\n    h = softmax(z)\n"
        "    return (h - t) + beta * (np.log(h) + 1)\n\n\n"
        "check_gradient(lambda z: rewarded_cost(z, t, 0.1), its_gradient(z, t, 0.1), z)",
        then="The cost is as it should be. Find the fault in the gradient, and write it for one "
        "sample without it.",
        example="z, t, 0.1",
    )
