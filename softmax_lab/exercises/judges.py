"""Judges for the usual exercises: each makes a function from an answer to a hint, or None.

``foreseen`` lists pairs of a wrong answer and the hint for it; for a function the wrong answer
is a function that makes the mistake.
"""

import inspect

import numpy as np

from softmax_lab.clinic import diagnose
from softmax_lab.clinic.calling import arguments
from softmax_lab.clinic.evidence import beside_truth
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close, difference, roughly


def numbers(truth, foreseen=()):
    """Judge a number or an array of numbers, or of True and False."""

    def judge(answer):
        a = as_numbers(answer)
        if close(a, truth):
            return None
        known = (hint for wrong, hint in foreseen if close(a, wrong))
        return next(known, None) or difference(a, truth)

    return judge


def choice(right, foreseen):
    """Judge a word or a number out of a few; ``foreseen`` has a hint for each of the others."""
    hints = dict(foreseen)
    options = ", ".join(sorted(map(repr, [right, *hints])))

    def judge(answer):
        if type(answer) is type(right) and answer == right:
            return None
        known = type(answer) in (str, int, bool) and answer in hints
        return hints[answer] if known else f"answer with one of {options}."

    return judge


def function(truth, examples, foreseen=()):
    """Judge a function by what it returns for some examples, each a tuple of arguments."""

    def judge(answer):
        _require_function(answer)
        returned = [as_numbers(call(answer, *example)) for example in examples]
        right = [truth(*example) for example in examples]
        if all(map(close, returned, right)):
            return None
        for mistaken, hint in foreseen:
            if all(map(close, returned, (mistaken(*example) for example in examples))):
                return hint
        k = list(map(close, returned, right)).index(False)
        given = ", ".join(map(_shown, examples[k]))
        return f"called with {given}: {difference(returned[k], right[k])}"

    return judge


def clinic(role, foreseen=(), accept=("correct",), **settings):
    """Judge a softmax gradient by the clinic: its name for the mistake, and its hint.

    ``settings`` are those of :func:`softmax_lab.diagnose`. A mistake that has no name there may
    be foreseen here; such a function must take batches. ``accept`` may hold "fragile", where
    large logits are beside the point.
    """

    def judge(answer):
        _require_function(answer)
        diagnosis = diagnose(answer, role, **settings)
        if diagnosis.verdict in accept:
            return None
        if diagnosis.evidence.outcome.problem not in (None, "never"):
            _tell_error(answer, diagnosis)
        said = _named(diagnosis) or _foreseen(diagnosis, foreseen) or _seen(diagnosis)
        return f"{said}\n\n{_more(answer, role, settings)}"

    return judge


def _shown(x):
    """An argument in a few words."""
    if np.ndim(x) > 1:
        return f"an array of shape {np.shape(x)}"
    return np.array2string(np.asarray(x), separator=", ")


def _require_function(answer):
    if not callable(answer) and not hasattr(answer, "forward"):
        raise Trouble("a function is asked for. Hand it over itself, without calling it.")


def _tell_error(answer, diagnosis):
    """Call the answer once more where it failed, for the line; a reader thinks of vectors first."""
    trial, settings = diagnosis.evidence, diagnosis.settings
    for way in [trial.way] if settings.with_target else ["single", trial.way]:
        _, given = arguments(trial.case, way)
        call(_as_function(answer, settings.role), *given)


def _as_function(answer, role):
    """The answer as one function, where it is a layer with forward and backward, too."""

    def run(*given):
        layer = answer() if inspect.isclass(answer) else answer
        if not hasattr(layer, "forward"):
            return layer(*given)
        if role not in ("backward", "loss_gradient"):
            return layer.forward(*given)
        split = 1 if role == "backward" else len(given)
        layer.forward(*given[:split])
        return layer.backward(*given[split:])

    return run


def _named(diagnosis):
    """The clinic's names and hints, one after the other."""
    joint = "and, at the same time," if diagnosis.together else "or, with the same numbers,"
    said = [f"`{entry.key}`. Hint: {entry.hint}" for entry in diagnosis.entries]
    return f" {joint} ".join(said)


def _foreseen(diagnosis, foreseen):
    trial = diagnosis.evidence
    if not trial.returned:
        return None
    _, given = arguments(trial.case, trial.way)
    matching = (hint for wrong, hint in foreseen if close(trial.outcome.value, wrong(*given)))
    return next(matching, None)


def _seen(diagnosis):
    """What was seen, when the mistake has no name."""
    pair = beside_truth(diagnosis.evidence) if diagnosis.evidence.returned else None
    if pair and (remark := roughly(*pair[1:])):
        # What else the clinic sees of rounding errors would lead astray.
        return " ".join([remark, *(s for s in diagnosis.symptoms if "overwrites" in s)])
    seen = [s for s in diagnosis.symptoms if "one sample at a time" not in s]  # which is no fault
    start = {
        "fragile": "right on ordinary inputs, but not on all.",
        "wrong": "no mistake that the clinic knows.",
    }[diagnosis.verdict]
    return " ".join([start, "What was seen:", *seen[:3]] if seen else [start])


def _more(answer, role, settings):
    name = getattr(answer, "__name__", "")
    name = name if name.isidentifier() else "your_answer"
    words = "".join(f", {key}={value!r}" for key, value in settings.items())
    return (
        f"`from softmax_lab import diagnose` and `diagnose({name}, {role!r}{words})` show its "
        f"numbers beside the right ones, and the cure."
    )
