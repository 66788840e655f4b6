"""The explorer of lesson 2: the triangle of distributions, and what J does to a circle."""

import numpy as np
from traitlets import Bool, Unicode

from softmax_lab import softmax, softmax_jacobian
from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, Vector

# Two changes of logits across (1, 1, 1), of length 1: drawn to the right and upwards.
_ACROSS = np.array([[-1, 1, 0], [-1, -1, 2]]) / np.sqrt([[2], [6]])


class SimplexExplorer(Explorer):
    r"""Drag a distribution over three classes, and see the ellipse that J makes of a circle.

    .. math:: h(z + \Delta z) \approx h(z) + J\,\Delta z,
              \qquad \Delta z = r\,(\cos\varphi\; u + \sin\varphi\; v), \quad u, v \perp (1, 1, 1)

    Raising all logits together changes nothing, J (1, 1, 1) = 0. In the plane across that
    direction J turns every circle of changes into an ellipse: a circle again in the middle of
    the triangle, flat at an edge, a mere point in a corner.

    Parameters
    ----------
    z : list of 3 numbers
        Logits.
    radius : float from 0.01 to 5
        The length r of the change of logits.
    direction : float from 0 to 360
        Its angle φ in degrees, drawn so that z_3 alone points upwards.
    true_image : bool
        Whether to draw, beside the ellipse, where softmax really takes the circle.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For other than three logits, nan, or a number out of range; the
        state and the picture stay as they were.

    Notes
    -----
    Source: for J as a covariance, positive semidefinite with (1, 1, 1) in its kernel, S. Boyd and
    L. Vandenberghe, *Convex Optimization*, section 3.1.5.

    Examples
    --------
    >>> explorer = SimplexExplorer(z=[0.0, 0.0, 0.0], direction=90.0, radius=1.0)
    >>> explorer.change.round(3), explorer.result.round(3)
    (array([-0.408, -0.408,  0.816]), array([-0.136, -0.136,  0.272]))
    """

    parameters = ("z", "radius", "direction", "true_image")

    _module = Unicode("simplex.js").tag(sync=True)
    z = Vector(beyond="For more classes there is JacobianExplorer.").tag(sync=True)
    radius = Number(1.0, 0.01, 5.0).tag(sync=True)
    direction = Number(90.0, 0.0, 360.0).tag(sync=True)
    true_image = Bool(False).tag(sync=True)

    def __init__(self, z=(2.0, 1.0, 0.1), **state):
        super().__init__(z=z, **state)

    @property
    def h(self):
        """The output of softmax."""
        return softmax(self.z)

    @property
    def jacobian(self):
        """The matrix ∂h_i/∂z_k."""
        return softmax_jacobian(self.z)

    @property
    def change(self):
        """The change of logits Δz chosen on the circle."""
        angle = np.radians(self.direction)
        return self.radius * np.array([np.cos(angle), np.sin(angle)]) @ _ACROSS

    @property
    def result(self):
        """The change of the output that J predicts, JΔz."""
        return self.jacobian @ self.change
