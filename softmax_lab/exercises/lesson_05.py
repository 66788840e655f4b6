"""Lesson 5: slopes fed the output, an output that was written over, softplus from its output."""

import numpy as np

from softmax_lab.exercises.answers import call
from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import JACOBIANS, MEASURING, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.gradient_check import numerical_jacobian
from softmax_lab.softmax import softmax, softmax_vjp

# 5.1, predict: which slopes of a table come out right when all are fed the output


def softplus(z):
    """log(1 + e^z), without forming e^z."""
    return np.logaddexp(0, z)


OUTPUTS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "leaky ReLU": lambda z: np.where(z > 0, z, 0.1 * z),
    "softplus": softplus,
    "ELU": lambda z: np.where(z > 0, z, np.exp(z) - 1),
}
SLOPES = {
    "sigmoid": lambda x: x * (1 - x),
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "leaky ReLU": lambda x: np.where(x > 0, 1, 0.1),
    "softplus": lambda x: 1 / (1 + np.exp(-x)),
    "ELU": lambda x: np.where(x > 0, 1, x + 1),
}
Z = np.array([1.2, -0.4, 0.3])
RIGHT_IF_FED_A = [
    close(SLOPES[name](f(Z)), numerical_jacobian(f, Z).diagonal()) for name, f in OUTPUTS.items()
]
# All are asked, whichever are wrong: of True and False, to name the wrong ones is the answer.
QUESTIONS = (
    "sigmoid: if `x` were z, the slope at z = 1.2 would be 1.2 · (1 - 1.2); can it be negative?",
    "tanh: if `x` is the output, how many times is tanh applied to z in all?",
    "leaky ReLU: all that it asks of `x` is the sign; when do z and a differ in that?",
    "softplus: at z = 0 the slope is ½, and the output log 2 = 0.69; what does 0.69 give here?",
    "ELU: for z < 0 the output is e^z - 1; what is its slope, and how far is that from it?",
)


def predicts_the_table(answer):
    """How many are right, and a question to try each of the five by."""
    said = as_numbers(answer)
    if said.shape != (len(QUESTIONS),) or not np.isin(said, (0, 1)).all():
        return difference(said, np.array(RIGHT_IF_FED_A))
    right = int((said == RIGHT_IF_FED_A).sum())
    if right == len(QUESTIONS):
        return None
    if not right:
        return "all five are the other way round. The table is fed the output a, not z."
    return " ".join([f"{right} of 5 are right. Try each of them.", *map(str, QUESTIONS)])


# 5.2, fault: an error computed in place, in the array that the layer had kept


def _backward(kept, upstream):
    return kept * (upstream - (kept * upstream).sum(axis=-1, keepdims=True))


def _error(z, t):
    return 2 / len(z) * (softmax(z) - t)


STILL_THERE = (
    "it is still there. What the layer multiplies with is no longer h. Print `layer.h` before and "
    "after each line: which one changes it, though it does not name it?"
)
LOGITS = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, -0.6, 1.3], [1.1, 0.2, -0.7]])
TARGETS = np.array([[0.2, 0.7, 0.1], [0.0, 0.0, 1.0], [0.3, 0.3, 0.4], [1.0, 0.0, 0.0]])


def _diagonal_only(z, t):
    return softmax(z) * (1 - softmax(z)) * _error(z, t)


writes_nowhere_else = function(
    lambda z, t: softmax_vjp(z, _error(z, t)),
    [
        (LOGITS, TARGETS),
        (np.array([[0.3, 1.6, -0.7, 0.9], [-1.3, 0.2, 1.1, 0.6]]), np.eye(4)[[2, 0]]),
        (LOGITS[:3], TARGETS[:3]),
    ],
    role="loss_gradient",
    loss="squared_error",
    foreseen=[
        (lambda z, t: _backward(_error(z, t), _error(z, t)), STILL_THERE),
        (lambda z, t: _backward(softmax(z) - t, _error(z, t)), STILL_THERE),
        (
            lambda z, t: softmax_vjp(z, _error(z, t)) / 2,
            "everything is half of what is right. The fault is gone, and with it the 2 that comes "
            "down from the square.",
        ),
        (
            _error,
            "this is the error that arrives at the output, ∂E/∂h, and it was right before. It has "
            "yet to go back through the layer.",
        ),
        (
            lambda z, t: (softmax(z) - t) / len(z),
            "h - t at the logits belongs to cross-entropy. Here the cost is the squared error, "
            "and its error has to go back through the layer.",
        ),
        (
            _diagonal_only,
            "the error is multiplied by h(1 - h) of its own output, as for a sigmoid. The layer's "
            "own `backward` does more than that, and it was right before.",
        ),
    ],
)

# 5.3, code: the backward pass of softplus, from its output

USUAL, TINY, LARGE = (softplus(np.array(z)) for z in ([-1.2, 0.4, 2.3], [-40.0], [800.0]))
UPSTREAM = np.array([0.9, -1.4, 2.1])


def slope_times_error(a, upstream):
    """Through softplus: e^a = 1 + e^z, so its slope is 1 - e^-a, here without the subtraction."""
    return -np.expm1(-a) * upstream


_carries_back_usual = function(
    slope_times_error,
    [(USUAL, UPSTREAM)],
    foreseen=[
        (
            lambda a, v: v,
            "the error is passed on as it came. Far to the left softplus is flat, and hardly "
            "anything may get through there.",
        ),
        (
            lambda a, v: -np.expm1(-a),
            "the slope is right. The error that arrives, `upstream`, is not in it yet.",
        ),
        (
            lambda a, v: v / (1 + np.exp(-a)),
            "this is the sigmoid of a: the z-form, fed a. Express e^z in terms of a first.",
        ),
        (
            lambda a, v: v * a * (1 - a),
            "a(1 - a) is the sigmoid's slope, written with the sigmoid's output. This a is "
            "another: it can be 800.",
        ),
        (
            lambda a, v: v * np.exp(-a),
            "this falls from 1 to 0 as z grows, and the slope of softplus rises. Is it the "
            "sigmoid that you found, or what the sigmoid lacks to 1?",
        ),
        (
            lambda a, v: v * np.expm1(a),
            "this is e^z, since e^a = 1 + e^z. The slope is e^z divided by something.",
        ),
    ],
)


def carries_back_through_softplus(answer):
    """Right at all, then to the digit where a is tiny, then where e^a would overflow."""
    if said := _carries_back_usual(answer):
        return said
    tiny, large = (as_numbers(call(answer, a, UPSTREAM[:1])) for a in (TINY, LARGE))
    if not close(tiny, slope_times_error(TINY, UPSTREAM[:1]), tolerance=1e-10):
        return (
            "right where a is of ordinary size. At z = -40 it keeps fewer than ten digits, though "
            "a = 4.2e-18 has them all. It is the subtraction again: the exponential has been "
            "rounded to 1 before it. NumPy has a function for e^x - 1 in one piece, `np.expm1`."
        )
    if not close(large, slope_times_error(LARGE, UPSTREAM[:1])):
        return (
            "right, but at z = 800, where the slope is 1, it is not. Does an exponential grow "
            "with a there? One that falls cannot overflow."
        )
    return None


EXERCISES = (
    Exercise(
        "5.1",
        "predict",
        predicts_the_table,
        think=(
            "nobody can tell from `x` what a line of that table wants. Which names would you give "
            "the five arguments?"
        ),
    ),
    Exercise(
        "5.2",
        "fault",
        writes_nowhere_else,
        think=(
            "the lesson wrote nan over the layer's input, and no harm was done. So which "
            "activations may work in place, and what must their neighbours leave alone?"
        ),
        without=(*PRODUCTS, *JACOBIANS),
    ),
    Exercise(
        "5.3",
        "code",
        carries_back_through_softplus,
        think=(
            "softplus has a form in a. What has the curve of an activation to do for its output "
            "to know the slope, and do all of them do it?"
        ),
        without=MEASURING,
    ),
)
