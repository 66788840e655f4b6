"""What an exercise consists of, and how the verdict on an answer looks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

KINDS = ("predict", "code", "fault")
COLOURS = {"not answered yet": "#565d6b", "correct": "#1b6e4b", "not yet": "#a03a0c"}
# Functions of the package whose work an exercise may ask the reader to do: ``without``.
MEASURING = ("numerical_gradient", "numerical_jacobian", "check_gradient")
JACOBIANS = ("softmax_jacobian", "softmax_jacobian_from_output")
PRODUCTS = ("softmax_vjp", "softmax_vjp_from_output")
INDEX = re.compile(r"\b([hztσδJ])_([a-z0-9]{1,2})\b")


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise: its question and solution are in the notebook, what judges it is here.

    ``judge`` takes an answer and returns a hint, or None if the answer is right. ``judges`` makes
    such functions; a plain one of your own will do as well, and gets at what a reader's function
    returns by ``answers.call``.
    """

    number: str  # "1.2": lesson 1, second exercise
    kind: str  # "predict", "code", or "fault": find it in given code
    judge: Callable
    think: str  # one sentence more for those who have it right
    without: tuple = ()  # functions of the package whose work the answer has to do itself


@dataclass(frozen=True, repr=False)
class Result:
    """The verdict on an answer: ``status`` is "not answered yet", "correct" or "not yet"."""

    status: str
    words: str = ""

    @property
    def correct(self):
        """Whether the answer is right."""
        return self.status == "correct"

    def __str__(self):
        return f"{self.status}: {self.words}" if self.words else self.status

    __repr__ = __str__

    def _repr_html_(self):
        pill = f"background:{COLOURS[self.status]};color:#fff;border-radius:.4em;padding:.1em .6em"
        paragraphs = marked_up(self.words[:1].upper() + self.words[1:]).split("\n\n")
        paragraphs[0] = f'<strong style="{pill}">{self.status}</strong> {paragraphs[0]}'.strip()
        return "".join(f'<p style="max-width:60em">{p}</p>' for p in paragraphs)


def marked_up(words):
    """Words as HTML: `code` set as such, and indices lowered outside of it."""
    parts = escape(words).split("`")
    parts[::2] = [INDEX.sub(r"\1<sub>\2</sub>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)
