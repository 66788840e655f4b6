"""The inputs that attention is tried on, and its answers, all parts one behind the other.

As many queries as keys hide a transposed matrix, as many values as d a mistaken width: no two
numbers are the same in the first case, all are in the second.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from softmax_lab.attention import attention, attention_vjp
from softmax_lab.clinic.settings import Settings
from softmax_lab.softmax import softmax

PARTS = {"attention": ("o",), "attention_backward": ("∂C/∂q", "∂C/∂k", "∂C/∂v")}
MASKS = {  # what stands where a query may attend to a key, and where it may not
    "booleans, True where a query may attend": lambda may: may,
    "booleans, True where it may not": lambda may: ~may,
    "numbers, 1 where a query may attend": lambda may: may.astype(float),
    "numbers to add, -inf where it may not": lambda may: np.where(may, 0.0, -np.inf),
}


@dataclass(frozen=True, eq=False)
class AttentionCase:
    """Queries, keys, values, the error at the output, and a mask: True where one may attend."""

    name: str
    settings: Settings
    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    g: np.ndarray
    mask: np.ndarray | None = None
    integer: bool = False

    @property
    def d(self):
        """The length of a query."""
        return self.q.shape[-1]

    @cached_property
    def shapes(self):
        """The shapes of the parts of the answer."""
        if self.settings.role == "attention":
            return [self.g.shape]
        return [self.q.shape, self.k.shape, self.v.shape]

    @cached_property
    def truth(self):
        """The right answer, from the package's own functions."""
        if self.settings.role == "attention":
            return flat([attention(self.q, self.k, self.v, self.mask)])
        return flat(attention_vjp(self.q, self.k, self.v, self.g, self.mask))

    @property
    def h(self):
        """The weights."""
        scores = self.q @ np.swapaxes(self.k, -1, -2) / np.sqrt(self.d)
        return softmax(scores if self.mask is None else np.where(self.mask, scores, -np.inf))

    def parts(self, kind):
        """Everything that a function may be given, with the mask in one of its kinds."""
        keys, d = self.k.shape[-2], self.d
        may = np.ones((*self.q.shape[:-1], keys), bool) if self.mask is None else self.mask
        parts = {"q": self.q, "k": self.k, "values": self.v, "g": self.g}
        parts = {name: a.copy() for name, a in parts.items()} | {"mask": MASKS[kind](may)}
        parts |= {"kept:3": (self.q, self.k, self.v), "kept:4": (self.q, self.k, self.v, self.h)}
        return parts | {"d": d, "scale": 1 / np.sqrt(d), "n": d, "N": 1, "axis": -1, "b": 0.0}

    def causal(self):
        """The same, where no query attends to a later key."""
        return replace(self, mask=np.tri(self.q.shape[-2], self.k.shape[-2], dtype=bool))

    def lifted(self, axes):
        """The same with further axes in front, of two samples, or of two heads of one."""
        if not axes:
            return self
        both = {
            name: np.stack([getattr(self, name), -0.7 * getattr(self, name)]) for name in "qkvg"
        }
        return replace(self, **{name: a[(None,) * (axes - 1)] for name, a in both.items()})

    def split(self, value):
        """An answer, one part behind the other, as its parts."""
        ends = np.cumsum([np.prod(shape, dtype=int) for shape in self.shapes])[:-1]
        pieces = np.split(np.asarray(value), ends)
        return [a.reshape(shape) for a, shape in zip(pieces, self.shapes, strict=True)]


def flat(parts):
    """The parts of an answer, one behind the other."""
    return np.concatenate([np.ravel(part) for part in parts])


def _numbers(seed, *shape):
    """Numbers that are fixed, generic, and not small."""
    k = np.arange(1, np.prod(shape) + 1) + 17 * seed
    return np.round(1.7 * np.sin(1.3 * k * k + seed), 2).reshape(shape)


def generic(settings):
    """Cases that differ in every size, in none, and by a mask."""
    made = []
    for number, (name, queries, keys, d, width) in enumerate(
        [
            ("4 queries, 3 keys, d = 5, 2 values", 4, 3, 5, 2),
            ("3 queries, keys, d and values", 3, 3, 3, 3),
            ("2 queries, 4 keys, d = 3, 5 values", 2, 4, 3, 5),
        ]
    ):
        q, k = _numbers(4 * number, queries, d), _numbers(4 * number + 1, keys, d)
        v, g = _numbers(4 * number + 2, keys, width), _numbers(4 * number + 3, queries, width)
        made.append(AttentionCase(name, settings, q, k, v, g))
    return made


def masked(settings):
    """The same cases with a mask, of which no row is all False."""
    made = []
    for case in generic(settings)[:2]:
        queries, keys = len(case.q), len(case.k)
        may = (np.add.outer(2 * np.arange(queries), np.arange(keys)) % 3 != 1) | (
            np.arange(keys) == 0
        )
        made.append(replace(case, name=f"a mask, {case.name}", mask=may))
    return made


def batches(settings):
    """Two samples, each a case of its own."""
    one = generic(settings)[0]
    return [replace(one, name=f"2 samples of {one.name}").lifted(1)]


def extreme(settings, square=False):
    """Scores that overflow, and a query whose scores all lie far below those of another."""
    one = generic(settings)[int(square)]
    far = one.q.copy()
    far[0] *= 0.001
    far[1] *= 900
    return [
        replace(one, name="large scores", q=700 * one.q),
        replace(one, name="a query far above another", q=far, k=np.abs(one.k) + one.k * 0.1),
    ]
