"""What an entry of the catalogue consists of."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softmax_lab.clinic import formulas

RAISES = "raises"  # a prediction: code with this mistake raises on this case


@dataclass(frozen=True, eq=False)
class Mistake:
    """One mistake: what it computes, and what to tell someone who made it.

    ``compute``, ``replace`` or ``scale`` says what it computes, from a case that always holds
    samples as rows: z, h, v, t of shape (N, n).

    * ``compute(case)`` gives the result itself, or RAISES. A tuple of functions lists the
      variants in which one mistake is written.
    * ``replace(case)`` gives the case that the mistaken code works on, with another h or t;
      the rest of that code is right. A tuple lists variants.
    * ``scale(case)`` gives a number that the right answer is multiplied by.

    The last two combine with any other entry, which is how two mistakes at once are found.
    """

    key: str
    formula: str  # LaTeX, of what the mistaken code computes
    explanation: str
    hint: str
    cure: str
    lesson: int
    compute: Callable | tuple = ()
    replace: Callable | tuple = ()
    scale: Callable | None = None
    sideways: bool = False  # classes are taken for samples: right for the transposed batch
    when: Callable = lambda settings: True  # the settings under which it is a mistake
    fragile: bool = False  # right on ordinary inputs
    needs_batch: bool = False  # one sample cannot show it
    same_as: tuple = ()  # keys of this role that compute the same, under some settings

    def variants(self):
        """Functions from a case to a prediction, one for each way to write the mistake."""
        if self.scale:
            yield lambda case: self.scale(case) * formulas.truth(case)
        for replace in _several(self.replace):
            yield lambda case, replace=replace: formulas.value(replace(case))
        yield from _several(self.compute)
        if self.sideways:
            yield lambda case: formulas.value(case.transposed()).T


def together(first, second):
    """Functions from a case to what code with both mistakes computes."""
    if first.scale and second.scale:
        yield lambda case: first.scale(case) * second.scale(case) * formulas.truth(case)
    elif second.scale:
        for variant in first.variants():
            yield lambda case, variant=variant: _scaled(variant(case), second.scale(case))
    elif second.sideways:
        for variant in _several(first.compute):
            yield lambda case, variant=variant: _turned(variant(case.transposed()))
    else:
        for replace in _several(second.replace):
            for variant in _several(first.compute):
                yield lambda case, v=variant, r=replace: v(r(case))
            for other in _several(first.replace):
                yield lambda case, o=other, r=replace: formulas.value(o(r(case)))


def _turned(value):
    return value if isinstance(value, str) else np.transpose(value)


def _several(functions):
    return functions if isinstance(functions, tuple) else (functions,)


def _scaled(value, factor):
    return value if isinstance(value, str) else factor * np.asarray(value)
