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

# Time of ours over theirs, by function and peer. SciPy is Python over NumPy, as we are, and so is
# scikit-learn's softmax: there is no excuse for being slower.
SPEED = {
    (SOFTMAX, "SciPy"): 1.0,
    (SOFTMAX, "scikit-learn"): 1.0,
    (LOGSUMEXP, "SciPy"): 0.5,
    # PyTorch makes the matrix by a backward pass for each row.
    (JACOBIAN, "PyTorch"): 0.5,
}
# PyTorch, JAX and scikit-learn's loss are compiled: one pass over an array does all that is to be
# done with a number, where NumPy needs a pass for each step (softmax: largest, exponential, sum,
# quotient). On large arrays that is three times the time at most.
COMPILED = {
    *((SOFTMAX, "PyTorch"), (SOFTMAX, "JAX"), (VJP, "PyTorch")),
    *((CROSS_ENTROPY, "PyTorch"), (CROSS_ENTROPY, "JAX"), (CROSS_ENTROPY, "scikit-learn")),
}
OF_COMPILED, LARGE = 3.0, 10**6
# On small ones only the calls count, and there is no goal beside a single call of compiled code;
# but where PyTorch keeps a graph for its backward pass, that is Python too.
GRAPH = {(VJP, "PyTorch"), (CROSS_ENTROPY, "PyTorch")}
OF_GRAPH = 1.5
# Far out, our softmax takes the same passes as theirs: what is between them is chance.
FAR_OUT = 1.25

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
    pair = function, peer
    if pair in COMPILED and prod(shape) >= LARGE:
        return OF_COMPILED
    if pair in GRAPH:
        return OF_GRAPH
    return FAR_OUT if logits != "ordinary" and pair in SPEED else SPEED.get(pair)


def ulps_goal(quantity, family, dtype, best_peer):
    """The largest error that is good enough, or None; ``best_peer`` is the smallest of theirs."""
    if quantity == SOFTMAX or dtype != "float64":
        return best_peer
    return ULPS.get(quantity, ULPS.get((quantity, family)))


def met(figure, goal):
    """Whether the figure is good enough; None where there is no goal."""
    return None if goal is None else bool(figure <= goal)
