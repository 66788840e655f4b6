"""What an entry of ``other_questions`` consists of, and how its parameter is found from numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from softmax_lab.clinic import reading

GRID = 10.0 ** np.linspace(-4, 3, 71)  # where the search for a parameter begins
STEPS = 8  # and how long it goes on: what has a parameter was found after five at most
CLOSE = 1e-5  # a parameter this near to its usual value is the usual one


@dataclass(frozen=True, eq=False)
class Question:
    """A question that softmax code may answer rightly, although another one was declared.

    ``truth`` holds, for each role in which the question can be asked, the right answer as a
    function of a case and, if there is one, of the parameter; a tuple lists variants. ``words``
    completes the sentence "This is …" for each role. ``find(truth, trials)`` gets the parameter
    from trials, or None.
    """

    key: str
    truth: dict
    words: dict
    parameter: str = ""  # its letter, or none
    usual: float | None = None  # the value at which it is the declared question
    largest: float = np.inf
    find: Callable | None = None
    when: Callable = lambda settings: True
    x: str = ""  # what it is given, where that is neither z nor h
    lesson: int = 4


@dataclass(frozen=True, eq=False)
class Answer:
    """A question, its parameter as found, and the truth under both."""

    question: Question
    role: str
    variant: Callable
    parameter: object = None

    def truth(self, case):
        """The right answer to this question."""
        if self.question.parameter:
            return self.variant(case, self.parameter)
        return self.variant(case)

    @property
    def words(self):
        """What it is, as in "the derivative of log-softmax"."""
        what = self.question.words[self.role]
        return f"{what}, {self._told()}" if self.question.parameter else what

    @property
    def base(self):
        """The base whose powers stand where those of e belong: a temperature nobody chooses."""
        if self.question.parameter != "T":
            return None
        return next((b for b in (2, 10) if abs(self.parameter * np.log(b) - 1) < CLOSE), None)

    @property
    def sentence(self):
        """The whole sentence for a report."""
        if self.base:
            return f"This is {self.words}."
        return f"This is {self.words}, and right as that."

    def _told(self):
        letter, found = self.question.parameter, self.parameter
        if not isinstance(found, dict):
            base = self.base
            return (
                f"{letter} = 1/ln {base}: powers of {base} for those of e"
                if base
                else (f"{letter} = {found:.4g}")
            )
        weights = next(iter(found.values()))
        if self.variant.divided:  # by their sum, which leaves only their ratio to be seen
            ratio = " : ".join(f"{w:.4g}" for w in weights / weights.min())
            return f"{letter} in the ratio {ratio}"
        return f"{letter} = ({', '.join(f'{w:.4g}' for w in weights)})"


def _as(trial, prediction):
    """The trial's numbers in the shape of a prediction, or None."""
    prediction = np.asarray(prediction)
    for a in reading.readings(trial.outcome.value, trial.case, trial.way):
        if a.size == prediction.size and (a.ndim < 2 or a.shape == prediction.shape):
            return a.reshape(prediction.shape)
    return None


@cache
def _on_the_grid(truth, case):
    return np.array([np.ravel(truth(case, p)) for p in GRID])


def number_of(truth, trials):
    """The one number that fits the first trial best, by least squares from a grid on."""
    case = trials[0].case
    a = _as(trials[0], truth(case, 1.0))
    if a is None or not np.isfinite(a).all():
        return None
    off = np.abs(_on_the_grid(truth, case) - a.ravel()).sum(axis=1)
    p = GRID[np.nanargmin(off)]
    for _ in range(STEPS):  # Gauss and Newton's: exact in one where the truth is linear in p
        step = 1e-6 * p
        slope = np.ravel(truth(case, p + step) - truth(case, p - step)) / (2 * step)
        if not slope.any():
            return None
        new = p - slope @ np.ravel(truth(case, p) - a) / (slope @ slope)
        if not np.isfinite(new):
            return None
        new = max(new, p / 4)
        if abs(new - p) < 1e-12 * p:
            return new
        p = new
    return p


def weights_of(truth, trials):
    """The weights of the classes, for each number of classes that was tried; None if unknown."""
    found = {}
    for n in {t.case.n for t in trials}:
        rows = []
        for trial in (t for t in trials if t.case.n == n):
            # The truth is a sum over the weights, divided by the sum of those that occur, or not.
            columns = [truth(trial.case, {n: unit}, whole=False) for unit in np.eye(n)]
            a = _as(trial, columns[0])
            if a is None or not np.isfinite(a).all():
                return None
            divided = truth.divided and trial.case.settings.reduction == "mean"
            for k, unit in enumerate(np.eye(n)):
                if divided:
                    columns[k] = columns[k] - a * (trial.case.t @ unit).sum()
            rows.append(np.column_stack([*map(np.ravel, columns), np.ravel(a)]))
        weights = _solution(np.concatenate(rows), divided)
        if weights is None:
            return None
        found[n] = weights
    return found


def _solution(rows, homogeneous):
    """The weights w with M w = a, or with M w = 0 and a mean of 1; rows holds M and a."""
    M, a = rows[:, :-1], rows[:, -1]
    occur = M.any(axis=0)  # the weight of a class that never occurs changes nothing
    M, n = M[:, occur], np.count_nonzero(occur)
    sizes, right = np.linalg.svd(M)[1:]
    if n < 2 or len(M) <= n or sizes[n - 2 if homogeneous else n - 1] < 1e-9 * sizes[0]:
        return None  # too little is known
    w = np.ones(len(occur))
    if homogeneous:
        w[occur] = right[n - 1] / right[n - 1].mean()
    else:
        w[occur] = np.linalg.lstsq(M, a, rcond=None)[0]
    return w if (w > 0).all() else None
