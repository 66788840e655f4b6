"""What the explorers of an upstream error share: z, σ, the target, and where σ comes from."""

import numpy as np
from traitlets import Bool, validate

from softmax_lab import (
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    squared_error,
    squared_error_output_gradient,
)
from softmax_lab.explorers.counted import Count, CountedExplorer
from softmax_lab.explorers.state import OneOf, StateError, Vector

FEWEST, MOST = 2, 8
LOGITS = [2.0, 1.0, 0.1, -0.8, 0.5, -1.5, 1.2, -0.3]
UPSTREAM = [0.9, -1.4, 0.3, 0.6, -0.7, 1.1, -0.2, 0.8]


class ErrorExplorer(CountedExplorer):
    """Logits, and an error that arrives at their softmax: what lessons 3 and 4 drag.

    A subclass has the picture, and may make ``temperature`` a trait.
    """

    n = Count("z", 3, FEWEST, MOST)
    z = Vector().tag(sync=True)
    upstream = Vector().tag(sync=True)
    target = Vector().tag(sync=True)
    mode = OneOf("free", "cross_entropy", "squared_error", "ones").tag(sync=True)
    compare = Bool(False).tag(sync=True)
    temperature = 1.0
    _followers = ("upstream", "target")

    def __init__(self, z=None, upstream=None, n=None, *, target=None, **state):
        given = {"z": z, "upstream": upstream, "target": target}
        if n is None:
            n = next((len(np.atleast_1d(x)) for x in given.values() if x is not None), 3)
        else:
            n = type(self).n.validate(self, n)
            if np.ndim(z) == 1 and len(z) != n:
                raise StateError(self._other_length("z", z, n))
        second = [float(k == 1) for k in range(n)]
        usual = {"z": LOGITS[:n], "upstream": UPSTREAM[:n], "target": second}
        super().__init__(**{k: usual[k] if x is None else x for k, x in given.items()}, **state)
        self._longest = {
            "z": self.z + LOGITS[self.n :],
            "upstream": self.upstream + UPSTREAM[self.n :],
        }

    @staticmethod
    def _other_length(name, vector, n):
        return (
            f"{name} must have one number for each of the {n} classes; received {len(vector)}. "
            f"Set n, or z, first to change the number of classes."
        )

    @validate("z")
    def _of_so_many_classes(self, proposal):
        if not FEWEST <= len(proposal.value) <= MOST:
            raise StateError(
                f"z must have {FEWEST} to {MOST} numbers, one for each class; received "
                f"{len(proposal.value)}. For more classes use softmax_vjp itself."
            )
        return proposal.value

    @validate("upstream", "target")
    def _as_many_as_logits(self, proposal):
        vector = self._as_many(proposal)
        if proposal.trait.name != "target" or not FEWEST <= self.n <= MOST:
            return vector
        if min(vector) < 0 or sum(vector) == 0:
            raise StateError(
                f"target must have no negative entry and a positive sum; received {vector}. "
                f"A target is a distribution over the classes, like [0, 1, 0]."
            )
        return vector

    def _followed(self, name, before):
        if name == "target":
            return _resized(self.target, self.n)
        return (self.upstream + self._longest["upstream"][before:])[: self.n]

    @property
    def _scaled(self):
        return np.array(self.z) / self.temperature

    @property
    def h(self):
        """The output of softmax."""
        return softmax(self._scaled)

    @property
    def jacobian(self):
        """The matrix ∂h_i/∂z_k."""
        return softmax_jacobian(self._scaled) / self.temperature

    @property
    def sigma(self):
        """The upstream error in use, ∂C/∂h: dragged, or what the mode's loss sends."""
        h, t = self.h, np.array(self.target)
        if self.mode == "cross_entropy":
            return cross_entropy_output_gradient(h, t, reduction="sum")
        if self.mode == "squared_error":
            return squared_error_output_gradient(h, t, reduction="sum")
        return np.ones(self.n) if self.mode == "ones" else np.array(self.upstream)

    @property
    def result(self):
        """The error passed on, ∂C/∂z = Jᵀσ."""
        z, T = self._scaled, self.temperature
        if self.mode == "cross_entropy":  # h - t without dividing by h
            return cross_entropy_gradient(z, self.target, reduction="sum") / T
        return softmax_vjp(z, self.sigma) / T

    @property
    def diagonal_only(self):
        """What the diagonal alone would pass on, σ_j h_j(1 - h_j)."""
        return self.sigma * np.diag(self.jacobian)

    def cost(self, z):
        """The cost C(z) whose gradient the result is."""
        z = np.asarray(z) / self.temperature
        if self.mode == "cross_entropy":
            return cross_entropy(z, self.target, reduction="sum")
        if self.mode == "squared_error":
            return squared_error(softmax(z), self.target, reduction="sum")
        return self.sigma @ softmax(z)

    def check(self):
        """The result held against central differences of the cost: a ``GradientCheck``."""
        return check_gradient(self.cost, self.result, self.z)


def _resized(target, n):
    """A target for n classes with the sum it had; one that lost all names the last class left."""
    t = np.zeros(n)
    t[: len(target)] = target[:n]
    if t.sum() == 0:
        t[-1] = 1
    return (t * sum(target) / t.sum()).tolist()
