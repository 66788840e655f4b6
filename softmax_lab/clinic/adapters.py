"""One-line adapters for forms that cannot be called as they are; what is printed is what is run.

To add one, add its source to ``ADAPTERS``, with ``f`` for what was handed over, ``backward`` for
the name of its method, and the roles that it can have.
"""

import inspect
import re

import numpy as np

from softmax_lab.clinic.layers import layer_methods

FORWARD = ("softmax", "jacobian")
ADAPTERS = [
    ("lambda z, upstream: f(z)(upstream)", ("backward",)),
    ("lambda z, upstream: f(z)[1](upstream)", ("backward",)),
    ("lambda logits, target: f(logits, target)[1]()", ("loss_gradient",)),
    ("lambda logits, target: f(logits, target)[1](1.0)", ("loss_gradient",)),
    ("lambda z, upstream: f(z).backward(upstream)", ("backward",)),
    ("lambda z: f(z).backward()", ("jacobian",)),
    ("lambda logits, target: f(logits, target).backward()", ("loss_gradient",)),
    ("lambda logits, target: f(logits)(target)", ("loss", "loss_gradient")),
    ("lambda z: f(*z)", FORWARD),
    ("lambda z: f(z, np.empty(np.shape(z)))", FORWARD),
    ("lambda z: (result := np.empty(np.shape(z)), f(z, result))[0]", FORWARD),
]


def takes_any_number(thing):
    """Whether all arguments of a function go into one parameter, as in ``f(*z)``."""
    try:
        kinds = {p.kind for p in inspect.signature(thing).parameters.values()}
    except (TypeError, ValueError):
        return False
    return kinds == {inspect.Parameter.VAR_POSITIONAL}


def adapters(thing, role):
    """Each adapter that may fit, as (its source, the adapted function, its role)."""
    name = getattr(thing, "__name__", "f")
    name = name if name.isidentifier() else "f"
    derivatives = (layer_methods(thing) or ("", []))[1]
    for source, roles in ADAPTERS:
        if ".backward(" in source:
            if not inspect.isclass(thing) or not derivatives:
                continue
            source = source.replace("backward", derivatives[0])
        if role and role not in roles:
            continue
        function = eval(source, {"f": thing, "np": np})
        yield re.sub(r"\bf\b", name, source), function, role or roles[0]
