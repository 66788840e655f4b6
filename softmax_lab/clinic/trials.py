"""What was tried and what came back, and the function's behaviour as a whole."""

from dataclasses import dataclass

import numpy as np

from softmax_lab.clinic import formulas
from softmax_lab.clinic.probes import FAR_BELOW, Case, cases, one_by_one
from softmax_lab.clinic.reading import agrees, fits, readings
from softmax_lab.clinic.results import Outcome
from softmax_lab.softmax import softmax

FEW = 2  # cases of a kind for a slow function


@dataclass(frozen=True, eq=False)
class Trial:
    """A case, how it was handed over, and what came back."""

    case: Case
    way: str
    outcome: Outcome
    extreme: bool = False

    @property
    def returned(self):
        """Whether numbers came back."""
        return self.outcome.problem is None

    @property
    def right(self):
        """Whether they are the right ones."""
        return self.agrees(formulas.truth(self.case))

    @property
    def fits(self):
        """Whether their shape is one that a right answer could have."""
        return self.returned and fits(self.outcome.value, self.case, self.way)

    def agrees(self, prediction):
        """Whether the result is what was predicted."""
        return agrees(self.outcome, prediction, self.case, self.way, self.extreme)


class Examination:
    """All trials of one function."""

    def __init__(self, caller, settings, container="array"):
        self.caller, self.settings, self.container = caller, settings, container
        self.by_way = {}
        self.far = []
        self.together = False  # the mistakes named are made at the same time
        self.unsteadiness = ""
        self.three_only = False

    def try_all(self, some, way, extreme=False):
        """Try the function on some cases."""
        return [Trial(c, way, self.caller.call(c, way, self.container), extreme) for c in some]

    def try_generic(self):
        """Try it on whole batches, on single samples, and if need be on columns and in lists."""
        batches, ones = (cases(self.settings, "generic", single) for single in (False, True))
        if self.caller.patient.is_slow:
            batches, ones = batches[:FEW], ones[1:FEW]
        self.by_way["batch"] = self.try_all(batches, "batch")
        self.by_way["single"] = self.try_all(ones, "single")
        self._keep_what_fits()
        if not self.is_right("batch") and not self.is_right("single"):
            columns = self.try_all(ones, "column")
            # A function of vectors may take a column for n samples of one class each.
            refused = all(t.outcome.problem == "raised" for t in self.by_way["single"])
            if refused or all(t.right for t in columns):
                self.by_way["column"] = columns
            if refused and all(t.outcome.problem == "raised" for t in self.by_way["batch"]):
                self.by_way["row"] = self.try_all(ones, "row")

    def _keep_what_fits(self):
        """Drop all cases of four classes, if the function was made for three."""
        for way, trials in self.by_way.items():
            four = [t for t in trials if t.case.n == 4]
            three = [t for t in trials if t.case.n == 3]
            refused = four and all(t.outcome.problem == "raised" for t in four)
            if refused and three and all(t.returned for t in three):
                self.by_way[way] = three
                self.three_only = True

    def try_far(self, way):
        """Try it on large, saturated and integer logits, if it answers at all."""
        self.far = []
        if any(t.returned for t in self.by_way[way]):
            for kind in ("extreme", "integer"):
                some = cases(self.settings, kind, way != "batch")
                if self.caller.patient.is_slow:
                    some = some[:FEW]
                if self.three_only:
                    some = [case.of_classes(3) for case in some]
                whole = []
                if self.caller.form.linear:
                    # In a product with the features, one sample's nan would reach all others.
                    whole = [case for case in some if case.name == FAR_BELOW]
                    some = one_by_one(some)
                self.far += self.try_all(some, way, True)
                if all(t.right for t in self.far):
                    self.far += self.try_all(whole, way, True)

    def is_right(self, way, one_hot_only=False):
        """Whether every answer to a generic case is right."""
        trials = [t for t in self.by_way.get(way, ()) if t.case.one_hot or not one_hot_only]
        return bool(trials) and all(t.right for t in trials)

    def serves_batches(self):
        """Whether whole batches are meant to be handed over, judged by the wrong answers to them.

        A loop over the entries of one sample also runs over the rows of a batch. What comes out
        can have a fitting shape, but mixes the samples: such a function serves single samples.
        """
        trials = [t for t in self.by_way["batch"] if t.case.n != t.case.N]
        if any(t.returned and _is_turned(t) for t in trials):
            return True
        if not any(t.fits for t in trials):
            return False
        return self.settings.role == "loss" or self._separate(trials[0])

    def _separate(self, trial):
        """Whether the first sample's numbers have no influence on those of the others."""
        case = trial.case
        z, v, t = (np.concatenate([a[1:2], a[1:]]) for a in (case.z, case.v, case.t))
        moved = case.change(z=z, h=softmax(z), v=v, t=t)
        outcome = self.caller.call(moved, "batch", self.container)
        if outcome.problem or not trial.fits:
            return False
        before, after = (readings(o.value, case, "batch")[0][1:] for o in (trial.outcome, outcome))
        return before.shape == after.shape and np.allclose(before, after, rtol=1e-6, atol=1e-12)

    def unsteady(self, way):
        """Whether the same question gets another answer: "random", "state" or nothing."""
        first = self.by_way[way][0]
        if not first.returned or self.caller.endless:
            return ""
        again, once_more = (self.caller.call(first.case, way, self.container) for _ in range(2))
        if not _alike(again, once_more):
            return "random"
        return "" if _alike(first.outcome, again) else "state"


def _is_turned(trial):
    """Whether samples and classes have changed places in the result."""
    expected = trial.case.z.T if trial.case.settings.layout == "rows" else trial.case.z
    return trial.case.settings.role != "jacobian" and trial.outcome.value.shape == expected.shape


def _alike(a, b):
    if a.value is None or b.value is None:
        return a.problem == b.problem
    return a.value.shape == b.value.shape and np.allclose(
        a.value, b.value, rtol=1e-9, atol=1e-12, equal_nan=True
    )
