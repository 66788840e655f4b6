"""What softmax_lab sets out to reach, as data: every figure is printed beside its goal."""

from math import prod

from peers import (
    ATTENTION,
    ATTENTION_VJP,
    CROSS_ENTROPY,
    GRADIENT_ALONE,
    JACOBIAN,
    LOG_SOFTMAX,
    LOGSUMEXP,
    SOFTMAX,
    VJP,
)

# Time of ours over theirs, by function and peer.
SPEED = {
    (SOFTMAX, "SciPy"): 0.7,
    (SOFTMAX, "scikit-learn"): 0.7,
    (SOFTMAX, "JAX"): 1.0,
    (SOFTMAX, "PyTorch"): 1.6,
    (LOGSUMEXP, "SciPy"): 0.3,
    (JACOBIAN, "PyTorch"): 0.35,
    (CROSS_ENTROPY, "PyTorch"): 0.7,
    (CROSS_ENTROPY, "JAX"): 1.0,
}
VJP_SMALL, VJP_LARGE = 0.5, 1.2  # of PyTorch, up to 1000 logits and above
LOSS_OF_SCIKIT_LEARN = 0.7  # at 1024 x 1000
FASTER_EVERYWHERE = {"SciPy", "scikit-learn"}  # on wide and on masked logits too

# Largest error in units in the last place, in float64. In any dtype, softmax may be no worse than
# the best peer; in float32 and float16 nothing else may be, either.
GRADIENT = "its gradient, worst entry"
GRADIENT_AT_TRUE = "its gradient, true class"
LOSS = "cross-entropy"
ULPS = {
    LOG_SOFTMAX: 10,
    LOSS: 8,
    (GRADIENT, "ordinary"): 8,
    (GRADIENT_AT_TRUE, "ordinary"): 8,
    (GRADIENT, "confident"): 40,
    (GRADIENT_AT_TRUE, "confident"): 40,
}
ULPS_OF_A_MILLION = 4

# Arrays of the size of z, the result included.
MEMORY = {VJP: 4, SOFTMAX: 1.5, GRADIENT_ALONE: 1.5, CROSS_ENTROPY: 1.5}


# Attention: of PyTorch's time; ulps of the largest entry; rows of the weights at 16,384 keys.
ATTENTION_SPEED = 1.0
ATTENTION_ULPS = {"ordinary": 10, "causal": 10, "confident": 200}
ATTENTION_ROWS = 8


def attention_goal(quantity, function, case, library=None):
    """The largest figure that is good enough, or None."""
    whole = function.split(":")[0] in (ATTENTION, ATTENTION_VJP)
    if quantity.startswith("time"):
        return ATTENTION_SPEED if whole and library == "PyTorch" else None
    if quantity.startswith("worst error"):
        return ATTENTION_ULPS[case] if whole else None
    return None if whole else ATTENTION_ROWS


def speed_goal(function, peer, shape, logits="ordinary"):
    """The largest ratio of times that is good enough, or None."""
    if logits != "ordinary":
        is_function_of_peer = (function, peer) != (CROSS_ENTROPY, "SciPy")
        return 1.0 if peer in FASTER_EVERYWHERE and is_function_of_peer else None
    if (function, peer) == (VJP, "PyTorch"):
        return VJP_SMALL if prod(shape) <= 1000 else VJP_LARGE
    if (function, peer) == (CROSS_ENTROPY, "scikit-learn"):
        return LOSS_OF_SCIKIT_LEARN if shape == (1024, 1000) else None
    return SPEED.get((function, peer))


def ulps_goal(quantity, family, dtype, best_peer):
    """The largest error that is good enough, or None; ``best_peer`` is the smallest of theirs."""
    if quantity == SOFTMAX or dtype != "float64":
        return best_peer
    return ULPS.get(quantity, ULPS.get((quantity, family)))


def met(figure, goal):
    """Whether the figure is good enough; None where there is no goal."""
    return None if goal is None else bool(figure <= goal)
