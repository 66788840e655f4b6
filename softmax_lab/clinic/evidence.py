"""What is off about the numbers themselves: shape, sums, shifts, factors, entries."""

from dataclasses import replace

import numpy as np

from softmax_lab.clinic import formulas, reading
from softmax_lab.clinic.probes import cases
from softmax_lab.clinic.settings import ALLOWED

FACTORS = {
    "": lambda case: 1,
    "N": lambda case: case.N,
    "1/N": lambda case: 1 / case.N,
    "n": lambda case: case.n,
    "1/n": lambda case: 1 / case.n,
    "1/(N n)": lambda case: 1 / (case.N * case.n),
    "1/N²": lambda case: 1 / case.N**2,
    "N/n": lambda case: case.N / case.n,
}
ONE_HOT_ONLY = "It is right for one-hot targets, and wrong for others."
EXPECTED = {
    "jacobian": "an n × n matrix a sample",
    "loss": "one number",
}


def seen_in(seen, way, trials):
    """Sentences on the numbers that came back."""
    returned = [t for t in trials if t.returned]
    if not returned:
        return
    finite = [t for t in returned if np.isfinite(t.outcome.value).all()]
    if len(finite) < len(returned):
        yield "It gives nan or inf on ordinary inputs."
    pairs = [pair for t in finite if (pair := beside_truth(t))]
    if odd := [t for t in finite if not beside_truth(t)]:
        yield _shape(seen, odd[0])
    elif pairs and not all(t.right for t in returned):
        yield from _factor(pairs)
        yield from _sums(seen, pairs)
        yield from _entries(seen, pairs)
        yield from _one_hot(seen, returned)
    if not all(t.right for t in returned):
        yield from _shift(seen, way, returned[0])
        yield from _other_settings(seen, way)


def beside_truth(trial):
    """The case, the result and the truth, as arrays of one shape; None where none fits."""
    truth = np.asarray(formulas.truth(trial.case))
    for a in reading.readings(trial.outcome.value, trial.case, trial.way):
        if a.shape == truth.shape:
            return trial.case, a, truth
        if trial.case.settings.role == "loss" and a.size == truth.size == 1:
            return trial.case, a.reshape(truth.shape), truth
    return None


def most_telling(trials):
    """The trial that shows best what is wrong.

    That is one of the ordinary inputs, if any of those is answered wrongly, and one with numbers:
    the first on which they are about as far off as they are anywhere.
    """
    bad = [t for t in trials if not t.right] or list(trials)
    ordinary = [t for t in bad if not t.extreme] or bad
    returned = [t for t in ordinary if t.returned] or [t for t in bad if t.returned]
    if not returned:
        return bad[0]
    off = [_relative_error(t) for t in returned]
    return next(t for t, error in zip(returned, off, strict=True) if error >= max(off) / 2)


@np.errstate(all="ignore")
def _relative_error(trial):
    """How far off a result is, relative to the right answer; 0 where they cannot be compared."""
    pair = beside_truth(trial)
    if not pair:
        return 0.0
    _, a, truth = pair
    finite = np.isfinite(truth)
    off = np.nan_to_num(np.abs(a - truth)[finite], nan=np.inf, posinf=np.inf).max(initial=0)
    return float(off / max(np.abs(truth[finite]).max(initial=0), reading.FLOOR))


def worst_sample(trial):
    """The sample of a batch whose numbers are furthest off."""
    pair = beside_truth(trial) if trial.returned else None
    if not pair or pair[2].ndim == 0 or len(pair[2]) != trial.case.N:
        return 0
    _, a, truth = pair
    with np.errstate(all="ignore"):
        off = np.abs(a - truth).reshape(len(truth), -1).max(axis=1)
    return int(np.nan_to_num(off, nan=np.inf, posinf=np.inf).argmax())


def by_how_much(trial):
    """How far a result is off, in a few words."""
    pair = beside_truth(trial)
    if not pair:
        return ""
    _, a, truth = pair
    finite = np.isfinite(truth)
    off = np.abs(a - truth)[finite]
    if not off.size:
        return ""
    k = off.argmax()
    return ": {} instead of {}".format(*apart(a[finite].ravel()[k], truth[finite].ravel()[k]))


def apart(a, b):
    """Two numbers in words, with as many digits as it takes to tell them apart."""
    for digits in range(4, 18):
        words = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if words[0] != words[1]:
            break
    return words


def _shape(seen, trial):
    N, n, value = trial.case.N, trial.case.n, trial.outcome.value
    columns = seen.settings.layout == "columns"
    expected = EXPECTED.get(seen.settings.role, "the shape of its first argument")
    count = f"N = {N} samples" if trial.way == "batch" else "one sample"
    text = (
        f"The result has shape {value.shape} for {count} of n = {n} classes; expected: {expected}"
    )
    if not columns and n != N and value.shape == (n, N) and trial.way == "batch":
        text += ". It looks transposed: samples are declared as rows"
    if seen.settings.role == "jacobian" and reading.fits(value, trial.case, trial.way):
        text += ". A vector cannot hold what each output owes to each logit"
    return text + "."


def factor(pairs):
    """The constant factor to the right answer, as (number, its unit in N and n), or None."""
    ratios = []
    for case, a, truth in pairs:
        square = (truth * truth).sum()
        if square == 0:
            return None
        ratio = (a * truth).sum() / square
        if abs(ratio) < 1e-9 or not reading.same(a, ratio * truth, 1e-5, reading.FLOOR):
            return None
        ratios.append((case, ratio))
    for unit, of in FACTORS.items():
        numbers = [ratio / of(case) for case, ratio in ratios]
        if np.allclose(numbers, numbers[0], rtol=1e-5):
            return numbers[0], unit
    return None


# What a constant factor may tell.
NUMBERS = {
    -1: "Only the sign is wrong.",
    2: "There is a factor 2 too much, or a ½ is missing.",
    0.5: "A factor 2 is missing, or there is a ½ too much.",
    1 / np.log(10): "That is 1/ln 10: is the logarithm taken to base 10?",
    1 / np.log(2): "That is 1/ln 2: is the logarithm taken to base 2?",
}
UNITS = {
    "N": "N is the number of samples: is a sum taken where a mean is due?",
    "1/N": "N is the number of samples: is a mean taken where a sum is due, or taken twice?",
    "n": "n is the number of classes.",
    "1/n": "n is the number of classes: is a mean taken over them?",
    "N/n": "Is it divided by the number of classes instead of the number of samples?",
    "1/(N n)": "N n is the number of entries: is a mean taken over all of them?",
    "1/N²": "N is the number of samples: is the mean taken twice?",
}


def factor_in_words(pairs):
    """The constant factor to the right answer, as "N" or "2 · n"; "" if there is none."""
    if not (found := factor(pairs)):
        return ""
    number, unit = found
    if unit and np.isclose(abs(number), 1):
        return f"{'-' if number < 0 else ''}{unit}"
    return f"{number:.4g}{' · ' + unit if unit else ''}"


def _factor(pairs):
    found = factor(pairs)
    if found:
        number, unit = found
        if not unit and np.isclose(number, 1, rtol=1e-4):
            yield "It is right to about five digits, not to the six that are asked for."
            return
        yield f"Everything is {factor_in_words(pairs)} times the right answer: a constant factor."
        if unit:
            yield UNITS[unit]
        for known, words in NUMBERS.items():
            if not unit and np.isclose(number, known, rtol=1e-5):
                yield words


def _sums(seen, pairs):
    role = seen.settings.role
    if role not in ("softmax", "jacobian", "backward", "loss_gradient"):
        return
    wanted = 1 if role == "softmax" else 0
    sums = np.concatenate([a.sum(axis=-1).ravel() for _, a, _ in pairs])
    off = sums[np.abs(sums - wanted).argmax()]
    if abs(off - wanted) > 1e-6:
        what = {"softmax": "The outputs of a sample", "jacobian": "The rows of the matrix"}
        why = (
            "as a distribution has to"
            if role == "softmax"
            else "since adding one number to all logits changes no output"
        )
        start = what.get(role, "The entries of a sample's gradient")
        yield f"{start} sum to {off:.3g}, not to {wanted}, {why}."


def _entries(seen, pairs):
    """Where the right entries are, if some are right everywhere."""
    role = seen.settings.role
    if role == "loss":
        return
    close = [np.abs(a - b) <= 1e-6 * max(np.abs(b).max(), reading.FLOOR) for _, a, b in pairs]
    if role == "jacobian":
        masks = [np.broadcast_to(np.eye(c.shape[-1], dtype=bool), c.shape) for c in close]
        if all(c[m].all() for c, m in zip(close, masks, strict=True)):
            yield "The diagonal is right, what stands off the diagonal is not."
        elif all(c[~m].all() for c, m in zip(close, masks, strict=True)):
            yield "Off the diagonal everything is right, the diagonal is not."
        columns = np.array([c[..., :3].all(axis=(0, 1)) for c in close]).all(axis=0)
    else:
        columns = np.array([c[..., :3].all(axis=0) for c in close]).all(axis=0)
        if seen.settings.with_target:
            on = [(case.t != 0) if case.one_hot else None for case, _, _ in pairs]
            hot = [(c, m) for c, m in zip(close, on, strict=True) if m is not None]
            at = all(c[m].all() for c, m in hot)
            beside = all(c[~m].all() for c, m in hot)
            if hot and at and not beside:
                yield "With one-hot targets it is right at the true class, and wrong beside it."
            elif hot and beside and not at:
                yield "With one-hot targets it is wrong at the true class, and right beside it."
    right = [str(k) for k in np.flatnonzero(columns)]
    if right and len(right) < 3:
        yield f"Only the entries of class {' and '.join(right)} (counted from 0) are right."


def _one_hot(seen, trials):
    if not seen.settings.with_target:
        return
    hot = [t for t in trials if t.case.one_hot]
    if hot and all(t.right for t in hot) and len(hot) < len(trials):
        yield ONE_HOT_ONLY


def _shift(seen, way, trial):
    """Whether adding one number to all logits changes the result, as it must not."""
    if not seen.settings.from_logits:
        return
    moved = trial.case.change(z=trial.case.z + 1.3)
    outcome = seen.caller.call(moved, way, seen.container)
    if outcome.value is not None and outcome.value.shape == trial.outcome.value.shape:
        gap = np.abs(outcome.value - trial.outcome.value).max(initial=0)
        if gap > 1e-5 * max(np.abs(trial.outcome.value).max(initial=0), reading.FLOOR):
            yield "Adding one number to all logits changes the result; it changes no softmax."


def _other_settings(seen, way):
    """The declarations under which the function would be right."""
    names = ["given", "layout"] if seen.settings.role != "softmax" else ["layout"]
    if seen.settings.with_target:
        names += ["reduction", "loss", "targets"]
    for name in names:
        for value in ALLOWED[name]:
            if value == getattr(seen.settings, name) or value == "any":
                continue
            if value == "labels" and "t" in seen.caller.form.kinds:
                continue  # declared, they are handed over as numbers: not what it was tried with
            other = replace(seen.settings, **{name: value})
            ways = (way,) if seen.is_right("single") else dict.fromkeys((way, "batch", "single"))
            for tried in ways:
                some = cases(other, "generic", tried != "batch")
                if _is_right(seen, some, tried) and _tells(name, tried):
                    yield f"It would be right if {name}={value!r} were declared."
                    break


def _tells(name, way):
    """A reduction cannot be told from one sample."""
    return way == "batch" or name not in ("reduction", "layout")


def _is_right(seen, some, way):
    for case in some:
        outcome = seen.caller.call(case, way, seen.container)
        if not reading.agrees(outcome, formulas.truth(case), case, way):
            return False
    return True
