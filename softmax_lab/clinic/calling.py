"""Hand a case to a function in the form it wants, and take down what happens.

Ways to hand it over: ``"batch"``, all samples at once; ``"single"``, one sample as a vector;
``"column"`` and ``"row"``, one sample as an (n, 1) or (1, n) array. Containers: arrays, lists,
tensors.
"""

import inspect
import sys
import time
from dataclasses import dataclass

import numpy as np

from softmax_lab.clinic.worker import OutOfTime, Worker

CALL_LIMIT = 3.0  # seconds for one call
TOTAL_LIMIT = 7.0  # seconds for all calls together
LARGEST = 200_000  # numbers in a result
SHAPES = {"single": (-1,), "column": (-1, 1), "row": (1, -1)}

PATIENCE = f"{CALL_LIMIT:.0f} s were not enough"


@dataclass
class Outcome:
    """What one call gave: a value, or else a problem, in words."""

    value: np.ndarray | None = None
    problem: str | None = None  # "raised", "never", "nothing", "text", …
    detail: str = ""
    overflowed: bool = False  # raised what NumPy would have answered with inf or nan
    changed: tuple = ()  # names of the arguments it wrote to


class Unreadable(Exception):
    """A result that is no array of numbers."""


class Caller:
    """Calls the function of one diagnosis; use it in a ``with`` statement."""

    def __init__(self, function, settings):
        self.function, self.settings = function, settings
        self.changed = {}
        self.endless = 0
        self._worker = Worker()
        self._end = time.monotonic() + TOTAL_LIMIT

    def __enter__(self):
        self._worker.__enter__()
        return self

    def __exit__(self, *error):
        self._worker.__exit__(*error)

    @property
    def printed(self):
        """What the function has printed so far."""
        return self._worker.printed

    def call(self, case, way, container="array"):
        """Call the function with fresh arguments, and take down what happens."""
        left = self._end - time.monotonic()
        if left <= 0 or self.endless > 1:
            return Outcome(problem="never", detail=PATIENCE)
        names, arrays = arguments(case, way)
        given = [_contained(a, container) for a in arrays]

        def job():
            return readable(_result(self.function, self.settings, given))

        value, error = self._worker.run(job, min(CALL_LIMIT, left))
        outcome = Outcome(value) if error is None else _mishap(error)
        self.endless += outcome.problem == "never"
        outcome.changed = tuple(
            name for name, a, g in zip(names, arrays, given, strict=True) if _differs(a, g)
        )
        self.changed.update(dict.fromkeys(outcome.changed))
        return outcome


def arguments(case, way):
    """The names of what the function is given, and the arrays."""
    settings = case.settings
    names, arrays = ["z" if settings.from_logits else "h"], [case.x]
    if case.integer:
        arrays = [case.x.astype(np.int64)]
    if settings.role == "backward":
        names, arrays = [*names, "upstream"], [*arrays, case.v]
    if settings.with_target:
        labels = settings.targets == "labels"
        names, arrays = [*names, "target"], [*arrays, case.labels if labels else case.t]
    return names, [_laid_out(a, way, settings.layout) for a in arrays]


def _laid_out(a, way, layout):
    if way == "batch":
        return np.ascontiguousarray(a.T) if layout == "columns" and a.ndim == 2 else a.copy()
    if a.ndim == 1:
        return a.copy() if way == "row" else a[0]  # a label
    return a[0].reshape(SHAPES[way]).copy()


def _contained(a, container):
    if a.ndim == 0:
        return int(a)
    if container == "list":
        return a.tolist()
    if container == "tensor":
        return sys.modules["torch"].from_numpy(a.copy())
    return a.copy()


def _differs(before, given):
    """Whether an argument is not what it was before the call."""
    try:
        after = np.asarray(given.detach() if hasattr(given, "detach") else given)
        if after.shape != before.shape or after.dtype != before.dtype:
            return True
        return not np.array_equal(before, after)
    except Exception:
        return True


def _result(function, settings, given):
    """Call the function, or a layer's forward and backward."""
    target = function() if inspect.isclass(function) else function
    backward = getattr(target, "backward", None)
    if settings.role == "backward" and backward:
        _forward(target)(given[0])
        return backward(given[1])
    if settings.role == "loss_gradient" and backward:
        _forward(target)(*given)
        return backward(*(1.0 for _ in _required(backward)))
    return target(*given) if callable(target) else _forward(target)(*given)


def _forward(layer):
    return getattr(layer, "forward", None) or layer.__call__


def _required(function):
    """The parameters that must be given, as the error ∂C/∂C = 1 of a loss layer."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in parameters if p.default is p.empty and p.kind in kinds]


def readable(result):
    """A copy of a result as an array of real numbers; Unreadable says why it cannot be one."""
    if result is None:
        raise Unreadable("nothing", "it returned None: is there a return statement?")
    if isinstance(result, str | bytes):
        raise Unreadable("text", f"it returned the text {result!r:.40}")
    if hasattr(result, "detach"):
        result = result.detach().cpu().numpy()
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


def _mishap(error):
    if isinstance(error, Unreadable):
        return Outcome(problem=error.args[0], detail=error.args[1])
    if isinstance(error, OutOfTime):
        return Outcome(problem="never", detail=PATIENCE)
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
