"""The clinic against functions as people write them, each first shown to be what it says.

The proof is independent of the clinic: the truth is the complex step, and what each mistake
computes is written down once more in ``clinic_cases/reference.py``.
"""

import pickle
from collections import Counter
from functools import cache

import numpy as np
import pytest

from clinic_cases import CASES, reference

pytestmark = pytest.mark.usefixtures("in_this_process")

TOLERANCE = 1e-6
HOSTILE = [case for case in CASES if case.hostile]
HONEST = [case for case in CASES if not case.hostile]
MUTATING = [case for case in HONEST if {"mutates_input"} in map(set, case.alternatives)]


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda c: f"{c.role}-{c.name}")


def tolerance(case):
    rounded = "single_precision" in case.name or "differences" in case.name
    return 1e-5 if rounded else TOLERANCE


def ways(case):
    """The ways in which the function takes its input: one sample, a batch, or both."""
    return {"single": [True], "both": [True, False]}.get(case.serves, [False])


def parts_of(case, probe, single):
    """The probe as the function can take it: sample by sample, or whole."""
    return list(probe.samples()) if single or case.serves == "one" else [probe]


def trials(case):
    """(probe, single) for every input the function says it takes."""
    for probe in reference.probes(case):
        if case.square and len(probe.z) != probe.z.shape[1]:
            continue
        for single in ways(case):
            for part in parts_of(case, probe, single):
                yield part, single


def is_right(case, probe, single):
    try:
        result, _ = reference.call(case, probe, single)
    except (ArithmeticError, ValueError, IndexError):
        if probe.ordinary:
            raise
        return False
    return agrees(case, result, reference.truth(case, probe), single)


def agrees(case, result, expected, single):
    return reference.agree(case, result, expected, single, tolerance(case))


def computes(case, keys, probe, single):
    result, _ = reference.call(case, probe, single)
    return any(
        agrees(case, result, expected, single)
        for expected in reference.mistaken(case, sorted(keys), probe)
    )


def ordinary(case):
    return [(probe, single) for probe, single in trials(case) if probe.ordinary]


@named([case for case in HONEST if case not in MUTATING])
def test_the_case_is_what_it_says(case):
    right = [is_right(case, probe, single) for probe, single in trials(case)]
    right_on_ordinary = [is_right(case, probe, single) for probe, single in ordinary(case)]
    if case.verdicts == ("correct",):
        assert all(right)
    elif case.verdicts == ("fragile",):
        assert any(right_on_ordinary)
        assert not all(right)
    else:
        assert not all(right_on_ordinary)
        explained = [
            answer
            for answer in case.alternatives
            if answer
            and answer <= reference.KEYS[case.role].keys()
            and all(computes(case, answer, probe, single) for probe, single in ordinary(case))
        ]
        assert explained or frozenset() in case.alternatives


@named(MUTATING)
def test_a_case_that_overwrites_its_argument_is_right_but_for_that(case):
    for probe, single in ordinary(case):
        before = reference.call(case, probe, single, function=lambda *x: pickle.dumps(x))[0]
        result, arguments = reference.call(case, probe, single)
        assert agrees(case, result, reference.truth(case, probe), single)
        changed = zip(pickle.loads(before), arguments, strict=True)
        assert not all(np.array_equal(old, new) for old, new in changed)


def proportional(a, b):
    """Whether one array is a constant multiple of the other."""
    size_a, size_b = np.linalg.norm(a), np.linalg.norm(b)
    if min(size_a, size_b) < 1e-12:
        return max(size_a, size_b) < 1e-12
    return np.isclose(abs(a @ b), size_a * size_b, rtol=1e-9)


@named([case for case in HONEST if case.multiple])
def test_a_multiple_of_the_truth_is_one(case):
    factors = set()
    for probe, single in ordinary(case):
        result, _ = reference.call(case, probe, single)
        expected = reference.truth(case, probe).reshape(np.shape(result))
        factor = np.vdot(result, expected) / np.vdot(expected, expected)
        np.testing.assert_allclose(result, factor * expected)
        factors.add(round(factor, 6))
    assert len(factors) == 1
    assert factors != {1}


NAMELESS = [c for c in HONEST if "wrong" in c.verdicts and c.alternatives == {frozenset()}]


@named([case for case in NAMELESS if not case.multiple])
def test_a_case_without_a_name_is_nothing_the_catalogue_holds(case):
    """Neither the truth nor a mistake, a pair of them, or a constant multiple of one."""
    single = ways(case)[0]
    probes = [probe for probe in reference.probes(case) if probe.ordinary]
    if case.role != "loss":  # a loss is one number, to which any other is proportional
        probes = probes[:1]
    parts = [part for probe in probes for part in parts_of(case, probe, single)]
    results = [reference.call(case, part, single)[0] for part in parts]
    entries = [reference.everything_in_the_catalogue(case, part) for part in parts]
    for same_entry in zip(*entries, strict=True):
        keys = same_entry[0][0]
        theirs = np.concatenate([np.ravel(array) for _, array in same_entry])
        for mine in zip(*(reference.readings(case, r, single) for r in results), strict=True):
            mine = np.concatenate([np.ravel(x) for x in mine])
            if mine.shape == theirs.shape and np.isfinite(theirs).all():
                assert not proportional(mine, theirs), keys


def test_the_set_is_as_large_and_as_varied_as_it_has_to_be():
    verdicts = Counter(verdict for case in CASES for verdict in case.verdicts)
    alternatives = [case.alternatives for case in HONEST if case.verdicts == ("wrong",)]
    assert len({(case.role, case.name) for case in CASES}) == len(CASES) >= 110
    assert verdicts["correct"] >= 30
    assert sum(all(len(answer) == 2 for answer in answers) for answers in alternatives) >= 8
    assert alternatives.count({frozenset()}) >= 10
    for role, keys in reference.KEYS.items():
        cases = [case for case in CASES if case.role == role]
        assert {case.verdicts[0] for case in cases} >= {"correct", "wrong"}
        wanted = set().union(*(answer for case in cases for answer in case.alternatives))
        assert keys.keys() - reference.FACTORS.keys() <= wanted | {"missing_keepdims"}


@cache
def answer(case_index):
    case = CASES[case_index]
    return case.diagnosed(role=case.role, **case.declared)


def diagnose(case):
    return answer(CASES.index(case))


@named(CASES)
def test_the_clinic_answers(case):
    diagnosis = diagnose(case)
    assert diagnosis.verdict in case.verdicts, str(diagnosis)
    assert case.named_rightly(diagnosis.mistakes), f"{list(diagnosis.mistakes)}\n{diagnosis}"


def test_no_correct_function_is_blamed():
    correct = [case for case in CASES if case.verdicts == ("correct",)]
    blamed = [case.name for case in correct if diagnose(case).verdict != "correct"]
    assert blamed == []


def test_nothing_wrong_is_called_correct():
    missed = [
        case.name
        for case in CASES
        if "correct" not in case.verdicts and diagnose(case).verdict == "correct"
    ]
    assert missed == []


def test_what_has_a_name_is_named():
    nameable = [
        case for case in CASES if case.alternatives and frozenset() not in case.alternatives
    ]
    rightly = [case for case in nameable if case.named_rightly(diagnose(case).mistakes)]
    assert len(rightly) >= 0.95 * len(nameable)


def test_what_has_no_name_gets_none():
    nameless = [case for case in CASES if case.alternatives == {frozenset()}]
    given = {case.name: list(diagnose(case).mistakes) for case in nameless}
    assert {name: keys for name, keys in given.items() if keys} == {}
