"""What can be diagnosed in a file: its public functions, its classes, and their methods."""

import inspect
import runpy
import sys
from pathlib import Path

from softmax_lab.clinic import names
from softmax_lab.clinic.forms import forms_of, instance
from softmax_lab.clinic.layers import public_methods
from softmax_lab.clinic.settings import ATTENTION

MODULE = "patient"  # what the file is called while it runs


def load(file):
    """The names that a file defines, by running it."""
    if not Path(file).is_file():
        raise ValueError(f"the file must exist; received {file!r}. Check the path.")
    sys.path.insert(0, str(Path(file).resolve().parent))
    try:
        return runpy.run_path(file, run_name=MODULE)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ValueError(
            f"the file must run without an error; {file} raised {type(error).__name__}: {error}. "
            f"Run it by itself first."
        ) from error


def named(defined, name, file):
    """The object of a name such as ``softmax`` or ``Net.backward``."""
    first, *rest = name.split(".")
    if first not in defined:
        raise ValueError(
            f"the file must define the function; {file} has no {first!r}. Check the spelling."
        )
    thing = defined[first]
    for attribute in rest:
        if inspect.isclass(thing) and attribute in public_methods(thing):
            thing = method(thing, attribute)
        elif hasattr(thing, attribute):
            thing = getattr(thing, attribute)
        else:
            raise ValueError(f"{first} must have what is asked for; it has no {attribute!r}.")
    return thing


def method(cls, name):
    """A method of a class, ready to be called: of an object made with guessed arguments."""
    static = inspect.getattr_static(cls, name)
    if isinstance(static, staticmethod | classmethod):
        return getattr(cls, name)
    return getattr(instance(cls), name)


def patients(defined):
    """Everything of a file that takes arrays, as (label, object)."""
    for name, thing in defined.items():
        if name.startswith("_") or getattr(thing, "__module__", None) != MODULE:
            continue
        if inspect.isclass(thing):
            yield from _of_class(name, thing)
        elif inspect.isfunction(thing) and forms_of(thing):
            yield name, thing


def _of_class(name, cls):
    """A layer as a whole; of a larger class, each method whose name speaks of what we know."""
    methods = public_methods(cls)
    if forms_of(cls) and not _is_network(methods):
        yield name, cls
        return
    for own in methods:
        if own != "__call__" and speaks_of_it(own):
            try:
                bound = method(cls, own)
                tried = bool(forms_of(bound))
            except Exception:  # the class wants what cannot be guessed
                continue
            if tried:
                yield f"{name}.{own}", bound


def _is_network(methods):
    """Whether a class does more than one layer does."""
    return (
        any(
            names.matches(r"train\w*|fit|update\w*|predict|sgd|backprop|init\w*|softmax_\w+", name)
            for name in methods
        )
        or len([m for m in methods if speaks_of_it(m)]) > 4
    )


def speaks_of_it(name):
    """Whether a name speaks of softmax, of a loss, or of a derivative."""
    return any(names.speaks_of(p, name) for p in ("softmax|sftmx", names.LOSS, names.DERIVATIVE))


def _calls_softmax(thing):
    """Whether the code of a function, or of a class, calls what is named after softmax."""
    some = [*public_methods(thing).values()] if inspect.isclass(thing) else [thing]
    codes = [getattr(getattr(one, "__func__", one), "__code__", None) for one in some]
    called = {name for code in codes for name in getattr(code, "co_names", ())}
    return any(names.speaks_of("softmax|sftmx", name) for name in called)


def is_recognised(label, diagnosis, thing=None):
    """Whether the function has to do with the clinic at all."""
    if names.speaks_of(names.OTHER, label) and not names.speaks_of("softmax", label):
        linear = bool(diagnosis.reading) and diagnosis.reading.form.linear
        known = linear or diagnosis.settings.role in ATTENTION
        return diagnosis.verdict == "correct" or (known and bool(diagnosis.mistakes))
    if diagnosis.verdict != "wrong" or diagnosis.answer or diagnosis.first:
        return True
    if diagnosis.mistakes and diagnosis.settings.role in ATTENTION:
        return True
    if diagnosis.mistakes:
        return speaks_of_it(label)
    answered = not diagnosis.evidence.outcome.problem
    return names.speaks_of("softmax|entropy|xent", label) or (answered and _calls_softmax(thing))
