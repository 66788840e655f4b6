"""A reader's answer, handled with care: is it the stub, what does it return, why does it raise."""

import copy
import inspect
import re
import traceback
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np

from softmax_lab.clinic.worker import OutOfTime, Worker

LIMIT = 3.0  # seconds for one call
PACKAGE = str(Path(__file__).resolve().parents[1])
NEARLY = 1e-9  # relative to the largest entry: so near comes who puts back what was taken away

_overwritten = ContextVar("overwritten", default=None)


class Unanswered(Exception):
    """The answer is still the stub; its message, if there is one, is for the reader."""


class Trouble(Exception):
    """The answer cannot be judged; the message tells the reader why."""


def is_stub(answer):
    """Whether an answer, or a part of it, has been left open."""
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if isinstance(answer, list | tuple):
        return any(map(is_stub, answer))
    return answer is None or answer is ...


@contextmanager
def watching():
    """Sentences about the arguments that functions overwrite meanwhile, by the argument."""
    seen = {}
    before = _overwritten.set(seen)
    try:
        yield seen
    finally:
        _overwritten.reset(before)


def call(function, *arguments):
    """What a reader's function returns for copies of the arguments, within a time limit.

    Raises Unanswered if it is a stub, and Trouble with the error and its line if it raises. What
    it overwrites is noted for whoever is ``watching``.
    """
    given = copy.deepcopy(arguments)
    with Worker() as worker:
        value, error = worker.run(lambda: function(*given), LIMIT)
    _note_what_changed(function, arguments, given)
    if isinstance(error, NotImplementedError):
        raise Unanswered
    if isinstance(error, OutOfTime):
        raise Trouble(f"it did not return within {LIMIT:.0f} seconds. Does a loop never end?")
    if error is not None:
        raise Trouble(f"it raised {_told(error)}.")
    if value is None:
        raise Unanswered("it returns None so far. Is the return statement still to come?")
    if is_stub(value):
        raise Unanswered
    return value


def _note_what_changed(function, arguments, given):
    """One sentence for each argument that is not what it was, if anybody is watching."""
    noted = _overwritten.get()
    for k, (before, after) in enumerate(zip(arguments, given, strict=True)):
        floating = np.asarray(before).dtype.kind in "fc"
        if noted is not None and not np.array_equal(before, after, equal_nan=floating):
            name = _parameter(function, k)
            noted.setdefault(name, _change(name, before, after))


def _change(name, before, after):
    floating = isinstance(before, np.ndarray) and before.dtype.kind == "f"
    if floating and before.shape == after.shape:  # else nothing was rounded
        with np.errstate(all="ignore"):  # of infinities, which leave nan: then it is not near
            off = np.abs(before - after).max()
        if off <= NEARLY * np.abs(before).max():
            return (
                f"it writes to {name} and does not put back quite what was there: the caller's "
                f"array is off by {off:.1e} afterwards. Write to an array of your own."
            )
    return (
        f"it overwrites {name}: the caller's array is not the same afterwards. Write to an array "
        f"of your own."
    )


def _parameter(function, k):
    """The name of the function's parameter k, if it has one."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # as for some functions that are written in C
        parameters = []
    named = k < len(parameters) and parameters[k].kind is not inspect.Parameter.VAR_POSITIONAL
    return f"`{parameters[k].name}`" if named else "an array that it is given"


def _told(error):
    """An error's type and message, and the line of the reader's cell that raised it."""
    message = re.sub(r"0x[0-9a-fA-F]+", "0x…", " ".join(str(error).split()))[:160]
    told = f"{type(error).__name__}: {message}" if message else type(error).__name__
    outside = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(PACKAGE)
    ]
    if not outside:
        return told
    cell = outside[0].filename  # what the check called; deeper frames may be NumPy's
    frame = [frame for frame in outside if frame.filename == cell][-1]
    return f"{told}, in line {frame.lineno}" + (f": `{frame.line}`" if frame.line else "")


def borrowed(answer, names):
    """The first of the package's functions of these names that the answer uses, or None."""
    if getattr(answer, "__name__", None) in names and _of_the_package(answer):
        return answer.__name__
    methods = vars(answer if isinstance(answer, type) else type(answer)).values()
    return _first_used([answer, *methods], names)


def _first_used(functions, names):
    """Look through functions, and those that they call in their own notebook."""
    waiting, seen = [f for f in functions if isinstance(f, FunctionType)], set()
    while waiting:
        function = waiting.pop()
        seen.add(function)
        for name in _names_in(function.__code__):
            thing = function.__globals__.get(name)
            if thing is None and name in names:  # an attribute, as in softmax_lab.softmax
                return name
            if getattr(thing, "__name__", None) in names and _of_the_package(thing):
                return thing.__name__
            if isinstance(thing, FunctionType) and thing.__globals__ is function.__globals__:
                waiting += [thing] if thing not in seen else []
    return None


def _names_in(code):
    """The global names and attributes in code, and in the functions defined inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _of_the_package(thing):
    return str(getattr(thing, "__module__", "")).partition(".")[0] == "softmax_lab"
