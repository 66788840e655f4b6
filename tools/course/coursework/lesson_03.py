"""Lesson 3: errors with a constant added, an output that is read twice, a matrix the wrong way."""

import numpy as np

from coursework.question import Question, distribution, drawn, listed, row_of, shown, vector
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_vjp, softmax_vjp_from_output

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, softmax, softmax_jacobian, softmax_vjp
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (constants(drawn(seed, 3.4)), twice_read(drawn(seed, 3.5)), shares(drawn(seed, 3.6)))


def constants(rng):
    """3.4: what is passed back, by hand; and when every error is larger by the same number."""
    h = distribution(rng, 3, 10)
    sigma = rng.permutation([-4.0, -2.0, 1.0, 3.0, 6.0])[:3]
    more = float(rng.integers(5, 9))
    g = softmax_vjp_from_output(h, sigma)
    truth = np.array([g, g])
    average = h @ sigma

    def both(f):
        return np.array([f(sigma), f(sigma + more)])

    judge = numbers(
        truth,
        foreseen=[
            (
                both(lambda v: v * h * (1 - h)),
                "each error is multiplied by h(1 - h) of its own output, as for a sigmoid. Along "
                "how many paths does one logit reach the cost?",
            ),
            (
                both(lambda v: h * v),
                "something has to be subtracted from each error first: the average of all, in "
                "which each output counts with its probability.",
            ),
            (
                both(lambda v: h * (v - v.mean())),
                "nearly: it is not the plain average that is subtracted. With what does each "
                "output count in it?",
            ),
            (
                both(lambda v: v - h @ v),
                "the average is the right one. One factor is left: how far does output k react?",
            ),
            (
                np.array([g, g + more * h]),
                "the first row is right. In the second, which average has to be subtracted from "
                "errors that are all larger by the same number?",
            ),
            (
                np.array([g, g + more]),
                "the first row is right. If every output becomes more costly by the same number, "
                "does any exchange between them bring more, or less?",
            ),
            (-truth, "the size is right, the sign is not."),
        ],
    )
    return Question(
        Exercise(
            "3.4",
            "predict",
            judge,
            think="and if every error is doubled, what becomes of what is passed back?",
        ),
        f"A softmax layer has answered $h = {shown(h)}$, and the errors $\\sigma = {shown(sigma)}$ "
        f"arrive. What does it pass back to its logits? And what, if each of the three errors is "
        f"larger by {more:g}? Two rows of three numbers, without a computer; products such as "
        f"`0.2 * 3.5` will do.",
        "passed_back",
        "passed_back = [\n    [..., ..., ...],  # for these errors\n"
        f"    [..., ..., ...],  # for errors that are larger by {more:g}\n]",
        f"passed_back = {listed(truth)}",
        f"The average error is $\\langle h, \\sigma\\rangle = {average:.3g}$, and each logit gets "
        f"$h_k(\\sigma_k - {average:.3g})$. A constant added to every error is in the average, "
        f"too, and is subtracted again: the second row is the first.",
        partly=row_of(truth, 0),
        half="the first row.",
    )


def _read_twice(z, A, a, B, b):
    return softmax_vjp(z, A.T @ a + B.T @ b)


def twice_read(rng):
    """3.5: an output that two layers read, whose errors come back on two ways."""

    def example(n, p, q):
        return vector(rng, n), vector(rng, p, n), vector(rng, p), vector(rng, q, n), vector(rng, q)

    examples = [example(3, 3, 3), example(3, 2, 4), example(4, 2, 2)]
    judge = function(
        _read_twice,
        examples,
        foreseen=[
            (
                lambda z, A, a, B, b: softmax_vjp(z, A.T @ a),
                "only one of the two readers is in it. What does the chain rule do with two paths?",
            ),
            (
                lambda z, A, a, B, b: softmax_vjp(z, B.T @ b),
                "only one of the two readers is in it. What does the chain rule do with two paths?",
            ),
            (
                lambda z, A, a, B, b: softmax_vjp(z, A @ a + B @ b),
                "a dense layer multiplies with its matrix on the way forward. And on the way back?",
            ),
            (
                lambda z, A, a, B, b: softmax_vjp(z, (A.T @ a + B.T @ b) / 2),
                "everything is half of what it should be: paths are added up, not averaged.",
            ),
            (
                lambda z, A, a, B, b: A.T @ a + B.T @ b,
                "this is what arrives at h. It has yet to pass through softmax.",
            ),
            (
                lambda z, A, a, B, b: softmax_vjp(z, (A.T @ a) * (B.T @ b)),
                "the two errors at h are multiplied. The cost depends on h along two paths: what "
                "does one do with the contributions of paths?",
            ),
            (
                lambda z, A, a, B, b: softmax(z) * (1 - softmax(z)) * (A.T @ a + B.T @ b),
                "what arrives at h is right; then softmax is taken for a sigmoid.",
            ),
        ],
        role=None,
    )
    given = (
        "def two_readers(z, A, B):\n    h = softmax(z)\n    return A @ h, B @ h  # one reads h, "
        "and so does the other"
    )
    example = ", ".join(f"np.array({listed(x)})" for x in example(2, 2, 2))
    return Question(
        Exercise(
            "3.5",
            "code",
            judge,
            think="automatic differentiation does just this at every name that is read twice.",
            without=MEASURING,
        ),
        "The output of one softmax layer is read by two dense layers, with the matrices $A$ and "
        "$B$, which need not have the same number of rows:",
        "from_both",
        'def from_both(z, A, a, B, b):\n    """The error at z, from the error a at A h and the '
        'error b at B h."""\n    raise NotImplementedError',
        'def from_both(z, A, a, B, b):\n    """The error at z, from the error a at A h and the '
        'error b at B h."""\n    return softmax_vjp(z, A.T @ a + B.T @ b)',
        "Each reader passes back $A^Ta$ and $B^Tb$; at $h$ they add up, since the cost depends on "
        "$h$ along both paths. Then through softmax, once.",
        given=given,
        then="From the cost an error `a` arrives at the first result, and an error `b` at the "
        "second. What arrives at the logits? All functions of the lesson are at your disposal.",
        example=example,
    )


def _shares_back(z, v):
    y = z / z.sum()
    return (v - y @ v) / z.sum()


def _shares_wrong(z, v):
    y = z / z.sum()
    return (v - y * v.sum()) / z.sum()


def shares(rng):
    """3.6: another layer with a sum in its denominator, whose matrix was not transposed."""
    examples = [(np.abs(vector(rng, n)), vector(rng, n)) for n in (3, 4, 5)]
    z = examples[0][0]
    judge = function(
        _shares_back,
        examples,
        foreseen=[
            (
                _shares_wrong,
                "these are the numbers of the given code: J times the error. Is this J symmetric?",
            ),
            (
                lambda z, v: v - (z / z.sum()) @ v,
                "nearly: the factor 1/S is missing. What is the derivative of z_i/S by z_i, if S "
                "stood still?",
            ),
            (
                lambda z, v: softmax_vjp_from_output(z / z.sum(), v),
                "that is softmax's way back. This layer has no exponential: what is ∂y_i/∂z_j?",
            ),
            (
                lambda z, v: v / z.sum(),
                "S is not a constant: every z_j is in it, and in every output.",
            ),
            (
                lambda z, v: (z / z.sum()) * (v - (z / z.sum()) @ v) / z.sum(),
                "one factor y too many. Write down ∂y_i/∂z_j once more.",
            ),
        ],
    )
    return Question(
        Exercise(
            "3.6",
            "fault",
            judge,
            think="for which errors do the two agree? All those are points at which a check would "
            "have passed.",
            without=MEASURING,
        ),
        "This layer gives shares without an exponential, $y_i = z_i / S$ with $S = \\sum_k z_k$, "
        "for positive $z$. Its author has derived $\\partial y_i/\\partial z_j = (\\delta_{ij} - "
        "y_i)/S$, which is right, and from it the way back:",
        "fixed",
        'def fixed(z, upstream):\n    """The error at z, from the error at its shares."""\n'
        "    raise NotImplementedError",
        'def fixed(z, upstream):\n    """The error at z, from the error at its shares."""\n'
        "    y = shares(z)\n    return (upstream - y @ upstream) / z.sum()",
        "$J\\sigma$ was written, and $J^T\\sigma$ is needed: at $z_j$ the sum goes over the "
        "outputs $i$, so $\\sum_i \\sigma_i(\\delta_{ij} - y_i)/S = (\\sigma_j - \\langle y, "
        "\\sigma\\rangle)/S$. Softmax forgives it, since its $J$ is symmetric; this one is not.",
        given=f"z = np.array({listed(z)})\n\n\ndef shares(z):\n    return z / z.sum()\n\n\n"
        "def back(z, upstream):\n    y = shares(z)\n"
        "    return (upstream - y * upstream.sum()) / z.sum()\n\n\n"
        f"upstream = np.array({listed(examples[0][1])})\n"
        "check_gradient(lambda z: upstream @ shares(z), back(z, upstream), z)",
        then="The check fails, although the matrix is right. Find the fault, and write the way "
        "back without it.",
        example="z, upstream",
    )
