"""Lesson 3: which way a logit pushes, a loop that stops too early, backwards through attention."""

import numpy as np

from softmax_lab.exercises.answers import call
from softmax_lab.exercises.comparison import as_numbers, close
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_jacobian, softmax_vjp, softmax_vjp_from_output

# 3.1, predict: above or below the average error

H = np.array([0.7, 0.2, 0.1])
SIGMA = np.array([2.0, 5.0, 9.0])
GRADIENT = softmax_vjp_from_output(H, SIGMA)
RISES = GRADIENT > 0

NOT_IN_ORDER = (
    "all errors above a certain number pass on something positive, all below it something "
    "negative. Yours do not divide 2, 5 and 9 like that. Which number is it?"
)

predicts_the_signs = numbers(
    RISES,
    foreseen=[
        ([True, False, True], NOT_IN_ORDER),
        ([True, True, False], NOT_IN_ORDER),
        ([False, True, False], NOT_IN_ORDER),
        (
            SIGMA > 0,
            "all three errors are positive, that is so. But raising a logit takes probability "
            "away from the other outputs, and their errors are positive, too.",
        ),
        (
            SIGMA - SIGMA.mean() > 0,
            "you compared with the plain average of the three errors. In this average each output "
            "counts with its own probability, and the first one has most of it.",
        ),
        (
            ~RISES,
            "it is the other way round. Raising a logit moves probability towards its own output: "
            "is the error there above or below the average?",
        ),
        (
            SIGMA < 0,
            "the three entries always sum to zero. Can none of them be positive, then?",
        ),
        (
            GRADIENT,
            "these are the entries themselves, and they are right. Now say of each whether the "
            "cost rises: `True` or `False`.",
        ),
    ],
)

# 3.2, fault: a loop over the errors that returns with the first of them


def _last_error_only(z, upstream):
    return upstream[-1] * softmax_jacobian(z)[-1]


def _entries_replaced(z, upstream):
    h, passed_on = softmax(z), np.zeros(len(z))
    for i, error in enumerate(upstream):
        passed_on -= error * h[i] * h
        passed_on[i] = error * h[i] * (1 - h[i])
    return passed_on


FIXED_BADLY = [
    (
        lambda z, upstream: np.zeros(len(z)),
        "it gives zero, whatever arrives: every row and every column of J sums to 0. With what "
        "must each row be multiplied before the rows are added up?",
    ),
    (
        lambda z, upstream: softmax(z) * (upstream - upstream.mean()),
        "nearly: from each error an average is subtracted, but the plain one. In the sum over the "
        "paths, does every output count alike?",
    ),
    (
        lambda z, upstream: softmax(z) * (upstream - softmax(z)),
        "from each error its own output h_j is subtracted. Add up the rows on paper: what has to "
        "be subtracted there?",
    ),
    (
        _last_error_only,
        "now the loop goes to its end, and the last error wins: each row takes the place of the "
        "one before. What does the chain rule do with the paths?",
    ),
    (
        _entries_replaced,
        "the rows are added up, but the line for entry i throws away what had been added there by "
        "the errors before. Finish a row first, then add it.",
    ),
    (
        lambda z, upstream: softmax_vjp(z, upstream) - softmax(z) ** 2 * upstream,
        "where an output meets its own logit, two of your lines add something. Only one of them "
        "should.",
    ),
    (
        lambda z, upstream: -softmax(z) * (softmax(z) @ upstream),
        "each row lacks what an output does with its own logit, the 1 of h_i(1 - h_i).",
    ),
    (
        lambda z, upstream: -softmax_vjp(z, upstream),
        "the size is right, the sign is not: which entries of J are negative?",
    ),
    (
        lambda z, upstream: softmax_vjp(z, upstream) / len(z),
        "you took the mean over the paths. They add up: nudge one logit, and all outputs change "
        "at once.",
    ),
]
fixes_the_loop = function(
    softmax_vjp,
    [
        (np.array([2.0, 1.0, 0.1]), np.array([0.9, -1.4, 0.3])),
        (np.array([0.4, -0.3, 1.6, 0.2]), np.array([0.0, 1.5, 0.4, -1.9])),
    ],
    foreseen=FIXED_BADLY,
    role="backward",
)

# 3.3, code: softmax in the middle, with a matrix on either side


def _backward(q, K, V, upstream):
    return K.T @ softmax_vjp(K @ q, V @ upstream)


def _diagonal_only(q, K, V, upstream):
    return K.T @ (np.diag(softmax_jacobian(K @ q)) * (V @ upstream))


SQUARE = [
    (
        np.array([0.7, -0.4, 1.1]),
        np.array([[0.5, -1.0, 0.8], [1.5, 0.3, -0.7], [-0.2, 0.8, 1.1]]),
        np.array([[1.2, 0.4, -0.9], [-0.3, 0.6, 1.4], [0.9, -1.1, 0.2]]),
        np.array([0.9, -1.4, 0.3]),
    )
]
OBLONG = [
    (
        np.array([0.7, -0.4, 1.1]),
        np.array([[0.5, -1.0, 0.8], [1.5, 0.3, -0.7], [-0.2, 0.8, 1.1], [0.6, 0.1, -0.5]]),
        np.array([[1.2, 0.4], [-0.3, 0.6], [0.9, -1.1], [-0.8, 0.7]]),
        np.array([0.9, -1.4]),
    )
]

_with_square_matrices = function(
    _backward,
    SQUARE,
    foreseen=[
        (
            lambda q, K, V, upstream: K @ softmax_vjp(K @ q, V @ upstream),
            "right down to the scores z. The step from q to z = Kq has the Jacobian K: what does "
            "such a step pass back? (Where K is not square, your product does not even fit.)",
        ),
        (
            lambda q, K, V, upstream: K.T @ softmax_vjp(K @ q, V.T @ upstream),
            "the first step back is wrong, that through o = Vᵀh. Its Jacobian is Vᵀ: what does it "
            "pass to h?",
        ),
        (
            lambda q, K, V, upstream: K @ softmax_vjp(K @ q, V.T @ upstream),
            "both matrices are turned the wrong way. Write down the Jacobian of each of the two "
            "steps before you transpose it: one of them is a transposed matrix already.",
        ),
        (
            _diagonal_only,
            "both matrices are right, and between them softmax was taken for a sigmoid: "
            "h(1 - h) is only the diagonal of its Jacobian.",
        ),
        (
            lambda q, K, V, upstream: K.T @ (V @ upstream),
            "both matrices are right, but between them the error goes through softmax as if "
            "nothing were there.",
        ),
        (
            lambda q, K, V, upstream: K.T @ softmax_vjp(K @ q, upstream),
            "the error that arrives is that at o, not yet at h. Which step lies between the two?",
        ),
        (
            lambda q, K, V, upstream: softmax_vjp(K @ q, V @ upstream),
            "this is ∂C/∂z, the error at the scores. One step is left, from z back to q.",
        ),
        (
            lambda q, K, V, upstream: K.T @ softmax_vjp(softmax(K @ q), V @ upstream),
            "both matrices are right, and softmax is applied twice between them: `softmax_vjp` "
            "applies it to what it is given. So which number does it want first?",
        ),
        (
            lambda q, K, V, upstream: K.T @ softmax_vjp(V @ upstream, K @ q),
            "`softmax_vjp` has been given the right two vectors, in the wrong order. Which comes "
            "first, the logits or the error?",
        ),
    ],
)
_with_oblong_matrices = function(_backward, OBLONG)


def goes_back_through_attention(answer):
    """Square matrices first, since with them every mistake has the right shape, and a name."""
    return (
        _with_square_matrices(answer)
        or _with_oblong_matrices(answer)
        or _measured_hint(answer, *OBLONG[0])
    )


def _measured_hint(answer, q, K, V, upstream):
    """The same scores from a tiny q and a huge K, where no step has the right size."""
    rescaled = (q * 1e-8, K * 1e8, V, upstream)
    if close(as_numbers(call(answer, *rescaled)), _backward(*rescaled)):
        return None
    return (
        "right for a q of ordinary size. With q a hundred million times smaller and K as many "
        "times larger the scores stay the same, but this comes out wrong: is it a derivative "
        "measured with a step? Carry the error back instead."
    )


BY_DIFFERENCES = ("numerical_gradient", "numerical_jacobian", "check_gradient")

EXERCISES = (
    Exercise(
        "3.1",
        "predict",
        predicts_the_signs,
        think=(
            "add 100 to all three errors. What is passed on then, and what does that say about "
            "errors that all outputs have in common?"
        ),
    ),
    Exercise(
        "3.2",
        "fault",
        fixes_the_loop,
        think=(
            "it goes unnoticed for years, for most networks only ever send softmax one error that "
            "is not zero. Lesson 4 shows which cost does that."
        ),
        without=("softmax_vjp", "softmax_vjp_from_output", *BY_DIFFERENCES),
    ),
    Exercise(
        "3.3",
        "code",
        goes_back_through_attention,
        think=(
            "transformers compute softmax(Kq/√d), with d the length of q. Where does that factor "
            "turn up on the way back?"
        ),
        without=BY_DIFFERENCES,
    ),
)
