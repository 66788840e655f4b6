"""Softmax, its Jacobian, and the product of that Jacobian with an upstream error.

Letters are those of the notebooks: z logits, h = softmax(z), J_ij = ∂h_i/∂z_j, upstream the
error σ = ∂C/∂h arriving at the output. Classes lie along the last axis unless ``axis`` says
otherwise; every other axis counts samples.

Complex logits are accepted, with the maximum taken over real parts, so that the complex-step
derivative can be applied to these very functions.
"""

import numpy as np

from softmax_lab import _validate
from softmax_lab.rows import (
    as_rows,
    exponentials,
    largest_and_rest,
    largest_of_rows,
    over_rows,
    sum_of_others,
    wide,
)


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

    def formula(z, h):
        e = exponentials(z, out=h)
        e /= np.add.reduce(e, axis=-1, keepdims=True)

    z = _validate.logits(z, axis)
    h = np.empty(z.shape, z.dtype)
    over_rows(formula, z, h, axis=axis)
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

    @np.errstate(over="ignore")  # -1e308 - 1e308 is -inf: as good an answer as its dtype has
    def formula(z, log_h):
        z_m, e_m, rest = largest_and_rest(z, exponentials(z, out=log_h))
        np.subtract(z, z_m, out=log_h)
        log_h -= np.log1p(rest / e_m)

    z = _validate.logits(z, axis)
    log_h = np.empty_like(z)
    over_rows(formula, z, log_h, axis=axis)
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

    def formula(z, result):
        z_m, e_m, rest = largest_and_rest(z, exponentials(z, out=np.empty_like(z)))
        np.add(z_m, np.log1p(rest / e_m), out=result)

    z = _validate.logits(z, axis)
    shape = list(z.shape)
    shape[axis] = 1
    result = np.empty(shape, z.dtype)
    over_rows(formula, z, result, axis=axis)
    return result.squeeze(axis)[()]


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
    z = _validate.logits(z)
    return _jacobian(softmax(wide(z))).astype(z.dtype, copy=False)


def softmax_jacobian_from_output(h):
    r"""The Jacobian of softmax, written with the output it already has.

    .. math:: J = \operatorname{diag}(h) - h h^T, \qquad J_{jj} = h_j \sum_{k \ne j} h_k

    It is still the derivative at z; only the formula needs no z. Logits whose h has rounded to
    a corner have lost digits that :func:`softmax_jacobian` cannot bring back either. An h with
    few digits may sum to a little more or less than 1: as the diagonal is computed from the
    others, rows and columns of J sum to 0 all the same.

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
    h = _validate.softmax_output(h)
    return _jacobian(wide(h)).astype(h.dtype, copy=False)


def _jacobian(h):
    J = -h[..., :, None] * h[..., None, :]
    diagonal = np.arange(h.shape[-1])
    J[..., diagonal, diagonal] = h * sum_of_others(h)  # h(1 - h), with 1 - h = Σ of the others
    return J


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
    z = _validate.logits(z, axis)
    h = softmax(wide(z), axis)
    upstream = wide(_validate.upstream(upstream, like=z))
    over_rows(_vjp, h, upstream, h, axis=axis)
    return h.astype(z.dtype, copy=False)


def softmax_vjp_from_output(h, upstream, axis=-1):
    r"""The vector-Jacobian product, written with the output a layer has kept.

    .. math:: (J^T \sigma)_j = h_j \sum_k h_k (\sigma_j - \sigma_k),
              \qquad \text{which is} \quad h \circ (\sigma - \langle h, \sigma \rangle)
              \quad \text{when } \sum_k h_k = 1

    with the J of :func:`softmax_jacobian_from_output`, whatever h sums to.

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
    over_rows(_vjp, h, upstream, result, axis=axis)
    return result


def _vjp(h, upstream, result):
    # J maps a constant to 0, so σ may be shifted: with σ = 0 at the largest h, no digit of
    # σ_j - ⟨h, σ⟩ is lost when h is nearly one-hot.
    at_top = as_rows(upstream)[largest_of_rows(as_rows(h))]
    v = upstream - at_top.reshape(*h.shape[:-1], 1)
    balance = np.einsum("...i,...i->...", h, v)[..., None]  # ⟨h, σ⟩
    v *= np.add.reduce(h, axis=-1, keepdims=True)  # 1, apart from an h of few digits
    v -= balance
    np.multiply(h, v, out=result)
