"""The explorer of lesson 7: the step of a numerical derivative against the error of the check."""

import numpy as np
from traitlets import Unicode

from softmax_lab import (
    check_gradient,
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_output_gradient,
    numerical_gradient,
    one_hot,
    softmax,
    softmax_vjp,
)
from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, OneOf, Vector
from softmax_lab.gradient_check import relative_error

BEYOND = "For more classes use check_gradient itself."
_CAST = {
    "float64": {"f": np.float64, "c": np.complex128},
    "float32": {"f": np.float32, "c": np.complex64},
}


class GradientCheckExplorer(Explorer):
    r"""Drag the step of a gradient check, and see its error fall and rise again.

    .. math:: \frac{C(z + s e_j) - C(z)}{s}, \qquad
              \frac{C(z + s e_j) - C(z - s e_j)}{2 s}, \qquad
              \frac{\operatorname{Im} C(z + i s e_j)}{s}

    A step that is too long takes a chord for the tangent; one that is too short leaves nothing
    but rounding. The complex step subtracts nothing, and has only the first of these errors.

    Parameters
    ----------
    z : list of 3 numbers
        Logits.
    upstream : list of 3 numbers
        The error σ for ``mode="free"``. ``sigma`` is the error in use.
    mode : {"free", "cross_entropy"}
        The cost C: Σ σ_i h_i, or the cross-entropy with the class ``label``.
    label : {0, 1, 2}
        The true class, counted from 0.
    checked : {"right", "diagonal_only", "doubled"}
        The gradient that is checked: the right one; σ_j h_j(1 - h_j); twice the right one.
    method : {"central", "forward", "complex"}
        Whose numbers stand beside that gradient. The curves show all three.
    dtype : {"float64", "float32"}
        The float type in which C is computed; the quotient is always taken in float64.
    step : float from 1e-20 to 1
        The step s. In the picture its logarithm is dragged.

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For other than three numbers, nan, a number out of range or an
        unknown name; the state and the picture stay as they were.

    Notes
    -----
    Source: P. E. Gill, W. Murray and M. H. Wright, *Practical Optimization*, section 8.6.

    Examples
    --------
    >>> explorer = GradientCheckExplorer(z=[2.0, 1.0, 0.1], upstream=[0.9, -1.4, -0.8])
    >>> explorer.step = 1e-5
    >>> explorer.error < 1e-8
    True
    >>> explorer.step = 1e-13
    >>> explorer.error < 1e-8
    False
    """

    parameters = ("z", "upstream", "mode", "label", "checked", "method", "dtype", "step")

    _module = Unicode("gradient_check.js").tag(sync=True)
    z = Vector(beyond=BEYOND).tag(sync=True)
    upstream = Vector(beyond=BEYOND).tag(sync=True)
    mode = OneOf("free", "cross_entropy").tag(sync=True)
    label = Number(1, 0, 2).tag(sync=True)
    checked = OneOf("right", "diagonal_only", "doubled").tag(sync=True)
    method = OneOf("central", "forward", "complex").tag(sync=True)
    dtype = OneOf("float64", "float32").tag(sync=True)
    step = Number(1e-2, 1e-20, 1.0).tag(sync=True)

    def __init__(self, z=(2.0, 1.0, 0.1), upstream=(0.9, -1.4, -0.8), **state):
        super().__init__(z=z, upstream=upstream, **state)

    @property
    def h(self):
        """The output of softmax."""
        return softmax(self.z)

    @property
    def sigma(self):
        """The upstream error in use, ∂C/∂h: dragged, or -t/h."""
        if self.mode == "free":
            return np.array(self.upstream)
        return cross_entropy_output_gradient(self.h, self.label)

    @property
    def result(self):
        """The gradient that is checked, right or wrong."""
        if self.checked == "diagonal_only":
            return self._diagonal_only
        return self._right * (2 if self.checked == "doubled" else 1)

    @property
    def _right(self):
        if self.mode == "free":
            return softmax_vjp(self.z, self.upstream)
        return cross_entropy_gradient(self.z, self.label)

    @property
    def _diagonal_only(self):
        if self.mode == "free":
            h = self.h
            return self.sigma * h * (1 - h)
        # -t_j (1 - h_j) without dividing by h; 1 - h_j is minus the right derivative there.
        return one_hot(self.label, 3) * self._right

    def cost(self, z):
        """The cost C(z), computed in the explorer's float type."""
        z = np.asarray(z)
        z = z.astype(_CAST[self.dtype][z.dtype.kind])
        if self.mode == "cross_entropy":
            return cross_entropy(z, self.label)
        return np.array(self.upstream, z.real.dtype) @ softmax(z)

    def numeric_by(self, method, step=None):
        """The gradient by a method, at a step or the present one; nan where z + s is z again."""
        z, step = np.array(self.z), self.step if step is None else step
        if method != "complex" and (z + step == z).any():
            return np.full(3, np.nan)
        return numerical_gradient(self.cost, z, method, step)

    def error_by(self, method, step=None):
        """The largest relative error of a method, measured as ``check_gradient`` does."""
        numeric = self.numeric_by(method, step)
        if np.isnan(numeric).any():
            return np.nan
        scale = max(abs(numeric).max(), abs(self.cost(self.z)))
        return float(relative_error(self.result, numeric, floor=1e-4 * scale).max())

    @property
    def numeric(self):
        """The gradient by the chosen method and step."""
        return self.numeric_by(self.method)

    @property
    def error(self):
        """The largest relative error of the chosen method; nan where the step vanishes."""
        return self.error_by(self.method)

    def check(self):
        """The gradient held against the package's own check: a ``GradientCheck``."""
        return check_gradient(self.cost, self.result, self.z)
