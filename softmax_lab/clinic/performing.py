"""Call a function in a form, with arguments in one kind of container, where its code is run.

Containers: arrays, lists, tensors of double or single precision, arrays of JAX. A framework that
calls the backward pass itself has a function in ``ENGINES``.
"""

import itertools
import sys
from dataclasses import replace

import numpy as np

from softmax_lab.clinic.form import NAMES, Value, arguments_of
from softmax_lab.clinic.results import mishap, outcomes_of, readable


def perform(function, form, parts, container):
    """Call the function in a form, and return each part of its result as an Outcome."""
    arrays = {name: a for name, a in parts.items() if isinstance(a, np.ndarray | np.generic)}
    given = {name: _contained(np.asarray(a), container) for name, a in arrays.items()}
    try:
        outcomes = _indexed(function, form, parts | given, parts)
    except BaseException as error:
        # Also SystemExit and KeyboardInterrupt: here they are the function's own.
        outcomes = {"": mishap(error)}
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
        return outcomes_of(*_called(function, form, given))
    sizes = [parts["n"] if t == "#class" else parts["N"] for t in indices]
    results = []
    for values in itertools.product(*(range(size) for size in sizes)):
        result = _called(function, form, given | {"indices": list(values)})[0]
        results.append(readable(result))
    return outcomes_of(np.array(results).reshape(*sizes, *results[0].shape), None, {})


def _called(function, form, given):
    """The result of the last call, the object it belongs to, and what that held before."""
    if form.engine:
        return ENGINES[form.engine](function, form, given), None, {}
    keep = given | {"ctx": Context()}
    target = function
    if form.made is not None:
        target = function(*(_filled(token, keep) for token in form.made))
    for name, token in form.kept:
        setattr(target, name, given[token])
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


ATTENDED = ("q", "k", "values")


def _by_torch(function, form, given):
    """Forward, then backward, by PyTorch's own tape."""
    kinds = form.last.tokens
    if "q" in kinds:
        leaves = {k: given[k].clone().requires_grad_() for k in ATTENDED}
        function.apply(*(leaves.get(k, given.get(k)) for k in kinds)).backward(given["g"])
        return tuple(leaf.grad for leaf in leaves.values())
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
    if "q" in kinds:
        _, back = jax.vjp(function, *(given[k] for k in ATTENDED))
        return back(given["g"])
    x = next(k for k in kinds if k in ("z", "h"))
    result, back = jax.vjp(
        lambda leaf: function(*(leaf if k == x else given[k] for k in kinds)), given[x]
    )
    upstream = given["v"] if len(kinds) == 1 else np.ones_like(result)
    return back(upstream)[0]


ENGINES = {"torch": _by_torch, "jax": _by_jax}


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
