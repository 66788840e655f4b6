"""A derivation: a chain of expressions, each proven equal to the one before as it is added."""

from dataclasses import dataclass
from functools import cache, wraps

from sympy import ImmutableMatrix as Matrix
from sympy import evaluate as evaluating

from softmax_lab.symbolic.proof import UnprovenStep, difference
from softmax_lab.symbolic.writing import latex, plain


@dataclass(frozen=True)
class Step:
    """One expression of a derivation: what was done to reach it, and why that is allowed."""

    expression: object
    did: str
    because: str
    given: object = None  # a condition this step alone may use, such as Eq(total(t[k], k), 1)

    def sentence(self):
        """The step in words, as Markdown."""
        given = "" if self.given is None else f" (given ${latex(self.given)}$)"
        return f"{self.did}{given}, because {self.because}."


class Derivation:
    """A chain of expressions that begins at `left`, each proven equal to the one before.

    A `left` that is a string is only a heading: the first step is then a definition.

    >>> from softmax_lab.symbolic import h, k, total
    >>> row = Derivation("The outputs sum to 1", total(h(k), k))
    >>> row.then(1, "Add up", "the numerators make the denominator").result
    1
    """

    def __init__(self, title, left, steps=()):
        self.title, self.left, self.steps = title, left, tuple(steps)

    start = property(lambda self: self.steps[0].expression, doc="The first step's expression.")
    result = property(lambda self: self.steps[-1].expression, doc="The last step's expression.")

    def __iter__(self):
        return iter(self.steps)

    def __len__(self):
        return len(self.steps)

    def then(self, expression, did, because, given=None):
        """Return this derivation with one more step; raise `UnprovenStep` if it is not proven."""
        before = self.result if self.steps else self.left
        rest = 0 if isinstance(before, str) else difference(before, expression, given)
        if any(entry != 0 for entry in (rest if isinstance(rest, Matrix) else [rest])):
            raise UnprovenStep(
                f"step {len(self) + 1} of '{plain(self.title)}' ({plain(did)}) is not proven: "
                "each expression must equal the one before."
                f"\n  before: {plain(before)}\n  after:  {plain(expression)}"
                f"\n  before − after leaves: {plain(rest)}"
                "\nCorrect the expression, or name the condition it needs, as given=Eq(…, …)."
            )
        step = Step(expression, did, because, given)
        return Derivation(self.title, self.left, (*self.steps, step))

    def _repr_markdown_(self):
        parts = [f"**{self.title}**", f"$${latex(self.left)}$$"]
        for number, step in enumerate(self, start=1):
            parts += [f"**{number}.** {step.sentence()}", f"$$= {latex(step.expression)}$$"]
        return "\n\n".join(parts)

    def __str__(self):
        lines = [plain(self.title), f"    {plain(self.left)}"]
        for number, step in enumerate(self, start=1):
            lines += [f"{number}. {plain(step.sentence())}", f"  = {plain(step.expression)}"]
        return "\n".join(lines)

    __repr__ = __str__


def derivation(title):
    """Make a derivation of a function that yields a left side, then its steps.

    A step is yielded as: expression, what was done, why it is allowed and, if need be, a condition.
    """

    def decorate(steps):
        @cache
        @wraps(steps)
        def built(*arguments):
            with evaluating(False):  # keeps products and sums in the order they are written
                left, *others = steps(*arguments)
                chain = Derivation(title, left)
                for step in others:
                    chain = chain.then(*step)
                return chain

        return built

    return decorate
