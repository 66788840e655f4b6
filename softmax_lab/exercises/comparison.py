"""Numbers of an answer beside those that are right, and what tells them apart, in words."""

import numpy as np

from softmax_lab.exercises.answers import Trouble
from softmax_lab.gradient_check import TOLERANCE

MOST = 6  # entries named one by one
ROUNDINGS = 16  # of this many, each of half an ε, an answer may be the result


def as_numbers(answer):
    """A plain array of an answer's numbers, whatever class it came in; Trouble if it has none."""
    if not isinstance(
        answer, bool | int | float | np.number | np.bool_ | np.ndarray | list | tuple
    ):
        raise Trouble(f"numbers are asked for, and this is of type {type(answer).__name__}.")
    try:
        a = np.array(answer)
        if a.dtype.kind == "c" and not a.imag.any():
            a = a.real
        return a if a.dtype.kind == "f" else a.astype(np.float64, casting=_casting(a))
    except (TypeError, ValueError, OverflowError):
        raise Trouble(
            "numbers are asked for, in rows of equal length; this has something else in it."
        ) from None


def _casting(a):
    """No imaginary part may be dropped."""
    return "same_kind" if a.dtype.kind == "c" else "unsafe"


def close(a, b, tolerance=TOLERANCE):
    """Whether two arrays have one shape and agree, relative to the largest number; nan does not.

    The first one is the answer: kept in float32, it is judged by the ε of float32.
    """
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and bool((_distance(a, b) <= _allowed(a, tolerance)).all())


def _distance(a, truth):
    """How far each number is off, relative to the largest."""
    return np.abs(a.astype(np.float64) - truth) / _size(truth)


def _allowed(a, tolerance=TOLERANCE):
    return max(tolerance, ROUNDINGS * np.finfo(a.dtype).eps) if a.dtype.kind == "f" else tolerance


def difference(a, truth):
    """What tells an answer from the truth, without giving the truth away."""
    truth = np.asarray(truth)
    if a.shape != truth.shape:
        return f"{_shape(truth)} is asked for, and this is {_shape(a)}."
    if not np.isfinite(a).all():
        return _entries(~np.isfinite(a), "not finite (inf or nan)", "no entry is finite")
    if truth.dtype == bool and not np.isin(a, (0, 1)).all():
        return "`True` or `False` is asked for, for each."
    if truth.dtype == bool:
        # To name the wrong ones would be to answer for the reader.
        return f"{(a == truth).sum()} of {truth.size} are right."
    if close(-a, truth):
        return "the size is right, the sign is not."
    if a.size > 1 and truth.any() and (ratio := _ratio(a, truth)) and close(a, ratio * truth):
        return f"a common factor is wrong: everything is {_times(ratio)}."
    if a.ndim == 2 and close(a.T, truth):
        return "rows and columns have changed places."
    if not a.ndim:
        return roughly(a, truth) or f"it is too {'large' if a > truth else 'small'}."
    wrong = _distance(a, truth) > _allowed(a)
    return roughly(a, truth) or _entries(wrong, "not right", "every entry is wrong")


def roughly(a, truth):
    """A remark on numbers that are nearly right, or nothing."""
    if not close(a, truth, 1e-2):
        return ""
    digits = int(-np.log10(_distance(a, truth).max()))
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


def _entries(marked, what, all_of_them):
    """A sentence that names the marked entries by their indices."""
    if not marked.ndim:
        return f"it is {what}."
    if marked.all():
        return f"{all_of_them}."
    places = [", ".join(map(str, index)) for index in np.argwhere(marked)]
    if marked.ndim > 1:
        places = [f"({place})" for place in places]
    if len(places) == 1:
        return f"entry {places[0]} is {what}."
    last = places.pop() if len(places) <= MOST else f"{len(places) - MOST} more"
    return f"entries {', '.join(places[:MOST])} and {last} are {what}."
