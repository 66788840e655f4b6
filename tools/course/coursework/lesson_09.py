"""Lesson 9: what reaches scores and values, the values of many queries, a factor of all scores."""

import numpy as np

from coursework.question import Question, distribution, drawn, listed, row_of, shown, vector
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_vjp

ATTENTION = ("attention_vjp", "attention_blockwise_vjp")
SETTING = """\
import numpy as np

from softmax_lab import check_gradient, softmax, softmax_vjp
from softmax_lab.exercises import ready"""


def questions(seed):
    """The three questions."""
    return (two_ways(drawn(seed, 9.4)), at_values(drawn(seed, 9.5)), sharpness(drawn(seed, 9.6)))


def two_ways(rng):
    """9.4: what reaches the scores and the values, by hand."""
    h = distribution(rng, 3, 10)
    V = rng.permutation([-3.0, -1.0, 2.0, 4.0, 7.0])[:3]
    u = float(rng.choice([2.0, 3.0, -2.0]))
    o = h @ V
    at_scores, at_values = h * u * (V - o), h * u
    truth = np.array([at_scores, at_values])
    judge = numbers(
        truth,
        foreseen=[
            (truth[::-1], "the two rows have changed places: first the scores."),
            (
                np.array([h * u * V, at_values]),
                "the second row is right. In the first, the average has yet to be subtracted: the "
                "output times what arrives.",
            ),
            (
                np.array([h * (1 - h) * u * V, at_values]),
                "the second row is right. In the first, softmax was taken for a sigmoid.",
            ),
            (
                np.array([at_scores, V * u]),
                "the first row is right. A value is multiplied by its weight: what is the "
                "derivative of h_i V_i by V_i?",
            ),
            (
                np.array([at_scores, np.full(3, u)]),
                "the first row is right. Does a value with a small weight get the whole error?",
            ),
            (
                np.array([h * (V - o), h]),
                "that is for an error of 1. Another one arrives at the output.",
            ),
        ],
    )
    return Question(
        Exercise(
            "9.4",
            "predict",
            judge,
            think="one row sums to zero, the other to the error itself. Why?",
        ),
        f"A query gives its three keys the weights $h = {shown(h)}$. Each value is one number, "
        f"$V = {shown(V)}$, so the output is one number as well, and the error "
        f"$\\partial C/\\partial o = {u:g}$ arrives there. What reaches the three **scores**, and "
        f"what the three **values**? Two rows; products such as `0.2 * 3` will do.",
        "reached",
        "reached = [\n    [..., ..., ...],  # the scores\n    [..., ..., ...],  # the values\n]",
        f"reached = {listed(truth)}",
        f"The output is {o:.3g}. At the weights arrives $\\sigma_i = {u:g}\\,V_i$, with the "
        f"average {u * o:.3g}: the scores get $h_i(\\sigma_i - {u * o:.3g})$. A value is in the "
        f"output once, with its weight: it gets $h_i\\cdot {u:g}$.",
        partly=row_of(truth, 0, 1),
        half="one of the two rows.",
    )


def _weights(Q, K, mask):
    return softmax(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf))


def _at_values(Q, K, mask, u):
    return _weights(Q, K, mask).T @ u


def at_values(rng):
    """9.5: what reaches the values from many queries, some of which may not look at all keys."""

    def example(N, n, d, w):
        mask = rng.random((N, n)) < 0.6
        mask[np.arange(N), np.arange(N) % n] = True
        mask[0] = np.arange(n) == 0
        return vector(rng, N, d), vector(rng, n, d), mask, vector(rng, N, w)

    examples = [example(3, 3, 2, 3), example(4, 3, 2, 1), example(2, 5, 3, 2)]
    everything = [(Q, K, np.ones_like(mask), u) for Q, K, mask, u in examples]
    judge = function(
        _at_values,
        examples,
        foreseen=[
            (
                lambda Q, K, m, u: _weights(Q, K, m) @ u,
                "the weights are right, and turned the wrong way: a value is in the outputs of "
                "all queries, so over which index does the sum go?",
            ),
            (
                lambda Q, K, m, u: softmax(Q @ K.T / np.sqrt(Q.shape[1])).T @ u,
                "right if every query sees every key. Whom may a masked key reach?",
            ),
            (
                lambda Q, K, m, u: (softmax(Q @ K.T / np.sqrt(Q.shape[1])) * m).T @ u,
                "what is left of the weights of a row does not sum to 1. What did softmax see?",
            ),
            (
                lambda Q, K, m, u: softmax(np.where(m, Q @ K.T, -np.inf)).T @ u,
                "the scores were divided by √d forwards.",
            ),
            (
                lambda Q, K, m, u: (
                    softmax(np.where(m, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf), axis=0).T @ u
                ),
                "softmax is taken over the queries. Along which axis do weights sum to 1?",
            ),
            (
                lambda Q, K, m, u: _at_values(Q, K, m, u) / len(Q),
                "a mean over the queries, where the chain rule adds up.",
            ),
            (
                lambda Q, K, m, u: m.T @ u,
                "each value gets the whole error of every query that sees it. How much of the "
                "value did that query take?",
            ),
        ],
    )
    shown_example = ", ".join(
        f"np.array({listed(x) if x.dtype != bool else repr(x.tolist())})"
        for x in example(2, 3, 2, 2)
    )
    return Question(
        Exercise(
            "9.5",
            "code",
            judge,
            think="the values lie behind softmax, so nothing of its Jacobian is needed here.",
            without=(*ATTENTION, *MEASURING),
        ),
        "$N$ queries, the rows of $Q$, look at $n$ keys, the rows of $K$; a mask of shape "
        "$(N, n)$ says with `True` which query may look at which key. The outputs are\n\n"
        "$$O = HV, \\qquad H = \\operatorname{softmax}(QK^T/\\sqrt d)$$\n\nrow by row, with masked "
        "scores put to $-\\infty$. At the outputs arrives an error, `upstream`, a row for each "
        "query. What reaches the values? (Every query sees at least one key.)",
        "at_the_values",
        'def at_the_values(Q, K, mask, upstream):\n    """The error at V, a row for each key."""\n'
        "    raise NotImplementedError",
        'def at_the_values(Q, K, mask, upstream):\n    """The error at V, a row for each key."""\n'
        "    z = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)\n"
        "    return softmax(z).T @ upstream",
        "$O_{qb} = \\sum_i H_{qi}V_{ib}$, so a value gets $\\sum_q H_{qi}\\,u_{qb}$, which is "
        "$H^T u$: the paths through all queries add up. The weights are those of the forward "
        "pass, mask and $\\sqrt d$ included.",
        example=shown_example,
        partly=function(_at_values, everything),
        half="right where every query sees every key.",
    )


def _at_factor(q, K, V, tau, u):
    z = K @ q / np.sqrt(len(q))
    return softmax_vjp(tau * z, V @ u) @ z


def sharpness(rng):
    """9.6: a learned factor of all scores, whose gradient was always 0."""

    def example(n, d, w, tau):
        return vector(rng, d), vector(rng, n, d), vector(rng, n, w), tau, vector(rng, w)

    examples = [example(3, 2, 2, 1.0), example(4, 3, 2, 2.0), example(5, 2, 1, 0.5)]
    judge = function(
        _at_factor,
        examples,
        foreseen=[
            (
                lambda *given: 0.0,
                "it is still 0. What arrives at the scores always sums to zero. But a factor does "
                "not move all scores by the same number: by how much does it move each?",
            ),
            (
                lambda q, K, V, tau, u: (
                    softmax_vjp(tau * (z := K @ q / np.sqrt(len(q))), V @ u) @ (tau * z)
                ),
                "τ times too much: the score is τ times something, and the derivative by τ is "
                "that something.",
            ),
            (
                lambda q, K, V, tau, u: softmax_vjp(tau * K @ q / np.sqrt(len(q)), V @ u) @ (K @ q),
                "√d times too large: what does τ multiply in the forward pass?",
            ),
            (
                lambda q, K, V, tau, u: softmax_vjp(z := K @ q / np.sqrt(len(q)), V @ u) @ z,
                "right for τ = 1. At which scores is softmax taken in the forward pass?",
            ),
            (
                lambda q, K, V, tau, u: (V @ u) @ (K @ q / np.sqrt(len(q))),
                "what arrives at the weights has yet to go back through softmax.",
            ),
        ],
    )
    q, K, V, _, u = examples[0]
    return Question(
        Exercise(
            "9.6",
            "fault",
            judge,
            think="at τ = 0 all weights are equal. Does τ learn from there?",
            without=(*ATTENTION, *MEASURING),
        ),
        "Here attention has a factor $\\tau$ in front of its scores, which is to be learned: a "
        "large one makes the weights sharp. Its gradient is gathered from the scores:",
        "fixed",
        'def fixed(q, K, V, tau, upstream):\n    """The derivative of the cost by tau."""\n'
        "    raise NotImplementedError",
        'def fixed(q, K, V, tau, upstream):\n    """The derivative of the cost by tau."""\n'
        "    z = K @ q / np.sqrt(len(q))\n"
        "    return softmax_vjp(tau * z, V @ upstream) @ z",
        "The errors at the scores sum to zero, whatever arrives: a *shift* of all scores changes "
        "nothing. But $\\tau$ moves each score by its own $z_i = K_i q/\\sqrt d$, so each error "
        "has to be multiplied by that before the paths are added up.",
        given=f"q, u = np.array({listed(q)}), np.array({listed(u)})\n"
        f"K = np.array({listed(K)})\nV = np.array({listed(V)})\n\n\n"
        "def forward(q, K, V, tau):\n"
        "    return softmax(tau * (K @ q / np.sqrt(len(q)))) @ V\n\n\n"
        "def at_tau(q, K, V, tau, upstream):\n"
        "    at_scores = softmax_vjp(tau * (K @ q / np.sqrt(len(q))), V @ upstream)\n"
        "    return at_scores.sum()  # tau is in all scores\n\n\n"
        "for tau in (0.5, 2.0):\n"
        '    print("the gradient at tau =", tau, "is", abs(at_tau(q, K, V, tau, u)).round(12))',
        then="So $\\tau$ never learns. Find the fault, and write its gradient, one number, "
        "without it.",
        example="q, K, V, 2.0, u",
    )
