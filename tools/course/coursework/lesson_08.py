"""Lesson 8: who walks the same path, a parameter that all samples share, pieces of a batch."""

import numpy as np

from coursework.question import Question, all_but_one, chosen, drawn, listed, vector
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import softmax

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, cross_entropy, cross_entropy_gradient, softmax
from softmax_lab.exercises import ready"""

# Errors at the logits, whether a rate can make up for them, and what to try each by.
ERRORS = (
    ("h - t", True, "row {}: what is this beside (h - t)/N?"),
    ("2(h - t)/N", True, "row {}: by which number is it off, and what does a rate do?"),
    ("(h - t)/(N n)", True, "row {}: n is the same number for every sample and every class."),
    ("(t - h)/N", False, "row {}: by which rate is it to be multiplied, and may a rate be so?"),
    ("-t(1 - h)/N", False, "row {}: compare the entries of a class that is not the true one."),
    ("-t/h/N", False, "row {}: does one number relate it to (h - t)/N, for every sample?"),
    ("(\\operatorname{softmax}(h) - t)/N", False, "row {}: what does it send back when h = t?"),
    ("h(h - t)/N", False, "row {}: h is another number for every class."),
)


def questions(seed):
    """The three questions."""
    return (same_path(drawn(seed, 8.4)), one_number(drawn(seed, 8.5)), pieces(drawn(seed, 8.6)))


def same_path(rng):
    """8.4: which wrong gradients a rate makes up for."""
    right = [error for error in ERRORS if error[1]]
    wrong = [error for error in ERRORS if not error[1]]
    rows = [
        *(right[k] for k in rng.permutation(3)[:2]),
        *(wrong[k] for k in rng.permutation(5)[:3]),
    ]
    rows = [rows[k] for k in rng.permutation(5)]
    truth = [row[1] for row in rows]
    table = "\n".join(f"| {k} | ${tex}$ |" for k, (tex, *_) in enumerate(rows))
    return Question(
        Exercise(
            "8.4",
            "predict",
            chosen(truth, [hint.format(k).capitalize() for k, (*_, hint) in enumerate(rows)]),
            think="a check calls all five wrong. Which of them would a look at the curves excuse?",
        ),
        "Five networks learn by plain gradient descent, each from the same start and with the "
        "same batches of $N$ samples, $n$ classes, one-hot targets and the mean cross-entropy. At "
        "the logits each of them starts its backward pass with another error. Which of them would "
        "go *exactly* the way of the right network if only their rate were multiplied by a "
        f"suitable positive number?\n\n| | error at the logits |\n|---|---|\n{table}",
        "same_way",
        "same_way = [..., ..., ..., ..., ...]",
        f"same_way = {truth!r}",
        "A rate is one positive number for all. It makes up for a factor that is the same for "
        "every sample and every class, and for nothing else: not for a sign, and not for a factor "
        "that changes with $h$.",
        partly=all_but_one(truth),
        half="all but one.",
    )


def _at_temperature(z, T, v):
    return -(v * z).sum() / T**2


def one_number(rng):
    """8.5: the gradient of a parameter that is one number for the whole batch."""
    examples = [
        (vector(rng, N, n), T, vector(rng, N, n))
        for N, n, T in [(4, 3, 2.0), (2, 5, 0.5), (3, 3, 1.5)]
    ]
    judge = function(
        _at_temperature,
        examples,
        foreseen=[
            (
                lambda z, T, v: -_at_temperature(z, T, v),
                "the size is right, the sign is not: what does z/T do when T grows?",
            ),
            (
                lambda z, T, v: -(v * z).sum() / T,
                "one power of T is missing. What is the derivative of z/T by T?",
            ),
            (
                lambda z, T, v: (v * z).sum() / T,
                "that is how it would be for a factor of z. T is in the denominator.",
            ),
            (
                lambda z, T, v: -(v * z).sum() / T**2 / len(z),
                "you divided by N. If the cost is a mean, what arrives has that factor already.",
            ),
            (
                lambda z, T, v: -(v * z).sum(axis=0) / T**2,
                "one number for each class. T is one number for all of them: what does the chain "
                "rule do with its paths?",
            ),
            (
                lambda z, T, v: -(v * z).sum(axis=1) / T**2,
                "one number for each sample. All samples use the same T: what does the chain rule "
                "do with its paths?",
            ),
            (lambda z, T, v: -v * z / T**2, "these are the paths, one by one. There is one T."),
            (lambda z, T, v: v / T, "that is the error at z. The error at T is asked for."),
        ],
    )
    z, T, v = vector(rng, 2, 3), 2.0, vector(rng, 2, 3)
    return Question(
        Exercise(
            "8.5",
            "code",
            judge,
            think="the bias of a dense layer is shared by all samples, too. What is its gradient?",
            without=MEASURING,
        ),
        "A last layer with a parameter to be learned: it divides all logits of a batch by one "
        "number, $y = z/T$, before softmax is applied. There $\\partial C/\\partial y$ arrives, "
        "of the shape $(N, n)$ of $z$. Write $\\partial C/\\partial T$, with which $T$ learns.",
        "at_temperature",
        'def at_temperature(z, T, upstream):\n    """The derivative of the cost by T."""\n'
        "    raise NotImplementedError",
        'def at_temperature(z, T, upstream):\n    """The derivative of the cost by T."""\n'
        "    return -(upstream * z).sum() / T**2",
        "$\\partial y_{nk}/\\partial T = -z_{nk}/T^2$, and $T$ reaches the cost along all $N n$ "
        "paths, which add up. There is no further mean: if the cost is one, it is in the error.",
        example=f"np.array({listed(z)}), {T}, np.array({listed(v)})",
        partly=function(lambda z, T, v: -_at_temperature(z, T, v), examples),
        half="the right size, with the other sign.",
    )


def _of_all(W, x, t):
    return x.T @ (softmax(x @ W) - t) / len(x)


def _mean_of_means(W, x, t, size):
    pieces = [slice(k, k + size) for k in range(0, len(x), size)]
    return sum(_of_all(W, x[p], t[p]) for p in pieces) / len(pieces)


def pieces(rng):
    """8.6: a gradient gathered from pieces, the last of which is smaller."""

    def example(N, d, n, size):
        t = np.eye(n)[rng.integers(0, n, N)]
        return vector(rng, d, n), vector(rng, N, d), t, size

    examples = [example(7, 2, 3, 3), example(8, 3, 3, 4), example(5, 2, 4, 4), example(3, 3, 2, 5)]
    judge = function(
        lambda W, x, t, size: _of_all(W, x, t),
        examples,
        foreseen=[
            (
                _mean_of_means,
                "these are the numbers of the given code. With 7 samples in pieces of 3, how much "
                "does the last sample count beside the first?",
            ),
            (
                lambda W, x, t, size: _of_all(W, x, t) * len(x),
                "that is the gradient of the sum over all samples. The cost is their mean.",
            ),
            (
                lambda W, x, t, size: _of_all(W, x, t) * len(x) / (-(-len(x) // size) * size),
                "you divided by the number of pieces times their size. Is the last one so large?",
            ),
            (
                lambda W, x, t, size: _of_all(
                    W, x[: len(x) // size * size or len(x)], t[: len(x) // size * size or len(x)]
                ),
                "the last, smaller piece has been left out. Its samples count, too.",
            ),
        ],
    )
    W, x, t, _size = examples[0]
    return Question(
        Exercise(
            "8.6",
            "fault",
            judge,
            think="with 1,200 samples in pieces of 20 nobody notices. With 1,797?",
            without=MEASURING,
        ),
        "A batch does not fit into memory, so its gradient is gathered from pieces of `size` "
        "samples. `of_piece` is right, for any piece:",
        "fixed",
        'def fixed(W, x, t, size):\n    """The gradient of the mean cost of all samples, gathered '
        'from pieces."""\n    raise NotImplementedError',
        'def fixed(W, x, t, size):\n    """The gradient of the mean cost of all samples, gathered '
        'from pieces."""\n    total = np.zeros_like(W)\n'
        "    for k in range(0, len(x), size):\n        piece = slice(k, k + size)\n"
        "        total += of_piece(W, x[piece], t[piece]) * len(x[piece])\n"
        "    return total / len(x)",
        "The mean of means gives every *piece* the same weight, and so the samples of the smaller "
        "last piece more than the others. Each piece has to count with its number of samples.",
        given="def of_piece(W, x, t):\n"
        "    return x.T @ cross_entropy_gradient(x @ W, t)  # the mean over the piece\n\n\n"
        "def gathered(W, x, t, size):\n    pieces = [slice(k, k + size) for k in "
        "range(0, len(x), size)]\n"
        "    return sum(of_piece(W, x[p], t[p]) for p in pieces) / len(pieces)\n\n\n"
        f"W = np.array({listed(W)})\nx = np.array({listed(x)})\n"
        f"t = np.array({listed(t)})\n"
        "for size in (7, 3):\n    seen = check_gradient(lambda W: cross_entropy(x @ W, t), "
        "gathered(W, x, t, size), W)\n"
        '    print("pieces of", size, "pass:", seen.passed)',
        then="All seven samples in one piece pass, pieces of three do not. Find the fault, and "
        "write `gathered` without it.",
        example="W, x, t, 3",
    )
