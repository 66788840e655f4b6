"""The explorer of lesson 9: one query, its keys and their values in the plane."""

import numpy as np
from traitlets import Bool, TraitType, Unicode, validate

from softmax_lab import check_gradient, softmax_vjp_from_output
from softmax_lab.attention import attention, attention_vjp, attention_weights
from softmax_lab.explorers.counted import Count, CountedExplorer
from softmax_lab.explorers.state import StateError

FEWEST, MOST = 2, 5
FARTHEST = 30.0  # of a coordinate: scores stay far from overflow
QUERY, UPSTREAM = [1.0, 0.4], [1.2, -0.5]
KEYS = [[1.9, 1.2], [-0.6, 1.3], [-1.9, -0.5], [0.9, -1.3], [-0.4, -1.5]]
VALUES = [[-1.6, 0.9], [1.5, 1.2], [2.0, -0.9], [-0.9, -1.3], [0.4, -0.3]]


class Points(TraitType):
    """A point of the plane, or a list of them; arrays and tuples are taken too."""

    default_value = ()

    def __init__(self, *, many=False, **kwargs):
        self.many = many
        super().__init__(**kwargs)

    def validate(self, obj, value):
        """The value as new lists of floats."""
        kind, example = (
            ("a list of points", "[[1, 0], [0, 1]]") if self.many else ("a point", "[1, 0]")
        )
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            array = np.empty(0)
        if array.ndim != 1 + self.many or array.shape[-1] != 2:
            raise StateError(
                f"{self.name} must be {kind} of the plane, two numbers each; received {value!r}. "
                f"For example {self.name}={example}. For more dimensions use attention itself."
            )
        if not (abs(array) <= FARTHEST).all():  # nor is nan
            raise StateError(
                f"{self.name} must be finite, from {-FARTHEST:g} to {FARTHEST:g}; received "
                f"{array.tolist()}. Bring it nearer to the origin."
            )
        return array.tolist()


class Mask(TraitType):
    """A list of booleans, not all of them False."""

    default_value = ()

    def validate(self, obj, value):
        """The value as a new list of booleans."""
        array = np.asarray(value)
        if array.ndim != 1 or array.dtype != bool:
            raise StateError(
                f"mask must be a list of booleans, True for a key that may be attended to; "
                f"received {value!r}. For example mask=[True, False, True]."
            )
        if not array.any():
            raise StateError(
                f"mask must leave a key to attend to; received {array.tolist()}. The softmax of "
                f"nothing but -inf does not exist."
            )
        return array.tolist()


class AttentionExplorer(CountedExplorer):
    r"""Drag a query, keys, values and the error at the output; see what reaches each of them.

    .. math:: z = \frac{K q}{\sqrt d}, \qquad h = \operatorname{softmax}(z), \qquad o = V^T h

    .. math:: \sigma = V \frac{\partial C}{\partial o}, \qquad
              \frac{\partial C}{\partial z_i} = h_i (\sigma_i - \langle h, \sigma \rangle), \qquad
              \langle h, \sigma \rangle = \Bigl\langle o, \frac{\partial C}{\partial o} \Bigr\rangle

    All vectors lie in the plane, d = 2. What reaches the keys is parallel to the query and sums to
    0, what reaches the values is parallel to ∂C/∂o and sums to it.

    Parameters
    ----------
    q : list of 2 numbers
        The query.
    k, v : lists of n points, each a list of 2 numbers
        Keys, and the value of each. The number of keys is n, 2 to 5: values and mask are cut off
        or continued when it changes.
    upstream : list of 2 numbers
        The error ∂C/∂o arriving at the output.
    n : int from 2 to 5
        How many keys: setting it cuts k off, or continues it.
    mask : list of n booleans
        True for a key that may be attended to, as in `softmax_lab.attention.attention`. The score
        of another is -inf.
    scaled : bool
        Whether scores are divided by √d.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For fewer than 2 or more than 5 keys, values or a mask of another
        length, points that are not of the plane, nan, a coordinate beyond 30, or a mask that
        leaves no key; the state and the picture stay as they were.

    Notes
    -----
    Lists are not watched inside: assign a new one, ``explorer.q = [1, 2]``.

    Source: A. Vaswani et al., *Attention Is All You Need* (2017), eq. (1).

    Examples
    --------
    >>> explorer = AttentionExplorer(
    ...     q=[1, 0], k=[[2, 0], [0, 1]], v=[[0, 1], [1, 0]], upstream=[1, 0]
    ... )
    >>> explorer.weights.round(3), explorer.output.round(3)
    (array([0.804, 0.196]), array([0.196, 0.804]))
    >>> explorer.key_gradient.round(3).tolist()
    [[-0.111, 0.0], [0.111, 0.0]]
    >>> explorer.mask = [False, True]
    >>> explorer.weights.tolist(), abs(explorer.key_gradient).max().item()
    ([0.0, 1.0], 0.0)
    """

    parameters = ("q", "k", "v", "upstream", "mask", "scaled")

    _module = Unicode("attention.js").tag(sync=True)
    n = Count("k", 4, FEWEST, MOST)
    q = Points().tag(sync=True)
    k = Points(many=True).tag(sync=True)
    v = Points(many=True).tag(sync=True)
    upstream = Points().tag(sync=True)
    mask = Mask().tag(sync=True)
    scaled = Bool(True).tag(sync=True)
    _followers = ("v", "mask")

    def __init__(self, q=QUERY, k=None, v=None, upstream=UPSTREAM, n=None, *, mask=None, **state):
        given = {"k": k, "v": v, "mask": mask}
        for name, value in given.items():
            if value is not None:
                given[name] = getattr(type(self), name).validate(self, value)
        if n is None:
            n = next((len(x) for x in given.values() if x is not None), 4)
        else:
            n = type(self).n.validate(self, n)
            if k is not None and len(k) != n:
                raise StateError(self._other_length("k", k, n))
        usual = {"k": KEYS[:n], "v": VALUES[:n], "mask": [True] * n}
        given = {name: usual[name] if x is None else x for name, x in given.items()}
        super().__init__(q=q, upstream=upstream, **given, **state)
        self._longest = {"k": self.k + KEYS[self.n :], "v": self.v + VALUES[self.n :]}

    @staticmethod
    def _other_length(name, value, n):
        return (
            f"{name} must have one entry for each of the {n} keys; received {len(value)}. "
            f"Set n, or k, first to change the number of keys."
        )

    @validate("k")
    def _so_many_keys(self, proposal):
        if not FEWEST <= len(proposal.value) <= MOST:
            raise StateError(
                f"k must have {FEWEST} to {MOST} keys; received {len(proposal.value)}. For more "
                f"use attention itself."
            )
        return proposal.value

    @validate("v", "mask")
    def _as_many_as_keys(self, proposal):
        return self._as_many(proposal)

    def _followed(self, name, before):
        if name == "v":
            return (self.v + self._longest["v"][before:])[: self.n]
        mask = (self.mask + [True] * self.n)[: self.n]
        return mask if any(mask) else [*mask[:-1], True]

    @property
    def _arrays(self):
        """Query (one row, times √d if scores are not to be divided by it), keys and values."""
        q = np.array([self.q]) * (1 if self.scaled else np.sqrt(2))
        return q, np.array(self.k), np.array(self.v)

    @property
    def _gradients(self):
        at_q, at_k, at_v = attention_vjp(*self._arrays, [self.upstream], mask=self.mask)
        return at_q[0] * (1 if self.scaled else np.sqrt(2)), at_k, at_v

    @property
    def scores(self):
        """The scores z = K q/√d, -inf where the mask says False."""
        z = np.array(self.k) @ self.q / (np.sqrt(2) if self.scaled else 1)
        return np.where(self.mask, z, -np.inf)

    @property
    def weights(self):
        """The weights h = softmax(z)."""
        q, k, _ = self._arrays
        return attention_weights(q, k, self.mask)[0]

    h = weights

    @property
    def output(self):
        """The output o = Vᵀh, a mean of the values."""
        return attention(*self._arrays, self.mask)[0]

    @property
    def upstream_at_weights(self):
        """The error σ = V ∂C/∂o that arrives at the weights, ∂C/∂h."""
        return np.array(self.v) @ self.upstream

    @property
    def average_error(self):
        """⟨h, σ⟩, the average error, as ⟨o, ∂C/∂o⟩."""
        return self.output @ self.upstream

    @property
    def score_gradient(self):
        """The error that softmax passes on to the scores, ∂C/∂z = h ∘ (σ - ⟨h, σ⟩)."""
        return softmax_vjp_from_output(self.weights, self.upstream_at_weights)

    @property
    def query_gradient(self):
        """What reaches the query, ∂C/∂q = Kᵀ ∂C/∂z / √d."""
        return self._gradients[0]

    @property
    def key_gradient(self):
        """What reaches the keys, ∂C/∂K = ∂C/∂z qᵀ / √d, a row a key."""
        return self._gradients[1]

    @property
    def value_gradient(self):
        """What reaches the values, ∂C/∂V = h (∂C/∂o)ᵀ, a row a value."""
        return self._gradients[2]

    def cost(self, x):
        """The cost ⟨∂C/∂o, o⟩ of query, keys and values, one behind the other in x."""
        rows = np.reshape(x, (-1, 2))
        q = rows[:1] * (1 if self.scaled else np.sqrt(2))
        k, v = rows[1 : self.n + 1], rows[self.n + 1 :]
        return attention(q, k, v, self.mask)[0] @ self.upstream

    def check(self):
        """The three gradients held against central differences of the cost: a ``GradientCheck``."""
        gradient = np.vstack([self.query_gradient, self.key_gradient, self.value_gradient])
        return check_gradient(self.cost, gradient.ravel(), np.ravel([self.q, *self.k, *self.v]))
