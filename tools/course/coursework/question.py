"""What a question of the homework consists of, and the numbers that a seed gives it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softmax_lab.exercises.comparison import as_numbers, close, difference
from softmax_lab.exercises.exercise import Exercise
from softmax_lab.exercises.judges import numbers

TITLES = {"predict": "Predict", "code": "Code", "fault": "Find the fault"}


@dataclass(frozen=True, eq=False)
class Question:
    """One question: what it asks, its solution, and what judges an answer."""

    exercise: Exercise
    asks: str  # Markdown, behind the title
    answer: str  # the name that is handed over
    stub: str
    solution: str  # code that defines what the stub does
    why: str  # Markdown: the solution in words, for the instructor
    given: str = ""  # code that the question shows
    then: str = ""  # Markdown behind the given code
    example: str = ""  # arguments to try a function with, as code
    partly: Callable | None = None  # a judge of what half of the points are for
    half: str = ""  # and what that is, in words
    points: int = 2

    @property
    def number(self):
        """Which question it is, as "1.4"."""
        return self.exercise.number

    @property
    def title(self):
        """How it is headed."""
        return f"**Question {self.number} · {TITLES[self.exercise.kind]}.**"

    @property
    def test(self):
        """The one line that tests the answer: whether it is ready, until the judges have it."""
        more = f", {self.example}" if self.example else ""
        return f'ready("{self.number}", {self.answer}{more})'


def drawn(seed, number):
    """A generator of random numbers that belongs to a seed and a question."""
    digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def distribution(rng, n, parts=20):
    """Probabilities that are multiples of 1/parts, all of them different."""
    while True:
        shares = rng.multinomial(parts - n, np.full(n, 1 / n)) + 1
        if len(set(shares)) == n:
            return shares / parts


def vector(rng, *shape):
    """Numbers with one digit behind the point, none of them 0."""
    return rng.choice([-1, 1], shape) * rng.integers(2, 22, shape) / 10


def different(rng, n, low=-6, high=9):
    """Whole numbers, none of them 0, all of them different."""
    return rng.permutation([k for k in range(low, high + 1) if k])[:n].astype(float)


def shown(x):
    """An array as TeX: (0.2, 0.5)."""
    inside = r",\; ".join(f"{number:.10g}" for number in np.ravel(x))
    return f"({inside})"


def listed(x):
    """An array as code: [0.2, 0.5], with few digits."""
    return repr(np.round(np.asarray(x, dtype=float), 12).tolist())


def all_but_one(truth):
    """A judge that lets one entry of several be wrong."""

    def judge(answer):
        said = answer.tolist() if isinstance(answer, np.ndarray) else answer
        if not isinstance(said, list | tuple) or len(said) != len(truth):
            return "their number is another one."
        wrong = sum(bool(a != b) for a, b in zip(said, truth, strict=True))
        return None if wrong <= 1 else "more than one is wrong."

    return judge


def row_of(truth, *rows):
    """A judge of a matrix that asks for one of these rows only."""

    def judge(answer):
        a = as_numbers(answer)
        if a.shape != truth.shape:
            return difference(a, truth)
        return None if any(close(a[k], truth[k]) for k in rows) else "it is another one."

    return judge


def chosen(truth, hints):
    """Judge a list of True and False: how many are right, and a question to try each by."""
    plain = numbers(np.array(truth))

    def judge(answer):
        said = plain(answer)
        asked = " ".join(hints)
        return f"{said} Try each of them. {asked}" if said and "are right" in said else said

    return judge


def named(truth, words, hints):
    """Judge a list of words; the hint is for the first one that is not right."""

    def judge(answer):
        said = answer.tolist() if isinstance(answer, np.ndarray) else answer
        if not isinstance(said, list | tuple) or len(said) != len(truth):
            return f"a list of {len(truth)} words is asked for."
        if not all(isinstance(word, str) and word in words for word in said):
            return f"each is one of {', '.join(map(repr, words))}."
        wrong = [k for k, pair in enumerate(zip(said, truth, strict=True)) if len(set(pair)) > 1]
        if not wrong:
            return None
        more = f" (Not right yet: {len(wrong)} of {len(truth)}.)"
        return f"look at number {wrong[0] + 1} again: {hints[wrong[0]]}{more}"

    return judge
