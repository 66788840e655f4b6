"""The forms of layers: objects with a forward and a backward method, whatever those are called."""

import inspect
from dataclasses import replace

from softmax_lab.clinic import names
from softmax_lab.clinic.binding import FUNCTIONS, bindings, guessed, parameters
from softmax_lab.clinic.form import KINDS, Form, Value, arguments_of, kind_of


def public_methods(thing):
    """The methods that a class of its own defines, by name."""
    cls = thing if inspect.isclass(thing) else type(thing)
    found = {}
    for base in reversed(cls.__mro__):
        if base is object or base.__module__.partition(".")[0] in ("torch", "jax", "numpy"):
            continue
        for name, value in vars(base).items():
            if isinstance(value, staticmethod | classmethod):
                value = value.__func__
            if inspect.isfunction(value) and (not name.startswith("_") or name == "__call__"):
                found[name] = value
    return found


def layer_methods(thing):
    """The names of the forward method (or "") and of the derivatives of a layer."""
    methods = public_methods(thing)
    derivatives = [name for name in methods if names.is_backward(name) and name != "__call__"]
    derivatives.sort(key=lambda name: (name != "backward", list(methods).index(name)))
    forward = next((name for name in names.FORWARD if name in methods), "")
    if not forward and derivatives:
        forward = next((m for m in methods if m not in derivatives and m != "__init__"
                        and not names.matches(names.NOT_A_STEP, m)), "")  # fmt: skip
    return (forward, derivatives) if forward or derivatives else None


def constructor(thing):
    """The arguments to make an object with: None for one that is there."""
    if not inspect.isclass(thing):
        return None
    found = parameters(thing.__init__) if "__init__" in dir(thing) else []
    if thing.__init__ is object.__init__:
        return ()
    needed = [p for p in (found or [])[1:] if p.required]
    return tuple(guessed(p) or Value(None) for p in needed)


def bound(thing, name):
    """A method as its caller sees it: without ``self``."""
    cls = thing if inspect.isclass(thing) else type(thing)
    value = inspect.getattr_static(cls, name, None)
    if isinstance(value, staticmethod | classmethod):
        return getattr(cls, name)
    return _Bound(value) if inspect.isclass(thing) else getattr(thing, name)


class _Bound:
    """A function without its first parameter."""

    def __init__(self, function):
        self.function = function

    @property
    def __signature__(self):
        signature = inspect.signature(self.function)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __call__(self):
        raise NotImplementedError


def is_framework_function(thing):
    """Whether a class is a ``torch.autograd.Function``."""
    return inspect.isclass(thing) and any(
        base.__module__.startswith("torch.autograd") for base in thing.__mro__
    )


FORWARDS = [("z",), ("h",), ("z", "t"), ("t", "z"), ("z", "y"), ("y", "z"), ("h", "t"), ("t", "h"),
            ("h", "y"), ("y", "h")]  # fmt: skip
BACKWARDS = [
    ("v",),
    ("t",),
    ("y",),
    ("one",),
    ("ones",),
    ("z",),
    ("h",),
    *(pair for pair in FUNCTIONS[2] if "W" not in pair),
    *FUNCTIONS[3][:30],
    (),
]


def layers(thing):
    """Objects with a forward and a backward method, whatever those are called."""
    found = layer_methods(thing)
    if not found or is_framework_function(thing):
        return
    forward, derivatives = found
    made = constructor(thing)
    if forward:
        for call, penalty in bindings(bound(thing, forward), FORWARDS):
            yield Form(
                (replace(call, name=forward),), made, penalty=penalty, aside=bool(derivatives)
            )
    for number, name in enumerate(derivatives):
        for form in backward_forms(thing, forward, name, made):
            yield replace(form, penalty=form.penalty + 0.5 * number)


def backward_forms(thing, forward, name, made):
    """Each way to call a backward method, after the forward one or alone."""
    firsts = [(None, 0.0)]
    if forward:
        firsts += [
            (replace(c, name=forward), p) for c, p in bindings(bound(thing, forward), FORWARDS)
        ]
    lasts = [(replace(c, name=name), p) for c, p in bindings(bound(thing, name), BACKWARDS)]
    for first, p in firsts:
        for last, q in lasts:
            form = _joined(first, last, made)
            if form:
                yield replace(form, penalty=p + q + form.penalty)


def _joined(first, last, made):
    """Forward, then backward, if together they make sense."""
    before = {kind_of(t) for t in arguments_of(first)} & set(KINDS) if first else set()
    now = {kind_of(t) for t in arguments_of(last)}
    one = now & {"one", "ones"}
    now &= set(KINDS)
    if one and not before & {"t", "y"}:
        return None
    both = before | now
    if {"t", "y"} <= both or ("v" in both and both & {"t", "y"}):
        return None
    if not both & {"z", "h"} or (before & {"h"} and "z" in now):
        return None
    if before == {"h"} and not now & {"t", "y"}:
        return None
    if first and now & {"z", "h"} and not before & {"z", "h"}:
        return None
    tokens = tuple(Value(1.0) if t == "one" else t for t in last.tokens)
    calls = (first, replace(last, tokens=tokens)) if first else (last,)
    alone = 0.5 if not first else 0.0
    mixed = 0.7 if "z" in before and "h" in now else 0.0
    return Form(calls, made, penalty=alone + mixed)
