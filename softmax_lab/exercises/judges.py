"""Judges for the usual exercises: each makes a function from an answer to a hint, or None.

``foreseen`` lists pairs of a wrong answer and the hint for it; for a function the wrong answer
is a function that makes the mistake.
"""

import re

import numpy as np

from softmax_lab.clinic import diagnose
from softmax_lab.exercises.answers import Trouble, call
from softmax_lab.exercises.comparison import as_numbers, close, difference, roughly

# What an exercise does not say is declared as well, so that the clinic need not find it out.
DECLARED = {
    "given": "logits",
    "loss": "cross_entropy",
    "reduction": "mean",
    "targets": "distribution",
    "layout": "rows",
}
FEW = 6  # numbers of an argument that are shown
SENTENCE = re.compile(r"(?<=[.:])\s")


def numbers(truth, foreseen=()):
    """Judge a number or an array of numbers, or of True and False."""

    def judge(answer):
        a = as_numbers(answer)
        if close(a, truth):
            return None
        known = (hint for wrong, hint in foreseen if close(a, wrong))
        return next(known, None) or difference(a, truth)

    # What a page needs that is to judge alike, without Python.
    judge.truth, judge.foreseen = truth, foreseen
    return judge


def function(truth, examples, foreseen=(), role=None, **settings):
    """Judge a function by what it returns for some examples, each a tuple of arguments.

    The examples alone decide what is right, so they have to hold whatever could be wrong. If
    there is a ``role``, the clinic is asked about mistakes that nobody foresaw: the role and the
    ``settings`` are those of :func:`softmax_lab.diagnose`.
    """

    def judge(answer):
        require_function(answer)
        returned = [_returned(answer, example) for example in examples]
        right = [truth(*example) for example in examples]
        wrong = [k for k, pair in enumerate(zip(returned, right, strict=True)) if _differs(*pair)]
        if not wrong:
            return None
        k = wrong[0]
        if isinstance(returned[k], Trouble):
            raise Trouble(_placed(examples, k, str(returned[k])))
        if hint := _foreseen(returned, examples, wrong, foreseen):
            return hint
        named, seen = consulted(answer, role, **settings) if role else ("", "")
        # What else the clinic sees of rounding errors, or of a few inputs, would lead astray.
        fits = returned[k].shape == np.shape(right[k]) and not roughly(returned[k], right[k])
        if named or (seen and fits and k == 0):
            return named or seen
        return _placed(examples, k, difference(returned[k], right[k]), always=True)

    return judge


def require_function(answer):
    """Trouble, unless the answer can be called."""
    if not callable(answer):
        raise Trouble("a function is asked for. Hand it over itself, without calling it.")


def consulted(answer, role, **settings):
    """What the clinic says of a wrong answer: its mistakes in words, and what was seen."""
    diagnosis = diagnose(answer, role, **DECLARED | settings)
    entries = [entry for entry in diagnosis.entries if entry.key != "mutates_input"]
    joint = " Besides: " if diagnosis.together else " Or, with the same numbers: "
    seen = [sentence for sentence in diagnosis.symptoms if not _beside_the_point(sentence)]
    named = joint.join(_in_words(entry) for entry in entries)
    return named, " ".join(["What was seen:", *seen[:3]]) if seen else ""


def _in_words(entry):
    """What the mistake is, and a hint; the cure would be the answer."""
    first, *more = SENTENCE.split(entry.explanation)
    words = " ".join([first, *more[:1]] if entry.needs_batch else [first])
    return f"{words.rstrip(':.')}. {entry.hint}"


def _beside_the_point(sentence):
    """What an answer overwrites is told by ``check``; and readers have declared nothing."""
    return any(words in sentence for words in ("one sample at a time", "declared", "overwrites"))


def _returned(answer, example):
    """The numbers that come back, or the trouble that comes instead of them."""
    try:
        return as_numbers(call(answer, *example))
    except Trouble as trouble:
        return trouble


def _differs(returned, right):
    return isinstance(returned, Trouble) or not close(returned, right)


def _foreseen(returned, examples, wrong, foreseen):
    """The hint of the first mistake that gives all that was returned, where that is finite."""
    told = [k for k, a in enumerate(returned) if _finite(a)]
    if set(told).isdisjoint(wrong):
        return None
    for mistaken, hint in foreseen:
        if all(_gives(mistaken, examples[k], returned[k]) for k in told):
            return hint
    return None


def _finite(returned):
    return not isinstance(returned, Trouble) and bool(np.isfinite(returned).all())


@np.errstate(all="ignore")
def _gives(mistaken, example, returned):
    try:
        return close(returned, mistaken(*example))
    except ValueError:  # the shapes do not fit together: then it is not this mistake
        return False


def _placed(examples, k, said, always=False):
    """What is said, with the example of which it is said; the first need not be named."""
    before = "right at first, but " if k else ""
    return f"{before}called with {_given(examples[k])}: {said}" if k or always else said


def _given(example):
    return ", ".join(map(_shown, example))


def _shown(x):
    """An argument in a few words."""
    if np.size(x) > FEW:
        return f"an array of shape {np.shape(x)}"
    return " ".join(np.array2string(np.asarray(x), separator=", ").split())
