"""What stands beside the part that is judged, and whether it agrees with it.

The loss beside its gradient, the forward pass before its backward one, the gradient of the biases
beside that of the weights: ``of`` judges each by what it has to be, and says what was seen.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from softmax_lab.clinic import formulas, names, penalties, reading
from softmax_lab.clinic.binding import parameters
from softmax_lab.clinic.calling import part_of, parts_for
from softmax_lab.clinic.catalogue import entry
from softmax_lab.clinic.catalogue.other_questions import answered_by
from softmax_lab.clinic.evidence import factor_in_words
from softmax_lab.clinic.form import Value, arguments_of
from softmax_lab.clinic.layers import bound
from softmax_lab.clinic.matching import explained_by, explained_by_two
from softmax_lab.clinic.parts import Beside, others_of
from softmax_lab.clinic.probes import cases, one_by_one
from softmax_lab.clinic.readings import REDUCED
from softmax_lab.clinic.settings import ALLOWED
from softmax_lab.clinic.trials import Trial
from softmax_lab.softmax import softmax

REDUCED_AS = {"mean": "mean"}  # of the gradient: each sample's is that of the sum
NAMED = {"cross_entropy": "cross-entropy", "squared_error": "squared error"}
GRADIENTS = ("loss_gradient", "output_gradient")
STEP = 1e-5  # of central differences
MORE = 2  # features than samples
LOSS_NAMES = r".*(loss|cost|nll|_ce|cross).*"
BIAS_NAMES = r".*(d_?b|b(ias(es)?)?_?grad|grad(ient)?_?b(ias)?).*"


def of(patient, found):
    """What is seen beside the part that a finding is about."""
    seen = Beside()
    if patient.is_slow or found.reading.form.engine or "#" in _indices(found.reading.form):
        return seen
    right = [way for way in (found.way, "single", "row", "column") if found.seen.is_right(way)]
    if found.answer:
        right = [found.way]
    if not right:
        return seen
    found = replace(found, way=right[0])  # one sample, if batches are wrong anyway
    for look in (_loss_or_output, _features, _biases, _penalty, _ignored_error, _second_time):
        if not seen.fault:
            look(patient, found, seen)
    if seen.loss and not seen.fault:
        _far(patient, *seen.loss, found, seen)
    return seen


def _indices(form):
    return "".join(str(t)[:1] for t in form.last.tokens if isinstance(t, str))


# The loss, and the output


def of_a_loss_of_its_own(patient, found):
    """Of a gradient that nothing explains, whether it is that of the loss beside it."""
    seen = Beside()
    if found.reading.settings.role not in GRADIENTS or patient.is_slow or found.reading.form.engine:
        return seen
    losses = _losses(found, others_of(patient, found))
    if any(has_this_gradient(patient, found, other) for other in losses):
        seen.fault = (
            "its gradient is that of the loss that it also returns, by differences; the clinic "
            "does not know that loss."
        )
    elif losses:
        seen.notes.append(
            "It is not the gradient of the loss that it also returns, by differences."
        )
    return seen


def _losses(found, others):
    """The parts that may be a loss, those that are called so first."""
    N = cases(found.reading.settings, "generic", found.way != "batch")[0].N
    lengths = ((), (N,)) if found.way == "batch" else ((),)
    losses = [o for o in others if o.shape in lengths and o.form.kinds & {"t", "y"}]
    losses = [o for o in losses if not o.is_zero]
    return sorted(losses, key=lambda o: not names.matches(LOSS_NAMES, o.name))


def _loss_or_output(patient, found, seen):
    role = found.reading.settings.role
    if role not in (*GRADIENTS, "backward"):
        return
    others = list(others_of(patient, found))
    case = cases(found.reading.settings, "generic", found.way != "batch")[0]
    N, n = (case.N, case.n) if found.way == "batch" else (1, case.n)
    losses = _losses(found, others)
    if role in GRADIENTS and losses:
        _loss(patient, found, losses, seen)
    like_logits = {(N, n), (n, N), (n,)} if N == 1 else {(N, n), (n, N)}
    outputs = [o for o in others if o.shape in like_logits and "z" in o.form.kinds]
    if any(o.form.part == "" for o in outputs):  # what is returned counts, not what is kept
        outputs = [o for o in outputs if not o.form.part.startswith(".")]
    if outputs and not seen.fault:
        _output(found, outputs, seen)


def _loss(patient, found, losses, seen):
    mine = found.reading.settings
    for other in losses:
        right = [s for s in _as_losses(other, mine) if _all_right(other.trials(s))]
        if right:
            _agreement(patient, other, right, found, seen)
            seen.loss = other, right[0]
            return
    other = losses[0]
    what = f"The loss that it also returns{other.place}"
    if found.answer and _is_answered(other, mine, found.answer):
        return
    if has_this_gradient(patient, found, other):
        seen.notes.append(
            f"{what}, is not the {NAMED[mine.loss]}, but has this gradient, by differences."
        )
        return
    if found.answer:
        seen.notes.append(f"{what}, does not have this gradient, by differences.")
        seen.fault = "the gradient is not that of the loss beside it."
        seen.of_gradient = True
        return
    if any(_all_right(_one_hot(other.trials(s))) for s in _as_losses(other, mine)):
        seen.notes.append(f"{what}, is right for one-hot targets only.")
        return
    for settings in _as_losses(other, mine):
        trials = other.trials(settings)
        if keys := explained_by(trials, settings) or explained_by_two(trials, settings):
            if all(entry(settings, key).fragile for key in keys):
                seen.notes.append(f"{what}, is fragile: {keys[0]}.")
                return
            break
    else:
        settings, keys = next(_as_losses(other, mine)), []
    named = f": {' and '.join(keys)}" if keys else ""
    seen.fault = f"the loss beside its gradient is wrong{named}."
    seen.notes.append(f"{what}, is wrong{named}.")
    seen.judge(other.reading(settings, found.reading), found)


def _far(patient, other, settings, found, seen):
    """What a loss that is right on ordinary inputs gives on large and saturated logits."""
    way, container = other.way, found.reading.container
    some = cases(settings, "extreme", way != "batch")
    if other.form.linear:
        some = one_by_one(some)
    answers = [patient.ask(other.form, parts_for(case, way), container) for case in some]
    far = [
        Trial(case, way, part_of(answer, other.form), extreme=True)
        for case, answer in zip(some, answers, strict=True)
    ]
    if wrong := [t for t in far if not t.right]:
        keys = explained_by(other.trials(settings), settings, far)
        named = f": {keys[0]}" if keys else ""
        seen.notes.append(
            f"The loss that it also returns{other.place}, is right on ordinary inputs, and wrong "
            f'on "{wrong[0].case.name}"{named}.'
        )


def _one_hot(trials):
    return [t for t in trials if t.case.one_hot]


def _all_right(trials):
    return bool(trials) and all(t.right for t in trials)


def _as_losses(other, mine):
    """The settings of a loss, those of its gradient first."""
    given = other.form.given
    for loss in dict.fromkeys((mine.loss, *ALLOWED["loss"])):
        for reduction in dict.fromkeys((mine.reduction, *ALLOWED["reduction"])):
            yield replace(mine, role="loss", given=given, loss=loss, reduction=reduction)


def _agreement(patient, other, right, found, seen):
    """Whether the loss and its gradient belong together, as far as a batch can tell."""
    mine, its = found.reading.settings, right[0]
    if found.answer:
        belong = has_this_gradient(patient, found, other)
    elif other.way != "batch":
        belong = mine.loss == its.loss
    else:
        belong = mine.loss == its.loss and {mine.reduction, "none"} & {s.reduction for s in right}
    if belong:
        return
    seen.belongs = replace(mine, loss=its.loss, reduction=REDUCED_AS.get(its.reduction, "sum"))
    its_gradient = found.answer.words if found.answer else f"that of the {_told(mine)}"
    seen.notes.append(
        f"The loss that it also returns{other.place}, is the {_told(its)}, and the gradient is "
        f"{its_gradient}: they do not belong together."
    )


def _told(settings):
    return f"{REDUCED[settings.reduction]}{NAMED[settings.loss]}"


def _is_answered(other, mine, answer):
    """Whether the loss belongs to the same question as the gradient."""
    for settings in _as_losses(other, mine):
        trials = other.trials(settings)
        if trials and any(a.question is answer.question for a in answered_by(trials, settings)):
            return True
    return False


def has_this_gradient(patient, found, other):
    """Whether central differences of the loss give the gradient that is returned."""
    form, read, way = found.reading.form, found.reading, found.way
    if read.container not in ("array", "list", "tensor"):
        return False
    case = cases(read.settings, "generic", way != "batch")[0]

    def asked(form, case):
        return part_of(patient.ask(form, parts_for(case, way), read.container), form).value

    slope = np.zeros(case.z.shape)
    for place in np.ndindex(slope.shape):
        sides = []
        for step in (STEP, -STEP):
            z = case.z.copy()
            z[place] += step
            moved = case.change(z=z, h=softmax(z))
            if (value := asked(other.form, moved)) is None:
                return False
            sides.append(value.sum())
        slope[place] = (sides[0] - sides[1]) / (2 * STEP)
    gradient = asked(form, case)
    return gradient is not None and any(
        reading.same(a, slope, 1e-5, reading.FLOOR) for a in reading.readings(gradient, case, way)
    )


def _output(found, outputs, seen):
    """Whether one of the outputs is softmax, or what the backward pass is that of."""
    settings = replace(found.reading.settings, role="softmax", given="logits")
    trials = [(o, o.trials(settings)) for o in outputs]
    if any(_all_right(some) for _, some in trials):
        return
    answers = [a for _, some in trials if some for a in answered_by(some, settings)]
    if found.answer or not trials[0][0].forward:
        return
    other, some = trials[0]
    if answers:
        if answers[0].question.key == "log_softmax" and found.reading.settings.with_target:
            return
        seen.fault = f"its forward pass is {answers[0].words}, and the backward pass softmax's."
        seen.notes.append(f"Its forward pass returns {answers[0].words}: the two do not belong "
                          f"together.")  # fmt: skip
        return
    keys = explained_by(some, settings) or explained_by_two(some, settings)
    if keys and all(entry(settings, key).fragile for key in keys):
        return
    if not keys and found.reading.settings.with_target:
        seen.notes.append(f"What it returns{other.place}, was not judged.")
        return
    named = f": {' and '.join(keys)}" if keys else ""
    seen.fault = f"its forward pass is wrong{named}."
    seen.notes.append(f"What it returns{other.place}, is not softmax.")
    seen.judge(other.reading(settings, found.reading), found)


# Linear classifiers


def _biases(patient, found, seen):
    """Whether the gradient of the biases is the sum of ∂C/∂z over the samples."""
    read, form = found.reading, found.reading.form
    if not form.linear or found.answer or read.settings.role != "loss_gradient":
        return
    tokens = {t for call in form.calls for t in arguments_of(call)}
    takes_bias = "b" in tokens | {token for _, token in form.kept}
    others = [o for o in others_of(patient, found) if not o.forward]
    n = cases(read.settings, "generic")[0].n
    of_classes = [o for o in others if o.shape == (n,)]
    if takes_bias and not of_classes:
        scalars = [o for o in others if o.shape == () and o.is_zero]
        if scalars:
            seen.fault = "the gradient of the biases is one number, and always 0."
            seen.of_gradient = True
            seen.notes.append(
                f"The gradient of the biases{scalars[0].place}, is one number, and always 0: the "
                f"sum over the classes, too. Sum over the samples only."
            )
        return
    for other in of_classes:
        pairs = [
            (t.case, t.outcome.value.reshape(-1), formulas.truth(t.case).sum(axis=0))
            for t in other.trials(read.settings)
        ]
        if all(reading.same(a, b, 1e-5, reading.FLOOR) for _, a, b in pairs):
            return
    if of_classes and (takes_bias or names.matches(BIAS_NAMES, other.name)):
        times = factor_in_words(pairs)
        times = f" It is {times} times that." if times else ""
        seen.fault = "the gradient of the biases is not the sum of ∂C/∂z over the samples."
        seen.of_gradient = True
        seen.notes.append(
            f"The gradient of the biases{other.place}, is not the sum over the samples of ∂C/∂z, "
            f"with which the gradient of the weights is made.{times}"
        )


def _features(patient, found, seen):
    """Whether it is right, too, where there are more features than samples."""
    read, form = found.reading, found.reading.form
    if not form.linear or found.answer or read.settings.role != "loss_gradient":
        return
    case = cases(read.settings, "generic")[0]
    gradients = []
    for of_X, of_W in product((0, 1), repeat=2):  # X may be (N, d) or (d, N), W (d, n) or (n, d)
        parts = parts_for(case, "batch")
        parts |= {"X": _with_zeros(parts["X"], of_X), "z": _with_zeros(parts["z"], of_W)}
        value = part_of(patient.ask(form, parts, read.container), form).value
        if value is not None and value.size == (case.N + MORE) * case.n:
            gradients += [value, value.T]
    expected = _with_zeros(formulas.truth(case), 0)
    gradients = [g for g in gradients if g.shape == expected.shape]
    right = [reading.same(g, expected, 1e-5, reading.FLOOR) for g in gradients]
    if gradients and not any(right):
        seen.fault = "it is right only for as many features as samples."
        seen.of_gradient = True
        pairs = [(case, g, expected) for g in gradients]
        times = next((f for pair in pairs if (f := factor_in_words([pair]))), "")
        times = f" It is {times} times the right answer there." if times else ""
        seen.notes.append(
            f"With {case.N} samples of {case.N + MORE} features it is wrong, with {case.N} of "
            f"{case.N} right: is the number of samples taken from the wrong axis?{times}"
        )


def _with_zeros(a, axis):
    """An array with zeros for the features that are added."""
    shape = [MORE if k == axis else length for k, length in enumerate(a.shape)]
    return np.concatenate([a, np.zeros(shape)], axis=axis)


def _penalty(patient, found, seen):
    if complaint := penalties.complaint(patient, found.reading):
        seen.fault = "the gradient of the penalty on W is not that of the penalty in the loss."
        seen.of_gradient = True
        seen.notes.append(complaint)


# How a backward method deals with what it is given, and with what was kept


def _ignored_error(patient, found, seen):
    """Whether a loss layer's backward pass takes an arriving error, and leaves it out."""
    form, read = found.reading.form, found.reading
    if read.settings.role != "loss_gradient" or not form.last.name:
        return
    known = parameters(bound(patient.function, form.last.name)) or []
    tokens = dict(zip((p.name for p in known if p.required), form.last.tokens, strict=False))
    for p in known:
        if names.holds(p.name).get("v", 0) < 4:
            continue
        token = tokens.get(p.name)
        if p.required and token != Value(1.0):
            continue
        if p.required:
            filled = tuple(Value(2.0) if t is token else t for t in form.last.tokens)
            last = replace(form.last, tokens=filled)
        else:
            last = replace(form.last, keywords=(*form.last.keywords, (p.name, Value(2.0))))
        once, twice = _answers_of(
            patient, found, form, replace(form, calls=(*form.calls[:-1], last))
        )
        if once is not None and twice is not None and np.array_equal(once, twice):
            seen.notes.append(
                f"It does not use its argument {p.name!r}: with 2 for it, the answer is the same. "
                f"That is right only where nothing follows the loss."
            )


def _second_time(patient, found, seen):
    """Whether a backward pass called twice gives the same."""
    form = found.reading.form
    if len(form.calls) < 2 or found.reading.settings.role not in (*GRADIENTS, "backward"):
        return
    twice = replace(form, calls=(*form.calls, form.last))
    anew = replace(form, calls=form.calls * 2)
    first, second, later = _answers_of(patient, found, form, twice, anew)
    if _differ(first, later):
        seen.fault = "a second round of forward and backward gives other numbers."
        seen.of_gradient = True
        seen.notes.append(
            "The same forward and backward pass, made a second time by the same object, gives "
            "other numbers: it keeps something from the first."
        )
    elif _differ(first, second):
        seen.notes.append(
            f"Called a second time after one forward pass, {form.last.name!r} gives other "
            f"numbers: the first call overwrites what the forward pass has kept. Copy it first."
        )


def _differ(a, b):
    """Whether two answers came, and are not the same."""
    if a is None or b is None:
        return False
    return a.shape != b.shape or not np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)


def _answers_of(patient, found, *forms):
    """What each form gives on the first ordinary input."""
    read = found.reading
    case = cases(read.settings, "generic", found.way != "batch")[0]
    for form in forms:
        yield part_of(patient.ask(form, parts_for(case, found.way), read.container), form).value
