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
      the rest of that code is right. A tuple lists variants; None is code that raises.
    * ``scale(case)`` gives a number that the right answer is multiplied by.
    * ``matrix(case)``, in a backward pass, gives what is taken for the Jacobian; the product with
      the arriving error is right.
    * ``product(J, v)``, in a backward pass, is what is made of the Jacobian and the error.

    All but the first combine with any other entry, which is how two mistakes at once are found.
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
    matrix: Callable | tuple = ()
    product: Callable | tuple = ()
    beneath: Callable | tuple = ()  # as replace, but named only together with another entry
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
            yield lambda case, replace=replace: _of(replace(case), formulas.value)
        for matrix in _several(self.matrix):
            for product in PRODUCTS:
                yield lambda case, m=matrix, p=product: p(m(case), case.v)
        for product in _several(self.product):
            yield lambda case, p=product: p(formulas.jacobian(case.h), case.v)
        yield from _several(self.compute)
        if self.sideways:
            yield lambda case: formulas.value(case.transposed()).T


# Jᵀσ and Jσ: the same for the true Jacobian, which is symmetric.
PRODUCTS = (
    lambda J, v: np.einsum("bij,bi->bj", J, v),
    lambda J, v: np.einsum("bij,bj->bi", J, v),
)


def together(first, second):
    """Functions from a case to what code with both mistakes computes."""
    for product in _several(first.product):
        for matrix in _several(second.matrix):
            yield lambda case, m=matrix, p=product: p(m(case), case.v)
    if first.scale and second.scale:
        yield lambda case: first.scale(case) * second.scale(case) * formulas.truth(case)
    elif second.scale:
        for variant in first.variants():
            yield lambda case, variant=variant: _scaled(variant(case), second.scale(case))
    elif second.sideways:
        for variant in _several(first.compute):
            yield lambda case, variant=variant: _turned(variant(case.transposed()))
    else:
        yield from beneath(first, second)


def beneath(first, second):
    """Functions from a case to what the first mistake gives on the case that the second makes."""
    for replace in (*_several(second.replace), *_several(second.beneath)):
        for variant in first.variants():
            yield lambda case, v=variant, r=replace: _of(r(case), v)


def _of(case, variant):
    """What a variant gives on a case that a mistake has made; None stands for code that raises."""
    return RAISES if case is None else variant(case)


def _turned(value):
    return value if isinstance(value, str) else np.transpose(value)


def _several(functions):
    return functions if isinstance(functions, tuple) else (functions,)


def _scaled(value, factor):
    return value if isinstance(value, str) else factor * np.asarray(value)
