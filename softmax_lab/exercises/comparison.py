"""Numbers of an answer beside those that are right, and what tells them apart, in words."""

import numpy as np

from softmax_lab.exercises.answers import Trouble
from softmax_lab.gradient_check import TOLERANCE

MOST = 6  # entries named one by one


def as_numbers(answer):
    """A plain array of an answer's numbers, whatever class it came in; Trouble if it has none."""
    if not isinstance(answer, bool | int | float | np.number | np.bool | np.ndarray | list | tuple):
        raise Trouble(f"numbers are asked for, and this is of type {type(answer).__name__}.")
    try:
        return np.array(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise Trouble(
            "numbers are asked for, in rows of equal length; this has something else in it."
        ) from None


def close(a, b, tolerance=TOLERANCE):
    """Whether two arrays have one shape and agree, relative to the largest number; nan does not."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return a.shape == b.shape and bool((np.abs(a - b) <= tolerance * _size(b)).all())


def difference(a, truth):
    """What tells an answer from the truth, without giving the truth away."""
    truth = np.asarray(truth)
    if a.shape != truth.shape:
        return f"{_shape(truth)} is asked for, and this is {_shape(a)}."
    if not np.isfinite(a).all():
        return f"{_entries(~np.isfinite(a))} not a finite number."
    if truth.dtype == bool:
        return f"{_entries(a != truth)} not right."
    if close(-a, truth):
        return "the size is right, the sign is not."
    if a.size > 1 and truth.any() and a.any() and close(a, (ratio := _ratio(a, truth)) * truth):
        return f"a common factor is wrong: everything is {_times(ratio)}."
    if a.ndim == 2 and close(a.T, truth):
        return "rows and columns have changed places."
    if not a.ndim:
        return roughly(a, truth) or f"it is too {'large' if a > truth else 'small'}."
    wrong = np.abs(a - truth) > TOLERANCE * _size(truth)
    return roughly(a, truth) or f"{_entries(wrong)} not right."


def roughly(a, truth):
    """A remark on numbers that are nearly right, or nothing."""
    if not close(a, truth, 1e-2):
        return ""
    digits = int(-np.log10(np.abs(a - truth).max() / _size(truth)))
    return f"it is right to about {digits} digits only. Was something rounded, or approximated?"


def _size(x):
    return np.abs(x).max(initial=0) or 1.0


def _ratio(a, truth):
    """The number that the truth has to be multiplied by to come nearest to the answer."""
    return (a * truth).sum() / (truth * truth).sum()


def _times(ratio):
    size = abs(ratio)
    words = f"{size:.3g} times too large" if size > 1 else f"{1 / size:.3g} times too small"
    return f"{words}, and of the wrong sign" if ratio < 0 else words


def _shape(a):
    return f"an array of shape {a.shape}" if a.shape else "one number"


def _entries(marked):
    """The indices of marked entries, with the verb."""
    if not marked.ndim:
        return "it is"
    if marked.all():
        return "all entries are"
    places = [", ".join(map(str, index)) for index in np.argwhere(marked)]
    if marked.ndim > 1:
        places = [f"({place})" for place in places]
    if len(places) == 1:
        return f"entry {places[0]} is"
    last = places.pop() if len(places) <= MOST else f"{len(places) - MOST} more"
    return f"entries {', '.join(places[:MOST])} and {last} are"
