"""Training a network on labelled samples, and five answers to what enters it from behind.

The network gives logits z; softmax and cross-entropy come after it. So what enters its backward
pass is the error at the logits, ∂C/∂z, as a function of h = softmax(z) and the one-hot targets t,
one row a sample. ``right`` is the derivative of the mean cross-entropy. The four others are
mistakes, kept to be watched; ``ERRORS`` holds all five under the clinic's names.
"""

import copy

import numpy as np

from softmax_lab import check_gradient, cross_entropy, softmax
from softmax_lab.network import Dense, Network, Sigmoid


def right(h, t):
    """(h - t) / N: softmax's Jacobian and the mean over N samples are both in it."""
    return (h - t) / len(h)


def diagonal_only(h, t):
    """-t/h times h(1 - h): as if softmax were a sigmoid."""
    return -t * (1 - h) / len(h)


def softmax_applied_twice(h, t):
    """As ``right``, by code that takes the output for logits."""
    return (softmax(h) - t) / len(h)


def missing_mean(h, t):
    """As ``right``, without the 1/N of the mean."""
    return h - t


def pass_through(h, t):
    """-t/h, the error at the output, handed on as it arrived."""
    return -t / h / len(h)


ERRORS = {
    error.__name__: error
    for error in (right, diagonal_only, softmax_applied_twice, missing_mean, pass_through)
}


def classifier(rng, pixels=64, hidden=32, classes=10):
    r"""Make a network from pixels to logits, with one hidden layer of sigmoids.

    .. math:: z = W_2 \operatorname{sigmoid}(W_1 x + b_1) + b_2

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    pixels, hidden, classes : int
        How many numbers come in, are in between, and go out.

    Returns
    -------
    Network

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, section 5.1.

    Examples
    --------
    >>> network = classifier(np.random.default_rng(0))
    >>> sum(parameter.size for parameter in network.parameters)
    2410
    """
    return Network(Dense(pixels, hidden, rng), Sigmoid(), Dense(hidden, classes, rng))


def step(network, x, t, error, rate):
    r"""Change the parameters of a network by one step of gradient descent.

    .. math:: \theta \leftarrow \theta - \eta \, \frac{\partial C}{\partial \theta}

    Parameters
    ----------
    network : Network
        From x to logits.
    x : array of shape (N, inputs)
    t : array of shape (N, n)
        One-hot targets, or other distributions.
    error : function of h and t
        Gives ∂C/∂z, or what somebody takes it to be.
    rate : float
        The learning rate η.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (5.43).

    Examples
    --------
    >>> network, x, t = classifier(np.random.default_rng(0)), np.ones((1, 64)), np.eye(10)[[3]]
    >>> before = cross_entropy(network.forward(x), t)
    >>> step(network, x, t, right, rate=0.1)
    >>> bool(cross_entropy(network.forward(x), t) < before)
    True
    """
    network.backward(error(softmax(network.forward(x)), t))
    for parameter, gradient in zip(network.parameters, network.gradients, strict=True):
        parameter -= rate * gradient


def epoch(network, x, t, error, rng, rate=0.1, batch=20):
    """Go through all samples once, in the order that ``rng`` draws, with a step for each batch.

    The other parameters are those of :func:`step`.
    """
    for chosen in batches(rng.permutation(len(x)), batch):
        step(network, x[chosen], t[chosen], error, rate)


def batches(samples, batch):
    """Cut samples into as many batches of ``batch`` as there are; the last may be smaller.

    >>> list(batches([3, 1, 4, 1, 5], 2))
    [[3, 1], [4, 1], [5]]
    """
    return (samples[start : start + batch] for start in range(0, len(samples), batch))


def check(network, x, t, error):
    r"""Compare the gradient that grows from ``error(h, t)`` with central differences.

    .. math:: C(\theta) = -\frac1N \sum_n \sum_k t_{nk} \log h_{nk}

    θ is the vector of all parameters of the network.

    Parameters
    ----------
    network : Network
        From x to logits. It is left as it is.
    x : array of shape (N, inputs)
    t : array of shape (N, n)
        One-hot targets, or other distributions.
    error : function of h and t
        Gives ∂C/∂z, or what somebody takes it to be.

    Returns
    -------
    GradientCheck
        With one entry for every parameter.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, section 5.3.3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network, x = Network(Dense(3, 2, rng)), rng.normal(size=(5, 3))
    >>> t = np.eye(2)[[0, 1, 1, 0, 1]]
    >>> [check(network, x, t, error).passed for error in (right, missing_mean)]
    [True, False]
    """
    trial = copy.deepcopy(network)
    trial.backward(error(softmax(trial.forward(x)), t))

    def cost(theta):
        start = 0
        for parameter in trial.parameters:
            parameter[...] = theta[start : start + parameter.size].reshape(parameter.shape)
            start += parameter.size
        return cross_entropy(trial.forward(x), t)

    return check_gradient(cost, flat(trial.gradients), flat(network.parameters))


def flat(arrays):
    """All the numbers of several arrays as one vector.

    >>> flat([np.eye(2), np.ones(3)])
    array([1., 0., 0., 1., 1., 1., 1.])
    """
    return np.concatenate([np.ravel(array) for array in arrays])
