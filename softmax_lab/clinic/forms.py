"""The forms in which people write such functions, and how each is called.

A ``Form`` says what is called with what: ``tokens`` stand for arguments. ``z``, ``h``, ``v``,
``t``, ``y`` are logits, output, arriving error, target and labels, ``X`` the features of a linear
classifier; ``n``, ``N``, ``axis``, ``b`` are known from the sizes; ``ctx`` is an object to keep
things in, ``#class`` and ``#sample`` indices that are run through. Anything else is in a ``Value``.

To add a form, add a function to ``FORMS``: it gets the object and yields Forms, or nothing.
"""

import inspect
from dataclasses import dataclass, replace
from itertools import permutations, product

from softmax_lab.clinic import names

KINDS = ("z", "h", "v", "t", "y")
WORDS = {
    "z": "logits", "h": "output", "v": "error", "t": "target", "y": "labels", "X": "features",
    "cache:dict": "cache", "cache:tuple": "cache",
    "n": "n", "N": "N", "axis": "axis", "b": "bias", "ctx": "context",
    "#class": "class", "#sample": "sample",
}  # fmt: skip
MOST_FORMS = 60


@dataclass(frozen=True)
class Value:
    """An argument with a value of its own."""

    value: object


@dataclass(frozen=True)
class Call:
    """One call: the attribute that is called, "" for the object itself, and its arguments."""

    name: str = ""
    tokens: tuple = ()
    keywords: tuple = ()


@dataclass(frozen=True)
class Form:
    """A way to hand over: what is made, what is called, and which part of the result counts."""

    calls: tuple
    made: tuple | None = None  # arguments of a class
    part: str = ""  # "", "[1]", "['dz']" or ".dinputs"
    engine: str = ""  # "torch" or "jax", where the framework calls the backward pass
    penalty: float = 0.0  # how much the names speak against it
    names_columns: bool = False  # dA, Z, AL, Y: names of those who keep samples in columns
    aside: bool = False  # the function itself, where there is its derivative to be judged

    @property
    def last(self):
        """The call whose result is judged."""
        return self.calls[-1]

    @property
    def kinds(self):
        """What it is given, in all its calls."""
        tokens = [token for call in self.calls for token in arguments_of(call)]
        upstream = {"v"} if self.engine and len(tokens) == 1 else set()  # a tape hands it over
        return frozenset(_kind(token) for token in [*tokens, *upstream]) & frozenset(KINDS)

    @property
    def given(self):
        """Whether the logits or the output are its first argument."""
        for call in reversed(self.calls):
            kinds = {_kind(token) for token in arguments_of(call)}
            if kinds & {"z", "h"}:
                # Given both, what is derived is derived at z, and written with h.
                return "output" if "h" in kinds else "logits"
        return "logits"

    @property
    def linear(self):
        """Whether it is a linear classifier, given features besides its weights."""
        return any("X" in call.tokens for call in self.calls)

    @property
    def order(self):
        """The arguments of the call that is judged, in words."""
        return [_word(token) for token in self.last.tokens]


def arguments_of(call):
    """All tokens of a call."""
    return [*call.tokens, *(token for _, token in call.keywords)]


def _kind(token):
    return "z" if isinstance(token, str) and token.startswith("cache:") else token


def _word(token):
    return repr(token.value) if isinstance(token, Value) else WORDS[token]


# Parameters


@dataclass(frozen=True)
class Parameter:
    """What is known of one parameter."""

    name: str
    required: bool = True
    annotation: str = ""


def parameters(function):
    """The positional parameters of a function; two without a name where nothing is known."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        count = getattr(function, "nin", 0)
        return [Parameter("")] * count if count else None
    found = []
    for p in signature.parameters.values():
        if p.kind is p.VAR_POSITIONAL and not found:
            return None
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            annotation = "" if p.annotation is p.empty else str(p.annotation)
            found.append(Parameter(p.name, p.default is p.empty, annotation))
    return found


def keyword_only(function):
    """The parameters that must be given by name, with a value that can be guessed."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ()
    return tuple(
        (p.name, _extra(Parameter(p.name)) or Value(None))
        for p in signature.parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty
    )


def _extra(parameter):
    guessed = names.guess(parameter.name)
    if guessed is None or (isinstance(guessed, str) and guessed != "softmax"):
        return guessed
    return Value(guessed)


def bindings(function, only=None):
    """Each way to fill the parameters, as (Call, penalty), those that the names speak for first.

    ``only`` gives the tokens to be used instead of those for functions.
    """
    found = parameters(function)
    keywords = keyword_only(function)
    if found is None:
        counts = (1, 2) if only is None else {len(o) for o in only}
        found_lists = [[Parameter("")] * count for count in counts]
    else:
        found_lists = _lists(found)
    made = []
    for some in found_lists:
        made += [(Call("", tokens, keywords), p) for tokens, p in _fill(some, only)]
        if any(_is_index(p, some) for p in some):  # or is it a label, or an error?
            some = [replace(p, name="y") if _is_index(p, some) else p for p in some]
            made += [(Call("", tokens, keywords), p + 0.5) for tokens, p in _fill(some, only)]
    return sorted(made, key=lambda pair: pair[1])


def _lists(found):
    """The parameters that are filled: all that are required, or as many as make sense."""
    required = [p for p in found if p.required]
    lists = [required]
    data = [p for p in required if _is_data(p, required)]
    optional = [p for p in found if not p.required and _is_optional_data(p)]
    if len(data) < 2 and optional:
        k = found.index(optional[0]) + 1
        lists.append(found[:k])
    return lists


def _is_optional_data(p):
    return bool(names.holds(p.name)) and names.guess(p.name) is None


def _is_data(p, others):
    scores = names.holds(p.name)
    if max(scores.values(), default=0) >= 4:
        return True
    if _is_index(p, others):
        return False
    return names.guess(p.name) is None


def _is_index(p, others):
    return names.matches(names.INDEX, p.name) and len(others) > 1


FUNCTIONS = {
    0: [],
    1: [("z",), ("h",)],
    2: [
        pair
        for x, other in product("zh", "vty")
        for pair in ((x, other), (other, x))
    ],
    3: [
        *permutations(("z", "h", "t")),
        *permutations(("z", "h", "y")),
        *permutations(("z", "h", "v")),
        ("W", "X", "y"), ("X", "W", "y"), ("X", "y", "W"), ("W", "X", "t"), ("X", "W", "t"),
        ("X", "t", "W"),
    ],
}  # fmt: skip


def _fill(some, only):
    """Tokens for each parameter, with what the names say against them."""
    data = [k for k, p in enumerate(some) if _is_data(p, some)]
    chosen = FUNCTIONS if only is None else {len(o): only for o in only}
    if only is not None:
        chosen = {}
        for o in only:
            chosen.setdefault(len(o), []).append(o)
    if len(data) not in chosen and len(some) in chosen:
        data = list(range(len(some)))
    # Where too few are left, an index or a number is perhaps none.
    if not data and some and 0 not in ({len(o) for o in only} if only else set()):
        data = list(range(min(len(some), 2)))
    options = []
    for tokens in chosen.get(len(data), []):
        score, best = 0.0, 0.0
        for k, token in zip(data, tokens, strict=True):
            holds = _with_annotation(names.holds(some[k].name), some[k])
            score += holds.get(token, -1.0 if holds else 0.0)
        options.append((score, tokens))
    if not options:
        return []
    best = max(score for score, _ in options)
    made = []
    for score, tokens in options:
        penalty = best - score
        if penalty >= _veto(some, data, tokens, options):
            continue
        for filled, more in _with_extras(some, data, tokens):
            made.append((filled, penalty + more))
    return made


def _with_annotation(holds, p):
    annotation = p.annotation.lower()
    if holds and ("int" in annotation and "list" not in annotation):
        return {**holds, "y": holds.get("y", 0) + 3}
    return holds


def _veto(some, data, tokens, options):
    """How much may be said against an order before it is out of the question."""
    if len(data) == 3:
        return 4.0

    # z or h is no question of names where only one of them is given.
    def roleless(tokens):
        return tuple("x" if t in "zh" else "t" if t in "ty" else t for t in tokens)

    mine = roleless(tokens)
    best = {}
    for score, other in options:
        key = roleless(other)
        best[key] = max(best.get(key, -99), score)
    return 99.0 if max(best.values()) - best[mine] < 3.0 else -1.0


def _with_extras(some, data, tokens):
    """The tokens of all parameters, in their order."""
    filled = []
    by_place = dict(zip(data, tokens, strict=True))
    indices = [
        k for k, p in enumerate(some) if k not in by_place and names.matches(names.INDEX, p.name)
    ]
    for k, p in enumerate(some):
        if k in by_place:
            token = {"W": "z"}.get(by_place[k], by_place[k])
            if token in ("z", "h") and names.matches(names.CACHE, p.name):
                filled.append([token, "cache:dict", "cache:tuple"])
            else:
                filled.append([token])
        elif k in indices:
            filled.append(["#class", "#sample"] if len(indices) == 1 else ["#class"])
        elif names.matches(names.FLAG, p.name):
            filled.append([Value(True), Value(False)])
        else:
            filled.append([_extra(p) or Value(None)])
    for number, combination in enumerate(product(*filled)):
        yield tuple(combination), 0.1 * number


# Forms of functions


def _functions(thing):
    """A plain function, or an object that is called."""
    if inspect.isclass(thing) or not callable(thing) or _layer_methods(thing):
        return
    known = parameters(thing) or []
    columns = any(names.matches(names.COLUMNS, p.name, False) for p in known)
    flags = [
        p.name
        for p in parameters(thing) or []
        if not p.required and names.matches(names.FLAG, p.name)
    ]
    penalties = [p.name for p in known if not p.required and names.guess(p.name) == 0.0]
    for call, penalty in bindings(thing):
        if "X" in call.tokens:  # the loss alone; what it adds for large weights is looked at later
            off = tuple((name, Value(0.0)) for name in penalties)
            call = replace(call, keywords=(*call.keywords, *off))
        for flag in flags:
            keywords = (*call.keywords, (flag, Value(True)))
            yield Form((replace(call, keywords=keywords),), penalty=penalty - 1)
        yield Form((call,), penalty=penalty, names_columns=columns, aside=bool(flags))


# Forms of layers


def public_methods(thing):
    """The methods that a class of its own defines, by name."""
    cls = thing if inspect.isclass(thing) else type(thing)
    found = {}
    for base in reversed(cls.__mro__):
        if base is object or base.__module__.partition(".")[0] in (
            "torch",
            "jax",
            "numpy",
        ):
            continue
        for name, value in vars(base).items():
            if isinstance(value, staticmethod | classmethod):
                value = value.__func__
            if inspect.isfunction(value) and (not name.startswith("_") or name == "__call__"):
                found[name] = value
    return found


def is_backward(name):
    """Whether a method's name says that it is a derivative."""
    return name.lower() in ("backward", "back", "backwards", "bprop") or (
        names.speaks_of(names.DERIVATIVE, name) and not names.matches(names.NOT_A_STEP, name)
    )


def _layer_methods(thing):
    """The names of the forward method (or "") and of the derivatives of a layer."""
    methods = public_methods(thing)
    derivatives = [name for name in methods if is_backward(name) and name != "__call__"]
    derivatives.sort(key=lambda name: (name != "backward", list(methods).index(name)))
    forward = next((name for name in names.FORWARD if name in methods), "")
    if not forward and derivatives:
        forward = next((m for m in methods if m not in derivatives and m != "__init__"
                        and not names.matches(names.NOT_A_STEP, m)), "")  # fmt: skip
    return (forward, derivatives) if forward or derivatives else None


def _constructor(thing):
    """The arguments to make an object with: None for one that is there."""
    if not inspect.isclass(thing):
        return None
    found = parameters(thing.__init__) if "__init__" in dir(thing) else []
    if thing.__init__ is object.__init__:
        return ()
    needed = [p for p in (found or [])[1:] if p.required]
    return tuple(_extra(p) or Value(None) for p in needed)


def _bound(thing, name):
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


def _is_framework_function(thing):
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
    ("z",),
    ("h",),
    *FUNCTIONS[2],
    *FUNCTIONS[3][:18],
    (),
]


def _layers(thing):
    """Objects with a forward and a backward method, whatever those are called."""
    found = _layer_methods(thing)
    if not found or _is_framework_function(thing):
        return
    forward, derivatives = found
    made = _constructor(thing)
    if forward:
        for call, penalty in bindings(_bound(thing, forward), FORWARDS):
            yield Form(
                (replace(call, name=forward),), made, penalty=penalty, aside=bool(derivatives)
            )
    for number, name in enumerate(derivatives):
        for form in _backward_forms(thing, forward, name, made):
            yield replace(form, penalty=form.penalty + 0.5 * number)


def _backward_forms(thing, forward, name, made):
    firsts = [(None, 0.0)]
    if forward:
        firsts += [
            (replace(c, name=forward), p) for c, p in bindings(_bound(thing, forward), FORWARDS)
        ]
    lasts = [(replace(c, name=name), p) for c, p in bindings(_bound(thing, name), BACKWARDS)]
    for first, p in firsts:
        for last, q in lasts:
            form = _joined(first, last, made)
            if form:
                yield replace(form, penalty=p + q + form.penalty)


def _joined(first, last, made):
    """Forward, then backward, if together they make sense."""
    before = {_kind(t) for t in arguments_of(first)} & set(KINDS) if first else set()
    now = {_kind(t) for t in arguments_of(last)}
    one = "one" in now
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


def _torch_functions(thing):
    """A ``torch.autograd.Function``."""
    if not _is_framework_function(thing):
        return
    names_of = parameters(thing.forward) or []
    count = len([p for p in names_of[1:] if p.required])
    for tokens in FORWARDS:
        if len(tokens) == count:
            yield Form((Call("apply", tokens),), engine="torch")


def _jax_functions(thing):
    """A ``jax.custom_vjp``."""
    if hasattr(thing, "defvjp"):
        for tokens in FORWARDS:
            if len(tokens) == len(parameters(thing) or [None]):
                yield Form((Call("", tokens),), engine="jax")


def _classes_of_functions(thing):
    """A class or object of which no method has a telling name: each is tried by itself."""
    if inspect.isclass(thing) and not _layer_methods(thing):
        made = _constructor(thing)
        for name in public_methods(thing):
            for call, penalty in bindings(_bound(thing, name)):
                yield Form((replace(call, name=name),), made, penalty=penalty)


FORMS = [_functions, _layers, _torch_functions, _jax_functions, _classes_of_functions]


def forms_of(thing):
    """All forms in which something can be handed over, what the names speak for first."""
    found = [form for make in FORMS for form in make(thing)]
    found.sort(key=lambda form: form.penalty)
    return list(dict.fromkeys(found))[:MOST_FORMS]


def owner_of(function):
    """The object whose method this is, if the method goes with a forward one; else itself."""
    owner = getattr(function, "__self__", None)
    if inspect.ismethod(function) and not inspect.isclass(owner) and is_backward(function.__name__):
        return owner
    return function


def forms_of_method(owner, name):
    """All forms in which a backward method can be handed over, after the forward one or alone."""
    forward = (_layer_methods(owner) or ("", []))[0]
    found = sorted(_backward_forms(owner, forward, name, None), key=lambda form: form.penalty)
    return list(dict.fromkeys(found))[:MOST_FORMS]


def instance(cls):
    """An object of a class, made with guessed arguments; without any making if that fails."""
    values = {"n": 3, "N": 5, "axis": -1, "b": 0.0, "ctx": None}
    try:
        return cls(*(t.value if isinstance(t, Value) else values[t] for t in _constructor(cls)))
    except Exception:  # its methods may do without
        return cls.__new__(cls)
