"""The explorer of lessons 3 and 4: rows of J weighted by the upstream error, columns summed."""

import numpy as np
from traitlets import Bunch, Unicode, observe

from softmax_lab.explorers.error import ErrorExplorer
from softmax_lab.explorers.state import Number


class Stage(Number):
    """Which stage progress has reached, and stored nowhere else."""

    def get(self, obj, cls=None):
        """The last stage that was reached."""
        return 1 + int(obj.progress)

    def set(self, obj, value):
        """Go to where that stage stands."""
        obj.progress = self._validate(obj, value) - 1


class JacobianExplorer(ErrorExplorer):
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
    progress : float from 0 to 2
        How far the reduction has come. 0: J; up to 1: row after row is weighted by its σ; up to
        2: row after row slides down and is stacked, columns becoming sums.
    stage : {1, 2, 3}
        The last of these three that was reached: J; its rows weighted by σ; the columns summed.
        Setting it goes there.
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

    parameters = ("z", "upstream", "target", "mode", "progress", "compare", "temperature")

    _module = Unicode("jacobian.js").tag(sync=True)
    progress = Number(0.0, 0.0, 2.0).tag(sync=True)
    stage = Stage(1, 1, 3)
    temperature = Number(1.0, 0.05, 20.0).tag(sync=True)

    @observe("progress")
    def _tell_of_the_stage(self, change):
        old, new = (1 + int(progress) for progress in (change.old or 0, change.new))
        if old != new:
            told = Bunch(name="stage", old=old, new=new, owner=self, type="change")
            self.notify_change(told)

    @property
    def weighted(self):
        """The rows of the Jacobian, each weighted by its entry of σ."""
        with np.errstate(invalid="ignore"):  # where h has rounded to 0: infinity times 0
            return self.sigma[:, None] * self.jacobian
