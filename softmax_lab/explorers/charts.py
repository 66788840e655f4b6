"""The explorer of lesson 5: one slope, read from two charts, over the input and over the output."""

import numpy as np
from traitlets import Unicode

from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, OneOf

# Each activation, its slope written with the input (the z-form) and with the output (the a-form).
_FORMS = {
    "sigmoid": (
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        lambda a: a * (1 - a),
    ),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2, lambda a: 1 - a**2),
}


class ChartsExplorer(Explorer):
    r"""Drag the input of an activation, and read its slope over the input and over the output.

    .. math:: f'(z) = g(a), \qquad a = f(z)

    The left chart is the z-form f' over z, the right one the a-form g over a. Each read at its
    own number gives the slope; the crosses are what each gives when it is fed the other's.

    Parameters
    ----------
    z : float from -4 to 4
        The input.
    activation : "sigmoid" or "tanh"
        For sigmoid g(a) = a(1 - a), for tanh g(a) = 1 - a².

    Raises
    ------
    ValueError
        (A ``TraitError`` too.) For a number out of range or another activation; the state and the
        picture stay as they were.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, sections 4.3.2 and 5.3.2.

    Examples
    --------
    >>> explorer = ChartsExplorer(z=1.2)
    >>> round(explorer.a, 3), round(explorer.slope, 3), round(explorer.output_form_at_input, 3)
    (0.769, 0.178, -0.24)
    """

    parameters = ("z", "activation")

    _module = Unicode("charts.js").tag(sync=True)
    z = Number(1.2, -4.0, 4.0).tag(sync=True)
    activation = OneOf(*_FORMS).tag(sync=True)

    @property
    def a(self):
        """The output f(z)."""
        return float(_FORMS[self.activation][0](self.z))

    @property
    def slope(self):
        """The slope f'(z): the z-form fed z."""
        return float(_FORMS[self.activation][1](self.z))

    @property
    def slope_from_output(self):
        """The same slope g(a): the a-form fed a."""
        return float(_FORMS[self.activation][2](self.a))

    @property
    def input_form_at_output(self):
        """The z-form fed a: a true slope, at another place."""
        return float(_FORMS[self.activation][1](self.a))

    @property
    def output_form_at_input(self):
        """The a-form fed z, which need not be a slope of anything."""
        return float(_FORMS[self.activation][2](self.z))
