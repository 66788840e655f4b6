"""Which mistakes of the catalogue reproduce the numbers of a function on every probe."""

from functools import cache
from itertools import combinations, permutations

import numpy as np

from softmax_lab.clinic import formulas, reading
from softmax_lab.clinic.catalogue import entries
from softmax_lab.clinic.mistake import beneath, together

# So many variants of two mistakes at once are tried, if both are fragile, and if one is.
MOST_FRAGILE, MOST_BENT = 1100, 200


@cache
def prediction(settings, variant, case):
    """What a variant of a mistake gives on a case."""
    return variant(case)


@cache
def singles(settings):
    """Each mistake of the role with each of its variants, as ((mistake,), variant)."""
    return tuple(((m,), variant) for m in entries(settings) for variant in m.variants())


@cache
def pairs(settings):
    """Each two mistakes that can be made at once, with each variant of both together."""
    made = []
    for (i, first), (j, second) in permutations(enumerate(entries(settings)), 2):
        if {first.key, second.key} == {"wrong_axis", "mean_over_classes"}:
            continue  # code that takes classes for samples throughout is right for another layout
        # What bends a logarithm can do so to the h of a whole batch; else it shows far out only.
        bent = first.fragile and settings.role == "loss" and bool(second.replace)
        if second.fragile or (first.fragile and not (bent and second.needs_batch)):
            continue
        if first.scale and second.scale:
            # Of two factors that say what was averaged over, one undoes the other.
            means = {"missing_mean", "mean_twice", "mean_over_classes", "mean_over_entries"}
            possible = i < j and not ({first.key, second.key} <= means)
        elif second.scale:
            possible = True
        elif second.sideways:
            possible = bool(first.compute) and not first.needs_batch
        else:
            computes = bool(first.compute or first.matrix or first.product)
            possible = (bool(second.replace) and (computes or (bool(first.replace) and i < j))) or (
                bool(first.product) and bool(second.matrix)
            )
        if possible:
            variants = list(together(first, second))
            if not first.fragile or len(variants) <= MOST_BENT:
                made += [((first, second), variant) for variant in variants]
    return tuple(made)


@cache
def fragile_pairs(settings):
    """Each two mistakes that are right on ordinary inputs, one beneath the other."""
    made = []
    fragile = [m for m in entries(settings) if m.fragile]
    for above, below in permutations(fragile, 2):
        variants = tuple(beneath(above, below))
        if len(variants) <= MOST_FRAGILE:
            made += [((below, above), variant) for variant in variants]
    return tuple(made)


def explained_by(trials, settings, extremes=()):
    """The keys of the mistakes that explain all trials, one mistake alone; best first."""
    found = [mistakes[0].key for mistakes in _explaining(singles, trials, settings, extremes)]
    return list(dict.fromkeys(found))


def explained_by_two(trials, settings):
    """The two keys that together explain all trials, or none."""
    for mistakes in _explaining(pairs, trials, settings):
        return [m.key for m in sorted(mistakes, key=lambda m: m.fragile)]
    return []


def explained_by_two_fragile(trials, settings, extremes):
    """The keys of two mistakes, right on ordinary inputs, that explain what breaks on others."""
    for mistakes in _explaining(fragile_pairs, trials, settings, extremes):
        return [m.key for m in mistakes]
    return _side_by_side(trials, settings, extremes)


def _explaining(made, trials, settings, extremes=()):
    """The mistakes whose predictions are what the trials gave, and the extremes if fragile."""
    cases = tuple(trial.case for trial in trials)
    variants = made(settings)
    likely = _with_the_sum_of(trials[0], _sums(made, settings, cases[0]))
    wrong = [t for t in extremes if not t.right]
    finite = [t for t in wrong if t.returned and np.isfinite(t.outcome.value).all()]
    if broken := next(iter(finite or wrong), None):
        for_far = _with_the_sum_of(broken, _sums(made, settings, broken.case))
    for k in np.flatnonzero(likely):
        mistakes, variant = variants[k]
        if any(m.needs_batch for m in mistakes) and trials[0].way != "batch":
            continue
        fragile = mistakes[0].fragile
        hidden = is_hidden(settings, variant, cases)
        if hidden and not (fragile and extremes):
            continue  # on these cases it is no mistake
        if fragile and broken and not for_far[k]:
            continue
        # What breaks on extreme inputs has to break on these, and in this way.
        if _agree([*trials, *extremes] if fragile else trials, settings, variant):
            yield mistakes


def _agree(trials, settings, variant):
    return all(t.agrees(prediction(settings, variant, t.case)) for t in trials)


def _side_by_side(trials, settings, extremes):
    """Two fragile mistakes of which each explains probes that the other does not."""
    cases = tuple(trial.case for trial in trials)
    wrong = [t for t in extremes if not t.right]
    right = [t for t in extremes if t.right]
    parts = {}
    for (mistake,), variant in singles(settings):
        if mistake.needs_batch and trials[0].way != "batch":
            continue
        if not is_hidden(settings, variant, cases):
            continue
        covers = frozenset(
            k for k, t in enumerate(wrong) if t.agrees(prediction(settings, variant, t.case))
        )
        if covers and _agree(right, settings, variant):
            parts.setdefault((mistake.key, covers))
    for (first, some), (second, others) in combinations(parts, 2):
        if first != second and len(some | others) == len(wrong) and some - others and others - some:
            return [first, second]
    return []


@cache
def is_hidden(settings, variant, cases):
    """Whether a variant of a mistake gives what is right on all of some cases."""
    return all(_is_truth(prediction(settings, variant, case), case) for case in cases)


def _is_truth(value, case):
    if isinstance(value, str):
        return False
    truth = formulas.truth(case)
    return reading.same(np.asarray(value, float), np.asarray(truth), 1e-9, reading.FLOOR)


@cache
def _sums(made, settings, case):
    """The sum of each prediction, which no rearranging changes; nan where it does not tell."""
    return np.array([_sum(prediction(settings, variant, case)) for _, variant in made(settings)])


def _sum(value):
    if isinstance(value, str):
        return np.nan
    constant = np.size(value) > 1 and np.ptp(value) < 1e-12  # which may be written as one number
    return np.nan if constant else np.sum(value)


def _with_the_sum_of(trial, sums):
    """Which predictions add up to what a trial gave, as they have to: the others need no look."""
    if not trial.returned:
        return ~np.isfinite(sums)
    a = trial.outcome.value
    near = 10 * reading.tolerance_of(a, trial.case) * a.size * np.abs(a).max(initial=1)
    return ~(np.abs(sums - a.sum()) > near)
