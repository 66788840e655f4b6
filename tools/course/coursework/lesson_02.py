"""Lesson 2: h from a Jacobian, the Jacobian of log-softmax, a layer that heeds a shift."""

import numpy as np

from coursework.question import Question, distribution, drawn, listed, vector
from softmax_lab.exercises.exercise import JACOBIANS, MEASURING, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import log_softmax, softmax, softmax_jacobian

SETTING = """\
import numpy as np

from softmax_lab import log_softmax, numerical_jacobian, softmax, softmax_jacobian
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (reads_h(drawn(seed, 2.4)), logarithm(drawn(seed, 2.5)), one_more(drawn(seed, 2.6)))


def reads_h(rng):
    """2.4: which output a Jacobian belongs to."""
    h = distribution(rng, 3, 10)
    a, b, c = h[0] * h[1], h[0] * h[2], h[1] * h[2]
    J = np.diag(h) - np.outer(h, h)
    judge = numbers(
        h,
        foreseen=[
            (J.diagonal(), "those are the missing entries of the diagonal, h_i(1 - h_i)."),
            (h**2, "those are the squares. Two of the products, divided by the third, give h_i²."),
            (h[::-1], "the right numbers, from the last to the first."),
            (-h, "a probability is not negative. What does the minus in -h_i h_j belong to?"),
            ([a, b, c], "these are the products h_i h_j. Which two of them have h_1 in common?"),
        ],
    )
    return Question(
        Exercise(
            "2.4",
            "predict",
            judge,
            think="from h one can go on to z, but only up to a number added to every logit.",
        ),
        "Of a Jacobian of softmax only the entries off the diagonal can be read:\n\n"
        "$$J = \\begin{pmatrix} \\cdot & "
        f"{-a:.2g} & {-b:.2g}\\\\ {-a:.2g} & \\cdot & {-c:.2g}\\\\ {-b:.2g} & {-c:.2g} & \\cdot"
        "\\end{pmatrix}$$\n\nAt which output was it taken? Give the three probabilities $h$. "
        "(A pocket calculator may help; `0.06 ** 0.5` is a square root.)",
        "output",
        "output = [..., ..., ...]",
        f"output = {listed(h)}",
        f"$h_1h_2\\cdot h_1h_3 / (h_2h_3) = h_1^2$, so $h_1 = \\sqrt{{{a:.2g}\\cdot{b:.2g}/"
        f"{c:.2g}}} = {h[0]:g}$; then $h_2 = {a:.2g}/{h[0]:g}$ and $h_3 = {b:.2g}/{h[0]:g}$.",
        partly=numbers(h**2),
        half="the squares of the outputs.",
    )


def _of_log(y):
    return np.eye(len(y)) - np.exp(y)


def logarithm(rng):
    """2.5: the Jacobian of log-softmax, from its output."""
    examples = [(log_softmax(vector(rng, n)),) for n in (3, 5)]
    examples.append((log_softmax(np.array([0.0, 800.0, -3.0])),))
    judge = function(
        _of_log,
        examples,
        foreseen=[
            (
                lambda y: _of_log(y).T,
                "rows and columns have changed places. Row i belongs to output i: which h does "
                "the whole of that row have, and which h does a column?",
            ),
            (
                lambda y: softmax_jacobian(y),
                "that is the Jacobian of softmax. By which factor does the logarithm change row i?",
            ),
            (
                lambda y: np.eye(len(y)) - y,
                "y is a logarithm, and a probability is what the formula wants.",
            ),
            (lambda y: -_of_log(y), "the size is right, the sign is not."),
            (
                lambda y: np.diag(1 - np.exp(y)),
                "the diagonal alone: y_i has the logarithm of the sum in it, and every logit is "
                "in that sum.",
            ),
            (
                lambda y: np.outer(np.exp(y), np.ones(len(y))),
                "what about the logit that y_i begins with, y_i = z_i - log Σ e^z?",
            ),
        ],
    )
    return Question(
        Exercise(
            "2.5",
            "code",
            judge,
            think="its rows sum to zero and its columns do not. Which law of softmax is that, and "
            "which one is gone?",
            without=(*JACOBIANS, *PRODUCTS, *MEASURING),
        ),
        "Many networks end with the *logarithm* of softmax, $y_i = \\log h_i = z_i - "
        "\\log\\sum_k e^{z_k}$. Derive its Jacobian $\\partial y_i/\\partial z_j$ as the lesson "
        "derived that of softmax, and write it as a function of the **output** $y$ alone: row $i$ "
        "is output $i$, column $j$ is logit $j$. A logit may be 800.",
        "jacobian_of_log",
        'def jacobian_of_log(y):\n    """The Jacobian of log-softmax, from its output y."""\n'
        "    raise NotImplementedError",
        'def jacobian_of_log(y):\n    """The Jacobian of log-softmax, from its output y."""\n'
        "    return np.eye(len(y)) - np.exp(y)",
        "$\\partial y_i/\\partial z_j = \\delta_{ij} - h_j$: the chain rule divides row $i$ of "
        "softmax's Jacobian by $h_i$. In NumPy `np.exp(y)` is a row, and is subtracted from every "
        "row of the unit matrix. The matrix is not symmetric.",
        example=f"log_softmax(np.array({listed(vector(rng, 3))}))",
        partly=function(lambda y: _of_log(y).T, examples),
        half="the right numbers, with rows and columns exchanged.",
    )


def _with_one(z):
    """Softmax with one more class whose logit is always 0, and whose output is not shown."""
    return softmax(np.append(z, 0.0))[:-1]


def _jacobian_with_one(z):
    h = _with_one(z)
    return np.diag(h) - np.outer(h, h)


def _forced(z):
    h = _with_one(z)
    return np.diag(h * h.sum()) - np.outer(h, h)


def one_more(rng):
    """2.6: a Jacobian forced to obey a law that its layer does not have."""
    examples = [(vector(rng, n),) for n in (3, 4, 2)]
    z = examples[0][0]
    judge = function(
        _jacobian_with_one,
        examples,
        foreseen=[
            (_forced, "these are the numbers of the given code. Is the sum of each row really 0?"),
            (
                softmax_jacobian,
                "that is softmax without the 1 in its denominator. The layer is another one.",
            ),
            (
                lambda z: np.diag(_with_one(z) * (1 - _with_one(z))),
                "the diagonal alone. The outputs share a denominator here, too.",
            ),
            (
                lambda z: np.diag(_with_one(z)) + np.outer(_with_one(z), _with_one(z)),
                "when one logit rises, do the other outputs grow?",
            ),
        ],
    )
    return Question(
        Exercise(
            "2.6",
            "fault",
            judge,
            think="what do the rows of the right one sum to, and whose output is that times h_i?",
            without=MEASURING,
        ),
        'This layer may also answer "none of these": there is a 1 in its denominator, for one '
        "more class whose logit is always 0. Its author knows from lesson 2 that the rows of the "
        "Jacobian sum to zero. Those of $\\operatorname{diag}(h) - hh^T$ did not, so the diagonal "
        "was changed until they did:",
        "fixed",
        'def fixed(z):\n    """The Jacobian of with_none at z."""\n    raise NotImplementedError',
        'def fixed(z):\n    """The Jacobian of with_none at z."""\n    h = with_none(z)\n'
        "    return np.diag(h) - np.outer(h, h)",
        "The law is softmax's own: a shift of all logits changes nothing there. Here the "
        "class of logit 0 is not shifted along, so a shift does change $h$, and row $i$ sums to "
        '$h_i(1 - \\sum_k h_k)$, which is $h_i$ times the probability of "none". The quotient '
        "rule gives $\\operatorname{diag}(h) - hh^T$ as before, for the 1 is a constant.",
        given=f"z = np.array({listed(z)})\n\n\n"
        "def with_none(z):\n    e = np.exp(z)\n    return e / (1 + e.sum())\n\n\n"
        "def its_jacobian(z):\n    h = with_none(z)\n    J = np.diag(h) - np.outer(h, h)\n"
        "    return J - np.diag(J.sum(axis=1))\n\n\n"
        'print("rows sum to", its_jacobian(z).sum(axis=1).round(6) + 0.0)\n'
        'print("off by", abs(its_jacobian(z) - numerical_jacobian(with_none, z)).max().round(3))',
        then="The law holds now, and the matrix is wrong. Find the fault, and write the Jacobian "
        "as it should be.",
        example="z",
    )
