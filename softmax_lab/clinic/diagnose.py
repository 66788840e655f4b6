"""The consultation: try a function, judge it, name its mistake, and say what was seen."""

import warnings

import numpy as np

from softmax_lab.clinic import evidence, symptoms
from softmax_lab.clinic.calling import Caller
from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.catalogue.other_questions import answered_by
from softmax_lab.clinic.matching import explained_by, explained_by_two, explained_by_two_fragile
from softmax_lab.clinic.report import Diagnosis
from softmax_lab.clinic.settings import Settings
from softmax_lab.clinic.trials import Examination


def diagnose(
    function,
    role,
    *,
    given="logits",
    loss="cross_entropy",
    reduction="mean",
    targets="distribution",
    layout="rows",
):
    r"""Try a softmax gradient on probes, judge it, and name the mistake that it makes.

    .. math:: J_{ij} = h_i(\delta_{ij} - h_j), \qquad
              \frac{\partial C}{\partial z} = J^T \sigma, \qquad
              \frac{\partial C}{\partial z} = h \textstyle\sum_k t_k - t

    is what the roles ``"jacobian"``, ``"backward"`` and, with cross-entropy, ``"loss_gradient"``
    have to compute. A mistake is named only if it reproduces the numbers of the function.

    Parameters
    ----------
    function : function, layer object or class of one
        Takes arrays (or lists, or tensors) of one sample, shape (n,), or of a batch. A layer has
        ``forward(z)`` and ``backward(upstream)``, or ``forward(z, t)`` and ``backward()``.
    role : {"softmax", "jacobian", "backward", "loss", "loss_gradient", "output_gradient"}
        What it computes: z → h; z → ∂h/∂z; (z, upstream) → ∂C/∂z; (z, t) → C; (z, t) → ∂C/∂z;
        (h, t) → ∂C/∂h.
    given : {"logits", "output"}
        Whether its first argument is z or h.
    loss : {"cross_entropy", "squared_error"}
        Which loss it belongs to; squared_error is Σ(h - t)², without a ½.
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of the samples.
    targets : {"distribution", "labels", "any"}
        Rows that sum to 1, integer labels, or rows of any sum.
    layout : {"rows", "columns"}
        Whether the samples of a batch are rows, shape (N, n), or columns, shape (n, N).

    Returns
    -------
    Diagnosis
        With ``verdict``, ``mistakes`` and ``symptoms``; print it, or look at it in a notebook. A
        function that raises or never returns is diagnosed, too: that takes seconds at the most.

    Raises
    ------
    ValueError
        For an unknown role or setting, or a function that cannot be called.

    Notes
    -----
    Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, eqs. (4.106), (4.109), for
    what is right.

    Examples
    --------
    >>> from softmax_lab import diagnose, softmax
    >>> def my_derivative(z):
    ...     h = softmax(z)
    ...     return h * (1 - h)
    >>> diagnosis = diagnose(my_derivative, "jacobian")
    >>> diagnosis.verdict, diagnosis.mistakes
    ('wrong', ['diagonal_only'])
    """
    settings = Settings(role, given, loss, reduction, targets, layout)
    if not callable(function) and not hasattr(function, "forward"):
        raise ValueError(
            f"function must be callable, or a layer with forward and backward; "
            f"received {type(function).__name__}. Pass the function itself, without calling it."
        )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with Caller(function, settings) as caller:
            seen = Examination(caller, settings)
            seen.try_generic()
            verdict, mistakes, way = _judge(seen)
            answer = _other_question(seen, verdict)
            said = symptoms.of(seen, verdict, mistakes, way, answer)
            shown = evidence.most_telling([*seen.by_way[way], *seen.far])
            return Diagnosis(verdict, mistakes, said, settings, shown, seen.together, answer=answer)


def _other_question(seen, verdict):
    """The other question that the function answers rightly, if any."""
    if verdict == "correct" or seen.unsteadiness:
        return None
    for way in ("batch", "single"):
        for answer in answered_by(seen.by_way[way], seen.settings):
            return answer
    return None


def _judge(seen):
    """The verdict, the mistakes, and the way of handing over that shows them."""
    verdict, mistakes, way = _judge_numbers(seen)
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
    if seen.is_right("column") and not mistakes and not seen.serves_batches():
        return *_judge_far(seen, "column"), "column"
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
    best = max(ways, key=lambda way: sum(2 * t.fits + t.returned for t in ways[way]))
    for way in ways:
        if seen.is_right(way):
            continue
        seen.try_far(way)
        mistakes = _named(seen, way)
        if len(mistakes) == 2 and seen.together and way == "batch":
            # What is wrong with one sample already comes first.
            alone = explained_by(ways["single"], seen.settings)
            mistakes.sort(key=lambda key: key not in alone)
        if mistakes:
            return mistakes, way
    seen.try_far(best)
    return [], best
