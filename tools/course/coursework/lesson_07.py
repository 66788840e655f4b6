"""Lesson 7: digits of central differences, two steps at once, a point that hides a mistake."""

import numpy as np

from coursework.question import Question, distribution, drawn, listed, shown, vector
from softmax_lab.exercises.answers import Trouble
from softmax_lab.exercises.comparison import as_numbers, difference
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, numerical_gradient, softmax, softmax_vjp
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (digits(drawn(seed, 7.4)), two_steps(drawn(seed, 7.5)), hides(drawn(seed, 7.6)))


EPSILON = {"float32": 1.2e-7, "float64": 2.2e-16}


def _error(kind, step):
    """The formula's own error of central differences, and what rounding leaves."""
    return step**2 / 6 + EPSILON[kind] / (2 * step)


def digits(rng):
    """7.4: how many digits are right, for a type and a step."""
    rows = [
        ("float64", float(rng.choice([1e-2, 1e-1]))),
        ("float64", float(rng.choice([1e-9, 1e-10, 1e-11]))),
        ("float32", float(rng.choice([1e-1, 1e-2]))),
        ("float32", float(rng.choice([1e-5, 1e-4]))),
    ]
    rows = [rows[k] for k in rng.permutation(4)]
    truth = np.array([round(-np.log10(_error(*row))) for row in rows])
    hints = [
        "the formula's own error, s²/6" if s**2 / 6 > EPSILON[kind] / 2 / s else "rounding, ε/(2s)"
        for kind, s in rows
    ]

    def wrong(answer):
        """The rows that are off by more than one digit."""
        a = as_numbers(answer)
        if a.shape != truth.shape or not np.isfinite(a).all():
            raise Trouble(difference(a, truth))
        return [(k, a[k] > truth[k]) for k in range(4) if abs(a[k] - truth[k]) > 1]

    def judge(answer):
        said = [
            f"Row {k}, too {'many' if more else 'few'}: there {hints[k]}, is the larger error."
            for k, more in wrong(answer)
        ]
        return " ".join(said) if said else None

    table = "\n".join(
        f"| {k} | {kind} | $10^{{{round(np.log10(s))}}}$ |" for k, (kind, s) in enumerate(rows)
    )
    return Question(
        Exercise(
            "7.4",
            "predict",
            judge,
            think="where the two errors are equal the step is best: s³ = 3ε. How many digits does "
            "that leave in float32?",
        ),
        "A cost of the size of 1, whose first and third derivatives are of the size of 1 as well, "
        "is checked by central differences, $\\dfrac{C(z + s) - C(z - s)}{2s}$. How many digits of "
        "the derivative are right? ($\\varepsilon$ is $2.2\\cdot10^{-16}$ in float64 and "
        "$1.2\\cdot10^{-7}$ in float32.) Estimate; one more or less will do.\n\n"
        f"| | type | step $s$ |\n|---|---|---|\n{table}",
        "right_digits",
        "right_digits = [..., ..., ..., ...]",
        f"right_digits = {truth.tolist()!r}",
        "Two errors compete: the formula's own, $s^2/6$, and what rounding leaves, "
        "$\\varepsilon/(2s)$. The larger one decides: "
        + "; ".join(f"row {k}: {_error(*row):.0e}" for k, row in enumerate(rows))
        + ".",
        partly=lambda a: None if len(wrong(a)) == 1 else "more are wrong.",
        half="three of the four.",
    )


def _combined(whole, half):
    return (4 * half - whole) / 3


def two_steps(rng):
    """7.5: two central differences whose errors are made to cancel."""
    examples = [(vector(rng, 3), vector(rng, 3)), (vector(rng, 2, 4), vector(rng, 2, 4))]
    examples.append((vector(rng, 4), vector(rng, 4)))
    judge = function(
        _combined,
        examples,
        foreseen=[
            (
                lambda w, h: (w + h) / 2,
                "the plain mean. Both are too large, or both too small: half the way between "
                "them is no better than the second. How do their errors compare?",
            ),
            (
                lambda w, h: 2 * h - w,
                "that is for errors that fall as s does, those of forward differences. Those of "
                "central differences fall as s².",
            ),
            (
                lambda w, h: (4 * w - h) / 3,
                "the two have changed places. Which of them is nearer to the truth?",
            ),
            (
                lambda w, h: 4 * h - w,
                "the error cancels, but what is left is three times the derivative.",
            ),
            (
                lambda w, h: (4 * h + w) / 5,
                "a mean with weights. Errors of one sign can only cancel if one is subtracted.",
            ),
            (lambda w, h: h, "that is the better one of the two. Together they can do more."),
        ],
    )
    return Question(
        Exercise(
            "7.5",
            "code",
            judge,
            think="this is called Richardson's extrapolation. What does it do to rounding errors?",
            without=MEASURING,
        ),
        "A cost can only be evaluated with real numbers, so there is no complex step. But central "
        "differences were taken twice, with a step $s$ and with $s/2$. For a smooth cost the first "
        "is $g + c\\,s^2$, with the true derivative $g$ and some unknown number $c$, up to "
        "terms with $s^4$. Combine the two so that the error with $s^2$ is gone. The arguments are "
        "arrays, one number for each logit.",
        "combined",
        'def combined(whole, half):\n    """A better gradient, from those with the step s and '
        's/2."""\n    raise NotImplementedError',
        'def combined(whole, half):\n    """A better gradient, from those with the step s and '
        's/2."""\n    return (4 * half - whole) / 3',
        "`whole` is $g + cs^2$, `half` is $g + cs^2/4$. Four times the second minus the first is "
        "$3g$.",
        example=f"np.array({listed(examples[0][0])}), np.array({listed(examples[0][1])})",
        partly=function(lambda w, h: 4 * h - w, examples),
        half="the error cancels.",
    )


def hides(rng):
    """7.6: an error at which a wrong backward pass looks right."""
    h = distribution(rng, 3, 10)
    while np.ptp(h) < 0.2:
        h = distribution(rng, 3, 10)
    weights = h - 1 / 3
    v = np.round(np.array([weights[1], -weights[0], 0.0]) * 30).astype(float)

    def judge(answer):
        a = as_numbers(answer)
        if a.shape != (3,):
            return difference(a, v)
        if not np.isfinite(a).all() or np.abs(a).max() > 1e6:
            return "three ordinary numbers are asked for."
        if np.ptp(a) <= 0.01 * np.abs(a).max():
            return (
                "it does pass there: equal errors are passed back as 0 by both. That is the one "
                "convenient point which is excluded. Which two averages have to agree?"
            )
        gap = a.mean() - h @ a
        if abs(gap) > 1e-6 * np.abs(a).max():
            return (
                f"there the two differ: the plain average of these errors is {a.mean():.3g}, and "
                f"the one in which each output counts with its h is {h @ a:.3g}."
            )
        return None

    return Question(
        Exercise(
            "7.6",
            "fault",
            judge,
            think="all such σ form a plane through the constant ones. Does a random one lie in it?",
        ),
        f"A backward pass has a fault, and its author's check has passed. At $h = {shown(h)}$:",
        "convenient",
        "convenient = [..., ..., ...]",
        f"convenient = {listed(v)}",
        "The fault: `upstream.mean()` is the plain average, where $\\langle h, \\sigma\\rangle$ "
        "belongs. The two agree when $\\sum_k (h_k - \\frac13)\\,\\sigma_k = 0$, one condition for "
        f"three numbers, such as $\\sigma = {shown(v)}$.",
        given=f"h = np.array({listed(h)})\nz = np.log(h)\n\n\n"
        "def passed_back(z, upstream):\n    h = softmax(z)\n"
        "    return h * (upstream - upstream.mean())\n\n\n"
        "for upstream in (np.array([1.0, 1.0, 1.0]), np.array([1.0, 0.0, 0.0])):\n"
        "    seen = check_gradient(lambda z, u=upstream: u @ softmax(z), "
        "passed_back(z, upstream), z)\n"
        '    print(upstream, "passes:", seen.passed)',
        then="Find the fault, and show how a check can miss it: give an error $\\sigma$ of three "
        "numbers, **not all equal**, at which this backward pass gives the right answer at this "
        "$h$ all the same.",
    )
