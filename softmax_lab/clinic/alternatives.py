"""What a function would be under other settings than those that were found for it.

To say of another setting what the function would be then, give it words in ``SAID``.
"""

from softmax_lab.clinic import names
from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.catalogue.other_questions import QUESTIONS, answered_by
from softmax_lab.clinic.matching import explained_by
from softmax_lab.clinic.settings import DEFAULTS

SAID = {
    "layout": "If its samples are meant to be {value}, it is wrong: {key}.",
    "given": "If it is meant to be fed the {value}, it is wrong: {key}.",
    "reduction": "As that of the {value}, it is wrong: {key}.",
}
RIGHT_AS = {
    "layout": "If its samples are meant to be {value}, it is right on ordinary inputs.",
    "given": "If it is meant to be fed the {value}, it is right on ordinary inputs.",
}
LACKING = {
    "output": "If it is meant to be fed the logits, softmax is missing.",
    "logits": "If it is meant to be fed the output, softmax is applied twice.",
}
LACKS = {
    "loss": "As the mean loss it lacks 1/N.",
    "loss_gradient": "As the gradient of the mean it lacks 1/N.",
    "output_gradient": "As the gradient of the mean it lacks 1/N.",
}
ASKED = {
    "loss": "As the {reduction} cross-entropy it is wrong: {key}.",
    "loss_gradient": "As the gradient of the {reduction} cross-entropy it is wrong: {key}.",
}
REDUCED = {"mean": "mean", "sum": "summed", "none": "unreduced"}


def other_readings(reading, candidates, as_ours=()):
    """Sentences on what a function would be under a setting that was found, were it another.

    ``as_ours`` are the mistakes that would explain a right answer to another question, were it
    meant to answer ours.
    """
    said = []
    role, reduction = reading.settings.role, REDUCED[reading.settings.reduction]
    if as_ours and role in ASKED and reading.settings.loss == "cross_entropy":
        said.append(ASKED[role].format(reduction=reduction, key=as_ours[0]))
    for candidate in candidates:
        name = _changed(reading, candidate)
        trials = next(candidate.best_trials(), None) if name else None
        if not trials or candidate.level == 0:
            continue
        value = getattr(candidate.settings, name)
        if (reading.settings.reduction, value) == ("sum", "mean"):
            said.append(LACKS[role])
        elif keys := _mistakes(trials, candidate.settings):
            said.append(SAID[name].format(value=value, key=keys[0]))
    said += [] if reading.answer else _right_too(reading, candidates)
    return list(dict.fromkeys(said))


def named_otherwise(function, reading):
    """Of what is wrong, that it is no answer to the question in its name either."""
    role = reading.settings.role
    name = f"{getattr(function, '__name__', '')} {type(function).__name__}"
    if names.speaks_of(r"log_?soft_?max|log_?sm(_|$)", name):
        question = next(q for q in QUESTIONS if q.key == "log_softmax")
        if role in question.words:
            yield f"As {question.words[role]}, it is wrong, too."


def _mistakes(trials, settings):
    """The mistakes that would explain the numbers, apart from those that show far out only."""
    return [key for key in explained_by(trials, settings) if not entry(settings, key).fragile]


def _right_too(reading, candidates):
    """What else the same call answers rightly, in another role: h - t, for one."""
    for candidate in candidates:
        same_call = candidate.reading.form == reading.form
        if not same_call or candidate.settings.role in (reading.settings.role, "loss"):
            continue
        trials = next(candidate.best_trials(), ())
        for answer in answered_by(trials, candidate.settings) if trials else ():
            if answer.parameter is None:
                yield f"It is {answer.words}, too."


def _changed(reading, candidate):
    """The one setting in which a candidate differs, if it is one to speak of; else nothing."""
    mine, its = vars(reading.settings), vars(candidate.settings)
    changed = [name for name in mine if mine[name] != its[name]]
    if len(changed) != 1 or changed[0] not in SAID or changed[0] in reading.declared:
        return ""
    name = changed[0]
    if candidate.reading.form.order != reading.form.order and name != "given":
        return ""
    # What is unusual is only spoken of where the names speak for it.
    named = name == "given" and candidate.reading.form.penalty < reading.form.penalty
    return name if its[name] == DEFAULTS[name] or named else ""
