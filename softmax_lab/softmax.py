"""Softmax, its Jacobian, and the product of that Jacobian with an upstream error.

Letters are those of the notebooks: z logits, h = softmax(z), J_ij = ∂h_i/∂z_j, upstream the
error σ = ∂C/∂h arriving at the output. Classes lie along the last axis unless ``axis`` says
otherwise; every other axis counts samples.

Complex logits are accepted, with the maximum taken over real parts, so that the complex-step
derivative can be applied to these very functions.
"""

from functools import cache

import numpy as np

from softmax_lab import _validate

BLOCK = 2**20  # bytes of an array that a formula goes over at a time


def softmax(z, axis=-1):
    r"""Turn logits into a probability distribution over the classes.

    .. math:: h_j = \frac{e^{z_j}}{\sum_k e^{z_k}}
                  = \frac{e^{z_j - s}}{\sum_k e^{z_k - s}}

    Any number s may be taken off. Here it is 0 wherever that will do, for to round z - s costs
    digits; where exponentials would overflow or vanish, it is a whole number that prevents it.

    Parameters
    ----------
    z : array of numbers, shape (n,), (N, n) or any other with the classes along ``axis``
        Logits. An entry of -inf is an impossible class and gets probability 0.
    axis : int
        The axis that holds the classes.

    Returns
    -------
    h : array of the shape of z
        In z's floating dtype; integers become float64.

    Raises
    ------
    ValueError
        For nan, +inf, a row of nothing but -inf, an empty class axis, or an axis z does not have.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.62); for the shift,
    P. Blanchard, D. J. Higham and N. J. Higham, IMA J. Numer. Anal. 41 (2021) 2311.

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.1]).round(3)
    array([0.659, 0.242, 0.099])
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    z = _validate.logits(z, axis)
    h = np.empty_like(z)
    in_blocks(_softmax, last(z, axis), last(h, axis))
    return h


@np.errstate(over="ignore", invalid="ignore")
def naive_softmax(z, axis=-1):
    r"""The textbook formula as it stands, kept to show where it breaks.

    .. math:: h_j = \frac{e^{z_j}}{\sum_k e^{z_k}}

    In float64 a logit above 709 overflows to inf, and inf / inf is nan; a row below -745
    underflows to 0 / 0, nan too. Use :func:`softmax` for anything but the demonstration.

    Parameters
    ----------
    z : array of numbers, with the classes along ``axis``
    axis : int

    Returns
    -------
    h : array of the shape and floating dtype of z

    Raises
    ------
    ValueError
        For an empty class axis or an axis z does not have. It does not look at the values.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.62).

    Examples
    --------
    >>> naive_softmax([2.0, 1.0, 0.1]).round(3)
    array([0.659, 0.242, 0.099])
    >>> naive_softmax([0.0, 800.0, 0.0])
    array([ 0., nan,  0.])
    """
    z = _validate.logits(z, axis)
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(z, axis=-1):
    r"""The logarithm of softmax, accurate where softmax itself has rounded to 0 or to 1.

    .. math:: \log h_j = (z_j - z_m) - \log\Bigl(1 + \sum_{k \ne m} e^{z_k - z_m}\Bigr),
              \qquad z_m = \max z

    The largest class stays out of the sum, so ``log1p`` keeps every digit when the rest is small.

    Parameters
    ----------
    z : array of numbers, with the classes along ``axis``
        Logits. An entry of -inf has log-probability -inf.
    axis : int
        The axis that holds the classes.

    Returns
    -------
    log_h : array of the shape of z
        In z's floating dtype; integers become float64.

    Raises
    ------
    ValueError
        As :func:`softmax` does.

    Notes
    -----
    Source: P. Blanchard, D. J. Higham and N. J. Higham, IMA J. Numer. Anal. 41 (2021) 2311.

    Examples
    --------
    >>> log_softmax([0.0, 0.0])
    array([-0.69314718, -0.69314718])
    >>> log_softmax([40.0, 0.0])
    array([-4.24835426e-18, -4.00000000e+01])
    """
    z = _validate.logits(z, axis)
    log_h = np.empty_like(z)
    in_blocks(_log_softmax, last(z, axis), last(log_h, axis))
    return log_h


def logsumexp(z, axis=-1):
    r"""The logarithm of the sum of exponentials: the function whose gradient is softmax.

    .. math:: \log \sum_k e^{z_k} = z_m + \log\Bigl(1 + \sum_{k \ne m} e^{z_k - z_m}\Bigr),
              \qquad z_m = \max z

    Parameters
    ----------
    z : array of numbers, with the classes along ``axis``
    axis : int
        The axis that holds the classes; it is the one that disappears.

    Returns
    -------
    array of the shape of z without ``axis`` (a scalar for a vector z), in z's floating dtype

    Raises
    ------
    ValueError
        As :func:`softmax` does.

    Notes
    -----
    Source: P. Blanchard, D. J. Higham and N. J. Higham, IMA J. Numer. Anal. 41 (2021) 2311.

    Examples
    --------
    >>> print(logsumexp([1000.0, 1000.0]))
    1000.6931471805599
    """
    z = last(_validate.logits(z, axis), axis)
    result = np.empty((*z.shape[:-1], 1), z.dtype)
    in_blocks(_logsumexp, z, result)
    return result[..., 0][()]


def softmax_jacobian(z):
    r"""The derivative of every output of softmax with respect to every logit.

    .. math:: J_{ij} = \frac{\partial h_i}{\partial z_j} = h_i(\delta_{ij} - h_j)

    Parameters
    ----------
    z : array of numbers, shape (..., n)
        Logits, the classes in the last axis.

    Returns
    -------
    J : array of shape (..., n, n)
        One matrix a sample; row i is output i, column j is logit j. In z's floating dtype.

    Raises
    ------
    ValueError
        As :func:`softmax` does.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.106).

    Examples
    --------
    >>> softmax_jacobian([2.0, 1.0, 0.1]).round(3)
    array([[ 0.225, -0.16 , -0.065],
           [-0.16 ,  0.184, -0.024],
           [-0.065, -0.024,  0.089]])
    """
    return _jacobian(softmax(z))


def softmax_jacobian_from_output(h):
    r"""The Jacobian of softmax, written with the output it already has.

    .. math:: J = \operatorname{diag}(h) - h h^T

    It is still the derivative at z; only the formula needs no z. Logits whose h has rounded to
    a corner have lost digits that :func:`softmax_jacobian` cannot bring back either.

    Parameters
    ----------
    h : array of numbers, shape (..., n)
        An output of softmax: entries from 0 to 1 that sum to 1.

    Returns
    -------
    J : array of shape (..., n, n), in h's floating dtype

    Raises
    ------
    ValueError
        When h cannot be an output of softmax; feeding it logits is the usual reason.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.106).

    Examples
    --------
    >>> softmax_jacobian_from_output([0.5, 0.25, 0.25])
    array([[ 0.25  , -0.125 , -0.125 ],
           [-0.125 ,  0.1875, -0.0625],
           [-0.125 , -0.0625,  0.1875]])
    """
    return _jacobian(_validate.softmax_output(h))


def softmax_vjp(z, upstream, axis=-1):
    r"""The vector-Jacobian product: the error at the output carried back to the logits.

    .. math:: \frac{\partial C}{\partial z_j} = \sum_i \sigma_i J_{ij}
              = h_j \Bigl(\sigma_j - \sum_i h_i \sigma_i\Bigr)

    J is never formed: the cost is O(n), not O(n²).

    Parameters
    ----------
    z : array of numbers, with the classes along ``axis``
        Logits.
    upstream : array of numbers, of the shape of z
        The error σ = ∂C/∂h arriving at the output.
    axis : int
        The axis that holds the classes.

    Returns
    -------
    ∂C/∂z : array of the shape of z, in z's floating dtype

    Raises
    ------
    ValueError
        As :func:`softmax` does; also for an upstream that is not finite or has another shape.

    Notes
    -----
    Source: the chain rule applied to C. M. Bishop, *Pattern Recognition and Machine Learning*,
    eq. (4.106).

    Examples
    --------
    >>> softmax_vjp([2.0, 1.0, 0.1], [1.0, 0.0, 0.0]).round(3)
    array([ 0.225, -0.16 , -0.065])
    >>> softmax_vjp([2.0, 1.0, 0.1], [1.0, 1.0, 1.0])  # all ones: the row sums of J
    array([0., 0., 0.])
    """
    h = softmax(z, axis)
    upstream = _validate.upstream(upstream, like=h)
    in_blocks(_vjp, last(h, axis), last(upstream, axis), last(h, axis))
    return h


def softmax_vjp_from_output(h, upstream, axis=-1):
    r"""The vector-Jacobian product, written with the output a layer has kept.

    .. math:: J^T \sigma = h \circ (\sigma - \langle h, \sigma \rangle)

    Parameters
    ----------
    h : array of numbers, with the classes along ``axis``
        An output of softmax: entries from 0 to 1 that sum to 1.
    upstream : array of numbers, of the shape of h
        The error σ = ∂C/∂h arriving at the output.
    axis : int
        The axis that holds the classes.

    Returns
    -------
    ∂C/∂z : array of the shape of h, in h's floating dtype

    Raises
    ------
    ValueError
        When h cannot be an output of softmax, or upstream is not finite or has another shape.

    Notes
    -----
    Source: the chain rule applied to C. M. Bishop, *Pattern Recognition and Machine Learning*,
    eq. (4.106).

    Examples
    --------
    >>> softmax_vjp_from_output([0.5, 0.25, 0.25], [1.0, 0.0, 0.0])
    array([ 0.25 , -0.125, -0.125])
    """
    h = _validate.softmax_output(h, axis)
    upstream = _validate.upstream(upstream, like=h)
    result = np.empty_like(h)
    in_blocks(_vjp, last(h, axis), last(upstream, axis), last(result, axis))
    return result


# The formulas, for classes in the last axis. Each writes to its last argument, in place wherever
# that can be: to allocate an array costs more than to compute one.


def _softmax(z, h):
    exponentials(z, h)
    h /= h.sum(axis=-1, keepdims=True)


@np.errstate(over="ignore")  # -1e308 - 1e308 is -inf: as good an answer as its dtype has
def _log_softmax(z, log_h):
    exponentials(z, log_h)
    z_m, e_m, rest = largest_and_rest(z, log_h)
    np.subtract(z, z_m, out=log_h)
    log_h -= np.log1p(rest / e_m)


def _logsumexp(z, result):
    e = np.empty_like(z)
    exponentials(z, e)
    z_m, e_m, rest = largest_and_rest(z, e)
    np.add(z_m, np.log1p(rest / e_m), out=result)


def _vjp(h, upstream, result):
    # J maps a constant to 0, so σ may be shifted: with σ = 0 at the largest h, no digit of
    # σ_j - ⟨h, σ⟩ is lost when h is nearly one-hot.
    rows, top = _largest_of_rows(h)
    at_top = upstream.reshape(rows.shape)[top]
    v = upstream - at_top.reshape(*h.shape[:-1], 1)
    v -= np.einsum("...i,...i->...", h, v)[..., None]
    np.multiply(h, v, out=result)


def _jacobian(h):
    J = -h[..., :, None] * h[..., None, :]
    diagonal = np.arange(h.shape[-1])
    J[..., diagonal, diagonal] = h * sum_of_others(h)  # h(1 - h), with 1 - h = Σ of the others
    return J


# What the formulas share.


def exponentials(z, e):
    """Fill e with e^{z - s}, where s is one number a row, and 0 wherever that will do.

    To shift every row by its maximum is safe and less exact: at a gap of 45, rounding z - max z
    alone changes e^{z - max z} by 16 units in the last place. So a row is shifted only if its
    exponentials might overflow, or be so small that digits are lost; only as far as it takes; and
    by a whole number, so that z - s is exact but for the tiniest exponentials.
    """
    z_max = _validate.largest_logit(z)
    limit = _largest_exponent(z.dtype)
    fits = (z_max >= 0) & (z_max <= limit)
    if np.count_nonzero(fits) < fits.size:
        shift = np.floor(z_max - np.clip(z_max, 0, limit))  # 0 where it fits
        with np.errstate(over="ignore"):  # -1e308 - 1e308 is -inf, whose exponential is rightly 0
            z = np.subtract(z, shift, out=e)
    np.exp(z, out=e)


@cache
def _largest_exponent(dtype):
    """Far enough below the logarithm of the largest number to add up any number of classes."""
    return float(np.log(np.finfo(dtype).max)) * 0.7


def largest_and_rest(z, e):
    """The largest logit z_m, its exponential e_m and the sum of all others, one of each a row.

    Σe - e_m would have rounded the others away when softmax is confident.
    """
    rows, top, rest = _rest_of_rows(e)
    z_m = z.reshape(rows.shape)[top]
    return (x.reshape(*z.shape[:-1], 1) for x in (z_m, rows[top], rest))


def sum_of_others(x):
    """Σ_{k≠j} x_k for every j, for x of no negative entry: Σx - x_j without its cancellation.

    Σx - x_j loses digits only where x_j is nearly the whole sum; there is one such entry at the
    most, the largest, and for it the others are added up by themselves.
    """
    rows, top, rest = _rest_of_rows(x.copy())
    sums = rows[top][:, None] + (rest[:, None] - rows)
    sums[top] = rest
    return sums.reshape(x.shape)


def last(x, axis):
    """A view of x with ``axis`` moved to the end."""
    return x if axis == -1 else np.moveaxis(x, axis, -1)


def in_blocks(formula, *arrays, outputs=1):
    """Apply a formula, whose last arguments are its outputs, to blocks of rows of all arrays.

    So what it needs in between stays small, and in the cache. float16 is computed in float32 and
    rounded once, at the end.
    """
    first = arrays[0]
    if first.dtype == np.float16:
        singles = [x.astype(np.float32) if x.dtype == np.float16 else x for x in arrays]
        in_blocks(formula, *singles)
        with np.errstate(over="ignore"):
            for x, single in zip(arrays[-outputs:], singles[-outputs:], strict=True):
                x[...] = single
    elif first.ndim == 1 or first.nbytes <= BLOCK:
        formula(*arrays)
    else:
        rows = max(1, BLOCK * len(first) // first.nbytes)
        for start in range(0, len(first), rows):
            formula(*(x[start : start + rows] for x in arrays))


def _rest_of_rows(x):
    """The entries of x as rows, the index of each row's largest, and the sum of all its others."""
    rows, top = _largest_of_rows(x)
    largest = rows[top]
    rows[top] = 0
    rest = rows.sum(axis=-1)
    rows[top] = largest
    return rows, top, rest


def _largest_of_rows(x):
    """The entries of x as rows, and the index of the (first) largest entry of each row."""
    rows = x.reshape(-1, x.shape[-1])
    return rows, (np.arange(len(rows)), rows.real.argmax(axis=-1))
