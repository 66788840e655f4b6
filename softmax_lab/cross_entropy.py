"""Losses over softmax and their gradients.

The target t is given as integer labels, one a sample, or as distributions, one row a sample.
Every loss is summed over the classes, giving one number a sample; ``reduction`` then says what
becomes of the samples: their ``"mean"``, their ``"sum"``, or ``"none"``.

A loss has the dtype of z (or h), whatever the dtype of the target. The mean over an empty batch
is nan; its gradient is empty. Of a single class the cross-entropy and its kin are constant: they
answer, and warn.
"""

import warnings
from functools import partial

import numpy as np

from softmax_lab import _validate
from softmax_lab.rows import exponentials, largest_and_rest, over_rows, sum_of_others, wide
from softmax_lab.softmax import log_softmax


def cross_entropy(z, target, reduction="mean"):
    r"""The cross-entropy of softmax(z) with the target, computed from the logits.

    .. math:: C = -\sum_k t_k \log h_k, \qquad h = \operatorname{softmax}(z)

    A class with t_k = 0 adds nothing, however impossible it is.

    Class weights w enter through the target, ``w * one_hot(y, n)``. The mean then divides by the
    number of samples; for the other convention, which divides by the sum of their weights, take
    ``cross_entropy(z, w * one_hot(y, n), "sum") / w[y].sum()``.

    Parameters
    ----------
    z : array of numbers, shape (..., n)
        Logits.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or distributions. Entries must not be negative; they need not sum to 1.
    reduction : {"mean", "sum", "none"}
        What to do with the samples.

    Returns
    -------
    C : scalar, or array of shape (...) for ``"none"``, in z's floating dtype

    Raises
    ------
    ValueError
        For logits as in :func:`softmax_lab.softmax`; for a label out of range, a target with
        negative entries or of another shape, or an unknown reduction.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.108).

    Examples
    --------
    >>> print(cross_entropy([2.0, 1.0, 0.1], 0).round(6))
    0.41703
    >>> cross_entropy([[2.0, 1.0, 0.1], [0.0, 0.0, 0.0]], [0, 2], reduction="none").round(6)
    array([0.41703 , 1.098612])
    """
    z = _validate.several_classes(_validate.logits(z))
    log_h = log_softmax(wide(z))
    t = _validate.target(target, like=log_h)
    if t.ndim == log_h.ndim:
        loss = -_weighted_sum(t, log_h)
    else:
        loss = -np.take_along_axis(log_h, t[..., None], axis=-1)[..., 0]
    return _reduce(loss, reduction, z.dtype)


def cross_entropy_gradient(z, target, reduction="mean"):
    r"""The derivative of :func:`cross_entropy` with respect to the logits.

    .. math:: \frac{\partial C}{\partial z_j} = h_j \sum_k t_k - t_j
              = h_j \sum_{k \ne j} t_k - t_j \sum_{k \ne j} h_k

    which is h - t when the target sums to 1. The last form is the one computed: at the true
    class it is minus the sum of the other probabilities, exact where h - 1 would have rounded
    to 0.

    Parameters
    ----------
    z : array of numbers, shape (..., n)
        Logits.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or distributions.
    reduction : {"mean", "sum", "none"}
        ``"mean"`` divides by the number of samples; ``"sum"`` and ``"none"`` do not.

    Returns
    -------
    ∂C/∂z : array of the shape of z, in z's floating dtype

    Raises
    ------
    ValueError
        As :func:`cross_entropy` does.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.109), without its
    condition that the target sums to 1.

    Examples
    --------
    >>> cross_entropy_gradient([2.0, 1.0, 0.1], 0).round(3)
    array([-0.341,  0.242,  0.099])
    >>> cross_entropy_gradient([40.0, 0.0], 0)
    array([-4.24835426e-18,  4.24835426e-18])
    """
    z = _validate.several_classes(_validate.logits(z))
    return _value_and_gradient(z, target, reduction)[1]


def cross_entropy_output_gradient(h, target, reduction="mean"):
    r"""The derivative of the cross-entropy with respect to the output h, not the logits.

    .. math:: \frac{\partial C}{\partial h_j} = -\frac{t_j}{h_j}

    It is the error σ that arrives at the output of softmax. A class with t_j = 0 has derivative 0
    even at h_j = 0; one with t_j > 0 has -inf there, which no Jacobian can take back: to go on to
    the logits, :func:`cross_entropy_gradient` never divides.

    Parameters
    ----------
    h : array of numbers, shape (..., n)
        An output of softmax: entries from 0 to 1 that sum to 1.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or distributions.
    reduction : {"mean", "sum", "none"}
        ``"mean"`` divides by the number of samples; ``"sum"`` and ``"none"`` do not.

    Returns
    -------
    ∂C/∂h : array of the shape of h, in h's floating dtype

    Raises
    ------
    ValueError
        When h cannot be an output of softmax, and for targets and reductions as in
        :func:`cross_entropy`.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.108), differentiated.

    Examples
    --------
    >>> cross_entropy_output_gradient([0.5, 0.25, 0.25], 0)
    array([-2.,  0.,  0.])
    >>> cross_entropy_output_gradient([0.5, 0.5, 0.0], [0.5, 0.5, 0.0])
    array([-1., -1.,  0.])
    """
    h = _validate.softmax_output(h)
    dtype, h = h.dtype, wide(h)
    t = _distribution(target, like=h)
    sigma = np.zeros_like(h)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # complex -t/0 is invalid
        np.divide(-t / _shares(h[..., 0], reduction), h, where=t != 0, out=sigma)
    return _rounded(sigma, dtype)


def cross_entropy_value_and_gradient(z, target, reduction="mean"):
    r"""The loss and its gradient from one pass over the exponentials.

    .. math:: C = -\sum_k t_k \log h_k, \qquad
              \frac{\partial C}{\partial z_j} = h_j \sum_k t_k - t_j

    Parameters
    ----------
    z : array of numbers, shape (..., n)
        Logits.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or distributions.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    C, ∂C/∂z : as :func:`cross_entropy` and :func:`cross_entropy_gradient` give them

    Raises
    ------
    ValueError
        As :func:`cross_entropy` does.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eqs. (4.108), (4.109).

    Examples
    --------
    >>> C, gradient = cross_entropy_value_and_gradient([2.0, 1.0, 0.1], 0)
    >>> print(C.round(6), gradient.round(3))
    0.41703 [-0.341  0.242  0.099]
    """
    z = _validate.several_classes(_validate.logits(z))
    return _value_and_gradient(z, target, reduction)


def _value_and_gradient(z, target, reduction):
    t = _validate.target(target, like=z)
    loss, gradient = np.empty(z.shape[:-1], wide(z).dtype), np.empty(z.shape, z.dtype)
    rows = [x.reshape(-1, z.shape[-1]) if x.ndim == z.ndim else x.ravel() for x in (z, t)]
    formula = partial(
        _with_distributions if t.ndim == z.ndim else _with_labels,
        shares=_shares(loss, reduction),
    )
    over_rows(formula, *rows, loss.reshape(-1), gradient.reshape(rows[0].shape))
    return _reduce(loss[()], reduction, z.dtype), gradient


def kl_divergence(z, target, reduction="mean"):
    r"""The Kullback-Leibler divergence of the target from softmax(z), computed from the logits.

    .. math:: D = \sum_k t_k \log \frac{t_k}{h_k} = C + \sum_k t_k \log t_k

    The last sum is constant in z, so the gradient is that of the cross-entropy C. D is never
    negative when the target sums to 1; when it does not, D can be.

    Parameters
    ----------
    z : array of numbers, shape (..., n)
        Logits.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or distributions.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    D : scalar, or array of shape (...) for ``"none"``, in z's floating dtype

    Raises
    ------
    ValueError
        As :func:`cross_entropy` does.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (1.113).

    Examples
    --------
    >>> print(kl_divergence([2.0, 1.0, 0.1], [0.5, 0.25, 0.25]).round(6))
    0.102309
    >>> print(kl_divergence([0.0, 0.0], [0.5, 0.5]))
    0.0
    """
    z = _validate.several_classes(_validate.logits(z))
    log_h = log_softmax(wide(z))
    t = _distribution(target, like=log_h)
    log_t = np.log(t, where=t > 0, out=np.zeros_like(t))
    return _reduce(_weighted_sum(t, log_t - log_h), reduction, z.dtype)


def squared_error(h, target, reduction="mean"):
    r"""The squared distance between an output and its target, summed over the classes.

    .. math:: E = \sum_k (h_k - t_k)^2

    Parameters
    ----------
    h : array of numbers, shape (..., n)
        Outputs; of softmax or of anything else.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or any finite numbers: a target of regression may be negative.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    E : scalar, or array of shape (...) for ``"none"``, in h's floating dtype

    Raises
    ------
    ValueError
        For h or a target that is not finite; for a label out of range, a target of another
        shape, or an unknown reduction.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (5.11), without its ½.

    Examples
    --------
    >>> print(squared_error([0.5, 0.25, 0.25], 0))
    0.375
    """
    h, t, dtype = _outputs(h, target)
    return _reduce(((h - t) ** 2).sum(axis=-1), reduction, dtype)


def squared_error_output_gradient(h, target, reduction="mean"):
    r"""The derivative of :func:`squared_error` with respect to the output h, not the logits.

    .. math:: \frac{\partial E}{\partial h_k} = 2 (h_k - t_k)

    Parameters
    ----------
    h : array of numbers, shape (..., n)
        Outputs.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or any finite numbers: a target of regression may be negative.
    reduction : {"mean", "sum", "none"}
        ``"mean"`` divides by the number of samples; ``"sum"`` and ``"none"`` do not.

    Returns
    -------
    ∂E/∂h : array of the shape of h, in h's floating dtype

    Raises
    ------
    ValueError
        As :func:`squared_error` does.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (5.11), without its ½.

    Examples
    --------
    >>> squared_error_output_gradient([0.5, 0.25, 0.25], 0)
    array([-1. ,  0.5,  0.5])
    """
    h, t, dtype = _outputs(h, target)
    return _rounded(2 * (h - t) / _shares(h[..., 0], reduction), dtype)


def squared_error_gradient(h, target, reduction="mean"):
    r"""The old name of :func:`squared_error_output_gradient`, which does not say its variable.

    .. math:: \frac{\partial E}{\partial h_k} = 2 (h_k - t_k)

    Deprecated: it is by the output h, while its twin :func:`cross_entropy_gradient` is by the
    logits z.

    Parameters
    ----------
    h : array of numbers, shape (..., n)
        Outputs.
    target : integers of shape (...), or array of shape (..., n)
        Labels, or any finite numbers.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    ∂E/∂h : array of the shape of h, in h's floating dtype

    Raises
    ------
    ValueError
        As :func:`squared_error` does.

    Notes
    -----
    Source: as :func:`squared_error_output_gradient`.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", DeprecationWarning)
    ...     squared_error_gradient([0.5, 0.25, 0.25], 0)
    array([-1. ,  0.5,  0.5])
    """
    warnings.warn(
        "squared_error_gradient does not say that it is the derivative with respect to the output "
        "h, while cross_entropy_gradient is with respect to the logits z. Call "
        "squared_error_output_gradient: it takes and gives the same. The old name goes with the "
        "next release.",
        DeprecationWarning,
        stacklevel=2,
    )
    return squared_error_output_gradient(h, target, reduction)


def one_hot(labels, n):
    r"""Write each label as a distribution with all its weight on one class.

    .. math:: t_k = \delta_{k, \text{label}}

    Parameters
    ----------
    labels : integers from 0 to n - 1, of any shape (...)
    n : int
        The number of classes.

    Returns
    -------
    t : float64 array of shape (..., n)

    Raises
    ------
    ValueError
        For labels that are not integers or out of range, or an n that is no number of classes.

    Notes
    -----
    Source: the "1-of-K coding scheme" of C. M. Bishop, *Pattern Recognition and Machine
    Learning*, section 4.1.3.

    Examples
    --------
    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    n = _validate.class_count(n)
    chosen = _validate.labels(labels, n)
    return (chosen[..., None] == np.arange(n)).astype(np.float64)


@np.errstate(over="ignore")  # logits of ±1e308 are further apart than any number: a loss of inf
def _with_distributions(z, t, loss, gradient, shares):
    """Fill in the loss and the gradient of each row: h_j Σ_{k≠j} t_k - t_j Σ_{k≠j} h_k."""
    z_m, e_m, rest = largest_and_rest(z, exponentials(z, out=gradient))
    loss[...] = -_weighted_sum(t, (z - z_m) - np.log1p(rest / e_m))
    h = gradient / gradient.sum(axis=-1, keepdims=True)
    np.subtract(h * sum_of_others(t), t * sum_of_others(h), out=gradient)
    gradient /= shares


@np.errstate(over="ignore")
def _with_labels(z, labels, loss, gradient, shares):
    """Fill in the loss and the gradient of each row: h, but at the true class -Σ of the others."""
    true = np.arange(len(z)), labels
    e = exponentials(z, out=gradient)
    total = e.sum(axis=-1, keepdims=True)
    z_m, e_m, rest = (x[:, 0] for x in largest_and_rest(z, e))
    np.subtract(np.log1p(rest / e_m), z[true] - z_m, out=loss)
    gradient[true] = -(rest + (e_m - gradient[true]))
    gradient /= total * shares


def _weighted_sum(t, x):
    """Σ_k t_k x_k, where t_k = 0 adds 0 even if x_k is infinite."""
    return (t * np.where(t == 0, 0, x)).sum(axis=-1)


def _outputs(h, target):
    """H and t in the precision to compute in, and the dtype to answer in."""
    h = _validate.finite(_validate.logits(h, name="h"), "h")
    return wide(h), _distribution(target, wide(h), check=_validate.any_target), h.dtype


def _distribution(target, like, check=_validate.target):
    """The target with one number a class: labels become one-hot rows."""
    t = check(target, like)
    return one_hot(t, like.shape[-1]).astype(like.dtype) if t.ndim < like.ndim else t


def _reduce(loss, reduction, dtype):
    """Reduce one loss a sample over the samples: added up in float64, and rounded once."""
    _validate.reduction(reduction)
    if reduction == "none":
        return _rounded(loss, dtype)
    total = loss.sum(dtype=np.result_type(loss.dtype, np.float64))
    if reduction == "mean":
        total = total / loss.size if loss.size else total * np.nan
    return _rounded(total, dtype)


def _rounded(x, dtype):
    """X in the dtype to answer in; what does not fit into it becomes inf."""
    with np.errstate(over="ignore"):
        return x.astype(dtype, copy=False)


def _shares(loss, reduction):
    """What the reduction divides the gradient of one sample by: the mean, by the number of them."""
    _validate.reduction(reduction)
    return loss.size if reduction == "mean" else 1
