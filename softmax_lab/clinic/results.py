"""Read what a call gave: the parts of its result, as arrays of real numbers, or why not."""

import contextlib
import inspect
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from softmax_lab.clinic import names
from softmax_lab.clinic.worker import OutOfTime

LARGEST = 200_000  # numbers in a result
MOST_PARTS = 6
CALL_LIMIT = 3.0  # seconds for one call


@dataclass
class Outcome:
    """What one call gave: a value, or else a problem, in words."""

    value: np.ndarray | None = None
    problem: str | None = None  # "raised", "never", "ended", "nothing", "text", …
    detail: str = ""
    overflowed: bool = False  # raised what NumPy would have answered with inf or nan
    changed: tuple = ()  # names of the arguments it wrote to


def too_long():
    """What is known of a call that has not come back."""
    return Outcome(problem="never", detail=f"{CALL_LIMIT:.2g} s were not enough")


class Unreadable(Exception):
    """A result that is no array of numbers."""


def outcomes_of(result, target, held):
    """Each part of a result that may be what was asked for."""
    found = {}
    several = isinstance(result, tuple) or (
        isinstance(result, list) and any(hasattr(part, "shape") for part in result)
    )
    if several and len(result) <= MOST_PARTS:
        found = {f"[{k}]": part for k, part in enumerate(result)}
        for k, part in enumerate(result):  # ({"dW": …, "db": …}, cost)
            if isinstance(part, dict):
                del found[f"[{k}]"]
                found |= {f"[{k}][{key!r}]": each for key, each in _some(part)}
    elif isinstance(result, dict):
        found = {f"[{key!r}]": part for key, part in _some(result)}
    else:
        now = getattr(target, "__dict__", {})
        changed = {k: v for k, v in now.items() if v is not held.get(k)}
        if result is not None and result is not target:
            changed = {k: v for k, v in changed.items() if _is_derived(k)} | _properties(target)
        found = {f".{name}": value for name, value in changed.items()}
    outcomes = {"": _read(result)}
    for part, value in found.items():
        if value is not None:
            outcomes[part] = _read(value)
    return outcomes


def _some(parts):
    return list(parts.items())[:MOST_PARTS]


def _properties(target):
    """The derivatives that an object hands out as properties."""
    found = {}
    for name in filter(_is_derived, dir(type(target))):
        if isinstance(inspect.getattr_static(type(target), name), property | cached_property):
            with contextlib.suppress(Exception):  # it may hand out nothing before backward
                found[name] = getattr(target, name)
    return found


def _is_derived(name):
    return not name.startswith("_") and names.matches(names.DERIVED, name)


def _read(value):
    try:
        return Outcome(readable(value))
    except Exception as error:
        return mishap(error)


def readable(result):
    """A copy of a result as an array of real numbers; Unreadable says why it cannot be one."""
    if result is None:
        raise Unreadable("nothing", "it returned None: is there a return statement?")
    if isinstance(result, str | bytes):
        raise Unreadable("text", f"it returned the text {result!r:.40}")
    if hasattr(result, "detach"):
        result = result.detach().cpu().numpy()
    if inspect.isfunction(result) or inspect.isclass(result):
        raise Unreadable("function", f"it returned a function: {result!r:.40}")
    size = _size(result)
    if size > LARGEST:
        shape = getattr(result, "shape", None)
        raise Unreadable("giant", f"it returned {shape or size} numbers: far too many")
    if isinstance(result, list | tuple):
        result = [r.detach().cpu().numpy() if hasattr(r, "detach") else r for r in result]
    try:
        array = np.array(result)
    except ValueError:
        kind = type(result).__name__
        raise Unreadable("ragged", f"it returned a {kind} of parts of different sizes") from None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind == "V":  # JAX's float0
        raise TypeError("there is no derivative with respect to integers")
    if array.dtype.kind in "iubO":
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    what = {"U": "text", "S": "text", "c": "complex numbers"}.get(array.dtype.kind, "no numbers")
    raise Unreadable("text", f"it returned {what}: {type(result).__name__} {result!r:.40}")


def _size(result):
    if isinstance(result, list | tuple):
        total = 0
        for part in result:
            total += _size(part)
            if total > LARGEST:
                break
        return total
    size = getattr(result, "size", 1)
    return size if isinstance(size, int) else 1


def mishap(error):
    """What is known of a call that raised, or whose result cannot be read."""
    if isinstance(error, Unreadable):
        return Outcome(problem=error.args[0], detail=error.args[1])
    if isinstance(error, OutOfTime):
        return too_long()
    message = _message(error)
    overflowed = isinstance(error, ArithmeticError) or "math domain error" in message
    name = type(error).__name__
    return Outcome(
        problem="raised", detail=f"{name}: {message}" if message else name, overflowed=overflowed
    )


def _message(error):
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # an exception of the function's own may fail to say what it is
        return ""
    return lines[0][:160] if lines else ""
