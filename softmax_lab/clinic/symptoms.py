"""What was seen, in sentences, whether or not it has a name."""

import numpy as np

from softmax_lab.clinic import evidence, names
from softmax_lab.clinic.calling import arguments

WAYS = {
    "batch": "a whole batch",
    "single": "one sample as a vector",
    "column": "one sample as an (n, 1) column",
    "row": "one sample as a (1, n) row",
}


RANDOM = "It answers the same question differently from call to call: is it random?"
COLUMNS_ONLY = "It is right on (n, 1) columns only; a vector or a batch gets no right answer."
ONE_SAMPLE_ONLY = "On one sample it is right; on a batch it is wrong without a complaint."


def of(seen, verdict, mistakes, way, answer=None):
    """All sentences, the most telling first."""
    trials = seen.by_way[way]
    sentences = [*_behaviour(seen), *_failures(seen, verdict, way)]
    if answer:  # what differs from the declared question says nothing of this one
        return list(dict.fromkeys([answer.sentence, *sentences, *_far_from(answer, seen)]))
    if verdict != "correct":
        sentences += evidence.seen_in(seen, way, trials)
    sentences += [*_ways(seen, verdict, way), *_far(seen, verdict)]
    if "label_off_by_one" in mistakes and any(not t.returned for t in trials):
        sentences.append("It raises where the label is the last class: there is no next one.")
    return list(dict.fromkeys(sentences))


def _behaviour(seen):
    """What the function does besides computing."""
    for name in seen.caller.changed:
        yield f"It overwrites its argument {name}: the caller's array is not the same afterwards."
    if seen.unsteadiness == "random":
        yield RANDOM
    elif seen.unsteadiness == "state":
        yield (
            "It answers the same question differently after other questions: it depends on the "
            "order of the calls, or keeps something from an earlier one."
        )
    if seen.caller.printed:
        line = seen.caller.printed.strip().splitlines()[:1]
        yield f"It prints{f', first: {line[0][:60]!r}' if line else ''}."
    method = seen.caller.form.last.name
    if seen.settings.role == "jacobian" and method in names.FORWARD and _returns_output(seen):
        yield (
            f"Its method {method!r} was called, and returns the output h: of its methods, none has "
            f"a name that speaks of a derivative."
        )
    if seen.container == "list":
        yield "It takes lists, not arrays."
    if seen.container == "tensor32":
        yield "It takes tensors of single precision, float32, and is held to their seven digits."
    if seen.three_only:
        yield "It takes three classes only: no other number of classes was answered."
    for way in ("batch", "single"):
        trials = seen.by_way[way]
        values = [t.outcome.value for t in trials if t.returned and t.case.n == 3]
        same_shape = len(values) > 1 and len({v.shape for v in values}) == 1
        if same_shape and values[0].size > 1 and _constant(values):
            yield "It gives the same answer to different questions: does it keep an old one?"


def _returns_output(seen):
    """Whether every batch is answered with softmax itself."""
    return all(t.agrees(t.case.h) for t in seen.by_way["batch"])


def _constant(values):
    first = values[0]
    unequal = np.ptp(first) > 1e-9  # a derivative of 1 everywhere is no memory
    return unequal and all(np.array_equal(first, v, equal_nan=True) for v in values[1:])


def _failures(seen, verdict, way):
    """Calls from which no numbers came back."""
    failed = [t for t in seen.by_way[way] if not t.returned]
    if not failed or verdict == "correct":
        return
    on = WAYS[way] if len(failed) == len(seen.by_way[way]) else quoted(failed[0].case)
    yield _told(failed[0], on)
    if len(failed) == len(seen.by_way[way]):
        for other, trials in seen.by_way.items():
            first = trials[0]
            if other != way and first.outcome.detail != failed[0].outcome.detail:
                yield _told(first, WAYS[other])


def _told(trial, on):
    outcome = trial.outcome
    if outcome.problem == "raised":
        _, arrays = arguments(trial.case, trial.way)
        shapes = " and ".join(str(a.shape) if a.ndim else "a label" for a in arrays)
        return ended(f"On {on} (given {shapes}) it raised {outcome.detail}")
    if outcome.problem == "never":
        return ended(f"On {on} it never returned: {outcome.detail}")
    return ended(f"On {on} {outcome.detail}" if outcome.problem else f"On {on} it answered")


def ended(words):
    """Words as a sentence that ends once."""
    words = words.rstrip()
    return words if words.endswith((".", "?", "!", "…")) else words + "."


def quoted(case):
    """The name of a probe, in quotes."""
    return f'"{case.name.removesuffix(", one sample")}"'


def _ways(seen, verdict, way):
    """What it takes: batches, single samples, columns."""
    batch, single = seen.by_way["batch"], seen.by_way["single"]
    if verdict == "wrong" and way != "batch" and any(t.returned for t in batch):
        yield "Judged by single samples; on a batch its numbers differ from theirs."
    if seen.is_right("batch"):
        if all(t.returned for t in single) and not seen.is_right("single"):
            yield (
                "On a single one-dimensional sample it is wrong without a complaint, though right "
                "on batches: pass (1, n), or sum and count along axis=-1."
            )
        elif not any(t.returned for t in single) and not seen.caller.form.linear:
            yield ended(f"It takes batches only: on one sample as a vector {_short(single[0])}")
    elif seen.is_right("single"):
        if way == "batch":
            yield ONE_SAMPLE_ONLY
        elif not any(t.returned for t in batch):
            yield ended(f"It takes one sample at a time: on a batch {_short(batch[0])}")
        else:
            yield "It takes one sample at a time: what it does with a batch is no answer to it."
    elif seen.is_right("row"):
        yield "It takes one sample at a time, as a (1, n) row."
    elif seen.is_right("column"):
        yield COLUMNS_ONLY


def _short(trial):
    outcome = trial.outcome
    if outcome.problem == "raised":
        return f"it raised {outcome.detail}"
    return "it never returned" if outcome.problem == "never" else outcome.detail


def _far(seen, verdict):
    """Large, saturated and integer logits."""
    if verdict == "fragile":
        wrong = [t for t in seen.far if not t.right]
    else:  # a wrong answer is wrong everywhere; here only what is not even a number
        wrong = [t for t in seen.far if t.returned and not np.isfinite(t.outcome.value).all()]
    said = {}
    for trial in wrong:
        if trial.case.integer and trial.outcome.problem == "raised":
            continue
        said.setdefault(what_is_off(trial), []).append(trial)
    for what, some in said.items():
        names = " and ".join(dict.fromkeys(quoted(t.case) for t in some[:2]))
        case = some[0].case
        worst = case if case.single else case.row(evidence.worst_sample(some[0]))
        _, arrays = arguments(worst, "single")
        yield ended(f"It {what} at {names}, such as {_row(arrays[0])}")
    integer = [t for t in seen.far if t.case.integer and t.outcome.problem == "raised"]
    if integer and verdict != "wrong":
        complaint = _short(integer[0]).rstrip(".")
        float_ = "double()" if seen.container.startswith("tensor") else "astype(float)"
        yield f"On integer logits {complaint}; convert them with {float_}."


def _far_from(answer, seen):
    """Large and saturated logits, at which another question is no longer answered rightly."""
    for trial in seen.far:
        refused = trial.case.integer and trial.outcome.problem == "raised"
        if not refused and not trial.agrees(answer.truth(trial.case)):
            what = what_is_off(trial) if not_numbers(trial) else "is not right"
            yield ended(f"As that, it {what} at {quoted(trial.case)}")
            return


def not_numbers(trial):
    """Whether there is no number, or nan or inf, among those that came back."""
    return not trial.returned or not np.isfinite(trial.outcome.value).all()


def what_is_off(trial):
    """What is wrong with one answer, as in "it gives nan"."""
    if trial.outcome.problem == "raised":
        return f"raises {trial.outcome.detail.rstrip('.')}"
    if trial.outcome.problem:
        return _short(trial).removeprefix("it ").rstrip(".")
    value = trial.outcome.value
    if not np.isfinite(value).all():
        if np.isnan(value).any():
            return "gives nan"
        return f"gives {'inf' if (value == np.inf).any() else '-inf'}"
    return f"is wrong{evidence.by_how_much(trial)}"


def _row(x):
    return "[" + ", ".join(f"{number:.4g}" for number in np.ravel(x)) + "]"
