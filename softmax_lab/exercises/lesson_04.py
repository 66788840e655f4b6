"""Lesson 4: h - t by head, squared error behind softmax, a cost with a weight for each class."""

import numpy as np

from softmax_lab.cross_entropy import cross_entropy_gradient, one_hot, squared_error_output_gradient
from softmax_lab.exercises.exercise import MEASURING, PRODUCTS, Exercise
from softmax_lab.exercises.judges import function, numbers
from softmax_lab.softmax import softmax, softmax_vjp

# 4.1, predict: the gradient of the mean cross-entropy where all logits are 0

FRESH = np.zeros((2, 3))
LABELLED = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
GRADIENT = cross_entropy_gradient(FRESH, LABELLED)

predicts_the_gradient = numbers(
    GRADIENT,
    foreseen=[
        (
            2 * GRADIENT,
            "the two rows are right for the sum over the samples. The cost is their mean.",
        ),
        (
            GRADIENT / 3,
            "everything is three times too small. Was the mean taken over all six entries? There "
            "are two samples. Or has h - t passed through softmax? It contains J already.",
        ),
        (
            cross_entropy_gradient(FRESH, one_hot([0, 0], 3)),
            "the second row belongs to a target that is all in class 0. But this one is divided "
            "between two classes.",
        ),
        (
            cross_entropy_gradient(FRESH, one_hot([0, 0], 3), reduction="sum"),
            "the first row is that of a sum over the samples, and the cost is a mean. The second "
            "row belongs to a target that is all in class 0.",
        ),
        (
            GRADIENT.round(2),
            "rounded to two digits, it is right. Write fractions: the machine can divide.",
        ),
        (
            -GRADIENT,
            "the size is right, the sign is not: does the cost rise or fall when the logit of the "
            "true class is raised?",
        ),
        (
            -LABELLED / softmax(FRESH) / 2,
            "this is what arrives at the output, σ = -t/h. It has yet to pass through softmax.",
        ),
        (
            -LABELLED / softmax(FRESH),
            "this is what arrives at the output, σ = -t/h, for each sample by itself. It has yet "
            "to pass through softmax, and the cost is a mean.",
        ),
    ],
)

# 4.2, code: the squared error behind a softmax


def _gradient(z, t):
    return softmax_vjp(z, squared_error_output_gradient(softmax(z), t))


def _elementwise(z, t):
    h = softmax(z)
    return squared_error_output_gradient(h, t) * h * (1 - h)


def _samples(z):
    return z.size // z.shape[-1]


def _with_averages(axis):
    """The gradient with the average error taken over the axis, or over everything."""

    def gradient(z, t):
        h, sigma = softmax(z), squared_error_output_gradient(softmax(z), t)
        return h * (sigma - (h * sigma).sum(axis=axis))

    return gradient


Z = np.array([[2.0, 1.0, 0.1], [-1.0, 0.5, 0.3], [0.4, -0.6, 1.3], [1.1, 0.2, -0.7]])
T = np.array([[0.2, 0.7, 0.1], [0.0, 0.0, 1.0], [0.3, 0.3, 0.4], [1.0, 0.0, 0.0]])
WIDE = np.array([[0.3, 1.6, -0.7, 0.9], [-1.3, 0.2, 1.1, 0.6]])
SHARES = np.array([[0.4, 0.3, 0.2, 0.1], [0.0, 0.0, 0.0, 1.0]])
ELEMENTWISE = (
    "each error is multiplied by h(1 - h) of its own output, as for a sigmoid. When one logit is "
    "nudged, does only its own output move?"
)
NEITHER_MEAN = "The mean over the samples is missing, too."
ON_SQUARES = [
    (_elementwise, ELEMENTWISE),
    (lambda z, t: _elementwise(z, t) * _samples(z), f"{ELEMENTWISE} {NEITHER_MEAN}"),
    (lambda z, t: _elementwise(z, t) / 2, f"{ELEMENTWISE} And the 2 of the square was lost."),
    (
        lambda z, t: _elementwise(z, t) * _samples(z) / 2,
        f"{ELEMENTWISE} {NEITHER_MEAN} So is the 2 of the square.",
    ),
    (
        lambda z, t: _gradient(z, t) * _samples(z),
        "this is the gradient of the sum over the samples. The cost is their mean.",
    ),
    (
        lambda z, t: _gradient(z, t) / 2,
        "everything is half of what it should be: the 2 of the square was lost.",
    ),
    (
        lambda z, t: _gradient(z, t) * _samples(z) / 2,
        "that is J(h - t), sample by sample. The square has a 2, the mean a 1/N: both were lost.",
    ),
    (
        lambda z, t: squared_error_output_gradient(softmax(z), t),
        "this is ∂E/∂h, the error at the output of softmax. What does a softmax layer make of "
        "an error that arrives?",
    ),
    (
        cross_entropy_gradient,
        "this is the gradient of cross-entropy. There J is contained in h - t; here h - t is the "
        "error that arrives at h, and still has J before it.",
    ),
    (
        lambda z, t: softmax(z) - t,
        "h - t is the gradient of cross-entropy. Here it is (apart from a factor) the error that "
        "arrives at h, and still has J before it.",
    ),
    (
        _with_averages(None),
        "the average error was taken over the whole batch. Each sample has its own: over which "
        "axis is it to be summed?",
    ),
    (
        _with_averages(0),
        "the average error was taken class by class, over the samples: axis 0. No sample has "
        "anything to do with another.",
    ),
]
takes_squares_to_the_logits = function(
    _gradient,
    [(Z, T), (WIDE, SHARES), (Z[:3], T[:3])],
    foreseen=ON_SQUARES,
    role="loss_gradient",
    loss="squared_error",
)


# 4.3, fault: class weights, put in front of h - t


def _weighted(z, t, w):
    return cross_entropy_gradient(z, w * t, reduction="sum")


def _plain(z, t):
    return softmax(z) - t


_logits, _weights = np.array([2.0, 1.0, 0.1]), np.array([1.0, 3.0, 5.0])

puts_the_weights_right = function(
    _weighted,
    [
        (_logits, np.array([0.2, 0.7, 0.1]), _weights),
        (_logits, np.array([0.0, 1.0, 0.0]), _weights),
        (np.array([-1.0, 0.5, 0.3, 1.2]), np.array([0.1, 0, 0.4, 0.5]), np.array([2.0, 0.5, 4, 1])),
    ],
    foreseen=[
        (
            lambda z, t, w: w * _plain(z, t),
            "these are the numbers of the given code. In the cost, w stands beside t. Does it "
            "stand beside h?",
        ),
        (
            lambda z, t, w: softmax(z) - w * t,
            "w is beside t now, where it belongs. But h - t had a condition: is it met by the "
            "target that stands here now?",
        ),
        (
            lambda z, t, w: softmax(z) * w.sum() - w * t,
            "nearly: h has a factor now. It is the sum of what takes the place of t, not of the "
            "weights alone.",
        ),
        (
            lambda z, t, w: w[t.argmax()] * _plain(z, t),
            "right for a target with a single 1. But a soft target has a part of every weight.",
        ),
        (
            lambda z, t, w: (w * t).sum() * _plain(z, t),
            "right for a target with a single 1. With a soft target, the weights of its classes "
            "differ, and so does what each t_k is multiplied by.",
        ),
        (
            lambda z, t, w: _weighted(z, t, w) / w.sum(),
            "the weights' sum divides everything. Nothing in this cost divides by it.",
        ),
        (
            lambda z, t, w: _weighted(z, t, w) / (w * t).sum(),
            "you divide by the weight of the sample, as a weighted mean would. This cost is a sum.",
        ),
        (
            lambda z, t, w: w * t * _plain(z, t),
            "a class with t_k = 0 gets nothing here. Should its logit not shrink?",
        ),
        (
            lambda z, t, w: _plain(z, t),
            "the weights have no effect any more. They belong to the cost.",
        ),
    ],
)

EXERCISES = (
    Exercise(
        "4.1",
        "predict",
        predicts_the_gradient,
        think=(
            "at the start all outputs are alike, and the cost of either sample is log 3. What "
            "should a network with ten classes print before its first step?"
        ),
    ),
    Exercise(
        "4.2",
        "code",
        takes_squares_to_the_logits,
        think=(
            "this is what belongs in place of (a - y) f′(z) in the second thread. With a sigmoid "
            "instead of softmax, which line of yours would become shorter?"
        ),
        without=(
            *PRODUCTS,
            "squared_error_gradient",
            "squared_error_output_gradient",
            *MEASURING,
        ),
    ),
    Exercise(
        "4.3",
        "fault",
        puts_the_weights_right,
        think=(
            "if t has a single 1, all this is the weight of the true class times h - t: a weight "
            "is a learning rate of its own for the samples of that class."
        ),
        without=MEASURING,
    ),
)
