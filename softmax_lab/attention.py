"""Attention: softmax in the middle of a network, where no h - t helps.

Every query asks all keys, and gets a mean of their values. Letters: queries q, keys k and values v
in rows; scores z = q kᵀ/√d; weights h = softmax(z), a row a query; output o = h v. ``upstream`` is
the error ∂C/∂o arriving at the output; the one at the weights is σ = upstream vᵀ.

Queries, keys and values lie in the last axis but one; all axes before it count samples (or heads)
and are the same in q, k and v. What is computed has the common floating dtype of q, k and v.

Complex arrays are accepted, and no conjugate is taken, so that the complex-step derivative can be
applied to these very functions.
"""

import numpy as np

from softmax_lab import _validate
from softmax_lab.rows import transposed
from softmax_lab.softmax import softmax, softmax_vjp_from_output


def attention_weights(q, k, mask=None):
    r"""How much of each value goes to each query: a distribution over the keys.

    .. math:: h = \operatorname{softmax}(z), \qquad z = \frac{q k^T}{\sqrt d}

    Parameters
    ----------
    q : array of numbers, shape (..., queries, d)
    k : array of numbers, shape (..., keys, d)
    mask : array of booleans that broadcasts to (..., queries, keys), optional
        True where the query may attend to the key, as in :func:`attention`.

    Returns
    -------
    h : array of shape (..., queries, keys)
        Each row sums to 1. In the common floating dtype of q and k; integers become float64.

    Raises
    ------
    ValueError
        As :func:`attention` does.

    Notes
    -----
    Source: A. Vaswani et al., *Attention Is All You Need* (2017), eq. (1).

    Examples
    --------
    >>> attention_weights([[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]).round(3)
    array([[0.673, 0.164, 0.164]])
    """
    q, k, _, mask, dtype = _arguments(q, k, k, mask)
    return _rounded(softmax(_scores(q, k, mask)), dtype)


def attention(q, k, v, mask=None):
    r"""The mean of the values, weighted for each query by how well the keys fit it.

    .. math:: o = \operatorname{softmax}\Bigl(\frac{q k^T}{\sqrt d}\Bigr) v

    Parameters
    ----------
    q : array of numbers, shape (..., queries, d)
        Queries.
    k : array of numbers, shape (..., keys, d)
        Keys.
    v : array of numbers, shape (..., keys, values)
        Values, one row a key.
    mask : array of booleans that broadcasts to (..., queries, keys), optional
        True where the query may attend to the key, as in PyTorch's
        ``scaled_dot_product_attention`` (its ``MultiheadAttention`` means the opposite). A score
        that is masked becomes -inf, that of an impossible class.

    Returns
    -------
    o : array of shape (..., queries, values)
        In the common floating dtype of q, k and v; integers become float64.

    Raises
    ------
    ValueError
        For shapes that do not fit, no key, nan or inf, scores that overflow, a mask that is not
        boolean or does not broadcast, or a query that may attend to no key: the softmax of a row
        of nothing but -inf does not exist. (PyTorch answers 0 there.)

    Notes
    -----
    Source: A. Vaswani et al., *Attention Is All You Need* (2017), eq. (1).

    Examples
    --------
    >>> q, k = [[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    >>> v = [[10.0, 0.0], [0.0, 10.0], [0.0, 10.0]]
    >>> attention(q, k, v).round(3)
    array([[6.728, 3.272]])
    >>> attention(q, k, v, mask=[False, True, True])
    array([[ 0., 10.]])
    """
    q, k, v, mask, dtype = _arguments(q, k, v, mask)
    h = softmax(_scores(q, k, mask))
    return _rounded(h @ v, dtype)


def attention_vjp(q, k, v, upstream, mask=None):
    r"""The error at the output of :func:`attention` carried back to queries, keys and values.

    .. math:: \sigma = \frac{\partial C}{\partial o} v^T, \qquad
              \frac{\partial C}{\partial z} = h \circ (\sigma - \langle h, \sigma \rangle)

    .. math:: \frac{\partial C}{\partial q} = \frac{1}{\sqrt d} \frac{\partial C}{\partial z} k,
              \qquad
              \frac{\partial C}{\partial k} = \frac{1}{\sqrt d}
                  \Bigl(\frac{\partial C}{\partial z}\Bigr)^T q, \qquad
              \frac{\partial C}{\partial v} = h^T \frac{\partial C}{\partial o}

    Parameters
    ----------
    q : array of numbers, shape (..., queries, d)
    k : array of numbers, shape (..., keys, d)
    v : array of numbers, shape (..., keys, values)
    upstream : array of numbers, shape (..., queries, values)
        The error ∂C/∂o arriving at the output.
    mask : array of booleans that broadcasts to (..., queries, keys), optional
        True where the query may attend to the key. Through a masked score passes exactly 0.

    Returns
    -------
    ∂C/∂q, ∂C/∂k, ∂C/∂v : arrays of the shapes of q, k and v
        In the common floating dtype of q, k and v.

    Raises
    ------
    ValueError
        As :func:`attention` does; also for an upstream that is not finite or has another shape.

    Notes
    -----
    Source: T. Dao et al., *FlashAttention* (2022), appendix B.2.

    Examples
    --------
    >>> q, k, v = [[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[10.0], [0.0]]
    >>> for gradient in attention_vjp(q, k, v, [[1.0]]):
    ...     print(gradient.round(3).tolist())
    [[1.112, -1.112]]
    [[2.225, 0.0], [-2.225, 0.0]]
    [[0.804], [0.196]]
    """
    q, k, v, mask, dtype = _arguments(q, k, v, mask)
    upstream = _upstream(upstream, q, v)
    h = softmax(_scores(q, k, mask))
    at_z = softmax_vjp_from_output(h, _product(upstream, transposed(v), "upstream vᵀ"))
    at_z /= _root_of_d(q)
    return tuple(
        _rounded(x, dtype) for x in (at_z @ k, transposed(at_z) @ q, transposed(h) @ upstream)
    )


def attention_blockwise(q, k, v, mask=None, block=128):
    r"""What :func:`attention` computes, a block of keys at a time: the weights are never kept.

    For each query the largest score m so far, the sum s of the exponentials so far and the output
    so far are carried from block B to block, and put on the new maximum m' when it has risen:

    .. math:: m' = \max(m, \max_{j \in B} z_j), \quad
              s' = e^{m - m'} s + \sum_{j \in B} e^{z_j - m'}, \quad
              o' = e^{m - m'} o + \sum_{j \in B} e^{z_j - m'} v_j

    At the last key, o/s is the output.

    Parameters
    ----------
    q : array of numbers, shape (..., queries, d)
    k : array of numbers, shape (..., keys, d)
    v : array of numbers, shape (..., keys, values)
    mask : array of booleans that broadcasts to (..., queries, keys), optional
        As in :func:`attention`.
    block : int
        How many queries and how many keys are taken at a time: in each sample, the scores of
        block × block pairs are held at once, and not those of queries × keys.

    Returns
    -------
    o : array of shape (..., queries, values)
        In the common floating dtype of q, k and v; integers become float64.

    Raises
    ------
    ValueError
        As :func:`attention` does; also for a block that is not a whole number, at least 1.

    Notes
    -----
    Source: M. Milakov and N. Gimelshein, *Online normalizer calculation for softmax* (2018),
    algorithm 3; T. Dao et al., *FlashAttention* (2022), algorithm 1.

    Examples
    --------
    >>> q, k, v = np.random.default_rng(0).normal(size=(3, 1000, 8))
    >>> np.allclose(attention_blockwise(q, k, v), attention(q, k, v), rtol=1e-13)
    True
    """
    q, k, v, mask, dtype = _arguments(q, k, v, mask)
    o = np.empty((*q.shape[:-1], v.shape[-1]), dtype)
    for rows in _blocks(q, _validate.block(block)):
        o_rows, _, _ = _running(q[..., rows, :], k, v, _part(mask, rows), block)
        o[..., rows, :] = _rounded(o_rows, dtype)
    return o


def attention_blockwise_vjp(q, k, v, upstream, mask=None, block=128):
    r"""What :func:`attention_vjp` computes, a block of keys at a time.

    The average error ⟨h, σ⟩ of a query needs all its weights, which are not there. It is also

    .. math:: D = \sum_j h_j \sigma_j = \sum_b o_b \frac{\partial C}{\partial o_b}

    and the output is there. With it, the weights of a block are made anew from the scores, the
    maximum m and the sum s, used, and forgotten:

    .. math:: h_j = e^{z_j - m} / s, \qquad
              \frac{\partial C}{\partial z_j} = h_j (\sigma_j - D)

    Where softmax is so sure that σ_j - D is nearly 0, D has fewer digits left than the ⟨h, σ⟩ of
    :func:`attention_vjp`, which measures σ from that of the largest weight.

    Parameters
    ----------
    q : array of numbers, shape (..., queries, d)
    k : array of numbers, shape (..., keys, d)
    v : array of numbers, shape (..., keys, values)
    upstream : array of numbers, shape (..., queries, values)
        The error ∂C/∂o arriving at the output.
    mask : array of booleans that broadcasts to (..., queries, keys), optional
        As in :func:`attention`.
    block : int
        How many queries and how many keys are taken at a time.

    Returns
    -------
    ∂C/∂q, ∂C/∂k, ∂C/∂v : arrays of the shapes of q, k and v
        In the common floating dtype of q, k and v.

    Raises
    ------
    ValueError
        As :func:`attention_vjp` and :func:`attention_blockwise` do.

    Notes
    -----
    Source: T. Dao et al., *FlashAttention* (2022), appendix B.2.

    Examples
    --------
    >>> q, k, v, upstream = np.random.default_rng(0).normal(size=(4, 1000, 8))
    >>> by_blocks = attention_blockwise_vjp(q, k, v, upstream)
    >>> all(map(np.allclose, by_blocks, attention_vjp(q, k, v, upstream)))
    True
    """
    q, k, v, mask, dtype = _arguments(q, k, v, mask)
    upstream = _upstream(upstream, q, v)
    at_q, at_k, at_v = (np.zeros(x.shape, x.dtype) for x in (q, k, v))
    for rows in _blocks(q, _validate.block(block)):
        q_r, upstream_r, mask_r = q[..., rows, :], upstream[..., rows, :], _part(mask, rows)
        o, m, s = _running(q_r, k, v, mask_r, block)
        D = _dots(upstream_r, o)
        for keys in _blocks(k, block):
            k_c, v_c, mask_c = k[..., keys, :], v[..., keys, :], _part(mask_r, keys=keys)
            h = _exp(_scores(q_r, k_c, mask_c), m) / s
            at_z = h * (_product(upstream_r, transposed(v_c), "upstream vᵀ") - D) / _root_of_d(q)
            at_q[..., rows, :] += at_z @ k_c
            at_k[..., keys, :] += transposed(at_z) @ q_r
            at_v[..., keys, :] += transposed(h) @ upstream_r
    return tuple(_rounded(x, dtype) for x in (at_q, at_k, at_v))


def _running(q, k, v, mask, block):
    """The output of a block of queries, and the largest score m and the sum s to make weights of.

    m begins at the lowest finite number, not at -inf, so that -inf - m is never nan: a block may
    be masked from its first key to its last.
    """
    m, s, o = np.finfo(q.dtype).min, 0, 0
    for keys in _blocks(k, block):
        z = _scores(q, k[..., keys, :], _part(mask, keys=keys))
        m_before, m = m, np.maximum(m, z.real.max(axis=-1, keepdims=True))
        e, shrink = _exp(z, m), _exp(m_before, m)
        s = shrink * s + e.sum(axis=-1, keepdims=True)
        o = shrink * o + e @ v[..., keys, :]
    return o / s, m, s


def _scores(q, k, mask):
    """The scores z = q kᵀ/√d, and -inf where the mask says False."""
    z = _product(q, transposed(k), "q kᵀ")
    z /= _root_of_d(q)
    if mask is not None:
        np.copyto(z, -np.inf, where=~mask)
    return z


def _root_of_d(q):
    return np.sqrt(q.real.dtype.type(q.shape[-1]))


@np.errstate(over="ignore", invalid="ignore")  # where o makes it overflow, so does a value in σ
def _dots(upstream, o):
    return (upstream * o).sum(axis=-1, keepdims=True)


@np.errstate(over="ignore", invalid="ignore")
def _product(a, b, name):
    return _validate.product(a @ b, name)


@np.errstate(over="ignore")  # -1e308 - 1e308 is -inf, whose exponential is rightly 0
def _exp(z, m):
    return np.exp(z - m)


def _blocks(x, block):
    """Slices of the rows of x, ``block`` at a time."""
    return (slice(start, start + block) for start in range(0, x.shape[-2], block))


def _part(mask, rows=slice(None), keys=slice(None)):
    return None if mask is None else mask[..., rows, keys]


def _arguments(q, k, v, mask):
    """The arguments ready for the mathematics, and the dtype that the results are to have.

    float16 is computed in float32 and rounded once, at the end.
    """
    q, k = _validate.queries_and_keys(q, k)
    v = _validate.values(v, k)
    if mask is not None:
        mask = _validate.mask(mask, (*q.shape[:-1], k.shape[-2]))
    dtype = np.result_type(q, k, v)
    computed_in = np.float32 if dtype == np.float16 else dtype
    return *(x.astype(computed_in, copy=False) for x in (q, k, v)), mask, dtype


def _upstream(upstream, q, v):
    return _validate.attention_upstream(upstream, (*q.shape[:-1], v.shape[-1]), like=v)


@np.errstate(over="ignore")
def _rounded(x, dtype):
    return x.astype(dtype, copy=False)
