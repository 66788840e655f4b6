"""The digits once more, read as eight rows that attend to one another, and nine backward passes.

Softmax stands in the middle of this network, and no target reaches it: what passes on from the
weights h is Jᵀσ, with σ the error arriving there. ``right`` computes it. The eight others are
mistakes, kept to be watched; ``BACKWARD`` holds all nine. Each goes from queries, keys, values and
the error at the output to the errors at queries, keys and values, as
:func:`softmax_lab.attention_vjp` does, which is what ``right`` is.

The error at the logits at the end is right in all of them (:func:`softmax_lab.training.right`).
"""

import numpy as np

from softmax_lab import attention_vjp, attention_weights
from softmax_lab.network import Attention, Dense, Network
from softmax_lab.rows import transposed

ROWS = COLUMNS = 8  # of an image


def right(q, k, v, upstream, mask=None):
    """Pass σ back through softmax: h (σ - ⟨h, σ⟩)."""
    return attention_vjp(q, k, v, upstream, mask)


def diagonal_only(q, k, v, upstream, mask=None):
    """Pass back σ h (1 - h), entry by entry: as if softmax were a sigmoid."""
    h = attention_weights(q, k, mask)
    return _from_scores((upstream @ transposed(v)) * h * (1 - h), h, q, k, upstream)


def pass_through(q, k, v, upstream, mask=None):
    """Pass back σ as it arrived: as if the weights were the scores."""
    h = attention_weights(q, k, mask)
    return _from_scores(_only(mask, upstream @ transposed(v)), h, q, k, upstream)


def upstream_as_target(q, k, v, upstream, mask=None):
    """Pass back h - σ: h - t, which is for softmax under cross-entropy, where there is no t."""
    h = attention_weights(q, k, mask)
    return _from_scores(_only(mask, h - upstream @ transposed(v)), h, q, k, upstream)


def wrong_axis(q, k, v, upstream, mask=None):
    """Take the average error of each key over the queries: h (σ - Σσh down the columns)."""
    h = attention_weights(q, k, mask)
    return _from_scores(_balanced(h, upstream @ transposed(v), axis=-2), h, q, k, upstream)


def root_forgotten(q, k, v, upstream, mask=None):
    """As ``right``, without the 1/√d of the scores."""
    at_q, at_k, at_v = attention_vjp(q, k, v, upstream, mask)
    root = np.sqrt(q.shape[-1])
    return root * at_q, root * at_k, at_v


def weights_transposed(q, k, v, upstream, mask=None):
    """As ``right``, with hᵀ for h throughout; it needs as many queries as keys."""
    h = transposed(attention_weights(q, k, mask))
    return _from_scores(_balanced(h, upstream @ transposed(v)), h, q, k, upstream)


def mask_after_softmax(q, k, v, upstream, mask=None):
    """As ``right``, with the weights of the masked keys put to 0 and the others left too small."""
    h = _only(mask, attention_weights(q, k))
    return _from_scores(_balanced(h, upstream @ transposed(v)), h, q, k, upstream)


def weights_as_constants(q, k, v, upstream, mask=None):
    """Pass nothing back through softmax: the values learn, the queries and the keys do not."""
    h = attention_weights(q, k, mask)
    return _from_scores(0 * h, h, q, k, upstream)


BACKWARD = {
    backward.__name__: backward
    for backward in (
        right,
        diagonal_only,
        pass_through,
        upstream_as_target,
        wrong_axis,
        root_forgotten,
        weights_transposed,
        mask_after_softmax,
        weights_as_constants,
    )
}


def row_reader(rng, mask=None, vjp=right, numbers=8, classes=10):
    r"""Make a network whose eight rows of pixels attend to one another, then give logits together.

    .. math:: z = W \, (o_1, \dots, o_8) + b, \qquad
              o_i = \sum_j h_{ij} v_j

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    mask : array of 8 × 8 booleans, optional
        True where a row, downwards, may attend to a row.
    vjp : function
        The backward pass of the attention, one of ``BACKWARD``.
    numbers, classes : int
        How many numbers a query, a key and a value have, and how many logits there are.

    Returns
    -------
    Network

    Notes
    -----
    Source: A. Vaswani et al., *Attention Is All You Need* (2017), section 3.2.

    Examples
    --------
    >>> network = row_reader(np.random.default_rng(0))
    >>> network.forward(np.ones((3, 64))).shape
    (3, 10)
    >>> sum(parameter.size for parameter in network.parameters)
    866
    """
    reads = Attention(ROWS, COLUMNS, numbers, rng, mask, vjp)
    return Network(reads, Dense(ROWS * numbers, classes, rng))


def _balanced(h, sigma, axis=-1):
    """The product h (σ - ⟨h, σ⟩), the average taken along an axis."""
    return h * (sigma - (h * sigma).sum(axis=axis, keepdims=True))


def _from_scores(at_z, h, q, k, upstream):
    """What reaches q, k and v when ``at_z`` passes on from the weights h to the scores."""
    at_z = at_z / np.sqrt(q.shape[-1])
    return at_z @ k, transposed(at_z) @ q, transposed(h) @ upstream


def _only(mask, x):
    """The entries of x that the mask leaves, and 0 for the others."""
    return x if mask is None else np.where(mask, x, 0)
