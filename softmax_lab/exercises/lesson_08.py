"""Lesson 8: laws that an error obeys or breaks, a way around layers, and a cost behind a cost."""

import inspect

import numpy as np

from softmax_lab import one_hot, training
from softmax_lab.exercises.answers import Trouble, call, watching
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import require_function
from softmax_lab.network import Dense, Network, Sigmoid
from softmax_lab.softmax import softmax

Z = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, 1.7, -0.8], [1.1, -0.6, 1.5]])
H, HARD = softmax(Z), one_hot([1, 0, 2, 1], 3)
SOFT = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], [0.25, 0.4, 0.35]])

# 8.1, predict: which of three laws each wrong error obeys


def sums_to_zero(error):
    """Whether the entries of each sample sum to zero."""
    return np.abs(error(H, HARD).sum(axis=1)).max() < 1e-9


def comes_to_rest(error):
    """Whether nothing is sent back when an answer is as good as perfect."""
    nearly_perfect = softmax(30 * HARD)
    return np.abs(error(nearly_perfect, HARD)).max() < 1e-9


def is_a_mean(error):
    """Whether each error is halved when every sample is there twice."""
    twice = error(np.concatenate([H, H]), np.concatenate([HARD, HARD]))
    return close(twice[: len(H)], error(H, HARD) / 2)


LAWS = (sums_to_zero, comes_to_rest, is_a_mean)
WRONG_ERRORS = [name for name in training.ERRORS if name != "right"]
OBEYS = np.array([[law(training.ERRORS[name]) for law in LAWS] for name in WRONG_ERRORS])

WHERE_IS_N = "where does the number of samples occur in its formula?"
HINTS = {
    "diagonal_only": (
        "t is one-hot. How many entries of a sample's error are not 0?",
        "what becomes of 1 - h at the true class, and of t beside it?",
        WHERE_IS_N,
    ),
    "softmax_applied_twice": (
        "whatever softmax is given, what do its outputs sum to? And the entries of t?",
        "softmax(h) of a perfect answer, h = (1, 0, …, 0): is that (1, 0, …, 0) again?",
        WHERE_IS_N,
    ),
    "missing_mean": (
        "does a missing factor turn a sum of zero into something else?",
        "what is h - t when h = t?",
        WHERE_IS_N,
    ),
    "pass_through": (
        "t is one-hot. How many entries of a sample's error are not 0?",
        "at the true class of a perfect answer t = 1 and h = 1. What is -t/h?",
        WHERE_IS_N,
    ),
}


def knows_the_laws(answer):
    """True and False for each wrong error (a row) and each law (a column)."""
    a = as_numbers(answer)
    if close(a, ~OBEYS):
        return "everything is the other way round: write True for a law that the error obeys."
    if a.shape != OBEYS.shape:
        return difference(a, OBEYS)
    if not (wrong := np.argwhere(a != OBEYS)).size:
        return None
    row, law = wrong[0]
    name = WRONG_ERRORS[row]
    said = f"look at `{name}` and law {law + 1} again: {HINTS[name][law]}"
    return f"{said} (Not right yet: {len(wrong)} of 12.)"


# 8.2, code: a layer with a way around others

UPSTREAM = np.array([[0.9, -1.4, 0.3], [-0.7, 1.6, 0.4], [1.2, 0.8, -0.5], [0.6, -2.2, 1.1]])


def inner_layers():
    """Layers to go around, the same ones each time."""
    rng = np.random.default_rng(7)
    return Network(Dense(3, 4, rng), Sigmoid(), Dense(4, 3, rng))


def ending_in_a_sigmoid():
    """Inner layers of which the last keeps the very array that it returns."""
    return Network(Dense(3, 3, np.random.default_rng(8)), Sigmoid())


def goes_around(answer):
    """A class whose layers give x + f(x), and pass back what belongs to it."""
    if not inspect.isclass(answer):
        raise Trouble("the class is asked for. Hand it over itself, without making a layer of it.")
    return _forward_hint(answer) or _keeping_hint(answer) or _backward_hint(answer)


def _forward_hint(answer):
    with watching() as written:
        y = as_numbers(call(lambda x: answer(inner_layers()).forward(x), Z))
    if written:
        return (
            "`forward` writes to the array it is given. The inner layers have kept that very array "
            "for their backward pass, and so may the layer below. Make a new one for the sum."
        )
    f = inner_layers().forward(Z)
    if close(y, f):
        return "`forward` gives f(x) alone. Where is the way around?"
    return None if close(y, Z + f) else f"`forward`: {difference(y, Z + f)}"


def _keeping_hint(answer):
    """Whether the inner layers still find what they have kept, when it is their turn."""
    inner, right = ending_in_a_sigmoid(), ending_in_a_sigmoid()
    call(lambda x: answer(inner).forward(x), Z)
    right.forward(Z)
    if close(inner.backward(UPSTREAM), right.backward(UPSTREAM)):
        return None
    return (
        "`forward` gives the right sum, and writes it into the array that the inner layers have "
        "returned. A sigmoid layer keeps that very array, for its backward pass, and now finds "
        "x + f(x) in it. Make a new one for the sum."
    )


def _backward_hint(answer):
    inner = inner_layers()

    def run(x, upstream):
        layer = answer(inner)
        layer.forward(x)
        return layer.backward(upstream)

    with watching() as written:
        error = as_numbers(call(run, Z, UPSTREAM))
    right = inner_layers()
    f, through = right.forward(Z), right.backward(UPSTREAM)
    foreseen = [
        (
            through,
            "the error comes back through f only. Hold f fixed and raise x: does the output move?",
        ),
        (
            UPSTREAM,
            "the error comes back around f only. What reaches the output through f, and the "
            "parameters in there, get nothing.",
        ),
        (
            UPSTREAM * through,
            "one behind the other, Jacobians are multiplied. Here the two ways lie side by side.",
        ),
        (
            Z + through,
            "the input is added. What is there to be added on the way back is an error: which?",
        ),
        (
            UPSTREAM + f,
            "f(x) is added, which is no error. Which method of the inner layers takes an error?",
        ),
        (
            UPSTREAM + inner_layers().forward(UPSTREAM),
            "the error was sent forward through f. What has to be multiplied with it is the "
            "transposed Jacobian of f.",
        ),
    ]
    for wrong, hint in foreseen:
        if close(error, wrong):
            return f"`backward`: {hint}"
    if written:
        return "`backward` writes to the error it is given, which belongs to the layer above."
    if not close(error, UPSTREAM + through):
        return f"`backward`: {difference(error, UPSTREAM + through)}"
    learned = zip(inner.gradients, right.gradients, strict=False)
    if len(inner.gradients) < 4 or not all(close(mine, true) for mine, true in learned):
        return (
            "the error at the input is right, the gradients of the inner layers are not. They are "
            "what `self.inner.backward` leaves behind, called last with the upstream error, after "
            "a forward pass with x."
        )
    return None


# 8.3, fault: h - t let in above softmax, where it is the gradient of another cost

# Costs are compared by how much they differ from one batch of outputs to the next. That leaves a
# constant out, and needs no step, so that a cost in float32 can be judged, too.
BATCHES = [
    softmax(scale * Z[order]) for scale in (1, 0.3, -1) for order in ([0, 1, 2, 3], [3, 0, 1, 2])
]


def half_the_squares(h, t):
    """The cost whose derivative with respect to h is (h - t) / N."""
    return ((h - t) ** 2).sum() / (2 * len(h))


def _log_likelihood(h, t):
    """The cost that is printed, apart from a factor."""
    return (t * np.log(h)).sum()


def _differences(costs):
    return costs[1:] - costs[0]


def names_the_real_cost(answer):
    """A cost of h and t that differs from half the squares by a constant, or not at all."""
    require_function(answer)
    costs = [as_numbers(call(answer, h, SOFT)) for h in BATCHES]
    if shape := costs[0].shape:
        return f"a cost is one number for the whole batch, and this has shape {shape}."
    if not np.isfinite(costs).all():
        return "it is not finite at ordinary outputs."
    changes = _differences(np.array(costs))
    followed, printed = (
        _differences(np.array([cost(h, SOFT) for h in BATCHES]))
        for cost in (half_the_squares, _log_likelihood)
    )
    if close(changes, followed, 1e-5):
        return None
    if _factor(changes, printed):
        return (
            "that is the cost that is printed. With respect to the logits its gradient is "
            "(h - t) / N. At which place of the network is (h - t) / N let in?"
        )
    if factor := _factor(changes, followed):
        return _factor_hint(factor)
    return (
        "the network does not follow the gradient of this one. Take (h - t) / N for what it is "
        "treated as, the derivative with respect to h, and ask: of which cost?"
    )


def _factor(changes, other):
    """The number k for which changes = k · other; 0 if there is none."""
    k = (changes * other).sum() / (other * other).sum()
    return k if close(changes, k * other, 1e-5) else 0


def _factor_hint(factor):
    kinds = {
        -1: "the right size and the wrong sign: a network that follows -∂C/∂z goes downhill.",
        2: (
            "so near: its gradient is twice the one that is followed. Differentiate it with "
            "respect to h."
        ),
        4: "its gradient is N times the one that is followed: h - t is divided by N up there.",
        8: (
            "the sum over the samples, and a 2 as well: compare its derivative with respect to h "
            "with (h - t)/N."
        ),
    }
    near = next((hint for k, hint in kinds.items() if np.isclose(factor, k, rtol=1e-4)), None)
    return near or (
        f"its gradient has the right direction, and is {factor:.3g} times the one that is followed "
        f"for N = 4 samples of n = 3 classes."
    )


EXERCISES = (
    Exercise(
        "8.1",
        "predict",
        knows_the_laws,
        think=(
            "three laws that cost nothing to try, and four mistakes with four different patterns. "
            "Is every error that obeys all three the right one? (Exercise 8.3 has an opinion.)"
        ),
    ),
    Exercise(
        "8.2",
        "code",
        goes_around,
        think=(
            "when f is saturated it passes nothing back, and the Jacobian I + J_f is the identity. "
            "What would have become of the network that went blind, with a way around its sigmoids?"
        ),
    ),
    Exercise(
        "8.3",
        "fault",
        names_the_real_cost,
        think=(
            "with this cost no digit counts more than 1, however sure the mistake. How hard, then, "
            "can a sure mistake pull? (Lesson 4 has drawn it.)"
        ),
    ),
)
