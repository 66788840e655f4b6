"""One hand-over: code as it stands in somebody's file, and what an expert says about it.

Cases are collected by the decorator :func:`handed_over`, which leaves the code as it is::

    @handed_over("wrong", {"diagonal_only"}, "s (1 - s) is the diagonal.", role="jacobian", takes="z")
    def softmax_prime(x): ...

``takes`` names the arguments in their order: z logits, h output, v upstream error, t target, y
integer labels; for anything else ``asks`` calls the code. Everything an expert would declare
is in ``declared``; the order of arguments and the part of a tuple cannot be declared.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

NOT_JUDGED = "not judged"  # any verdict apart from the three that judge
VERDICTS = ("correct", "fragile", "wrong")
SETTINGS = ("role", "given", "loss", "reduction", "targets", "layout")
REGISTRY = []


@dataclass(frozen=True, eq=False)
class HandOver:
    """Code, how to call it, and the expert's answer.

    ``verdicts`` and ``mistakes`` are the answers that an expert accepts with everything
    declared, ``undeclared`` and ``undeclared_mistakes`` with nothing declared. A name that
    begins with ``~`` is a pattern: a mistake that the first catalogue had no key for. With
    ``or_none`` an expert accepts no name as well. One of the words of ``says`` has to stand in
    the report (the other question that the code answers rightly).

    ``serves`` is how it wants its samples (batch, single, column, row, or both: batch and
    single), ``right_on`` and ``breaks`` the inputs between which a fragile function changes.
    ``really`` is what the code computes, by differentiation, where that is not the declared role.
    """

    name: str
    kind: str
    thing: object
    asks: Callable
    declared: dict
    verdicts: frozenset
    mistakes: frozenset
    undeclared: frozenset
    undeclared_mistakes: frozenset
    note: str
    serves: str = "batch"
    or_none: bool = False
    says: tuple = ()
    right_on: str = "ordinary"
    breaks: tuple = ()
    really: Callable | None = None
    hostile: bool = False
    takes: str = ""
    tolerance: float = 1e-6
    extra: dict = field(default_factory=dict)

    @property
    def held_back(self):
        return self.kind.endswith("_held_back")

    @property
    def role(self):
        return self.declared.get("role")

    def setting(self, key):
        defaults = {
            "given": "output" if self.role == "output_gradient" else "logits",
            "loss": "cross_entropy",
            "reduction": "mean",
            "targets": "distribution",
            "layout": "rows",
        }
        return self.declared.get(key, defaults[key])

    def accepts_verdict(self, verdict, declared=True):
        accepted = self.verdicts if declared else self.undeclared
        return verdict in accepted or (NOT_JUDGED in accepted and verdict not in VERDICTS)

    def accepts_names(self, verdict, names, declared=True):
        """Whether each name is acceptable, and one is there where one is due."""
        accepted = self.mistakes if declared else self.undeclared_mistakes
        if verdict == "correct":
            return not names
        if not names:
            return not accepted or self.or_none
        return all(_among(name, accepted) for name in names)


def _among(name, accepted):
    return any(
        re.search(pattern[1:], name) if pattern.startswith("~") else name == pattern
        for pattern in accepted
    )


def _set(verdicts):
    return frozenset([verdicts] if isinstance(verdicts, str) else verdicts)


def handed_over(verdicts, mistakes=(), note="", *, takes="", asks=None, **details):
    """Keep a function or class, unchanged, as a case of the module that it stands in."""
    declared = {key: details.pop(key) for key in SETTINGS if key in details}
    words = takes.split()
    if "y" in words:
        declared.setdefault("targets", "labels")
    if "h" in words and declared.get("role") != "output_gradient":
        declared.setdefault("given", "output")
    undeclared = _set(details.pop("undeclared", verdicts))
    undeclared_mistakes = frozenset(details.pop("undeclared_mistakes", mistakes))
    if isinstance(details.get("breaks"), str):
        details["breaks"] = (details["breaks"],)
    given = details.pop("name", None)

    def keep(thing):
        module = sys._getframe(1).f_globals["__name__"].rpartition(".")[2]
        extra = details.get("extra", {})
        REGISTRY.append(
            HandOver(
                name=given or thing.__name__,
                kind=module,
                thing=thing,
                asks=asks or (lambda f, p: f(*(getattr(p, word) for word in words), **extra)),
                declared=declared,
                verdicts=_set(verdicts),
                mistakes=frozenset(mistakes),
                undeclared=undeclared,
                undeclared_mistakes=undeclared_mistakes,
                note=note,
                takes=takes,
                **details,
            )
        )
        return thing

    return keep


def layer(forward="z", backward="v", read=None, names=("forward", "backward"), made=()):
    """How to ask a layer: make it, go forward, go backward, and read the result.

    ``read`` is an attribute that holds the result; without it the backward method returns it.
    ``backward=None`` asks for the result of the forward pass.
    """

    def ask(thing, p):
        one = thing(*made) if isinstance(thing, type) else thing
        result = getattr(one, names[0])(*(getattr(p, word) for word in forward.split()))
        if backward is not None:
            result = getattr(one, names[1])(*(getattr(p, word) for word in backward.split()))
        return getattr(one, read) if read else result

    return ask
