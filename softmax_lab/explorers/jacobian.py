"""The explorer of lessons 3 and 4: rows of J weighted by the upstream error, columns summed."""

import numpy as np
from traitlets import Bool, Bunch, Dict, Unicode, observe, validate

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
from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, OneOf, StateError, Vector

FEWEST, MOST = 2, 8
LOGITS = [2.0, 1.0, 0.1, -0.8, 0.5, -1.5, 1.2, -0.3]
UPSTREAM = [0.9, -1.4, 0.3, 0.6, -0.7, 1.1, -0.2, 0.8]
VECTORS = ("z", "upstream", "target")


class Count(Number):
    """How many classes: the length of z, and stored nowhere else."""

    def get(self, obj, cls=None):
        """The length of z as it is."""
        return len(obj.z)

    def set(self, obj, value):
        """Cut z off, or continue it; the other vectors follow z."""
        obj.z = (obj.z + obj._longest["z"][len(obj.z) :])[: self._validate(obj, value)]


class JacobianExplorer(Explorer):
    r"""Drag logits and an upstream error, and see the Jacobian reduce to a vector.

    .. math:: \frac{\partial C}{\partial z_k} = \sum_i \sigma_i J_{ik},
              \qquad J_{ik} = \frac{\partial h_i}{\partial z_k} = h_i(\delta_{ik} - h_k)

    Everything in it moves in the browser, without a kernel; what was dragged arrives in the
    traits, and the properties compute from them with the package's own functions.

    Parameters
    ----------
    z : list of n numbers
        Logits. Their number is that of the classes: upstream and target are cut off or continued
        when it changes.
    upstream : list of n numbers
        The error σ for ``mode="free"``, the one that is dragged. ``sigma`` is the error in use.
    n : int from 2 to 8
        How many classes: setting it cuts z off, or continues it.
    target : list of n numbers, none negative
        One-hot, as clicking a true class makes it, or soft. Its sum is kept when it is dragged.
    mode : {"free", "cross_entropy", "squared_error", "ones"}
        Where the upstream error comes from: dragged; -t/h; 2(h - t); 1 everywhere.
    stage : {1, 2, 3}
        What is shown: J; its rows weighted by σ; the columns summed.
    compare : bool
        Whether the answer of the diagonal alone, σ_j h_j(1 - h_j), is drawn beside the result.
    temperature : float from 0.05 to 20
        softmax is given z divided by it.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For fewer than 2 or more than 8 logits, another vector of another
        length than z, nan, or an unknown mode; the state and the picture stay as they were.

    Notes
    -----
    Lists are not watched inside: assign a new one, ``explorer.z = [1, 2, 3]``.

    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.106).

    Examples
    --------
    >>> explorer = JacobianExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, 0.3])
    >>> explorer.result.round(3)
    array([ 0.406, -0.408,  0.002])
    >>> explorer.mode = "ones"
    >>> bool(abs(explorer.result).max() < 1e-15)
    True
    """

    parameters = ("z", "upstream", "target", "mode", "stage", "compare", "temperature")

    _module = Unicode("jacobian.js").tag(sync=True)
    n = Count(3, FEWEST, MOST)
    z = Vector().tag(sync=True)
    upstream = Vector().tag(sync=True)
    target = Vector().tag(sync=True)
    mode = OneOf("free", "cross_entropy", "squared_error", "ones").tag(sync=True)
    stage = Number(3, 1, 3).tag(sync=True)
    compare = Bool(False).tag(sync=True)
    temperature = Number(1.0, 0.05, 20.0).tag(sync=True)
    _longest = Dict().tag(sync=True)  # z and upstream as they go on for classes that are added

    def __init__(self, z=None, upstream=None, n=None, *, target=None, **state):
        given = {"z": z, "upstream": upstream, "target": target}
        if n is None:
            n = next((len(np.atleast_1d(x)) for x in given.values() if x is not None), 3)
        else:
            n = JacobianExplorer.n.validate(self, n)
            if np.ndim(z) == 1 and len(z) != n:
                raise StateError(_other_length("z", z, n))
        second = [float(k == 1) for k in range(n)]
        usual = {"z": LOGITS[:n], "upstream": UPSTREAM[:n], "target": second}
        super().__init__(**{k: usual[k] if x is None else x for k, x in given.items()}, **state)
        self._longest = {
            "z": self.z + LOGITS[self.n :],
            "upstream": self.upstream + UPSTREAM[self.n :],
        }

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
        name, vector = proposal.trait.name, proposal.value
        if len(vector) != self.n:
            raise StateError(_other_length(name, vector, self.n))
        if name == "target" and (min(vector) < 0 or sum(vector) == 0):
            raise StateError(
                f"target must have no negative entry and a positive sum; received {vector}. "
                f"A target is a distribution over the classes, like [0, 1, 0]."
            )
        return vector

    @observe("z")
    def _follow(self, change):
        n, before = self.n, len(change.old or ())
        if before in (0, n):  # 0 while the traits are first set
            return
        with self.hold_trait_notifications():
            if len(self.upstream) != n:
                self.upstream = (self.upstream + self._longest["upstream"][before:])[:n]
            if len(self.target) != n:
                self.target = _resized(self.target, n)
        self.notify_change(Bunch(name="n", old=before, new=n, owner=self, type="change"))

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
    def weighted(self):
        """The rows of the Jacobian, each weighted by its entry of σ."""
        with np.errstate(invalid="ignore"):  # where h has rounded to 0: infinity times 0
            return self.sigma[:, None] * self.jacobian

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


def _other_length(name, vector, n):
    return (
        f"{name} must have one number for each of the {n} classes; received {len(vector)}. "
        f"Set n, or z, first to change the number of classes."
    )


def _resized(target, n):
    """A target for n classes with the sum it had; one that lost all names the last class left."""
    t = np.zeros(n)
    t[: len(target)] = target[:n]
    if t.sum() == 0:
        t[-1] = 1
    return (t * sum(target) / t.sum()).tolist()
