"""One case: a function as somebody would write it, and what is to be said about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from softmax_lab import diagnose
from softmax_lab.clinic import calling


@dataclass(frozen=True)
class Case:
    """A function, what it claims to be, and the answers that would be right.

    ``verdicts`` holds one verdict, or two where the specification leaves a choice. ``names`` is
    a set of first names any of which is right, a tuple for a pair of mistakes at once, ``()``
    for none, or a list of such alternatives. ``settings`` go to ``diagnose`` as they are.
    ``serves`` says which inputs the function takes: "single", "batch" or "both", or "one" for a
    batch of one sample only, that is (1, n), or (n, 1) in columns; ``square``
    that it takes a batch of N = n only; ``lists`` that it takes lists only; ``multiple`` that it
    gives the truth times a constant, which no catalogue key explains.
    """

    name: str
    role: str
    verdicts: tuple[str, ...]
    names: object
    make: Callable[[], object]
    settings: dict = field(default_factory=dict)
    serves: str = "batch"
    square: bool = False
    lists: bool = False
    multiple: bool = False
    hostile: bool = False

    def setting(self, key):
        defaults = {
            "given": "output" if self.role == "output_gradient" else "logits",
            "loss": "cross_entropy",
            "reduction": "mean",
            "targets": "distribution",
            "layout": "rows",
        }
        return self.settings.get(key, defaults[key])

    @property
    def declared(self):
        """Every setting, so that nothing is left to be found out."""
        return {
            key: self.setting(key) for key in ("given", "loss", "reduction", "targets", "layout")
        }

    @property
    def alternatives(self):
        """Every acceptable set of leading keys; the empty one stands for "no name"."""
        answers = set()
        for names in self.names if isinstance(self.names, list) else [self.names]:
            if isinstance(names, tuple):
                answers.add(frozenset(names))
            else:
                answers |= {frozenset({name}) for name in names}
        return answers

    def diagnosed(self, **declared):
        """What the clinic says of it; where it never returns, half a second shows that as well."""
        with pytest.MonkeyPatch.context() as patch:
            if self.verdicts == ("not judged",):
                patch.setattr(calling, "CALL_LIMIT", 0.5)
            return diagnose(self.make(), **declared)

    def named_rightly(self, mistakes):
        mistakes = list(mistakes)
        return any(
            set(mistakes[: len(answer)]) == answer if answer else not mistakes
            for answer in self.alternatives
        )


FLAGS = ("square", "lists", "multiple")


def case(role, verdict, names=(), *, serves="batch", **settings):
    """Mark a function, or a class whose instance is to be handed in, as a case."""
    flags = {flag: settings.pop(flag) for flag in FLAGS if flag in settings}

    def mark(thing):
        verdicts = (verdict,) if isinstance(verdict, str) else verdict
        thing.case = Case(
            name=thing.__name__,
            role=role,
            verdicts=verdicts,
            names=names,
            make=thing if isinstance(thing, type) else lambda: thing,
            settings=settings,
            serves=serves,
            **flags,
        )
        return thing

    return mark


def correct(role, **settings):
    return case(role, "correct", (), **settings)


def fragile(role, *names, **settings):
    return case(role, "fragile", set(names) or (), **settings)


def wrong(role, *names, **settings):
    return case(role, "wrong", set(names) or (), **settings)


def pair(role, first, second, **settings):
    return case(role, "wrong", (first, second), **settings)
