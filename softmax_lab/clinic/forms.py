"""The forms in which people write such functions.

A ``Form`` says what is called with what. To add one, add a function to ``FORMS``: it gets the
object and yields Forms, or nothing.
"""

import inspect
from dataclasses import replace

from softmax_lab.clinic import names
from softmax_lab.clinic.binding import bindings, parameters
from softmax_lab.clinic.form import Call, Form, Value
from softmax_lab.clinic.layers import (
    FORWARDS,
    backward_forms,
    bound,
    constructor,
    is_framework_function,
    layer_methods,
    layers,
    public_methods,
)

MOST_FORMS = 60


def _functions(thing):
    """A plain function, or an object that is called."""
    if inspect.isclass(thing) or not callable(thing) or layer_methods(thing):
        return
    known = parameters(thing) or []
    columns = any(names.matches(names.COLUMNS, p.name, False) for p in known)
    flags = [p.name for p in known if not p.required and names.matches(names.FLAG, p.name)]
    penalties = [p.name for p in known if not p.required and names.guess(p.name) == 0.0]
    weighted = [
        p.name for p in known if not p.required and names.matches(names.CLASS_WEIGHTS, p.name)
    ]
    for call, penalty in bindings(thing):
        if weighted:  # weights of its own cannot be told from one number a batch
            evenly = replace(call, keywords=(*call.keywords, (weighted[0], "evenly")))
            yield Form((evenly,), penalty=penalty + 0.5, names_columns=columns)
        if "X" in call.tokens:  # the loss alone; what it adds for large weights is looked at later
            off = tuple((name, Value(0.0)) for name in penalties)
            call = replace(call, keywords=(*call.keywords, *off))
        for flag in flags:
            keywords = (*call.keywords, (flag, Value(True)))
            yield Form((replace(call, keywords=keywords),), penalty=penalty - 1)
        aside = bool(flags) or is_custom(thing)
        yield Form((call,), penalty=penalty, names_columns=columns, aside=aside)


def _torch_functions(thing):
    """A ``torch.autograd.Function``."""
    if not is_framework_function(thing):
        return
    names_of = parameters(thing.forward) or []
    count = len([p for p in names_of[1:] if p.required])
    for tokens in FORWARDS:
        if len(tokens) == count:
            yield Form((Call("apply", tokens),), engine="torch")


def is_custom(thing):
    """Whether it is a ``jax.custom_vjp``."""
    return hasattr(thing, "defvjp")


def _jax_functions(thing):
    """A ``jax.custom_vjp``, judged on the backward pass that was given to it."""
    if is_custom(thing):
        for tokens in FORWARDS:
            if len(tokens) == len(parameters(thing) or [None]):
                yield Form((Call("", tokens),), engine="jax")


def _classes_of_functions(thing):
    """A class or object of which no method has a telling name: each is tried by itself."""
    if inspect.isclass(thing) and not layer_methods(thing):
        made = constructor(thing)
        for name in public_methods(thing):
            for call, penalty in bindings(bound(thing, name)):
                yield Form((replace(call, name=name),), made, penalty=penalty)


def _models(thing):
    """A linear classifier that keeps its weights, with a gradient from (features, target)."""
    if not inspect.isclass(thing):
        return
    attributes = vars(instance(thing))
    weights = [name for name in attributes if names.matches(names.WEIGHTS, name)]
    biases = [name for name in attributes if names.matches(names.BIASES, name)]
    if len(weights) != 1:
        return
    kept = ((weights[0], "z"), *((name, "b") for name in biases[:1]))
    for name in public_methods(thing):
        known = [p for p in parameters(bound(thing, name)) or [] if p.required]
        if names.matches(names.NOT_A_STEP, name) or len(known) != 2:
            continue
        if names.holds(known[0].name).get("X") and names.holds(known[1].name).get("t"):
            for target in "yt":
                call = Call(name, ("X", target))
                yield Form((call,), constructor(thing), kept, penalty=-1.0)


FORMS = [_functions, _models, layers, _torch_functions, _jax_functions, _classes_of_functions]


def forms_of(thing):
    """All forms in which something can be handed over, what the names speak for first."""
    found = [form for make in FORMS for form in make(thing)]
    found.sort(key=lambda form: form.penalty)
    return list(dict.fromkeys(found))[:MOST_FORMS]


def owner_of(function):
    """The object whose method this is, if the method goes with a forward one; else itself."""
    owner = getattr(function, "__self__", None)
    if (
        inspect.ismethod(function)
        and not inspect.isclass(owner)
        and names.is_backward(function.__name__)
    ):
        return owner
    return function


def forms_of_method(owner, name):
    """All forms in which a backward method can be handed over, after the forward one or alone."""
    forward = (layer_methods(owner) or ("", []))[0]
    found = sorted(backward_forms(owner, forward, name, None), key=lambda form: form.penalty)
    return list(dict.fromkeys(found))[:MOST_FORMS]


def instance(cls):
    """An object of a class, made with guessed arguments; without any making if that fails."""
    values = {"n": 3, "N": 5, "axis": -1, "b": 0.0, "ctx": None}
    try:
        return cls(*(t.value if isinstance(t, Value) else values[t] for t in constructor(cls)))
    except Exception:  # its methods may do without
        return cls.__new__(cls)
