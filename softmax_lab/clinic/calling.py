"""Hand a case to a function in the form it wants, and take down what happens.

Ways to hand it over: ``"batch"``, all samples at once; ``"single"``, one sample as a vector;
``"column"`` and ``"row"``, one sample as an (n, 1) or (1, n) array. Containers: arrays, lists,
tensors of double or single precision, arrays of JAX.
"""

import numpy as np

from softmax_lab.clinic.form import NAMES
from softmax_lab.clinic.performing import perform
from softmax_lab.clinic.results import CALL_LIMIT, Outcome, too_long
from softmax_lab.clinic.worker import Ended, OutOfTime, Process, Worker, can_fork

TOTAL_LIMIT = 12.0  # seconds for all calls together
SLOW, SLOW_CALLS = 0.1, 3  # seconds a call, and how many such calls, before fewer are made
SHAPES = {"single": (-1,), "column": (-1, 1), "row": (1, -1)}


class Patient:
    """The code of one diagnosis, in a process of its own; use it in a ``with`` statement."""

    def __init__(self, function):
        self.function = function
        self.printed = ""
        self.seen = []  # what came back when its forms were screened
        self.endless = 0
        self.answered = False  # whether numbers have ever come back
        self.gave_function = False  # such as one for the backward pass
        self.slow = 0  # calls
        self._why = Outcome(problem="never", detail="all calls together took too long")
        self._forked = can_fork()

    def __enter__(self):
        answer = _Answer(self.function)
        self._worker = Process(answer) if self._forked else Worker()
        self._worker.__enter__()
        return self

    def __exit__(self, *error):
        self._worker.__exit__(*error)

    def refresh(self):
        """Forget what the function may have kept from earlier calls, where that is possible."""
        if self._forked:
            self._worker.restart()

    @property
    def spent(self):
        """Seconds in calls, apart from those in which other programs had the processor."""
        return self._worker.seconds

    @property
    def given_up(self):
        """Whether no more calls are made, since too many have not come back."""
        return self.endless > 1 or self.spent >= TOTAL_LIMIT

    def ask(self, form, parts, container="array"):
        """What each part of the result is, as {part: Outcome}."""
        if self.given_up:
            return {"": self._why}
        before = self.spent
        question = (form, parts, container)
        limit = min(CALL_LIMIT, TOTAL_LIMIT - self.spent)
        try:
            if self._forked:
                outcomes, printed = self._worker.run(question, limit)
                self.printed += printed
            else:
                outcomes, error = self._worker.run(lambda: perform(self.function, *question), limit)
                self.printed = self._worker.printed
                if error is not None:
                    raise error
        except OutOfTime:
            self.endless += 1
            self._why = too_long()
            return {"": self._why}
        except Ended:
            self.endless += 1
            self._why = Outcome(problem="ended", detail="it ended the process that it ran in")
            return {"": self._why}
        finally:
            self.slow += self.spent - before > SLOW
        self.gave_function |= any(o.problem == "function" for o in outcomes.values())
        self.answered |= any(o.problem is None for o in outcomes.values())
        return outcomes

    @property
    def is_slow(self):
        """Whether calls take so long that fewer have to do."""
        return self.slow >= SLOW_CALLS or self.endless > 0


class _Answer:
    """What the process does with a question."""

    def __init__(self, function):
        self.function = function

    def __call__(self, question):
        return perform(self.function, *question)


class Caller:
    """Calls a function in one form."""

    def __init__(self, patient, form):
        self.patient, self.form = patient, form
        self.changed = {}

    @property
    def endless(self):
        """How many calls have not come back."""
        return self.patient.endless

    @property
    def printed(self):
        """What the function has printed so far."""
        return self.patient.printed

    def call(self, case, way, container="array"):
        """Call the function with fresh arguments, and take down what happens."""
        outcome = part_of(self.patient.ask(self.form, parts_for(case, way), container), self.form)
        self.changed.update(dict.fromkeys(outcome.changed))
        return outcome


def part_of(outcomes, form):
    """The part of a result that a form asks for."""
    whole = outcomes.get("") or next(iter(outcomes.values()))
    if form.part in outcomes:
        return outcomes[form.part]
    if whole.problem in ("raised", "never", "ended"):
        return whole
    return Outcome(problem="nothing", detail=f"there is no {form.part} in what it returned")


def parts_for(case, way):
    """Everything that a function may be given, laid out as it wants it."""
    settings = case.settings
    z = case.z.astype(np.int64) if case.integer else case.z
    parts = {"z": z, "h": case.h, "v": case.v, "t": case.t, "y": case.labels}
    parts = {name: _laid_out(a, way, settings.layout) for name, a in parts.items()}
    N = case.N if way == "batch" else 1
    columns = settings.layout == "columns" and way == "batch"
    axis = 0 if columns or way == "column" else -1
    ones = np.ones(N) if way == "batch" else 1.0
    parts |= {"evenly": np.ones(case.n)}
    return parts | {"X": np.eye(N), "ones": ones, "n": case.n, "N": N, "axis": axis, "b": 0.0}


def arguments(case, way, form=None):
    """The names of what the function is given, and the arrays."""
    parts = parts_for(case, way)
    if form is None:
        tokens = ["z" if case.settings.from_logits else "h"]
        tokens += ["v"] * (case.settings.role == "backward")
        tokens += [_target(case.settings)] * case.settings.with_target
    else:
        tokens = [t for t in form.last.tokens if isinstance(t, str) and t in NAMES]
    return [NAMES[t] for t in tokens], [parts[t] for t in tokens]


def _target(settings):
    return "y" if settings.targets == "labels" else "t"


def _laid_out(a, way, layout):
    if way == "batch":
        return np.ascontiguousarray(a.T) if layout == "columns" and a.ndim == 2 else a.copy()
    if a.ndim == 1:
        return a.copy() if way == "row" else a[0]  # a label
    return a[0].reshape(SHAPES[way]).copy()
