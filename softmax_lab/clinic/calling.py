"""Hand a case to a function in the form it wants, and take down what happens.

Ways to hand it over: ``"batch"``, all samples at once; ``"single"``, one sample as a vector;
``"column"`` and ``"row"``, one sample as an (n, 1) or (1, n) array. Containers: arrays, lists,
tensors of double or single precision, arrays of JAX.
"""

import inspect
import itertools
import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from softmax_lab.clinic.forms import Value, arguments_of
from softmax_lab.clinic.worker import Ended, OutOfTime, Process, Worker, can_fork

CALL_LIMIT = 3.0  # seconds for one call
TOTAL_LIMIT = 12.0  # seconds for all calls together
SLOW, SLOW_CALLS = 0.1, 3  # seconds a call, and how many such calls, before fewer are made
LARGEST = 200_000  # numbers in a result
MOST_PARTS = 6
SHAPES = {"single": (-1,), "column": (-1, 1), "row": (1, -1)}
NAMES = {"z": "z", "h": "h", "v": "upstream", "t": "target", "y": "target", "X": "X"}


@dataclass
class Outcome:
    """What one call gave: a value, or else a problem, in words."""

    value: np.ndarray | None = None
    problem: str | None = None  # "raised", "never", "ended", "nothing", "text", …
    detail: str = ""
    overflowed: bool = False  # raised what NumPy would have answered with inf or nan
    changed: tuple = ()  # names of the arguments it wrote to


class Unreadable(Exception):
    """A result that is no array of numbers."""


class Patient:
    """The code of one diagnosis, in a process of its own; use it in a ``with`` statement."""

    def __init__(self, function):
        self.function = function
        self.printed = ""
        self.endless = 0
        self.slow = 0  # calls
        self.spent = 0.0  # seconds in calls
        self._why = Outcome(problem="never", detail="all calls together took too long")
        self._forked = can_fork()

    def __enter__(self):
        answer = _Answer(self.function)
        self._worker = Process(answer) if self._forked else Worker()
        self._worker.__enter__()
        return self

    def __exit__(self, *error):
        self._worker.__exit__(*error)

    def refresh(self):
        """Forget what the function may have kept from earlier calls, where that is possible."""
        if self._forked:
            self._worker.restart()

    @property
    def given_up(self):
        """Whether no more calls are made, since too many have not come back."""
        return self.endless > 1 or self.spent >= TOTAL_LIMIT

    def ask(self, form, parts, container="array"):
        """What each part of the result is, as {part: Outcome}."""
        if self.given_up:
            return {"": self._why}
        start = time.monotonic()
        question = (form, parts, container)
        limit = min(CALL_LIMIT, TOTAL_LIMIT - self.spent)
        try:
            if self._forked:
                outcomes, printed = self._worker.run(question, limit)
                self.printed += printed
            else:
                outcomes, error = self._worker.run(lambda: perform(self.function, *question), limit)
                self.printed = self._worker.printed
                if error is not None:
                    raise error
        except OutOfTime:
            self.endless += 1
            self._why = Outcome(problem="never", detail=_patience())
            return {"": self._why}
        except Ended:
            self.endless += 1
            self._why = Outcome(problem="ended", detail="it ended the process that it ran in")
            return {"": self._why}
        finally:
            seconds = time.monotonic() - start
            self.spent += seconds
            self.slow += seconds > SLOW
        return outcomes

    @property
    def is_slow(self):
        """Whether calls take so long that fewer have to do."""
        return self.slow >= SLOW_CALLS or self.endless > 0


def _patience():
    return f"{CALL_LIMIT:.2g} s were not enough"


class _Answer:
    """What the process does with a question."""

    def __init__(self, function):
        self.function = function

    def __call__(self, question):
        return perform(self.function, *question)


class Caller:
    """Calls a function in one form."""

    def __init__(self, patient, form):
        self.patient, self.form = patient, form
        self.changed = {}

    @property
    def endless(self):
        """How many calls have not come back."""
        return self.patient.endless

    @property
    def printed(self):
        """What the function has printed so far."""
        return self.patient.printed

    def call(self, case, way, container="array"):
        """Call the function with fresh arguments, and take down what happens."""
        outcome = part_of(self.patient.ask(self.form, parts_for(case, way), container), self.form)
        self.changed.update(dict.fromkeys(outcome.changed))
        return outcome


def part_of(outcomes, form):
    """The part of a result that a form asks for."""
    whole = outcomes.get("") or next(iter(outcomes.values()))
    if form.part in outcomes:
        return outcomes[form.part]
    if whole.problem in ("raised", "never", "ended"):
        return whole
    return Outcome(problem="nothing", detail=f"there is no {form.part} in what it returned")


def parts_for(case, way):
    """Everything that a function may be given, laid out as it wants it."""
    settings = case.settings
    z = case.z.astype(np.int64) if case.integer else case.z
    parts = {"z": z, "h": case.h, "v": case.v, "t": case.t, "y": case.labels}
    parts = {name: _laid_out(a, way, settings.layout) for name, a in parts.items()}
    N = case.N if way == "batch" else 1
    columns = settings.layout == "columns" and way == "batch"
    axis = 0 if columns or way == "column" else -1
    return parts | {"X": np.eye(N), "n": case.n, "N": N, "axis": axis, "b": 0.0}


def arguments(case, way, form=None):
    """The names of what the function is given, and the arrays."""
    parts = parts_for(case, way)
    if form is None:
        tokens = ["z" if case.settings.from_logits else "h"]
        tokens += ["v"] * (case.settings.role == "backward")
        tokens += [_target(case.settings)] * case.settings.with_target
    else:
        tokens = [t for t in form.last.tokens if isinstance(t, str) and t in NAMES]
    return [NAMES[t] for t in tokens], [parts[t] for t in tokens]


def _target(settings):
    return "y" if settings.targets == "labels" else "t"


def _laid_out(a, way, layout):
    if way == "batch":
        return np.ascontiguousarray(a.T) if layout == "columns" and a.ndim == 2 else a.copy()
    if a.ndim == 1:
        return a.copy() if way == "row" else a[0]  # a label
    return a[0].reshape(SHAPES[way]).copy()


# In the process of the function


def perform(function, form, parts, container):
    """Call the function in a form, and return each part of its result as an Outcome."""
    arrays = {name: a for name, a in parts.items() if isinstance(a, np.ndarray | np.generic)}
    given = {name: _contained(np.asarray(a), container) for name, a in arrays.items()}
    try:
        outcomes = _indexed(function, form, parts | given, parts)
    except BaseException as error:
        # Also SystemExit and KeyboardInterrupt: here they are the function's own.
        outcomes = {"": _mishap(error)}
    tokens = {token for call in form.calls for token in arguments_of(call)}
    tokens |= {"z", "h"} if any(str(t).startswith("cache") for t in tokens) else set()
    changed = tuple(
        NAMES[name]
        for name, a in arrays.items()
        if name in tokens and _differs(np.asarray(a), given[name])
    )
    return {part: replace(outcome, changed=changed) for part, outcome in outcomes.items()}


def _indexed(function, form, given, parts):
    """One call, or one for each value of each index, put together."""
    indices = [t for t in form.last.tokens if t in ("#class", "#sample")]
    if not indices:
        return _outcomes(*_called(function, form, given))
    sizes = [parts["n"] if t == "#class" else parts["N"] for t in indices]
    results = []
    for values in itertools.product(*(range(size) for size in sizes)):
        result = _called(function, form, given | {"indices": list(values)})[0]
        results.append(readable(result))
    return _outcomes(np.array(results).reshape(*sizes, *results[0].shape), None, {})


def _called(function, form, given):
    """The result of the last call, the object it belongs to, and what that held before."""
    if form.engine:
        return ENGINES[form.engine](function, form, given), None, {}
    keep = given | {"ctx": Context()}
    target = function
    if form.made is not None:
        target = function(*(_filled(token, keep) for token in form.made))
    held = {}
    for call in form.calls:
        held = dict(getattr(target, "__dict__", {}))
        method = getattr(target, call.name) if call.name else target
        places = iter(given.get("indices", ()))
        arguments = [next(places) if str(t)[0] == "#" else _filled(t, keep) for t in call.tokens]
        result = method(*arguments, **{name: _filled(t, keep) for name, t in call.keywords})
    return result, target, held


def _filled(token, given):
    if isinstance(token, Value):
        return token.value
    if token == "cache:dict":
        z, h = given["z"], given["h"]
        names = {"z": ("z", "Z", "x", "X", "input", "inputs", "logits", "scores")}
        names["h"] = ("h", "a", "A", "s", "S", "p", "P", "y", "out", "output", "probs", "softmax")
        return dict.fromkeys(names["z"], z) | dict.fromkeys(names["h"], h)
    if token == "cache:tuple":
        return (given["z"], given["h"])
    return given[token]


class Context:
    """What forward keeps for backward, as frameworks have it."""

    def save_for_backward(self, *arrays):
        """Keep arrays."""
        self.saved_tensors = arrays


def _by_torch(function, form, given):
    """Forward, then backward, by PyTorch's own tape."""
    kinds = form.last.tokens
    x = next(k for k in kinds if k in ("z", "h"))
    leaf = given[x].clone().requires_grad_()
    result = function.apply(*(leaf if k == x else given[k] for k in kinds))
    if len(kinds) == 1:
        result.backward(given["v"])
    else:
        result.sum().backward()
    return leaf.grad


def _by_jax(function, form, given):
    """Forward, then backward, by JAX."""
    jax = sys.modules["jax"]
    kinds = form.last.tokens
    x = next(k for k in kinds if k in ("z", "h"))
    result, back = jax.vjp(
        lambda leaf: function(*(leaf if k == x else given[k] for k in kinds)), given[x]
    )
    upstream = given["v"] if len(kinds) == 1 else np.ones_like(result)
    return back(upstream)[0]


ENGINES = {"torch": _by_torch, "jax": _by_jax}


def _outcomes(result, target, held):
    """Each part of a result that may be what was asked for."""
    found = {}
    several = isinstance(result, tuple) or (
        isinstance(result, list) and any(hasattr(part, "shape") for part in result)
    )
    if several and len(result) <= MOST_PARTS:
        found = {f"[{k}]": part for k, part in enumerate(result)}
    elif isinstance(result, dict):
        found = {f"[{key!r}]": part for key, part in list(result.items())[:MOST_PARTS]}
    elif result is None or result is target:
        now = getattr(target, "__dict__", {})
        changed = {k: v for k, v in now.items() if v is not held.get(k)}
        found = {f".{name}": value for name, value in changed.items()}
    outcomes = {"": _read(result)}
    for part, value in found.items():
        if value is not None:
            outcomes[part] = _read(value)
    return outcomes


def _read(value):
    try:
        return Outcome(readable(value))
    except Exception as error:
        return _mishap(error)


def _contained(a, container):
    if a.ndim == 0:
        return int(a) if a.dtype.kind in "iu" else float(a)
    if container == "list":
        return a.tolist()
    if container in ("tensor", "tensor32"):
        tensor = sys.modules["torch"].from_numpy(a.copy())
        return tensor.float() if container == "tensor32" and a.dtype.kind == "f" else tensor
    if container == "jax":
        return sys.modules["jax"].numpy.asarray(a)
    return a.copy()


def _differs(before, given):
    """Whether an argument is not what it was before the call."""
    try:
        after = np.asarray(given.detach() if hasattr(given, "detach") else given)
        if after.shape != before.shape or after.dtype.kind != before.dtype.kind:
            return True
        return not np.array_equal(before.astype(after.dtype), after)
    except Exception:
        return True


def readable(result):
    """A copy of a result as an array of real numbers; Unreadable says why it cannot be one."""
    if result is None:
        raise Unreadable("nothing", "it returned None: is there a return statement?")
    if isinstance(result, str | bytes):
        raise Unreadable("text", f"it returned the text {result!r:.40}")
    if hasattr(result, "detach"):
        result = result.detach().cpu().numpy()
    if inspect.isfunction(result) or inspect.isclass(result):
        raise Unreadable("text", f"it returned a function: {result!r:.40}")
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
        return Outcome(problem="never", detail=_patience())
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
