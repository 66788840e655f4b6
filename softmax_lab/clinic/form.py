"""The words for a way of handing over: what is made, what is called with what, what counts.

``tokens`` stand for arguments. ``z``, ``h``, ``v``, ``t``, ``y`` are logits, output, arriving
error, target and labels, ``X`` the features of a linear classifier; ``n``, ``N``, ``axis``, ``b``
are known from the sizes; ``ctx`` is an object to keep things in, ``#class`` and ``#sample`` indices
that are run through. Anything else is in a ``Value``.
"""

from dataclasses import dataclass

from softmax_lab.clinic import names

KINDS = ("z", "h", "v", "t", "y")
WORDS = {
    "z": "logits", "h": "output", "v": "error", "t": "target", "y": "labels", "X": "features",
    "cache:dict": "cache", "cache:tuple": "cache",
    "q": "queries", "k": "keys", "values": "values", "g": "error", "mask": "mask",
    "kept:3": "cache", "kept:4": "cache", "d": "d", "scale": "scale",
    "n": "n", "N": "N", "axis": "axis", "b": "bias", "ctx": "context", "ones": "ones",
    "#class": "class", "#sample": "sample",
}  # fmt: skip


NAMES = {
    "z": "z", "h": "h", "v": "upstream", "t": "target", "y": "target", "X": "X",
    "q": "q", "k": "k", "values": "v", "g": "upstream", "mask": "mask",
}  # fmt: skip


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
    kept: tuple = ()  # attributes that are set, with their tokens: ("W", "z")
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
        tokens += [token for _, token in self.kept]
        upstream = {"v"} if self.engine and len(tokens) == 1 else set()  # a tape hands it over
        return frozenset(kind_of(token) for token in [*tokens, *upstream]) & frozenset(KINDS)

    @property
    def given(self):
        """Whether the logits or the output are its first argument."""
        for call in reversed(self.calls):
            kinds = {kind_of(token) for token in arguments_of(call)}
            if kinds & {"z", "h"}:
                # Given both, what is derived is derived at z, and written with h.
                return "output" if "h" in kinds else "logits"
        return "logits"

    @property
    def derived(self):
        """The name of the attribute that counts, if a derivative was left there by another step."""
        if names.is_backward(self.last.name):
            return ""
        name = self.part[1:] if self.part.startswith(".") else ""
        return name if names.matches(names.DERIVED, name) else ""

    @property
    def linear(self):
        """Whether it is a linear classifier, given features besides its weights."""
        return any("X" in call.tokens for call in self.calls)

    @property
    def order(self):
        """The arguments of the call that is judged, in words."""
        named = {"z": "weights"} if self.linear else {}
        return [named.get(token) or _word(token) for token in self.last.tokens]


def arguments_of(call):
    """All tokens of a call."""
    return [*call.tokens, *(token for _, token in call.keywords)]


def kind_of(token):
    """What an argument holds: the logits, too, where they are in a cache."""
    return "z" if isinstance(token, str) and token.startswith("cache:") else token


def _word(token):
    return repr(token.value) if isinstance(token, Value) else WORDS[token]
