"""The corpus of hand-overs is sound: each function is what its case says it is.

The proof does not ask the clinic. What is right is found by differences in extended precision
(``clinic_cases/handed_over/truth.py``); what a mistake computes was written down once for
``clinic_cases/reference.py``.
"""

import contextlib
import io
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from clinic_cases import reference
from clinic_cases.handed_over import CASES, truth

SINGLE = ("single", "column", "row")
FORMS = {"batch": ["batch"], "both": ["batch", "single"]}


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda c: f"{c.kind}-{c.name}")


def ask(case, probe, serves):
    """What the code answers for one probe, as rows; with what it was handed, before and after."""
    handed = truth.hand(probe, serves, case.setting("layout"), lists="lists" in case.kind)
    kept = truth.hand(probe, serves, case.setting("layout"), lists="lists" in case.kind)
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        result = case.asks(case.thing, handed)
    if hasattr(result, "detach"):
        result = result.detach().numpy()
    result = np.asarray(result, dtype=float)
    if case.setting("layout") == "columns" and serves == "batch" and result.ndim > 1:
        result = np.moveaxis(result, -1, 0)
    return result, kept, handed


def expected(case, probe):
    return np.asarray(case.really(probe) if case.really else truth.truth(case, probe))


def parts(probe, serves):
    return list(probe.samples()) if serves in SINGLE else [probe]


def same(case, result, right, serves):
    """Whether the numbers agree, where a single sample may come in any shape that holds it."""
    if serves in SINGLE:
        if result.size != right.size or (right.ndim == 3 and result.ndim < 2):
            return False
        result = result.reshape(right.shape)
    if result.shape != right.shape:
        return False
    size = np.abs(right).max() if right.size else 0
    return bool(np.abs(result - right).max() <= case.tolerance * max(size, 1e-3))


def is_right(case, probe, serves):
    try:
        results = [(ask(case, part, serves)[0], part) for part in parts(probe, serves)]
    except (ArithmeticError, ValueError, IndexError, TypeError, AssertionError):
        return False
    return all(same(case, result, expected(case, part), serves) for result, part in results)


def forms(case):
    return FORMS.get(case.serves, [case.serves])


def is_silent(case, probe):
    """Whether a batch is answered, by numbers."""
    try:
        return bool(ask(case, probe, "batch")[0].size)
    except Exception:
        return False


def right_on_a_batch(case):
    generic = [p for p in truth.ordinary(case)]
    return all(not is_silent(case, p) or is_right(case, p, "batch") for p in generic)


def breaks_on(case, name):
    if name == "batch":
        return not right_on_a_batch(case)
    if name in ("soft targets", "one-hot targets"):
        probes = [p for p in truth._generic() if p.name.startswith(name)]
    elif name == "integer logits":
        probes = [truth.integers()]
    elif name == "as many samples as classes in a batch":
        square = [p for p in truth._generic() if p.n == p.N]
        return any(not is_right(case, p, "batch") for p in square)
    elif name == "negative logits":
        probes = [replace(p, z=-abs(p.z) - 0.5) for p in truth._generic()]
    else:
        probes = [truth.extremes()[name]]
    return any(not is_right(case, p, form) for p in probes for form in forms(case))


JUDGED = [case for case in CASES if not case.hostile]


def only(case, verdict):
    return verdict in case.verdicts


def survives(case):
    """The extremes that right code answers rightly."""
    names = ["large logits", "two large logits", "very negative logits", "a row far below"]
    if case.setting("given") == "logits" or case.role not in ("loss", "output_gradient"):
        names += ["confident", "unlikely classes", "large and missed"]
    else:
        names += ["confident"]
    return [truth.extremes()[name] for name in names]


@named([c for c in JUDGED if "correct" in c.verdicts])
def test_right_code_is_right(case):
    assert all(is_right(case, p, form) for p in truth.ordinary(case) for form in forms(case))
    if case.verdicts == {"correct"} and case.really is None:
        for p in survives(case):
            assert all(is_right(case, p, form) for form in forms(case)), p.name
        if case.serves == "single":
            assert right_on_a_batch(case)


@named([c for c in JUDGED if c.verdicts == {"fragile"}])
def test_fragile_code_is_right_until_it_breaks(case):
    assert case.breaks
    generic = list(truth.ordinary(case))
    assert all(is_right(case, p, form) for p in generic for form in forms(case))
    for name in case.breaks:
        assert breaks_on(case, name), name


def changes_what_it_is_given(case):
    p = next(iter(truth.ordinary(case)))
    _, kept, handed = ask(case, p, forms(case)[0])
    return any(not np.array_equal(getattr(kept, k), getattr(handed, k)) for k in "zhvt")


@named([c for c in JUDGED if "wrong" in c.verdicts and "correct" not in c.verdicts])
def test_wrong_code_is_wrong(case):
    generic = list(truth.ordinary(case))
    right = [is_right(case, p, form) for p in generic for form in forms(case)]
    assert not all(right) or changes_what_it_is_given(case)


def doubled_softmax(case, p):
    """What comes of softmax(z) when a second softmax follows."""
    if case.role == "loss":
        losses = truth.by_sample(
            lambda z, t: truth.sample_loss("cross_entropy", truth.softmax(z), t), p.z, p.t
        )
        return losses.mean() if case.setting("reduction") == "mean" else losses.sum()
    if case.role == "backward":
        return truth.by_sample(
            lambda z, v: truth.differences(lambda x: v @ truth.softmax(truth.softmax(x)), z),
            p.z,
            p.v,
        )
    gradient = truth.by_sample(
        lambda z, t: truth.differences(
            lambda x: truth.sample_loss("cross_entropy", truth.softmax(x), t), z
        ),
        p.z,
        p.t,
    )
    return gradient / (len(p.z) if case.setting("reduction") == "mean" else 1)


def transposed_in_one_dimension(case, p):
    """σ_j h_j (δ_ij - h_j): a matrix, elementwise."""
    columns = p.h * p.v
    return columns[:, None, :] * (np.eye(p.n) - p.h[:, None, :])


FURTHER = {  # what the first catalogue had no formula for, by names in alphabetical order
    ("softmax_applied_twice",): doubled_softmax,
    ("elementwise_upstream", "one_dimensional_transpose"): transposed_in_one_dimension,
}


def known(case):
    """The sets of one or two names that the case accepts, and whose formula is written down."""
    known_names = sorted(case.mistakes & reference.KEYS[case.role].keys())
    sets = [(name,) for name in known_names] + list(combinations(known_names, 2))
    return sets + [names for names in FURTHER if case.mistakes.issuperset(names)]


def predictions(case, names, part):
    """What these mistakes give for the probe, in each of their variants."""
    if names in FURTHER and not (case.role == "jacobian" and len(names) == 1):
        yield FURTHER[names](case, part)
    if reference.KEYS[case.role].keys() >= {*names}:
        old = reference.Probe(part.name, part.z, part.v, part.t, True)
        yield from reference.mistaken(case, list(names), old)


def computes(case, names):
    """Whether the code gives what these mistakes give, on every ordinary probe it answers."""
    serves = forms(case)[0]
    answered = 0
    for probe in truth.ordinary(case):
        for part in parts(probe, serves):
            try:
                result = ask(case, part, serves)[0]
            except (ArithmeticError, ValueError, IndexError):
                continue
            answered += 1
            arrays = list(predictions(case, names, part))
            if not any(same(case, result, np.asarray(a, float), serves) for a in arrays):
                return False
    return answered > 0


NAMED = [
    c
    for c in JUDGED
    if "wrong" in c.verdicts
    and known(c)
    and "mutates_input" not in c.mistakes
    and not any(name.startswith("~") for name in c.mistakes)
]


@named(NAMED)
def test_the_name_explains_the_numbers(case):
    assert any(computes(case, names) for names in known(case))


def test_names_are_there_where_something_is_wrong():
    for case in CASES:
        assert case.note, case.name
        assert case.verdicts, case.name
        if case.verdicts == {"correct"}:
            assert not case.mistakes, case.name


def test_names_are_not_used_twice():
    names = Counter((case.kind, case.name) for case in CASES)
    assert max(names.values()) == 1
