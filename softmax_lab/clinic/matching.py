"""Which mistakes of the catalogue reproduce the numbers of a function on every probe."""

from functools import cache
from itertools import permutations

import numpy as np

from softmax_lab.clinic import formulas, reading
from softmax_lab.clinic.catalogue import entries
from softmax_lab.clinic.mistake import RAISES, together


@cache
def predictions(settings, variant, cases):
    """What a variant of a mistake gives on each case."""
    with np.errstate(all="ignore"):
        return tuple(variant(case) for case in cases)


@cache
def singles(settings):
    """Each mistake of the role, with its variants."""
    return tuple((m, tuple(m.variants())) for m in entries(settings))


@cache
def pairs(settings):
    """Each two mistakes that can be made at once, with the variants of both together."""
    made = []
    for (i, first), (j, second) in permutations(enumerate(entries(settings)), 2):
        if first.scale and second.scale:
            possible = i < j
        elif second.scale:
            possible = bool(first.compute or first.replace)
        elif second.sideways:
            possible = bool(first.compute) and not first.needs_batch
        else:
            possible = bool(second.replace) and bool(first.compute or (first.replace and i < j))
        if possible:
            made.append(((first, second), tuple(together(first, second))))
    return tuple(made)


def explained_by(trials, settings, extremes=()):
    """The keys of the mistakes that explain all trials, one mistake alone; best first."""
    cases = tuple(trial.case for trial in trials)
    found = []
    for mistake, variants in singles(settings):
        if mistake.needs_batch and trials[0].way != "batch":
            continue
        if any(_explains(v, settings, cases, trials, mistake, extremes) for v in variants):
            found.append(mistake.key)
    return found


def explained_by_two(trials, settings):
    """The two keys that together explain all trials, or none."""
    cases = tuple(trial.case for trial in trials)
    for mistakes, variants in pairs(settings):
        if any(m.needs_batch for m in mistakes) and trials[0].way != "batch":
            continue
        for variant in variants:
            if _explains(variant, settings, cases, trials):
                return [m.key for m in mistakes]
    return []


def _explains(variant, settings, cases, trials, mistake=None, extremes=()):
    values = predictions(settings, variant, cases)
    hidden = all(_is_truth(value, case) for value, case in zip(values, cases, strict=True))
    if hidden and not (mistake and mistake.fragile and extremes):
        return False  # on these cases it is no mistake
    if not all(t.agrees(value) for t, value in zip(trials, values, strict=True)):
        return False
    if not mistake or not mistake.fragile:
        return True
    # What breaks on extreme inputs has to break on these, and in this way.
    far = predictions(settings, variant, tuple(t.case for t in extremes))
    far_cases = [t.case for t in extremes]
    if hidden and all(_is_truth(v, c, 1.0) for v, c in zip(far, far_cases, strict=True)):
        return False
    return all(t.agrees(value) for t, value in zip(extremes, far, strict=True))


def _is_truth(value, case, floor=reading.FLOOR):
    if isinstance(value, str):
        return value != RAISES
    truth = formulas.truth(case)
    return reading.same(np.asarray(value, float), np.asarray(truth), 1e-9, floor)
