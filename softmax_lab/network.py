"""A small network in layers, each with its forward and its backward pass.

Samples are rows. ``forward`` takes the layer's input and gives its output; ``backward`` takes the
error arriving at that output, ``upstream`` = ∂C/∂output, and gives the error at the input: the
upstream error times the layer's Jacobian. What a layer needs for that it has kept from ``forward``.

``parameters`` are the arrays that can be learned and ``gradients``, in the same order, the
derivatives of C with respect to them, which ``backward`` fills in.
"""

import numpy as np

from softmax_lab import (
    attention,
    attention_vjp,
    attention_weights,
    softmax,
    softmax_vjp_from_output,
)


class Dense:
    r"""Every output a weighted sum of all inputs. Its Jacobian is W.

    .. math:: y = W x + b, \qquad \frac{\partial C}{\partial x} = W^T \sigma, \qquad
              \frac{\partial C}{\partial W} = \sum_n \sigma_n x_n^T, \qquad
              \frac{\partial C}{\partial b} = \sum_n \sigma_n

    ``weights`` W has the shape (outputs, inputs), drawn from ``rng`` with variance 1 / inputs, so
    that outputs start as large as inputs; ``bias`` b has the shape (outputs,) and starts at zero.
    The layer keeps its input.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, section 5.3; for the first
    weights, Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient BackProp*, section 4.6.

    Examples
    --------
    >>> layer = Dense(3, 2, np.random.default_rng(0))
    >>> layer.weights = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]])
    >>> layer.forward(np.array([[1.0, 0.0, 2.0]]))
    array([[7., 2.]])
    >>> layer.backward(np.array([[1.0, 10.0]]))
    array([[ 1., -8., 13.]])
    """

    def __init__(self, inputs, outputs, rng):
        self.weights = rng.normal(size=(outputs, inputs)) / np.sqrt(inputs)
        self.bias = np.zeros(outputs)
        self.gradients = []

    @property
    def parameters(self):
        """W and b, the very arrays: what is changed in them, is changed in the layer."""
        return [self.weights, self.bias]

    def forward(self, x):
        """Give W x + b for each row x."""
        self.x = _rows(x, "x", self.weights.shape[1])
        return self.x @ self.weights.T + self.bias

    def backward(self, upstream):
        """Give Wᵀσ for each row σ, and keep ∂C/∂W and ∂C/∂b."""
        upstream = _rows(upstream, "upstream", len(self.bias), len(_kept(self, "x")))
        self.gradients = [upstream.T @ self.x, upstream.sum(axis=0)]
        return upstream @ self.weights


class Sigmoid:
    r"""Every unit squeezed by itself to between 0 and 1. Its Jacobian is diagonal.

    .. math:: h = \frac{1}{1 + e^{-z}}, \qquad
              \frac{\partial C}{\partial z} = \sigma \circ h \circ (1 - h)

    The layer keeps its output.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.88).

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.forward(np.array([[0.0, np.log(3)]]))
    array([[0.5 , 0.75]])
    >>> layer.backward(np.array([[1.0, 2.0]]))
    array([[0.25 , 0.375]])
    """

    parameters = gradients = ()

    def forward(self, z):
        """Give 1 / (1 + e^{-z})."""
        z = _rows(z, "z")
        self.h = (1 + np.tanh(z / 2)) / 2  # the same, and tanh does not overflow
        return self.h

    def backward(self, upstream):
        """Give σ h (1 - h)."""
        h = _kept(self, "h")
        return _rows(upstream, "upstream", h.shape[1], len(h)) * h * (1 - h)


class Softmax:
    r"""The rows turned into distributions over the classes. Its Jacobian is a full matrix.

    .. math:: h_j = \frac{e^{z_j}}{\sum_k e^{z_k}}, \qquad
              \frac{\partial C}{\partial z} = J^T \sigma
                  = h \circ (\sigma - \langle h, \sigma \rangle)

    The layer keeps its output, and needs no z for its backward pass.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eqs. (4.62), (4.106).

    Examples
    --------
    >>> layer = Softmax()
    >>> layer.forward(np.log([[2.0, 1.0, 1.0]]))
    array([[0.5 , 0.25, 0.25]])
    >>> layer.backward(np.array([[1.0, 0.0, 0.0]]))
    array([[ 0.25 , -0.125, -0.125]])
    """

    parameters = gradients = ()

    def forward(self, z):
        """Give softmax(z)."""
        self.h = softmax(z)
        return self.h

    def backward(self, upstream):
        """Give Jᵀσ."""
        return softmax_vjp_from_output(_kept(self, "h"), upstream)


class Attention:
    r"""Pieces of a sample that attend to one another, each giving a mean of all their values.

    .. math:: q = x W_q^T + b_q, \qquad k = x W_k^T + b_k, \qquad v = x W_v^T + b_v, \qquad
              o = \operatorname{softmax}\Bigl(\frac{q k^T}{\sqrt d}\Bigr) v

    A sample is still one row: its ``pieces`` stand one behind the other in it, ``inputs`` numbers
    each, and d = ``outputs`` numbers each in the output. Query, key and value of a piece are made
    by three `Dense` layers, drawn from ``rng``. (b_k never learns: it moves all scores of a query
    alike, which softmax does not see.) ``mask`` says which pieces, a row each, may attend to which.

    ``vjp`` does the backward pass from the output to q, k and v; it is there to be exchanged for
    wrong ones. The layer keeps q, k and v, and not the weights.

    Notes
    -----
    Source: A. Vaswani et al., *Attention Is All You Need* (2017), section 3.2.

    Examples
    --------
    >>> layer = Attention(8, 2, 3, np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 16))).shape
    (5, 24)
    >>> layer.backward(np.ones((5, 24))).shape
    (5, 16)
    >>> layer.h[0, 0]  # equal pieces are attended to alike
    array([0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125])
    """

    def __init__(self, pieces, inputs, outputs, rng, mask=None, vjp=attention_vjp):
        self.pieces = pieces
        self.dense = [Dense(inputs, outputs, rng) for _ in "qkv"]
        self.mask, self.vjp = mask, vjp

    @property
    def parameters(self):
        """W and b of the queries, of the keys and of the values."""
        return [parameter for layer in self.dense for parameter in layer.parameters]

    @property
    def gradients(self):
        """The gradients of these, from the last backward pass."""
        return [gradient for layer in self.dense for gradient in layer.gradients]

    @property
    def h(self):
        """The weights of the last forward pass, (N, pieces, pieces): who attends to whom."""
        q, k, _ = _kept(self, "qkv")
        return attention_weights(q, k, self.mask)

    def forward(self, x):
        """Give the outputs of all pieces of each sample, one behind the other."""
        outputs, inputs = self.dense[0].weights.shape
        x = _rows(x, "x", self.pieces * inputs)
        apart, together = (-1, inputs), (len(x), self.pieces, outputs)
        self.qkv = [layer.forward(x.reshape(apart)).reshape(together) for layer in self.dense]
        return attention(*self.qkv, self.mask).reshape(len(x), self.pieces * outputs)

    def backward(self, upstream):
        """Give the error at the input, by way of the queries, the keys and the values."""
        q, k, v = _kept(self, "qkv")
        outputs, inputs = self.dense[0].weights.shape
        upstream = _rows(upstream, "upstream", self.pieces * outputs, len(q)).reshape(q.shape)
        at_qkv = self.vjp(q, k, v, upstream, self.mask)
        at_x = [
            layer.backward(at.reshape(-1, outputs))
            for layer, at in zip(self.dense, at_qkv, strict=True)
        ]
        return sum(at_x).reshape(len(q), self.pieces * inputs)


class Network:
    r"""Layers one after the other; a network can itself be a layer of another.

    .. math:: \frac{\partial C}{\partial x} = J_1^T J_2^T \cdots J_L^T \, \sigma

    Notes
    -----
    Source: D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature 323 (1986) 533.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Network(Dense(3, 4, rng), Sigmoid(), Dense(4, 2, rng), Softmax())
    >>> network.forward(np.ones((5, 3))).sum(axis=1)
    array([1., 1., 1., 1., 1.])
    >>> network.backward(np.ones((5, 2))).shape
    (5, 3)
    >>> [gradient.shape for gradient in network.gradients]
    [(4, 3), (4,), (2, 4), (2,)]
    """

    def __init__(self, *layers):
        self.layers = layers

    @property
    def parameters(self):
        """The parameters of all layers, the first layer's first."""
        return [parameter for layer in self.layers for parameter in layer.parameters]

    @property
    def gradients(self):
        """The gradients of all layers, from the last backward pass."""
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def forward(self, x):
        """Send x through all layers."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, upstream):
        """Send the error at the output back through all layers, the last first."""
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream


def _rows(x, name, width=None, count=None):
    """``x`` as a table, one row a sample, of the width and the number of rows asked for."""
    x = np.asarray(x)
    asked = [(m, n) for m, n in zip(x.shape, (count, width), strict=False) if n is not None]
    if x.ndim != 2 or any(m != n for m, n in asked):
        rows, columns = "N" if count is None else count, "n" if width is None else width
        raise ValueError(
            f"{name} must have the shape ({rows}, {columns}), one row a sample; received "
            f"shape {x.shape}. For a single sample pass {name}[None, :]."
        )
    return x


def _kept(layer, name):
    """What the layer kept from its forward pass."""
    if not hasattr(layer, name):
        raise ValueError(
            f"{type(layer).__name__}.backward needs what forward keeps; received no forward pass. "
            f"Call forward first, on the same samples."
        )
    return getattr(layer, name)
