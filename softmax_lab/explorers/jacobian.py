"""The explorer of lessons 3 and 4: rows of J weighted by the upstream error, columns summed."""

import numpy as np
from traitlets import Bool, Unicode, observe, validate

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
LARGEST_ENTRY = 0.25  # of J: h(1 - h) at h = 1/2
VECTORS = ("z", "upstream", "target")


class JacobianExplorer(Explorer):
    r"""Drag logits and an upstream error, and see the Jacobian reduce to a vector.

    .. math:: \frac{\partial C}{\partial z_k} = \sum_i \sigma_i J_{ik},
              \qquad J_{ik} = \frac{\partial h_i}{\partial z_k} = h_i(\delta_{ik} - h_k)

    Everything in it moves in the browser, without a kernel; what was dragged arrives in the
    traits, and the properties compute from them with the package's own functions.

    Parameters
    ----------
    z : list of n numbers
        Logits.
    upstream : list of n numbers
        The error σ for ``mode="free"``, the one that is dragged. ``sigma`` is the error in use.
    n : int from 2 to 8
        How many classes. Setting it cuts z, upstream and target off, or continues them.
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
        (A ``TraitError`` too.) For a vector of another length than n, nan, n out of range or an
        unknown mode; the state and the picture stay as they were.

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
    n = Number(3, FEWEST, MOST).tag(sync=True)
    z = Vector().tag(sync=True)
    upstream = Vector().tag(sync=True)
    target = Vector().tag(sync=True)
    mode = OneOf("free", "cross_entropy", "squared_error", "ones").tag(sync=True)
    stage = Number(3, 1, 3).tag(sync=True)
    compare = Bool(False).tag(sync=True)
    temperature = Number(1.0, 0.05, 20.0).tag(sync=True)

    def __init__(self, z=None, upstream=None, n=None, *, target=None, **state):
        given = {"z": z, "upstream": upstream, "target": target}
        if n is None:
            n = next((len(np.atleast_1d(x)) for x in given.values() if x is not None), 3)
        usual = _usual(n) if n in range(FEWEST, MOST + 1) else {}
        vectors = {name: usual.get(name, []) if x is None else x for name, x in given.items()}
        super().__init__(n=n, **vectors, **state)
        # The vectors go on beyond n, for the classes that a reader adds.
        longer = {name: getattr(self, name) + _usual(MOST)[name][self.n :] for name in VECTORS}
        self._initial = {"n": self.n} | self._initial | longer

    @validate("z", "upstream", "target")
    def _of_n_classes(self, proposal):
        name, vector = proposal.trait.name, proposal.value
        if len(vector) != self.n:
            raise StateError(
                f"{name} must have one number for each of the {self.n} classes; received "
                f"{len(vector)}. Set n first to change the number of classes."
            )
        if name == "target" and (min(vector) < 0 or sum(vector) == 0):
            raise StateError(
                f"target must have no negative entry and a positive sum; received {vector}. "
                f"A target is a distribution over the classes, like [0, 1, 0]."
            )
        return vector

    @observe("n")
    def _resize(self, change):
        if len(self.z) in (0, self.n):  # 0 while the traits are first set
            return
        initial = self._initial
        with self.hold_trait_notifications():
            for name in ("z", "upstream"):
                old = getattr(self, name)
                setattr(self, name, (old + initial[name][len(old) :])[: self.n])
            self.target = _resized(self.target, self.n)

    _resized_by_page = ()

    def set_state(self, sync_data):
        """Take a message from the page, which resizes the vectors itself when it changes n."""
        self._resized_by_page = VECTORS if "n" in sync_data else ()
        try:
            super().set_state(sync_data)
        finally:
            self._resized_by_page = ()

    def _should_send_property(self, key, value):
        # Told of our resized vectors as well, a page could take them for a later change.
        return key not in self._resized_by_page and super()._should_send_property(key, value)

    def reset(self):
        """Return to the state it was made with."""
        initial = self._initial
        cut = {name: initial[name][: initial["n"]] for name in VECTORS}
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in (initial | cut).items():
                setattr(self, name, value)

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

    def picture(self):
        """The present state as a Matplotlib picture, for views that run no widgets."""
        from softmax_lab import pictures

        compare = None
        if self.compare:
            compare = ("the diagonal alone", self.diagonal_only)
        elif self.mode == "cross_entropy":
            compare = ("$h - t$", self.result)
        stages = (self.jacobian, self.sigma, self.weighted, self.result)
        axes = pictures.reduction(*stages, compare, limit=LARGEST_ENTRY / self.temperature)
        return axes[0].figure


def _usual(n):
    """The vectors of an explorer of n classes that was told nothing else."""
    target = [0.0] * n
    target[1] = 1.0
    return {"z": LOGITS[:n], "upstream": UPSTREAM[:n], "target": target}


def _resized(target, n):
    """A target for n classes with the sum it had; one that lost all names the last class left."""
    t = np.zeros(n)
    t[: len(target)] = target[:n]
    if t.sum() == 0:
        t[-1] = 1
    return (t * sum(target) / t.sum()).tolist()
