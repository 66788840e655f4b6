"""Judge what was seen: the verdict, the mistakes, and the way of handing over that shows them."""

from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.matching import explained_by, explained_by_two, explained_by_two_fragile

SILENT = ("never", "ended")  # nothing is known of the numbers


def judge(seen):
    """The verdict, the mistakes, and the way of handing over that shows them."""
    if all(t.outcome.problem in SILENT for trials in seen.by_way.values() for t in trials):
        return "not judged", [], "batch"
    verdict, mistakes, way = _judge_numbers(seen)
    if seen.caller.endless and not _knows(seen, verdict, way):
        return "not judged", [], way
    seen.unsteadiness = seen.unsteady(way)
    if seen.unsteadiness:
        return "wrong", [], way
    if seen.caller.changed:
        # Of numbers that nothing explains, writing to an argument is no explanation either.
        if verdict != "wrong":
            mistakes = ["mutates_input", *mistakes]
        elif mistakes:
            mistakes = [*mistakes, "mutates_input"]
        seen.together = len(mistakes) > 1
        return "wrong", mistakes, way
    return verdict, mistakes, way


def _judge_numbers(seen):
    if seen.is_right("batch"):
        return *_judge_far(seen, "batch"), "batch"
    if seen.is_right("single"):
        verdict, mistakes = _judge_far(seen, "single")
        # One sample is enough, unless batches are answered as well, and wrongly.
        of_batch = _named(seen, "batch")
        if of_batch or seen.serves_batches():
            named = list(dict.fromkeys([*of_batch, *mistakes]))
            seen.together = len(named) > 1
            return "fragile", named, "batch"
        return verdict, mistakes, "single"
    if seen.is_right("row"):
        return *_judge_far(seen, "row"), "row"
    mistakes, way = _name_anywhere(seen)
    if seen.is_right("column") and way != "batch":
        if not mistakes and not seen.serves_batches():
            return *_judge_far(seen, "column"), "column"
        _, of_far = _judge_far(seen, "column")
        seen.together = len(of_far + mistakes) > 1
        return "fragile", [*of_far, *mistakes], way
    known = len(mistakes) == 1 and entry(seen.settings, mistakes[0]).fragile
    one_hot = seen.settings.with_target and seen.is_right(way, one_hot_only=True)
    any_sum = seen.settings.targets == "any"
    return "fragile" if known or (one_hot and not any_sum) else "wrong", mistakes, way


def _judge_far(seen, way):
    """The verdict on a function that is right on ordinary inputs, and what explains it."""
    seen.try_far(way)
    if all(t.right or loud(t) for t in seen.far):
        return "correct", []
    trials, audible = seen.by_way[way], _audible(seen)
    if one := explained_by(trials, seen.settings, audible):
        return "fragile", one
    two = explained_by_two_fragile(trials, seen.settings, audible)
    seen.together = bool(two)
    return "fragile", two


def loud(trial):
    """Whether integer logits were refused, which does no harm."""
    return trial.case.integer and trial.outcome.problem == "raised"


def _audible(seen):
    return [t for t in seen.far if not loud(t)]


def _named(seen, way):
    trials = seen.by_way.get(way, ())
    if not any(t.returned for t in trials):
        return []
    if one := explained_by(trials, seen.settings, _audible(seen)):
        return one
    two = explained_by_two(trials, seen.settings)
    seen.together = bool(two)
    return two


def _name_anywhere(seen):
    """The mistakes, by batches first: one sample hides a missing 1/N, and much else."""
    ways = seen.by_way
    best = max(ways, key=lambda way: _how_well(ways[way]))
    for way in ways:
        if seen.is_right(way) or (way in ("column", "row") and any(t.fits for t in ways["batch"])):
            continue
        seen.try_far(way)
        mistakes = _named(seen, way)
        if seen.together:
            # What is wrong with one sample already comes first.
            alone = explained_by(ways["single"], seen.settings)
            mistakes.sort(key=lambda key: key not in alone)
        if mistakes:
            return mistakes, way
    seen.try_far(best)
    return [], best


def _how_well(trials):
    """How many results have a shape that fits, and how many there are at all."""
    return sum(t.fits for t in trials), sum(t.returned for t in trials)


def _knows(seen, verdict, way):
    """Whether enough came back for a verdict, although not everything did."""
    trials = seen.by_way[way]
    if any(t.returned and not t.right for t in trials):
        return True
    # Right on ordinary inputs, and without an end on others: that is known to break.
    return verdict == "fragile" and all(t.right for t in trials)
