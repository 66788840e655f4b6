"""The explorer of h ∘ (σ - ⟨h, σ⟩): classes as weights on a beam, balanced at the average error."""

import numpy as np
from traitlets import Unicode

from softmax_lab.explorers.error import ErrorExplorer


class BalanceExplorer(ErrorExplorer):
    r"""Drag weights along a beam, and see what softmax passes back as their moments.

    .. math:: \frac{\partial C}{\partial z_k} = h_k(\sigma_k - \langle h, \sigma\rangle)

    Class k is a weight of mass h_k that stands at σ_k. The beam balances at the centre of mass
    ⟨h, σ⟩, the average error; what logit k receives is the moment of its weight about that
    point. The moments of a balanced beam cancel, so the result sums to 0.

    Parameters
    ----------
    z : list of n numbers
        Logits. Their number is that of the classes, 2 to 8: upstream and target are cut off or
        continued when it changes.
    upstream : list of n numbers
        The error σ for ``mode="free"``, the one that is dragged. ``sigma`` is the error in use.
    n : int from 2 to 8
        How many classes: setting it cuts z off, or continues it.
    target : list of n numbers, none negative
        One-hot, as clicking a true class makes it, or soft. Its sum is kept when it is dragged.
    mode : {"free", "cross_entropy", "squared_error", "ones"}
        Where the upstream error comes from: dragged; -t/h; 2(h - t); 1 everywhere.
    compare : bool
        Whether the answer of the diagonal alone is drawn too: each weight measured from its own
        h_k σ_k in place of the average, which gives σ_k h_k(1 - h_k).

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For fewer than 2 or more than 8 logits, another vector of another
        length than z, nan, or an unknown mode; the state and the picture stay as they were.

    Notes
    -----
    Lists are not watched inside: assign a new one, ``balance.z = [1, 2, 3]``.

    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eq. (4.106).

    Examples
    --------
    >>> balance = BalanceExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, 0.3])
    >>> float(balance.average.round(3))
    0.283
    >>> balance.result.round(3)
    array([ 0.406, -0.408,  0.002])
    >>> balance.mode = "cross_entropy"
    >>> float(balance.average.round(12))
    -1.0
    """

    parameters = ("z", "upstream", "target", "mode", "compare")

    _module = Unicode("balance.js").tag(sync=True)

    @property
    def average(self):
        """The average error ⟨h, σ⟩, where the beam balances."""
        h, sigma = self.h, self.sigma
        shares = -np.array(self.target)  # of h σ where h has rounded to 0 and -t/h is infinite
        return np.multiply(h, sigma, out=shares, where=np.isfinite(sigma)).sum()
