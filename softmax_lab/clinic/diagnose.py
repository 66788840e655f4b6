"""The consultation: try a function, judge it, name its mistake, and say what was seen."""

from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from softmax_lab.clinic import attending, beside, evidence, names, symptoms
from softmax_lab.clinic.adapters import adapters, takes_any_number
from softmax_lab.clinic.alternatives import LACKING, RIGHT_AS, named_otherwise, other_readings
from softmax_lab.clinic.binding import parameters
from softmax_lab.clinic.calling import Caller, Patient, parts_for
from softmax_lab.clinic.catalogue.other_questions import answered_by
from softmax_lab.clinic.form import Call, Form
from softmax_lab.clinic.forms import forms_of, forms_of_method, owner_of
from softmax_lab.clinic.judging import judge, loud
from softmax_lab.clinic.parts import Beside
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.readings import Reading, difference
from softmax_lab.clinic.report import Diagnosis
from softmax_lab.clinic.results import Outcome
from softmax_lab.clinic.screening import (
    ONE_HOT_ONLY,
    Candidate,
    Seen,
    likeliest,
    mistaken_ones,
    other_answers,
    right_ones,
    screened,
)
from softmax_lab.clinic.settings import ALLOWED, ATTENTION, Settings, check
from softmax_lab.clinic.trials import Examination, Trial


def diagnose(
    function,
    role=None,
    *,
    given=None,
    loss=None,
    reduction=None,
    targets=None,
    layout=None,
):
    r"""Try a softmax gradient on probes, judge it, and name the mistake that it makes.

    .. math:: J_{ij} = h_i(\delta_{ij} - h_j), \qquad
              \frac{\partial C}{\partial z} = J^T \sigma, \qquad
              \frac{\partial C}{\partial z} = h \textstyle\sum_k t_k - t

    is what the roles ``"jacobian"``, ``"backward"`` and, with cross-entropy, ``"loss_gradient"``
    have to compute. A mistake is named only if it reproduces the numbers of the function.

    Nothing has to be declared: what the function is, is found from its numbers and from its names,
    and said first. What is declared is held to.

    Parameters
    ----------
    function : function, layer object or class of one
        Takes arrays (or lists, or tensors) of one sample, shape (n,), or of a batch, in any order
        of arguments; may return several things. A layer has a forward and a backward method, by
        whatever name; a bound backward method goes with its layer.
    role : str
        What it computes: "softmax", z → h; "jacobian", z → ∂h/∂z; "backward", (z, upstream) →
        ∂C/∂z; "loss", (z, t) → C; "loss_gradient", (z, t) → ∂C/∂z; "output_gradient", (h, t) →
        ∂C/∂h; "attention", (q, k, v) → o; "attention_backward", (q, k, v, upstream) →
        (∂C/∂q, ∂C/∂k, ∂C/∂v).
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
        With ``verdict``, ``mistakes``, ``symptoms`` and ``reading``; print it, or look at it in a
        notebook. A function that raises or never returns is diagnosed, too: that takes seconds at
        the most.

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
    declared = {
        "role": role,
        "given": given,
        "loss": loss,
        "reduction": reduction,
        "targets": targets,
        "layout": layout,
    }
    declared = {name: value for name, value in declared.items() if value is not None}
    for name, value in declared.items():
        check(name, value)
    thing = owner_of(function)
    if found := _as_attention(thing, declared):
        return found
    forms = forms_of(thing) if thing is function else forms_of_method(thing, function.__name__)
    if not forms and not callable(function):
        raise ValueError(_no_form(function))
    forms = forms or [Form((Call("", ("z",)),))]
    with np.errstate(all="ignore"), Patient(thing) as patient:
        diagnosis = _consultation(patient, forms, declared)
    wants_function = names.function_among(parameters(thing) or [])
    if wants_function and not patient.answered and not declared:
        return _of_functions(wants_function)
    called_otherwise = (
        (not patient.answered and not patient.endless)
        or (patient.gave_function and declared.get("role") not in ("softmax", "loss"))
        or (diagnosis.verdict == "wrong" and takes_any_number(thing))
    )
    adapted = _adapted(thing, declared) if called_otherwise else None
    if adapted and patient.answered and not patient.gave_function and adapted.verdict == "wrong":
        return diagnosis
    return adapted or diagnosis


def _adapted(thing, declared):
    """The diagnosis through the first one-line adapter by which numbers come back, if any does."""
    rest = {name: value for name, value in declared.items() if name != "role"}
    for source, function, role in adapters(thing, declared.get("role")):
        forms = forms_of(function)
        with np.errstate(all="ignore"), Patient(function) as patient:
            diagnosis = _consultation(patient, forms, {"role": role, **rest})
            if patient.answered and diagnosis.evidence.returned and diagnosis.evidence.fits:
                return replace(
                    diagnosis, reading=replace(diagnosis.reading, adapter=(source, role))
                )
    return None


def _as_attention(thing, declared):
    """The diagnosis of what is said to be attention, or is by its names and its numbers."""
    role = declared.get("role")
    if role not in (None, *ATTENTION):
        return None
    forms = attending.forms_of(thing, role)
    if not forms:
        if role:
            raise ValueError(attending.refusal(thing, role))
        return None
    with np.errstate(all="ignore"), Patient(thing) as patient:
        return attending.consultation(patient, forms, declared)


def _of_functions(name):
    """What is said of code that is given a function: no reading has one."""
    settings = Settings("jacobian")
    said = (
        f"it is given a function, {name!r}; the clinic hands over arrays. Try the function itself."
    )
    nothing = Trial(cases(settings, "generic")[0], "batch", Outcome(problem="nothing"))
    return Diagnosis("not judged", [], [], settings, nothing, beside=said)


def _no_form(function):
    return (
        f"function must be callable, or a layer with forward and backward; "
        f"received {type(function).__name__}. Pass the function itself, without calling it."
    )


def _consultation(patient, forms, declared):
    """Find the reading, examine the function as what it is, and say what was seen."""
    candidates = screened(patient, forms, declared)
    if not candidates:
        candidates = [_as_declared(patient, forms[0], declared)]
    found = _without_blame(_best(patient, candidates, declared))
    found = _as_its_forward(patient, found, candidates)
    found, seen = _with_what_is_beside(patient, found, declared)
    remedy = []
    if found.verdict in ("fragile", "wrong") and not found.answer and not seen.notes:
        remedy = _remedy(patient, forms, declared, found)
    others = found.otherwise
    if found.verdict != "wrong":
        read = replace(found.reading, answer=found.answer)
        others = [*others, *other_readings(read, candidates, found.as_ours)]
    elif not found.mistakes:
        others = [*others, *named_otherwise(patient.function, found.reading)]
    return _diagnosis(found, [*remedy, *seen.notes], others, seen.fault)


def _with_what_is_beside(patient, found, declared):
    """The finding, or that on the part beside it that is at fault; and what was seen there."""
    if found.verdict == "wrong" and not found.mistakes and not found.seen.unsteadiness:
        seen = beside.of_a_loss_of_its_own(patient, found)
        unknown = bool(seen.fault) and "role" not in declared
        return (replace(found, verdict="not judged") if unknown else found), seen
    if found.verdict not in ("correct", "fragile"):
        return found, Beside()
    seen = beside.of(patient, found)
    if seen.belongs and not {"reduction", "loss"} & {*declared}:
        like_the_loss = replace(found.reading, settings=seen.belongs)
        of_it = _examined(patient, Candidate(like_the_loss, Seen(found.reading.form, {})))
        if of_it.verdict == "wrong" and not of_it.mistakes:
            seen.fault = "the loss that it also returns and its gradient do not belong together."
        return of_it, seen
    if seen.fault and (seen.of_gradient or "role" not in declared):
        if seen.reading:
            of_other = _examined(patient, Candidate(seen.reading, Seen(seen.reading.form, {})))
            if of_other.verdict == "wrong":
                return of_other, Beside([seen.right])
        return replace(found, verdict="wrong", mistakes=[]), seen
    return found, seen


def _without_blame(found):
    """No name for a layer that has no derivative, and whose forward pass does what it should."""
    if found.mistakes == ["returns_output"] and found.reading.form.last.name in names.FORWARD:
        return replace(found, mistakes=[])
    return found


@dataclass
class Finding:
    """A reading, what was seen under it, and the judgement."""

    reading: object
    seen: object
    verdict: str
    mistakes: list
    way: str
    answer: object = None
    as_ours: tuple = ()  # the mistakes that it would be, were our question meant
    otherwise: list = field(default_factory=list)  # readings under which it would be right


def _examined(patient, candidate):
    """The full examination under one reading."""
    reading = candidate.reading
    patient.refresh()
    seen = Examination(Caller(patient, reading.form), reading.settings, reading.container)
    seen.try_generic()
    return Finding(reading, seen, *judge(seen))


RANK = {"correct": 0, "fragile": 1, "wrong": 2, "not judged": 3}
MOST_EXAMINED = 3


def _best(patient, candidates, declared):
    """Right before another question, that before one mistake, one before two; else by the names."""
    right = right_ones(candidates, declared)
    doubtful = [c for level, c in right if level < ONE_HOT_ONLY and c.doubt]
    right = [(level, c) for level, c in right if not c.doubt]
    right_on_all = [c for level, c in right if level < ONE_HOT_ONLY]
    if found := _another_question(patient, _before_labels(candidates, right_on_all), declared):
        return found
    if found := _first_right(patient, right_on_all):
        return found if found.verdict == "correct" else _with_doubt(found, doubtful)
    if found := _another_question(patient, candidates, declared):
        return found
    if found := _first_right(patient, [c for level, c in right if level == ONE_HOT_ONLY]):
        return found
    two_at_once = None
    for candidate in islice(mistaken_ones(candidates), 2 * MOST_EXAMINED):
        if doubtful and (candidate.doubt or candidate.settings.role != doubtful[0].settings.role):
            continue
        found = _examined(patient, candidate)
        if found.mistakes and not found.seen.together:
            return _with_doubt(found, doubtful)
        two_at_once = two_at_once or (found if found.mistakes else None)
    if found := _first_right(patient, doubtful):
        return _with_doubt(found, doubtful)
    return two_at_once or _examined(patient, likeliest(candidates))


def _with_doubt(found, doubtful):
    """The finding, with the reading that would be right and that its own words speak against."""
    for candidate in doubtful[:1]:
        value = getattr(candidate.settings, candidate.doubt)
        if getattr(found.reading.settings, candidate.doubt) != value:
            found.otherwise.append(RIGHT_AS[candidate.doubt].format(value=value))
        elif candidate.doubt == "given":
            found.otherwise.append(LACKING[value])
    return found


def _before_labels(candidates, right):
    """What comes before a reading with labels, which make many a question one."""
    if not right or right[0].settings.targets != "labels" or "targets" in right[0].reading.declared:
        return []
    return [
        c
        for c in candidates
        if c.settings.targets == "distribution" and c.penalty < right[0].penalty
    ]


def _another_question(patient, candidates, declared):
    """The finding on the first candidate that answers another question rightly, if one does."""
    for candidate, answer in islice(other_answers(candidates), MOST_EXAMINED):
        if found := _as_another_question(patient, candidate, answer, declared):
            return found
    return None


def _first_right(patient, candidates):
    """The best finding on candidates that are right on a few inputs, if it holds on all."""
    findings = []
    for candidate in candidates[:MOST_EXAMINED]:
        findings.append(_examined(patient, candidate))
        if findings[-1].verdict in ("correct", "not judged") or patient.is_slow:
            break
    findings = [f for f in findings if f.verdict != "wrong" or f.mistakes or f.seen.unsteadiness]
    return min(findings, key=lambda f: RANK[f.verdict], default=None)


def _as_another_question(patient, candidate, answer, declared):
    """The finding on a right answer to another question, if it is one."""
    found = _examined(patient, candidate)
    trials = found.seen.by_way.get(found.way, ())
    answers = answered_by(trials, candidate.settings) if trials else []
    answer = next((a for a in answers if a.question is answer.question), None)
    if (
        answer is None
        or _forward_asks_ours(patient, candidate)
        or found.seen.unsteadiness
        or found.seen.caller.changed
    ):
        return None
    if found.mistakes and not found.seen.together and _is_meant(patient.function, declared):
        return found  # the same numbers, as a mistake in what it is said to be
    far = all(t.agrees(answer.truth(t.case)) or loud(t) for t in found.seen.far)
    verdict = "wrong" if "role" in declared or answer.base else "correct" if far else "fragile"
    return replace(found, verdict=verdict, mistakes=[], answer=answer, as_ours=found.mistakes)


def _forward_asks_ours(patient, candidate):
    """Whether the forward pass before a backward one is softmax, or the cross-entropy, itself."""
    form = candidate.reading.form
    return len(form.calls) > 1 and _forward_reduction(patient, candidate.reading) is not None


def _forward_reduction(patient, reading):
    """The reduction of the loss that a forward pass returns; None if it is another function."""
    settings, form = reading.settings, reading.form
    role = "loss" if settings.with_target else "softmax"
    first = replace(form, calls=form.calls[:1], part="", engine="")
    for reduction in ALLOWED["reduction"] if role == "loss" else ("mean",):
        given = {"loss": "cross_entropy", "given": form.given, "reduction": reduction}
        asked = replace(settings, role=role, **given)
        for way in ("batch", "single"):
            case = cases(asked, "generic", way != "batch")[0]
            outcomes = patient.ask(first, parts_for(case, way), reading.container)
            if any(Trial(case, way, outcome).right for outcome in outcomes.values()):
                return reduction
    return None


def _as_its_forward(patient, found, candidates):
    """The finding under the mean, where a framework's own forward pass says that it is a mean."""
    reading = found.reading
    if not reading.form.engine or reading.settings.reduction == "mean" or found.answer:
        return found
    for candidate in candidates:
        as_mean = candidate.settings == replace(reading.settings, reduction="mean")
        if as_mean and _forward_reduction(patient, candidate.reading) == "mean":
            return _examined(patient, candidate)
    return found


def _is_meant(function, declared):
    """Whether a gradient is said to be that of the cross-entropy, or nothing else is said."""
    said = f"{getattr(function, '__name__', '')} {getattr(function, '__doc__', '')}"
    return "role" in declared or names.speaks_of(r"cross|(^|_)ce(_|$)|entropy|nll|xent", said)


def _remedy(patient, forms, declared, found):
    """The declarations under which the function would be right, in a sentence; or nothing."""
    if not declared or patient.is_slow:
        return []
    some = []
    for k, (level, candidate) in enumerate(right_ones(screened(patient, forms, {}))):
        changes = difference(candidate.settings, vars(found.reading.settings))
        if changes and level < 2:
            some.append((level, len(changes), candidate.penalty, k, changes, candidate))
    for *_, changes, candidate in sorted(some, key=lambda s: s[:4])[:MOST_EXAMINED]:
        other = _examined(patient, candidate)
        if RANK[other.verdict] < RANK[found.verdict]:
            said = " and ".join(f"{name}={value!r}" for name, value in changes.items())
            but = "" if other.verdict == "correct" else ", apart from what breaks it then,"
            return [f"It would be right{but} if {said} were declared."]
    return []


def _as_declared(patient, form, declared):
    """A candidate without any trial, for what answered nothing at all."""
    settings = Settings(**{"role": "softmax"} | declared)
    return Candidate(Reading(settings, form, frozenset(declared)), Seen(form, {}))


def _diagnosis(found, first, others, fault=""):
    seen, reading, way = found.seen, found.reading, found.way
    said = symptoms.of(seen, found.verdict, found.mistakes, way, found.answer)
    reading = replace(reading, answer=found.answer, others=others)
    said = list(dict.fromkeys([*first, *said]))
    return Diagnosis(
        found.verdict,
        found.mistakes,
        said,
        reading.settings,
        evidence.most_telling([*seen.by_way[way], *seen.far]),
        seen.together,
        reading,
        found.answer,
        first,
        fault,
    )
