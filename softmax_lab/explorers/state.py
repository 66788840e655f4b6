"""Traits that refuse what they cannot show, with the rule, what was received and the remedy."""

import math
from numbers import Integral, Real

import numpy as np
from traitlets import TraitError, TraitType


class StateError(TraitError, ValueError):
    """A value that an explorer cannot show. Its state, and the picture, stay as they were."""


class Vector(TraitType):
    """A list of finite numbers; arrays and tuples are taken too.

    One of three numbers is told what else to use for more, ``beyond``.
    """

    default_value = ()
    info_text = "a list of finite numbers"

    def __init__(self, *, beyond=None, **kwargs):
        self.beyond = beyond
        super().__init__(**kwargs)

    def validate(self, obj, value):
        """The value as a new list of floats."""
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            array = np.empty((0, 0))
        if array.ndim != 1:
            raise StateError(
                f"{self.name} must be a list of numbers, one for each class; received {value!r}. "
                f"For example {self.name}=[2.0, 1.0, 0.1]."
            )
        if not np.isfinite(array).all():
            raise StateError(
                f"{self.name} must be finite; received {array.tolist()}. "
                f"Find the operation that made the nan or inf."
            )
        if self.beyond and len(array) != 3:
            raise StateError(
                f"{self.name} must have three numbers, one for each class; received {len(array)}. "
                f"{self.beyond}"
            )
        return array.tolist()


class Number(TraitType):
    """A number between two bounds, whole if they are."""

    def __init__(self, default, low, high, **kwargs):
        self.low, self.high = low, high
        super().__init__(default, **kwargs)

    def validate(self, obj, value):
        """The value as an int or a float."""
        kind, name = (
            (Integral, "a whole number") if isinstance(self.low, int) else (Real, "a number")
        )
        fits = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or not self.low <= value <= self.high:
            raise StateError(
                f"{self.name} must be {name} from {self.low:g} to {self.high:g}; received "
                f"{value!r}. Choose one in that range."
            )
        return int(value) if kind is Integral else float(value)


class OneOf(TraitType):
    """One of a few names."""

    def __init__(self, *names, **kwargs):
        self.names = names
        super().__init__(names[0], **kwargs)

    def validate(self, obj, value):
        """The value as it is."""
        if value not in self.names:
            raise StateError(
                f"{self.name} must be one of {', '.join(map(repr, self.names))}; "
                f"received {value!r}. Choose one of these."
            )
        return value
