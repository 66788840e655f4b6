"""The explorer of lesson 6: how large logits and short numbers break softmax and its gradient."""

import numpy as np
from traitlets import Unicode, validate

from softmax_lab import (
    cross_entropy_gradient,
    naive_softmax,
    one_hot,
    softmax,
    softmax_jacobian_from_output,
)
from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, OneOf, StateError, Vector

FARTHEST = 1000.0


class StabilityExplorer(Explorer):
    r"""Drag logits to where the textbook formula breaks, in three float types.

    .. math:: h_j = \frac{e^{z_j}}{\sum_k e^{z_k}}
                  = \frac{e^{z_j - \max z}}{\sum_k e^{z_k - \max z}}

    Both forms are shown step by step, each operation rounded to the float type; below them the
    gradient of the cross-entropy the long way, as h - t, and as the package computes it, with
    the digits that are right.

    Parameters
    ----------
    z : list of 3 numbers from -1000 to 1000
        Logits.
    shift : float from -1000 to 1000
        A number c added to all of them. On paper it changes nothing.
    dtype : {"float64", "float32", "float16"}
        The float type of the logits, and of all that is computed from them.
    label : {0, 1, 2}
        The true class, counted from 0.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For other than three logits, nan, a number out of range or an
        unknown float type; the state and the picture stay as they were.

    Notes
    -----
    Source: P. Blanchard, D. J. Higham and N. J. Higham, IMA J. Numer. Anal. 41 (2021) 2311.

    Examples
    --------
    >>> explorer = StabilityExplorer(z=[0.0, 12.0, 0.0], dtype="float16")
    >>> explorer.naive, explorer.h
    (array([ 0., nan,  0.], dtype=float16), array([6.14e-06, 1.00e+00, 6.14e-06], dtype=float16))
    >>> explorer = StabilityExplorer(z=[40.0, 0.0, -1.0], label=0)
    >>> print(f"{explorer.h_minus_t[0]:.1e}  {explorer.result[0]:.1e}")
    0.0e+00  -5.8e-18
    """

    parameters = ("z", "shift", "dtype", "label")

    _module = Unicode("stability.js").tag(sync=True)
    z = Vector(beyond="Two logits and the one that leads them show all there is.").tag(sync=True)
    shift = Number(0.0, -FARTHEST, FARTHEST).tag(sync=True)
    dtype = OneOf("float64", "float32", "float16").tag(sync=True)
    label = Number(0, 0, 2).tag(sync=True)

    def __init__(self, z=(2.0, 1.0, 0.1), **state):
        super().__init__(z=z, **state)

    @validate("z")
    def _within_range(self, proposal):
        z = proposal.value
        if max(map(abs, z)) > FARTHEST:
            raise StateError(
                f"z must lie from {-FARTHEST:g} to {FARTHEST:g}; received {z}. "
                f"Beyond 750 nothing new happens, even in float64."
            )
        return z

    @property
    def stored(self):
        """The logits z + c as the float type stores them."""
        return (np.array(self.z) + self.shift).astype(self.dtype)

    @property
    def exponentials(self):
        """The exponentials of the stored logits: inf above the float type, 0 below it."""
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(self.stored)

    @property
    def naive(self):
        """The textbook formula as it stands."""
        return naive_softmax(self.stored)

    @property
    def shifted_softmax(self):
        """The formula that every textbook cures it with, of z - max z; in float16 by float32."""
        z = self.stored.astype(np.result_type(self.stored, np.float32))
        return naive_softmax(z - z.max()).astype(self.dtype)

    @property
    def h(self):
        """Softmax by the package, which shifts only where it must: a few last places nearer."""
        return softmax(self.stored)

    @property
    def _target(self):
        return one_hot(self.label, 3).astype(self.dtype)

    @property
    def long_way(self):
        """The gradient of the cross-entropy as σ = -t/h, then Jᵀσ, both from the stored h."""
        h = self.h
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            upstream = -self._target / h
            return (upstream[:, None] * softmax_jacobian_from_output(h)).sum(axis=0)

    @property
    def h_minus_t(self):
        """The gradient of the cross-entropy as h - t."""
        return self.h - self._target

    @property
    def result(self):
        """The gradient of the cross-entropy by the package: at the true class -Σ of the others."""
        return cross_entropy_gradient(self.stored, self.label)

    @property
    def gradients(self):
        """The gradient of the cross-entropy in three ways, by their names."""
        return {
            "-t/h, then J": self.long_way,
            "h - t": self.h_minus_t,
            "-Σ of the rest": self.result,
        }

    @property
    def exact(self):
        """That gradient in float64, from the logits as they are stored."""
        return cross_entropy_gradient(self.stored.astype(np.float64), self.label)
