"""Which lessons there are, in their order: whatever needs to know reads it here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A lesson: the name of its notebook without the ending, its title, and how long it takes."""

    name: str
    title: str
    minutes: int

    @property
    def number(self):
        """Its number, with which the name begins."""
        return int(self.name[:2])

    @property
    def file(self):
        """Its notebook, in the folder of all."""
        return f"{self.name}.ipynb"


LESSONS = (
    Lesson("01-the-failing-check", "The failing check", 14),
    Lesson("02-the-whole-jacobian", "The whole Jacobian", 15),
    Lesson("03-from-matrix-back-to-vector", "From matrix back to vector", 17),
    Lesson("04-cross-entropy", "Cross-entropy", 17),
    Lesson("05-the-output-not-the-input", "The output, not the input", 18),
    Lesson("06-numerical-stability", "Numerical stability", 15),
    Lesson("07-checks-that-lie", "Checks that lie", 17),
    Lesson("08-train-a-network", "Train a network", 18),
    Lesson("09-softmax-in-the-middle", "Softmax in the middle", 18),
    Lesson("10-the-gradient-clinic", "The gradient clinic", 18),
)


def named(number):
    """The lesson of a number."""
    return next(lesson for lesson in LESSONS if lesson.number == number)
