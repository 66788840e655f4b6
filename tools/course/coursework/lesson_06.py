"""Lesson 6: a cost written in five ways, the probability of several classes, a shift too far up."""

import numpy as np

from coursework.question import Question, all_but_one, drawn, listed, named, shown, vector
from softmax_lab.exercises.answers import call
from softmax_lab.exercises.comparison import as_numbers, close
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import logsumexp, softmax

SETTING = """\
import numpy as np

from softmax_lab import logsumexp, naive_softmax, softmax
from softmax_lab.exercises import ready"""

# Ways to write -log h_0 for two logits far apart, by what comes out, and what to try each by.
COSTS = {
    "right": (
        ("logsumexp(z) - z[0]", "does any exponential in it overflow?"),
        ("np.logaddexp(0, z[1] - z[0])", "`logaddexp` adds e⁰ and e^x without forming either."),
    ),
    "wrong": (
        ("-np.log(softmax(z)[0] + 1e-12)", "what is -log of the guard alone, when h_0 is 0?"),
        ("-np.log(np.maximum(softmax(z)[0], 1e-300))", "how large is -log of the floor alone?"),
    ),
    "nan": (
        ("-np.log(1 - naive_softmax(z)[1])", "`naive_softmax` divides exponentials. Which here?"),
        ("-np.log(naive_softmax(z) / naive_softmax(z).sum())[0]", "what are both outputs here?"),
    ),
    "inf": (
        ("-np.log(softmax(z)[0])", "what is h_0 here in float64, and the logarithm of that?"),
        ("np.log(np.exp(z).sum()) - z[0]", "how large is the sum before its logarithm is taken?"),
        ("np.log(1 + np.exp(z[1] - z[0]))", "how large is the exponential?"),
        ("-np.log(naive_softmax(z - z[1])[0])", "after this shift, is h_0 in reach of float64?"),
    ),
}
WORDS = ("right", "wrong", "inf", "nan")


def questions(seed):
    """The three questions."""
    return (five_costs(drawn(seed, 6.4)), of_a_set(drawn(seed, 6.5)), allowed(drawn(seed, 6.6)))


def five_costs(rng):
    """6.4: which of five ways to write a cost survive a large gap."""
    gap = float(rng.integers(760, 960))
    z = np.array([0.0, gap])
    kinds = rng.permutation(["right", "wrong", "nan", "inf", "inf"]).tolist()
    left = {kind: [ways[k] for k in rng.permutation(len(ways))] for kind, ways in COSTS.items()}
    rows = [left[kind].pop() for kind in kinds]
    truth = kinds
    table = "\n".join(f"| {k} | `{code}` |" for k, (code, _) in enumerate(rows))
    return Question(
        Exercise(
            "6.4",
            "predict",
            named(truth, WORDS, [hint for _, hint in rows]),
            think=f"the cost is {gap:g} to all digits: far out, it grows just as fast as the gap.",
        ),
        f"Two logits, $z = {shown(z)}$ in float64, and the cost of the first class, "
        f'$-\\log h_0$. Somebody\'s code has it in five ways. What does each give: `"right"` (to '
        f'three digits), `"inf"`, `"nan"`, or `"wrong"` (a number, but not the right one)? '
        f"Decide without running them.\n\n| | |\n|---|---|\n{table}",
        "outcomes",
        "outcomes = [..., ..., ..., ..., ...]",
        f"outcomes = {truth!r}",
        f"The cost is {gap:g}. Only what works with the *difference* of logits, or with a shifted "
        f"sum, gets there. As a probability, $e^{{-{gap:g}}}$ is 0 in float64, and $-\\log 0$ is "
        f"infinite, or with a guard a fixed number, 27.6 for $10^{{-12}}$. $e^{{{gap:g}}}$ "
        f"overflows, and infinity divided by infinity is `nan`.",
        partly=all_but_one(truth),
        half="all but one.",
    )


def _log_of_set(z, inside):
    return logsumexp(z[inside]) - logsumexp(z)


def of_a_set(rng):
    """6.5: the logarithm of the probability of a set of classes."""

    def mask(n):
        return rng.permutation(n) < max(1, n // 2)

    usual = [(vector(rng, n), mask(n)) for n in (5, 4)]
    far = [
        (np.array([0.0, 1.0, 800.0]), np.array([True, True, False])),
        (np.array([-900.0, -901.0, -905.0, 3.0]), np.array([True, True, True, False])),
        (np.array([900.0, 899.0, 0.5]), np.array([True, False, False])),
    ]
    foreseen = [
        (
            lambda z, a: np.log(softmax(z)[a]).sum(),
            "you added up logarithms, and so multiplied the probabilities. Any *one* of the "
            "classes will do.",
        ),
        (
            lambda z, a: softmax(z)[a].sum(),
            "that is the probability. Its logarithm is asked for.",
        ),
        (
            lambda z, a: logsumexp(z[a]),
            "nearly: the sum over all classes is missing, by which a probability is divided.",
        ),
        (
            lambda z, a: -_log_of_set(z, a),
            "the size is right, the sign is not. Can the logarithm of a probability be positive?",
        ),
        (
            lambda z, a: _log_of_set(z, ~a),
            "that is the set of all *other* classes.",
        ),
        (
            lambda z, a: logsumexp(softmax(z)[a]),
            "log-sum-exp takes logits. It was given probabilities.",
        ),
    ]
    of_usual = function(_log_of_set, usual, foreseen)

    def judge(answer):
        if said := of_usual(answer):
            return said
        for z, inside in far:
            if not close(as_numbers(call(answer, z, inside)), _log_of_set(z, inside)):
                return (
                    f"right for ordinary logits, but not for {z}: a probability or an exponential "
                    f"there is 0 or inf. Which difference of two logarithms is it?"
                )
        return None

    z, inside = usual[0]
    return Question(
        Exercise(
            "6.5",
            "code",
            judge,
            think="with one class in the set this is log-softmax. And with all of them?",
        ),
        "A picture counts as read correctly if the class is *one of several*: a letter, say, "
        "whether large or small. Write the logarithm of the probability of such a set, "
        "$\\log\\sum_{i \\in A} h_i$, for one vector of logits and an array `inside` that says "
        "`True` for the classes of $A$ (there is at least one). The logits may be of any size, and "
        "the probability too small for a float64.",
        "log_probability",
        'def log_probability(z, inside):\n    """The log of the probability of the classes '
        'inside."""\n    raise NotImplementedError',
        'def log_probability(z, inside):\n    """The log of the probability of the classes '
        'inside."""\n    return logsumexp(z[inside]) - logsumexp(z)',
        "$\\sum_{i\\in A} e^{z_i} / \\sum_k e^{z_k}$, and the logarithm of a quotient is a "
        "difference of two log-sum-exps, each of which shifts for itself. "
        "`np.log(softmax(z)[inside].sum())` is right until the probability rounds to 0.",
        example=f"np.array({listed(z)}), np.array({inside.tolist()!r})",
        partly=of_usual,
        half="right for ordinary logits.",
    )


def _allowed(z, mask):
    return softmax(np.where(mask, z, -np.inf))


@np.errstate(all="ignore")
def _too_far_up(z, mask):
    e = np.exp(z - z.max(axis=-1, keepdims=True)) * mask
    return e / e.sum(axis=-1, keepdims=True)


def allowed(rng):
    """6.6: masked classes that still set the shift."""

    def masked(N, n):
        mask = rng.random((N, n)) < 0.6
        mask[:, :2] = [True, False]
        return rng.permuted(mask, axis=1)

    usual = [(vector(rng, N, n), masked(N, n)) for N, n in [(4, 3), (2, 5), (3, 3)]]
    high = vector(rng, 2, 3)
    high[0, 1] = rng.integers(15, 30) * 100
    far = [
        (high, np.array([[1, 0, 1], [1, 1, 0]]) == 1),
        (np.array([[-2000.0, -1999.0, 3.0]]), np.array([[True, True, False]])),
        (np.array([[800.0, 799.0, 5.0]]), np.array([[True, True, False]])),
    ]
    of_usual = function(
        _allowed,
        usual,
        foreseen=[
            (
                lambda z, m: softmax(z) * m,
                "the weights of a row do not sum to 1 any more. Who gets what the masked classes "
                "would have had?",
            ),
            (
                lambda z, m: softmax(z * m),
                "a logit of 0 is not an impossible class: e⁰ is 1.",
            ),
            (lambda z, m: softmax(z), "the mask has no effect."),
            (lambda z, m: _allowed(z, m).T, "rows and columns have changed places."),
            (
                lambda z, m: softmax(np.where(m, -np.inf, z)),
                "the mask is the other way round: `True` means that a class is allowed.",
            ),
        ],
    )

    def judge(answer):
        if said := of_usual(answer):
            return said
        for z, mask in far:
            if not close(as_numbers(call(answer, z, mask)), _allowed(z, mask)):
                return (
                    "right for ordinary logits, but not where a masked logit is far above the "
                    "others, or where all are large. From which logit of the row is everything "
                    "measured, and does it count at all?"
                )
        return None

    z, mask = far[0]
    return Question(
        Exercise(
            "6.6",
            "fault",
            judge,
            think="why does -inf not make a nan here, although -inf minus -inf would?",
        ),
        "Softmax over the classes that a mask allows (`True`), in rows. It is shifted by its "
        "largest logit, and masked classes get 0:",
        "fixed",
        'def fixed(z, mask):\n    """Softmax of each row over allowed classes, 0 elsewhere."""\n'
        "    raise NotImplementedError",
        'def fixed(z, mask):\n    """Softmax of each row over allowed classes, 0 elsewhere."""\n'
        "    z = np.where(mask, z, -np.inf)\n"
        "    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
        "The maximum is taken over *all* logits, also the masked one far above the others. "
        "Measured from there, all allowed exponentials are 0, and 0/0 is `nan`. The mask has to "
        "come before the maximum: $-\\infty$ for what is not allowed, and then all as usual.",
        given="def masked_softmax(z, mask):\n"
        "    e = np.exp(z - z.max(axis=-1, keepdims=True)) * mask\n"
        "    return e / e.sum(axis=-1, keepdims=True)\n\n\n"
        f"z = np.array({listed(z)})\nmask = np.array({mask.tolist()!r})\n"
        'with np.errstate(invalid="ignore"):\n    print(masked_softmax(z, mask))',
        then="In every row at least one class is allowed. Find the fault, and write the function "
        "without it, for logits of any size.",
        example="z, mask",
        partly=of_usual,
        half="right for ordinary logits.",
    )
