"""Fill a function's parameters: each way to do so, those that its names speak for first."""

import inspect
import re
from dataclasses import dataclass, replace
from itertools import permutations, product

from softmax_lab.clinic import names
from softmax_lab.clinic.form import Call, Value


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
        return [Parameter("")] * count if count else _documented(function)
    found = []
    for p in signature.parameters.values():
        if p.kind is p.VAR_POSITIONAL and not found:
            return None
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            annotation = "" if p.annotation is p.empty else str(p.annotation)
            found.append(Parameter(p.name, p.default is p.empty, annotation))
    return found


def _documented(function):
    """The parameters of a function written in C, by the first line of its docstring, or None."""
    name, doc = getattr(function, "__name__", ""), getattr(function, "__doc__", "") or ""
    told = re.match(rf"\s*{re.escape(name)}\(([\w, =.-]*)", doc) if name else None
    if not told:
        return None
    found = []
    for part in told[1].partition("*")[0].split(","):
        own, _, default = part.partition("=")
        if own.strip():
            found.append(Parameter(own.strip(), not default))
    return found or None


def is_called(thing, form, wanted, pattern):
    """Whether a parameter into which a form puts a token has a name of one kind."""
    method = getattr(thing, form.last.name, thing) if form.last.name else thing
    known = [p for p in parameters(method) or [] if p.required]
    known = known[1:] if inspect.isclass(thing) and form.last.name else known
    return any(
        token == wanted and names.matches(pattern, p.name)
        for p, token in zip(known, form.last.tokens, strict=False)
    )


def keyword_only(function):
    """The parameters that must be given by name, with a value that can be guessed."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ()
    return tuple(
        (p.name, guessed(Parameter(p.name)) or Value(None))
        for p in signature.parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty
    )


def guessed(parameter):
    """The token for a parameter whose value can be guessed, or None."""
    token = names.guess(parameter.name)
    if token is None or (isinstance(token, str) and token != "softmax"):
        return token
    return Value(token)


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
        *(pair for x, other in product("zh", "vty") for pair in ((x, other), (other, x))),
        ("W", "X"), ("X", "W"),
    ],
    3: [
        *permutations(("z", "h", "t")),
        *permutations(("z", "h", "y")),
        *permutations(("z", "h", "v")),
        *permutations(("X", "t", "h")),
        *permutations(("X", "y", "h")),
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
        if not _holds_what_is_linear(some, data, tokens):
            continue
        score, best = 0.0, 0.0
        for k, token in zip(data, tokens, strict=True):
            holds = _with_annotation(names.holds(some[k].name), some[k])
            score += holds.get("v" if token in ("one", "ones") else token, -1.0 if holds else 0.0)
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


def _holds_what_is_linear(some, data, tokens):
    """Whether what would be weights, or features without weights, is called so."""
    wanted = "W" if len(data) == 2 else "X" if "W" not in tokens else ""
    if wanted not in tokens:
        return True
    return wanted in names.holds(some[data[tokens.index(wanted)]].name)


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
            filled.append([guessed(p) or Value(None)])
    for number, combination in enumerate(product(*filled)):
        yield tuple(combination), 0.1 * number
